"""The first page of every role, the judge's desk, and a vehicle's whole story."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from station.ground.doors import everyone
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

bp = Blueprint("watch", __name__, url_prefix="/watch")

FIRST = {
    **dict.fromkeys(COURT_ROLES, "court.cases"),
    **dict.fromkeys(STATION_ROLES, "court.commands"),
    Role.AGENCY_MANAGER: "court.entrustments",
}


@bp.get("/")
@everyone
def home() -> Response:
    """Lead everybody to the page their role works from."""
    role = g.actor.role if g.get("actor") else None
    return redirect(url_for(FIRST.get(role, "people.sign_in"), **request.args))
