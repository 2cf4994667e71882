"""Bays, and vehicles standing in them."""

from __future__ import annotations

from station.ground.database import act
from station.intake.models import Intake
from station.media.models import Media
from station.vehicles.models import Vehicle
from station.yard import desk, plan_desk, reads
from station.yard.models import Bay, Stay
from station.yard.rules import BayRow
from tests.intake import makers as intake
from tests.makers import House


def make_bays(house: House, zone: str = "A", count: int = 3) -> list[Bay]:
    """Bays 1 to `count` of a zone."""
    with act():
        return plan_desk.add_bays(house.manager, [BayRow(zone, 1, count)])


def put(house: House, vehicle: Vehicle, bay: Bay) -> Stay:
    """A vehicle into a bay."""
    with act():
        return desk.put(house.keeper, vehicle, bay, by_label=True)


def make_stored(house: House, bay: Bay, **changes: object) -> Intake:
    """A vehicle taken in and standing in a bay."""
    row = intake.make_taken_in(house, **changes)
    put(house, row.vehicle, bay)
    return row


def care_photo(house: House, vehicle: Vehicle) -> Media:
    """The picture that proves a care task."""
    return intake.keep(house.mechanic, vehicle, reads.CARE_PHOTO, "")
