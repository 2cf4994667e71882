"""From the key views of a walk to where the camera stood at each, in radii of the walk.

Chain the moves from view to view → set the views on a circle → look for the end that meets the
beginning → adjust everything together. The focal length comes out of it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.walk import bundle, close, pair
from panoramas.walk.bundle import Scene, Seen
from panoramas.walk.tracks import FEWEST, View

Floats = npt.NDArray[np.float64]
FIELD = 65.0  # degrees across the longer side: what a phone films with, until it is known better
ROUND = 2 * np.pi
EARLY, LATE = 0.72, 1.35  # shares of a round, by the assumed lens, where the end can meet the start
MOST = 160  # key views that are adjusted together
ENOUGH = 70  # points that a key view needs
PAST = 3  # key views that are kept after the one that closes the round
PARALLAX = 1.0  # pixels by which near and far must move apart; else nobody walked
TRUSTED = 2.0  # pixels: points missed by less tell where other frames were taken
BAD = 5.0  # pixels: points missed by more are left out of the last adjustment


@dataclass(frozen=True, eq=False)
class Solved:
    """The walk as far as it was understood. `closed`: number of the key view that meets the first
    one. `near`: ids of the points of `scene`. `rms`: pixels by which points miss, trusted ones."""

    views: Sequence[View]
    scene: Scene
    ids: npt.NDArray[np.int64]
    closed: int | None
    rms: float


def solve(views: Sequence[View]) -> Solved | None:
    """Where the camera stood at each view; None when the views show no walk (nothing parts)."""
    tall, long = views[0].grey.shape
    middle = ((long - 1) / 2, (tall - 1) / 2)
    focal = max(tall, long) / 2 / np.tan(np.radians(FIELD) / 2)
    chained = _chain(views, focal, middle)
    if chained is None:
        return None
    moves, count = chained
    turned = _turned(moves)
    # what comes after a round and a third, or after very many views, is not needed
    far = np.flatnonzero(abs(turned) > LATE * ROUND)
    count = min(count, MOST, int(far[0]) if len(far) else count)
    views, moves, turned = views[:count], moves[: count - 1], turned[:count]
    closing = close.find(views, _arc(turned))
    if closing is not None:
        # a whole round is a whole round: that tells the lens
        share = ROUND / abs(float(turned[closing.view]))
        focal /= share
        views = views[: closing.view + PAST]
        moves = [stretched(move, share) for move in moves[: len(views) - 1]]
    return _adjusted(views, closing, moves, focal, middle)


def _chain(
    views: Sequence[View], focal: float, middle: tuple[float, float]
) -> tuple[list[pair.Move], int] | None:
    """Moves from view to view, and how many views hang together; None without parallax."""
    moves, parted = [], []
    for before, after in pairwise(views):
        _, here, there = np.intersect1d(
            before.ids, after.ids, assume_unique=True, return_indices=True
        )
        if len(here) < FEWEST:
            break
        one = pair.rays(before.points[here], focal, middle)
        two = pair.rays(after.points[there], focal, middle)
        move = pair.measure(one, two, focal)
        if move is None:
            break
        moves.append(move)
        parted.append(_parallax(one, two, move) * focal)
    if not moves or np.median(parted) < PARALLAX:
        return None
    return moves, len(moves) + 1


def stretched(move: pair.Move, share: float) -> pair.Move:
    """The move with its turn made so many times as large."""
    turn = cv2.Rodrigues(share * cv2.Rodrigues(move.turn)[0])[0]
    return pair.Move(np.asarray(turn, np.float64), move.way)


def _parallax(before: Floats, after: Floats, move: pair.Move) -> float:
    """How far points move apart that a mere turn would carry alike: the upper fifth."""
    turned = before @ move.turn.T
    left = turned[:, :2] / np.maximum(turned[:, 2:], 0.1) - after[:, :2]
    return float(np.percentile(np.linalg.norm(left, axis=1), 80))


def _turned(moves: Sequence[pair.Move]) -> Floats:
    """Heading of each view in radians since the first one."""
    steps = [np.arctan2(move.turn[0, 2], move.turn[2, 2]) for move in moves]
    return np.concatenate([[0.0], np.cumsum(steps)])


def _arc(turned: Floats) -> list[int]:
    share = abs(turned) / ROUND
    return [n for n in range(len(turned)) if EARLY <= share[n] <= LATE]


def _adjusted(
    views: Sequence[View],
    closing: close.Closing | None,
    moves: Sequence[pair.Move],
    focal: float,
    middle: tuple[float, float],
) -> Solved:
    ids, seen = _sightings(views, closing, middle)
    scene = circle(moves, focal)
    scene = replace(scene, points=bundle.place(scene, seen))
    scene = bundle.adjust(scene, seen)
    off = np.linalg.norm(bundle.misses(scene, seen), axis=1)
    good = off < BAD
    seen = Seen(seen.camera[good], seen.point[good], seen.spot[good])
    scene = bundle.adjust(scene, seen, rounds=4)
    off = np.linalg.norm(bundle.misses(scene, seen), axis=1)
    rms = float(np.sqrt((off[off < TRUSTED] ** 2).mean()))
    held = np.bincount(seen.point[off < TRUSTED], minlength=len(ids)) >= 3
    scene = replace(scene, points=scene.points[held])
    return Solved(views, scene, ids[held], None if closing is None else closing.view, rms)


def _sightings(
    views: Sequence[View], closing: close.Closing | None, middle: tuple[float, float]
) -> tuple[npt.NDArray[np.int64], Seen]:
    """Chosen points (their ids, renumbered from 0) and where they were seen."""
    cameras = [np.full(len(view.ids), n) for n, view in enumerate(views)]
    ids = [view.ids for view in views]
    spots = [view.points for view in views]
    if closing is not None:
        for other in range(max(closing.view - 1, 1), min(closing.view + 2, len(views))):
            again, there = close.carry(views, closing, other)
            cameras.append(np.full(len(again), other))
            ids.append(again)
            spots.append(there)
    camera, name = np.concatenate(cameras), np.concatenate(ids)
    spot = np.concatenate(spots).astype(np.float64) - middle
    chosen = _chosen(camera, name, len(views))
    kept = np.isin(name, chosen)
    return chosen, Seen(camera[kept], np.searchsorted(chosen, name[kept]), spot[kept])


def _chosen(
    camera: npt.NDArray[np.int64], name: npt.NDArray[np.int64], views: int
) -> npt.NDArray[np.int64]:
    """The points seen longest, as many as every view needs."""
    order = np.argsort(name, kind="stable")
    sorted_names, starts = np.unique(name[order], return_index=True)
    groups = np.split(camera[order], starts[1:])
    held, chosen = np.zeros(views, int), []
    for n in sorted(range(len(groups)), key=lambda n: (-len(groups[n]), n)):
        if len(groups[n]) < 3:
            break
        if held[groups[n]].min() < ENOUGH:
            held[groups[n]] += 1
            chosen.append(sorted_names[n])
    return np.sort(np.array(chosen, np.int64))


def circle(moves: Sequence[pair.Move], focal: float) -> Scene:
    """Every view on a circle of radius 1, looking at its middle: a first guess."""
    turns = [np.eye(3)]
    for move in moves:
        turns.append(move.turn @ turns[-1])
    whole = np.stack(turns)
    up = -whole[:, 1].mean(axis=0)
    up /= np.linalg.norm(up)
    ahead = whole[:, 2] - (whole[:, 2] @ up)[:, None] * up
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    shifts = np.einsum("nij,nj->ni", whole, ahead)
    return Scene(whole, shifts, focal, np.zeros((0, 3)))
