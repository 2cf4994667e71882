"""The trail's bytes and hashes, against independent definitions."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.trail import rules

AT = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)


def line(**changes: object) -> rules.Line:
    """A plain line with some fields changed."""
    fields: dict[str, object] = {
        "chain": "c",
        "number": 1,
        "at": AT,
        "act": "court.issue",
        "subject": "command:1",
        "actor": "p",
        "role": "judge",
        "organisation": "o",
        "previous": rules.NO_PREVIOUS,
        "facts": {"due": "2026-11-25", "rank": 1, "vouched": False},
    }
    return rules.Line(**{**fields, **changes})  # type: ignore[arg-type]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1 as it is written there, recursively."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(
        b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])
    ).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_root_is_the_tree_hash_of_rfc_9162(leaves: list[bytes]) -> None:
    assert rules.root(leaves) == by_definition(leaves)


def test_canonical_json_sorts_keys_and_leaves_out_what_has_no_value() -> None:
    text = rules.canonical(line()).decode()
    assert text.startswith('{"act":"court.issue","actor":"p","at":"2026-11-22T01:02:03.456789Z"')
    assert "happened_at" not in text
    assert '"facts":{"due":"2026-11-25","rank":1,"vouched":false}' in text


def test_the_leaf_has_the_prefix_of_rfc_9162() -> None:
    one = line()
    assert rules.leaf(one) == hashlib.sha256(b"\0" + rules.canonical(one)).digest()


@pytest.mark.parametrize("fact", [1.5, None, 2**53, ["a"], {"a": 1}])
def test_a_fact_that_canonical_json_cannot_hold_exactly_is_refused(fact: object) -> None:
    with pytest.raises(ValueError, match="fact 'x'"):
        rules.canonical(line(facts={"x": fact}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain", "d"),
        ("number", 2),
        ("at", AT + timedelta(microseconds=1)),
        ("happened_at", AT),
        ("clock_doubtful", True),
        ("act", "court.revoke"),
        ("subject", "command:2"),
        ("actor", "q"),
        ("role", "clerk"),
        ("organisation", "x"),
        ("device", "d1"),
        ("address", "a1"),
        ("vehicle", "v"),
        ("case", "k"),
        ("command", "m"),
        ("facts", {}),
        ("previous", b"\1" * 32),
    ],
)
def test_every_field_is_part_of_the_hash(field: str, value: object) -> None:
    assert rules.leaf(line(**{field: value})) != rules.leaf(line())


def test_a_digest_tells_nothing_without_its_salt_and_binds_name_and_value() -> None:
    assert rules.digest(b"s", "plate", "浙A12345") != rules.digest(b"t", "plate", "浙A12345")
    assert rules.digest(b"s", "plate", "x") != rules.digest(b"s", "vin", "x")


@pytest.mark.parametrize(
    ("hours", "doubtful"), [(-1, False), (-71, False), (-73, True), (0.01, False), (0.1, True)]
)
def test_a_claimed_time_is_believed_within_three_days_and_two_minutes(
    hours: float, doubtful: bool
) -> None:
    claim = rules.judge_claim(AT, AT + timedelta(hours=hours))
    assert claim == rules.ClaimedTime(AT + timedelta(hours=hours), doubtful)


def test_work_without_signal_counts_when_it_was_done_unless_the_clock_is_doubtful() -> None:
    earlier = AT - timedelta(hours=5)
    assert rules.time_that_counts(AT, earlier, False) == earlier
    assert rules.time_that_counts(AT, earlier, True) == AT
    assert rules.time_that_counts(AT, AT + timedelta(minutes=1), False) == AT
