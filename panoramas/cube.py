"""From six cube faces to the sphere, in py360convert's conventions and through its sampler.

Each face is what a viewer in the middle sees: F, R, B, L upright and in turn to the right; the
lower edge of U and the upper edge of D touch F. `py360convert.c2e` itself puts the outermost
columns on ±180° instead of half a pixel inside, and leaves the eight corners of its margins
uninitialised; so its sampler is given exact pixel centres here, and its margins get corners.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from py360convert.utils import CubeFaceSampler

from panoramas.picture import Picture
from panoramas.resample import by_bands
from panoramas.sphere import Floats, directions

ORDER = "FRBLUD"
BILINEAR = 1


class CornerSampler(CubeFaceSampler):
    """py360convert's sampler with defined corners: the mean of the two margins that meet there."""

    def _pad(self, cube_faces: npt.NDArray[Any]) -> npt.NDArray[Any]:
        padded = super()._pad(cube_faces)
        for face in padded:
            for row, beside in ((0, 1), (-1, -2)):
                for col, next_to in ((0, 1), (-1, -2)):
                    pair = int(face[row, next_to]) + int(face[beside, col])
                    face[row, col] = (pair + 1) // 2
        return padded


def to_sphere(faces: Mapping[str, Picture], width: int) -> Picture:
    """2:1 panorama of `width` columns from faces F, R, B, L, U, D, each (side, side, 3)."""
    side, height = faces["F"].shape[0], width // 2
    panorama = np.empty((height, width, 3), np.uint8)
    channels = [np.stack([faces[face][..., n] for face in ORDER]) for n in range(3)]

    def fill(top: int, bottom: int) -> None:
        face, column, row = look_up(directions(width, height, top, bottom), side)
        sampler = CornerSampler(face, column, row, BILINEAR, side, side)
        for n, stack in enumerate(channels):
            panorama[top:bottom, :, n] = sampler(stack)

    by_bands(height, fill)
    return panorama


def look_up(
    rays: Floats, side: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Face (index into ORDER), column and row (pixel centres at whole numbers) of directions."""
    x, y, z = rays[..., 0], rays[..., 1], rays[..., 2]
    around = np.where(np.abs(x) > np.abs(y), np.where(x > 0, 1, 3), np.where(y > 0, 0, 2))
    upright = np.where(z > 0, 4, 5)
    face = np.where(np.abs(z) > np.maximum(np.abs(x), np.abs(y)), upright, around)
    right = np.choose(face, [x, -y, -x, y, x, x])
    down = np.choose(face, [-z, -z, -z, -z, y, -y])
    depth = np.choose(face, [y, x, -y, -x, z, -z])
    column = (right / depth + 1) / 2 * side - 0.5
    row = (down / depth + 1) / 2 * side - 0.5
    return face.astype(np.int32), column.astype(np.float32), row.astype(np.float32)
