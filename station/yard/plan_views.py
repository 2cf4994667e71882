"""The plan of the yard: who stands where, the list behind every figure, and the plan's editor."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.media import reads as media_reads
from station.media.labels import MOST, Purpose
from station.people.rules import STATION_ROLES
from station.vehicles.rules import STAGE_WORDS

from . import desk, forms, plan, plan_desk, plan_reads, reads, rules
from .models import Bay
from .pages import CARERS, PLANNERS, SHELVERS, SIGNERS, bp


def _words() -> dict[str, Any]:
    return {"kind_words": rules.BAY_KIND_WORDS, "age_words": plan.AGE_WORDS}


@bp.get("/")
@admit(*STATION_ROLES)
def board() -> str:
    """The plan with every car; one box finds a car by its last four."""
    actor = current_actor()
    tail = request.args.get("tail", "").strip()
    figures = plan_reads.count(actor)
    zone = request.args.get("zone", "")
    if figures.total > plan_reads.MOST_DRAWN and zone not in figures.zones:
        zone = next(iter(figures.zones))
    return render_template(
        "yard/board.html",
        drawing=plan_reads.draw(actor, zone),
        figures=figures,
        zone=zone,
        whole=figures.total <= plan_reads.MOST_DRAWN,
        tail=tail,
        hits=plan_reads.find_by_tail(actor, tail),
        stages=STAGE_WORDS,
        now=clock.now(),
        may_scan=actor.role in SHELVERS,
        may_care=actor.role in CARERS,
        may_plan=actor.role in PLANNERS,
        **_words(),
    )


@bp.get("/find")
@admit(*STATION_ROLES)
def find() -> str:
    """Cars found so far, while their last four are being typed: a part of a page."""
    tail = request.args.get("tail", "").strip()
    hits = plan_reads.find_by_tail(current_actor(), tail)
    return render_template("yard/hits.html", hits=hits, tail=tail, stages=STAGE_WORDS)


@bp.get("/bays")
@admit(*STATION_ROLES)
def list_bays() -> str:
    """The list behind a figure of the plan."""
    show, page = request.args.get("show", "all"), request.args.get("page", 1, type=int)
    spots, total = plan_reads.list_spots(current_actor(), show, max(page, 1))
    return render_template(
        "yard/bays.html",
        spots=spots,
        total=total,
        show=show,
        page=max(page, 1),
        last=-(-total // plan_reads.MOST_LISTED),
        **_words(),
    )


@bp.get("/bays/<bay_id>")
@admit(*STATION_ROLES)
def bay(bay_id: str) -> str:
    """One bay: who stands there, what it is good for, and its sign."""
    actor = current_actor()
    row = reads.get_bay(actor, bay_id)
    return render_template(
        "yard/bay.html",
        bay=row,
        stay=reads.find_in_bay(bay_id),
        stages=STAGE_WORDS,
        signed=media_reads.find_code(Purpose.BAY, row.subject) is not None,
        may_scan=actor.role in SHELVERS,
        may_care=actor.role in CARERS,
        may_sign=actor.role in SIGNERS,
        may_plan=actor.role in PLANNERS,
        **_words(),
    )


# --- the editor


@bp.get("/plan")
@admit(*PLANNERS)
def edit_plan() -> str:
    """Every row with its place, and the form of a new one."""
    actor = current_actor()
    bays: dict[str, list[Bay]] = {}
    for one in reads.list_bays(actor):
        bays.setdefault(one.row_id, []).append(one)
    return render_template(
        "yard/plan.html",
        drawing=plan_reads.draw(actor),
        rows=[(row, bays.get(row.id, [])) for row in plan_reads.list_rows(actor)],
        zones=sorted({one.zone for group in bays.values() for one in group}),
        directions=plan.DIRECTION_WORDS,
        gap=plan.WIDEST_GAP,
        most=plan.LARGEST,
        **_words(),
    )


@bp.get("/new")
@admit(*PLANNERS)
def new_bays() -> str:
    """The form of a row of bays."""
    return render_template("yard/new.html", directions=plan.DIRECTION_WORDS, **_words())


@bp.post("/new")
@admit(*PLANNERS)
@refill("yard.new_bays")
def add_bays() -> Response:
    """Lay out a row of bays."""
    row, place = forms.read_row(request.form), forms.read_placing(request.form)
    with act():
        plan_desk.add_bays(current_actor(), [row], [place])
    return redirect(url_for("yard.edit_plan"), 303)


@bp.get("/rows/<row_id>")
@admit(*PLANNERS)
def edit_row(row_id: str) -> str:
    """The form of one row's place."""
    actor = current_actor()
    row = plan_reads.get_row(actor, row_id)
    return render_template(
        "yard/row.html",
        row=row,
        bays=[one for one in reads.list_bays(actor, row.zone) if one.row_id == row_id],
        directions=plan.DIRECTION_WORDS,
    )


@bp.post("/rows/<row_id>")
@admit(*PLANNERS)
@refill("yard.edit_row")
def place_row(row_id: str) -> Response:
    """Put a row elsewhere on the plan."""
    actor = current_actor()
    place = forms.read_placing(request.form)
    with act():
        row = plan_reads.get_row(actor, row_id)
        plan_desk.place_row(actor, row, place or row.placing)
    return redirect(url_for("yard.edit_plan"), 303)


@bp.post("/rows/<row_id>/remove")
@admit(*PLANNERS)
@refill("yard.edit_row")
def remove_row(row_id: str) -> Response:
    """Take a row away that was never used."""
    actor = current_actor()
    with act():
        plan_desk.remove_row(actor, plan_reads.get_row(actor, row_id))
    return redirect(url_for("yard.edit_plan"), 303)


@bp.post("/bays/<bay_id>/kind")
@admit(*PLANNERS)
@refill("yard.bay")
def change_bay(bay_id: str) -> Response:
    """Say what a bay is good for."""
    actor, kind = current_actor(), forms.read_kind(request.form)
    with act():
        plan_desk.change_bay(actor, reads.get_bay(actor, bay_id), kind)
    return redirect(url_for("yard.bay", bay_id=bay_id), 303)


# --- signs


@bp.post("/bays/<bay_id>/sign")
@admit(*SIGNERS)
def print_sign(bay_id: str) -> Response:
    """The first sign of a bay at once; another is printed with a reason, on the printing page."""
    actor, row = current_actor(), reads.get_bay(current_actor(), bay_id)
    if media_reads.find_code(Purpose.BAY, row.subject) is not None:
        return redirect(url_for("media.labels.page", kind="bay", subject=row.subject), 303)
    with act():
        desk.print_sign(actor, reads.get_bay(actor, bay_id))
    return _signs([reads.get_bay(actor, bay_id)])


@bp.post("/zones/<zone>/signs")
@admit(*SIGNERS)
def print_signs(zone: str) -> Response:
    """Signs for the bays of a zone that have none yet; valid ones stay valid."""
    actor = current_actor()
    for one in [row.id for row in _zone(actor, zone)]:
        row = reads.get_bay(actor, one)
        if media_reads.find_code(Purpose.BAY, row.subject) is None:
            with act():
                desk.print_sign(actor, reads.get_bay(actor, one))
    return _signs(_zone(actor, zone)[:MOST])


def _zone(actor: Actor, zone: str) -> list[Bay]:
    rows = list(reads.list_bays(actor, zone))
    get_or_404(rows or None, "这个区")
    return rows


def _signs(bays: list[Bay]) -> Response:
    """On to the files of the bays' signs."""
    codes = [media_reads.find_code(Purpose.BAY, bay.subject) for bay in bays]
    return redirect(
        url_for("media.labels.printed", code=".".join(code.id for code in codes if code)), 303
    )
