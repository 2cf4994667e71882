"""Stock-take in the hand of two counters, and on the manager's desk."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import book, count_desk, count_reads, counts, forms, scans
from .models import Bay, Count
from .pages import COUNTERS, PLANNERS, bp


@bp.get("/counts")
@admit(*COUNTERS)
def list_counts() -> str:
    """Every stock-take, and the way to begin one."""
    actor = current_actor()
    return render_template(
        "yard/counts.html",
        rows=count_reads.list_counts(actor),
        going=count_reads.find_going(actor),
        states=counts.COUNT_STATES.words,
    )


@bp.post("/counts")
@admit(*COUNTERS)
@refill("yard.list_counts")
def open_count() -> Response:
    """Begin a stock-take."""
    with act():
        row = count_desk.open_count(current_actor())
    return redirect(url_for("yard.count", count_id=row.id), 303)


@bp.get("/counts/<count_id>")
@admit(*COUNTERS)
def count(count_id: str) -> str:
    """The report as it stands, by class, and what is to be done next."""
    actor = current_actor()
    row = count_reads.get_count(actor, count_id)
    return render_template(
        "yard/count.html",
        count=row,
        sheet=count_reads.get_count_sheet(actor, count_id),
        words=counts.FLAW_WORDS,
        states=counts.COUNT_STATES.words,
        counting=actor.person_id in row.counters,
        may_approve=actor.role in PLANNERS and actor.person_id not in row.counters,
    )


@bp.post("/counts/<count_id>/join")
@admit(*COUNTERS)
@refill("yard.count")
def join_count(count_id: str) -> Response:
    """Be the second counter."""
    actor = current_actor()
    with act():
        count_desk.join(actor, count_reads.get_count(actor, count_id))
    return redirect(url_for("yard.walk_count", count_id=count_id), 303)


@bp.get("/counts/<count_id>/walk")
@admit(*COUNTERS)
def walk_count(count_id: str) -> str:
    """Walking and scanning: the page carries the books, so that a scan is classed at once."""
    actor = current_actor()
    row = count_reads.get_count(actor, count_id)
    counts.check_counter(actor.person_id, row.counters)
    seen = [one.vehicle_id for one in count_reads.list_sightings(row) if one.vehicle_id]
    return render_template(
        "yard/count_walk.html",
        count=row,
        seen=seen,
        total=len(count_reads.list_books(row)),
        book=book.read_book(actor) | {"seen": list(dict.fromkeys(seen))},
        done=request.args.get("done", ""),
    )


@bp.post("/counts/<count_id>/see")
@admit(*COUNTERS)
@refill("yard.walk_count")
def see_car(count_id: str) -> Response:
    """Write down one car that was seen."""
    actor, form = current_actor(), request.form
    with act():
        row = count_reads.get_count(actor, count_id)
        car, bay = _scanned(actor)
        look = forms.read_look(form, car, bay)
        kept = count_desk.see(actor, row, look)
    return redirect(url_for("yard.walk_count", count_id=count_id, done=kept.id), 303)


def _scanned(actor: Actor) -> tuple[Vehicle | None, Bay | None]:
    """The car (None: one in no book, which the form says) and the bay of the form."""
    form = request.form
    bay = scans.read_scan(actor, form["bay"], "bay").bay if form.get("bay") else None
    if "extra" in form:
        return None, bay
    found = scans.read_scan(actor, form.get("car", ""), "car")
    if not found.cars:
        raise Refused("scan_not_car", "扫到的是库位，这里需要车窗标签。", field="car")
    return scans.one_car(found), bay


@bp.post("/counts/<count_id>/sign")
@admit(*COUNTERS)
@refill("yard.count")
def sign_count(count_id: str) -> Response:
    """A counter signs."""
    actor = current_actor()
    with act():
        count_desk.sign(actor, count_reads.get_count(actor, count_id))
    return _back(count_id)


@bp.post("/counts/<count_id>/approve")
@admit(*PLANNERS)
@refill("yard.count")
def approve_count(count_id: str) -> Response:
    """The manager takes the report."""
    actor = current_actor()
    with act():
        count_desk.approve(actor, count_reads.get_count(actor, count_id))
    return _back(count_id)


@bp.post("/counts/<count_id>/return")
@admit(*PLANNERS)
@refill("yard.count")
def return_count(count_id: str) -> Response:
    """The manager wants it looked at again."""
    actor = current_actor()
    with act():
        row: Count = count_reads.get_count(actor, count_id)
        count_desk.send_back(actor, row, request.form.get("reason", ""))
    return _back(count_id)


@bp.post("/counts/<count_id>/missing/<vehicle_id>")
@admit(*PLANNERS)
def report_missing(count_id: str, vehicle_id: str) -> Response:
    """Tell the court that a car was not found."""
    actor = current_actor()
    with act():
        row = count_reads.get_count(actor, count_id)
        count_desk.report_missing(actor, row, vehicles.get_vehicle(actor, vehicle_id))
    return _back(count_id)


def _back(count_id: str) -> Response:
    return redirect(url_for("yard.count", count_id=count_id), 303)
