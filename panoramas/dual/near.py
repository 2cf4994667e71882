"""What stands near the joint is seen by the lenses from two places: how far apart, all round.

The lenses lie behind one another on the rig's axis, so a thing beside the joint is displaced along
the meridian through it and nowhere else. That makes it a stereo problem in one dimension: one
displacement for every place round the joint, found by correlation and made steady by a shortest
path round the ring (Viterbi 1967). Each lens then gives half of it, fading out over the strip.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.dual import ring as rings
from panoramas.dual.lens import Rig
from panoramas.dual.pairs import flatten
from panoramas.dual.ring import Band, Pyramid, Ring
from panoramas.sphere import Floats

WIDTH = 1440  # columns of the ring: a quarter of a degree
PLACES = 360  # places round the joint
LEAST, MOST = -3.0, 6.0  # degrees searched; things at hand are seen apart by up to 6
HIGH = 4.0  # degrees either side of the joint that are compared
LONG = 6.0  # degrees round the joint that are compared together
FLAT = 0.03  # spread of log brightness under which a place tells nothing
STIFF = 0.08  # cost of one degree of change from place to place
TORN = 0.5  # cost at which a jump is taken
LAZY = 0.015  # cost of a degree: where nothing tells, nothing is bent
STRIP = 10.0  # degrees either side of the joint over which it fades


@dataclass(frozen=True)
class Near:
    """`apart` (PLACES): degrees, positive where the front lens sees further back than the rear one
    does: what is near. Empty when nothing is bent. `before`, `after`: mean correlation of the two
    lenses along the joint without and with it, -1..1."""

    apart: tuple[float, ...]
    before: float
    after: float

    def bend(self, around: Floats, beyond: Floats, front: bool) -> Floats:
        """Rig directions (…, 3) in which a lens sees what the panorama shows at a place.

        `around`, `beyond`: degrees, as `ring.places`.
        """
        if not self.apart:
            return rings.directions(np.radians(around), np.radians(beyond))
        closed = np.array([*self.apart, self.apart[0]])
        at = around * (PLACES / 360)
        left = np.minimum(at.astype(np.int64), PLACES - 1)
        apart = closed[left] + (closed[left + 1] - closed[left]) * (at - left)
        fade = np.clip(1 - np.abs(beyond) / STRIP, 0, 1)
        half = np.radians(apart / 2 * fade * fade * (3 - 2 * fade))
        past = np.radians(beyond) + (half if front else -half)
        return rings.directions(np.radians(around), past)


NOTHING = Near((), 0.0, 0.0)


def measure(frames: Pyramid, rig: Rig) -> Near:
    """How far apart the lenses see what stands round the joint."""
    high = min(HIGH, rig.overlap)
    if high < 1:
        return NOTHING
    ring = Ring(WIDTH, high + MOST / 2 + 0.5)
    seen = [
        (flatten(picture, margin, ring.step), margin > 0)
        for picture, margin in rings.both(frames, rig, ring)
    ]
    shifts = np.arange(round(LEAST / ring.step / 2), round(MOST / ring.step / 2) + 1)
    like, told = _likeness(seen, shifts, round(high / ring.step))
    lazy = LAZY * 2 * ring.step * np.abs(shifts)[:, None]
    path = _path(told * (1 - like) + lazy, 2 * ring.step)
    steps = np.arange(PLACES)
    apart = 2 * ring.step * (shifts[path] + _finer(like, path))
    smooth = _steady(apart, told[path, steps])
    zero = int(np.flatnonzero(shifts == 0)[0])
    return Near(
        tuple(round(float(value), 4) for value in smooth),
        _mean(like[zero], told[zero]),
        _mean(like[path, steps], told[path, steps]),
    )


def _likeness(
    seen: list[tuple[Band, npt.NDArray[np.bool_]]], shifts: npt.NDArray[np.int64], high: int
) -> tuple[Floats, Floats]:
    """Correlation (shifts, PLACES) -1..1 of the lenses, and how much each tells, 0..1.

    A shift of s pixels moves the front lens's ring up by s and the rear one's down by s.
    """
    (ahead, ahead_there), (behind, behind_there) = seen
    middle = len(ahead) // 2
    like, told = np.zeros((len(shifts), PLACES)), np.zeros((len(shifts), PLACES))
    for number, shift in enumerate(shifts):
        own = slice(middle - high + shift, middle + high + shift)
        other = slice(middle - high - shift, middle + high - shift)
        there = (ahead_there[own] & behind_there[other]).astype(np.float32)
        a, b = ahead[own] * there, behind[other] * there
        sums = _around(np.stack([part.sum(axis=0) for part in (there, a, b, a * a, b * b, a * b)]))
        count = np.maximum(sums[0], 1)
        spread_a, spread_b, common = (
            sums[i] / count - sums[j] * sums[k] / count**2
            for i, j, k in ((3, 1, 1), (4, 2, 2), (5, 1, 2))
        )
        spread = np.sqrt(np.maximum(spread_a, 0) * np.maximum(spread_b, 0))
        like[number] = common / np.maximum(spread, 1e-6)
        told[number] = np.clip(np.sqrt(spread) / FLAT, 0, 1) * np.clip(
            sums[0] / sums[0].max() * 2, 0, 1
        )
    return np.clip(like, -1, 1), told


def _around(sums: Floats) -> Floats:
    """Sums over LONG degrees of the closed ring, at PLACES."""
    reach = round(LONG / 360 * sums.shape[1] / 2)
    wide = cv2.copyMakeBorder(sums, 0, 0, reach, reach, cv2.BORDER_WRAP)
    window = cv2.getGaussianKernel(2 * reach + 1, reach / 2)[:, 0]
    blurred = np.stack([np.convolve(row, window / window.max(), "valid") for row in wide])
    each = sums.shape[1] // PLACES
    return np.asarray(blurred.reshape(len(sums), PLACES, each).mean(axis=2), np.float64)


def _path(cost: Floats, step: float) -> npt.NDArray[np.int64]:
    """Index of the displacement at every place, closed: cheapest with what changes cost."""
    count, places = cost.shape
    index = np.arange(count)
    change = np.minimum(np.abs(index[:, None] - index) * step * STIFF, TORN)
    total, back = np.zeros(count), np.zeros((2 * places, count), np.int64)
    for at in range(2 * places):  # twice round: the second begins where the first has settled
        sums = total + change
        back[at] = sums.argmin(axis=1)
        total = sums[index, back[at]] + cost[:, at % places]
    path = np.zeros(2 * places, np.int64)
    path[-1] = total.argmin()
    for at in range(2 * places - 1, 0, -1):
        path[at - 1] = back[at, path[at]]
    half = places // 2
    return np.concatenate([path[places : places + half], path[half:places]])


def _finer(like: Floats, path: npt.NDArray[np.int64]) -> Floats:
    """Where the parabola through three neighbouring correlations has its top."""
    places = np.arange(len(path))
    inner = np.clip(path, 1, len(like) - 2)
    low, middle, high = (like[inner + side, places] for side in (-1, 0, 1))
    bent = low - 2 * middle + high
    top = 0.5 * (low - high) / np.where(bent < -1e-9, bent, -1.0)
    fits = (bent < -1e-9) & (inner == path)
    return np.where(fits, np.clip(top, -0.5, 0.5), 0.0)


def _steady(apart: Floats, told: Floats) -> Floats:
    """Smoothed round the ring, by what each place tells."""
    weight = np.maximum(told, 0.02)
    reach = 6
    window = cv2.getGaussianKernel(2 * reach + 1, 2.0)[:, 0]
    wide = [np.pad(row, reach, mode="wrap") for row in (apart * weight, weight)]
    over, under = (np.convolve(row, window, "valid") for row in wide)
    return np.asarray(over / under, np.float64)


def _mean(like: Floats, told: Floats) -> float:
    return round(float((like * told).sum() / max(float(told.sum()), 1e-9)), 4)
