"""Vehicles that are announced or sold, made by the real desks."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from openpyxl import Workbook

from station.court import desk as court
from station.court.models import Seizure
from station.court.rules import CommandKind, EntrustmentLetter, read_case_number
from station.ground import clock
from station.ground.clock import SHANGHAI
from station.ground.database import act
from station.media import desk as media
from station.media import door
from station.media.models import Media
from station.media.rules import PAPER, SHEET
from station.sales import desk, reads
from station.sales.models import Lot
from station.sales.results import COLUMNS
from station.trail import desk as trail
from station.vehicles import desk as vehicles
from station.vehicles import reads as vehicle_reads
from station.vehicles import rules as vehicle_rules
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from tests.makers import House

LETTER = EntrustmentLetter("杭州市拱墅区人民法院", "网络司法拍卖", "拖车、查验、保管、交付", "无")
VINS = (
    "LSVCH6A49EN018872",
    "LVSHCAMB1CE054249",
    "LGBH1AE07AY128640",
    "LSGJT62U97H000456",
    "LHGCP1680A8000123",
)


def a_pdf(what: str = "paper") -> bytes:
    """A small whole PDF whose bytes differ by `what`."""
    return f"%PDF-1.4\n% {what}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode()


def make_vehicle(house: House, plate: str = "浙A12345", case_number: str = "") -> Seizure:
    """A vehicle registered in a new case of the court and entrusted to the agency."""
    number = read_case_number(case_number or "(2021)浙0105执1234号", clock.today())
    found = {vin: vehicle_reads.find_by_vin(vin) for vin in VINS}
    vin = next(vin for vin, there in found.items() if there is None)
    with act():
        case = court.open_case(house.judge, number, creditor="示例银行", debtor="张某")
    identity = vehicles.Identity(
        vin=vehicle_rules.read_vin(vin, overridden=True),
        plate=vehicle_rules.read_plate(plate),
        model="大众朗逸 1.6L",
        kind=vehicle_rules.VehicleKind.CAR,
        energy=vehicle_rules.Energy.ICE,
        voucher=house.clerk.person_id,
        photo="a photo",
    )
    with act():
        seizure = court.register(house.judge, case, identity)
    with act():
        entrustment = court.entrust(
            house.judge, seizure, house.agency, LETTER, letter_media="l", ruling_media="r"
        )
    with act():
        court.decide(house.agent, entrustment, accept=True)
    return seizure


def make_command(house: House, vehicle: Vehicle, kind: CommandKind) -> None:
    """A command of the judge, signed for by the station."""
    with act():
        command = court.issue(house.judge, kind, vehicle, house.station, due=clock.today())
    with act():
        court.acknowledge(house.keeper, command)


def move_to(house: House, vehicle: Vehicle, *stages: Stage) -> None:
    """Steps of rooms that these tests are not about."""
    with act():
        for stage in stages:
            vehicles.advance(vehicle_reads.get_any(vehicle.id), stage)
        trail.write(house.keeper, "yard.add_bays", f"vehicle:{vehicle.id}", vehicle=vehicle.id)


def make_stored(house: House, **named: str) -> Vehicle:
    """A vehicle in the yard, under a command that was signed for."""
    vehicle = make_vehicle(house, **named).vehicle
    make_command(house, vehicle, CommandKind.TOW_IN)
    move_to(house, vehicle, Stage.TOWING, Stage.AT_GATE, Stage.TAKEN_IN, Stage.STORED)
    return vehicle


def make_announced(house: House, number: str = "TB-0001", **named: str) -> Lot:
    """A vehicle announced seventeen days ago; bidding began two days ago."""
    vehicle = make_stored(house, **named)
    make_command(house, vehicle, CommandKind.PUBLISH)
    return announce(house, vehicle, number)


def announce(house: House, vehicle: Vehicle, number: str) -> Lot:
    """What the announcing act does with the lot."""
    today = clock.today()
    with act():
        lot = desk.open_lot(
            house.manager,
            vehicle,
            platform_number=number,
            reference_fen=5_000_000,
            start_price_fen=3_500_000,
            deposit_fen=500_000,
            announced_on=today - timedelta(days=17),
            starts_at=datetime.combine(today - timedelta(days=2), datetime.min.time(), SHANGHAI),
        )
        vehicles.advance(vehicle_reads.get_any(vehicle.id), Stage.PUBLISHED)
        facts = desk.facts_of_terms(lot)
        trail.write(house.manager, "yard.add_bays", lot.subject, vehicle=vehicle.id, facts=facts)
    return lot


def sold_row(lot: Lot, **changes: object) -> dict[str, object]:
    """A row of the sheet that may be taken."""
    now = clock.in_shanghai(clock.now())
    return {
        "lot_number": lot.platform_number,
        "case_number": lot.case.number,
        "outcome": "成交",
        "price": 49253,
        "bidders": 6,
        "ended_at": (now - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M"),
        "buyer_name": "王小明",
        "buyer_phone": "13800000001",
        "pay_due": (now.date() + timedelta(days=7)).isoformat(),
        "buyer_id_tail": "012X",
    } | changes


def unsold_row(lot: Lot) -> dict[str, object]:
    """A row that says 流拍."""
    blank = dict.fromkeys(("price", "buyer_name", "buyer_phone", "pay_due", "buyer_id_tail"), "")
    return sold_row(lot, outcome="流拍", bidders=0, **blank)


def as_xlsx(rows: list[dict[str, object]], headings: list[str] | None = None) -> bytes:
    """A sheet with these rows under the headings of the template."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(headings or list(COLUMNS.values()))
    for row in rows:
        sheet.append([row.get(name, "") for name in COLUMNS])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def keep_sheet(house: House, body: bytes) -> Media:
    """The sheet as the clerk uploads it."""
    kept = door.receive(io.BytesIO(body), limit=SHEET)
    with act():
        return media.keep(house.clerk, kept, kind=reads.SHEET)


def keep_paper(house: House, vehicle: Vehicle, kind: str) -> str:
    """A paper of the clerk; its id."""
    kept = door.receive(io.BytesIO(a_pdf(kind)), limit=PAPER)
    with act():
        return media.keep(house.clerk, kept, kind=kind, vehicle=vehicle.id).id


def make_sold(house: House, number: str = "TB-0001", **named: str) -> Lot:
    """A vehicle whose result was imported."""
    lot = make_announced(house, number, **named)
    sheet = keep_sheet(house, as_xlsx([sold_row(lot)]))
    with act():
        desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    return lot


def make_paid(house: House, number: str = "TB-0001", **named: str) -> Lot:
    """A vehicle sold, with the balance received."""
    lot = make_sold(house, number, **named)
    voucher = keep_paper(house, lot.vehicle, reads.VOUCHER)
    with act():
        desk.record_balance(
            house.clerk,
            lot,
            amount_fen=4_925_300 - 500_000,
            received_on=clock.today(),
            voucher_media=voucher,
        )
    return lot


def make_served(house: House, number: str = "TB-0001", **named: str) -> Lot:
    """A vehicle whose ownership has passed."""
    lot = make_paid(house, number, **named)
    ruling = keep_paper(house, lot.vehicle, reads.RULING)
    with act():
        desk.record_service(house.clerk, lot, served_at=clock.now(), ruling_media=ruling)
    return lot
