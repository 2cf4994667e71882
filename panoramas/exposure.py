"""Matching the brightness of a round of photos, gently: a spin should not flicker."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture

STRENGTH = 0.85  # share of the difference to the neighbours that is taken out
MOST = 0.7  # stops a frame is changed at most


def brightness(picture: Picture) -> float:
    """Mean brightness of the middle of a picture in stops (log2 of linear light, sRGB).

    Burnt-out and black pixels are left out, they do not follow the exposure.
    """
    height, width = picture.shape[:2]
    middle = picture[height // 5 : height - height // 5, width // 5 : width - width // 5]
    grey = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY)
    kept = grey[(grey > 8) & (grey < 247)]
    if kept.size == 0:
        kept = grey.reshape(-1)
    return float(np.log2(_linear()[kept].mean() + 1e-4))


def gains(stops: Sequence[float], *, closed: bool = True) -> list[float]:
    """Stops to add to each frame of a round so that it follows its neighbours.

    The target is the mean over a quarter of the round, so that a sunny and a shaded side stay.
    `closed`: the last frame is the first one's neighbour.
    """
    own = np.asarray(stops, np.float64)
    reach = max(1, len(own) // 8)
    beside = np.pad(own, reach, mode="wrap" if closed else "reflect")
    around = [beside[shift : shift + len(own)] for shift in range(2 * reach + 1)]
    wanted = STRENGTH * (np.mean(around, axis=0) - own)
    return [round(float(gain), 4) for gain in np.clip(wanted, -MOST, MOST)]


def apply(picture: Picture, gain: float) -> Picture:
    """The picture brightened by `gain` stops in linear light."""
    if gain == 0:
        return picture
    light = np.minimum(_linear() * 2.0**gain, 1.0)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    table = np.rint(coded * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def _linear() -> npt.NDArray[np.float64]:
    """Linear light of the 256 sRGB values (IEC 61966-2-1)."""
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
