"""The printing page: what bears labels, who printed them last, printing again, and the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.people.rules import Role

from . import label_desk, labels, sightings
from . import label_reads as reads
from .faces import Thing, labelled
from .label_sheets import FORMS, make_file
from .labels import Purpose
from .models import LabelCode
from .stocks import SHEETS, STOCKS

bp = Blueprint("labels", __name__, url_prefix="/labels")
PRINTERS = (Role.INSPECTOR, Role.YARD_KEEPER, Role.STATION_MANAGER)
PAGE = 50
TYPES = {"pdf": "application/pdf", "zpl": "text/plain", "tspl": "application/octet-stream"}


@dataclass(frozen=True)
class Row:
    """A thing on the page, its valid label (None: never printed) and how often it was printed."""

    thing: Thing
    code: LabelCode | None
    prints: int


@dataclass(frozen=True)
class Asked:
    """What the page shows: a purpose, words looked for, one thing alone, only what has no label."""

    purpose: Purpose
    words: str
    subject: str
    bare: bool
    page: int


def _asked(args: Mapping[str, str]) -> Asked:
    known = list(labelled())
    kind = args.get("kind", "")
    page = args.get("page", "")
    return Asked(
        Purpose(kind) if kind in known else known[0],
        args.get("q", "").strip()[:40],
        args.get("subject", ""),
        args.get("bare", "") == "1",
        int(page) if page.isascii() and page.isdecimal() and int(page[:6]) > 0 else 1,
    )


def _find(actor: Actor, asked: Asked) -> list[Thing]:
    things = labelled()[asked.purpose].things(actor)
    if asked.subject:
        return [thing for thing in things if thing.subject == asked.subject]
    plain = asked.words.upper().replace("·", "")
    found = [
        thing for thing in things if plain in f"{thing.name} {thing.note}".upper().replace("·", "")
    ]
    if not asked.bare:
        return found
    valid = reads.list_valid(asked.purpose, [thing.subject for thing in found])
    return [thing for thing in found if thing.subject not in valid]


def _rows(purpose: Purpose, things: Sequence[Thing]) -> list[Row]:
    subjects = [thing.subject for thing in things]
    valid, prints = reads.list_valid(purpose, subjects), reads.count_prints(subjects)
    return [Row(one, valid.get(one.subject), prints.get(one.subject, 0)) for one in things]


@bp.get("/")
@admit(*PRINTERS)
def page() -> str:
    """What can be printed, when and by whom it was printed last; chosen ones are printed at once."""
    actor, asked = current_actor(), _asked(request.args)
    things = _find(actor, asked)
    shown = list(islice(things, (asked.page - 1) * PAGE, asked.page * PAGE))
    return render_template(
        "media/labels.html",
        asked=asked,
        rows=_rows(asked.purpose, shown),
        count=len(things),
        last=-(-len(things) // PAGE) or 1,
        kinds={purpose: labels.PURPOSES[purpose] for purpose in labelled()},
        sightings=reads.list_sightings(actor),
        words=labels.SIGHTINGS,
        purposes=labels.PURPOSES,
        show_code=labels.show_code,
        longest=labels.LONGEST,
    )


@bp.post("/")
@admit(*PRINTERS)
@refill("media.labels.page")
def print_chosen() -> Response:
    """New labels for the chosen things; valid ones are void, for which a reason is asked. Or, with
    `as_they_are`, the files of those that are valid."""
    actor, asked = current_actor(), _asked(request.args)
    chosen = set(request.form.getlist("subject"))
    known = labelled()[asked.purpose].things(actor)
    things = [thing for thing in known if thing.subject in chosen]
    if request.form.get("as_they_are"):
        valid = reads.list_valid(asked.purpose, [thing.subject for thing in things])
        labels.check_opening(len(things), len(valid))
        codes = [valid[thing.subject].id for thing in things]
        return redirect(url_for("media.labels.printed", code=".".join(codes)), 303)
    orders = label_desk.order_labels(actor, asked.purpose, things, request.form.get("reason", ""))
    codes = []
    for order in orders:
        with act():
            codes.append(label_desk.print_label(actor, asked.purpose, order))
    return redirect(url_for("media.labels.printed", code=".".join(codes)), 303)


@bp.get("/printed")
@admit(*PRINTERS)
def printed() -> str:
    """Labels that are ready: on which paper, in which form; a test picture of the first."""
    codes = _codes()
    rows = reads.get_labels(current_actor(), codes)
    purpose = rows[0].code.purpose
    return render_template(
        "media/labels_printed.html",
        rows=rows,
        purpose=purpose,
        purposes=labels.PURPOSES,
        code=".".join(codes),
        stocks=[one for one in STOCKS.values() if purpose in one.purposes],
        sheets=[one for one in SHEETS.values() if purpose in one.stock.purposes],
        forms=FORMS,
        show_code=labels.show_code,
    )


@bp.get("/file")
@admit(*PRINTERS)
def file() -> Response:
    """The labels as a file: PDF of the exact size, a sheet, or the picture for a thermal printer."""
    rows = reads.get_labels(current_actor(), _codes())
    name, form = request.args.get("paper", ""), request.args.get("form", "pdf")
    body = make_file(rows, name, form)
    suffix = FORMS[form].suffix
    answer = Response(body, mimetype=TYPES[suffix])
    if suffix != "pdf":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return answer


def _codes() -> list[str]:
    codes = [code for code in request.args.get("code", "").split(".") if code]
    get_or_404(codes if 0 < len(codes) <= labels.MOST else None, "这些标签")
    return codes


@bp.after_app_request
def write_sightings(response: Response) -> Response:
    """Void and forged labels that this request scanned, each an act of its own. The form's token is
    not taken: it stays good for the next try."""
    for code_id, why in sightings.take_noted().items():
        if g.get("actor") is not None:
            g.pop("once", None)
            with act():
                label_desk.sight(g.actor, code_id, why)
    return response
