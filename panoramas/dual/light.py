"""Evening the two lenses: a gain for each colour, and the shade towards the rim.

Both are read from what both lenses show next to the joint. A place `beyond` the joint is seen that
much further out by one lens and nearer in by the other, so the slope of their ratio over `beyond`
is the slope of the shade at the joint; its form further in cannot be seen there and is taken as a
square that begins at SHADED.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.dual import ring as rings
from panoramas.dual.lens import Rig
from panoramas.dual.ring import Band, Pyramid, Ring
from panoramas.picture import Picture
from panoramas.resample import by_bands
from panoramas.sphere import Floats

SHADED = 60.0  # degrees off the axis where the shade begins
DARK, BURNT = 12, 235  # values outside do not follow the exposure
KNEE = 224  # above, a gain fades so that white stays white on both sides
MOST = np.log(3.0)  # a larger difference is no gain
DEEPEST = 0.5  # natural logarithm of the shade at the joint that is believed
LEAST = 400  # pixels of the ring that must tell
WIDTH = 1024


@dataclass(frozen=True)
class Light:
    """`gains`: natural logarithm of front over rear in coded values, red, green, blue. `shade`:
    natural logarithm of what the rim's shade takes at the joint (90°), 0 or more. `sure`: were there enough
    pixels to tell?"""

    gains: tuple[float, float, float]
    shade: float
    sure: bool

    def table(self, front: bool) -> npt.NDArray[np.uint8]:
        """Values (256, 3) that even one lens with the other; half of the difference each."""
        factor = np.exp((-0.5 if front else 0.5) * np.array(self.gains))
        value = np.arange(256.0)[:, None]
        rest = (255 - KNEE * factor) / (255 - KNEE)
        bent = np.where(value <= KNEE, value * factor, 255 - (255 - value) * rest)
        return np.clip(np.rint(bent), 0, 255).astype(np.uint8)

    def lift(self, angle: Floats | Band) -> Band:
        """Factor that takes the shade out at angles off the axis (degrees)."""
        into = np.clip((angle - SHADED) / (90 - SHADED), 0, 1.35)
        return np.asarray(np.exp(self.shade * into**2), np.float32)


UNTOLD = Light((0.0, 0.0, 0.0), 0.0, sure=False)


def measure(frames: Pyramid, rig: Rig) -> Light:
    """Gains and shade of a refined rig."""
    if rig.overlap < 0.5:
        return UNTOLD
    ring = Ring(WIDTH, rig.overlap)
    ahead, behind = rings.both(frames, rig, ring)
    kept = _fit_to_tell(ahead, behind)
    if kept.sum() < LEAST:
        return UNTOLD
    ratio = np.log(ahead[0][kept].astype(np.float64) / behind[0][kept])
    beyond = np.broadcast_to(ring.beyond[:, None], kept.shape)[kept]
    return _solve(ratio, beyond / (90 - SHADED))


def evened(frame: Picture, rig: Rig, light: Light) -> Picture:
    """The frame with both lenses' gains applied, each in its box."""
    if max(map(abs, light.gains)) < 0.004:
        return frame
    out = np.empty_like(frame)
    for lens, front in zip(rig, (True, False), strict=True):
        left, top, width, height = (int(side) for side in lens.box)
        table = light.table(front)[None]

        def apply(
            high: int, low: int, table: Picture = table, at: tuple[int, ...] = (left, top, width)
        ) -> None:
            part = np.s_[at[1] + high : at[1] + low, at[0] : at[0] + at[2]]
            out[part] = cv2.LUT(frame[part], table)

        by_bands(height, apply)
    return out


def _fit_to_tell(
    ahead: tuple[Picture, Band], behind: tuple[Picture, Band]
) -> npt.NDArray[np.bool_]:
    """Pixels that both lenses show, neither dark nor burnt out, and smooth around."""
    kept = (ahead[1] > 0.8) & (behind[1] > 0.8)
    for seen, _ in (ahead, behind):
        kept &= (seen.min(axis=2) > DARK) & (seen.max(axis=2) < BURNT)
        grey = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
        rough = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
        kept &= rough < np.maximum(24, 0.25 * grey)
    return np.asarray(kept, np.bool_)


def _solve(ratio: Floats, into: Floats) -> Light:
    """Robust least squares of ratio = gain of its colour - 4 shade · into (Tukey's weights)."""
    count = len(ratio)
    terms = np.zeros((3 * count, 4))
    for colour in range(3):
        terms[colour * count : (colour + 1) * count, colour] = 1
    terms[:, 3] = -4 * np.tile(into, 3)
    told, trust = ratio.T.ravel(), np.ones(3 * count)
    held = np.diag([0.0, 0, 0, 0.02 * count])
    found: Floats = np.zeros(4)
    for _ in range(8):
        weighted = terms * trust[:, None]
        square = weighted.T @ terms + held + 1e-9 * np.eye(4)
        found = np.asarray(np.linalg.solve(square, weighted.T @ told), np.float64)
        wrong = told - terms @ found
        scale = max(1.4826 * float(np.median(np.abs(wrong))), 0.01)
        trust = np.clip(1 - (wrong / (4.685 * scale)) ** 2, 0, 1) ** 2
    gains = np.clip(found[:3], -MOST, MOST)
    shade = float(np.clip(found[3], 0, DEEPEST))
    red, green, blue = (float(gain) for gain in gains)
    return Light((red, green, blue), shade, sure=True)
