"""Signing in and out; one-time links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, upkeep
from station.ground.doors import EVERYONE, admit, current_actor, everyone, refill
from station.ground.web import limiter
from station.ground.words import N_
from station.trail.rules import read_device_clock

from . import desk, forms, reads, rules

bp = Blueprint("people", __name__)
COOKIE = "sid"
NAV = [((EVERYONE,), "people.sign_in", N_("工作人员登录"))]


def load_actor() -> Actor | None:
    """The person behind the running request, for the doors; with what their device's clock says."""
    cookie = request.cookies.get(COOKIE)
    actor = reads.find_actor(cookie, device=_device(), address=request.remote_addr or "")
    return actor and replace(actor, **_device_clock())


def _device_clock() -> dict[str, Any]:
    said = request.headers
    told = read_device_clock(
        clock.now(),
        clock.read_claim(said.get("X-Happened-At", "")),
        clock.read_claim(said.get("X-Sent-At", "")),
        went_back="X-Clock-Back" in said,
    )
    return {"claimed": told.claimed, "clock_off": told.off}


def _device() -> str:
    return (request.user_agent.string or "")[:200]


def _with_cookie(response: Response, secret: str, seconds: float) -> Response:
    settings = current_app.extensions["settings"]
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(seconds),
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )
    return response


@bp.get("/sign-in")
@everyone
def sign_in() -> str:
    """The door."""
    return render_template("people/sign_in.html", next=request.args.get("next", ""))


@bp.post("/sign-in")
@everyone
@limiter.limit("10/minute")
@refill("people.sign_in")
def enter() -> Response:
    """Open a sign-in."""
    typed = forms.read_sign_in(request.form)
    with act():
        secret = desk.sign_in(typed, device=_device(), address=request.remote_addr or "")
    onward = _own_path(request.form.get("next", ""))
    return _with_cookie(redirect(onward, 303), secret, rules.SESSION.total_seconds())


def _own_path(path: str) -> str:
    """Only paths of this site; anything else leads home."""
    parts = urlsplit(path)
    mine = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if mine else url_for("home")


@bp.get("/hello")
@everyone
def hello() -> Response:
    """To a device's queue: who is signed in, a fresh form token, and what time it is here."""
    actor = g.get("actor")
    told = {"person": actor.person_id, "name": actor.name} if actor else {"person": "", "name": ""}
    answer = jsonify(**told, token=generate_csrf(), now=clock.now().isoformat())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/sign-out")
@admit(*rules.Role)
def sign_out() -> Response:
    """Close the sign-in of this device."""
    with act():
        desk.sign_out(current_actor(), request.cookies.get(COOKIE, ""))
    response = redirect(url_for("people.sign_in"), 303)
    response.delete_cookie(COOKIE)
    return response


@bp.get("/l/<token>")
@everyone
def link(token: str) -> str | tuple[str, int]:
    """A one-time link: opening it spends nothing, because chat previews fetch links."""
    row = reads.find_link(token)
    page = render_template("people/link.html", token=token, link=row, roles=rules.ROLES)
    return page if row else (page, 410)


@bp.post("/l/<token>")
@everyone
@limiter.limit("10/minute")
@refill("people.link")
def open_link(token: str) -> Response:
    """A button and a code spend the link; it becomes a sign-in of this device."""
    with upkeep():
        desk.take_try(token)
    with act():
        secret, scope = desk.spend_link(
            token,
            request.form.get("code", ""),
            device=_device(),
            address=request.remote_addr or "",
        )
    onward = redirect(url_for("home", scope=scope), 303)
    return _with_cookie(onward, secret, rules.LINK_SESSION.total_seconds())
