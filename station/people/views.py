"""Signing in and out; one-time links."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, upkeep
from station.ground.doors import EVERYONE, admit, current_actor, everyone, refill
from station.ground.web import limiter
from station.ground.words import N_

from . import (
    cookies,
    desk,
    device_reads,
    device_views,
    factor_desk,
    factor_views,
    forms,
    reads,
    rules,
    unsent_views,
)

bp = Blueprint("people", __name__)
bp.register_blueprint(unsent_views.bp)
bp.register_blueprint(device_views.bp)
bp.register_blueprint(factor_views.bp)
NAV = [((EVERYONE,), "people.sign_in", N_("工作人员登录")), *device_views.NAV, *factor_views.NAV]


def load_actor() -> Actor | None:
    """The person behind the running request, for the doors; with what their device's clock says.

    An act that an enrolled device signed is its person's, whoever is signed in there now.
    """
    signed = cookies.read_signed()
    if signed is not None:
        actor = device_reads.find_signer(
            signed, browser=cookies.browser(), address=request.remote_addr or ""
        )
        g.signed = signed if actor else None
    else:
        cookie = request.cookies.get(cookies.SIGN_IN)
        actor = reads.find_actor(
            cookie, device=cookies.browser(), address=request.remote_addr or ""
        )
    return actor and replace(actor, **cookies.device_clock())


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
    """Open a sign-in, or ask for the second factor first."""
    typed = forms.read_sign_in(request.form)
    first = desk.check_sign_in(typed)
    if factor_desk.is_wanted(first):
        return factor_views.ask_for(first, request.form.get("next", ""))
    with act():
        secret = desk.sign_in(typed, device=cookies.browser(), address=request.remote_addr or "")
    onward = cookies.own_path(request.form.get("next", ""))
    return cookies.with_sign_in(redirect(onward, 303), secret, rules.SESSION.total_seconds())


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
        desk.sign_out(current_actor(), request.cookies.get(cookies.SIGN_IN, ""))
    response = redirect(url_for("people.sign_in"), 303)
    response.delete_cookie(cookies.SIGN_IN)
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
            device=cookies.browser(),
            address=request.remote_addr or "",
        )
    onward = redirect(url_for("home", scope=scope), 303)
    return cookies.with_sign_in(onward, secret, rules.LINK_SESSION.total_seconds())
