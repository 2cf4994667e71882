"""The yard in a keeper's hand: two scans, the care round."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.words import N_
from station.people.rules import COURT_ROLES, STATION_ROLES

from . import book, count_reads, desk, plan_reads, reads, scans
from . import care_paper_views as care_paper_views
from . import care_views as care_views
from . import count_paper_views as count_paper_views
from . import count_views as count_views
from . import incident_views as incident_views
from . import plan_views as plan_views
from . import presence_views as presence_views
from . import walk_views as walk_views
from .models import Stay
from .pages import CARERS, COUNTERS, SHELVERS
from .pages import bp as bp

NAV = [
    (STATION_ROLES, "yard.board", N_("库位")),
    (SHELVERS, "yard.scan", N_("入位、移位")),
    (CARERS, "yard.care_round", N_("养护")),
    (COUNTERS, "yard.walk", N_("每周巡库")),
    (COUNTERS, "yard.list_counts", N_("盘点")),
    (SHELVERS, "media.labels.page", N_("标签")),
    ((*COURT_ROLES, *STATION_ROLES), "yard.checks", N_("现场核查")),
    ((*COURT_ROLES, *STATION_ROLES), "yard.list_incidents", N_("异常")),
]


def list_work(actor: Actor) -> list[str]:
    """Pages to take along for a day in the yard."""
    pages = [url_for("yard.board")]
    if actor.role in SHELVERS:
        pages.append(url_for("yard.scan"))
    if actor.role in CARERS:
        pages.append(url_for("yard.care_round"))
        due = reads.list_due(actor, clock.today())
        pages += [url_for("yard.care_car", vehicle_id=car.stay.vehicle_id) for car in due]
    if actor.role in COUNTERS:
        pages.append(url_for("yard.walk"))
    going = count_reads.find_going(actor) if actor.role in COUNTERS else None
    if going is not None and actor.person_id in going.counters:
        pages.append(url_for("yard.walk_count", count_id=going.id))
    return pages


WORK = {"yard": list_work}


@bp.get("/scan")
@admit(*SHELVERS)
def scan() -> str:
    """Continuous scanning; without scripts two fields, scanned or typed, and the last result."""
    actor = current_actor()
    done = request.args.get("done", "")
    stay = reads.get_stay(actor, done) if done else None
    return render_template(
        "yard/scan.html",
        stay=stay,
        moved=stay is not None and reads.find_stay_before(stay) is not None,
        car=request.args.get("car", ""),
        bay=request.args.get("bay", ""),
        free=plan_reads.count(actor).free,
        book=book.read_book(actor),
    )


@bp.post("/scan")
@admit(*SHELVERS)
@refill("yard.scan")
def put() -> Response:
    """Place or move a vehicle."""
    actor, form = current_actor(), request.form
    with act():
        vehicle, bay, by_label = scans.read_pair(actor, form.get("car", ""), form.get("bay", ""))
        stay = desk.put(
            actor,
            vehicle,
            bay,
            by_label=by_label,
            seen_in=form.get("seen_in"),
        )
    return _placed(stay)


@bp.post("/stays/<stay_id>/undo")
@admit(*SHELVERS)
def undo(stay_id: str) -> Response:
    """Take a move back by a new one."""
    actor = current_actor()
    with act():
        stay = desk.undo(actor, reads.get_stay(actor, stay_id))
    return _placed(stay)


def _placed(stay: Stay) -> Response:
    """Back to scanning; a script reads from the address which stay it may take back."""
    return redirect(url_for("yard.scan", done=stay.id), 303)


@bp.get("/read")
@admit(*SHELVERS)
def read() -> Response:
    """What a text means that the device does not know: a new label, or the refusal's sentence."""
    actor = current_actor()
    found = scans.read_scan(actor, request.args.get("text", ""), "text")
    cars = [[car.id, car.plate, car.vin, "", _bay_of(car.id)] for car in found.cars]
    bays = [[found.bay.id, found.bay.code, ""]] if found.bay else []
    return jsonify(cars=cars, bays=bays)


def _bay_of(vehicle_id: str) -> str:
    stay = reads.find_stay(vehicle_id)
    return stay.bay_id if stay else ""
