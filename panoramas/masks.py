"""Privacy masks: rectangles that a person drew on the picture, painted over before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from panoramas.picture import Picture
from panoramas.sentences import Unusable

GREY = 118  # middle grey; blurring or coarse pixels could be undone, flat paint cannot


class Mask(NamedTuple):
    """Rectangle in fractions (0..1) of the upright source picture, from its top left corner."""

    x: float
    y: float
    w: float
    h: float


def check(masks: Sequence[Mask]) -> None:
    """Raises Unusable mask_wrong when a rectangle is empty or leaves the picture."""
    slack = 1e-6
    for x, y, w, h in masks:
        inside = x >= -slack and y >= -slack and x + w <= 1 + slack and y + h <= 1 + slack
        if not (inside and w > 0 and h > 0):
            raise Unusable("mask_wrong")


def paint(picture: Picture, masks: Sequence[Mask]) -> Picture:
    """The picture with every rectangle opaque grey; edges are rounded outwards."""
    check(masks)
    if not masks:
        return picture
    painted = picture.copy()
    height, width = picture.shape[:2]
    for x, y, w, h in masks:
        top, bottom = int(np.floor(y * height)), int(np.ceil((y + h) * height))
        left, right = int(np.floor(x * width)), int(np.ceil((x + w) * width))
        painted[max(top, 0) : bottom, max(left, 0) : right] = GREY
    return painted
