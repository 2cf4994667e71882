"""The outbox page and the live stream."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.ground.database import act, db
from station.ground.doors import admit, current_actor
from station.ground.words import N_

from . import contact_views, desk, live, reads

bp = Blueprint("notices", __name__)
bp.register_blueprint(contact_views.bp)
NAV = [
    (("station_manager", "yard_keeper", "gate"), "notices.outbox", N_("待转交")),
    (contact_views.STAFF, "notices.contact.mine", N_("通知")),
]
STATION = ("station_manager", "inspector", "yard_keeper", "mechanic", "gate")
SIGNED_IN = (*STATION, "judge", "clerk", "court_admin", "agency_manager")


@bp.get("/outbox")
@admit("station_manager", "yard_keeper", "gate")
def outbox() -> str:
    """Links and codes to pass on, until channels arrive."""
    return render_template("notices/outbox.html", notices=reads.list_outbox(current_actor()))


@bp.post("/outbox/<notice_id>/passed-on")
@admit("station_manager", "yard_keeper", "gate")
def pass_on(notice_id: str) -> AnyResponse:
    """One message was handed over."""
    actor = current_actor()
    with act():
        desk.pass_on(actor, reads.get_notice(actor, notice_id))
    return redirect(url_for("notices.outbox"), 303)


@bp.get("/live")
@admit(*SIGNED_IN)
def stream() -> Response:
    """Server-sent events: something you may see has happened."""
    organisation = current_actor().organisation_id
    db.session.remove()  # a stream must not hold a database connection
    hub: live.Hub = current_app.extensions["live"]
    last_id = request.headers.get("Last-Event-ID", "")[:4000]
    answer = Response(live.events(hub, organisation, last_id), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    answer.headers["Cache-Control"] = "no-store"
    return answer
