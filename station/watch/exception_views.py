"""The page of what the trail shows that should not be."""

from __future__ import annotations

from collections import Counter

from flask import current_app, render_template, request

from station.ground import clock
from station.ground.doors import admit, current_actor
from station.people.rules import COURT_ROLES, Role
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import exception_reads, exceptions
from .exceptions import Kind
from .ways import bp

SUPERVISORS = (*COURT_ROLES, Role.STATION_MANAGER, Role.AGENCY_MANAGER)
MOST = 200  # on one page


@bp.get("/watch/exceptions")
@admit(*SUPERVISORS)
def exception_list() -> str:
    """Everything odd, or of one kind; each with the lines that show it."""
    actor = current_actor()
    found = exception_reads.list_odd(actor)
    asked = request.args.get("kind", "")
    kind = Kind(asked) if asked in list(Kind) else None
    shown = [one for one in found if kind is None or one.odd.kind is kind]
    audience = vehicles.audience_of(actor)
    return render_template(
        "watch/exceptions.html",
        found=shown[:MOST],
        more=max(0, len(shown) - MOST),
        counts=Counter(one.odd.kind for one in found),
        chosen=kind,
        words=exceptions.KIND_WORDS,
        plate_of=lambda car: vehicle_rules.mask_plate(car.plate, audience),
        acts=current_app.extensions["trail.acts"],
        shown_days=exceptions.SHOWN.days,
        now=clock.now(),
    )
