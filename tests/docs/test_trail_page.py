"""The trail's page: its worked example runs, and its list of fields is the code's."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import fields
from datetime import UTC, datetime

from station.ground.settings import PROJECT
from station.trail import rules
from station.trail.rules import Line

PAGE = PROJECT / "docs" / "trail.md"
WHEN = datetime(2026, 11, 22, tzinfo=UTC)
SHORTEST = Line("c", 1, WHEN, "a.b", "t:1", "p", "r", "o", rules.NO_PREVIOUS)
LONGEST = Line(
    "c", 1, WHEN, "a.b", "t:1", "p", "r", "o", rules.NO_PREVIOUS,
    happened_at=WHEN, clock_doubtful=True, device="d", address="a", vehicle="v", case="k",
    command="m", facts={"f": 1},
)  # fmt: skip


def told() -> dict[str, bool]:
    """Field of a line → whether it is always in the hash, as the page's table says."""
    part = PAGE.read_text(encoding="utf-8").partition("## A line")[2].partition("## ")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]* \| ([^|]*) \|", part, re.MULTILINE)
    return {n: when.strip() == "always" for names, when in rows for n in re.findall(r"\w+", names)}


def test_the_worked_example_is_what_the_code_computes() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 15


def test_the_page_names_exactly_the_fields_of_a_line() -> None:
    assert set(told()) == {field.name for field in fields(Line)}


def test_the_fields_that_are_always_hashed_are_the_ones_the_page_says() -> None:
    always = {name for name, always in told().items() if always}
    assert set(json.loads(rules.canonical(SHORTEST))) == always
    assert set(json.loads(rules.canonical(LONGEST))) == set(told())


def test_the_limits_that_the_page_names_are_the_rules() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"more than {rules.CLOCK_SKEW.seconds // 60} minutes ahead" in text
    assert f"more than {rules.LONGEST_OFFLINE.days} days old" in text
    assert rules.LARGEST == 2**53 - 1
