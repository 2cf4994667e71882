"""A person's own addresses, and what was sent, in the browser."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import limiter

from . import contact_desk, contact_reads, delivery, nodes
from .delivery import Way

bp = Blueprint("contact", __name__, url_prefix="/notices")
STAFF = (
    *("judge", "clerk", "court_admin", "agency_manager", "station_manager"),
    *("inspector", "yard_keeper", "mechanic", "gate"),
)


@bp.get("/")
@admit(*STAFF)
def mine() -> str:
    """Where this person is told, of what, and how it went."""
    actor = current_actor()
    return render_template(
        "notices/contacts.html",
        contacts=contact_reads.list_contacts(actor),
        ways=contact_reads.list_ways(actor),
        way_words=delivery.WAY_WORDS,
        nodes=[node for node in nodes.NODES.values() if actor.role in node.to],
        messages=contact_reads.list_messages(actor),
        states=delivery.STATE_WORDS,
        all_of_them=actor.role in contact_reads.ADMINISTRATORS,
        names=nodes.NODES,
    )


@bp.post("/")
@admit(*STAFF)
@limiter.limit("10/hour")
@refill("notices.contact.mine")
def add() -> Response:
    """Add an address; its code is on the way."""
    actor, form = current_actor(), request.form
    try:
        way = Way(form.get("way", ""))
    except ValueError:
        raise Refused("choose_way", "请选择通知方式。", field="way") from None
    with act():
        contact_desk.add(
            actor,
            way,
            form.get("address", ""),
            digest=form.get("digest") == "1",
            language="en" if str(get_locale()).startswith("en") else "zh",
        )
    return redirect(url_for("notices.contact.mine"), 303)


@bp.post("/<contact_id>/confirm")
@admit(*STAFF)
@limiter.limit("20/hour")
def confirm(contact_id: str) -> Response:
    """Type the code that came."""
    with act():
        good = contact_desk.confirm(current_actor(), contact_id, request.form.get("code", ""))
    if not good:
        raise Refused(
            "contact_code", "验证码不对或已过期。五次不对须停用后重新登记。", field="code"
        )
    return redirect(url_for("notices.contact.mine"), 303)


@bp.post("/<contact_id>/end")
@admit(*STAFF)
def end(contact_id: str) -> Response:
    """Nothing more goes there."""
    with act():
        contact_desk.end(current_actor(), contact_id)
    return redirect(url_for("notices.contact.mine"), 303)


@bp.post("/messages/<message_id>")
@admit(*STAFF)
def try_again(message_id: str) -> Response:
    """Try a message that was given up anew."""
    with act():
        contact_desk.try_again(current_actor(), message_id)
    return redirect(url_for("notices.contact.mine"), 303)
