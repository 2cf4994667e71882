"""What people are told of beside the screen: a table of acts, audiences and texts. Pure.

Texts travel through other people's servers: no plate, no case number, no name; a text message bears
the node's name alone (个人信息保护法第六条, least data).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from station.ground.tables import read_table
from station.trail.rules import Fact

TABLE = read_table(__file__, "nodes.yaml")
PLACES = ("car", "day")
"""What a text may name."""


@dataclass(frozen=True)
class Node:
    """One row of the table. `to`: roles in the organisations that the act concerns; `day`: the fact
    whose day is `{day}`."""

    id: str
    act: str
    to: frozenset[str]
    urgent: bool
    zh: str
    en: str
    ref: str = ""
    mark: str = ""
    day: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def meets(self, act: str, facts: Mapping[str, Fact]) -> bool:
        """Whether a line of the trail is one that this node tells of."""
        return act == self.act and all(facts.get(name) == one for name, one in self.facts.items())

    def text(self, language: str, car: str, facts: Mapping[str, Fact]) -> str:
        """What is told, in Chinese unless asked for English."""
        words = self.en if language == "en" else self.zh
        told = words.format(car=car, day=facts.get(self.day, "") if self.day else "")
        return told.removesuffix("：").removesuffix(": ").strip()

    def short(self, language: str) -> str:
        """What a text message says: that something waits, and nothing of what."""
        return self.text(language, "", {}).replace("，前办结", "").replace(", due", "")


NODES = {row["id"]: Node(**{**row, "to": frozenset(row["to"])}) for row in TABLE["nodes"]}
ACTS = frozenset(node.act for node in NODES.values())


def find_nodes(act: str, facts: Mapping[str, Fact]) -> list[Node]:
    """The nodes that a line brings about."""
    return [node for node in NODES.values() if node.meets(act, facts)]


def check_nodes(vocabulary: Collection[str], roles: Collection[str]) -> None:
    """Raise `ValueError` for an act or a role that does not exist: asked at the start by who knows
    all rooms."""
    for node in NODES.values():
        if node.act not in vocabulary or not node.to <= set(roles):
            raise ValueError(f"notices, {node.id}: no such act or role")
