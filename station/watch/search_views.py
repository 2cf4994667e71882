"""The search box's page."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor
from station.ground.refused import Refused
from station.ground.web import limiter, say
from station.people.rules import COURT_ROLES
from station.vehicles.models import Vehicle
from station.vehicles.rules import STAGE_WORDS

from . import search, search_reads
from .search_reads import CaseHit
from .ways import INSIDE, bp


@bp.get("/watch/search")
@admit(*INSIDE)
@limiter.limit("60/minute")
def find() -> str | Response:
    """What was found; the only thing found is opened at once."""
    actor, typed = current_actor(), request.args.get("q", "").strip()
    why, query = "", None
    try:
        query = search.read_query(typed)
    except Refused as refused:
        why = say(refused)
    cars = search_reads.find_vehicles(actor, query) if query else []
    cases = search_reads.find_cases(actor, query) if query else []
    if only := _only(list(cars), cases):
        return redirect(only)
    inside = actor.role in COURT_ROLES
    return render_template(
        "watch/search.html",
        typed=typed,
        why=why,
        asked=query is not None,
        cars=cars,
        cases=cases,
        of_case={}
        if inside
        else {one.id: search_reads.list_of_case(actor, one.id) for one in cases},
        inside=inside,
        most=search_reads.FOUND,
        words=STAGE_WORDS,
    )


def _only(cars: list[Vehicle], cases: list[CaseHit]) -> str:
    if len(cars) == 1 and not cases:
        return url_for("watch.vehicle", vehicle_id=cars[0].id)
    if len(cases) == 1 and not cars and current_actor().role in COURT_ROLES:
        return url_for("court.case", case_id=cases[0].id)
    return ""
