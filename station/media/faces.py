"""What bears labels: each later room says so of its own things, and app.py hands the map down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app

from station.ground.actors import Actor

from .labels import Purpose


@dataclass(frozen=True)
class Face:
    """What a person reads on a label. `banner`: the largest words; `lines`: most needed first."""

    banner: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Thing:
    """A thing of a station that bears a label. `subject`: its name on the trail. `note`: which one
    it is, a msgid or a name. `vehicle`: whose court's command covers the label, or empty."""

    subject: str
    name: str
    note: str
    vehicle: str = ""


@dataclass(frozen=True)
class Labelled:
    """A room's answers about one purpose. `things`: everything at the actor's station that bears
    such a label now, in the order of a walk or of names. `faces`: what stands on the labels of
    some subjects, by subject; labels are always Chinese."""

    things: Callable[[Actor], Sequence[Thing]]
    faces: Callable[[Actor, Sequence[str]], Mapping[str, Face]]


def labelled() -> Mapping[Purpose, Labelled]:
    """What bears labels here, by purpose, in the order of the vocabulary."""
    declared: Mapping[Purpose, Labelled] = current_app.extensions["media.labelled"]
    return {purpose: declared[purpose] for purpose in Purpose if purpose in declared}
