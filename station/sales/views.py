"""Lots, results, the balance and the ruling in the court's browser."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import say
from station.ground.words import N_
from station.media import desk as media
from station.media import door
from station.media.rules import SHEET, XLSX
from station.media.upload import keep_upload
from station.people.rules import COURT_ROLES, Role

from . import desk, fees, forms, reads, results, rules, sheet
from .models import Lot

bp = Blueprint("sales", __name__, url_prefix="/sales")
RECORDERS = (Role.CLERK, Role.JUDGE)
NAV = [(COURT_ROLES, "sales.lots", N_("拍卖"))]


@bp.get("/lots")
@admit(*COURT_ROLES)
def lots() -> str:
    """The court's lots, what waits for the court first."""
    actor = current_actor()
    return render_template(
        "sales/lots.html",
        lots=reads.list_lots(actor),
        imports=reads.list_imports(actor),
        rules=rules,
        today=clock.today(),
        may_import=actor.role in RECORDERS,
    )


@bp.get("/template.xlsx")
@admit(*RECORDERS)
def template() -> Response:
    """The empty sheet with its notes."""
    body = sheet.make_template(
        [gettext(word) for word in results.COLUMNS.values()],
        gettext(N_("填写说明")),
        [gettext(sheet.NOTES[name]) for name in results.COLUMNS],
    )
    answer = Response(body, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename="auction-results.xlsx")
    return answer


@bp.get("/imports/new")
@admit(*RECORDERS)
def new_import() -> str:
    """The form that takes a sheet."""
    return render_template("sales/import_new.html", columns=results.COLUMNS, notes=sheet.NOTES)


@bp.post("/imports/new")
@admit(*RECORDERS)
@refill("sales.new_import")
def upload() -> AnyResponse:
    """Keep the sheet and show what it would do."""
    actor, file = current_actor(), request.files.get("sheet")
    if not file or not file.filename:
        raise Refused("no_file", "还没有选择文件。请选择文件后再提交。", field="sheet")
    kept = door.receive(file.stream, limit=SHEET)
    with act():
        row = media.keep(actor, kept, kind=reads.SHEET)
    return redirect(url_for("sales.preview", media_id=row.id), 303)


@dataclass(frozen=True)
class PreviewRow:
    """One row of the sheet as the page shows it: `refused` is a sentence, or the row is good."""

    line: int
    number: str
    result: results.ResultRow | None
    lot: Lot | None
    refused: str


@bp.get("/imports/<media_id>")
@admit(*RECORDERS)
def preview(media_id: str) -> str:
    """What every row would do, or why it cannot be taken; or the import it led to."""
    actor = current_actor()
    kept = reads.get_sheet(actor, media_id)
    done = reads.find_import(actor, kept)
    problem, rows = "", list[PreviewRow]()
    try:
        rows = [] if done else _preview_rows(actor, media_id)
    except Refused as refusal:
        problem = say(refusal)
    return render_template(
        "sales/preview.html",
        sheet=kept,
        done=done,
        lots=reads.list_of_import(done.id) if done else [],
        rows=rows,
        refused=sum(bool(row.refused) for row in rows),
        problem=problem,
        words=results.OUTCOME_WORDS,
        rules=rules,
    )


def _preview_rows(actor: Actor, media_id: str) -> list[PreviewRow]:
    verdicts = reads.preview(actor, reads.get_sheet(actor, media_id))
    found = reads.lots_by_number(actor, [v.number for v in verdicts])
    return [
        PreviewRow(
            verdict.line,
            verdict.number,
            verdict.result,
            found.get(verdict.number),
            say(verdict.refusal) if verdict.refusal else "",
        )
        for verdict in verdicts
    ]


@bp.post("/imports/<media_id>")
@admit(*RECORDERS)
@refill("sales.preview")
def confirm(media_id: str) -> AnyResponse:
    """Take in the sheet that was previewed, whole or not at all."""
    actor = current_actor()
    with act():
        desk.import_results(
            actor,
            reads.get_sheet(actor, media_id),
            previewed_sha256=request.form.get("sha256", ""),
        )
    return redirect(url_for("sales.preview", media_id=media_id), 303)


@bp.get("/lots/<lot_id>")
@admit(*COURT_ROLES)
def lot(lot_id: str) -> str:
    """One lot: terms, result, buyer, money and ruling, and the one thing to do next."""
    actor = current_actor()
    row = reads.get_lot(actor, lot_id)
    return render_template(
        "sales/lot.html",
        lot=row,
        rules=rules,
        words=rules.LOT_STATES.words,
        rounds=rules.ROUND_WORDS,
        due=rules.balance_of(row.price, row.deposit) if row.price else 0,
        ruling_due=rules.ruling_due(row.balance_on) if row.balance_on else None,
        parts=fees.fee_parts(row.price or 0),
        fee=rules.lot_fee(rules.Ending.SOLD, row.price or 0) if row.price else 0,
        lot_cap=fees.LOT_CAP,
        may_record=actor.role in RECORDERS,
        now=clock.in_shanghai(clock.now()),
    )


@bp.post("/lots/<lot_id>/balance")
@admit(*RECORDERS)
@refill("sales.lot")
def balance(lot_id: str) -> AnyResponse:
    """The balance has come in."""
    actor = current_actor()
    row = reads.get_lot(actor, lot_id)
    typed = forms.read_balance(request.form)
    voucher = _keep_paper(actor, row, "voucher", reads.VOUCHER)
    with act():
        desk.record_balance(
            actor,
            reads.get_lot(actor, lot_id),
            amount_fen=typed.amount,
            received_on=typed.received_on,
            voucher_media=voucher,
        )
    return redirect(url_for("sales.lot", lot_id=lot_id), 303)


@bp.post("/lots/<lot_id>/service")
@admit(*RECORDERS)
@refill("sales.lot")
def serve(lot_id: str) -> AnyResponse:
    """The ruling was served on the buyer."""
    actor = current_actor()
    row = reads.get_lot(actor, lot_id)
    served_at = forms.read_served_at(request.form)
    ruling = _keep_paper(actor, row, "ruling", reads.RULING)
    with act():
        desk.record_service(
            actor, reads.get_lot(actor, lot_id), served_at=served_at, ruling_media=ruling
        )
    return redirect(url_for("sales.lot", lot_id=lot_id), 303)


def _keep_paper(actor: Actor, row: Lot, name: str, kind: str) -> str:
    return keep_upload(actor, name, kind=kind, vehicle=row.vehicle_id, case=row.case_id)


@bp.get("/cases/<case_id>/ledger")
@admit(*COURT_ROLES)
def ledger(case_id: str) -> str:
    """The ceiling of the agency's fee in a case, lot by lot, with the brackets it comes from."""
    case = court.get_case(current_actor(), case_id)
    rows = reads.fees_of(reads.list_of_case(case.id))
    return render_template(
        "sales/ledger.html",
        case=case,
        rows=rows,
        total=sum(row[2] for row in rows),
        before_cap=sum(row[1] for row in rows),
        fees=fees,
        rules=rules,
    )
