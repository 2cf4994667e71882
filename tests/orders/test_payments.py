from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import stripe
from flask import Flask
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db, upkeep
from station.ground.refused import Refused
from station.orders import checkout, desk, payment_desk, reads
from station.orders.models import EventRow, Order, Trouble
from station.orders.rules import OrderState
from station.trail import reads as trail
from station.trail.models import TrailLine
from tests.makers import House, make_house
from tests.orders.makers import TOTAL, buyer_of, make_order, make_ordered_out
from tests.stripe_stand_in import StandIn, running

BACK = "http://localhost/my/orders/x"


@pytest.fixture
def provider(ctx: Flask) -> Iterator[StandIn]:
    before = ctx.extensions["settings"]
    with running() as stand_in:
        ctx.extensions["settings"] = replace(
            before,
            stripe_key=stand_in.key,
            stripe_api=stand_in.url,
            stripe_webhook_secret=stand_in.secret,
        )
        yield stand_in
    ctx.extensions["settings"] = before


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def open_page(house: House, order: Order) -> desk.Opened:
    version = reads.next_version(order)
    opened = checkout.open_session(order, version, BACK)
    with act():
        desk.begin_payment(buyer_of(house, order.vehicle), order, opened, version)
    return opened


def report(provider: StandIn, event: dict[str, Any]) -> str:
    """What the webhook does with an event."""
    body, header = provider.signed(event)
    read = checkout.read_event(body, header, clock.now())
    with upkeep():
        payment_desk.store_event(read)
    with act():
        return payment_desk.handle_event(read.id)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_stand_in_speaks_the_librarys_own_types(provider: StandIn, house: House) -> None:
    order = make_order(house, make_ordered_out(house))
    opened = open_page(house, order)
    session = checkout.make_client().v1.checkout.sessions.retrieve(opened.id)
    assert isinstance(session, stripe.checkout.Session)
    assert (session.amount_total, session.currency) == (TOTAL, "cny")
    assert (session.client_reference_id, session.payment_status) == (order.number, "unpaid")
    assert session.url == opened.url
    body, header = provider.signed(provider.pay(opened.id))
    event = stripe.Webhook.construct_event(body, header, provider.secret)
    assert isinstance(event.data.object, stripe.checkout.Session)
    assert event.data.object.payment_status == "paid"


def test_the_same_key_opens_the_same_page_and_never_another_order(
    provider: StandIn, house: House
) -> None:
    order = make_order(house, make_ordered_out(house))
    first = checkout.open_session(order, 1, BACK)
    assert checkout.open_session(order, 1, BACK).id == first.id
    assert len(provider.sessions) == 1
    with pytest.raises(Refused, match="pay_unreachable"):
        checkout.open_session(order, 1, "http://localhost/elsewhere")
    client = checkout.make_client()
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(
            {"mode": "payment", "success_url": "x", "line_items": []},
            {"idempotency_key": f"{order.id}-1"},
        )
    with pytest.raises(stripe.InvalidRequestError, match="payment_method_types"):
        client.v1.checkout.sessions.create({"mode": "payment", "payment_method_types": ["card"]})  # type: ignore[typeddict-unknown-key]


def test_a_wrong_key_or_no_answer_is_a_refusal_and_charges_nothing(
    ctx: Flask, provider: StandIn, house: House
) -> None:
    order = make_order(house, make_ordered_out(house))
    ctx.extensions["settings"] = replace(ctx.extensions["settings"], stripe_key="sk_test_other")
    with pytest.raises(Refused, match="pay_unreachable"):
        checkout.open_session(order, 1, BACK)
    assert provider.sessions == {}


def test_a_paid_page_pays_the_order_under_one_line(provider: StandIn, house: House) -> None:
    order = make_order(house, make_ordered_out(house))
    opened = open_page(house, order)
    before = count(TrailLine)
    assert report(provider, provider.pay(opened.id)) == "paid"
    assert (order.state, order.receipt) == (OrderState.PAID, opened.id)
    assert count(TrailLine) == before + 1
    line = trail.find_last_line(order.subject)
    assert line is not None
    assert (line.act, line.actor, line.organisation) == ("orders.pay", "stripe", house.station.id)
    assert line.facts["amount_fen"] == TOTAL


def test_a_replayed_event_does_nothing(provider: StandIn, house: House) -> None:
    order = make_order(house, make_ordered_out(house))
    event = provider.pay(open_page(house, order).id)
    report(provider, event)
    before = count(TrailLine)
    assert report(provider, event) == "paid"
    second = provider.tell(
        "checkout.session.async_payment_succeeded", dict(event["data"]["object"])
    )
    assert report(provider, second) == "paid before"
    assert (count(TrailLine), count(Trouble)) == (before, 0)


Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s.update(amount_total=TOTAL - 1), "payment_amount"),
        (lambda s: s.update(amount_total=TOTAL + 1), "payment_amount"),
        (lambda s: s.update(currency="usd"), "payment_currency"),
        (lambda s: s.update(client_reference_id="F000000"), "payment_unknown"),
        (lambda s: s.update(client_reference_id=None), "payment_unknown"),
        (lambda s: s.update(id="cs_test_of_somebody_else"), "payment_page"),
    ],
)
def test_a_payment_that_does_not_match_is_recorded_and_pays_nothing(
    provider: StandIn, house: House, change: Change, code: str
) -> None:
    order = make_order(house, make_ordered_out(house))
    event = provider.pay(open_page(house, order).id)
    change(event["data"]["object"])
    assert report(provider, event) == code
    assert (order.state, order.paid_at) == (OrderState.ACCEPTED, None)
    (trouble,) = reads.list_troubles(house.manager)
    assert (trouble.code, trouble.event_id) == (code, event["id"])
    report(provider, event)
    assert count(Trouble) == 1


def test_a_second_payment_of_a_paid_order_is_shown_for_refund(
    provider: StandIn, house: House
) -> None:
    order = make_order(house, make_ordered_out(house))
    opened = open_page(house, order)
    with act():
        desk.pay_at_counter(house.manager, order, amount_fen=TOTAL, receipt="R-1")
    assert report(provider, provider.pay(opened.id)) == "payment_twice"
    assert order.receipt == "R-1"
    assert [trouble.code for trouble in reads.troubles_of(order)] == ["payment_twice"]


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("checkout.session.completed", "unpaid", "waiting"),
        ("checkout.session.expired", "unpaid", "ignored"),
        ("charge.succeeded", "paid", "ignored"),
    ],
)
def test_other_events_pay_nothing(
    provider: StandIn, house: House, kind: str, status: str, outcome: str
) -> None:
    order = make_order(house, make_ordered_out(house))
    session = dict(provider.sessions[open_page(house, order).id], payment_status=status)
    assert report(provider, provider.tell(kind, session)) == outcome
    assert order.state is OrderState.ACCEPTED


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_event_signed_too_early_or_too_late_is_refused(
    provider: StandIn, house: House, minutes: int
) -> None:
    order = make_order(house, make_ordered_out(house))
    event = provider.pay(open_page(house, order).id)
    body, header = provider.signed(event, at=int(time.time()) + minutes * 60)
    with pytest.raises(Refused, match="event_unsigned" if minutes < 0 else "event_future"):
        checkout.read_event(body, header, clock.now())
    assert count(EventRow) == 0


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "garbage", "t=,v1="])
def test_an_unsigned_event_is_refused(provider: StandIn, header: str) -> None:
    with pytest.raises(Refused, match="event_unsigned"):
        checkout.read_event(b'{"object": "event"}', header, clock.now())
    _, good = provider.signed({"object": "event", "id": "evt_1"})
    with pytest.raises(Refused, match="event_unsigned"):
        checkout.read_event(b'{"object": "event", "id": "evt_2"}', good, clock.now())


def test_a_lapsed_page_is_opened_anew_with_another_key(provider: StandIn, house: House) -> None:
    order = make_order(house, make_ordered_out(house))
    first = open_page(house, order)
    there = reads.find_open_payment(order)
    assert there is not None
    assert there.id == first.id
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        assert reads.find_open_payment(order) is None
        second = open_page(house, order)
    assert second.id != first.id
    assert order.version == 2
    assert len(provider.sessions) == 2
