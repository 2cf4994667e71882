"""Incidents in the browser: the station tells and settles, the judge decides."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO, cast

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground import clock, money
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.intake.rules import VIEW_WORDS
from station.media import desk as media
from station.media import door
from station.media import reads as media_reads
from station.media.models import Media
from station.media.rules import PICTURE
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles import reads as vehicles

from . import incident_desk, incident_reads, incidents
from .incidents import IncidentKind, Told
from .pages import bp

WATCHERS = (*STATION_ROLES, *COURT_ROLES, Role.AGENCY_MANAGER)


@bp.get("/incidents")
@admit(*STATION_ROLES, *COURT_ROLES)
def list_incidents() -> str:
    """Incidents of the station or before the court, open ones first."""
    return render_template(
        "yard/incidents.html",
        rows=incident_reads.list_at(current_actor()),
        incidents=incidents,
    )


@bp.get("/vehicles/<vehicle_id>/incidents/new")
@admit(*STATION_ROLES)
def new_incident(vehicle_id: str) -> str:
    """The form: what happened, with pictures as it is now."""
    views = incident_reads.list_views(vehicle_id)
    return render_template(
        "yard/incident_new.html",
        vehicle=vehicles.get_vehicle(current_actor(), vehicle_id),
        views=[(view, VIEW_WORDS[view]) for view in views],
        incidents=incidents,
        today=clock.today(),
        kept=g.get("incident_kept", []),
    )


@bp.post("/vehicles/<vehicle_id>/incidents")
@admit(*STATION_ROLES)
@refill("yard.new_incident")
def report_incident(vehicle_id: str) -> Response:
    """Tell the court."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    told = _read_told()
    pictures = _keep(actor, vehicle.id)
    with act():
        row = incident_desk.report(actor, vehicles.get_vehicle(actor, vehicle_id), told, pictures)
    return redirect(url_for("yard.incident", incident_id=row.id), 303)


def _read_told() -> Told:
    try:
        kind = IncidentKind(request.form.get("kind", ""))
    except ValueError:
        raise Refused("incident_kind", "请点选发生了什么。", field="kind") from None
    cost = request.form.get("cost", "").strip()
    return Told(
        kind,
        _read_day(request.form.get("on", "")),
        request.form.get("what", "").strip(),
        request.form.get("view", ""),
        money.read_yuan(cost, "cost") if cost else None,
    )


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field="on") from None


def _keep(actor: Actor, vehicle_id: str) -> list[Media]:
    """Keep every picture of the request, each by itself, so that a refusal of the form loses none."""
    before = request.form.getlist("kept")
    files = [file for file in request.files.getlist("photo") if file.filename]
    found = [row.id for row in incident_reads.list_files(vehicle_id, before)]
    cover = court.get_cover(actor, vehicle_id, "media.keep") if files else None
    for file in files:
        db.session.close()
        kept = door.receive(cast(BinaryIO, file.stream), limit=PICTURE)
        with act(final=False):
            row = media.keep(
                actor,
                kept,
                kind=incident_reads.PICTURE,
                vehicle=vehicle_id,
                case=cover.case_id if cover else "",
                command=cover.id if cover else "",
            )
            found.append(row.id)
    g.incident_kept = list(dict.fromkeys(found))
    return [media_reads.get_media(one) for one in g.incident_kept]


@bp.get("/incidents/<incident_id>")
@admit(*WATCHERS)
def incident(incident_id: str) -> str:
    """One incident: before, as found, after; the decision and the cost."""
    actor = current_actor()
    row = incident_reads.get_incident(actor, incident_id)
    told_on = clock.in_shanghai(row.at).date()
    return render_template(
        "yard/incident.html",
        incident=row,
        incidents=incidents,
        late=incidents.days_late(row.happened_on, told_on),
        before=_show([row.before] if row.before else []),
        found=_show(row.pictures),
        after=_show(row.after),
        kept=g.get("incident_kept", []),
        may_decide=actor.role == Role.JUDGE and actor.organisation_id == row.court_id,
        may_settle=actor.role in STATION_ROLES and actor.organisation_id == row.station_id,
    )


def _show(ids: list[str]) -> list[tuple[str, str]]:
    """(small picture, original) of each file."""
    found = []
    for one in ids:
        original = url_for("media.original", media_id=one)
        drawn = media_reads.find_derivative(media_reads.get_media(one), "view")
        small = url_for("media.derivative", media_id=one, use="view") if drawn else original
        found.append((small, original))
    return found


@bp.post("/incidents/<incident_id>/decide")
@admit(Role.JUDGE)
@refill("yard.incident")
def decide_incident(incident_id: str) -> Response:
    """The judge's decision."""
    actor = current_actor()
    with act():
        row = incident_reads.get_judged(actor, incident_id)
        incident_desk.decide(actor, row, request.form.get("decision", ""))
    return redirect(url_for("yard.incident", incident_id=incident_id), 303)


@bp.post("/incidents/<incident_id>/settle")
@admit(*STATION_ROLES)
@refill("yard.incident")
def settle_incident(incident_id: str) -> Response:
    """How it ended."""
    actor = current_actor()
    row = incident_reads.get_incident(actor, incident_id)
    incidents.INCIDENT_STATES.check(row.state, incidents.IncidentState.SETTLED)
    cost = money.read_yuan(request.form.get("cost", ""), "cost")
    after = _keep(actor, row.vehicle_id)
    with act():
        incident_desk.settle(
            actor,
            incident_reads.get_incident(actor, incident_id),
            request.form.get("outcome", ""),
            cost,
            request.form.get("borne_by", ""),
            after,
        )
    return redirect(url_for("yard.incident", incident_id=incident_id), 303)
