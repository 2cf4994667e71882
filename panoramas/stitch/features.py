"""What each photo is recognised by: a small grey copy, its SIFT points, its figures.

SIFT (Lowe 2004) is taken on a copy of a sixth of a megapixel: enough to recognise a place; how
exactly it lies is measured later on the work copy (`stitch.track`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.exposure import brightness
from panoramas.figures import sharpness
from panoramas.picture import Picture, reduced
from panoramas.sphere import Floats
from panoramas.stitch.shots import Shot

Grey = npt.NDArray[np.uint8]
Singles = npt.NDArray[np.float32]

SMALL = 0.16  # megapixels of the copy that features are found on
FAINT = 0.008  # SIFT's contrast threshold: a dim wall has little more; noise is outvoted later
CELLS = (6, 8)  # along the short and the long side; each cell gives its strongest points
A_CELL = 14
MOST = 400  # points a photo, the strongest within an even spread
LENGTH = 512.0  # of a descriptor; whole numbers, so that sums in float32 are exact in any order


@dataclass(frozen=True)
class Look:
    """What is kept of one photo. `grey`: the work copy; `scale`: its pixels a pixel of the shot;
    `small`: the copy features were found on; `points`: (n, 2) columns and rows in pixels of the
    shot, strongest first within an even spread; `words`: (n, 128) descriptors, whole numbers."""

    grey: Grey
    scale: float
    points: Floats
    words: Singles
    sharpness: float
    stops: float


def look(shot: Shot, work: float) -> Look:
    """Decode a photo and keep what is needed. Raises Unusable: truncated, unreadable."""
    picture = _at_most(shot.picture(), work)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    points, words = _found(_at_most(grey, SMALL), (shot.width, shot.height))
    stops, sharp = brightness(picture), sharpness(picture)
    return Look(grey, grey.shape[1] / shot.width, points, words, sharp, stops)


def _at_most(picture: Picture, megapixels: float) -> Picture:
    height, width = picture.shape[:2]
    share = (megapixels * 1e6 / (width * height)) ** 0.5
    if share >= 1:
        return picture
    return reduced(picture, max(1, round(width * share)), max(1, round(height * share)))


def _found(small: Grey, size: tuple[int, int]) -> tuple[Floats, Singles]:
    sift = cv2.SIFT.create(contrastThreshold=FAINT, enable_precise_upscale=True)
    keys = _even(sift.detect(small, None), small.shape)
    if not keys:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    kept, words = sift.compute(small, keys)
    place = np.array([key.pt for key in kept], np.float64)
    share = np.array(size) / small.shape[::-1]
    return (place + 0.5) * share - 0.5, _rooted(np.asarray(words, np.float32))


def _even(keys: Sequence[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The strongest of each cell in rounds, each cell's best first, then its second, …"""
    if not keys:
        return []
    place = np.array([key.pt for key in keys])
    strength = np.array([key.response for key in keys])
    down, across = CELLS[::-1] if shape[0] >= shape[1] else CELLS
    column = np.minimum(place[:, 0] * across // shape[1], across - 1)
    row = np.minimum(place[:, 1] * down // shape[0], down - 1)
    cell = row * across + column
    angle = np.array([key.angle for key in keys])
    order = np.lexsort((angle, place[:, 1], place[:, 0], -strength, cell))
    rank = np.arange(len(order)) - np.searchsorted(cell[order], cell[order])
    order, rank = order[rank < A_CELL], rank[rank < A_CELL]
    best = order[np.lexsort((-strength[order], rank))][:MOST]
    return [keys[i] for i in best]


def _rooted(words: Singles) -> Singles:
    """Square roots of the shares (Arandjelović and Zisserman 2012), as whole numbers."""
    sums = np.maximum(words.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.rint(LENGTH * np.sqrt(words / sums)), np.float32)
