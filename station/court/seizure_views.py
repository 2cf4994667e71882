"""Renewing a seizure in the browser."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.media.upload import keep_upload
from station.people.rules import Role

from . import forms, reads, seizure_desk, seizures

bp = Blueprint("seizure", __name__, url_prefix="/seizures")


@bp.get("/<seizure_id>/renew")
@admit(Role.JUDGE)
def new(seizure_id: str) -> str:
    """The form: to which day, by which ruling."""
    today = clock.today()
    return render_template(
        "court/seizure_renew.html",
        seizure=reads.get_seizure(current_actor(), seizure_id),
        latest=seizures.latest_end(today),
        today=today,
    )


@bp.post("/<seizure_id>/renew")
@admit(Role.JUDGE)
@refill("court.seizure.new")
def renew(seizure_id: str) -> Response:
    """Renew it."""
    actor = current_actor()
    seizure = reads.get_seizure(actor, seizure_id)
    case_id, vehicle = seizure.case_id, seizure.vehicle_id if seizure.rank == 1 else ""
    ruling = keep_upload(actor, "ruling", kind="ruling", vehicle=vehicle, case=case_id)
    until = forms.read_day(request.form, "until")
    with act():
        seizure_desk.renew(actor, reads.get_seizure(actor, seizure_id), until, ruling)
    return redirect(url_for("court.case", case_id=case_id), 303)
