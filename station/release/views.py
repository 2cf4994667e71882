"""The judge's checklist, the station's list, and the buyer's one page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from station.court import reads as court
from station.court.rules import CommandKind, default_due
from station.ground import clock, paper
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.words import N_
from station.intake import holdings
from station.intake import reads as intake
from station.media.upload import keep_upload
from station.orders import reads as orders
from station.orders import rules as order_rules
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.sales import reads as sales
from station.vehicles import reads as vehicles
from station.vehicles.rules import STAGE_WORDS

from . import back_views, desk, forms, gate_views, reads, rules, steps
from .models import Release

bp = Blueprint("release", __name__)
bp.register_blueprint(gate_views.bp)
bp.register_blueprint(back_views.bp)
KEEPERS = (Role.STATION_MANAGER, Role.YARD_KEEPER)
NAV = [
    (gate_views.GATE_ROLES, "release.gate.scan_page", N_("门岗")),
    (STATION_ROLES, "release.leaving", N_("出库")),
    ((Role.BUYER,), "release.mine", N_("我的车")),
]


# --- the judge


@bp.get("/release/vehicles/<vehicle_id>")
@admit(*COURT_ROLES)
def review(vehicle_id: str) -> str:
    """The checklist: green or red, with evidence, and the order when all is green."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    court.get_held(actor, vehicle_id)
    command = court.find_command(vehicle_id, CommandKind.RELEASE)
    lot = sales.find_sold(vehicle_id)
    return render_template(
        "release/review.html",
        vehicle=vehicle,
        lot=lot,
        checks=reads.checklist(vehicle_id),
        command=command,
        release=reads.find_release(vehicle_id),
        may_order=actor.role == Role.JUDGE and reads.may_order(vehicle),
        due=default_due(CommandKind.RELEASE, clock.today()),
        by_law=rules.hand_over_due(clock.in_shanghai(lot.served_at).date())
        if lot and lot.served_at
        else None,
        today=clock.today(),
        stages=STAGE_WORDS,
    )


@bp.post("/release/vehicles/<vehicle_id>")
@admit(Role.JUDGE)
@refill("release.review")
def order(vehicle_id: str) -> Response:
    """Order release; the buyer's link goes out with it."""
    actor = current_actor()
    due = forms.read_due(request.form)
    with act():
        desk.order(
            actor,
            vehicles.get_vehicle(actor, vehicle_id),
            due=due,
            note=request.form.get("note", "").strip()[:300],
        )
    return redirect(url_for("release.review", vehicle_id=vehicle_id), 303)


@bp.get("/release/vehicles/<vehicle_id>/belongings/order")
@admit(*COURT_ROLES)
def clearing(vehicle_id: str) -> str:
    """What lay in the vehicle, what is sealed, and the judge's command over it."""
    actor = current_actor()
    court.get_held(actor, vehicle_id)
    row = intake.find_intake(vehicle_id)
    return render_template(
        "release/clearing.html",
        vehicle=vehicles.get_vehicle(actor, vehicle_id),
        items=intake.list_belongings(row) if row else [],
        kinds=holdings.ITEM_KIND_WORDS,
        cleared=reads.find_clearing(vehicle_id),
        empty=reads.found_empty(vehicle_id),
        command=court.find_command(vehicle_id, CommandKind.BELONGINGS),
        words=rules.CLEARING_WORDS,
        may_order=actor.role == Role.JUDGE,
        due=default_due(CommandKind.BELONGINGS, clock.today()),
        today=clock.today(),
    )


@bp.post("/release/vehicles/<vehicle_id>/belongings/order")
@admit(Role.JUDGE)
@refill("release.clearing")
def order_clearing(vehicle_id: str) -> Response:
    """Command the return or disposal of the belongings."""
    actor = current_actor()
    due = forms.read_due(request.form)
    with act():
        desk.order_clearing(
            actor,
            vehicles.get_vehicle(actor, vehicle_id),
            due=due,
            note=request.form.get("note", "")[:300],
        )
    return redirect(url_for("release.clearing", vehicle_id=vehicle_id), 303)


# --- the station


@bp.get("/release")
@admit(*STATION_ROLES)
def leaving() -> str:
    """Vehicles on their way out and what each waits for; belongings still to be cleared."""
    actor = current_actor()
    rows = [
        (row, [] if row.left_at else rules.gate_blocks(reads.facts_of(row.vehicle_id)))
        for row in reads.list_leaving(actor)
    ]
    return render_template(
        "release/leaving.html",
        rows=rows,
        uncleared=reads.list_uncleared(actor),
        may_clear=actor.role in KEEPERS,
        may_send=actor.role == Role.STATION_MANAGER,
    )


@bp.post("/release/<release_id>/link")
@admit(Role.STATION_MANAGER)
def send_link(release_id: str) -> Response:
    """A new link for a buyer who lost theirs."""
    actor = current_actor()
    with act():
        desk.send_link(actor, reads.get_release(actor, release_id))
    return redirect(url_for("release.leaving"), 303)


@bp.get("/release/vehicles/<vehicle_id>/belongings")
@admit(*KEEPERS)
def belongings(vehicle_id: str) -> str:
    """What lay in the vehicle, and the form that says where it went."""
    vehicle = vehicles.get_vehicle(current_actor(), vehicle_id)
    row = intake.find_intake(vehicle_id)
    return render_template(
        "release/belongings.html",
        vehicle=vehicle,
        things=intake.list_belongings(row) if row else [],
        cleared=reads.find_clearing(vehicle_id),
        words=rules.CLEARING_WORDS,
        command=court.find_command(vehicle_id, CommandKind.BELONGINGS),
    )


@bp.post("/release/vehicles/<vehicle_id>/belongings")
@admit(*KEEPERS)
@refill("release.belongings")
def clear(vehicle_id: str) -> Response:
    """Write down that the belongings have left the vehicle."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    how, receiver = forms.read_how(request.form), request.form.get("receiver", "")
    kept = keep_upload(actor, "paper", kind=reads.CLEARING, vehicle=vehicle_id)
    with act():
        desk.clear_belongings(actor, vehicle, how, receiver=receiver, paper_media=kept)
    return redirect(url_for("release.leaving"), 303)


# --- the buyer


@bp.get("/my")
@admit(Role.BUYER)
def mine() -> str:
    """The buyer's one page: the next thing on top, then all steps, papers, orders and the pass."""
    vehicle = orders.own_vehicle(current_actor())
    lot, release = sales.find_sold(vehicle.id), reads.find_release(vehicle.id)
    todo = steps.steps_of(lot, release, vehicle.id)
    text = reads.pass_text(release) if release else ""
    return render_template(
        "release/mine.html",
        vehicle=vehicle,
        release=release,
        steps=todo,
        next=steps.next_of(todo),
        orders=orders.list_for_vehicle(vehicle.id),
        unpaid=[row for row in orders.list_live(vehicle.id) if order_rules.is_unpaid(row.state)],
        may_order=orders.may_order(vehicle.id),
        left_to_order=len(orders.ordered_kinds(vehicle.id)) < len(order_rules.ServiceKind),
        order_words=order_rules.ORDER_STATES.words,
        service_words=order_rules.SERVICE_WORDS,
        pass_svg=Markup(_bare(paper.qr_svg(text))) if text else "",  # noqa: S704 - our own drawing
        pass_code=reads.find_pass(release) if release and text else None,
        bring=rules.BRING,
    )


def _bare(svg: str) -> str:
    """The drawing without its XML prolog, to stand inside a page."""
    return svg[svg.index("<svg") :]


@bp.post("/my/pass")
@admit(Role.BUYER)
@refill("release.mine")
def take_pass() -> Response:
    """The buyer takes the gate pass; a second one makes the first void."""
    actor = current_actor()
    with act():
        desk.issue_pass(actor, _own_release(orders.own_vehicle(actor).id))
    return redirect(url_for("release.mine"), 303)


def _own_release(vehicle_id: str) -> Release:
    release = reads.find_release(vehicle_id)
    if release is None:
        raise Refused("not_released", "法院还没有令放行，请等通知。", status=409)
    return release
