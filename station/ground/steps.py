"""A state machine is a table; a step not in the table is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from station.ground.refused import Refused

S = TypeVar("S", bound=StrEnum)


class Steps(Generic[S]):
    """The allowed steps between the members of one enum.

    `code`: code of the refusal. `words`: every member with its Chinese word (each a msgid).
    `table`: from a state to the states it may become; a state left out is an end.
    Raises `ValueError` when a member has no word.
    """

    def __init__(self, code: str, words: Mapping[S, str], table: Mapping[S, Collection[S]]) -> None:
        wordless = [state for row in table.values() for state in row if state not in words]
        wordless += [state for state in table if state not in words]
        if wordless:
            raise ValueError(f"{code}: no word for {', '.join(sorted(set(wordless)))}")
        self.code = code
        self.words = dict(words)
        self.table = {state: frozenset(table.get(state, ())) for state in words}

    def next(self, state: S) -> frozenset[S]:
        """States that `state` may become; empty at an end."""
        return self.table[state]

    def check(self, state: S, to: S) -> None:
        """Raise `Refused` (409) unless `state` may become `to`."""
        if to not in self.table[state]:
            raise Refused(
                self.code,
                "当前状态是“%(now)s”，不能变为“%(to)s”。请刷新页面，按当前状态办理下一步。",
                status=409,
                now=self.words[state],
                to=self.words[to],
            )
