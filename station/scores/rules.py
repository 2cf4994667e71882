"""The lot's points: what the scored rules kept, between which bounds the rest leaves it.

A rule that has not spoken is shown by name and never counted as full points: a lot has a
`total` only when every rule has spoken, and until then a lowest and a highest one. Rules and
limits are data (`scoring_rules.yaml`); the checkpoints and the acts they read: `checkpoints`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from station.ground.words import N_
from station.scores.checkpoints import CHECKPOINTS
from station.scores.ruleset import DIM_WORDS as DIM_WORDS
from station.scores.ruleset import LIMITS, RULES, TABLE, Standing, hundredths
from station.scores.ruleset import STAGE_WORDS as STAGE_WORDS
from station.scores.ruleset import STANDING_WORDS as STANDING_WORDS
from station.scores.ruleset import VERSION as VERSION
from station.scores.ruleset import Dim as Dim
from station.scores.ruleset import Event as Event
from station.scores.ruleset import Rule as Rule
from station.scores.ruleset import Scored as Scored

NOT_WRITTEN = N_("本项规则尚未接入，不计分")
_BANDS: list[tuple[str, int]] = [
    (row["band"], hundredths(row["min"])) for row in TABLE["period"]["bands"]
]


@dataclass(frozen=True)
class DimScore:
    """One dimension of one lot, in hundredths.

    `scored`: rules that spoke; `waiting`: those that did not. `kept` of `possible`: over the
    caps of the rules that spoke. `low`, `high`: bounds of the dimension once all have spoken;
    equal when none waits.
    """

    dim: Dim
    scored: tuple[Scored, ...]
    waiting: tuple[Scored, ...]
    kept: int
    possible: int
    low: int
    high: int


@dataclass(frozen=True)
class LotScore:
    """The lot's points under one version of the rules, in hundredths."""

    version: int
    dims: tuple[DimScore, ...]

    @property
    def low(self) -> int:
        """Least total that can still come out."""
        return sum(dim.low for dim in self.dims)

    @property
    def high(self) -> int:
        """Greatest total that can still come out."""
        return sum(dim.high for dim in self.dims)

    @property
    def total(self) -> int | None:
        """The total, once every rule has spoken; None until then."""
        return None if any(dim.waiting for dim in self.dims) else self.low


def score_lot(events: Iterable[Event], as_of: datetime) -> LotScore:
    """Score one lot by what happened up to the aware moment `as_of`.

    Events are taken by time; those of the same moment stay in the order given (the trail's).
    """
    past = sorted((event for event in events if event.at <= as_of), key=lambda event: event.at)
    said = [
        CHECKPOINTS[rule.id](past, as_of) if rule.id in CHECKPOINTS else _not_written(rule)
        for rule in RULES.values()
    ]
    return LotScore(VERSION, tuple(_dim_score(dim, said) for dim in Dim))


def dim_points(dim: Dim, moved: int) -> int:
    """Points of a dimension whose rules moved it by `moved`, within its floor and ceiling."""
    return LIMITS[dim].hold(LIMITS[dim].base + moved)


def lot_points(moved: Mapping[Dim, int]) -> int:
    """Total of a lot whose dimensions were moved by `moved` hundredths."""
    return sum(dim_points(dim, moved.get(dim, 0)) for dim in Dim)


def band(points: int) -> str:
    """Band letter (A to D) of a total in hundredths."""
    return next(letter for letter, least in _BANDS if points >= least)


def format_points(points: int) -> str:
    """Hundredths as people read them: ``-0.50``, ``88.00``."""
    return f"{'-' if points < 0 else ''}{abs(points) // 100}.{abs(points) % 100:02d}"


def _not_written(rule: Rule) -> Scored:
    return Scored(rule.id, Standing.NOT_YET_SCORED, 0, rule.cap, (), NOT_WRITTEN)


def _dim_score(dim: Dim, said: Iterable[Scored]) -> DimScore:
    mine = [one for one in said if RULES[one.rule_id].dim is dim]
    scored = tuple(one for one in mine if one.standing is Standing.SCORED)
    waiting = tuple(one for one in mine if one.standing is not Standing.SCORED)
    moved = sum(one.points for one in scored)
    return DimScore(
        dim=dim,
        scored=scored,
        waiting=waiting,
        kept=sum(one.kept for one in scored),
        possible=sum(one.cap for one in scored),
        low=dim_points(dim, moved - sum(one.cap for one in waiting)),
        high=dim_points(dim, moved + sum(RULES[one.rule_id].bonus for one in waiting)),
    )
