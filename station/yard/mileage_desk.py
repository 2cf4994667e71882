"""Odometers read in the yard, each judged beside the reading before it."""

from __future__ import annotations

from station.court import reads as court_reads
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.ids import new_id
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles.models import Vehicle

from . import mileage, mileage_reads
from .models import OdometerRow


def read_odometer(
    actor: Actor, vehicle: Vehicle, km: int, *, looked_twice: bool = False
) -> OdometerRow:
    """Write down an odometer. What was not allowed is told to the court by its line.

    Refuses an odometer that went back until it was looked at twice.
    """
    before, since = mileage_reads.find_last_reading(vehicle.id)
    movements = mileage_reads.count_movements(vehicle.id, since)
    growth = mileage.judge_odometer(before, km, movements)
    mileage.check_lower(growth, before, looked_twice=looked_twice)
    cover = court_reads.get_cover(actor, vehicle.id, "yard.odometer")
    row = OdometerRow(
        id=new_id(),
        vehicle_id=vehicle.id,
        km=km,
        growth=growth.km,
        allowed=growth.allowed,
        state=growth.state,
        by_person=actor.person_id,
        by_name=actor.name,
        at=clock.now(),
    )
    db.session.add(row)
    facts: dict[str, Fact] = {"km": km, "growth": growth.km, "allowed": growth.allowed}
    facts |= {"movements": movements, "state": growth.state.value, "doubtful": growth.doubtful}
    trail.write(
        actor,
        "yard.odometer",
        f"odometer:{row.id}",
        vehicle=vehicle.id,
        case=cover.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
    )
    return row
