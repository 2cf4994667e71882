"""The key cabinet in the browser: out and back by scan, what is missing, one thing's chain."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.people import reads as people
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles import reads as vehicles

from . import forms, thing_desk, thing_reads, things
from .shots import WATCHERS, bp
from .things import ThingState


@bp.get("/keys")
@admit(*STATION_ROLES)
def cabinet() -> str:
    """Everything in the cabinet and everything out of it, what is late on top; one field for scans."""
    actor = current_actor()
    rows = thing_reads.list_held(actor.organisation_id)
    now = clock.now()
    returned = request.args.get("back", "")
    return render_template(
        "intake/cabinet.html",
        late=[row for row in rows if things.is_overdue(row.state, row.due_at, now)],
        lost=[row for row in rows if row.state is ThingState.LOST],
        out=[
            row
            for row in rows
            if row.state is ThingState.OUT and not things.is_overdue(row.state, row.due_at, now)
        ],
        held=[row for row in rows if row.state is ThingState.HELD],
        back=thing_reads.get_thing(actor, returned) if returned else None,
        things=things,
        now=now,
    )


@bp.post("/keys/scan")
@admit(*STATION_ROLES)
@refill("intake.cabinet")
def scan_key() -> Response:
    """One scan: what is out is back with it, what is in its place opens to be taken out."""
    actor = current_actor()
    row, by_label = thing_reads.find_scanned(actor, request.form.get("key", ""))
    if row.state is not ThingState.OUT:
        return redirect(url_for("intake.thing", thing_id=row.id, label=int(by_label)), 303)
    thing_id = row.id
    with act():
        thing_desk.give_back(actor, thing_reads.get_thing(actor, thing_id), by_label=by_label)
    return redirect(url_for("intake.cabinet", back=thing_id), 303)


@bp.get("/things/<thing_id>")
@admit(*WATCHERS)
def thing(thing_id: str) -> str:
    """One key, paper, plate, seal or bag: where it is, who had it, and what can be done now."""
    actor = current_actor()
    row = thing_reads.get_thing(actor, thing_id)
    here = actor.role in STATION_ROLES and row.station_id == actor.organisation_id
    return render_template(
        "intake/thing.html",
        thing=row,
        chain=thing_reads.chain_of(row),
        things=things,
        late=things.is_overdue(row.state, row.due_at, clock.now()),
        colleagues=people.list_colleagues(row.station_id) if here else [],
        by_label=request.args.get("label", "0"),
        here=here,
        may_settle=actor.role == Role.JUDGE,
        court=actor.role in COURT_ROLES,
    )


@bp.post("/things/<thing_id>/out")
@admit(*STATION_ROLES)
@refill("intake.thing")
def lend(thing_id: str) -> Response:
    """Out, to somebody, for a purpose, until a time."""
    actor, loan = current_actor(), forms.read_loan(request.form)
    with act():
        row = thing_reads.get_thing(actor, thing_id)
        thing_desk.lend(actor, row, loan, by_label=request.form.get("label") == "1")
    return redirect(url_for("intake.cabinet"), 303)


@bp.post("/things/<thing_id>/back")
@admit(*STATION_ROLES)
@refill("intake.thing")
def give_back(thing_id: str) -> Response:
    """Back, or found again."""
    actor = current_actor()
    with act():
        thing_desk.give_back(actor, thing_reads.get_thing(actor, thing_id), by_label=False)
    return redirect(url_for("intake.cabinet", back=thing_id), 303)


@bp.post("/things/<thing_id>/lost")
@admit(*STATION_ROLES)
@refill("intake.thing")
def report_lost(thing_id: str) -> Response:
    """It cannot be found."""
    actor = current_actor()
    with act():
        row = thing_reads.get_thing(actor, thing_id)
        thing_desk.report_lost(actor, row, request.form.get("why", ""))
    return redirect(url_for("intake.thing", thing_id=thing_id), 303)


@bp.post("/things/<thing_id>/settle")
@admit(Role.JUDGE)
@refill("intake.thing")
def settle_loss(thing_id: str) -> Response:
    """The judge says how a loss is settled."""
    actor = current_actor()
    with act():
        row = thing_reads.get_thing(actor, thing_id)
        thing_desk.settle(actor, row, request.form.get("words", ""))
    return redirect(url_for("intake.thing", thing_id=thing_id), 303)


@bp.get("/vehicles/<vehicle_id>/things/new")
@admit(*STATION_ROLES)
def new_thing(vehicle_id: str) -> str:
    """The form for something that came after the gate-in."""
    return render_template(
        "intake/thing_new.html",
        vehicle=vehicles.get_vehicle(current_actor(), vehicle_id),
        things=things,
    )


@bp.post("/vehicles/<vehicle_id>/things")
@admit(*STATION_ROLES)
@refill("intake.new_thing")
def add_thing(vehicle_id: str) -> Response:
    """Take over something that came after the gate-in."""
    actor, new = current_actor(), forms.read_added(request.form)
    with act():
        row = thing_desk.add(actor, vehicles.get_vehicle(actor, vehicle_id), new)
    return redirect(url_for("intake.thing", thing_id=row.id), 303)
