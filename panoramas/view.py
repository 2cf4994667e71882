"""A flat view into a panorama, as the page shows before any script runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture, reduced
from panoramas.resample import by_bands

Places = npt.NDArray[np.float32]
FINER = 2  # rays a pixel and direction, averaged by area: no shimmer from thin lines


class Look(NamedTuple):
    """Where a flat view looks: yaw (right), pitch (up) and horizontal field of view in degrees."""

    yaw: float
    pitch: float
    fov: float


def render(
    panorama: Picture, yaw: float, pitch: float, fov: float, width: int, height: int
) -> Picture:
    """Rectilinear view (height, width, 3). Angles in degrees, `fov` horizontal."""
    looking, size = Look(yaw, pitch, fov), (panorama.shape[1], panorama.shape[0])
    fine = np.empty((height * FINER, width * FINER, 3), np.uint8)

    def fill(top: int, bottom: int) -> None:
        column, row = _places(looking, size, (fine.shape[1], fine.shape[0]), top, bottom)
        # 8-bit looking-up rounds to 1/32 of these fine pixels: the mean over FINER² hides it
        cv2.remap(
            panorama, column, row, cv2.INTER_LINEAR, fine[top:bottom], borderMode=cv2.BORDER_WRAP
        )

    by_bands(height * FINER, fill)
    return reduced(fine, width, height)


def _places(
    looking: Look, sphere: tuple[int, int], view: tuple[int, int], top: int, bottom: int
) -> tuple[Places, Places]:
    """Columns and rows in the panorama of rows top..bottom of an even-wide view.

    A yaw only moves columns, so the view's left half mirrors its right one. Single precision is
    exact to .001 pixel here.
    """
    (across, down), (width, height) = sphere, view
    half = math.tan(math.radians(looking.fov) / 2)
    x = ((np.arange(width // 2) * 2 + 1) / width * half).astype(np.float32)
    v = ((1 - (np.arange(top, bottom) + 0.5) / height * 2) * half * height / width)[:, None]
    sine, cosine = math.sin(math.radians(looking.pitch)), math.cos(math.radians(looking.pitch))
    ahead, up = (cosine - v * sine).astype(np.float32), (sine + v * cosine).astype(np.float32)
    aside = np.arctan2(x, ahead) * np.float32(across / (2 * math.pi))
    middle = np.float32((looking.yaw / 360 % 1 + 0.5) * across - 0.5)
    column = np.concatenate([middle - aside[:, ::-1], middle + aside], axis=1)
    column[column >= across] -= across
    below = np.arctan2(-up, np.sqrt(x * x + ahead * ahead)) * np.float32(down / math.pi)
    row = np.clip(below + np.float32((down - 1) / 2), 0, down - 1)
    return column, np.concatenate([row[:, ::-1], row], axis=1)


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
