"""A panorama as `templates/parts/panorama.html` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext

from .reads import Sphere


@dataclass(frozen=True)
class Pin:
    """Something pinned in a panorama. `label`: in the reader's language; degrees."""

    id: str
    number: int
    label: str
    yaw: float
    pitch: float


def panorama_part(sphere: Sphere, about: str, pins: Sequence[Pin]) -> dict[str, object]:
    """What the part and its script need. `about`: when it was taken, and whether that is long ago."""
    told = {"name": gettext(sphere.zh), "about": about, "pins": [asdict(pin) for pin in pins]}
    return {**asdict(sphere), **told}
