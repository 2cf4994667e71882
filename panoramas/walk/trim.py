"""A frame cut out of its photo, in the planes that a JPEG keeps: half the work of three full ones."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from panoramas import planes
from panoramas.picture import Picture
from panoramas.planes import Plane, Planes

Size = Sequence[int]


def cut(shown: Picture, move: Sequence[float], size: Size) -> Planes:
    """The photo turned, enlarged and cut. `move`: six numbers, rows of the 2×3 matrix from photo
    pixels to those of the cut; `size`: width and height of the cut, even."""
    height, width = shown.shape[:2]
    whole = planes.split(shown[: height & ~1, : width & ~1])
    matrix = np.array(move, np.float64).reshape(2, 3)
    # a pixel of half size has its middle half a pixel further in
    shift = (matrix[:, 2:] + (matrix[:, :2].sum(axis=1, keepdims=True) - 1) / 2) / 2
    small = np.hstack([matrix[:, :2], shift])
    half = (size[0] // 2, size[1] // 2)
    return Planes(
        _warped(whole.y, matrix, size), *(_warped(c, small, half) for c in (whole.cb, whole.cr))
    )


def reduced(whole: Planes, size: Size) -> Planes:
    """The cut at a smaller size, every new pixel the mean of the area it covers."""
    if list(whole.y.shape[1::-1]) == list(size):
        return whole
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    return Planes(_area(whole.y, size), _area(whole.cb, half), _area(whole.cr, half))


def _warped(plane: Plane, matrix: npt.NDArray[np.float64], size: Size) -> Plane:
    cut = cv2.warpAffine(
        plane,
        matrix,
        (size[0], size[1]),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cut, np.uint8)


def _area(plane: Plane, size: Size) -> Plane:
    small = cv2.resize(plane, (size[0], size[1]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
