"""Rectangles of the sphere that may run past ±180° and over the poles."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=np.generic)
Mask = npt.NDArray[np.bool_]


class Window(NamedTuple):
    """Rows `top`.. and columns `left`.. of an equirectangular picture, in pixels.

    Columns count on round the sphere; rows above 0 or below the last lie beyond the pole, on the
    meridian opposite.
    """

    top: int
    left: int
    height: int
    width: int

    def grown(self, margin: int) -> Window:
        """The same with `margin` more pixels on each side."""
        more = 2 * margin
        return Window(self.top - margin, self.left - margin, self.height + more, self.width + more)

    def within(self, outer: Window) -> tuple[slice, slice]:
        """Its place in an array of the window `outer`, with which it starts in the same turn."""
        top, left = self.top - outer.top, self.left - outer.left
        return slice(top, top + self.height), slice(left, left + self.width)


def cut(sphere: npt.NDArray[T], window: Window) -> npt.NDArray[T]:
    """A copy of what `window` sees of a whole sphere (h, 2h, …)."""
    height, width = sphere.shape[:2]
    rows = np.arange(window.top, window.top + window.height)
    columns = (np.arange(window.left, window.left + window.width)) % width
    round_ = rows % (2 * height)
    over = round_ >= height
    seen = np.where(over, 2 * height - 1 - round_, round_)
    found: npt.NDArray[T] = sphere[seen[:, None], columns]
    if over.any():
        found[over] = sphere[seen[over][:, None], (columns + width // 2) % width]
    return found


def place(window: Window, width: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Indices of a window that stays between the poles, in a sphere of `width` columns."""
    rows = np.arange(window.top, window.top + window.height)
    return rows[:, None], np.arange(window.left, window.left + window.width) % width


def bounds(mask: Mask) -> Window | None:
    """Smallest window of a whole sphere that holds all that is True; None without any.

    The widest empty run of columns stays outside, wherever on the round it lies.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    width = mask.shape[1]
    gaps = np.diff(columns, append=columns[0] + width)
    last = int(np.argmax(gaps))
    left = int(columns[(last + 1) % columns.size])
    across = width - int(gaps[last]) + 1
    top = int(rows[0])
    return Window(top, left, int(rows[-1]) - top + 1, across)
