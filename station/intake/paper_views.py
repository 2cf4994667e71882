"""What is printed of a vehicle: its first label, the 入库单, the 查验报告 and the 移交清单."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.afterwards import offered_again
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.media import door
from station.media import reads as media
from station.media.labels import Purpose
from station.people.rules import Role
from station.trail import reads as trail
from station.vehicles import reads as vehicles

from . import desk, hand_lists, reads, report_desk, reports, sheets
from .models import Report
from .shots import INSPECTORS, bp
from .vehicle_papers import open_about

LABELLERS = (*INSPECTORS, Role.YARD_KEEPER)


def _file_sheet(actor: Actor, intake_id: str) -> None:
    row = reads.get_intake(actor, intake_id)
    line = trail.find_last_line(row.subject, "intake.finish")
    if row.sheet_media or row.finished_at is None or line is None:
        return
    kept = door.receive_document(sheets.make_sheet(row, line))
    with act():
        desk.file_sheet(actor, reads.get_intake(actor, intake_id), kept, line)


@bp.post("/<intake_id>/sheet")
@admit(*INSPECTORS)
@refill("intake.gate_in")
def print_sheet(intake_id: str) -> Response:
    """The 入库单; made now when the end of the gate-in could not make it."""
    _file_sheet(current_actor(), intake_id)
    row = reads.get_intake(current_actor(), intake_id)
    if not row.sheet_media:
        raise Refused("not_finished", "入库查验还没有完成，不能出具入库单。", status=409)
    return redirect(url_for("media.original", media_id=row.sheet_media), 303)


def print_at_end(actor: Actor, intake_id: str) -> None:
    """The sheet, and the report if a worker has drawn all its pictures: what cannot be made now is
    offered again on the page, for the gate-in has ended."""
    with offered_again(f"sheet of intake:{intake_id}"):
        _file_sheet(actor, intake_id)
    with offered_again(f"report of intake:{intake_id}"):
        if reports.is_drawn(reads.get_intake(actor, intake_id)):
            _file_report(actor, intake_id)


def _file_report(actor: Actor, intake_id: str) -> Report:
    """Issue the report, unless one was issued that could not be printed; print and keep it."""
    report = reads.find_report(reads.get_intake(actor, intake_id))
    if report is None or report.sheet_media:
        with act():
            report_desk.issue_report(actor, reads.get_intake(actor, intake_id))
    row = reads.get_intake(actor, intake_id)
    report = reads.find_report(row)
    line = trail.find_last_line(report.subject, "intake.report") if report else None
    assert report is not None
    assert line is not None
    kept = door.receive_document(reports.make_report(row, report, line))
    with act():
        row = reads.get_intake(actor, intake_id)
        return report_desk.file_report(actor, row, report.number, kept, line)


@bp.post("/<intake_id>/report")
@admit(*INSPECTORS)
@refill("intake.gate_in")
def print_report(intake_id: str) -> Response:
    """The 查验报告; a new version when what it says has changed since the last one."""
    report = _file_report(current_actor(), intake_id)
    return redirect(url_for("media.original", media_id=report.sheet_media), 303)


@bp.post("/vehicles/<vehicle_id>/hand-list")
@admit(*LABELLERS)
def print_hand_list(vehicle_id: str) -> Response:
    """The 移交清单 as things stand; a new one takes the place of the last when they have changed."""
    media_id = open_about(current_actor(), vehicle_id, hand_lists.PAPER)
    return redirect(url_for("media.original", media_id=media_id), 303)


# --- label


@bp.post("/vehicles/<vehicle_id>/label")
@admit(*LABELLERS)
def print_label(vehicle_id: str) -> Response:
    """The first windscreen label at once; another is printed with a reason, on the printing page."""
    actor, subject = current_actor(), f"vehicle:{vehicle_id}"
    if media.find_code(Purpose.VEHICLE, subject) is not None:
        return redirect(url_for("media.labels.page", kind="vehicle", subject=subject), 303)
    with act():
        desk.print_label(actor, vehicles.get_vehicle(actor, vehicle_id))
    code = media.find_code(Purpose.VEHICLE, subject)
    return redirect(url_for("media.labels.printed", code=code.id if code else ""), 303)
