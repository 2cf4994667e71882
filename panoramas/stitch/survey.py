"""Small copies of all photos on the sphere, from which brightness and seams are decided."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from panoramas.stitch.sight import COARSE, Floats32, Sight
from panoramas.stitch.window import Mask, Window, bounds

ROUGH = 32  # columns of the sphere a cell wide, in which a photo's footprint is first looked for
BURNT = 250  # coded value from which a camera no longer follows the light
SMALL = 2  # of a Sight's sizes: the smallest


@dataclass(frozen=True)
class Copy:
    """A photo on the small sphere. `window`: its footprint there, no row beyond a pole; all else
    has its shape. `colours`: 0..255; `squared`, `inside`: see `sight.Places`; `burnt`: so bright
    that nothing more is seen there."""

    window: Window
    colours: Floats32
    squared: Floats32
    inside: Mask
    burnt: Mask


def footprint(sight: Sight, width: int) -> Window:
    """A window of the sphere of `width` columns that holds the whole photo, poles included."""
    rough = max(width // ROUGH, 64)
    seen = sight.places(Window(0, 0, rough // 2, rough), rough).inside
    near = np.zeros_like(seen)
    for down in (-1, 0, 1):
        shifted = np.roll(seen, down, axis=0)
        if down:
            shifted[-1 if down < 0 else 0] = False  # a row does not follow the other pole's
        for across in (-1, 0, 1):
            near |= np.roll(shifted, across, axis=1)
    for pole in (0, -1):
        near[pole] |= bool(seen[pole].any())
    found = bounds(near) or Window(0, 0, rough // 2, rough)
    times = width / rough
    top, left = int(found.top * times), int(found.left * times)
    bottom = min(int(np.ceil((found.top + found.height) * times)), width // 2)
    across = min(int(np.ceil(found.width * times)) + 1, width)
    return Window(top, left, bottom - top, across)


def copy(sight: Sight, width: int) -> Copy:
    """The photo on the small sphere of a panorama of `width` columns."""
    small = width // COARSE[-1]
    window = footprint(sight, small)
    places = sight.places(window, small)
    colours = sight.look(places, SMALL)
    bright = np.asarray((colours >= BURNT).any(axis=-1), np.uint8)
    burnt = np.asarray(cv2.medianBlur(bright, 5), np.bool_)  # single lights do not count
    return Copy(window, colours, places.squared, places.inside, burnt)
