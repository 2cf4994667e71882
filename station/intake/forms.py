"""What drivers and inspectors send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from math import isfinite

from werkzeug.datastructures import MultiDict

from station.ground import clock
from station.ground.refused import Refused
from station.ground.widths import half_width
from station.vehicles.conformity import Licence

from .findings import Defect, NewFinding
from .holdings import Belongings, Item, ItemKind, Keys, Papers, Readings, Seal
from .identity import Marks, read_scanned
from .rules import Position, Whereabouts, missing_pickup_views
from .spots import Place, Spot
from .things import Added, Loan, Purpose, ThingKind, read_tag

Form = MultiDict[str, str]


def read_number(form: Mapping[str, str], name: str) -> int | None:
    """A whole number; empty is None."""
    typed = half_width(form.get(name, "")).replace(",", "").strip()
    if not typed:
        return None
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 9:
        raise Refused("not_a_number", "请只填数字，例如 62310。", field=name)
    return int(typed)


def read_version(form: Mapping[str, str]) -> int:
    """How often the row had been saved when the page was shown."""
    return read_number(form, "version") or 0


def read_where(form: Mapping[str, str]) -> Whereabouts:
    """Place and clock of the phone; what it does not give is None."""
    lat, lon = read_decimal(form.get("lat", "")), read_decimal(form.get("lon", ""))
    accuracy = read_decimal(form.get("accuracy", ""))
    return Whereabouts(
        position=Position(lat, lon) if lat is not None and lon is not None else None,
        accuracy_m=None if accuracy is None else min(round(abs(accuracy)), 10**6),
        device_at=clock.read_claim(form.get("device_time", "")),
        odometer_km=read_number(form, "odometer_km"),
    )


def read_decimal(text: str) -> float | None:
    """A finite number, None for anything else."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def read_pickup_reasons(form: Mapping[str, str]) -> dict[str, str]:
    """Why each missing pick-up photo could not be taken, by item code."""
    codes = [item.code for item in missing_pickup_views(frozenset())]
    return {code: form.get(f"reason.{code}", "") for code in codes}


def read_readings(form: Form) -> Readings:
    """Odometer in km, fuel and charge in percent."""
    return Readings(*(read_number(form, name) for name in ("odometer", "fuel", "charge")))


def read_keys(form: Form) -> Keys:
    """How many keys; the tag numbers are optional."""
    count = read_number(form, "count")
    if count is None:
        raise Refused("no_key_count", "请点选钥匙数量；没有钥匙请点“0”。", field="count")
    return Keys(count, form.get("tags", "").strip()[:60])


def read_papers(form: Form) -> Papers:
    """The papers that are there; "none" must be pressed, silence is no answer."""
    there = tuple(form.getlist("papers"))
    if not there and form.get("none") != "1":
        raise Refused("no_papers", "请点选车上有的证照；都没有请点“都没有”。", field="papers")
    return Papers(() if form.get("none") == "1" else there, form.get("note", "").strip()[:200])


def read_seal(form: Form) -> Seal:
    """The number on the seal."""
    return Seal(half_width(form.get("number", "")).strip().upper())


FIELDS = {
    "things": ItemKind.THING,
    "containers": ItemKind.CONTAINER,
    "closed": ItemKind.CLOSED,
}
SEALED = 6  # lines for cash and valuables, each with the number of its bag


def read_belongings(form: Form) -> Belongings:
    """Three lists, one thing a line, and what was sealed, each with the number of its bag; "none"
    must be pressed, silence is no answer."""
    left = (
        Item(kind, line.strip())
        for name, kind in FIELDS.items()
        for line in form.get(name, "").splitlines()
        if line.strip()
    )
    items = (*left, *_read_sealed(form))
    nothing = form.get("none") == "1"
    if nothing and items:
        raise Refused(
            "belongings_both", "清单上已有物品，不能同时选“车内没有物品”。", field="things"
        )
    if not nothing and not items:
        raise Refused(
            "belongings_empty", "请逐行写明车内物品；没有请点“车内没有物品”。", field="things"
        )
    return Belongings(items)


def _read_sealed(form: Form) -> Iterator[Item]:
    for line in range(1, SEALED + 1):
        what = form.get(f"valuable_{line}", "").strip()
        bag = read_tag(form.get(f"bag_{line}", ""))
        if bag and not what:
            raise Refused("bag_empty", "请写明物品袋里是什么。", field=f"valuable_{line}")
        if what:
            yield Item(ItemKind.VALUABLE, what, bag)


def read_marks(form: Form) -> Marks:
    """VIN, engine number and plate as read on the vehicle."""
    return Marks(*(read_scanned(form.get(name, "")) for name in ("vin", "engine", "plate")))


def read_licence(form: Form) -> Licence:
    """What the vehicle licence says."""
    return Licence(
        registered=_read_day(form, "registered"),
        until=_read_day(form, "until"),
        use=form.get("use", ""),
        seats=read_number(form, "seats") or 0,
        emission=form.get("emission", ""),
    )


def _read_day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field=name) from None


def read_added(form: Form) -> Added:
    """Something that came after the gate-in."""
    try:
        kind = ThingKind(form.get("kind", ""))
    except ValueError:
        raise Refused("thing_kind", "这里只补登钥匙、证照和号牌。", field="kind") from None
    return Added(
        kind,
        read_tag(form.get("tag", "")),
        form.get("what", "").strip(),
        form.get("giver", "").strip(),
    )


def read_loan(form: Form) -> Loan:
    """Who takes a thing out, what for, until when. Somebody from outside is typed."""
    try:
        purpose = Purpose(form.get("purpose", ""))
    except ValueError:
        raise Refused("loan_purpose", "请点选领用事由。", field="purpose") from None
    outsider = form.get("outsider", "").strip()
    person = "" if outsider else form.get("person", "")
    return Loan(person, outsider, purpose, read_number(form, "hours") or 0)


def read_finding(form: Form, media_id: str) -> NewFinding:
    """A finding; `media_id`: its photo, kept before."""
    try:
        defect = Defect(form.get("defect", ""))
    except ValueError:
        raise Refused("finding_defect", "请选择缺陷种类。", field="defect") from None
    return NewFinding(
        defect=defect,
        panel=form.get("panel", ""),
        size_mm=read_number(form, "size_mm"),
        sentence=form.get("sentence", "").strip(),
        media_id=media_id,
        across_mm=read_number(form, "across_mm"),
    )


def read_spot(form: Form) -> Spot:
    """A place in the pictures as the editor sends it. `keys`: JSON {"7": [x, y]}.

    A picture that nobody pressed on says nothing.
    """
    keys = form.get("keys", "").strip()
    yaw, pitch = read_decimal(form.get("yaw", "")), read_decimal(form.get("pitch", ""))
    x, y = read_decimal(form.get("photo_x", "")), read_decimal(form.get("photo_y", ""))
    return Spot(
        spin=form.get("spin", "") if keys else "",
        keys=_read_keys(keys),
        panorama=form.get("panorama", "") if yaw is not None else "",
        yaw=yaw,
        pitch=pitch,
        photo=(x, y) if x is not None and y is not None else None,
    )


def _read_keys(text: str) -> dict[int, Place]:
    try:
        told = json.loads(text or "{}")
        return {int(index): (float(x), float(y)) for index, (x, y) in told.items()}
    except (ValueError, TypeError, AttributeError):
        raise Refused("spot_unreadable", "标注数据不完整，请重新点选位置后保存。") from None
