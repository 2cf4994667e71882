"""What waits on a device: its page, the pages it takes along, and acts that were settled otherwise."""

from __future__ import annotations

import base64
import hashlib
import hmac

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.database import act
from station.ground.doors import admit, current_actor

from . import device_desk, forms
from .rules import STATION_ROLES, Role

bp = Blueprint("unsent", __name__, url_prefix="/unsent")
HANDS = (*STATION_ROLES, Role.TOW_DRIVER)


@bp.get("")
@admit(*HANDS)
def unsent() -> str:
    """The queue of this device; its rows are drawn from the device's own memory."""
    return render_template("people/unsent.html")


@bp.get("/work")
@admit(*HANDS)
def work() -> Response:
    """Addresses of the pages that today's work needs, for a way without signal."""
    actor = current_actor()
    rooms = current_app.extensions["people.work"].values()
    pages = [
        url_for("people.unsent.unsent"),
        url_for("people.devices.tablet"),
        *(page for room in rooms for page in room(actor)),
    ]
    return jsonify(pages=list(dict.fromkeys(pages)))


@bp.get("/key")
@admit(*HANDS)
def key() -> Response:
    """The key of what this person alone may read on a device, for as long as they work there."""
    actor = current_actor()
    secret = current_app.extensions["settings"].secret_key.encode()
    made = hmac.new(secret, f"device memory\0{actor.person_id}".encode(), hashlib.sha256).digest()
    answer = jsonify(person=actor.person_id, key=base64.b64encode(made).decode())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/settle")
@admit(*HANDS)
def settle() -> Response:
    """A refused act of this device was settled in another way."""
    told = forms.read_settled(request.form)
    with act():
        device_desk.settle(current_actor(), told)
    return redirect(url_for("people.unsent.unsent"), 303)
