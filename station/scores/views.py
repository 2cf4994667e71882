"""A vehicle's points with the trail lines they came from, and an agency's vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, current_app, render_template

from station.court.models import Entrustment
from station.ground.articles import cite
from station.ground.clock import now
from station.ground.doors import admit, current_actor
from station.ground.words import N_
from station.people.rules import COURT_ROLES, Role
from station.trail.models import TrailLine

from . import reads, rules
from .ruleset import LIMITS, RULES, STANDING_WORDS, Rule, Scored, Standing

bp = Blueprint("scores", __name__, url_prefix="/scores")
READERS = (*COURT_ROLES, Role.AGENCY_MANAGER, Role.STATION_MANAGER)
NAV = [((*COURT_ROLES, Role.AGENCY_MANAGER), "scores.entrusted", N_("考评"))]


@dataclass(frozen=True)
class RuleLine:
    """One rule as the page shows it: what it is, what it said, and what it rests on."""

    rule: Rule
    said: Scored
    ref: str
    lines: tuple[TrailLine, ...]


@bp.get("/vehicles/<vehicle_id>")
@admit(*READERS)
def vehicle(vehicle_id: str) -> str:
    """The points of one vehicle, rule by rule."""
    row = reads.get_entrusted(current_actor(), vehicle_id)
    points = reads.points_of(row)
    return render_template(
        "scores/vehicle.html",
        vehicle=row,
        score=points.score,
        stages=_by_stage(points),
        rules=rules,
        limits=LIMITS,
        standings=STANDING_WORDS,
        acts=current_app.extensions["trail.acts"],
        as_of=now(),
    )


def _by_stage(points: reads.LotPoints) -> list[tuple[str, list[RuleLine]]]:
    """(part of the lot's life, its rules); what has spoken first, what is not written last."""
    said = {one.rule_id: one for dim in points.score.dims for one in (*dim.scored, *dim.waiting)}
    shown = [
        RuleLine(rule, said[rule.id], cite(rule.ref), _lines(points, said[rule.id]))
        for rule in RULES.values()
    ]
    order = list(Standing)
    return [
        (rules.STAGE_WORDS[stage], sorted(group, key=lambda one: order.index(one.said.standing)))
        for stage, group in groupby(shown, key=lambda one: one.rule.stage)
    ]


def _lines(points: reads.LotPoints, said: Scored) -> tuple[TrailLine, ...]:
    return tuple(points.lines[name] for name in said.lines)


@bp.get("/")
@admit(*COURT_ROLES, Role.AGENCY_MANAGER)
def entrusted() -> str:
    """The vehicles that an agency took on, with their points; for a court, agency by agency."""
    rows = reads.list_entrusted(current_actor())
    scores = reads.score_all([row.vehicle_id for row in rows])
    return render_template(
        "scores/entrusted.html",
        groups=[(group[0].agency, group) for group in _by_agency(rows)],
        scores=scores,
        rules=rules,
        count=len(RULES),
        as_of=now(),
    )


def _by_agency(rows: Sequence[Entrustment]) -> list[list[Entrustment]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: row.agency_id)]
