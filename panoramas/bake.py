"""Baking a picture's place and pose into the pixels of a level 2:1 panorama."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.gpano import Window
from panoramas.picture import Picture, reduced
from panoramas.resample import EDGE, by_bands, close, look, pick
from panoramas.sphere import Floats, directions, to_pixels

GAP = 64  # grey of what was not photographed; flat, so that it cannot be taken for a picture
WIDEST = 8192  # columns of a panorama


class Baked(NamedTuple):
    """`panorama` (h, 2h, 3); `covered` (h, 2h) 255 where photographed, None when everywhere."""

    panorama: Picture
    covered: npt.NDArray[np.uint8] | None


def fit(picture: Picture, window: Window) -> tuple[Picture, Window, int]:
    """Reduce by area so that the sphere is at most WIDEST wide; also its even width in pixels."""
    share = min(1.0, WIDEST / window.full_width)
    if share < 1:
        height, width = picture.shape[:2]
        picture = reduced(picture, max(1, round(width * share)), max(1, round(height * share)))
        window = window.scaled(share)
    return picture, window, min(WIDEST, int(window.full_width + 0.5) // 2 * 2)


def is_whole(picture: Picture, window: Window) -> bool:
    """Does the picture cover its sphere pixel by pixel, with nothing to place?"""
    height, width = picture.shape[:2]
    near = max(abs(window.full_width - width), abs(window.full_height - height))
    return width == 2 * height and near < 0.5 and max(window.left, window.top) < 0.5


def columns(heading: float, width: int) -> tuple[int, float]:
    """A heading as whole columns to the right, and the degrees left over (at most half a pixel)."""
    shift = round(heading / 360 * width)
    return shift % width, heading - shift / width * 360


def place(picture: Picture, window: Window, width: int) -> Baked:
    """Put a level cropped picture on its sphere, the rest a gap. `width`: of the panorama."""
    return _by_rows(picture, window, np.eye(3), width)


def rotate(picture: Picture, window: Window, turned: Floats, width: int) -> Baked:
    """Turn a picture level. `turned`: picture directions to world directions (`sphere.turn`)."""
    if not is_whole(picture, window):
        return _by_rows(picture, window, turned, width)
    closed, height = close(picture), width // 2
    panorama = np.empty((height, width, 3), np.uint8)

    def fill(top: int, bottom: int) -> None:
        panorama[top:bottom] = look(closed, directions(width, height, top, bottom) @ turned)

    by_bands(height, fill)
    return Baked(panorama, None)


def _by_rows(picture: Picture, window: Window, turned: Floats, width: int) -> Baked:
    height, full = width // 2, window.full_width
    rows, cols = picture.shape[:2]
    sideways = cv2.BORDER_WRAP if abs(cols - full) < 1 else cv2.BORDER_REPLICATE
    wide = cv2.copyMakeBorder(picture, 0, 0, EDGE, EDGE, sideways)
    border = cv2.copyMakeBorder(wide, EDGE, EDGE, 0, 0, cv2.BORDER_REPLICATE)
    framed = np.asarray(border, np.uint8)
    panorama = np.full((height, width, 3), GAP, np.uint8)
    covered = np.zeros((height, width), np.uint8)

    def fill(top: int, bottom: int) -> None:
        rays = directions(width, height, top, bottom) @ turned
        column, row = to_pixels(rays, full, window.full_height)
        column, row = column - window.left, row - window.top
        inside = (column > -0.5 - 1e-6) & (column < cols - 0.5 + 1e-6)
        inside &= (row > -0.5 - 1e-6) & (row < rows - 0.5 + 1e-6)
        if not inside.any():
            return
        column, row = np.clip(column, -1, cols), np.clip(row, -1, rows)
        np.copyto(panorama[top:bottom], pick(framed, column, row), where=inside[..., None])
        covered[top:bottom][inside] = 255

    by_bands(height, fill)
    return Baked(panorama, None if covered.all() else covered)
