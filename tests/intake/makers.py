"""Vehicles on their way to a bay, made by the real desks."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import timedelta

from PIL import Image

from station.court import desk as court
from station.court.models import Command
from station.court.rules import CommandKind, EntrustmentLetter, read_case_number
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act
from station.ground.ids import new_id
from station.intake import (
    desk,
    findings,
    inspection_desk,
    reads,
    rules,
    standard,
    tow_desk,
)
from station.intake.grading import Mark
from station.intake.holdings import Belongings, Item, ItemKind, Keys, Papers, Readings, Seal
from station.intake.models import Inspection, Intake, Tow
from station.intake.rules import Position, Whereabouts
from station.intake.standard import Choice, Section
from station.media import desk as media
from station.media import store
from station.media.door import Kept
from station.media.models import Media
from station.media.rules import Kind
from station.people.models import Person
from station.vehicles import rules as vehicles
from station.vehicles.desk import Identity
from station.vehicles.models import Vehicle
from station.vehicles.rules import Energy, VehicleKind
from tests.makers import House, db

VINS = ("LSVAA4182E2184847", "LGBH52E01GY123453", "LFV2A21K2F4123458", "LVGBH40K9FG123454")
GATE = Position(30.3299, 120.1551)
AT_GATE = Whereabouts(GATE, 8, None)
FAR_AWAY = Whereabouts(Position(30.20, 120.20), 20, None)


def jpeg(seed: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture unlike that of any other seed."""
    out = io.BytesIO()
    Image.new("RGB", size, (seed % 256, seed // 256 % 256, 120)).save(
        out, "JPEG", comment=str(seed)
    )
    return out.getvalue()


def kept(body: bytes, mime: str = "image/jpeg") -> Kept:
    """A file as the door leaves it, without asking the decoder apart."""
    here = store.current()
    temp = here.new_temp()
    temp.write_bytes(body)
    sha256 = hashlib.sha256(body).hexdigest()
    here.keep(temp, sha256)
    return Kept(sha256, len(body), mime, 64, 48, None, False, 1)


def keep(
    actor: Actor,
    vehicle: Vehicle,
    kind: str,
    slot: str,
    body: bytes = b"",
    mime: str = "image/jpeg",
) -> Media:
    """One file of a vehicle."""
    seed = int(hashlib.sha256(f"{kind}{slot}{vehicle.id}".encode()).hexdigest()[:6], 16)
    with act():
        return media.keep(
            actor, kept(body or jpeg(seed), mime), kind=kind, slot=slot, vehicle=vehicle.id
        )


def make_ordered(
    house: House,
    *,
    energy: Energy = Energy.ICE,
    kind: VehicleKind = VehicleKind.CAR,
    plate: str = "浙A12345",
    number: int = 1234,
    vin: str = "",
    acknowledged: bool = True,
) -> Command:
    """A vehicle entrusted and commanded to be towed in."""
    text = vin or VINS[number % len(VINS)]
    with act():
        case = court.open_case(
            house.judge,
            read_case_number(f"(2021)浙0105执{number}号", clock.today()),
            creditor="杭州银行",
            debtor="赵某某",
        )
    identity = Identity(
        vin=vehicles.read_vin(text, overridden=True),
        plate=vehicles.read_plate(plate),
        model="大众 帕萨特",
        kind=kind,
        energy=energy,
        colour="黑",
        year=2018,
        voucher="voucher",
        photo="photo",
    )
    with act():
        seizure = court.register(house.judge, case, identity)
    with act():
        entrustment = court.entrust(
            house.judge,
            seizure,
            house.agency,
            EntrustmentLetter(house.judge.organisation_name, "拍卖", "拖车入库至交付", "无"),
            letter_media=new_id(),
            ruling_media=new_id(),
        )
    with act():
        court.decide(house.agent, entrustment, accept=True)
    with act():
        command = court.issue(
            house.judge,
            CommandKind.TOW_IN,
            seizure.vehicle,
            house.station,
            due=clock.today() + timedelta(days=3),
        )
    if acknowledged:
        with act():
            court.acknowledge(house.keeper, command)
    return command


def driver_of(tow: Tow, house: House) -> Actor:
    """The driver behind the link of a tow."""
    return Actor(
        "driver-" + tow.id,
        tow.driver_name,
        "tow_driver",
        house.station.id,
        "司法数字服务站",
        device="phone",
        address="10.0.0.2",
        scope=tow.subject,
    )


def make_sent(house: House, **changes: object) -> Tow:
    """A tow with a driver."""
    command = make_ordered(house, **changes)  # type: ignore[arg-type]
    with act():
        return tow_desk.dispatch(house.manager, command, "孙拖", "138 0013 8000")


def shoot_pickup(house: House, tow: Tow, without: tuple[str, ...] = ()) -> None:
    """The six pick-up photos, some left out."""
    for view in rules.PICKUP_VIEWS:
        if view not in without:
            keep(driver_of(tow, house), tow.vehicle, reads.TOW_PHOTO, view)


def make_towing(house: House, **changes: object) -> Tow:
    """A tow on the road."""
    tow = make_sent(house, **changes)
    shoot_pickup(house, tow)
    with act():
        tow_desk.check_in(driver_of(tow, house), tow, FAR_AWAY, {})
    return tow


def make_arrived(house: House, **changes: object) -> Intake:
    """A vehicle at the gate."""
    tow = make_towing(house, **changes)
    with act():
        return tow_desk.arrive(driver_of(tow, house), tow, AT_GATE)


def second(house: House) -> Person:
    """The colleague who signs second."""
    row = db.session.get(Person, house.keeper.person_id)
    assert row is not None
    return row


def record_everything(house: House, intake: Intake) -> None:
    """Every screen of the gate-in, answered."""
    who, car = house.inspector, intake.vehicle
    for view in rules.GATE_IN_VIEWS[car.kind]:
        keep(who, car, Kind.PHOTO, view)
    keep(who, car, Kind.VIDEO, reads.WALK_ROUND, b"walk" + car.id.encode(), "video/mp4")
    keep(who, car, Kind.VIDEO, reads.THINGS, b"things" + car.id.encode(), "video/mp4")
    keep(who, car, reads.SEAL_PHOTO, "seal")
    with_fuel = car.energy is not Energy.BEV
    with_charge = car.energy in (Energy.BEV, Energy.PHEV)
    readings = Readings(62310, 50 if with_fuel else None, 60 if with_charge else None)
    with act():
        desk.save_readings(who, intake, readings, 0)
    with act():
        desk.save_keys(who, intake, Keys(2), 0)
    with act():
        desk.save_papers(who, intake, Papers(("licence", "plates_two")), 0)
    with act():
        desk.save_seal(who, intake, Seal(f"FT{car.vin[-6:]}"), 0)
    with act():
        things = Belongings((Item(ItemKind.THING, "雨伞"), Item(ItemKind.CONTAINER, "工具箱")))
        desk.save_belongings(who, intake, things, 0, second(house))


def make_taken_in(house: House, **changes: object) -> Intake:
    """A vehicle that may have a bay."""
    intake = make_arrived(house, **changes)
    record_everything(house, intake)
    with act():
        desk.finish(house.inspector, intake)
    return intake


def a_scratch(photo: Media) -> findings.NewFinding:
    """A scratch on the left front door."""
    return findings.NewFinding(findings.Defect.SCRATCH, "19", 120, "一道细划痕", photo.id)


def sound(section: Section, energy: Energy = Energy.ICE) -> dict[int, Mark]:
    """Every item of a section as it is on a faultless vehicle."""
    absent = standard.items_absent(energy)
    return {
        item.number: Mark(Choice.NOT_APPLICABLE)
        if item.number in absent
        else Mark(Choice.SOUND, value=50 if item.measured else None)
        for item in standard.PARTS[section].items
    }


def fill(house: House, row: Inspection, changes: Mapping[int, Mark]) -> None:
    """Save every section sound, but for `changes` by item."""
    energy = row.vehicle.energy
    for section in standard.sections_of(energy):
        marks = sound(section, energy)
        marks |= {number: mark for number, mark in changes.items() if number in marks}
        with act():
            inspection_desk.save_part(house.inspector, row, section, marks, 0)


def inspect(house: House, vehicle: Vehicle, changes: Mapping[int, Mark]) -> Inspection:
    """An inspection to the standard, signed by two."""
    with act():
        row = inspection_desk.begin(house.inspector, vehicle)
    fill(house, row, changes)
    with act():
        inspection_desk.sign(house.inspector, row, second(house))
    return row
