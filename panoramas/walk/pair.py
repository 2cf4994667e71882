"""How the camera moved between two views of a scene that stands still.

Essential matrix: R. Hartley and A. Zisserman, "Multiple View Geometry" (2004), 9.6; the error that
is made small is Sampson's, 11.4.3.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.walk.tracks import Points

Floats = npt.NDArray[np.float64]
PIXELS = 0.7  # by which a point of a scene at rest may miss its line
TURNS = 6  # of the refinement


class Move(NamedTuple):
    """`turn` (3, 3) and `way` (3,), of length 1: what stood at X before stands at turn X + s way."""

    turn: Floats
    way: Floats


def rays(points: Points, focal: float, middle: tuple[float, float]) -> Floats:
    """Directions (n, 3) with depth 1 of picture points (n, 2)."""
    flat = (points.astype(np.float64) - middle) / focal
    return np.column_stack([flat, np.ones(len(flat))])


def measure(before: Floats, after: Floats, focal: float) -> Move | None:
    """The move between two views from the directions (n, 3) of the same points in both."""
    cv2.setRNGSeed(0)
    found, _ = cv2.findEssentialMat(
        before[:, :2], after[:, :2], np.eye(3), cv2.RANSAC, 0.999, PIXELS / focal
    )
    if found is None or len(found) < 3:
        return None
    first, second, way = cv2.decomposeEssentialMat(found[:3])
    turn = max((first, second), key=np.trace)  # from view to view nobody turns by half a round
    move = Move(np.asarray(turn, np.float64), np.asarray(way, np.float64).ravel())
    return refine(before, after, move, PIXELS / focal)


def refine(before: Floats, after: Floats, move: Move, scale: float) -> Move:
    """The move near this one with the least errors; those far above `scale` (radians) do not count."""
    for _ in range(TURNS):
        aside = _aside(move.way)
        off = sampson(before, after, move)
        trust = 1 / (1 + (off / scale) ** 2)
        tiny = 1e-6
        slope = np.stack(
            [
                (sampson(before, after, _moved(move, aside, tiny * unit)) - off) / tiny
                for unit in np.eye(5)
            ],
            axis=1,
        )
        normal = slope.T @ (slope * trust[:, None]) + 1e-9 * np.eye(5)
        step = np.asarray(np.linalg.solve(normal, -slope.T @ (off * trust)), np.float64)
        move = _moved(move, aside, step)
        if abs(step).max() < 1e-6:
            break
    return move


def _aside(way: Floats) -> Floats:
    """Two directions (2, 3) at right angles to the way and to each other."""
    x, y, z = way.tolist()
    first = (0.0, z, -y) if abs(x) < 0.6 else (-z, 0.0, x)
    size = math.hypot(*first)
    a, b, c = (part / size for part in first)
    return np.array([[a, b, c], [y * c - z * b, z * a - x * c, x * b - y * a]])


def _moved(move: Move, aside: Floats, step: Floats) -> Move:
    """The move changed by three small turns and two small shifts of its way."""
    way = move.way + step[3:] @ aside
    turn = np.asarray(cv2.Rodrigues(step[:3])[0], np.float64) @ move.turn
    return Move(turn, way / math.sqrt(float(way @ way)))


def sampson(before: Floats, after: Floats, move: Move) -> Floats:
    """By how much places in `after` miss the lines on which the move puts those in `before` (n,)."""
    x, y, z = move.way
    essential = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]) @ move.turn
    line, back = before @ essential.T, after @ essential
    size = np.sqrt((line[:, :2] ** 2).sum(axis=1) + (back[:, :2] ** 2).sum(axis=1))
    return np.asarray((after * line).sum(axis=1) / np.maximum(size, 1e-12))
