"""What the tables of deadlines and work items ask of an act on the trail. Pure.

In a table a condition is an act (``court.accept``), or a row of the act and facts that it must
carry: ``{act: court.issue, kind: tow_in}``. A fact asked as ``">=8"`` is at least that number, as
``"~video"`` has that word among others, as ``"*"`` is anything but empty (0 is something). `at`
names a fact that says when the thing itself happened, if that is not when the line was written
(service is registered after the day of service).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from station.ground.clock import SHANGHAI
from station.ground.tables import read_table
from station.trail.events import Event
from station.trail.rules import Fact

ANY, LEAST, AMONG = "*", ">=", "~"
NOT_BUILT: dict[str, str] = read_table(__file__, "not_built.yaml")["acts"]
"""Act that no room does yet → its word, a msgid."""


@dataclass(frozen=True)
class When:
    """One condition. `facts`: name → what it must be; `at`: fact with the moment, or empty."""

    act: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    at: str = ""

    def meets(self, event: Event) -> bool:
        """Whether `event` is such an act."""
        return event.act == self.act and all(
            _is(event, name, wanted) for name, wanted in self.facts.items()
        )

    def moment(self, event: Event) -> datetime:
        """When the thing that `event` tells of happened, aware; a day begins at midnight here."""
        told = event.text(self.at) if self.at else ""
        if not told:
            return event.at
        if len(told) == len("2026-03-02"):
            return datetime.combine(date.fromisoformat(told), time(), SHANGHAI)
        return datetime.fromisoformat(told)


def _is(event: Event, name: str, wanted: Fact) -> bool:
    if not isinstance(wanted, str):
        return event.facts.get(name) == wanted
    if wanted == ANY:
        return event.text(name) != ""
    if wanted.startswith(AMONG):
        return wanted.removeprefix(AMONG) in event.text(name).split()
    if wanted.startswith(LEAST):
        return event.number(name) >= int(wanted.removeprefix(LEAST))
    return event.text(name) == wanted


def read_when(row: str | Mapping[str, Any]) -> When:
    """A condition of a table. Raises `KeyError` when a row names no act."""
    if isinstance(row, str):
        return When(row)
    facts = {name: value for name, value in row.items() if name not in ("act", "at")}
    return When(row["act"], facts, row.get("at", ""))


def read_all(rows: Iterable[str | Mapping[str, Any]] | str | None) -> tuple[When, ...]:
    """The conditions of a table's field: a list, one act alone, or nothing."""
    return tuple(map(read_when, [rows] if isinstance(rows, str) else rows or ()))


def last_met(conditions: Sequence[When], events: Sequence[Event]) -> tuple[When, Event] | None:
    """The last of `events` (oldest first) that meets any condition, with that condition."""
    for event in reversed(events):
        for one in conditions:
            if one.meets(event):
                return one, event
    return None


def check_known(named: Iterable[str], vocabulary: Iterable[str]) -> None:
    """Raise `ValueError` for an act that is neither in the closed vocabulary nor listed as not
    built: a table that waits for an act nobody can ever do."""
    unknown = set(named) - set(vocabulary) - set(NOT_BUILT)
    if unknown:
        raise ValueError(f"no such acts: {', '.join(sorted(unknown))}")
