"""Joining the lenses: a narrow ramp for detail, ever wider ramps for what is coarse.

Multi-band blending (Burt and Adelson 1983) of two pictures A and B is B plus the sum over bands of
ramp × band of (A - B). Only the finest band needs full resolution; all the others are summed here
on a small ring round the joint, as what must be added to the finest ramp's blend. So full
resolution pays for one ramp, and no pixel is looked up twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np

from panoramas.dual import ring as rings
from panoramas.dual.lens import Lens, Rig
from panoramas.dual.light import Light
from panoramas.dual.near import STRIP, Near
from panoramas.dual.ring import Band, Pyramid, Ring
from panoramas.sphere import Floats

NARROW = 0.4  # degrees either side for the finest band
SIGMAS = (1.5, 3.0, 6.0, 12.0, 24.0)  # pixels of a quarter-size ring 1440 round
USED = 0.95  # share of the overlap that a ramp may use


@dataclass(frozen=True)
class Joint:
    """`closed` (rows, columns + 2, 3) float32: what the coarser bands add, on `ring` with a column
    of the other end on either side. `narrow`: half of the finest ramp, degrees. `step`: mean difference of the lenses' smoothed pictures along the joint before blending, in values."""

    ring: Ring
    closed: Band
    narrow: float
    step: float

    @staticmethod
    def empty(width: int) -> Joint:
        """A joint that adds nothing."""
        ring = Ring(max(64, width // 4), STRIP)
        return Joint(
            ring, np.zeros((ring.height, ring.width + 2, 3), np.float32), narrowest(width), 0.0
        )

    def look(self, around: Floats, beyond: Floats) -> Band:
        """What to add at places (rows, columns) in degrees (`ring.places`); 0 outside the strip."""
        column = around / self.ring.step - 0.5 + 1
        row = beyond / self.ring.step + self.ring.height / 2 - 0.5
        seen = cv2.remap(
            self.closed,
            column.astype(np.float32),
            row.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        return np.asarray(seen, np.float32)


def ramp(front: Band, rear: Band, half: float) -> Band:
    """Weight of the front lens, 0..1, from both margins (degrees inside, see `Lens.margin`).

    It falls from 1 to 0 within `half` degrees of the place where the margins are equal, or within
    the overlap where that is narrower; a lens that does not show a place has no weight there.
    """
    reach = np.minimum(half, USED / 2 * (front + rear))
    reach = np.maximum(reach, np.float32(1e-3))
    at = np.clip(np.float32(0.5) + (front - rear) / (4 * reach), 0, 1)
    return np.asarray(at * at * (3 - 2 * at), np.float32)


def prepare(frames: Pyramid, rig: Rig, light: Light, near: Near, width: int) -> Joint:
    """Sum the coarser bands for a panorama of `width` columns; `frames` are evened."""
    ring = Ring(max(64, width // 4), STRIP)
    columns, beyond = np.arange(ring.width) + 0.5, np.asarray(ring.beyond)[:, None]
    around = np.broadcast_to(columns * ring.step, (ring.height, ring.width))
    frames.at(ring.width / (2 * np.pi * rig.front.focal))

    def unrolled(lens: Lens) -> tuple[Band, Band]:
        bent = near.bend(around, np.broadcast_to(beyond, around.shape), lens is rig.front)
        seen, margin = rings.seen(frames, lens, ring.width, bent)
        ahead = np.clip(bent @ lens.rotation[:, 1], -1, 1)
        return seen * light.lift(np.degrees(np.arccos(ahead)))[..., None], margin

    with ThreadPoolExecutor(2) as pool:
        (ahead, front), (behind, rear) = pool.map(unrolled, rig)
    apart = np.asarray(ahead - behind, np.float32)
    both = ((front > 0.2) & (rear > 0.2)).astype(np.float32)
    narrow = narrowest(width)
    finest = ramp(front, rear, narrow)
    added = np.zeros_like(apart)
    coarse = [_smooth(apart, both, sigma * ring.width / 1440) for sigma in SIGMAS]
    for sigma, here, next_ in zip(SIGMAS, coarse, [*coarse[1:], None], strict=True):
        band = here if next_ is None else here - next_
        wider = ramp(front, rear, min(STRIP, max(narrow, 0.6 * sigma)))
        added += (wider - finest)[..., None] * band
    along = (np.abs(front - rear) < 1) & (both > 0)
    step = float(np.abs(coarse[1][along]).mean()) if along.any() else 0.0
    closed = cv2.copyMakeBorder(added, 0, 0, 1, 1, cv2.BORDER_WRAP)
    return Joint(ring, np.asarray(closed, np.float32), narrow, step)


def narrowest(width: int) -> float:
    """Half of the finest ramp in degrees: never under three pixels."""
    return max(NARROW, 3 * 360 / width)


def _smooth(apart: Band, there: Band, sigma: float) -> Band:
    """Blur round the ring over what both lenses show: three boxes, nearly a Gaussian."""
    side = 2 * max(1, round(0.94 * sigma)) + 1
    parts = [apart * there[..., None], there]
    sums = [_thrice(part, side) for part in parts]
    return np.asarray(sums[0] / np.maximum(sums[1], 1e-3)[..., None], np.float32)


def _thrice(part: Band, side: int) -> Band:
    reach = 3 * (side // 2)
    wide = cv2.copyMakeBorder(part, 0, 0, reach, reach, cv2.BORDER_WRAP)
    for _ in range(3):
        wide = cv2.blur(wide, (side, side), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(wide[:, reach:-reach], np.float32)
