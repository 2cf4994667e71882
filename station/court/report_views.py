"""Taking a command in hand, reporting on it, and the judge's answer, in the browser."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.media import reads as media_reads
from station.media.models import Media
from station.media.upload import keep_uploads, kept_before
from station.people.rules import STATION_ROLES, Role

from . import forms, reads, report_desk, report_reads, reports, rules
from .models import Command
from .report_reads import FILE

bp = Blueprint("report", __name__, url_prefix="/commands")
DOERS = (*STATION_ROLES, Role.AGENCY_MANAGER)


def told(command: Command) -> dict[str, object]:
    """What the page of a command shows of its reports."""
    rows = report_reads.list_reports(command.id)
    ids = [one for row in rows for one in row.files]
    files = {one.id: one for one in report_reads.list_files(command.vehicle_id, ids)}
    return {
        "reports": rows,
        "files": files,
        "small": {one: _small(files[one]) for one in files},
        "report_words": reports.REPORT_STATES.words,
        "evidence": reports.EVIDENCE_WORDS,
        "kept": kept_before(),
        "waits": command.state is rules.CommandState.REPORTED,
    }


def _small(row: Media) -> str:
    if row.mime.startswith("image/") and media_reads.find_derivative(row, "thumb"):
        return url_for("media.derivative", media_id=row.id, use="thumb")
    return ""


def _back(command_id: str) -> Response:
    return redirect(url_for("court.command", command_id=command_id), 303)


@bp.post("/<command_id>/take-up")
@admit(*DOERS)
@refill("court.command")
def take_up(command_id: str) -> Response:
    """Begin with it."""
    actor = current_actor()
    with act():
        report_desk.take_up(actor, reads.get_command(actor, command_id))
    return _back(command_id)


@bp.post("/<command_id>/report")
@admit(*DOERS)
@refill("court.command")
def send(command_id: str) -> Response:
    """Report what was done; the files are kept even when the report is refused."""
    actor = current_actor()
    command = reads.get_command(actor, command_id)
    report_desk.check_addressee(actor, command)
    words = request.form.get("words", "").strip()
    files = keep_uploads(
        actor,
        "files",
        kind=FILE,
        vehicle=command.vehicle_id,
        case=command.case_id,
        command=command.id,
    )
    with act():
        report_desk.report(actor, reads.get_command(actor, command_id), words, files)
    return _back(command_id)


def _seen() -> str:
    return request.form.get("report", "")


@bp.post("/<command_id>/approve")
@admit(Role.JUDGE)
@refill("court.command")
def approve(command_id: str) -> Response:
    """Take the report that was on the page as done."""
    actor = current_actor()
    with act():
        report_desk.approve(actor, reads.get_command(actor, command_id), _seen())
    return _back(command_id)


@bp.post("/<command_id>/return")
@admit(Role.JUDGE)
@refill("court.command")
def send_back(command_id: str) -> Response:
    """Return it with the reason."""
    actor = current_actor()
    reason = request.form.get("reason", "")
    with act():
        report_desk.send_back(actor, reads.get_command(actor, command_id), _seen(), reason)
    return _back(command_id)


@bp.post("/<command_id>/amend")
@admit(Role.JUDGE)
@refill("court.command")
def amend(command_id: str) -> Response:
    """Another day, or other words."""
    actor = current_actor()
    due = forms.read_day(request.form, "due")
    note, reason = request.form.get("note", "").strip(), request.form.get("reason", "")
    with act():
        report_desk.amend(actor, reads.get_command(actor, command_id), due, note, reason)
    return _back(command_id)
