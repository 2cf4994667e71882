from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.money import (
    MAX_FEN,
    at_rate,
    format_yuan,
    in_capitals,
    read_yuan,
    share_out,
)
from station.ground.refused import Refused


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥ 0.00"), (123450, "¥ 1,234.50"), (5, "¥ 0.05"), (-5, "-¥ 0.05")],
)
def test_yuan_is_written_with_commas_and_two_decimals(fen: int, text: str) -> None:
    assert format_yuan(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("49253", 4925300),
        ("49,251.10", 4925110),
        (" ￥ 1，234．5 ", 123450),
        ("１２３４.05元", 123405),
        ("0", 0),
        ("¥ 0.01", 1),
    ],
)
def test_typed_amounts_are_read_to_the_fen(text: str, fen: int) -> None:
    assert read_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money_empty"),
        (" 元 ", "money_empty"),
        ("-5", "money_negative"),
        ("－5.00", "money_negative"),
        ("1.005", "money_decimals"),
        ("12,34", "money_nonsense"),
        ("1²", "money_nonsense"),
        ("1e5", "money_nonsense"),
        ("五千", "money_nonsense"),
        ("--5", "money_nonsense"),
        ("٣", "money_nonsense"),
        ("10000000000000", "money_too_large"),
        ("9" * 5000, "money_too_large"),
    ],
)
def test_what_is_not_an_amount_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_yuan(text)
    assert refusal.value.code == code
    assert refusal.value.field == "amount"


@given(st.integers(0, MAX_FEN))
def test_a_written_amount_reads_back_the_same(fen: int) -> None:
    assert read_yuan(format_yuan(fen)) == fen


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        fen = read_yuan(text)
    except Refused:
        return
    assert 0 <= fen <= MAX_FEN


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (50, "伍角整"),
        (5, "伍分"),
        (1000, "壹拾元整"),
        (10050000, "壹拾万零伍佰元整"),
        (10000000100, "壹亿零壹元整"),
        (100000010000, "壹拾亿零壹佰元整"),
        (100100010000, "壹拾亿零壹佰万零壹佰元整"),
        (100000000000000, "壹万亿元整"),
        (100000100000000, "壹万亿零壹佰万元整"),
        (123456789012345, "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
    ],
)
def test_capitals_follow_the_rules_for_bills(fen: int, text: str) -> None:
    assert in_capitals(fen) == text


def _read_capitals(text: str) -> int:
    """Read capitals back by an independent road: units as a stack of multipliers."""
    digits = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = fen = 0
    for c in text.removesuffix("整"):
        if c in digits:
            digit = digits[c]
        elif c in units:
            section, digit = section + digit * units[c], 0
        elif c == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif c == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif c == "元":
            total, section, digit = total + section + digit, 0, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[c], 0
    return total * 100 + fen


@given(st.integers(0, MAX_FEN))
def test_capitals_mean_the_same_amount_and_never_double_a_zero(fen: int) -> None:
    text = in_capitals(fen)
    assert _read_capitals(text) == fen
    assert "零零" not in text
    assert text.endswith("整") == (fen % 10 == 0)


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_capitals_are_not_written_for_amounts_out_of_range(fen: int) -> None:
    with pytest.raises(ValueError, match="MAX_FEN"):
        in_capitals(fen)


@pytest.mark.parametrize(
    ("fen", "rate", "out"), [(3925300, (15, 1000), 58880), (1, (1, 2), 1), (1, (49, 100), 0)]
)
def test_rates_round_half_up(fen: int, rate: tuple[int, int], out: int) -> None:
    assert at_rate(fen, *rate) == out


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_shares_add_up_and_stay_within_one_fen_of_fair(total: int, weights: list[int]) -> None:
    if not any(weights):
        weights[0] = 1
    shares = share_out(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
