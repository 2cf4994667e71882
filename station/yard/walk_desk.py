"""The weekly walk: every vehicle is looked at in its bay, and that is written down."""

from __future__ import annotations

from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import judge_claim, time_that_counts
from station.vehicles.models import Vehicle

from . import reads
from .models import Bay, Stay


def walk(actor: Actor, vehicle: Vehicle, bay: Bay | None, *, by_label: bool) -> Stay:
    """The vehicle stands where the books say. `bay`: the sign that was scanned beside it, if one was;
    another bay than that of the books is refused: first the books are put right.

    Looking moves nothing, so no command is asked for.
    """
    stay = reads.find_stay(vehicle.id)
    if stay is None or stay.bay.station_id != actor.organisation_id:
        raise Refused(
            "walk_not_here", "这辆车账上不在本站库位。请先办理入位，或报告站长。", status=409
        )
    if bay is not None and bay.id != stay.bay_id:
        raise Refused(
            "walk_elsewhere",
            "账上这辆车在 %(bay)s，不在 %(seen)s。请先办理移位，再巡库。",
            status=409,
            field="bay",
            bay=stay.bay.code,
            seen=bay.code,
        )
    now = clock.now()
    time = judge_claim(now, actor.claimed, clock_off=actor.clock_off)
    seen = time_that_counts(now, time.happened_at, time.doubtful)
    changed(
        update(Stay)
        .where(Stay.id == stay.id, Stay.until.is_(None), Stay.seen_at < seen)
        .values(seen_at=seen)
    )
    trail.write(
        actor,
        "yard.walk",
        f"stay:{stay.id}",
        vehicle=vehicle.id,
        facts={"bay": stay.bay.code, "by_label": by_label, "bay_scanned": bay is not None},
    )
    return stay
