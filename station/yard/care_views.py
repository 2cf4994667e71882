"""The care round in a mechanic's hand: what is due, one car, and what looks done from a desk."""

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
from station.media import desk as media
from station.media import door
from station.media.rules import PICTURE
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import desk, forms, mileage, mileage_desk, mileage_reads, reads, rules, scans
from .pages import CARERS, bp


@bp.get("/care")
@admit(*CARERS)
def care_round() -> str:
    """What is due today, in walking order."""
    actor = current_actor()
    return render_template(
        "yard/care_round.html",
        cars=reads.list_due(actor, clock.today()),
        odd=len(mileage_reads.list_odd(actor)),
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
    due |= {row.task for row in again} | {task.id for task in reads.list_called(vehicle)}
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
        mileage=mileage,
        odometers=mileage_reads.list_odometers(vehicle_id, 5),
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
    km = forms.read_km(request.form)
    tasks = {one.task.id: one for one in done}
    for name in each_once(["odometer"] * (km is not None) + list(tasks), str):
        with act():
            here = vehicles.get_vehicle(actor, vehicle_id)
            if name in tasks:
                desk.care(actor, here, tasks[name], seen_by=seen_by)
            elif km is not None:
                looked = "looked_twice" in request.form
                mileage_desk.read_odometer(actor, here, km, looked_twice=looked)
    return redirect(url_for("yard.care_round"), 303)


@bp.get("/care/odd")
@admit(*CARERS)
def list_odd() -> str:
    """Care of the last month that may have been done from a desk."""
    rows = mileage_reads.list_odd(current_actor())
    return render_template("yard/odd.html", rows=rows, rules=rules, mileage=mileage)


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
