"""Words that stand in the data tables are translated like the words in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted((ROOT / "station").glob("*/*.yaml"))


def words(table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        for key, value in table.items():
            if key == "zh" and "en" not in table:  # a row may bear its English itself
                yield value
            yield from words(value)
    elif isinstance(table, list):
        for value in table:
            yield from words(value)


def translated() -> dict[str, str]:
    found = {}
    for path in (ROOT / "translations" / "en").glob("*.po"):
        with path.open("rb") as file:
            found |= {m.id: m.string for m in read_po(file) if isinstance(m.id, str)}
    return found


@pytest.mark.parametrize("path", TABLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_word_of_a_table_has_its_english(path: Path) -> None:
    english = translated()
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [zh for zh in words(table) if not english.get(zh)] == []


@pytest.mark.parametrize("path", TABLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_word_of_a_table_has_a_percent_sign_that_a_template_would_fill(path: Path) -> None:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [zh for zh in words(table) if re.search(r"%(?!\(\w+\)[sd])", zh)] == []
