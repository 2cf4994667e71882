"""Which frames of a walk become the frames of the spin: even by angle, none smeared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEAR = 1.5  # degrees: a sharp frame so near is taken instead of a smeared one
FAR = 0.3  # of a gap: no frame is taken further from its slot, unless there is no other
DOUBT = 0.4  # degrees by which the angle between two frames so near may be wrong
SHARP = 0.82  # of the sharpest frame near it: a frame with less counts as smeared
UNEVEN_MOST = 0.25  # of a gap, by which one may differ while others could be had
UNEVEN = 0.6  # price of a gap that differs from the wanted one, beside that of a frame's own place


def beside(angles: Floats, sharp: Floats) -> Floats:
    """Sharpness of each frame (n,) as a share of the sharpest near it, 0..1."""
    order = np.argsort(angles, kind="stable")
    at, value = angles[order], sharp[order]
    low = np.searchsorted(at, at - NEAR - DOUBT, "left")
    high = np.searchsorted(at, at + NEAR + DOUBT, "right")
    best = np.array([value[a:b].max() for a, b in zip(low, high, strict=True)])
    share = np.empty_like(value)
    share[order] = value / np.maximum(best, 1e-9)
    return share


def pick(
    angles: Floats, clear: Floats, slots: Floats, held: Sequence[int] | None = None
) -> list[int]:
    """The frame for each slot (numbers into `angles`), growing.

    `angles` (n,) in degrees, `clear` (n,) from `beside`, `slots` (k,) growing. Of the frames near
    a slot a smeared one is taken only when there is no other. `held`: numbers of the frames that
    can be had without reading the video again; they are enough if their gaps are even.
    """
    width = float(np.median(np.diff(slots))) if len(slots) > 1 else 10.0
    for among in (np.array(held or [], np.int64), np.arange(len(angles))):
        if len(among):
            own = angles[among], clear[among]
            choices = [_choices(*own, float(slot), width) for slot in slots]
            chosen = [int(among[n]) for n in _path(*own, choices, slots)]
            gaps = np.diff(_round(angles[chosen], slots, width))
            if abs(gaps - width).max() <= UNEVEN_MOST * width:
                break
    return chosen


def _round(chosen: Floats, slots: Floats, width: float) -> Floats:
    """The chosen angles and, when the slots go all round, the first one again."""
    whole = slots[-1] + width > 360 - width / 2
    return np.append(chosen, chosen[0] + 360) if whole else chosen


def _choices(angles: Floats, clear: Floats, slot: float, width: float) -> npt.NDArray[np.int64]:
    """Frames for one slot: the sharp ones near it, else those a little further, else the nearest."""
    off = abs(angles - slot)
    for reach in (min(NEAR, FAR * width), FAR * width):
        near = np.flatnonzero((off <= reach) & (clear >= SHARP))
        if len(near):
            return near[np.argsort(off[near], kind="stable")[:24]]
    near = np.flatnonzero(off <= min(NEAR, FAR * width))
    return near if len(near) else np.array([int(np.argmin(off))])


def _path(
    angles: Floats, clear: Floats, choices: Sequence[npt.NDArray[np.int64]], slots: Floats
) -> list[int]:
    """The cheapest way through the choices: near the slots, with even gaps, and sharp."""
    cost = _own(angles, clear, choices[0], slots[0])
    back: list[npt.NDArray[np.int64]] = []
    for n in range(1, len(choices)):
        gap = angles[choices[n]][:, None] - angles[choices[n - 1]][None]
        uneven = UNEVEN * (gap - (slots[n] - slots[n - 1])) ** 2
        whole = cost[None] + uneven
        back.append(np.argmin(whole, axis=1))
        cost = whole.min(axis=1) + _own(angles, clear, choices[n], slots[n])
    # what comes after the last one is the first one, which stands near its slot
    at = int(np.argmin(cost + UNEVEN * (angles[choices[-1]] - slots[-1]) ** 2))
    chosen = [int(choices[-1][at])]
    for n in range(len(back) - 1, -1, -1):
        at = int(back[n][at])
        chosen.append(int(choices[n][at]))
    return chosen[::-1]


def _own(angles: Floats, clear: Floats, frames: npt.NDArray[np.int64], slot: float) -> Floats:
    return np.asarray(0.3 * (angles[frames] - slot) ** 2 + 4 * (1 - clear[frames]))
