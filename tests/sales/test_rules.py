from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.sales.fees import CASE_CAP, LOT_CAP
from station.sales.rules import (
    ENDING_WORDS,
    LOT_STATES,
    ROUND_WORDS,
    Ending,
    LotState,
    Round,
    SaleTerms,
    breaches,
    case_fees,
    check_terms,
    execution_fee,
    lot_fee,
)

FEES = [
    (100_000, 5_000, 5_000),
    (1_000_000, 5_000, 5_000),
    (4_925_300, 63_880, 63_880),
    (4_925_110, 63_877, 63_877),
    (50_000_000, 740_000, 740_000),
    (476_000_000, 5_000_000, 5_000_000),
    (500_000_000, 5_240_000, 5_000_000),
    (1_000_000_000, 7_740_000, 5_000_000),
    (1_100_000_000, 7_840_000, 5_000_000),
]


@pytest.mark.parametrize(("price", "table", "ceiling"), FEES)
def test_fees_follow_the_brackets_and_the_lot_cap(price: int, table: int, ceiling: int) -> None:
    assert execution_fee(price) == table
    assert lot_fee(Ending.SOLD, price) == lot_fee(Ending.OFFSET, price) == ceiling


@pytest.mark.parametrize("ending", [Ending.OFFSET_REFUSED, Ending.COURT_STOPPED])
def test_no_sale_and_no_offset_cost_nothing(ending: Ending) -> None:
    assert lot_fee(ending, 500_000_000, assessed_cost=99) == 0


def test_a_creditor_who_withdraws_pays_the_assessed_cost() -> None:
    assert lot_fee(Ending.CREDITOR_WITHDREW, 0, assessed_cost=123_45) == 123_45
    assert lot_fee(Ending.CREDITOR_WITHDREW, 0, assessed_cost=10**9) == LOT_CAP


def test_three_large_lots_of_one_case_share_its_cap() -> None:
    fees = [lot_fee(Ending.SOLD, 500_000_000)] * 3
    assert sum(fees) == 15_000_000
    assert case_fees(fees) == [3_333_334, 3_333_333, 3_333_333]


@given(st.lists(st.integers(0, LOT_CAP), max_size=9))
def test_the_case_cap_holds_and_no_lot_pays_more_than_its_fee(fees: list[int]) -> None:
    shared = case_fees(fees)
    assert sum(shared) == min(sum(fees), CASE_CAP)
    assert all(share <= fee for share, fee in zip(shared, fees, strict=True))


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_higher_price_never_costs_a_smaller_fee(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert execution_fee(low) <= execution_fee(high)


FIRST = SaleTerms(
    round=Round.FIRST,
    reference=5_000_000,
    start=3_500_000,
    deposit=175_000,
    published_on=date(2026, 3, 5),
    starts_on=date(2026, 3, 20),
    notified_on=date(2026, 3, 2),
)
SECOND = replace(
    FIRST,
    round=Round.SECOND,
    previous_start=3_500_000,
    start=2_800_000,
    deposit=560_000,
    starts_on=date(2026, 3, 12),
    unsold_on=date(2026, 2, 10),
)


@pytest.mark.parametrize("terms", [FIRST, SECOND, replace(FIRST, notified_on=None)])
def test_terms_at_their_limits_may_be_announced(terms: SaleTerms) -> None:
    assert breaches(terms) == []
    check_terms(terms)


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        (replace(FIRST, start=3_499_999), "terms_start", "start"),
        (replace(FIRST, reference=0, start=0, deposit=0), "terms_start", "start"),
        (replace(FIRST, deposit=174_999), "terms_deposit", "deposit"),
        (replace(FIRST, deposit=700_001), "terms_deposit", "deposit"),
        (replace(FIRST, starts_on=date(2026, 3, 19)), "terms_notice", "starts_on"),
        (replace(FIRST, notified_on=date(2026, 3, 3)), "terms_parties", "published_on"),
        (replace(SECOND, start=2_799_999, deposit=500_000), "terms_start", "start"),
        (replace(SECOND, previous_start=None), "terms_previous", "previous_start"),
        (replace(SECOND, starts_on=date(2026, 3, 11)), "terms_notice", "starts_on"),
        (replace(SECOND, unsold_on=date(2026, 2, 9)), "terms_second_late", "starts_on"),
        (
            replace(SECOND, round=Round.SELL_OFF, unsold_on=None, start=3_499_999, deposit=350_000),
            "terms_start",
            "start",
        ),
    ],
)
def test_each_broken_term_is_named(terms: SaleTerms, code: str, field: str) -> None:
    assert [(b.code, b.field) for b in breaches(terms)] == [(code, field)]
    with pytest.raises(Refused, match=code):
        check_terms(terms)


def test_a_refused_start_price_says_the_least_one() -> None:
    (breach,) = breaches(replace(FIRST, start=3_499_999))
    assert "70％" in str(breach)
    assert "¥ 35,000.00" in str(breach)


def test_a_lot_runs_from_entrustment_to_the_closed_case() -> None:
    life = (
        "entrusted surveyed priced drafted announced bidding sold paid ruled served delivered "
        "closed"
    )
    states = [LotState(name) for name in life.split()]
    for now, to in pairwise(states):
        LOT_STATES.check(now, to)


@pytest.mark.parametrize(
    ("now", "to"),
    [
        (LotState.DRAFTED, LotState.SOLD),
        (LotState.SOLD, LotState.RULED),
        (LotState.PAID, LotState.DELIVERED),
        (LotState.UNSOLD, LotState.PAID),
        (LotState.CLOSED, LotState.REVOKED),
        (LotState.WITHDRAWN, LotState.ANNOUNCED),
    ],
)
def test_lots_do_not_skip_steps(now: LotState, to: LotState) -> None:
    with pytest.raises(Refused, match="lot_step"):
        LOT_STATES.check(now, to)


def test_every_state_round_and_ending_has_its_word() -> None:
    assert set(LOT_STATES.words) == set(LotState)
    assert set(ROUND_WORDS) == set(Round)
    assert set(ENDING_WORDS) == set(Ending)
