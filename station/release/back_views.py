"""Giving a withdrawn vehicle back, in the browser."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.court.rules import CommandKind
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.media.upload import keep_upload, keep_uploads, kept_before
from station.people.rules import Role
from station.vehicles import reads as vehicles

from . import back_desk, forms, reads

bp = Blueprint("back", __name__, url_prefix="/release/vehicles")
GIVERS = (Role.STATION_MANAGER, Role.YARD_KEEPER, Role.GATE)


@bp.get("/<vehicle_id>/give-back")
@admit(*GIVERS)
def giving_back(vehicle_id: str) -> str:
    """The form of giving back, with what came in."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    return render_template(
        "release/give_back.html",
        vehicle=vehicle,
        command=court.find_command(vehicle_id, CommandKind.WITHDRAW),
        given=reads.find_given_back(vehicle_id),
        before=reads.before_of(vehicle_id),
        kept=kept_before(),
        least=back_desk.LEAST_PHOTOS,
        staff=actor.name,
    )


@bp.post("/<vehicle_id>/give-back")
@admit(*GIVERS)
@refill("release.back.giving_back")
def give_back(vehicle_id: str) -> Response:
    """It goes back; what was photographed stays even when the form is refused."""
    actor, form = current_actor(), request.form
    cover = court.get_covering(actor, vehicle_id, "release.give_back")
    case, command = cover.case_id, cover.id
    photos = keep_uploads(
        actor, "photos", kind=reads.PHOTO, vehicle=vehicle_id, case=case, command=command
    )
    paper = keep_upload(actor, "paper", kind=reads.CLEARING, vehicle=vehicle_id, case=case)
    given = back_desk.GivingBack(
        receiver=form.get("receiver", "")[:100],
        leaving=forms.read_leaving(form),
        files=form.get("files", "")[:300],
        paper=paper,
        photos=photos,
        taker_sign=form.get("taker_sign_name", "")[:100],
        staff_sign=form.get("staff_sign_name", "")[:100],
    )
    with act():
        back_desk.give_back(actor, vehicle_id, given)
    return redirect(url_for("release.back.giving_back", vehicle_id=vehicle_id), 303)
