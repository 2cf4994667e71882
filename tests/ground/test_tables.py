from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED = "walled"


WORDS = {Door.OPEN: "开", Door.SHUT: "关", Door.WALLED: "封"}
TABLE = {Door.OPEN: {Door.SHUT}, Door.SHUT: {Door.OPEN, Door.WALLED}}


def test_a_step_in_the_table_passes_and_the_others_are_refused() -> None:
    steps = Steps("door_step", WORDS, TABLE)
    for now in Door:
        for to in Door:
            if to in TABLE.get(now, set()):
                steps.check(now, to)
            else:
                with pytest.raises(Refused, match="door_step") as refusal:
                    steps.check(now, to)
                assert refusal.value.status == 409
                assert refusal.value.values == {"now": WORDS[now], "to": WORDS[to]}
    assert steps.next(Door.WALLED) == frozenset()


def test_a_state_without_a_word_stops_the_start() -> None:
    with pytest.raises(ValueError, match="walled"):
        Steps("door_step", {Door.OPEN: "开", Door.SHUT: "关"}, TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "version: 1",
        "version: 0\neffective_from: 2025-01-01",
        "version: 1\neffective_from: soon",
    ],
)
def test_a_table_without_version_and_date_is_not_loaded(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"t\.yaml"):
        read_table(str(tmp_path / "rules.py"), "t.yaml")
