"""The tow in the browser: sending a driver, and the driver's own pages behind a link."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.people.rules import STATION_ROLES, Role
from station.vehicles import reads as vehicles

from . import finding_desk, findings, forms, reads, rules, shots, tow_desk
from .finding_views import finding_form
from .findings import Source
from .models import Tow
from .rules import TowState
from .shots import SENDERS, bp

DRIVERS = (Role.TOW_DRIVER,)
ARRIVERS = (Role.TOW_DRIVER, Role.GATE, Role.INSPECTOR, Role.STATION_MANAGER)


@bp.get("/tows")
@admit(*STATION_ROLES)
def tows() -> str:
    """Tow orders without a driver, drives on the road."""
    actor = current_actor()
    return render_template(
        "intake/tows.html",
        orders=reads.list_tow_orders(actor),
        coming=reads.list_coming(actor),
        words=rules.TOW_STATES.words,
        may_send=actor.role in SENDERS,
        may_arrive=actor.role in ARRIVERS,
        today=clock.today(),
    )


@bp.get("/tows/send/<command_id>")
@admit(*SENDERS)
def send(command_id: str) -> str:
    """The form that sends a driver."""
    command = court.get_command(current_actor(), command_id)
    return render_template(
        "intake/send.html", command=command, tow=reads.find_live_tow(command.vehicle_id)
    )


@bp.post("/tows/send/<command_id>")
@admit(*SENDERS)
@refill("intake.send")
def dispatch(command_id: str) -> Response:
    """Send a driver; link and code are in the outbox."""
    actor = current_actor()
    with act():
        tow_desk.dispatch(
            actor,
            court.get_command(actor, command_id),
            request.form.get("driver_name", ""),
            request.form.get("phone", ""),
        )
    return redirect(url_for("intake.tows"), 303)


@bp.get("/tow")
@admit(*DRIVERS)
def my_tow() -> Response:
    """The drive that this link opens."""
    kind, _, tow_id = current_actor().scope.partition(":")
    if kind != "tow":
        raise Refused("not_a_tow_link", "这个链接不是拖车任务的链接。请联系服务站。", status=404)
    return redirect(url_for("intake.tow", tow_id=tow_id), 303)


@bp.get("/tows/<tow_id>")
@admit(*ARRIVERS, Role.YARD_KEEPER)
def tow(tow_id: str) -> str:
    """One drive: photos and damage, departure, arrival."""
    actor = current_actor()
    row = reads.get_tow(actor, tow_id)
    there = reads.pickup_photos(row)
    return render_template(
        "intake/tow.html",
        tow=row,
        slots=[shots.view_slot(v, row.vehicle.kind, there.get(v)) for v in rules.PICKUP_VIEWS],
        missing=rules.missing_pickup_views(frozenset(there)),
        check_ins=reads.list_check_ins(row.id),
        damage=[f for f in reads.list_findings(row.vehicle_id) if f.source is Source.TOW],
        words=findings,
        states=rules.TOW_STATES.words,
        station=actor.organisation_name,
        sharp=shots.SHARP,
        may_depart=actor.role in DRIVERS,
        may_arrive=actor.role in ARRIVERS,
    )


def _on_the_way(actor: Actor, tow_id: str, *states: TowState) -> Tow:
    """The drive, if it is still in one of these states."""
    row = reads.get_tow(actor, tow_id)
    if row.state not in states:
        raise Refused(
            "tow_closed", "这项拖车任务已到下一步，不能再补照片。请刷新页面。", status=409
        )
    return row


@bp.post("/tows/<tow_id>/photos")
@admit(*DRIVERS)
@refill("intake.tow")
def tow_photos(tow_id: str) -> Response:
    """Keep pick-up photos, each by itself."""
    actor = current_actor()
    row = _on_the_way(actor, tow_id, TowState.DISPATCHED)
    covering = court.get_covering(actor, row.vehicle_id, "media.keep")
    kept = shots.keep_files(actor, reads.TOW_PHOTO, row.vehicle_id, row.case_id, covering.id)
    return shots.answer_upload(kept, url_for("intake.tow", tow_id=tow_id))


@bp.get("/tows/<tow_id>/damage")
@admit(*DRIVERS)
def tow_damage(tow_id: str) -> str:
    """The form of a damage that the driver found."""
    row = reads.get_tow(current_actor(), tow_id)
    return finding_form(
        row.vehicle,
        url_for("intake.add_tow_damage", tow_id=tow_id),
        url_for("intake.tow", tow_id=tow_id),
    )


@bp.post("/tows/<tow_id>/damage")
@admit(*DRIVERS)
@refill("intake.tow_damage")
def add_tow_damage(tow_id: str) -> Response:
    """Add a damage found before the vehicle was moved."""
    actor = current_actor()
    row = _on_the_way(actor, tow_id, TowState.DISPATCHED, TowState.TOWING)
    vehicle_id = row.vehicle_id
    photo = shots.keep_photo(actor, vehicle_id, row.case_id, row.command_id)
    new = forms.read_finding(request.form, photo)
    with act():
        finding_desk.add_finding(actor, vehicles.get_any(vehicle_id), new, Source.TOW)
    return redirect(url_for("intake.tow", tow_id=tow_id), 303)


@bp.post("/tows/<tow_id>/depart")
@admit(*DRIVERS)
@refill("intake.tow")
def depart(tow_id: str) -> Response:
    """Check in at departure."""
    actor = current_actor()
    where, reasons = forms.read_where(request.form), forms.read_pickup_reasons(request.form)
    with act():
        tow_desk.check_in(actor, reads.get_tow(actor, tow_id), where, reasons)
    return redirect(url_for("intake.tow", tow_id=tow_id), 303)


@bp.post("/tows/<tow_id>/arrive")
@admit(*ARRIVERS)
@refill("intake.tow")
def arrive(tow_id: str) -> Response:
    """Check in at the gate: the tow is done."""
    actor = current_actor()
    where = forms.read_where(request.form)
    with act():
        intake = tow_desk.arrive(actor, reads.get_tow(actor, tow_id), where)
    if actor.role in shots.INSPECTORS:
        return redirect(url_for("intake.gate_in", intake_id=intake.id), 303)
    return redirect(url_for("intake.tow", tow_id=tow_id), 303)
