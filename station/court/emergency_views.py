"""Acting without a command: the station says why, the judge confirms or objects."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.people import reads as people
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.trail import reads as trail
from station.vehicles import reads as vehicles

from . import emergency_desk, reads, rules

bp = Blueprint("emergency", __name__)
MOST = 20  # vehicles found by four characters


@bp.get("/emergencies/new")
@admit(*STATION_ROLES)
def find() -> str | Response:
    """Which vehicle is in danger: by the last four of plate or VIN; the only one is opened at once."""
    tail = request.args.get("tail", "").strip()
    rows = vehicles.list_vehicles(current_actor(), tail=tail, limit=MOST) if tail else []
    if len(rows) == 1:
        return redirect(url_for("court.emergency.new", vehicle_id=rows[0].id))
    return render_template("court/emergency_find.html", tail=tail, rows=rows)


@bp.get("/vehicles/<vehicle_id>/emergency")
@admit(*STATION_ROLES)
def new(vehicle_id: str) -> str:
    """The form: what happened, and why there is no time for a command."""
    actor = current_actor()
    return render_template(
        "court/emergency_new.html",
        vehicle=vehicles.get_vehicle(actor, vehicle_id),
        running=reads.find_emergency(actor.organisation_id, vehicle_id),
        hours=int(rules.EMERGENCY_LASTS.total_seconds()) // 3600,
    )


@bp.post("/vehicles/<vehicle_id>/emergency")
@admit(*STATION_ROLES)
@refill("court.emergency.new")
def report(vehicle_id: str) -> Response:
    """Say why; from now on the vehicle may be moved and cared for, and the judge is asked."""
    actor = current_actor()
    with act():
        row = emergency_desk.report(
            actor, vehicles.get_vehicle(actor, vehicle_id), request.form.get("reason", "")
        )
    return redirect(url_for("court.emergency.show", emergency_id=row.id), 303)


@bp.get("/emergencies/<emergency_id>")
@admit(*COURT_ROLES, *STATION_ROLES, Role.AGENCY_MANAGER)
def show(emergency_id: str) -> str:
    """One emergency: why, what was done under it, and the judge's answer."""
    row = reads.get_emergency(current_actor(), emergency_id)
    return render_template(
        "court/emergency.html",
        emergency=row,
        station=people.get_organisation(row.station_id).name,
        until=row.at + rules.EMERGENCY_LASTS,
        lines=trail.list_under(row.vehicle_id, row.subject),
        acts=current_app.extensions["trail.acts"],
        rules=rules,
    )


@bp.post("/emergencies/<emergency_id>")
@admit(Role.JUDGE)
@refill("court.emergency.show")
def answer(emergency_id: str) -> Response:
    """The judge confirms, or objects with the reason."""
    actor = current_actor()
    with act():
        emergency_desk.answer(
            actor,
            reads.get_judged(actor, emergency_id),
            request.form.get("answer", ""),
            agree=request.form.get("verdict") == "ratify",
        )
    return redirect(url_for("court.emergency.show", emergency_id=emergency_id), 303)
