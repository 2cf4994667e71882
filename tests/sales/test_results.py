from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.clock import SHANGHAI
from station.ground.refused import Refused
from station.sales.results import (
    COLUMNS,
    LotFacts,
    Outcome,
    check_result_row,
    check_result_rows,
)
from station.sales.rules import LotState

NOW = datetime(2026, 3, 25, 1, 0, tzinfo=UTC)
LOT = LotFacts(
    number="L-0001",
    case_number="(2021)浙0105执1234号",
    start=3_500_000,
    state=LotState.ANNOUNCED,
    starts_at=datetime(2026, 3, 20, 10, 0, tzinfo=SHANGHAI),
)
ROW = {
    "lot_number": "L-0001",
    "case_number": "（2021）浙0105执1234号",
    "outcome": "成交",
    "price": "49,253.00",
    "bidders": "6",
    "ended_at": "2026-03-21 10:05",
    "buyer_name": "示例（集团）有限公司",
    "buyer_phone": "138 0000 0000",
    "pay_due": "2026-03-31",
    "buyer_id_tail": "012x",
}
UNSOLD = ROW | {
    "outcome": "流拍",
    "price": "",
    "bidders": "0",
    "buyer_name": "",
    "buyer_phone": "",
    "pay_due": "",
}


def test_a_sold_row_is_read_whole() -> None:
    result = check_result_row(ROW, LOT, NOW)
    assert (result.outcome, result.price, result.bidders) == (Outcome.SOLD, 4_925_300, 6)
    assert result.ended_at == datetime(2026, 3, 21, 2, 5, tzinfo=UTC)
    assert (result.buyer_name, result.buyer_phone) == ("示例（集团）有限公司", "13800000000")
    assert result.pay_due == date(2026, 3, 31)
    assert result.buyer_id_tail == "012X"


def test_an_unsold_row_needs_no_buyer() -> None:
    result = check_result_row(UNSOLD, LOT, NOW)
    assert (result.outcome, result.price, result.buyer_name) == (Outcome.UNSOLD, None, "")


def test_one_bidder_at_the_start_price_wins() -> None:
    result = check_result_row(ROW | {"price": "35000", "bidders": "1"}, LOT, NOW)
    assert result.price == LOT.start


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"lot_number": "L-0002"}, "row_lot", "lot_number"),
        ({"case_number": "(2021)浙0105执1235号"}, "row_case", "case_number"),
        ({"outcome": "卖了"}, "row_outcome", "outcome"),
        ({"price": ""}, "money_empty", "price"),
        ({"price": "=1+1"}, "money_nonsense", "price"),
        ({"price": "34999.99"}, "row_price", "price"),
        ({"bidders": "0"}, "row_bidders", "bidders"),
        ({"bidders": "-1"}, "row_bidders", "bidders"),
        ({"bidders": "六"}, "row_bidders", "bidders"),
        ({"ended_at": "昨天"}, "row_ended", "ended_at"),
        ({"ended_at": "2026-03-21 09:59"}, "row_ended", "ended_at"),
        ({"ended_at": "2026-03-25 09:01"}, "row_ended", "ended_at"),
        ({"buyer_name": " "}, "row_buyer", "buyer_name"),
        ({"buyer_phone": "12345678901"}, "row_phone", "buyer_phone"),
        ({"buyer_id_tail": "12"}, "row_id_tail", "buyer_id_tail"),
        ({"pay_due": "月底"}, "row_pay_due", "pay_due"),
        ({"pay_due": "2026-03-20"}, "row_pay_due", "pay_due"),
        ({"outcome": "流拍"}, "row_price", "price"),
    ],
)
def test_a_wrong_row_names_its_column(change: dict[str, str], code: str, column: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_result_row(ROW | change, LOT, NOW)
    assert (refusal.value.code, refusal.value.field) == (code, column)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (LotState.DRAFTED, "row_state"),
        (LotState.STAYED, "row_state"),
        (LotState.SOLD, "row_imported"),
        (LotState.PAID, "row_imported"),
    ],
)
def test_a_lot_that_is_not_up_for_sale_takes_no_result(state: LotState, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_result_row(ROW, replace(LOT, state=state), NOW)


def test_a_withdrawn_lot_may_end_before_its_day_is_over() -> None:
    row = UNSOLD | {"outcome": "撤回", "ended_at": "2026-03-20 11:00"}
    assert check_result_row(row, LOT, NOW).outcome is Outcome.WITHDRAWN


def test_a_sheet_is_judged_line_by_line() -> None:
    other = replace(LOT, number="L-0002")
    rows = [ROW, ROW, ROW | {"lot_number": "L-0009"}, UNSOLD | {"lot_number": "L-0002"}]
    verdicts = check_result_rows(rows, {"L-0001": LOT, "L-0002": other}, NOW)
    assert [v.line for v in verdicts] == [2, 3, 4, 5]
    assert [v.refusal.code if v.refusal else "" for v in verdicts] == [
        "",
        "row_twice",
        "row_lot",
        "",
    ]
    assert verdicts[1].refusal is not None
    assert verdicts[1].refusal.values["line"] == 2
    assert verdicts[0].result == check_result_row(ROW, LOT, NOW)


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=12)))
def test_any_cells_give_a_result_or_a_refusal_at_a_column(change: dict[str, str]) -> None:
    try:
        result = check_result_row(ROW | change, LOT, NOW)
    except Refused as refusal:
        field = refusal.field
    else:
        field = "lot_number"
        assert result.lot_number == LOT.number
    assert field in COLUMNS
