"""What was scanned or typed: the car and the bay in it, in either order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db
from station.ground.refused import Refused
from station.ground.widths import ascii_upper, half_width
from station.media import reads as media
from station.media.labels import CODE_LENGTH, Purpose
from station.vehicles import reads as vehicles
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import IN_HANDS

from . import reads, rules
from .models import Bay


@dataclass(frozen=True)
class Scanned:
    """What one text may mean. `by_label`: a label was read, not something typed."""

    text: str
    cars: tuple[Vehicle, ...]
    bay: Bay | None
    by_label: bool


def read_pair(actor: Actor, first: str, second: str) -> tuple[Vehicle, Bay, bool]:
    """The car and the bay of two scans in either order; the last: whether both were labels.

    Raises `Refused` for whatever is not one car and one bay of the actor's station.
    """
    one, two = read_scan(actor, first, "car"), read_scan(actor, second, "bay")
    if two.bay and one.cars:
        return one_car(one), two.bay, one.by_label and two.by_label
    if one.bay and two.cars:
        return one_car(two), one.bay, one.by_label and two.by_label
    if one.cars and two.cars:
        raise Refused("scan_two_cars", "两次扫到的都是车辆，还缺库位。请扫描库位牌。", field="bay")
    raise Refused("scan_two_bays", "两次扫到的都是库位，还缺车辆。请扫描车窗标签。", field="car")


def one_car(scanned: Scanned) -> Vehicle:
    """The one car that a scan means. Raises `Refused` when it may be several."""
    if len(scanned.cars) > 1:
        raise Refused(
            "scan_many",
            "有 %(count)d 辆车的尾号是“%(text)s”：%(cars)s。请扫描标签，或输入完整号牌。",
            field="car",
            count=len(scanned.cars),
            text=scanned.text,
            cars="、".join(car.plate or car.vin for car in scanned.cars),
        )
    return scanned.cars[0]


def read_scan(actor: Actor, text: str, field: str) -> Scanned:
    """What one text means here: a label, a bay code, a plate, a VIN, or the last four of either.

    Raises `Refused` (with `field`): nothing, a web address, a foreign or void label, another
    station's label, or nothing of that name here.
    """
    plain = ascii_upper(half_width(text)).replace(" ", "").replace("·", "").strip()
    if not plain:
        raise Refused("scan_missing", "还缺一次扫描。请扫描车窗标签和库位牌。", field=field)
    if _looks_like_label(plain):
        return _read_label(actor, text, field)
    cars, bay = _list_cars(actor, plain), _find_bay(actor, plain)
    if not cars and bay is None:
        raise Refused(
            "scan_unknown",
            "没有找到“%(text)s”：它不是本站的车辆、库位或标签。请重新扫描，或输入尾号后四位。",
            field=field,
            status=404,
            text=text.strip()[:40],
        )
    return Scanned(plain, tuple(cars), bay, by_label=False)


def _looks_like_label(plain: str) -> bool:
    typed = plain.isascii() and plain.isalnum() and len(plain) == CODE_LENGTH
    return ":" in plain or "/" in plain or plain.startswith("WWW.") or typed


def _read_label(actor: Actor, text: str, field: str) -> Scanned:
    try:
        code = media.read_code(text)
    except Refused as refusal:
        refusal.field = field
        raise
    subject = code.subject.partition(":")[2]
    if code.purpose is Purpose.VEHICLE:
        if not vehicles.may_see(actor, subject):
            raise _elsewhere(field)
        return Scanned(code.id, (vehicles.get_any(subject),), None, by_label=True)
    if code.purpose is Purpose.BAY:
        bay = db.session.get(Bay, subject)
        if bay is None or bay.station_id != actor.organisation_id:
            raise _elsewhere(field)
        return Scanned(code.id, (), bay, by_label=True)
    raise Refused("scan_neither", "扫到的是钥匙牌或出门证，这里需要车窗标签和库位牌。", field=field)


def _elsewhere(field: str) -> Refused:
    return Refused(
        "label_elsewhere", "这张标签属于别的服务站，不能在本站使用。请扫描本站标签。", field=field
    )


def _list_cars(actor: Actor, plain: str) -> Sequence[Vehicle]:
    question = (
        select(Vehicle)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id, Vehicle.stage.in_(IN_HANDS))
        .order_by(Vehicle.id)
    )
    if len(plain) == 4:
        meant = (Vehicle.vin_tail == plain) | (Vehicle.plate_tail == plain)
    else:
        meant = (Vehicle.vin == plain) | ((Vehicle.plate == plain) & (Vehicle.plate != ""))
    return db.session.scalars(question.where(meant)).all()


def _find_bay(actor: Actor, plain: str) -> Bay | None:
    try:
        return reads.find_bay(actor, str(rules.read_bay_code(plain)))
    except Refused:
        return None
