"""What the court writes down of a vehicle's worth."""

from __future__ import annotations

from datetime import date

from station.ground.actors import Actor
from station.trail import desk as trail
from station.vehicles import desk as vehicles
from station.vehicles.models import Valuation
from station.vehicles.valuations import Basis

from .models import Seizure


def value(actor: Actor, seizure: Seizure, fen: int, basis: Basis, on: date) -> Valuation:
    """A value found by the court or for it; those before it stay on the list.

    Raises `Refused` for no value, or a day that has not come.
    """
    row = vehicles.value(seizure.vehicle_id, fen, basis, on, actor.name)
    trail.write(
        actor,
        "court.value",
        f"vehicle:{seizure.vehicle_id}",
        vehicle=seizure.vehicle_id,
        case=seizure.case_id,
        facts={"fen": fen, "basis": basis.value, "on": on.isoformat()},
    )
    return row
