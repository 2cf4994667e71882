"""A court's vehicles all over the thread, made by the makers of the rooms."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from station.court import desk as court
from station.court.models import Seizure
from station.ground import clock
from station.ground.database import act
from station.vehicles.models import Vehicle
from station.vehicles.vin import check_digit
from station.yard import desk as yard
from station.yard.rules import PLAN
from tests.court import makers as court_makers
from tests.intake import makers as intake_makers
from tests.makers import House
from tests.sales import makers as sales_makers
from tests.yard import makers as yard_makers


def a_vin(number: int) -> str:
    """A VIN of its own, with the right check digit."""
    text = f"LSVAA41800200{number:04d}"
    return text[:8] + check_digit(text) + text[9:]


def days_ago(days: int) -> datetime:
    """Ten in the morning of that day, in Shanghai."""
    day = clock.today() - timedelta(days=days)
    return datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI)


def ago(days: int) -> AbstractContextManager[None]:
    """Let what is made inside happen that many days ago, one act after the other: where the order
    of acts of several organisations matters, they must not all bear the same moment."""
    back = timedelta(days=days)
    return clock.running(lambda: datetime.now(UTC) - back)


def make_declined(house: House, number: int = 10) -> Seizure:
    """A vehicle whose agency said no."""
    seizure = court_makers.registered(house, a_vin(number), f"浙A7{number:04d}")
    row = court_makers.offered(house, seizure)
    with act():
        court.decide(house.agent, row, accept=False, reason="与当事人有利害关系")
    return seizure


def make_offered(house: House, number: int = 20) -> Seizure:
    """A vehicle that an agency has not answered for."""
    seizure = court_makers.registered(house, a_vin(number), f"浙A7{number:04d}")
    court_makers.offered(house, seizure)
    return seizure


def make_cared(house: House) -> Vehicle:
    """A stored vehicle with one bad battery reading."""
    bay = yard_makers.make_bays(house)[0]
    vehicle = yard_makers.make_stored(
        house, bay, number=1300, plate="浙A70075", vin=a_vin(75)
    ).vehicle
    photo = yard_makers.care_photo(house, vehicle)
    task = next(task for task in PLAN.values() if task.reading == "battery_mv")
    with act():
        yard.care(
            house.mechanic, vehicle, yard.Done(task, 11_800, photo.id, "亏电"), seen_by="label"
        )
    return vehicle


def make_thread(house: House) -> None:
    """One vehicle at most stages of the thread, some of them waiting too long."""
    with clock.moved_to(days_ago(9)):
        make_declined(house)
        make_offered(house)
        court_makers.registered(house, a_vin(30), "浙A70030")
        court_makers.entrusted(house, a_vin(40), "浙A70040")
        intake_makers.make_ordered(
            house, number=1400, plate="浙A70050", vin=a_vin(50), acknowledged=False
        )
    intake_makers.make_sent(house, number=1401, plate="浙A70060", vin=a_vin(60))
    intake_makers.make_arrived(house, number=1402, plate="浙A70070", vin=a_vin(70))
    make_cared(house)
    sales_makers.make_sold(house, "TB-0001", plate="浙A70080", case_number="(2021)浙0105执1501号")
    sales_makers.make_paid(house, "TB-0002", plate="浙A70081", case_number="(2021)浙0105执1502号")
    sales_makers.make_served(house, "TB-0003", plate="浙A70082", case_number="(2021)浙0105执1503号")
    sales_makers.make_announced(
        house, "TB-0004", plate="浙A70083", case_number="(2021)浙0105执1504号"
    )
