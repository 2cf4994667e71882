"""Shared devices: a name and a PIN at the tablet, one's own PIN, and the station's devices."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.database import act, db
from station.ground.doors import admit, current_actor, everyone, refill
from station.ground.refused import Refused
from station.ground.web import limiter
from station.ground.words import N_

from . import cookies, desk, device_desk, device_reads, pins, reads, rules, second
from .models import Device
from .rules import STATION_ROLES, Role

bp = Blueprint("devices", __name__)
KEEPERS = (Role.STATION_MANAGER,)
NAV = [(KEEPERS, "people.devices.devices", N_("现场设备"))]
YEAR = 365 * 24 * 3600


@bp.get("/tablet")
@everyone
def tablet() -> str:
    """Names of the station's people on one of its devices; a PIN opens the page."""
    device = second.here()
    return render_template(
        "people/tablet.html",
        device=device,
        hands=device_reads.list_hands(device) if device else [],
        roles=rules.ROLES,
        next=cookies.own_path(request.args.get("next", "")),
    )


@bp.post("/tablet")
@everyone
@limiter.limit("30/minute")
@refill("people.devices.tablet")
def enter() -> Response:
    """Open a sign-in by name and PIN. Every try counts before it is judged."""
    device, person_id = second.here(), request.form.get("person", "")
    if device is None:
        raise Refused("no_device", "这台设备没有登记，不能用 PIN。请用账号密码登录。", status=403)
    device_id = device.id
    second.judge_pin(device, person_id, request.form.get("pin", ""), device_desk.WRONG)
    browser, address = cookies.browser(), request.remote_addr or ""
    with act():
        person, device = reads.get_person(person_id), db.session.get_one(Device, device_id)
        secret = device_desk.sign_in_here(device, person, browser=browser, address=address)
    onward = redirect(cookies.own_path(request.form.get("next", "")), 303)
    return cookies.with_sign_in(onward, secret, rules.SESSION.total_seconds())


@bp.post("/tablet/lock")
@admit(*STATION_ROLES)
def lock() -> Response:
    """Close the sign-in of a device that nobody touched for a while; it goes on at its names."""
    with act():
        desk.sign_out(current_actor(), request.cookies.get(cookies.SIGN_IN, ""))
    answer = redirect(url_for("people.devices.tablet"), 303)
    answer.delete_cookie(cookies.SIGN_IN)
    return answer


# --- one's own PIN


@bp.get("/pin")
@admit(*STATION_ROLES)
def pin() -> str:
    """The form of one's own PIN."""
    has = device_reads.has_pin(current_actor().person_id)
    return render_template("people/pin.html", has_pin=has)


@bp.post("/pin")
@admit(*STATION_ROLES)
@refill("people.devices.pin")
def set_pin() -> Response:
    """Set it; the password says that it is oneself and not who found the page open."""
    actor = current_actor()
    desk.check_own_password(actor, request.form.get("password", ""))
    with act():
        device_desk.set_pin(actor, request.form.get("pin", "").strip())
    return redirect(url_for("people.devices.pin"), 303)


# --- the station's devices


@bp.get("/devices")
@admit(*KEEPERS)
def devices() -> str:
    """The devices of the station, and enrolling the one in one's hand."""
    actor = current_actor()
    rows = device_reads.list_devices(actor)
    names = reads.names_of({row.enrolled_by for row in rows})
    mine = second.here()
    return render_template(
        "people/devices.html", devices=rows, names=names, here=mine.id if mine else ""
    )


@bp.post("/devices")
@admit(*KEEPERS)
@refill("people.devices.devices")
def enrol() -> Response:
    """Enrol this device; its private key stays in its browser."""
    try:
        key = base64.b64decode(request.form.get("key", ""), validate=True)
    except binascii.Error:
        key = b""
    with act():
        row, secret = device_desk.enrol(current_actor(), request.form.get("name", "").strip(), key)
        told = {"device": row.id, "name": row.name, "station": row.organisation_id}
    answer = jsonify(**told)
    return cookies.with_cookie(answer, cookies.TABLET, secret, YEAR)


@bp.post("/devices/<device_id>/revoke")
@admit(*KEEPERS)
@refill("people.devices.devices_of")
def revoke(device_id: str) -> Response:
    """A lost or retired device."""
    with act():
        device_desk.revoke(current_actor(), device_id)
    return redirect(url_for("people.devices.devices"), 303)


@bp.get("/devices/<device_id>")
@admit(*KEEPERS)
def devices_of(device_id: str) -> str:
    """The list in which it stands."""
    device_reads.get_device(current_actor(), device_id)
    return devices()


@bp.before_app_request
def check_signed_form() -> None:
    """A device signed what the form says; another form under its signature is refused."""
    signed = g.get("signed")
    if signed is None or request.method != "POST" or request.path.startswith(cookies.UPLOADS):
        return
    files = [(name, cookies.fingerprint(file)) for name, file in request.files.items(multi=True)]
    if pins.digest_form(request.form.items(multi=True), files) != signed.digest:
        raise Refused("signature", "设备签名与内容不符，没有收下。", status=403)
