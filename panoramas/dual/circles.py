"""Finding the two image circles on the dark of the sensor: rays from outside in, then a robust circle."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from panoramas.dual.lens import Box
from panoramas.picture import Picture, reduced
from panoramas.sphere import Floats

SIDE = 480  # pixels of the shorter side of the part examined
RAYS = 360
NEAR = 0.012  # how far (share of the radius) a rim point may lie from the circle
ENOUGH = 0.35  # share of the rays that must end on the circle
TRIALS = 300  # triples tried; with 40 % of good points the chance to miss is 3e-9


class Circle(NamedTuple):
    """A circle in pixels of the frame. `share`: of the rays that end on it, 0..1."""

    column: float
    row: float
    radius: float
    share: float


def find(frame: Picture, box: Box) -> Circle | None:
    """The rim in one part of the frame, None when it does not show a bright disc on dark."""
    left, top, width, height = (int(side) for side in box)
    part = frame[top : top + height, left : left + width]
    share = min(1.0, SIDE / min(width, height))
    small = reduced(part, round(width * share), round(height * share)) if share < 1 else part
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    points = _rim(np.asarray(grey, np.float64))
    circle = _circle(points, grey.shape[:2]) if len(points) >= RAYS // 8 else None
    if circle is None:
        return None
    column, row, radius, good = circle
    return Circle(
        (column + 0.5) / share - 0.5 + left, (row + 0.5) / share - 0.5 + top, radius / share, good
    )


def _rim(grey: Floats) -> Floats:
    """Points (n, 2) where rays from the middle leave the picture for the dark, from outside in."""
    height, width = grey.shape
    angles = (np.arange(RAYS) + 0.5) * 2 * np.pi / RAYS
    reach = np.arange(0.25 * min(height, width), 0.75 * min(height, width), 0.5)
    column = (width - 1) / 2 + np.cos(angles)[:, None] * reach
    row = (height - 1) / 2 + np.sin(angles)[:, None] * reach
    inside = (column > 0) & (column < width - 1) & (row > 0) & (row < height - 1)
    seen = np.asarray(
        cv2.remap(
            grey.astype(np.float32),
            column.astype(np.float32),
            row.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float64,
    )
    dark = float(np.percentile(grey, 1))
    bright = float(np.percentile(grey[height // 4 : -height // 4], 50))
    lit = inside & (seen > dark + 0.25 * (bright - dark))
    last = lit.shape[1] - 1 - lit[:, ::-1].argmax(axis=1)
    ends = np.arange(RAYS)
    outside = np.minimum(last + 3, lit.shape[1] - 1)
    # a ray that is still lit at the edge of the part says nothing about the rim
    known = lit.any(axis=1) & inside[ends, outside] & (last < lit.shape[1] - 3)
    rim: Floats = np.stack([column[ends, last], row[ends, last]], -1)[known]
    return rim


def _circle(points: Floats, shape: tuple[int, ...]) -> tuple[float, float, float, float] | None:
    """Circle through most of the points: column, row, radius, share of RAYS on it."""
    least = min(shape)
    tried = _through(points[np.random.default_rng(0).integers(0, len(points), (TRIALS, 3))])
    counts = [_near(points, (a, b, c), least).sum() for a, b, c in tried.tolist()]
    a, b, c = tried[int(np.argmax(counts))].tolist()
    best = _near(points, (a, b, c), least)
    for _ in range(5):
        if best.sum() < RAYS // 8:
            return None
        fitted = _fit(points[best])
        best = _near(points, fitted, least)
    share = float(best.sum()) / len(points)
    if share < ENOUGH or best.sum() < RAYS // 8:
        return None
    return (*fitted, share)


def _through(threes: Floats) -> Floats:
    """Circles (n, 3) through three points each (n, 3, 2); radius 0 where they lie in line."""
    first, second, third = threes[:, 0], threes[:, 1] - threes[:, 0], threes[:, 2] - threes[:, 0]
    area = 2 * (second[:, 0] * third[:, 1] - second[:, 1] * third[:, 0])
    fits = np.abs(area) > 1e-6
    near, far = (second**2).sum(axis=1), (third**2).sum(axis=1)
    over = np.where(fits, area, 1.0)
    right = (third[:, 1] * near - second[:, 1] * far) / over
    down = (second[:, 0] * far - third[:, 0] * near) / over
    radius = np.where(fits, np.hypot(right, down), 0.0)
    return np.stack([first[:, 0] + right, first[:, 1] + down, radius], axis=-1)


def _fit(points: Floats) -> tuple[float, float, float]:
    """Least-squares circle (Kåsa 1976): column, row, radius."""
    terms = np.column_stack([points, np.ones(len(points))])
    a, b, c = np.linalg.lstsq(terms, (points**2).sum(axis=1), rcond=None)[0]
    return float(a / 2), float(b / 2), float(np.sqrt(max(c + (a**2 + b**2) / 4, 0.0)))


def _near(points: Floats, circle: tuple[float, float, float], least: int) -> np.ndarray:
    column, row, radius = circle
    if not 0.3 * least < radius < 0.7 * least:
        return np.zeros(len(points), bool)
    off = np.hypot(points[:, 0] - column, points[:, 1] - row) - radius
    return np.asarray(np.abs(off) < NEAR * radius, bool)
