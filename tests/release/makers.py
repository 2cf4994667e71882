"""Vehicles from the yard to the gate, made by the real desks."""

from __future__ import annotations

from sqlalchemy import func, select

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.media import desk as media
from station.media.labels import Purpose
from station.orders.rules import ServiceKind, Wanted
from station.people.models import Link
from station.release import desk, reads
from station.release.models import Release
from station.release.rules import CORNERS, Clearing, Leaving, Taker, TakerKind
from station.sales import desk as sales
from station.sales import reads as sales_reads
from station.sales.models import Lot
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from tests.intake import makers as intake
from tests.makers import House
from tests.orders.makers import buyer_of
from tests.sales import makers as sales_makers
from tests.yard import makers as yard

CAR = {"number": 1234, "plate": "浙A12345"}
OTHER_CAR = {"number": 1235, "plate": "浙A23456"}

CLEANING = Wanted((ServiceKind.CLEANING,))


def make_owned(house: House, *, zone: str = "A", cleared: bool = True, **car: object) -> Lot:
    """A vehicle of the yard, sold, paid and served; its belongings returned if `cleared`."""
    (bay,) = yard.make_bays(house, zone, 1)
    vehicle = yard.make_stored(house, bay, **(car or CAR)).vehicle
    sales_makers.make_command(house, vehicle, CommandKind.PUBLISH)
    lot = sales_makers.announce(house, vehicle, f"TB-{zone}001")
    sheet = sales_makers.keep_sheet(house, sales_makers.as_xlsx([sales_makers.sold_row(lot)]))
    with act():
        sales.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    voucher = sales_makers.keep_paper(house, vehicle, sales_reads.VOUCHER)
    with act():
        sales.record_balance(
            house.clerk,
            lot,
            amount_fen=4_425_300,
            received_on=clock.today(),
            voucher_media=voucher,
        )
    ruling = sales_makers.keep_paper(house, vehicle, sales_reads.RULING)
    with act():
        sales.record_service(house.clerk, lot, served_at=clock.now(), ruling_media=ruling)
    if cleared:
        clear(house, vehicle)
    return lot


def command_clearing(house: House, vehicle: Vehicle) -> None:
    """The judge says what becomes of the belongings, and the station signs for it."""
    with act():
        command = desk.order_clearing(
            house.judge, vehicle, due=clock.today(), note="返还被执行人赵某某"
        )
    with act():
        court.acknowledge(house.keeper, command)


def clear(house: House, vehicle: Vehicle) -> None:
    """The belongings go back to their owner, by the judge's command."""
    if court_reads.find_command(vehicle.id, CommandKind.BELONGINGS) is None:
        command_clearing(house, vehicle)
    paper = intake.keep(house.keeper, vehicle, reads.CLEARING, "").id
    with act():
        desk.clear_belongings(
            house.keeper, vehicle, Clearing.RETURNED, receiver="赵某某", paper_media=paper
        )


def make_released(house: House, *, signed: bool = True, **named: object) -> Release:
    """A vehicle whose release is ordered, and signed for."""
    lot = make_owned(house, **named)  # type: ignore[arg-type]
    with act():
        command = desk.order(house.judge, vehicles.get_any(lot.vehicle_id), due=clock.today())
    if signed:
        with act():
            court.acknowledge(house.keeper, command)
    release = reads.find_release(lot.vehicle_id)
    assert release is not None
    return release


def make_pass(house: House, release: Release) -> str:
    """The buyer's pass; the text of its QR."""
    with act():
        return desk.issue_pass(buyer_of(house, release.vehicle), release)


def label_of(house: House, vehicle: Vehicle) -> str:
    """A label behind the windscreen; the text of its QR."""
    with act():
        return media.issue_code(
            house.inspector, Purpose.VEHICLE, f"vehicle:{vehicle.id}", vehicle=vehicle.id
        )


def scan(house: House, passed: str, car: str, actor: Actor | None = None) -> reads.Verdict:
    """What the gate does with a pass and a vehicle."""
    verdict = reads.judge_scan(actor or house.gate, passed, car)
    with act():
        desk.scan(actor or house.gate, verdict)
    return verdict


def shoot_corners(house: House, release: Release, without: tuple[str, ...] = ()) -> None:
    """Pictures of the hand-over."""
    for corner in CORNERS:
        if corner not in without:
            intake.keep(house.gate, release.vehicle, reads.PHOTO, corner)


def given(house: House, release: Release, **changes: object) -> desk.HandOver:
    """Everything the gate takes down when the buyer comes in person."""
    paper = intake.keep(house.gate, release.vehicle, reads.IDENTITY, "").id
    values: dict[str, object] = {
        "taker": Taker(TakerKind.BUYER, "王小明", "012X"),
        "leaving": Leaving(62311, 2),
        "paper_media": paper,
        "authority_media": "",
        "taker_sign_media": "",
        "staff_sign_media": "",
        "taker_sign_name": "王小明",
        "staff_sign_name": "门岗",
    }
    return desk.HandOver(**(values | changes))  # type: ignore[arg-type]


def make_green(house: House, **named: object) -> Release:
    """A release whose pass and vehicle were just scanned, corners photographed."""
    release = make_released(house, **named)
    passed = make_pass(house, release)
    verdict = scan(house, passed, release.vehicle.plate)
    assert verdict.red is None, verdict
    shoot_corners(house, release)
    return release


def count_lines() -> int:
    """Lines of the trail."""
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def list_links() -> list[Link]:
    """Links for buyers, oldest first."""
    return list(db.session.scalars(select(Link).where(Link.role == "buyer").order_by(Link.made_at)))
