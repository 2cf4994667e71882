"""Looking for things of every size in a flat picture: reduced step by step, each step in tiles.

A thing that is at most OVERLAP pixels large in a step lies whole in one of its tiles; a larger
one does so in a coarser step. Each tile costs the same memory, whatever the picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from panoramas.picture import Picture, reduced
from panoramas.privacy import boxes
from panoramas.privacy.boxes import Boxes

Find = Callable[[Picture], Boxes]
"""A detector: an RGB picture whose sides are multiples of 32; boxes in its pixels."""

TILE = 960  # pixels
OVERLAP = 128
COARSEST = (
    320  # the longest side of the last step: things that fill the picture are seen small, too
)
STRIDE = 32  # the networks' own
GREY = 114  # beside pictures that are smaller than a tile


class Tile(NamedTuple):
    """Part of a picture, in pixels from its top left corner."""

    left: int
    top: int
    width: int
    height: int


def search(picture: Picture, find: Find, finest: int) -> Boxes:
    """Boxes in pixels of `picture`, each thing once. `finest`: longest side of the first step."""
    found = [boxes.none()]
    for step in _steps(picture, finest):
        share = picture.shape[1] / step.shape[1], picture.shape[0] / step.shape[0]
        scale = np.array([*share, *share, 1.0])
        found += [_in_tile(step, tile, find) * scale for tile in cut(*step.shape[1::-1])]
    height, width = picture.shape[:2]
    return boxes.merge(boxes.clip(np.concatenate(found), width, height))


def _steps(picture: Picture, finest: int) -> Iterator[Picture]:
    """The picture at `finest` and ever halved, from fine to coarse; one is held at a time."""
    step = picture
    share = min(1.0, finest / max(step.shape[:2]))
    while True:
        if share < 1:
            height, width = step.shape[:2]
            step = reduced(step, max(1, round(width * share)), max(1, round(height * share)))
        yield step
        if max(step.shape[:2]) <= COARSEST:
            return
        share = 0.5


def cut(width: int, height: int) -> list[Tile]:
    """Tiles of one size that cover a picture evenly, neighbours sharing at least OVERLAP."""
    return [
        Tile(left, top, wide, high) for top, high in _spans(height) for left, wide in _spans(width)
    ]


def _spans(length: int) -> list[tuple[int, int]]:
    """(start, length) along one side; no longer than needed, because every pixel costs time."""
    if length <= TILE:
        return [(0, length)]
    count = math.ceil((length - OVERLAP) / (TILE - OVERLAP))
    part = math.ceil((length + (count - 1) * OVERLAP) / count / STRIDE) * STRIDE
    return [(n * (length - part) // (count - 1), part) for n in range(count)]


def _in_tile(step: Picture, tile: Tile, find: Find) -> Boxes:
    """Boxes in pixels of the step."""
    left, top, width, height = tile
    seen = step[top : top + height, left : left + width]
    found = boxes.clip(find(_padded(seen)), width, height)
    found[:, :4] += [left, top, left, top]
    return found


def _padded(seen: Picture) -> Picture:
    """Grey to the right and below, up to multiples of STRIDE."""
    height, width = seen.shape[:2]
    more = ((0, -height % STRIDE), (0, -width % STRIDE), (0, 0))
    return np.pad(seen, more, constant_values=GREY) if more[0][1] or more[1][1] else seen
