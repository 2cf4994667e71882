"""What may be commanded for a vehicle, in the browser."""

from __future__ import annotations

from flask import Blueprint, render_template

from station.ground.doors import admit, current_actor
from station.ground.refused import Refused
from station.ground.web import say
from station.people.rules import Role
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import desk, reads, rules
from .rules import CommandKind

bp = Blueprint("choice", __name__)


@bp.get("/vehicles/<vehicle_id>/commands")
@admit(Role.JUDGE)
def choose(vehicle_id: str) -> str:
    """What may be commanded for this vehicle now, and of the rest why not."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    return render_template(
        "court/command_choose.html",
        vehicle=vehicle,
        seizure=reads.get_held(actor, vehicle_id),
        rules=rules,
        offers=[(kind, _why_not(vehicle, kind)) for kind in rules.BY_FORM],
    )


def _why_not(vehicle: Vehicle, kind: CommandKind) -> str:
    try:
        desk.check_new(vehicle, kind)
    except Refused as refused:
        return say(refused)
    return ""
