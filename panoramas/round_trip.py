"""What can be said of a walk round a car from its frames alone."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture, reduced

WIDER = 1.6  # a gap so many times the usual one is a missing arc
PACED = 1.8  # the same, of photos that somebody took at his own pace
ABRUPT = 2.5  # a step so many times the usual one is a jump

Thumb = npt.NDArray[np.float32]


def even(count: int) -> list[float]:
    """Angles in degrees of `count` frames taken as even."""
    return [round(360 * n / count, 4) for n in range(count)]


def gaps(angles: Sequence[float]) -> list[float]:
    """Degrees from each frame to the next, the last to the first; `angles` growing within 0..360."""
    return [round(float(gap), 3) for gap in np.diff([*angles, angles[0] + 360])]


def missing(angles: Sequence[float], wider: float = WIDER) -> list[tuple[float, float]]:
    """Arcs (from, to; degrees, growing) without a frame; `angles` sorted within 0..360."""
    between = gaps(angles)
    usual = float(np.median(between))
    return [
        (float(angles[n]), float((angles[n] + gap) % 360))
        for n, gap in enumerate(between)
        if gap > wider * usual
    ]


def thumb(picture: Picture) -> Thumb:
    """Small grey picture (24, 32), free of brightness and contrast."""
    grey = cv2.cvtColor(reduced(picture, 32, 24), cv2.COLOR_RGB2GRAY).astype(np.float32)
    flat: Thumb = (grey - grey.mean()) / np.float32(max(float(grey.std()), 1.0))
    return flat


def steps(thumbs: Sequence[Thumb]) -> list[float]:
    """Change from each frame to the next, the last to the first; 1 is the usual step."""
    following = [*thumbs[1:], thumbs[0]]
    change = [float(np.abs(a - b).mean()) for a, b in zip(thumbs, following, strict=True)]
    usual = max(float(np.median(change)), 1e-3)
    return [round(value / usual, 3) for value in change]
