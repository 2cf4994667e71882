"""Where the lenses see the panorama's directions: exact on a coarse net, filled in between.

Places change so smoothly that those computed for every fourth pixel and filled in linearly are
within .02 pixel of the exact ones; the net is a sixteenth of a map, so it is cheap to make and
small to keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.dual.joint import narrowest
from panoramas.dual.lens import Lens, Rig
from panoramas.dual.light import SHADED
from panoramas.dual.near import STRIP
from panoramas.dual.ring import Band, places
from panoramas.resample import BAND, by_bands
from panoramas.sphere import Floats

STEP = 4  # pixels of the panorama between two nodes of the net
BLOCK = 8  # nodes: blocks of the same kind side by side are looked up together
KEPT = 3  # nets in memory, 60 MB each at 5760 columns

PLAIN, LIFTED, MIXED, BOTH, NONE = range(5)
Part = slice | tuple[slice, slice]


class Seen(NamedTuple):
    """What one lens sees at nodes: `places` (rows, columns, 2) column and row in the frame,
    `margin` degrees inside, `angle` degrees off the axis."""

    places: Band
    margin: Band
    angle: Band

    def cut(self, part: Part) -> Seen:
        return Seen(self.places[part], self.margin[part], self.angle[part])


class Run(NamedTuple):
    """A stretch of a band of rows, in pixels, and how it is made: PLAIN from one lens, LIFTED with
    its shade taken out, MIXED also with what the joint adds, BOTH from both lenses, NONE a gap."""

    kind: int
    front: bool
    top: int
    bottom: int
    left: int
    right: int

    @property
    def nodes(self) -> tuple[slice, slice]:
        """Its nodes, one more on every side."""
        return (
            slice(self.top // STEP, self.bottom // STEP + 2),
            slice(self.left // STEP, self.right // STEP + 2),
        )


class Net(NamedTuple):
    """Nodes (rows + 2, columns + 2), one more than the panorama on every side. `around`, `beyond`:
    degrees round the joint and past it (`ring.places`). `runs`: of each band of BAND rows."""

    front: Seen
    rear: Seen
    around: Floats
    beyond: Floats
    runs: list[list[Run]]


def see(lens: Lens, rays: Floats) -> Seen:
    """What a lens sees at rig directions (rows, columns, 3)."""
    column, row, angle = lens.pixels(rays)
    margin = lens.margin(column, row, angle)
    seen = np.stack([column, row], -1).astype(np.float32)
    return Seen(seen, margin.astype(np.float32), np.degrees(angle).astype(np.float32))


def fill(nodes: Band) -> Band:
    """Values of a piece of net, without its outer nodes, at every pixel."""
    rows, columns = nodes.shape[:2]
    size = (columns * STEP, rows * STEP)
    wide = cv2.resize(np.ascontiguousarray(nodes), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide[STEP:-STEP, STEP:-STEP], np.float32)


@lru_cache(KEPT)
def net(rig: Rig, turned: bytes, width: int) -> Net:
    """The net of a panorama of `width` columns. `turned`: 3×3 float64 as bytes, rig directions to
    world directions (`sphere.turn`)."""
    rows, columns = width // 2 // STEP + 2, width // STEP + 2
    sides = [
        Seen(
            np.empty((rows, columns, 2), np.float32),
            np.empty((rows, columns), np.float32),
            np.empty((rows, columns), np.float32),
        )
        for _ in rig
    ]
    around, beyond = np.empty((rows, columns)), np.empty((rows, columns))
    matrix = np.frombuffer(turned).reshape(3, 3)

    def make(top: int, bottom: int) -> None:
        rays = _nodes(width, top, bottom) @ matrix
        around[top:bottom], beyond[top:bottom] = places(rays)
        for lens, side in zip(rig, sides, strict=True):
            for into, value in zip(side, see(lens, rays), strict=True):
                into[top:bottom] = value

    by_bands(rows, make)
    front, rear = sides
    return Net(front, rear, around, beyond, list(_bands(front, rear, beyond, width)))


def _nodes(width: int, top: int, bottom: int) -> Floats:
    """World directions of net rows; rows beyond the poles go on over them."""
    low = (np.arange(top, bottom) - 0.5) * STEP
    right = (np.arange(width // STEP + 2) - 0.5) * STEP
    latitude = np.pi / 2 - low * 2 * np.pi / width
    longitude = right * 2 * np.pi / width - np.pi
    flat = np.cos(latitude)[:, None]
    up = np.broadcast_to(np.sin(latitude)[:, None], (len(low), len(right)))
    return np.stack([flat * np.sin(longitude), flat * np.cos(longitude), up], axis=-1)


def _bands(front: Seen, rear: Seen, beyond: Floats, width: int) -> Iterator[list[Run]]:
    for top in range(0, width // 2, BAND):
        bottom = min(top + BAND, width // 2)
        rows = np.s_[top // STEP : bottom // STEP + 2]
        past = np.abs(beyond[rows])
        kinds = _kinds(front.cut(rows), rear.cut(rows), past, narrowest(width))
        yield list(_joined(kinds, top, bottom, width))


def _kinds(front: Seen, rear: Seen, beyond: Floats, narrow: float) -> list[tuple[int, bool]]:
    """Kind and lens of every block of a band. Half of a bend (3°) may move a margin."""
    ahead = front.margin - rear.margin
    tests = {
        "none": (np.maximum(front.margin, rear.margin) < -4)
        | ((np.maximum(front.margin, rear.margin) < -0.2) & (beyond > STRIP)),
        "outside": beyond > STRIP,
    }
    for name, own, lead in (("front", front, ahead), ("rear", rear, -ahead)):
        fits = own.margin > np.where(beyond > STRIP, 0.2, 3.5)
        tests[name] = fits & (lead > np.where(beyond > STRIP, 0.0, 2 * narrow + 0.4))
        tests[name + " plain"] = own.angle <= SHADED
    said = {name: _blocks(test) for name, test in tests.items()}
    kinds = []
    for block in range(len(said["none"])):
        lens = next((name for name in ("front", "rear") if said[name][block]), "")
        if said["none"][block]:
            kinds.append((NONE, True))
        elif not lens:
            kinds.append((BOTH, True))
        elif not said["outside"][block]:
            kinds.append((MIXED, lens == "front"))
        else:
            kinds.append((PLAIN if said[lens + " plain"][block] else LIFTED, lens == "front"))
    return kinds


def _blocks(test: npt.NDArray[np.bool_]) -> list[bool]:
    """For each block of columns: does the test hold at all its nodes and those next to it?"""
    fails = np.concatenate([[0], np.cumsum(~test.all(axis=0))])
    left = np.arange(0, test.shape[1] - 2, BLOCK)
    right = np.minimum(left + BLOCK + 2, test.shape[1])
    return [bool(there) for there in fails[right] == fails[left]]


def _joined(kinds: list[tuple[int, bool]], top: int, bottom: int, width: int) -> Iterator[Run]:
    start = 0
    for block in range(1, len(kinds) + 1):
        if block == len(kinds) or kinds[block] != kinds[start]:
            left, right = start * BLOCK * STEP, min(block * BLOCK * STEP, width)
            yield Run(*kinds[start], top, bottom, left, right)
            start = block
