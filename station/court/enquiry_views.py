"""The survey of a vehicle in the browser: what is known, asking, and writing down the answers."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.articles import cite
from station.ground.database import act, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.media.upload import keep_uploads, kept_before
from station.people.rules import Role
from station.vehicles import reads as vehicles

from . import enquiries, enquiry_desk, enquiry_reads, forms
from .enquiry_reads import Line

bp = Blueprint("survey", __name__, url_prefix="/vehicles")
SURVEYORS = (Role.JUDGE, Role.CLERK, Role.AGENCY_MANAGER)


@bp.get("/<vehicle_id>/survey")
@admit(*SURVEYORS)
def page(vehicle_id: str) -> str:
    """What is known of the vehicle, and what is not."""
    held = enquiry_reads.get_surveyed(current_actor(), vehicle_id)
    today = clock.today()
    lines = enquiry_reads.read_survey(vehicle_id, today)
    return render_template(
        "court/survey.html",
        seizure=held,
        lines=lines,
        settled=sum(one.standing in enquiries.SETTLED for one in lines),
        askable=[one.subject for one in lines if not _waits(one)],
        unsettled=[one.subject.id for one in lines if _is_unsettled(one)],
        fresh=enquiry_reads.is_fresh(vehicle_id),
        enquiries=enquiries,
        filed=enquiry_reads.filed_at(vehicle_id),
        due=enquiries.default_due(today),
        today=today,
    )


def _waits(line: Line) -> bool:
    return line.standing in (enquiries.Standing.WAITING, enquiries.Standing.LATE)


def _is_unsettled(line: Line) -> bool:
    return line.standing in (enquiries.Standing.OPEN, enquiries.Standing.EXPIRED)


def _back(vehicle_id: str) -> Response:
    return redirect(url_for("court.survey.page", vehicle_id=vehicle_id), 303)


@bp.post("/<vehicle_id>/survey/ask")
@admit(*SURVEYORS)
@refill("court.survey.page")
def ask(vehicle_id: str) -> Response:
    """Ask about what was ticked."""
    actor = current_actor()
    due = forms.read_day(request.form, "due")
    about, of = request.form.getlist("about"), request.form.get("of", "")
    with act():
        enquiry_desk.ask(actor, enquiry_reads.get_surveyed(actor, vehicle_id), about, of, due)
    return _back(vehicle_id)


@bp.get("/<vehicle_id>/survey/<about>")
@admit(*SURVEYORS)
def answer_form(vehicle_id: str, about: str) -> str:
    """The form of one answer, and the answers before it."""
    held = enquiry_reads.get_surveyed(current_actor(), vehicle_id)
    rows = [row for row in enquiry_reads.list_enquiries(vehicle_id) if row.about == about]
    return render_template(
        "court/survey_answer.html",
        seizure=held,
        subject=get_or_404(enquiries.SUBJECTS.get(about), "这个事项"),
        rows=rows,
        enquiries=enquiries,
        until=_licensed(vehicle_id, about),
        kept=kept_before(),
        cite=cite,
        today=clock.today(),
    )


def _licensed(vehicle_id: str, about: str) -> date | None:
    """What the vehicle licence already says."""
    licence = vehicles.find_licence(vehicle_id) if about == "inspection" else None
    return licence.until if licence else None


@bp.post("/<vehicle_id>/survey/<about>")
@admit(*SURVEYORS)
@refill("court.survey.answer_form")
def answer(vehicle_id: str, about: str) -> Response:
    """Write down the answer; its files are kept even when it is refused."""
    actor = current_actor()
    held = enquiry_reads.get_surveyed(actor, vehicle_id)
    files = keep_uploads(
        actor, "files", kind=enquiries.PAPER, vehicle=vehicle_id, case=held.case_id
    )
    given = forms.read_answer(request.form)
    with act():
        held = enquiry_reads.get_surveyed(actor, vehicle_id)
        enquiry_desk.answer(actor, held, about, given, files)
    return _back(vehicle_id)


@bp.post("/<vehicle_id>/survey")
@admit(*SURVEYORS)
@refill("court.survey.page")
def file(vehicle_id: str) -> Response:
    """File the survey."""
    actor = current_actor()
    with act():
        enquiry_desk.file_survey(actor, enquiry_reads.get_surveyed(actor, vehicle_id))
    return _back(vehicle_id)
