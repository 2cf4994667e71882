"""The yard in a keeper's hand: two scans, the care round."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db, each_once, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.words import N_
from station.media import desk as media
from station.media import door
from station.media.rules import PICTURE
from station.people.rules import COURT_ROLES, STATION_ROLES
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import care_paper_views as care_paper_views
from . import desk, forms, plan_reads, reads, rules, scans
from . import incident_views as incident_views
from . import plan_views as plan_views
from . import presence_views as presence_views
from .pages import CARERS, SHELVERS
from .pages import bp as bp

NAV = [
    (STATION_ROLES, "yard.board", N_("库位")),
    (SHELVERS, "yard.scan", N_("入位、移位")),
    (CARERS, "yard.care_round", N_("养护")),
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
    return pages


WORK = {"yard": list_work}


@bp.get("/scan")
@admit(*SHELVERS)
def scan() -> str:
    """Two fields, scanned or typed; after a success the page is back with its result on top."""
    actor = current_actor()
    done = request.args.get("done", "")
    stay = reads.get_stay(actor, done) if done else None
    return render_template(
        "yard/scan.html",
        stay=stay,
        moved=stay is not None and len(reads.list_stays(stay.vehicle_id)) > 1,
        car=request.args.get("car", ""),
        bay=request.args.get("bay", ""),
        free=plan_reads.count(actor).free,
    )


@bp.post("/scan")
@admit(*SHELVERS)
@refill("yard.scan")
def put() -> Response:
    """Place or move a vehicle."""
    actor = current_actor()
    with act():
        vehicle, bay, by_label = scans.read_pair(
            actor, request.form.get("car", ""), request.form.get("bay", "")
        )
        stay = desk.put(actor, vehicle, bay, by_label=by_label)
    return redirect(url_for("yard.scan", done=stay.id), 303)


# --- care


@bp.get("/care")
@admit(*CARERS)
def care_round() -> str:
    """What is due today, in walking order."""
    actor = current_actor()
    return render_template(
        "yard/care_round.html",
        cars=reads.list_due(actor, clock.today()),
        day=clock.today(),
        rules=rules,
    )


@bp.get("/care/<vehicle_id>")
@admit(*CARERS)
def care_car(vehicle_id: str) -> str:
    """One vehicle's care: what is due, readings, one photo; and what was done before."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    stay = get_or_404(reads.find_stay(vehicle_id), "这辆车的库位")
    stored = reads.as_stored(vehicle)
    again = reads.list_follow_ups([vehicle_id])
    due = {one.task.id for one in rules.due_by(stored, clock.today())}
    due |= {row.task for row in again}
    tasks = [task for task in rules.PLAN.values() if rules.applies(task, stored)]
    return render_template(
        "yard/care.html",
        vehicle=vehicle,
        stay=stay,
        tasks=sorted(tasks, key=lambda task: task.id not in due),
        due=due,
        again=again,
        log=reads.list_care(vehicle_id, 20),
        rules=rules,
        photo_kept=g.get("photo_kept", ""),
    )


@bp.post("/care/<vehicle_id>")
@admit(*CARERS)
@refill("yard.care_car")
def care(vehicle_id: str) -> Response:
    """Write down the ticked tasks, each its own act, and go on to the next car."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    seen_by = _stands_before(actor, vehicle, request.form.get("seen", ""))
    photo = _keep_photo(actor, vehicle_id)
    done = [forms.read_done(request.form, task, photo) for task in forms.read_tasks(request.form)]
    for one in done:
        desk.judge(one)  # every reading is good to write before the first is written
    for one in each_once(done, lambda one: one.task.id):
        with act():
            here = vehicles.get_vehicle(actor, vehicle_id)
            desk.care(actor, here, one, seen_by=seen_by)
    return redirect(url_for("yard.care_round"), 303)


def _stands_before(actor: Actor, vehicle: Vehicle, text: str) -> str:
    """How the keeper shows to stand before the car: its label, its bay's sign, or typed."""
    scanned = scans.read_scan(actor, text, "seen")
    stay = reads.find_stay(vehicle.id)
    same_bay = scanned.bay is not None and stay is not None and scanned.bay.id == stay.bay_id
    if vehicle.id in {car.id for car in scanned.cars}:
        return "label" if scanned.by_label else "typed"
    if same_bay:
        return "bay" if scanned.by_label else "typed"
    raise Refused(
        "not_this_car",
        "扫到的不是这辆车，也不是它所在的库位 %(bay)s。请站到车前重新扫描。",
        field="seen",
        bay=stay.bay.code if stay else "",
    )


def _keep_photo(actor: Actor, vehicle_id: str) -> str:
    """Keep the photo at once, so that it survives a refusal of the form; its id."""
    upload = request.files.get("photo")
    if not upload or not upload.filename:
        if request.form.get("photo_kept"):
            return request.form["photo_kept"]
        raise Refused("care_photo", "请拍一张照片作为养护凭证。", field="photo")
    cover = court.get_cover(actor, vehicle_id, "yard.care")
    db.session.close()  # no connection is held while a body arrives
    kept = door.receive(cast(BinaryIO, upload.stream), limit=PICTURE)
    with act(final=False):
        row = media.keep(
            actor,
            kept,
            kind=reads.CARE_PHOTO,
            vehicle=vehicle_id,
            case=cover.case_id,
            command=cover.id,
        )
        g.photo_kept = row.id
    return str(g.photo_kept)
