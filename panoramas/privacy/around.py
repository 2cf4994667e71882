"""Looking for things on a sphere: through flat views that overlap, so that neither the bent lines
of an equirectangular picture nor its seam or poles hide anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from panoramas import sphere
from panoramas.picture import Picture, reduced
from panoramas.privacy import boxes
from panoramas.privacy.boxes import Boxes
from panoramas.resample import by_bands, close, look
from panoramas.sphere import Floats

Search = Callable[[Picture], Boxes]
"""Boxes in pixels of a flat picture (see `flat.search`)."""


class Round(NamedTuple):
    """Views in all directions. `width`: columns of the panorama they look into, at most; `fov`:
    degrees across a square view; `rings`: (pitch, how many views)."""

    width: int
    fov: float
    rings: tuple[tuple[float, int], ...]


# Whatever fits into a circle of 20° lies whole in a fine view, of 37° in a wide one (a test
# looks); a view has as many pixels a degree in its middle as the panorama.
FINE = Round(6144, 70.0, ((0, 8), (45, 7), (-45, 7), (90, 1), (-90, 1)))
WIDE = Round(1408, 110.0, ((0, 6), (60, 4), (-60, 4)))
ROUNDS = (FINE, WIDE)
EDGE_POINTS = 16  # looked at on every side of a box: straight lines bend on the sphere


def search(panorama: Picture, find: Search) -> Boxes:
    """Boxes on a whole sphere (h, 2h, 3), columns and rows as fractions of it; each thing once.

    A box that crosses the seam begins inside and ends beyond 1; one that holds a pole is a band
    over all columns.
    """
    found = [boxes.none()]
    for views in ROUNDS:
        seen = _reduced(panorama, views.width)
        side = math.ceil(seen.shape[1] / math.pi * math.tan(math.radians(views.fov / 2)))
        closed = close(seen)
        for yaw, pitch in directions(views):
            flat = find(_view(closed, yaw, pitch, views.fov, side)) / np.array([side] * 4 + [1])
            found += [on_sphere(box, yaw, pitch, views.fov)[None] for box in flat]
    return boxes.merge(np.concatenate(found), period=1.0)


def directions(views: Round) -> Iterator[tuple[float, float]]:
    """Yaw and pitch of every view, degrees."""
    for pitch, count in views.rings:
        for n in range(count):
            yield n * 360 / count - 180, pitch


def on_sphere(box: Boxes, yaw: float, pitch: float, fov: float) -> Boxes:
    """The upright rectangle of the sphere that holds a box of a square view.

    `box`: left, top, right, bottom as fractions of the view, and the score. Fractions of the
    sphere come back, the left one in 0..1, the right one up to 1 more.
    """
    rays = _rays(_outline(box), yaw, pitch, fov)
    longitude = np.unwrap(np.arctan2(rays[:, 0], rays[:, 1]))
    row = 0.5 - np.arctan2(rays[:, 2], np.hypot(rays[:, 0], rays[:, 1])) / np.pi
    if abs(longitude[-1] - longitude[0]) > math.pi:  # once round: a pole lies inside
        top, bottom = (0.0, row.max()) if pitch > 0 else (row.min(), 1.0)
        return np.array([0.0, top, 1.0, bottom, box[4]])
    column = longitude / (2 * np.pi) + 0.5
    left = column.min() % 1.0
    return np.array([left, row.min(), left + np.ptp(column), row.max(), box[4]])


def split(found: Boxes) -> Boxes:
    """Boxes beyond the seam as two, so that each is a rectangle of the picture."""
    over = found[:, 2] > 1
    beyond = found[over].copy()
    beyond[:, [0, 2]] = np.column_stack([np.zeros(len(beyond)), beyond[:, 2] - 1])
    return boxes.clip(np.vstack([found, beyond]), 1, 1)


def _reduced(panorama: Picture, width: int) -> Picture:
    if panorama.shape[1] <= width:
        return panorama
    return reduced(panorama, width, width // 2)


def _view(closed: Picture, yaw: float, pitch: float, fov: float, side: int) -> Picture:
    flat = np.empty((side, side, 3), np.uint8)

    def fill(top: int, bottom: int) -> None:
        flat[top:bottom] = look(closed, sphere.view(yaw, pitch, fov, side, side, top, bottom))

    by_bands(side, fill)
    return flat


def _outline(box: Boxes) -> Floats:
    """Points (n, 2) once round the edge of a box and back to the first."""
    left, top, right, bottom = box[:4]
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    steps = np.arange(EDGE_POINTS)[:, None] / EDGE_POINTS
    sides = [a + (b - a) * steps for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)]
    return np.concatenate([*sides, corners[:1]])


def _rays(points: Floats, yaw: float, pitch: float, fov: float) -> Floats:
    """Directions (n, 3) of points given as fractions of a square view."""
    half = math.tan(math.radians(fov) / 2)
    x, z = (points[:, 0] * 2 - 1) * half, (1 - points[:, 1] * 2) * half
    rays: Floats = np.column_stack([x, np.ones(len(x)), z]) @ sphere.turn(yaw, pitch, 0).T
    return rays
