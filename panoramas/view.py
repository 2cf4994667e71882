"""A flat view into a panorama, as the page shows before any script runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from panoramas import sphere
from panoramas.picture import Picture, reduced
from panoramas.resample import by_bands, close, look

FINER = 2  # rays a pixel and direction, averaged by area: no shimmer from thin lines


def render(
    panorama: Picture, yaw: float, pitch: float, fov: float, width: int, height: int
) -> Picture:
    """Rectilinear view (height, width, 3). Angles in degrees, `fov` horizontal."""
    closed = close(panorama)
    fine = np.empty((height * FINER, width * FINER, 3), np.uint8)

    def fill(top: int, bottom: int) -> None:
        fine[top:bottom] = look(
            closed, sphere.view(yaw, pitch, fov, *fine.shape[1::-1], top, bottom)
        )

    by_bands(height * FINER, fill)
    return reduced(fine, width, height)


def pick(levels: Sequence[Picture], fov: float, width: int) -> Picture:
    """The level fit for a view: the largest with no more pixels per degree than the fine rays.

    `levels` from small to large; density compared in the middle of the view.
    """
    dense = width * FINER / (2 * math.tan(math.radians(fov) / 2)) * 2 * math.pi
    fitting = [level for level in levels if level.shape[1] <= dense * 1.25]
    return fitting[-1] if fitting else levels[0]


def vertical(fov: float, width: int, height: int) -> float:
    """Vertical field of view in degrees of a flat view with horizontal field `fov`."""
    return math.degrees(2 * math.atan(math.tan(math.radians(fov) / 2) * height / width))
