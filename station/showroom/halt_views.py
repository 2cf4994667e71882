"""Staying, suspending, resuming and withdrawing a sale, in the browser."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.court.rules import COMMAND_WORDS, CommandKind
from station.ground import clock
from station.ground.articles import cite
from station.ground.database import act, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.media.upload import keep_upload
from station.people.rules import COURT_ROLES, Role
from station.sales import halt_reads, halts
from station.sales import reads as sales
from station.sales.halts import HaltKind
from station.sales.rules import LOT_STATES

from . import halt_desk

bp = Blueprint("halt", __name__, url_prefix="/showroom/vehicles")


@bp.get("/<vehicle_id>/halt")
@admit(*COURT_ROLES)
def page(vehicle_id: str) -> str:
    """What is decided, what can be, and the way on."""
    held = court.get_held(current_actor(), vehicle_id)
    live = halt_reads.find_halt(vehicle_id)
    return render_template(
        "showroom/halt.html",
        vehicle=held.vehicle,
        case=held.case,
        lot=sales.find_lot(vehicle_id),
        live=live,
        rows=halt_reads.list_halts(vehicle_id),
        commands=[
            one
            for kind in (*halt_desk.COMMANDS.values(), CommandKind.RESUME, CommandKind.WITHDRAW)
            if (one := court.find_command(vehicle_id, kind)) is not None
        ],
        due=halts.resume_due(live.ended_on) if live and live.ended_on else None,
        halts=halts,
        command_words=COMMAND_WORDS,
        lot_words=LOT_STATES.words,
        now=clock.in_shanghai(clock.now()),
    )


def _kind(text: str) -> HaltKind:
    kind: HaltKind = get_or_404(HaltKind(text) if text in list(HaltKind) else None, "这个页面")
    return kind


@bp.get("/<vehicle_id>/halt/<halt_kind>")
@admit(Role.JUDGE)
def decide(vehicle_id: str, halt_kind: str) -> str:
    """The form of one decision."""
    held = court.get_held(current_actor(), vehicle_id)
    kind = _kind(halt_kind)
    return render_template(
        "showroom/halt_decide.html",
        vehicle=held.vehicle,
        halt_kind=kind,
        words=halts.HALT_WORDS,
        grounds=halts.GROUNDS[kind].values(),
        cite=cite,
    )


@bp.post("/<vehicle_id>/halt/<halt_kind>")
@admit(Role.JUDGE)
@refill("showroom.halt.decide")
def halt(vehicle_id: str, halt_kind: str) -> Response:
    """Decide, and command it carried out."""
    actor, kind = current_actor(), _kind(halt_kind)
    held = court.get_held(actor, vehicle_id)
    paper = keep_upload(
        actor, "paper", kind=sales.HALT_PAPER, vehicle=vehicle_id, case=held.case_id
    )
    said = halt_desk.Decision(request.form.get("ground", ""), request.form.get("words", ""), paper)
    with act():
        if kind is HaltKind.WITHDRAW:
            halt_desk.withdraw(actor, vehicle_id, said)
        else:
            halt_desk.halt(actor, vehicle_id, kind, said)
    return _back(vehicle_id)


def _back(vehicle_id: str) -> Response:
    return redirect(url_for("showroom.halt.page", vehicle_id=vehicle_id), 303)


@bp.post("/<vehicle_id>/halt-cause")
@admit(Role.JUDGE)
@refill("showroom.halt.page")
def end_cause(vehicle_id: str) -> Response:
    """The cause has ended."""
    actor = current_actor()
    on = _read_moment("ended_on").date()
    with act():
        halt_desk.end_cause(actor, vehicle_id, on)
    return _back(vehicle_id)


@bp.post("/<vehicle_id>/halt-resume")
@admit(Role.JUDGE)
@refill("showroom.halt.page")
def resume(vehicle_id: str) -> Response:
    """The sale goes on."""
    actor = current_actor()
    starts = _read_moment("starts_at")
    with act():
        halt_desk.resume(actor, vehicle_id, starts.replace(tzinfo=clock.SHANGHAI))
    return _back(vehicle_id)


def _read_moment(name: str) -> datetime:
    try:
        return datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused(
            "no_moment", "请选择日期和时间，例如 2026-12-08 10:00。", field=name
        ) from None
