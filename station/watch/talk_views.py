"""The conversation about a vehicle, in the browser."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.database import act, upkeep
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import talk
from .ways import INSIDE, bp


@bp.get("/watch/vehicles/<vehicle_id>/talk")
@admit(*INSIDE)
def conversation(vehicle_id: str) -> str:
    """What was said, who has read it, and room to say more. Opening it is reading it."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    name, plate = vehicle.model, vehicle.plate
    rows, readers = talk.list_said(vehicle_id), talk.list_readers(vehicle_id)
    page = render_template(
        "watch/talk.html",
        vehicle_id=vehicle_id,
        model=name,
        plate=vehicle_rules.mask_plate(plate, vehicles.audience_of(actor)),
        rows=rows,
        readers=readers,
        today=clock.today(),
        longest=talk.LONGEST,
    )
    with upkeep():
        talk.mark_read(actor, vehicle_id)
    return page


@bp.post("/watch/vehicles/<vehicle_id>/talk")
@admit(*INSIDE)
@refill("watch.conversation")
def say(vehicle_id: str) -> Response:
    """Say something."""
    actor = current_actor()
    text, day = request.form.get("text", ""), _day(request.form.get("remind_on", ""))
    with act():
        talk.say(actor, vehicles.get_vehicle(actor, vehicle_id), text, day)
    return redirect(url_for("watch.conversation", vehicle_id=vehicle_id), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field="remind_on") from None


@bp.post("/watch/vehicles/<vehicle_id>/talk/<said_id>")
@admit(*INSIDE)
def settle(vehicle_id: str, said_id: str) -> Response:
    """It is dealt with."""
    actor = current_actor()
    with act():
        vehicles.get_vehicle(actor, vehicle_id)
        talk.settle(actor, talk.get_said(vehicle_id, said_id))
    return redirect(url_for("watch.conversation", vehicle_id=vehicle_id), 303)
