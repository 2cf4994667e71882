"""What keepers and mechanics send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from werkzeug.datastructures import MultiDict

from station.ground.refused import Refused
from station.ground.widths import ascii_upper, half_width
from station.vehicles.models import Vehicle

from .count_desk import Look
from .desk import Done
from .models import Bay
from .plan import Direction, Placing
from .rules import PLAN, BayKind, BayRow, CareTask

VOLT = "battery_mv"


def read_row(form: Mapping[str, str]) -> BayRow:
    """A row of new bays."""
    numbers = [half_width(form.get(name, "")).strip() for name in ("first", "last")]
    if not all(number.isascii() and number.isdecimal() for number in numbers):
        raise Refused("bay_numbers", "请填写起止编号，例如 1 到 20。", field="first")
    zone = ascii_upper(half_width(form.get("zone", ""))).strip()
    return BayRow(zone, int(numbers[0]), int(numbers[1]), read_kind(form))


def read_kind(form: Mapping[str, str]) -> BayKind:
    """What a bay is good for."""
    try:
        return BayKind(form.get("kind", ""))
    except ValueError:
        raise Refused("bay_kind", "请选择车位种类。", field="kind") from None


def read_placing(form: Mapping[str, str]) -> Placing | None:
    """Where a row shall stand; None when neither number was typed: the program finds a place."""
    typed = {name: half_width(form.get(name, "")).strip() for name in ("x", "y", "gap")}
    if not typed["x"] and not typed["y"]:
        return None
    numbers = {}
    for name, text in typed.items():
        if not re.fullmatch(r"[0-9]{1,4}", text or "0"):
            raise Refused("row_place", "位置和间隔以整米计，只填数字，例如 12。", field=name)
        numbers[name] = int(text or "0")
    try:
        direction = Direction(form.get("direction", Direction.EAST))
    except ValueError:
        raise Refused("row_direction", "请选择编号往哪边增大。", field="direction") from None
    return Placing(numbers["x"], numbers["y"], direction, numbers["gap"])


def read_tasks(form: MultiDict[str, str]) -> list[CareTask]:
    """The tasks that were ticked."""
    ticked = form.getlist("task")
    if not ticked or set(ticked) - set(PLAN):
        raise Refused("no_task", "请点选已完成的养护事项。", field="task")
    return [PLAN[task] for task in ticked]


def read_km(form: Mapping[str, str]) -> int | None:
    """An odometer, None when nothing was typed."""
    typed = half_width(form.get("odometer", "")).strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,7}", typed):
        raise Refused("odometer_number", "里程应为整公里数，请照仪表填写。", field="odometer")
    return int(typed)


def read_look(form: Mapping[str, str], car: Vehicle | None, bay: Bay | None) -> Look:
    """What a counter saw of a car; what is not ticked is in order."""
    return Look(
        car,
        bay,
        text=form.get("car", ""),
        seal_ok="seal_broken" not in form,
        keys_ok="keys_missing" not in form,
        accessories_ok="accessories_missing" not in form,
        odometer=read_km(form),
    )


def read_done(form: Mapping[str, str], task: CareTask, media_id: str) -> Done:
    """One ticked task with its reading; volts are typed as 12.6 and kept as mV."""
    typed = half_width(form.get(f"value_{task.id}", "")).strip()
    note = form.get("note", "").strip()[:200]
    return Done(task, _read_value(task, typed) if task.reading else None, media_id, note)


def _read_value(task: CareTask, typed: str) -> int | None:
    if not typed:
        return None
    try:
        number = Decimal(typed)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 10**6:
        raise Refused("reading_number", "读数只填数字，例如 12.6。", field=f"value_{task.id}")
    return round(number * 1000) if task.reading == VOLT else round(number)


def read_whole(form: Mapping[str, str], name: str) -> int:
    """A whole number; 0 for nothing or anything else."""
    typed = half_width(form.get(name, "")).strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
