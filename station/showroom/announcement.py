"""The texts that the law wants published with a sale: L18 art 13 and 14, item by item.

They are part of a court document and therefore always Chinese; only their titles are translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from station.ground.tables import read_table

LONGEST = 2000
_TABLE = read_table(__file__, "announcement.yaml")


@dataclass(frozen=True)
class TextItem:
    """One thing to be told. `zh`: its title; `text`: what is offered to the one who drafts."""

    zh: str
    article: str
    text: str
    optional: bool = False


TEXTS = {key: TextItem(**row) for key, row in _TABLE["items"].items()}
WARNINGS = tuple(key for key, item in TEXTS.items() if "第十四条" in item.article)


def offered_texts() -> dict[str, str]:
    """Every item with the text that a new draft begins with."""
    return {key: item.text for key, item in TEXTS.items()}


def missing_texts(texts: Mapping[str, str]) -> list[str]:
    """Titles (msgids) of the required items that say nothing yet."""
    return [
        item.zh
        for key, item in TEXTS.items()
        if not item.optional and not texts.get(key, "").strip()
    ]
