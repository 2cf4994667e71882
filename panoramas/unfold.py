"""From the sphere to six cube faces, strip by strip, in the conventions of `panoramas.cube`.

A side face's columns lie on the same meridians in every row and its rows on the same heights on
all four faces, and a pole face is its own mirror image: one map of rows for the sides and one
pair of maps for the poles place every pixel of the cube. They need no pixels, so they are made
while the source is still being decoded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.planes import Plane, Planes
from panoramas.resample import EDGE, by_bands

Places = npt.NDArray[np.float32]
Kernel = Literal["linear", "cubic"]
KERNELS: dict[Kernel, int] = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC}
SETTLE = (1.32551443, -2.57210036, 8.03719061, -11.92740281)
"""Odd polynomial in (t - ½) of the phase at which OpenCV's cubic kernel shows what lies at t.

Its kernel (Keys, 1981, with a = -0.75) does not keep a ramp straight: at phase t it shows the
ramp at t + ½ t (1 - t)(1 - 2t), up to .048 pixel off. Fitted by least squares, exact to .0012.
"""
QUARTERS = {"F": 0, "R": 1, "B": 2, "L": 3}


@dataclass(frozen=True)
class Maps:
    """Where the pixels of a cube of `side` lie on a panorama `width` wide (single precision:
    exact to .001 pixel). `aside` (side,): columns right of a side face's middle; `height` (side,
    side): rows of a side face; `around`, `cap` (side, side): columns and rows of the upper face in
    a panorama closed by EDGE rows over the pole.
    """

    side: int
    width: int
    kernel: Kernel
    aside: Places
    height: Places
    around: Places
    cap: Places


def maps(side: int, width: int, kernel: Kernel) -> Maps:
    """The maps for faces of an even `side` from a panorama of `width` columns.

    Only the lower right quarter is computed: the others are its mirror images.
    """
    turn, half = np.float32(width / (2 * math.pi)), side // 2
    u = (np.arange(side) * 2 + 1) / side - 1
    right = u[half:].astype(np.float32)
    height, around, cap = (np.empty((side, side), np.float32) for _ in range(3))

    def fill(top: int, bottom: int) -> None:
        down = right[top:bottom, None]
        level = np.arctan(down / np.sqrt(1 + right * right)) * turn + np.float32((width - 2) / 4)
        out = np.arctan(np.sqrt(right * right + down * down)) * turn + np.float32(EDGE - 0.5)
        longitude = np.arctan2(right, down) * turn + np.float32((width - 1) / 2)
        if kernel == "cubic":
            for places in (level, out, longitude):
                _settle(places)
        lower = slice(half + top, half + bottom)
        upper = slice(half - bottom, half - top)
        _mirror(height[lower], level)
        np.subtract(width / 2 - 1, height[lower][::-1], out=height[upper])
        _mirror(cap[lower], out)
        cap[upper] = cap[lower][::-1]
        _mirror(around[lower], longitude, width - 1)
        _mirror(around[upper], np.float32(1.5 * width - 1) - longitude[::-1], width - 1)

    by_bands(half, fill)
    aside = (np.arctan(u) * width / (2 * np.pi)).astype(np.float32)
    return Maps(side, width, kernel, aside, height, around, cap)


def _mirror(row: Places, right: Places, whole: int = 0) -> None:
    """Fill whole rows from their right half; the left one is its mirror image: the same places or,
    of a picture whose last column is `whole`, those as far from its other end."""
    half = right.shape[1]
    row[:, half:] = right
    row[:, :half] = whole - right[:, ::-1] if whole else right[:, ::-1]


def _settle(places: Places) -> None:
    """Move places to where the cubic kernel shows them (see SETTLE)."""
    whole = np.floor(places)
    off = places - whole - np.float32(0.5)
    square = off * off
    bent = np.full_like(off, SETTLE[-1])
    for term in SETTLE[-2::-1]:
        bent *= square
        bent += np.float32(term)
    np.add(whole, off * bent + np.float32(0.5), out=places)


class Unfolded:
    """Six faces to be cut out of one plane of the maps' width.

    What remap reads is laid out once, so that a strip costs one call: the four sides as windows
    of the plane (the back one joined at ±180°), the poles closed, the lower one upside down.
    """

    def __init__(self, plane: Plane, maps: Maps, rows: int) -> None:
        """`rows`: the most rows that a strip will have."""
        self._maps, self._kernel = maps, KERNELS[maps.kernel]
        self._windows: dict[str, tuple[Plane, Places]] = {}
        tiled: dict[bytes, Places] = {}
        for face, quarter in QUARTERS.items():
            window, place = _window(plane, maps, maps.width * (0.5 + quarter / 4) - 0.5)
            if (key := place.tobytes()) not in tiled:  # all four are alike in widths of 4 n
                tiled[key] = np.tile(place, (rows, 1))
            self._windows[face] = window, tiled[key]
        deep = int(maps.cap.max()) + 2 * EDGE
        self._caps = {"U": _capped(plane[:deep]), "D": _capped(plane[: -deep - 1 : -1])}

    def strip(self, face: str, top: int, bottom: int) -> Plane:
        """Rows top..bottom (rows, side) of a face F, R, B, L, U or D."""
        maps = self._maps
        if face in QUARTERS:
            window, columns = self._windows[face]
            return self._look(window, columns[: bottom - top], maps.height[top:bottom])
        if face == "U":
            return self._look(self._caps["U"], maps.around[top:bottom], maps.cap[top:bottom])
        mirrored = slice(maps.side - bottom, maps.side - top)
        return self._look(self._caps["D"], maps.around[mirrored], maps.cap[mirrored])[::-1]

    def _look(self, source: Plane, column: Places, row: Places) -> Plane:
        seen = cv2.remap(source, column, row, self._kernel, borderMode=cv2.BORDER_WRAP)
        return np.asarray(seen, np.uint8)


def _window(plane: Plane, maps: Maps, middle: float) -> tuple[Plane, Places]:
    """The columns that a side face round `middle` needs, and where its own columns lie in them."""
    start, end = int(middle + maps.aside[0]) - EDGE, int(middle + maps.aside[-1]) + EDGE
    place = maps.aside + np.float32(middle - start)
    if maps.kernel == "cubic":
        _settle(place)
    if end <= maps.width:
        return plane[:, start:end], place
    start, end = start % maps.width, end % maps.width
    if start < end:
        return plane[:, start:end], place
    return np.concatenate([plane[:, start:], plane[:, :end]], axis=1), place


def _capped(cap: Plane) -> Plane:
    """The rows round a pole, from the pole on, with EDGE rows that lie beyond it before them."""
    return np.concatenate([np.roll(cap[:EDGE][::-1], cap.shape[1] // 2, axis=1), cap])


@dataclass(frozen=True)
class Cube:
    """The six faces of a panorama of planes, one plane at a time."""

    y: Unfolded
    cb: Unfolded
    cr: Unfolded

    def strip(self, face: str, top: int, bottom: int) -> Planes:
        """Rows top..bottom, both even, of a face F, R, B, L, U or D."""
        colour = (face, top // 2, bottom // 2)
        return Planes(
            self.y.strip(face, top, bottom), self.cb.strip(*colour), self.cr.strip(*colour)
        )


def both_maps(side: int, width: int, kernel: Kernel) -> tuple[Maps, Maps]:
    """Maps for the brightness of a panorama of `width` columns, and for its colours."""
    return maps(side, width, kernel), maps(side // 2, width // 2, kernel)


def lay_out(panorama: Planes, fine: Maps, coarse: Maps, rows: int) -> Cube:
    """Make a panorama ready for strips of at most `rows`; maps from `both_maps`."""
    y = Unfolded(panorama.y, fine, rows)
    return Cube(y, *(Unfolded(plane, coarse, rows // 2) for plane in panorama[1:]))
