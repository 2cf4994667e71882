"""What people type into the draft and into the public page's address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict

from station.ground.refused import Refused
from station.orders.rules import ServiceKind
from station.showroom import forms
from station.showroom.announcement import LONGEST
from station.showroom.choosing import Choice
from station.showroom.rules import missing_fields


def test_a_half_filled_draft_is_kept_and_says_what_is_missing() -> None:
    draft = forms.read_draft({"headline": " 云帆  S5 ", "start": "42,000"})
    assert (draft.headline, draft.start) == ("云帆 S5", 4_200_000)
    assert "起拍价" not in missing_fields(draft)
    assert "参考价" in missing_fields(draft)


def test_the_start_of_the_bidding_is_typed_in_shanghai_time() -> None:
    draft = forms.read_draft({"starts_at": "2026-03-18T10:00"})
    assert draft.starts_at == datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("start", "四万", "money_nonsense"),
        ("announce_on", "明天", "no_day"),
        ("starts_at", "2026-03-18", "no_moment"),
        ("fines_count", "-1", "not_a_count"),
        ("platform_url", "javascript:alert(1)", "not_an_address"),
        ("platform_url", "https://", "not_an_address"),
        ("tax_bearer", "nobody", "choose_tax"),
        ("text_as_is", "长" * (LONGEST + 1), "text_long"),
        ("headline", "长" * 121, "text_long"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(field: str, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        forms.read_draft({field: text})
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_bid_is_the_start_price_until_somebody_types_one() -> None:
    assert forms.read_bid(MultiDict(), 4_200_000).fen == 4_200_000
    typed = MultiDict([("bid", "45000.50"), ("service", "transfer"), ("service", "free lunch")])
    assert forms.read_bid(typed, 4_200_000) == forms.Bid(4_500_050, (ServiceKind.TRANSFER,))


@pytest.mark.parametrize("text", ["41999.99", "abc", "-5"])
def test_a_bid_that_could_not_be_made_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        forms.read_bid(MultiDict({"bid": text}), 4_200_000)
    assert refusal.value.field == "bid"


def test_chips_and_pages_that_are_not_ours_count_as_none() -> None:
    assert forms.read_choice({"price": "2", "year": "99", "fuel": "'"}) == Choice(price="2")
    assert forms.read_page({"page": "3"}) == 3
    for text in ("0", "-1", "x", "9" * 40, "²"):
        assert forms.read_page({"page": text}) == 1


@pytest.mark.parametrize("text", ["", "x", "-1", "²"])
def test_a_form_without_its_version_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        forms.read_version({"version": text})
