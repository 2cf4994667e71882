"""Services in the buyer's browser, the station's list of orders, and the provider's webhook."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, upkeep
from station.ground.doors import admit, current_actor, everyone, refill
from station.ground.money import in_capitals
from station.ground.refused import Refused
from station.ground.web import webhook
from station.ground.words import N_
from station.people.rules import STATION_ROLES, Role

from . import checkout, desk, forms, payment_desk, reads, rules
from .rules import OrderState

bp = Blueprint("orders", __name__)
NAV = [(STATION_ROLES, "orders.station_orders", N_("服务订单"))]
BUYER = Role.BUYER
LARGEST_EVENT = 1024 * 1024


# --- the buyer


@bp.get("/my/services")
@admit(BUYER)
def services() -> str:
    """What can be ordered: price, time and what to bring on every tile."""
    vehicle = reads.own_vehicle(current_actor())
    ordered = reads.ordered_kinds(vehicle.id)
    left = [kind for kind in rules.ServiceKind if kind not in ordered]
    return render_template(
        "orders/services.html",
        vehicle=vehicle,
        left=left,
        chosen=[kind.value for kind in left] if request.args.get("all") else [],
        services=rules.SERVICES,
        may_order=reads.may_order(vehicle.id),
    )


@bp.post("/my/quote")
@admit(BUYER)
@refill("orders.services")
def quote() -> str:
    """The fixed quote before anything is accepted; changes nothing."""
    vehicle = reads.own_vehicle(current_actor())
    wanted = forms.read_wanted(request.form)
    rules.check_wanted(wanted, reads.ordered_kinds(vehicle.id))
    return render_template(
        "orders/quote.html",
        vehicle=vehicle,
        wanted=wanted,
        services=rules.SERVICES,
        capitals=in_capitals(wanted.total),
        online=checkout.is_offered(),
    )


@bp.post("/my/orders")
@admit(BUYER)
@refill("orders.services")
def place() -> Response:
    """Accept the quote; goes straight on to the payment page where there is one."""
    actor = current_actor()
    vehicle = reads.own_vehicle(actor)
    wanted = forms.read_wanted(request.form)
    with act():
        orders = desk.place(
            actor, vehicle, wanted, shown_total=forms.read_fen(request.form, "total_fen")
        )
        first, to_pay = orders[0].id, bool(wanted.priced)
    if to_pay and checkout.is_offered():
        try:
            return redirect(_payment_page(actor, first), 303)
        except Refused as refusal:  # the order stands; its page offers payment again
            current_app.logger.warning("order placed, payment page not opened: %s", refusal.code)
    return redirect(url_for("orders.order", order_id=first), 303)


@bp.get("/my/orders/<order_id>")
@admit(BUYER)
def order(order_id: str) -> str:
    """One order of the buyer: what it costs, how far it is, and paying for it."""
    row = reads.get_order(current_actor(), order_id)
    return render_template(
        "orders/order.html",
        order=row,
        rules=rules,
        state_of=reads.state_of,
        capitals=in_capitals(row.total),
        online=checkout.is_offered(),
        troubles=reads.troubles_of(row),
        came_back=request.args.get("paid", ""),
    )


@bp.post("/my/orders/<order_id>/pay")
@admit(BUYER)
@refill("orders.order")
def pay(order_id: str) -> Response:
    """Open the payment page and go there."""
    return redirect(_payment_page(current_actor(), order_id), 303)


def _payment_page(actor: Actor, order_id: str) -> str:
    """Address of the provider's page for the order as it stands; the same one when asked again."""
    row = reads.get_order(actor, order_id)
    if row.state is not OrderState.ACCEPTED or not checkout.is_offered():
        raise Refused("nothing_to_pay", "这个订单现在不需要付款，请刷新页面。", status=409)
    if there := reads.find_open_payment(row):
        return there.url
    version = reads.next_version(row)
    base = current_app.extensions["settings"].base_url
    opened = checkout.open_session(
        row, version, f"{base}{url_for('orders.order', order_id=order_id)}"
    )
    with act():
        desk.begin_payment(actor, reads.get_order(actor, order_id), opened, version)
    return opened.url


@bp.post("/my/orders/<order_id>/accept")
@admit(BUYER)
@refill("orders.order")
def accept(order_id: str) -> Response:
    """Accept the quote of a repair."""
    actor = current_actor()
    shown = forms.read_fen(request.form, "total_fen")
    with act():
        desk.accept(actor, reads.get_order(actor, order_id), shown_total=shown)
    return redirect(url_for("orders.order", order_id=order_id), 303)


@bp.post("/my/orders/<order_id>/cancel")
@admit(BUYER)
@refill("orders.order")
def cancel(order_id: str) -> Response:
    """Take an unpaid order back."""
    actor = current_actor()
    with act():
        desk.cancel(actor, reads.get_order(actor, order_id))
    return redirect(url_for("orders.order", order_id=order_id), 303)


# --- the station


@bp.get("/orders")
@admit(*STATION_ROLES)
def station_orders() -> str:
    """The station's orders, what waits for the station first."""
    actor = current_actor()
    return render_template(
        "orders/station_orders.html",
        orders=reads.list_orders(actor),
        troubles=reads.list_troubles(actor),
        rules=rules,
    )


@bp.get("/orders/<order_id>")
@admit(*STATION_ROLES)
def station_order(order_id: str) -> str:
    """One order: quote, take money at the counter, say that a service is done."""
    row = reads.get_order(current_actor(), order_id)
    return render_template(
        "orders/station_order.html",
        order=row,
        rules=rules,
        state_of=reads.state_of,
        troubles=reads.troubles_of(row),
        may_take_money=current_actor().role == Role.STATION_MANAGER,
    )


@bp.post("/orders/<order_id>/quote")
@admit(Role.STATION_MANAGER)
@refill("orders.station_order")
def give_quote(order_id: str) -> Response:
    """Say what a service costs."""
    actor, amount = current_actor(), forms.read_amount(request.form)
    with act():
        desk.quote(actor, reads.get_order(actor, order_id), amount)
    return _back(order_id)


@bp.post("/orders/<order_id>/counter")
@admit(Role.STATION_MANAGER)
@refill("orders.station_order")
def take_money(order_id: str) -> Response:
    """The buyer paid at the counter."""
    actor, amount = current_actor(), forms.read_amount(request.form)
    row = reads.get_order(actor, order_id)
    with act():
        desk.pay_at_counter(actor, row, amount_fen=amount, receipt=request.form.get("receipt", ""))
    return _back(order_id)


@bp.post("/orders/<order_id>/done")
@admit(*STATION_ROLES)
@refill("orders.station_order")
def finish(order_id: str) -> Response:
    """One service is done."""
    actor, service = current_actor(), forms.read_kind(request.form.get("kind", ""))
    with act():
        desk.finish_service(actor, reads.get_order(actor, order_id), service)
    return _back(order_id)


def _back(order_id: str) -> Response:
    return redirect(url_for("orders.station_order", order_id=order_id), 303)


# --- the provider


@bp.post("/stripe/webhook")
@everyone
@webhook
def stripe_webhook() -> tuple[dict[str, str], int]:
    """Store what the provider reports, then deal with it; a replay does nothing."""
    request.max_content_length = LARGEST_EVENT
    event = checkout.read_event(
        request.get_data(), request.headers.get("Stripe-Signature", ""), clock.now()
    )
    with upkeep():
        payment_desk.store_event(event)
    with act():
        outcome = payment_desk.handle_event(event.id)
    return {"outcome": outcome}, 200
