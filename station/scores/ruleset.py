"""The scoring rules as data, and what a score says of itself. Points are hundredths, integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from station.ground.tables import read_table
from station.ground.words import N_
from station.trail.events import Event as Event
from station.trail.rules import Fact as Fact

TABLE = read_table(__file__, "scoring_rules.yaml")
VERSION: int = TABLE["version"]


class Dim(StrEnum):
    """The three kinds of points."""

    COMPLIANCE = "N"
    TIMELINESS = "T"
    QUALITY = "Q"


DIM_WORDS = {
    Dim.COMPLIANCE: N_("规范分"),
    Dim.TIMELINESS: N_("时效分"),
    Dim.QUALITY: N_("质量分"),
}


class Stage(StrEnum):
    """Part of the lot's life a rule belongs to."""

    BEFORE = "拍前"
    DURING = "拍中"
    AFTER = "拍后"


STAGE_WORDS = {Stage.BEFORE: N_("拍前"), Stage.DURING: N_("拍中"), Stage.AFTER: N_("拍后")}


def hundredths(points: float | int) -> int:
    """Points of the table as hundredths, exactly: -0.5 → -50."""
    return int(Decimal(str(points)) * 100)


@dataclass(frozen=True)
class Rule:
    """One row of the table. `points` (≤ 0) for each `per`; `cap`: most it deducts; `bonus`: most
    it adds. All in hundredths. `ref`: articles or sources; empty: our own proposal.
    """

    id: str
    stage: Stage
    dim: Dim
    zh: str
    points: int
    per: str
    cap: int
    bonus: int
    ref: str


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        stage=Stage(row["stage"]),
        dim=Dim(row["dim"]),
        zh=row["zh"],
        points=hundredths(row["points"]),
        per=row.get("per", ""),
        cap=hundredths(row["cap"]),
        bonus=hundredths(row.get("bonus_cap", 0)),
        ref=row.get("ref", ""),
    )


RULES = {rule.id: rule for rule in map(_rule, TABLE["rules"])}


@dataclass(frozen=True)
class Limits:
    """Base, floor and ceiling of one dimension, in hundredths."""

    base: int
    low: int
    high: int

    def hold(self, points: int) -> int:
        """`points` within floor and ceiling."""
        return max(self.low, min(self.high, points))


LIMITS = {
    dim: Limits(*(hundredths(TABLE["lot_score"][dim.value][k]) for k in ("base", "min", "max")))
    for dim in Dim
}


class Standing(StrEnum):
    """Whether a rule has spoken. Only SCORED counts; the others are never full points."""

    SCORED = "scored"
    NOT_DUE = "not_due"
    NOT_YET_SCORED = "not_yet_scored"


STANDING_WORDS = {
    Standing.SCORED: N_("已计分"),
    Standing.NOT_DUE: N_("未到计分时点"),
    Standing.NOT_YET_SCORED: N_("尚未评分"),
}


@dataclass(frozen=True)
class Scored:
    """What one rule says of one lot.

    `points`: hundredths, ≤ 0 for a deduction; `cap`: the most it could deduct. `lines`: trail
    lines it rests on. `zh` with `values`: the explanation (msgid and its places).
    """

    rule_id: str
    standing: Standing
    points: int
    cap: int
    lines: tuple[str, ...]
    zh: str
    values: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Hundredths kept of the rule's cap; 0 while it has not spoken."""
        return self.cap + self.points if self.standing is Standing.SCORED else 0
