from __future__ import annotations

import base64

import pytest

from station.ground.refused import Refused
from station.intake.rules import VIEW_WORDS
from station.release import forms
from station.release.rules import (
    BLOCKS,
    CHECK_WORDS,
    CORNERS,
    JUDGED,
    PASS_BLOCKS,
    Leaving,
    Taker,
    TakerKind,
    check_corners,
    check_leaving,
    identity_matches,
)


@pytest.mark.parametrize(
    ("taker", "same"),
    [
        (Taker(TakerKind.BUYER, " 王 小明 ", "012x"), True),
        (Taker(TakerKind.BUYER, "王小明", ""), False),
        (Taker(TakerKind.BUYER, "", "012X"), False),
        (Taker(TakerKind.BUYER, "李四", "012X", True), False),
        (Taker(TakerKind.HELPER, "李四", "012X", True), True),
        (Taker(TakerKind.HELPER, "李四", "012X", False), False),
        (Taker(TakerKind.HELPER, "李四", "9999", True), False),
        (Taker(TakerKind.HELPER, "王小明", "012X", True), False),
        (Taker(TakerKind.HELPER, " ", "012X", True), False),
    ],
)
def test_the_buyer_or_a_helper_with_authority_may_take_it(taker: Taker, same: bool) -> None:
    assert identity_matches("王小明", "012X", taker) is same


def test_nobody_matches_a_buyer_whose_tail_is_not_known() -> None:
    assert not identity_matches("王小明", "", Taker(TakerKind.BUYER, "王小明", ""))


@pytest.mark.parametrize(
    ("leaving", "differs"),
    [
        (Leaving(100, 2), []),
        (Leaving(102, 2), []),
        (Leaving(103, 2, "库内试车"), ["里程"]),
        (Leaving(99, 2, "仪表更换"), ["里程"]),
        (Leaving(100, 1, "断裂"), ["钥匙数量"]),
        (Leaving(500, 0, "均有记录"), ["里程", "钥匙数量"]),
    ],
)
def test_what_differs_from_intake_is_named(leaving: Leaving, differs: list[str]) -> None:
    assert check_leaving(leaving, 100, 2) == differs


def test_what_intake_could_not_read_is_not_compared() -> None:
    assert check_leaving(Leaving(88_000, 1), None, None) == []


def test_a_difference_without_a_reason_is_refused_with_both_numbers() -> None:
    with pytest.raises(Refused, match="leaving_differs") as refusal:
        check_leaving(Leaving(103, 2, " "), 100, 2)
    assert (refusal.value.field, refusal.value.values["km"]) == ("reason", 100)


def test_every_corner_is_photographed() -> None:
    check_corners(frozenset(CORNERS), VIEW_WORDS)
    with pytest.raises(Refused, match="左前角、右后角"):
        check_corners(frozenset({"front_right", "rear_left"}), VIEW_WORDS)


def test_every_block_has_its_check_and_belongs_to_somebody() -> None:
    assert set(CHECK_WORDS) == set(BLOCKS)
    assert set(JUDGED) <= set(BLOCKS)
    assert set(PASS_BLOCKS) <= set(BLOCKS)


def test_a_drawn_signature_is_read_and_a_broken_one_refused() -> None:
    png = b"\x89PNG\r\n"
    drawn = "data:image/png;base64," + base64.b64encode(png).decode()
    assert forms.read_signature({"sign": drawn}, "sign") == png
    assert forms.read_signature({}, "sign") == b""
    for wrong in ("data:text/html;base64,AA==", "data:image/png;base64,@@", "x" * 2_000_000):
        with pytest.raises(Refused, match="signature_broken"):
            forms.read_signature({"sign": wrong}, "sign")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "一", "²", "99999999999", "2000001"])
def test_a_number_that_is_none_names_its_field(text: str) -> None:
    with pytest.raises(Refused, match="not_whole") as refusal:
        forms.read_leaving({"odometer_km": text, "keys": "1"})
    assert refusal.value.field == "odometer_km"


def test_the_form_names_who_collects() -> None:
    form = {"taker_kind": "helper", "taker": " 李四 ", "tail": "０１２Ｘ"}
    taker = forms.read_taker(form, has_authority=True)
    assert taker == Taker(TakerKind.HELPER, "李四", "012X", True)
    for change, code in (({"taker_kind": "x"}, "no_taker_kind"), ({"taker": ""}, "no_taker")):
        with pytest.raises(Refused, match=code):
            forms.read_taker(form | change, has_authority=False)
