"""Dual-fisheye frames as cameras with two lenses take them, of any scene and of a car's cabin.

The lens is written down here for itself: a direction t radians off the axis is seen at the radius
R p(t) / p(field / 2), p(t) = t + k1 t³ + k2 t⁵ …; turned into angles by a table and interpolation.
Directions are x right, y ahead, z up; pictures are RGB here, as a camera's file has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from demo.cars import Car
from demo.interior import look_along
from demo.mesh import Floats
from demo.painter import Picture

Scene = Callable[[Floats], Floats]
"""Colours (…, 3), 0..255, that a lens sees along unit directions (…, 3)."""

INSP_END = b"8db42d694ccc418790edff439fe026bf"  # the last 32 bytes of Insta360's files
SHADED = 60.0  # degrees off the axis where a lens begins to lose light


@dataclass(frozen=True)
class Eye:
    """One lens on its square half of the frame.

    `x`, `y`, `radius`: of the image circle, shares of the square's side. `field`: degrees across.
    `bends`: k1, k2 … `pose`: heading, pitch, roll in degrees: heading to the right, pitch up, roll
    lifts the right side, each about axes already turned. `gain`: on red, green, blue. `shade`:
    share of the light lost at 90°, growing as a square from SHADED.
    """

    x: float = 0.5
    y: float = 0.5
    radius: float = 0.49
    field: float = 200.0
    bends: tuple[float, ...] = ()
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shade: float = 0.0

    @property
    def turned(self) -> Floats:
        """3×3, directions of the lens to directions of the world."""
        h, p, r = np.radians(self.pose)
        heading = [[np.cos(h), np.sin(h), 0], [-np.sin(h), np.cos(h), 0], [0, 0, 1]]
        pitch = [[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]
        roll = [[np.cos(r), 0, -np.sin(r)], [0, 1, 0], [np.sin(r), 0, np.cos(r)]]
        return np.array(heading) @ np.array(pitch) @ np.array(roll)

    def stretch(self, angle: Floats) -> Floats:
        """Radius, as a share of the circle's, at angles off the axis (radians)."""
        return self._bent(angle) / self._bent(np.radians(np.array(self.field / 2)))

    def rays(self, side: int, column: Floats, row: Floats) -> Floats:
        """World directions (…, 3) of places on a square of `side` pixels (centres at whole numbers)."""
        right, up = column + 0.5 - self.x * side, self.y * side - row - 0.5
        reach = np.hypot(right, up)
        table = np.linspace(0, np.radians(self.field / 2) * 1.25, 20_000)
        angle = np.interp(reach / (self.radius * side), self.stretch(table), table)
        share = np.sin(angle) / np.maximum(reach, 1e-9)
        own = np.stack([right * share, np.cos(angle), up * share], -1)
        return np.asarray(own @ self.turned.T, np.float64)

    def _bent(self, angle: Floats) -> Floats:
        more = [k * angle ** (3 + 2 * n) for n, k in enumerate(self.bends)]
        return np.asarray(angle + np.sum(more, axis=0) if more else angle, np.float64)


@dataclass(frozen=True)
class Frame:
    """Two lenses, each on a square of `side` pixels; the second square lies right of the first, or
    below it when `stacked`."""

    side: int = 448
    stacked: bool = False
    front: Eye = field(default_factory=Eye)
    rear: Eye = field(default_factory=lambda: Eye(pose=(180.0, 0.0, 0.0)))

    @property
    def eyes(self) -> tuple[Eye, Eye]:
        return self.front, self.rear

    def both(self, **changes: object) -> Frame:
        """The same with other values of both eyes."""
        front, rear = (replace(eye, **changes) for eye in self.eyes)  # type: ignore[arg-type]
        return replace(self, front=front, rear=rear)


def draw(frame: Frame, front: Scene, rear: Scene) -> Picture:
    """The frame (RGB) as its lenses see their scenes; black outside the circles."""
    halves = [
        _half(eye, frame.side, scene) for eye, scene in zip(frame.eyes, (front, rear), strict=True)
    ]
    return np.asarray(np.concatenate(halves, axis=0 if frame.stacked else 1), np.uint8)


def cabin_frame(car: Car, frame: Frame, apart: float = 0.0) -> Picture:
    """The cabin, taken from between the front seats by two lenses `apart` metres apart."""

    def seen_from(forward: float) -> Scene:
        def scene(rays: Floats) -> Floats:
            world = np.stack([rays[..., 1], -rays[..., 0], rays[..., 2]], -1).astype(np.float32)
            side = max(64, round(frame.side / 1.7))
            return np.asarray(look_along(car, world, side, forward)[..., ::-1], np.float64)

        return scene

    return draw(frame, seen_from(apart / 2), seen_from(-apart / 2))


def as_insp(jpeg: bytes) -> bytes:
    """A JPEG with records behind it, as Insta360's cameras write them, one of which looks like a JPEG."""
    return jpeg + b"\xff\xd8\xff\xe0 no picture \xff\xd9" + bytes(range(256)) * 40 + INSP_END


def _half(eye: Eye, side: int, scene: Scene) -> Picture:
    column, row = np.meshgrid(np.arange(side, dtype=float), np.arange(side, dtype=float))
    rays = eye.rays(side, column, row)
    angle = np.degrees(np.arccos(np.clip(rays @ eye.turned[:, 1], -1, 1)))
    shade = 1 - eye.shade * np.clip((angle - SHADED) / (90 - SHADED), 0, None) ** 2
    away = np.hypot(column + 0.5 - eye.x * side, row + 0.5 - eye.y * side)
    rim = np.clip(eye.radius * side - away + 0.5, 0, 1)
    seen = scene(rays) * (shade * rim)[..., None] * np.array(eye.gain)
    return np.asarray(np.clip(np.rint(seen), 0, 255), np.uint8)
