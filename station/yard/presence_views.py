"""Presence checks in the browser: the judge asks and looks, the station takes code and picture."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.media import desk as media
from station.media import door
from station.media import reads as media_reads
from station.media.models import Media
from station.media.rules import PICTURE
from station.people.reads import get_organisation
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

from . import forms, presence, presence_desk, presence_reads
from .pages import bp
from .presence_models import Ask


@bp.get("/presence")
@admit(*COURT_ROLES, *STATION_ROLES)
def checks() -> str:
    """Checks so far; for the judge the form of a new one, for the station what it must answer."""
    actor = current_actor()
    rows = presence_reads.list_checks(actor)
    asks = presence_reads.list_asks([row.id for row in rows])
    court_side = actor.role in COURT_ROLES
    stations = presence_reads.list_stations(actor.organisation_id) if court_side else []
    return render_template(
        "yard/presence.html",
        checks=[(row, [one for one in asks if one.presence_id == row.id]) for row in rows],
        open=[] if court_side else presence_reads.list_open(actor.organisation_id),
        stations=[
            (get_organisation(one), presence_reads.list_candidates(actor.organisation_id, one))
            for one in stations
        ],
        may_ask=actor.role == Role.JUDGE,
        timing_of=presence_reads.timing_of,
        presence=presence,
        now=clock.now(),
    )


@bp.post("/presence")
@admit(Role.JUDGE)
@refill("yard.checks")
def ask_presence() -> Response:
    """Ask for pictures of chosen vehicles, or of some drawn at random."""
    actor = current_actor()
    chosen = request.form.getlist("vehicle")
    count = forms.read_whole(request.form, "count")
    with act():
        row = presence_desk.ask(actor, request.form.get("station", ""), chosen=chosen, count=count)
    return redirect(url_for("yard.check", presence_id=row.id), 303)


@bp.get("/presence/<presence_id>")
@admit(*COURT_ROLES, *STATION_ROLES)
def check(presence_id: str) -> str:
    """One check: code and picture side by side, how each stands to its hour, and the draw."""
    actor = current_actor()
    row = presence_reads.get_check(actor, presence_id)
    asks = presence_reads.list_asks([row.id])
    drawn = presence.draw(row.candidates, len(asks), row.seed) if row.seed else []
    return render_template(
        "yard/presence_check.html",
        check=row,
        asks=asks,
        pictures={one.id: _picture(one) for one in asks if one.media_id},
        station=get_organisation(row.station_id).name,
        genuine=set(drawn) == {one.vehicle_id for one in asks},
        digest=presence.digest_of(row.candidates),
        timing_of=presence_reads.timing_of,
        presence=presence,
        may_judge=actor.role == Role.JUDGE and actor.organisation_id == row.court_id,
        now=clock.now(),
    )


def _picture(one: Ask) -> str:
    if media_reads.find_derivative(media_reads.get_media(one.media_id), "view"):
        return url_for("media.derivative", media_id=one.media_id, use="view")
    return url_for("media.original", media_id=one.media_id)


@bp.get("/presence/cars/<ask_id>")
@admit(*STATION_ROLES)
def presence_car(ask_id: str) -> str:
    """One vehicle to photograph: its code once it was taken, the camera, the time left."""
    row = presence_reads.get_ask(current_actor(), ask_id)
    return render_template(
        "yard/presence_car.html",
        ask=row,
        timing=presence_reads.timing_of(row, clock.now()),
        presence=presence,
    )


@bp.post("/presence/cars/<ask_id>/open")
@admit(*STATION_ROLES)
@refill("yard.presence_car")
def take_code(ask_id: str) -> Response:
    """Show the code; who took it is written down."""
    actor = current_actor()
    with act():
        presence_desk.open_code(actor, presence_reads.get_ask(actor, ask_id))
    return redirect(url_for("yard.presence_car", ask_id=ask_id), 303)


@bp.post("/presence/cars/<ask_id>/answer")
@admit(*STATION_ROLES)
@refill("yard.presence_car")
def answer_presence(ask_id: str) -> Response:
    """Send the picture. The device's time is kept as its word."""
    actor = current_actor()
    row = presence_reads.get_ask(actor, ask_id)
    presence.ASK_STATES.check(row.state, presence.AskState.ANSWERED)
    picture = _keep(actor, row)
    claimed = actor.claimed or clock.read_claim(request.form.get("device_time", ""))
    with act():
        presence_desk.answer(actor, presence_reads.get_ask(actor, ask_id), picture, claimed)
    return redirect(url_for("yard.checks"), 303)


def _keep(actor: Actor, row: Ask) -> Media:
    upload = request.files.get("photo")
    if not upload or not upload.filename:
        raise Refused("presence_no_photo", "请拍一张照片：车和验证码都要在画面里。", field="photo")
    ask_id, vehicle, case = row.id, row.vehicle_id, row.case_id
    cover = court.get_cover(actor, vehicle, "media.keep").id
    db.session.close()  # no connection is held while a body arrives
    kept = door.receive(cast(BinaryIO, upload.stream), limit=PICTURE)
    with act(final=False):
        return media.keep(
            actor,
            kept,
            kind=presence_reads.PICTURE,
            slot=ask_id,
            vehicle=vehicle,
            case=case,
            command=cover,
        )


@bp.post("/presence/cars/<ask_id>/excuse")
@admit(*STATION_ROLES)
@refill("yard.presence_car")
def excuse_presence(ask_id: str) -> Response:
    """Cannot, because …"""
    actor = current_actor()
    with act():
        row = presence_reads.get_ask(actor, ask_id)
        presence_desk.excuse(actor, row, request.form.get("reason", ""))
    return redirect(url_for("yard.checks"), 303)


@bp.post("/presence/cars/<ask_id>/judge")
@admit(Role.JUDGE)
def judge_presence(ask_id: str) -> Response:
    """The judge accepts or doubts one answer."""
    actor = current_actor()
    with act():
        row = presence_reads.get_ask(actor, ask_id)
        presence_id = row.presence_id
        presence_desk.judge(
            actor,
            row,
            request.form.get("words", ""),
            accept=request.form.get("verdict") == "accept",
        )
    return redirect(url_for("yard.check", presence_id=presence_id), 303)
