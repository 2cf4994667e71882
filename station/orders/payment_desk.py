"""What the payment provider reports: stored first, compared, and only then paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.money import format_yuan
from station.ground.refused import Refused
from station.people import reads as people
from station.people.rules import OrganisationKind
from station.trail import desk as trail
from station.trail.rules import Fact

from . import reads, rules
from .desk import asked_of, step, write
from .models import EventRow, Order, Trouble
from .rules import OrderState, PaidHow, Payment

PAYING = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}


@dataclass(frozen=True)
class Event:
    """Something the provider reported, its signature checked."""

    id: str
    kind: str
    body: dict[str, Any]


def store_event(event: Event) -> None:
    """Keep an event under its unique id, in `upkeep()`, before anything is done about it."""
    db.session.execute(
        insert(EventRow)
        .values(
            id=event.id,
            kind=event.kind,
            body=event.body,
            received_at=clock.now(),
            outcome="",
        )
        .on_conflict_do_nothing()
    )


def handle_event(event_id: str) -> str:
    """Deal with a stored event, once; what came of it.

    Number, amount, currency and payment page are compared before anything is paid. What does
    not match is recorded and shown, and pays nothing.
    """
    row = db.session.get(EventRow, event_id, with_for_update=True, populate_existing=True)
    if row is None or row.handled_at is not None:
        return row.outcome if row else "unknown"
    row.outcome, row.handled_at = _outcome(row), clock.now()
    return row.outcome


def _outcome(row: EventRow) -> str:
    session: dict[str, Any] = row.body["data"]["object"]
    if row.kind not in PAYING:
        return "ignored"
    if session.get("payment_status") != "paid":
        return "waiting"
    reported = Payment(
        str(session.get("client_reference_id") or ""),
        int(session.get("amount_total") or 0),
        str(session.get("currency") or ""),
    )
    order = reads.find_by_number(reported.number)
    try:
        return _pay(order, reported, str(session["id"]), row.id)
    except Refused as refusal:
        _note_trouble(row.id, order, refusal, reported)
        return refusal.code


def _pay(order: Order | None, reported: Payment, session_id: str, event_id: str) -> str:
    if order is None:
        raise Refused(
            "payment_unknown",
            "收到付款 %(amount)s，但没有单号为“%(number)s”的订单。请核对付款记录后退款。",
            status=409,
            amount=format_yuan(reported.amount),
            number=reported.number[:40],
        )
    payment = reads.find_payment(session_id)
    if payment is not None and payment.paid_at is not None:
        return "paid before"
    rules.check_payment(asked_of(order), reported)
    if payment is None or payment.order_id != order.id:
        raise Refused(
            "payment_page", "付款不是从本站为该订单开出的付款页进来的，未记为已付。", status=409
        )
    if order.state is not OrderState.ACCEPTED:
        raise Refused(
            "payment_twice",
            "订单“%(state)s”时又收到一笔付款 %(amount)s，请核对后退款。",
            status=409,
            state=rules.ORDER_STATES.words[order.state],
            amount=format_yuan(reported.amount),
        )
    now = clock.now()
    step(order, OrderState.PAID, paid_at=now, paid_how=PaidHow.STRIPE, receipt=session_id)
    payment.paid_at = now
    facts: dict[str, Fact] = {
        "event": event_id,
        "session": session_id,
        "amount_fen": reported.amount,
        "currency": reported.currency.upper(),
        "number": reported.number,
    }
    write(machine(order.station_id), "orders.pay", order, facts)
    return "paid"


def machine(station_id: str) -> Actor:
    """The payment provider, who writes in the station's chain."""
    return Actor("stripe", "Stripe", "system", station_id)


def _note_trouble(event_id: str, order: Order | None, refusal: Refused, reported: Payment) -> None:
    station = order.station_id if order else _any_station()
    db.session.add(
        Trouble(
            event_id=event_id,
            station_id=station,
            order_id=order.id if order else None,
            code=refusal.code,
            message=refusal.message,
            details=dict(refusal.values),
            at=clock.now(),
        )
    )
    facts: dict[str, Fact] = {
        "event": event_id,
        "why": refusal.code,
        "number": reported.number,
        "amount_fen": reported.amount,
        "currency": reported.currency.upper(),
    }
    subject = order.subject if order else f"event:{event_id}"
    vehicle, case = (order.vehicle_id, order.case_id) if order else ("", "")
    trail.write(
        machine(station), "orders.mismatch", subject, vehicle=vehicle, case=case, facts=facts
    )


def _any_station() -> str:
    """Money that names no order lies before the first station."""
    return people.list_organisations(OrganisationKind.STATION)[0].id
