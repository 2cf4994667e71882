"""Cases, vehicles, entrustments and commands in a given state, made by the real desks."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from PIL import Image

from station.court import desk, rules
from station.court.models import Case, Command, Entrustment, Seizure
from station.court.rules import CommandKind, EntrustmentLetter
from station.ground import clock
from station.ground.database import act
from station.media import desk as media
from station.media import door
from station.vehicles import reads as vehicle_reads
from station.vehicles.desk import Identity
from station.vehicles.rules import Energy, VehicleKind, read_plate, read_vin
from tests.makers import House

VIN = "LSJA24U62JG269225"
OTHER_VIN = "LDC613P23A1305189"
LETTER = EntrustmentLetter("拱墅法院", "网络司法拍卖", "拖车、入库、保管、展示、交付", "无")


def a_pdf(text: str = "x") -> BytesIO:
    """The smallest thing that is a paper."""
    body = f"%PDF-1.4\n% {text}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return BytesIO(body.encode())


def a_photo(colour: str = "red", size: tuple[int, int] = (320, 240)) -> BytesIO:
    """A small picture."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    file.seek(0)
    return file


def identity(vin: str = VIN, plate: str = "浙A12345") -> Identity:
    """A car."""
    return Identity(
        read_vin(vin), read_plate(plate), "荣威 i5 2018款", VehicleKind.CAR, Energy.ICE, "白", 2018
    )


def open_case(house: House, number: str = "(2026)浙0105执1234号") -> Case:
    """A case of the house's judge."""
    with act():
        return desk.open_case(
            house.judge,
            rules.read_case_number(number, clock.today()),
            creditor="王申请",
            debtor="李被执",
        )


def registered(house: House, vin: str = VIN, plate: str = "浙A12345") -> Seizure:
    """A vehicle seized in a case of its own."""
    case = open_case(house, f"(2026)浙0105执{1000 + int(vin[-3:])}号")
    with act():
        return desk.register(house.judge, case, identity(vin, plate))


def kept_paper(house: House, seizure: Seizure, kind: str) -> str:
    """A paper of the court, kept."""
    kept = door.receive(a_pdf(kind + seizure.id))
    with act():
        return media.keep(
            house.judge, kept, kind=kind, vehicle=seizure.vehicle_id, case=seizure.case_id
        ).id


def offered(house: House, seizure: Seizure) -> Entrustment:
    """The vehicle offered to the house's agency, with both papers."""
    letter = kept_paper(house, seizure, "entrustment_letter")
    ruling = kept_paper(house, seizure, "ruling")
    with act():
        return desk.entrust(
            house.judge, seizure, house.agency, LETTER, letter_media=letter, ruling_media=ruling
        )


def entrusted(house: House, vin: str = VIN, plate: str = "浙A12345") -> Seizure:
    """A vehicle that the agency has accepted."""
    seizure = registered(house, vin, plate)
    row = offered(house, seizure)
    with act():
        desk.decide(house.agent, row, accept=True)
    return seizure


def commanded(
    house: House, kind: CommandKind = CommandKind.TOW_IN, seizure: Seizure | None = None
) -> Command:
    """A command, issued and not yet delivered."""
    held = seizure or entrusted(house)
    with act():
        return desk.issue(
            house.judge,
            kind,
            vehicle_reads.get_any(held.vehicle_id),
            house.station,
            due=clock.today() + timedelta(days=3),
        )


def acknowledged(house: House, seizure: Seizure | None = None) -> Command:
    """A tow-in command the station has signed for."""
    command = commanded(house, seizure=seizure)
    with act():
        desk.acknowledge(house.manager, command)
    return command
