from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.orders.rules import (
    FIRST_STATES,
    ORDER_STATES,
    SERVICE_WORDS,
    SERVICES,
    OrderState,
    Payment,
    ServiceKind,
    check_payment,
    is_unfinished,
    is_unpaid,
    price_of,
)


def test_every_service_has_a_word_and_a_price_or_is_quoted() -> None:
    assert set(SERVICES) == set(SERVICE_WORDS) == set(ServiceKind)
    assert [kind for kind, row in SERVICES.items() if row.price is None] == [ServiceKind.REPAIR]


@pytest.mark.parametrize(
    ("kind", "km", "quote", "fen"),
    [
        (ServiceKind.CLEANING, 0, None, 12_000),
        (ServiceKind.CLEANING, 0, 99, 12_000),
        (ServiceKind.TRANSFER, 0, None, 30_000),
        (ServiceKind.INSPECTION_INSURANCE, 0, None, 125_000),
        (ServiceKind.DELIVERY, 20, None, 20_000),
        (ServiceKind.DELIVERY, 21, None, 20_500),
        (ServiceKind.REPAIR, 0, 88_800, 88_800),
    ],
)
def test_prices_come_from_the_tariff_or_the_quote(
    kind: ServiceKind, km: int, quote: int | None, fen: int
) -> None:
    assert price_of(kind, km=km, quote=quote) == fen


@pytest.mark.parametrize("quote", [None, 0, -5])
def test_a_repair_without_quote_has_no_price(quote: int | None) -> None:
    with pytest.raises(Refused, match="service_quote"):
        price_of(ServiceKind.REPAIR, quote=quote)


def test_a_delivery_has_no_negative_distance() -> None:
    with pytest.raises(Refused, match="service_distance"):
        price_of(ServiceKind.DELIVERY, km=-1)


def test_an_order_runs_from_quote_to_done() -> None:
    assert FIRST_STATES[ServiceKind.REPAIR] is OrderState.PLACED
    assert FIRST_STATES[ServiceKind.CLEANING] is OrderState.QUOTED
    ORDER_STATES.check(OrderState.PLACED, OrderState.QUOTED)
    ORDER_STATES.check(OrderState.QUOTED, OrderState.ACCEPTED)
    ORDER_STATES.check(OrderState.ACCEPTED, OrderState.PAID)
    ORDER_STATES.check(OrderState.PAID, OrderState.IN_WORK)
    ORDER_STATES.check(OrderState.IN_WORK, OrderState.DONE)
    assert set(ORDER_STATES.words) == set(OrderState)


@pytest.mark.parametrize(
    ("now", "to"),
    [
        (OrderState.PLACED, OrderState.ACCEPTED),
        (OrderState.QUOTED, OrderState.PAID),
        (OrderState.PAID, OrderState.PAID),
        (OrderState.PAID, OrderState.CANCELLED),
        (OrderState.CANCELLED, OrderState.PAID),
        (OrderState.REFUNDED, OrderState.PAID),
    ],
)
def test_orders_do_not_skip_steps_or_pay_twice(now: OrderState, to: OrderState) -> None:
    with pytest.raises(Refused, match="order_step"):
        ORDER_STATES.check(now, to)


def test_the_gate_waits_for_money_and_for_work_inside() -> None:
    unpaid = {OrderState.PLACED, OrderState.QUOTED, OrderState.ACCEPTED}
    assert {state for state in OrderState if is_unpaid(state)} == unpaid
    inside = {s for s in OrderState if is_unfinished(ServiceKind.CLEANING, s)}
    assert inside == unpaid | {OrderState.PAID, OrderState.IN_WORK}
    assert not any(is_unfinished(ServiceKind.TRANSFER, state) for state in OrderState)


ASKED = Payment("SZ-2026-000001", 42_000)


@pytest.mark.parametrize("currency", ["CNY", "cny"])
def test_an_exact_payment_counts(currency: str) -> None:
    check_payment(ASKED, replace(ASKED, currency=currency))


@pytest.mark.parametrize(
    ("reported", "code"),
    [
        (replace(ASKED, number="SZ-2026-000002"), "payment_number"),
        (replace(ASKED, currency="usd"), "payment_currency"),
        (replace(ASKED, amount=41_999), "payment_amount"),
        (replace(ASKED, amount=42_001), "payment_amount"),
    ],
)
def test_any_other_payment_counts_for_nothing(reported: Payment, code: str) -> None:
    with pytest.raises(Refused, match=code) as refusal:
        check_payment(ASKED, reported)
    assert refusal.value.status == 409


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_only_the_whole_amount_pays(asked: int, reported: int) -> None:
    if asked == reported:
        check_payment(Payment("n", asked), Payment("n", reported))
    else:
        with pytest.raises(Refused, match="payment_amount"):
            check_payment(Payment("n", asked), Payment("n", reported))
