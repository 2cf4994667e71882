"""The whole history: the stories of all cars in the order of time, and the pictures they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from demo import caring, entrusting, gate, leaving, queueing, selling, showing, towing
from demo.plan import Row, car_of, read_plan
from demo.shots import REAL, Shot, Sizes
from demo.story import Step, Story
from station.vehicles.rules import Stage

ON_THE_WAY = (Stage.TOW_ORDERED, Stage.TOWING)


def list_steps(now: datetime, rows: Sequence[Row] | None = None, sizes: Sizes = REAL) -> list[Step]:
    """Every step of these rows (all of the plan) in the order of time, leading up to `now`."""
    found = (step for row in rows or read_plan() for step in _tell(row, now, sizes))
    return sorted(found, key=lambda step: step.at)  # stable: one car's steps stay in order


def _tell(row: Row, now: datetime, sizes: Sizes) -> Iterable[Step]:
    shown = row.until is Stage.PUBLISHED or row.days.get("publish", 0) < 0
    story, car = Story(row, now, sizes if shown else sizes.less), car_of(row)
    entrusting.tell(story)
    if row.has("tow"):
        towing.tell(story)
        if row.until not in ON_THE_WAY:
            gate.tell(story, car)
    if row.has("show"):
        showing.tell(story)
    if row.has("unsold"):
        selling.tell_unsold(story)
        showing.tell_again(story)
    if row.has("sold"):
        selling.tell(story)
    if row.has("release"):
        leaving.tell(story)
    beside = [*caring.tell(story), *queueing.tell(story)] if row.has("tow") else []
    yield from story.steps
    for other in beside:
        yield from other.steps


def list_shots(now: datetime, rows: Sequence[Row] | None = None, sizes: Sizes = REAL) -> list[Shot]:
    """Every picture once, in the order in which the steps ask for them."""
    found: dict[str, Shot] = {}
    for step in list_steps(now, rows, sizes):
        for shot in step.shots:
            found.setdefault(shot.name, shot)
    return list(found.values())
