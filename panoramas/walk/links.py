"""Which photos of a series show the same things, and how the camera moved from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.walk import alike, pair
from panoramas.walk.alike import Places
from panoramas.walk.tracks import Ids

Floats = npt.NDArray[np.float64]
LEAST = 40  # places that must agree with one move
SHARE = 0.45  # of the places found in both photos, too
OFF = 1.5  # pixels by which an agreeing place may miss its line
COARSE, FINE = 12.0, 1.0  # pixels by which places may miss while the move is sought, and then
FEW = 120  # places by which the search begins
KEPT = 3  # moves that are sought on
AIM, HAND = 15.0, 5.0  # degrees by which somebody aims past the thing, and leans the camera
UNLIKE = 0.01  # price of a move that is so far from a walk round what is looked at


@dataclass(frozen=True, eq=False)
class Link:
    """Places `here` (m,) of photo `one` are `there` (m,) in photo `other`; `move` from one to other."""

    one: int
    other: int
    here: Ids
    there: Ids
    move: pair.Move


@dataclass(frozen=True, eq=False)
class Eye:
    """A lens: `focal` in pixels, and the `middle` of its pictures."""

    focal: float
    middle: tuple[float, float]

    def rays(self, seen: Places, chosen: Ids) -> Floats:
        """Directions of some places."""
        return pair.rays(seen.spots[chosen], self.focal, self.middle)


def link(seen: Sequence[Places], one: int, other: int, eye: Eye) -> Link | None:
    """The link between two photos; None when nothing sure is seen in both."""
    here, there = alike.match(seen[one], seen[other])
    if len(here) < LEAST:
        return None
    before, after = eye.rays(seen[one], here), eye.rays(seen[other], there)
    move = _move(before, after, eye.focal)
    agree = abs(pair.sampson(before, after, move)) * eye.focal < OFF
    if agree.sum() < max(LEAST, SHARE * len(here)):
        return None
    return Link(one, other, here[agree], there[agree], move)


def _move(before: Floats, after: Floats, focal: float) -> pair.Move:
    """How somebody moved who walks round a thing and looks at it, whichever way and however far.

    Few places in two far photos allow several moves: that of a walk is the one asked for.
    """
    some = np.linspace(0, len(before) - 1, min(FEW, len(before))).astype(int)
    found = [pair.refine(before[some], after[some], start, COARSE / focal) for start in WALKED]
    found = sorted(found, key=lambda move: _cost(before, after, move, COARSE / focal))[:KEPT]
    guessed = pair.measure(before, after, focal)
    found += [] if guessed is None else [guessed]
    found = [pair.refine(before, after, move, FINE / focal) for move in found]
    return min(found, key=lambda move: _cost(before, after, move, FINE / focal))


def walked(step: float) -> pair.Move:
    """The move by `step` degrees round what is looked at."""
    turn = np.asarray(cv2.Rodrigues(np.array([0.0, np.radians(step), 0.0]))[0], np.float64)
    way = np.array([0.0, 0.0, 1.0]) - turn[:, 2]
    return pair.Move(turn, way / np.linalg.norm(way))


def _cost(before: Floats, after: Floats, move: pair.Move, scale: float) -> float:
    off = (pair.sampson(before, after, move) / scale) ** 2
    return float((off / (1 + off)).mean()) + UNLIKE * _unlike(move)


def _unlike(move: pair.Move) -> float:
    """How far a move is from one of somebody who keeps the thing in the middle of the picture."""
    like = walked(np.degrees(heading(move)))
    astray = np.degrees(np.arccos(min(1.0, abs(float(like.way @ move.way)))))
    lean = np.degrees(np.linalg.norm(cv2.Rodrigues(move.turn @ like.turn.T)[0]))
    return float((astray / AIM) ** 2 + (lean / HAND) ** 2)


def again(seen: Sequence[Places], chain: Sequence[Link], eye: Eye) -> list[Link]:
    """The same links with their moves measured through another lens."""
    measured = []
    for old in chain:
        before, after = eye.rays(seen[old.one], old.here), eye.rays(seen[old.other], old.there)
        move = pair.refine(before, after, old.move, FINE / eye.focal)
        measured.append(replace(old, move=move))
    return measured


def heading(move: pair.Move) -> float:
    """Radians by which a move turns the camera about its upright."""
    return float(np.arctan2(move.turn[0, 2], move.turn[2, 2]))


WALKED = [walked(sign * step) for step in (5.0, 12.0, 20.0, 30.0, 45.0) for sign in (1, -1)]
"""Moves from which the search begins."""
