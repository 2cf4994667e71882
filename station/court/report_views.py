"""Taking a command in hand, reporting on it, and the judge's answer, in the browser."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.doors import admit, current_actor, refill
from station.media import desk as media
from station.media import door
from station.media import reads as media_reads
from station.media.models import Media
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
        "kept": g.get("report_kept", []),
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
    files = _keep(actor, command)
    with act():
        report_desk.report(actor, reads.get_command(actor, command_id), words, files)
    return _back(command_id)


def _keep(actor: Actor, command: Command) -> list[Media]:
    vehicle, case, name = command.vehicle_id, command.case_id, command.id
    before = request.form.getlist("kept")
    found = [row.id for row in report_reads.list_files(vehicle, before)]
    for file in request.files.getlist("files"):
        if file.filename:
            found.append(_keep_one(actor, file, vehicle, case, name))
    g.report_kept = list(dict.fromkeys(found))
    return [media_reads.get_media(one) for one in g.report_kept]


def _keep_one(actor: Actor, file: FileStorage, vehicle: str, case: str, command: str) -> str:
    db.session.close()  # a body can take minutes
    kept = door.receive(cast(BinaryIO, file.stream))
    with act(final=False):
        return media.keep(actor, kept, kind=FILE, vehicle=vehicle, case=case, command=command).id


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
