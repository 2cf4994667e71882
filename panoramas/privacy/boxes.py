"""Boxes with scores, and the joining of those that mean the same thing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float64]
"""Rows of left, top, right, bottom, score (0..1); the unit is the caller's."""

OVERLAP = 0.4  # of the union: two boxes of one thing
WITHIN = 0.7  # of the smaller box: a piece that was seen at the edge of a tile


def none() -> Boxes:
    """No boxes."""
    return np.empty((0, 5))


def grow(boxes: Boxes, by: float) -> Boxes:
    """Every box `by` times as wide and high round its middle."""
    grown = boxes.copy()
    more = (boxes[:, 2:4] - boxes[:, :2]) * (by - 1) / 2
    grown[:, :2] -= more
    grown[:, 2:4] += more
    return grown


def clip(boxes: Boxes, width: float, height: float) -> Boxes:
    """The parts inside 0..width, 0..height; boxes with nothing inside are left out."""
    inside = boxes.copy()
    inside[:, [0, 2]] = inside[:, [0, 2]].clip(0, width)
    inside[:, [1, 3]] = inside[:, [1, 3]].clip(0, height)
    kept: Boxes = inside[(inside[:, 2] > inside[:, 0]) & (inside[:, 3] > inside[:, 1])]
    return kept


def order(boxes: Boxes) -> Boxes:
    """Surest first; equals from the top, then from the left, so that the order is always one."""
    sorted_: Boxes = boxes[np.lexsort((boxes[:, 0], boxes[:, 1], -boxes[:, 4]))]
    return sorted_


def merge(boxes: Boxes, period: float | None = None) -> Boxes:
    """One box for each thing: the surest, widened to hold whatever was found of the same thing.

    Widened and not just kept, because a mask that is too large costs a glance and one that is
    too small shows what it should hide. `period`: width after which columns begin again (a
    sphere); every box then begins within it and may reach beyond it.
    """
    while True:
        joined = _joined(order(boxes), period)
        if period is not None:
            joined[:, [0, 2]] -= np.floor(joined[:, :1] / period) * period
        if len(joined) == len(boxes):
            return joined
        boxes = joined  # a box that was widened may hold others by now


def _joined(left: Boxes, period: float | None) -> Boxes:
    """One passage over boxes in order, each joined with what is the same as itself."""
    joined = []
    while len(left):
        first, rest = left[0], left[1:]
        near = rest if period is None else _beside(rest, first, period)
        same = _same(near, first)
        group = np.vstack([first[None], near[same]])
        joined.append([*group[:, :2].min(axis=0), *group[:, 2:4].max(axis=0), first[4]])
        left = rest[~same]
    return np.array(joined) if joined else none()


def _beside(boxes: Boxes, first: Boxes, period: float) -> Boxes:
    """The boxes moved by whole periods to where their middles are nearest to that of `first`."""
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    turns = np.round(((first[0] + first[2]) / 2 - middles) / period) * period
    moved = boxes.copy()
    moved[:, 0] += turns
    moved[:, 2] += turns
    return moved


def _same(boxes: Boxes, first: Boxes) -> npt.NDArray[np.bool_]:
    low, high = np.maximum(boxes[:, :2], first[:2]), np.minimum(boxes[:, 2:4], first[2:4])
    shared = (high - low).clip(0).prod(axis=1)
    sizes = (boxes[:, 2:4] - boxes[:, :2]).prod(axis=1)
    size = float((first[2:4] - first[:2]).prod())
    union = np.maximum(sizes + size - shared, 1e-12)
    smaller = np.maximum(np.minimum(sizes, size), 1e-12)
    found: npt.NDArray[np.bool_] = (shared > OVERLAP * union) | (shared > WITHIN * smaller)
    return found
