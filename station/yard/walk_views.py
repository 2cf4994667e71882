"""The weekly walk in a keeper's hand."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused

from . import reads, scans, walk_desk, walk_reads
from .pages import COUNTERS, bp


@bp.get("/walk")
@admit(*COUNTERS)
def walk() -> str:
    """What is still to be passed this week, in walking order; a scan a vehicle."""
    actor, now = current_actor(), clock.now()
    rows = walk_reads.list_walk(actor)
    done = request.args.get("done", "")
    return render_template(
        "yard/walk.html",
        total=len(rows),
        due=[one for one in rows if one.is_due(now)],
        stay=reads.get_stay(actor, done) if done else None,
        days=walk_reads.WEEK.days,
    )


@bp.post("/walk")
@admit(*COUNTERS)
@refill("yard.walk")
def pass_by() -> Response:
    """One vehicle was looked at."""
    actor, form = current_actor(), request.form
    with act():
        found = scans.read_scan(actor, form.get("car", ""), "car")
        if not found.cars:
            raise Refused("scan_not_car", "扫到的是库位，这里需要车窗标签。", field="car")
        bay = scans.read_scan(actor, form["bay"], "bay").bay if form.get("bay") else None
        stay = walk_desk.walk(actor, scans.one_car(found), bay, by_label=found.by_label)
    return redirect(url_for("yard.walk", done=stay.id), 303)
