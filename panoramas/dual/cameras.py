"""The table of cameras (cameras.yaml): read once, checked, and turned into rigs for a frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from panoramas.dual.lens import Box, Lens, Rig

TABLE = Path(__file__).with_name("cameras.yaml")
LAYOUTS = ("side_by_side", "stacked")
LIES = ("upright", "aside", "unknown")


@dataclass(frozen=True)
class Camera:
    """A row of the table. `front`, `rear`: see the head of the table."""

    name: str
    layout: str
    lies: str
    models: tuple[str, ...]
    front: dict[str, Any]
    rear: dict[str, Any]
    source: str

    def rig(self, width: int, height: int) -> Rig:
        """Where the table expects the circles on a frame of this size."""
        first, second = boxes(width, height, self.layout)
        return Rig(_lens(self.front, first), _lens(self.rear, second))

    @property
    def generic(self) -> bool:
        """Is it a start for any camera rather than a camera?"""
        return self.name.startswith("generic")


@cache
def table() -> dict[str, Camera]:
    """All cameras by name, in the table's order.

    Raises ValueError, naming the camera, when the table is wrong.
    """
    told = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    if {"version", "effective_from"} - told.keys():
        raise ValueError("cameras.yaml: version or effective_from is missing")
    rows = [Camera(**{**row, "models": tuple(row["models"])}) for row in told["cameras"]]
    for camera in rows:
        check(camera)
    return {camera.name: camera for camera in rows}


def boxes(width: int, height: int, layout: str) -> tuple[Box, Box]:
    """The two parts of a frame, in reading order."""
    if layout == "stacked":
        half = height // 2
        return Box(0, 0, width, half), Box(0, height - half, width, half)
    half = width // 2
    return Box(0, 0, half, height), Box(width - half, 0, half, height)


def by_model(model: str) -> Camera | None:
    """The camera that writes this Exif model, None when the table has none."""
    for camera in table().values():
        if any(model.lower().startswith(start.lower()) for start in camera.models):
            return camera
    return None


def _lens(row: dict[str, Any], box: Box) -> Lens:
    side = min(box.width, box.height)
    heading, pitch, roll = (float(angle) for angle in row["rotation"])
    return Lens(
        box=box,
        column=box.left + row["x"] * side - 0.5,
        row=box.top + row["y"] * side - 0.5,
        radius=row["radius"] * side,
        field=float(row["field"]),
        bends=tuple(float(bend) for bend in row["bends"]),
        heading=heading,
        pitch=pitch,
        roll=roll,
    )


def check(camera: Camera) -> None:
    """Every lens must see further off its axis with every pixel away from its middle.

    Raises ValueError, naming the camera.
    """
    if camera.layout not in LAYOUTS or camera.lies not in LIES:
        raise ValueError(f"{camera.name}: layout {camera.layout}, lies {camera.lies}")
    for row in (camera.front, camera.rear):
        lens = _lens(row, Box(0, 0, 1000, 1000))
        angles = np.radians(np.linspace(0, lens.field / 2 + 5, 200))
        rays = np.stack([np.sin(angles), np.cos(angles), np.zeros_like(angles)], -1)
        column = lens.turned(np.eye(3)).pixels(rays)[0]
        if not (120 <= lens.field <= 240 and row["radius"] > 0 and (np.diff(column) > 0).all()):
            raise ValueError(f"{camera.name}: field, radius or bends make no lens")
