"""Trail lines as rules read them: what was done, when it counts, and with which facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from station.trail.rules import Fact, time_that_counts


class Written(Protocol):
    """What is asked of a line: a row of the trail, or as many of its columns."""

    chain: Any
    number: Any
    act: Any
    subject: Any
    at: Any
    happened_at: Any
    clock_doubtful: Any
    facts: Any


@dataclass(frozen=True)
class Event:
    """One act as a rule reads it: `at` aware, `line` names its trail line, `subject` what it is
    about; `doubtful`: the clock of the device was not believed."""

    act: str
    at: datetime
    facts: Mapping[str, Fact] = field(default_factory=dict)
    line: str = ""
    subject: str = ""
    doubtful: bool = False

    def text(self, name: str) -> str:
        """The fact as text, empty when it is not there."""
        return str(self.facts.get(name, ""))

    def number(self, name: str) -> int:
        """The fact as a whole number, 0 when it is not there or none."""
        value = self.facts.get(name, 0)
        return value if isinstance(value, int) else 0


def name_of(line: Written) -> str:
    """What a rule calls a trail line: chain and number."""
    return f"{line.chain}:{line.number}"


def events_of(lines: Iterable[Written]) -> list[Event]:
    """Trail lines as rules read them, at the time that counts for a deadline."""
    return [
        Event(
            line.act,
            time_that_counts(line.at, line.happened_at, line.clock_doubtful),
            line.facts,
            name_of(line),
            line.subject,
            line.clock_doubtful,
        )
        for line in lines
    ]
