"""Directions in the words that somebody with a camera understands."""

from __future__ import annotations

import numpy as np

from panoramas.sentences import AROUND, PLACES
from panoramas.sphere import Floats

LEVEL = 22.5  # degrees up and down that still count as level
POLE = 65.0  # degrees from which it is straight up or down


def yaw(direction: Floats) -> float:
    """Degrees to the right of the panorama's middle, -180..180."""
    return float(np.degrees(np.arctan2(direction[0], direction[1])))


def bearing(direction: Floats, front: float) -> str:
    """One of PLACES. `front`: the yaw in degrees that counts as straight ahead."""
    pitch = float(np.degrees(np.arctan2(direction[2], np.hypot(direction[0], direction[1]))))
    if abs(pitch) > POLE:
        return PLACES["above" if pitch > 0 else "below"]
    sector = round((yaw(direction) - front) / 45) % 8
    height = "level" if abs(pitch) <= LEVEL else "high" if pitch > 0 else "low"
    return PLACES[f"{tuple(AROUND)[sector]}_{height}"]
