"""Importing cases from a sheet: template, preview, all or nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground import sheet_in
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import say
from station.ground.words import N_
from station.media import desk as media
from station.media import door
from station.media.rules import SHEET, XLSX
from station.people.rules import Role
from station.vehicles.rules import ENERGY_WORDS

from . import case_desk, case_reads, case_sheet

bp = Blueprint("importing", __name__, url_prefix="/cases/import")


@bp.get("/")
@admit(Role.JUDGE)
def new() -> str:
    """The form that takes a sheet."""
    return render_template(
        "court/import_new.html",
        columns=case_sheet.COLUMNS,
        notes=case_sheet.NOTES,
        most=case_sheet.MOST_ROWS,
    )


@bp.get("/template.xlsx")
@admit(Role.JUDGE)
def template() -> Response:
    """The empty sheet with its notes."""
    body = sheet_in.make_template(
        "案件和车辆",
        case_sheet.COLUMNS,
        widths=case_sheet.WIDTHS,
        lists=case_sheet.LISTS,
        most=case_sheet.MOST_ROWS,
        words=[gettext(word) for word in case_sheet.COLUMNS.values()],
        notes_title=gettext(N_("填写说明")),
        notes=[gettext(case_sheet.NOTES[name]) for name in case_sheet.COLUMNS],
    )
    answer = Response(body, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="cases.xlsx")
    return answer


@bp.post("/")
@admit(Role.JUDGE)
@refill("court.importing.new")
def upload() -> Response:
    """Keep the sheet and show what it would do."""
    actor, file = current_actor(), request.files.get("sheet")
    if not file or not file.filename:
        raise Refused("no_file", "还没有选择文件。请选择文件后再提交。", field="sheet")
    kept = door.receive(file.stream, limit=SHEET)
    with act():
        row = media.keep(actor, kept, kind=case_sheet.KIND)
    return redirect(url_for("court.importing.preview", media_id=row.id), 303)


@bp.get("/<media_id>")
@admit(Role.JUDGE)
def preview(media_id: str) -> str:
    """What every row would do, or why it cannot be taken."""
    actor = current_actor()
    sheet = case_reads.get_sheet(actor, media_id)
    problem, verdicts = "", []
    try:
        verdicts = case_reads.preview(actor, sheet)
    except Refused as refusal:
        problem = say(refusal)
    rows = [(one, say(one.refusal) if one.refusal else "") for one in verdicts]
    return render_template(
        "court/import_preview.html",
        sheet=sheet,
        rows=rows,
        refused=sum(bool(why) for _, why in rows),
        problem=problem,
        energies=ENERGY_WORDS,
    )


@bp.post("/<media_id>")
@admit(Role.JUDGE)
@refill("court.importing.preview")
def confirm(media_id: str) -> Response:
    """Take in the sheet that was previewed, whole or not at all."""
    actor = current_actor()
    with act():
        case_desk.import_cases(
            actor,
            case_reads.get_sheet(actor, media_id),
            previewed_sha256=request.form.get("sha256", ""),
        )
    return redirect(url_for("court.cases"), 303)
