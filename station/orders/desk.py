"""Placing and quoting orders, taking their money, and saying that a service is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from station.court import reads as court
from station.court.models import Command
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_code, new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles.models import Vehicle

from . import reads, rules
from .models import Item, Order, PaymentRow
from .rules import OrderState, PaidHow, Payment, ServiceKind, Wanted


@dataclass(frozen=True)
class Opened:
    """A payment page at the provider."""

    id: str
    url: str
    expires_at: datetime


def place(actor: Actor, vehicle: Vehicle, wanted: Wanted, *, shown_total: int) -> list[Order]:
    """The buyer orders: what has a price in one order, accepted; what is quoted first in others.

    `shown_total`: fen that the quote page showed. The first order in the answer is the one to
    pay, if anything has a price.
    """
    _one_at_a_time(vehicle)
    command = reads.find_release_command(vehicle.id)
    rules.check_may_order(served=reads.may_order(vehicle.id), commanded=command is not None)
    assert command is not None
    rules.check_wanted(wanted, reads.ordered_kinds(vehicle.id))
    rules.check_accepted(shown_total, wanted.total)
    orders = [_add(command, wanted, {kind: None}) for kind in wanted.by_quote]
    if wanted.priced:
        orders.insert(0, _add(command, wanted, dict(wanted.priced)))
    facts: dict[str, Fact] = {"total_fen": wanted.total, "tariff": rules.TABLE["version"]}
    for order in orders:
        facts[f"order.{order.number}"] = " ".join(
            f"{item.kind.value}:{item.price or 'quote'}" for item in order.items
        )
    write(actor, "orders.place", orders[0], facts, {"deliver_to": wanted.address})
    return orders


def _one_at_a_time(vehicle: Vehicle) -> None:
    """Two devices of one buyer must not order the same service twice."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"orders:{vehicle.id}"))))


def _add(command: Command, wanted: Wanted, prices: Mapping[ServiceKind, int | None]) -> Order:
    known = [price for price in prices.values() if price is not None]
    order = Order(
        id=new_id(),
        number=f"F{clock.today():%y%m%d}{new_code()}",
        vehicle_id=command.vehicle_id,
        case_id=command.case_id,
        command_id=command.id,
        station_id=command.station_id,
        state=OrderState.ACCEPTED if known else OrderState.PLACED,
        total=sum(known),
        currency=rules.CURRENCY,
        version=1,
        km=wanted.km if ServiceKind.DELIVERY in prices else 0,
        address=wanted.address if ServiceKind.DELIVERY in prices else "",
        note=wanted.note if ServiceKind.REPAIR in prices else "",
        placed_at=clock.now(),
        items=[Item(kind=kind, price=price) for kind, price in prices.items()],
    )
    db.session.add(order)
    db.session.flush()
    return order


def quote(actor: Actor, order: Order, price_fen: int) -> None:
    """The station says what a service costs; a new quote replaces one not accepted yet."""
    (item,) = order.items
    price = rules.price_of(item.kind, quote=price_fen)
    step(order, OrderState.QUOTED, total=price, version=order.version + 1)
    item.price = price
    write(actor, "orders.quote", order, {"price_fen": price})


def accept(actor: Actor, order: Order, *, shown_total: int) -> None:
    """The buyer accepts a quote as it was shown; a changed one needs their yes again."""
    rules.check_accepted(shown_total, order.total)
    step(order, OrderState.ACCEPTED)
    write(actor, "orders.accept", order, {"total_fen": order.total})


def cancel(actor: Actor, order: Order) -> None:
    """Take an unpaid order back; what was paid is refunded, never cancelled."""
    step(order, OrderState.CANCELLED)
    write(actor, "orders.cancel", order, {})


def step(order: Order, to: OrderState, **values: object) -> None:
    """Take the order's next step, if nothing about it changed meanwhile."""
    rules.ORDER_STATES.check(order.state, to)
    moved = changed(
        update(Order)
        .where(Order.id == order.id, Order.state == order.state, Order.version == order.version)
        .values(state=to, **values)
    )
    if not moved:
        raise Refused("order_moved_on", "这个订单刚刚有变化，请刷新页面核对后再办。", status=409)


def begin_payment(actor: Actor, order: Order, opened: Opened, version: int) -> PaymentRow:
    """Remember the payment page that was opened at the provider for this version."""
    if order.state is not OrderState.ACCEPTED:
        raise Refused("nothing_to_pay", "这个订单现在不需要付款，请刷新页面。", status=409)
    if there := reads.find_payment(opened.id):
        return there
    row = PaymentRow(
        id=opened.id,
        order_id=order.id,
        version=version,
        amount=order.total,
        url=opened.url,
        opened_at=clock.now(),
        expires_at=opened.expires_at,
    )
    db.session.add(row)
    order.version = version
    facts: dict[str, Fact] = {"session": opened.id, "amount_fen": order.total, "version": version}
    write(actor, "orders.begin_payment", order, facts)
    return row


def pay_at_counter(actor: Actor, order: Order, *, amount_fen: int, receipt: str) -> None:
    """The station took the money; exactly the total, with the receipt's number."""
    if not receipt.strip():
        raise Refused("no_receipt", "请填写收款凭据编号。", field="receipt")
    rules.check_payment(asked_of(order), Payment(order.number, amount_fen, order.currency))
    step(
        order,
        OrderState.PAID,
        paid_at=clock.now(),
        paid_how=PaidHow.COUNTER,
        receipt=receipt.strip(),
    )
    facts: dict[str, Fact] = {"amount_fen": amount_fen, "receipt": receipt.strip()}
    write(actor, "orders.pay_at_counter", order, facts)


def asked_of(order: Order) -> Payment:
    """What must come in for the order."""
    return Payment(order.number, order.total, order.currency)


def finish_service(actor: Actor, order: Order, kind: ServiceKind) -> None:
    """One service is done; with the last one the order is. Needs a live release command."""
    command = court.get_covering(actor, order.vehicle_id, "orders.done")
    if order.state not in reads.TO_DO:
        raise Refused("not_paid_yet", "服务在付款后才开始，请先确认付款。", status=409)
    done = changed(
        update(Item)
        .where(Item.order_id == order.id, Item.kind == kind, Item.done_at.is_(None))
        .values(done_at=clock.now(), done_by=actor.name)
    )
    if not done:
        raise Refused("done_already", "这项服务已有人登记完成，请刷新页面。", status=409)
    db.session.refresh(order)
    if order.state is OrderState.PAID:
        step(order, OrderState.IN_WORK)
    if all(item.done_at for item in order.items):
        step(order, OrderState.DONE)
    write(actor, "orders.done", order, {"service": kind.value}, command=command.id)


def write(
    actor: Actor,
    act: str,
    order: Order,
    facts: Mapping[str, Fact],
    private: Mapping[str, str] | None = None,
    command: str = "",
) -> None:
    """The line of an act on an order."""
    trail.write(
        actor,
        act,
        order.subject,
        vehicle=order.vehicle_id,
        case=order.case_id,
        command=command or order.command_id,
        facts={"number": order.number, **facts},
        private=private,
    )
