from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from station.ground.refused import Refused
from station.release.rules import (
    BLOCKS,
    GateFacts,
    check_gate_out,
    gate_blocks,
    hand_over_due,
    ruling_due,
)

READY = GateFacts(
    balance_confirmed=True,
    ruling_served=True,
    release_ordered=True,
    identity_matches=True,
    belongings_cleared=True,
)
BROKEN = {
    "balance": {"balance_confirmed": False},
    "ruling": {"ruling_served": False},
    "command": {"release_ordered": False},
    "identity": {"identity_matches": False},
    "hold": {"other_holds": 1},
    "belongings": {"belongings_cleared": False},
    "things": {"things_out": 1},
    "payment": {"unpaid_orders": 1},
    "service": {"unfinished_orders": 2},
    "storage": {"storage_due": 100, "storage_announced": True},
}


def test_the_gate_opens_when_nothing_stands_in_the_way() -> None:
    assert gate_blocks(READY) == []
    check_gate_out(READY)


@pytest.mark.parametrize("code", sorted(BLOCKS))
def test_each_block_keeps_the_vehicle_in_and_names_rule_and_way_on(code: str) -> None:
    facts = replace(READY, **BROKEN[code])
    (block,) = gate_blocks(facts)
    assert block.code == code
    assert block.article
    assert block.way_on
    with pytest.raises(Refused, match=block.zh) as refusal:
        check_gate_out(facts)
    assert (refusal.value.code, refusal.value.status) == ("gate_blocked", 409)


@pytest.mark.parametrize("codes", list(combinations(BLOCKS, 2)))
def test_blocks_do_not_hide_one_another(codes: tuple[str, str]) -> None:
    facts = replace(READY, **BROKEN[codes[0]], **BROKEN[codes[1]])
    assert [block.code for block in gate_blocks(facts)] == list(codes)


def test_storage_that_was_not_announced_holds_nobody() -> None:
    assert gate_blocks(replace(READY, storage_due=100)) == []


def test_deadlines_after_the_sale_follow_the_court_calendar() -> None:
    assert ruling_due(date(2026, 3, 2)) == date(2026, 3, 12)
    assert hand_over_due(date(2026, 3, 6)) == date(2026, 3, 23)
