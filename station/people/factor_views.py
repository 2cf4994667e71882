"""The second page of a sign-in: an authenticator's code, or enrolling one; and resetting a lost one."""

from __future__ import annotations

import pyotp
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response

from station.ground import paper
from station.ground.database import act, upkeep
from station.ground.doors import admit, current_actor, everyone, refill
from station.ground.refused import Refused
from station.ground.web import limiter
from station.ground.words import N_

from . import cookies, factor_desk, factors, reads, rules
from .models import Membership
from .rules import Role

bp = Blueprint("factor", __name__)
PENDING = "second"
KEEPERS = (Role.COURT_ADMIN, Role.ADMINISTRATOR)
NAV = [(KEEPERS, "people.factor.people", N_("验证器"))]


def ask_for(first: Membership, onward: str) -> Response:
    """Send somebody whose password was right on to the second page. What proves it is a signed cookie
    of ten minutes; a new authenticator's secret travels in it until a code has shown that it works."""
    told = {"person": first.person_id, "next": onward}
    if factor_desk.find_factor(first.person_id) is None:
        told["secret"] = pyotp.random_base32()
    answer = redirect(url_for("people.factor.second"), 303)
    seconds = factors.TICKET.total_seconds()
    return cookies.with_cookie(answer, PENDING, _signer().dumps(told), seconds)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].secret_key, salt="second")


def _pending() -> tuple[Membership, dict[str, str]]:
    try:
        told: dict[str, str] = _signer().loads(
            request.cookies.get(PENDING, ""), max_age=int(factors.TICKET.total_seconds())
        )
    except BadSignature:
        told = {}
    person = reads.find_person(told.get("person", ""))
    places = reads.list_memberships(person) if person else []
    if not places:
        raise Refused("sign_in_first", "请先输入账号和密码（十分钟内完成两步）。", status=403)
    return places[0], told


@bp.get("/sign-in/second")
@everyone
def second() -> str:
    """Ask for the code; who has no authenticator yet is shown how to enrol one."""
    first, told = _pending()
    secret, drawn = told.get("secret", ""), ""
    if secret:
        svg = paper.qr_svg(factors.enrolment_url(secret, first.person.login or ""))
        drawn = svg[svg.index("<svg") :]
    return render_template(
        "people/second.html",
        secret=secret,
        drawn=Markup(drawn),  # noqa: S704 - our own drawing
        name=first.person.name,
    )


@bp.post("/sign-in/second")
@everyone
@limiter.limit("10/minute")
@refill("people.factor.second")
def enter() -> Response:
    """Open the sign-in. Every try counts before it is judged."""
    first, told = _pending()
    person_id, typed = first.person_id, request.form.get("code", "")
    device, address = cookies.browser(), request.remote_addr or ""
    with upkeep():
        factor_desk.take_try(person_id)
    codes: list[str] = []
    with act():
        first, told = _pending()
        if secret := told.get("secret"):
            cookie, codes = factor_desk.enrol(first, secret, typed, device=device, address=address)
        else:
            cookie = factor_desk.sign_in(first, typed, device=device, address=address)
    with upkeep():
        factor_desk.forget_tries(person_id)
    onward = cookies.own_path(told.get("next", ""))
    answer = _show_codes(codes, onward) if codes else redirect(onward, 303)
    answer.delete_cookie(PENDING)
    return cookies.with_sign_in(answer, cookie, rules.SESSION.total_seconds())


def _show_codes(codes: list[str], onward: str) -> Response:
    answer = Response(
        render_template("people/recovery_codes.html", codes=codes, onward=onward),
        mimetype="text/html",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/people/factors")
@admit(*KEEPERS)
def people() -> str:
    """Who of the court has an authenticator; a lost one is reset here."""
    actor = current_actor()
    if actor.role == Role.ADMINISTRATOR:
        rows = list(reads.list_in_roles(*rules.COURT_ROLES))
    else:
        rows = list(reads.list_colleagues(actor.organisation_id, *rules.COURT_ROLES))
    return render_template(
        "people/factors.html",
        people=rows,
        enrolled=factor_desk.list_enrolled([row.id for row in rows]),
        required=current_app.extensions["settings"].second_factor,
        me=actor.person_id,
    )


@bp.post("/people/factors/reset")
@admit(*KEEPERS)
@refill("people.factor.people")
def reset() -> Response:
    """Take a lost authenticator away."""
    with act():
        factor_desk.reset(current_actor(), reads.get_person(request.form.get("person", "")))
    return redirect(url_for("people.factor.people"), 303)
