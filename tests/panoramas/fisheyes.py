"""Dual-fisheye frames whose every pixel is computed from the direction that it shows.

The lens formula is written down here apart from the engine's: r = R p(t) / p(field / 2) with
p(t) = t + k1 t³ + k2 t⁵, turned into angles by a table and interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from panoramas.dual.lens import Box, Lens, Rig
from tests.panoramas import pattern

INSP_END = b"8db42d694ccc418790edff439fe026bf"  # the last 32 bytes of Insta360's files


@dataclass(frozen=True)
class Eye:
    """One lens on its square: centre and radius as shares of the square's side, angles in degrees."""

    x: float = 0.5
    y: float = 0.5
    radius: float = 0.49
    field: float = 200.0
    bends: tuple[float, ...] = ()
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shade: float = 0.0  # share of the light that is lost at 90°, growing from 60°


@dataclass(frozen=True)
class Frame:
    """Both lenses, and how they lie on the frame. `side`: pixels of a square."""

    side: int = 448
    stacked: bool = False
    front: Eye = field(default_factory=Eye)
    rear: Eye = field(default_factory=lambda: Eye(pose=(180.0, 0.0, 0.0)))

    def but(self, **changes):
        """The same with other values of both eyes."""
        return replace(
            self, front=replace(self.front, **changes), rear=replace(self.rear, **changes)
        )


def rig_of(frame):
    """The engine's lenses with the true numbers."""
    lenses = []
    for number, eye in enumerate((frame.front, frame.rear)):
        left, top = (0, number * frame.side) if frame.stacked else (number * frame.side, 0)
        column, row, radius = (share * frame.side for share in (eye.x, eye.y, eye.radius))
        box = Box(left, top, frame.side, frame.side)
        place = (left + column - 0.5, top + row - 0.5, radius)
        lenses.append(Lens(box, *place, eye.field, eye.bends, *eye.pose))
    return Rig(*lenses)


def texture(rays):
    """Colour (…, 3) of a sphere that repeats itself nowhere: many waves in all directions."""
    chance = np.random.default_rng(7)
    waves = chance.normal(size=(28, 3))
    steep = np.exp(chance.uniform(np.log(12), np.log(110), 28))
    waves *= (steep / np.linalg.norm(waves, axis=1))[:, None]
    begin, strength = chance.uniform(0, 6.28, 28), chance.uniform(6, 18, (28, 3))
    flat = rays.reshape(-1, 3).astype(np.float32)
    waved = np.sin(flat @ waves.T.astype(np.float32) + begin.astype(np.float32))
    return np.clip(125 + (waved @ strength).reshape(rays.shape), 0, 255)


def columned(rays):
    """Upright columns under a bright sky, on a quiet texture."""
    longitude = np.arctan2(rays[..., 0], rays[..., 1])
    columns = np.sign(np.sin(13 * longitude + 2 * np.sin(3 * longitude)))[..., None]
    level = np.abs(rays[..., 2:]) < 0.8
    seen = 125 + 0.4 * (texture(rays) - 125) + 30 * columns * level
    return np.clip(seen + 40 * np.tanh(4 * rays[..., 2:]), 0, 255)


def around(distance, apart):
    """Scenes for the two lenses: `texture` painted on a sphere, the lenses `apart` on its axis."""

    def seen_from(forward):
        eye = np.array([0.0, forward, 0.0])

        def scene(rays):
            along = rays @ eye
            reach = -along + np.sqrt(along**2 - eye @ eye + distance**2)
            return texture((eye + reach[..., None] * rays) / distance)

        return scene

    return seen_from(apart / 2), seen_from(-apart / 2)


@lru_cache(12)
def draw(frame, *scenes):
    """uint8 picture of the frame; black outside. `scenes`: directions (…, 3) to colours (…, 3), one
    for both lenses or one each; `texture` if none."""
    front, rear = scenes if len(scenes) == 2 else (scenes or (texture,)) * 2
    halves = [
        _half(eye, frame.side, scene) for eye, scene in ((frame.front, front), (frame.rear, rear))
    ]
    return np.concatenate(halves, axis=0 if frame.stacked else 1)


def insp(jpeg):
    """An Insta360 picture: a JPEG with records behind it, among them bytes that look like one."""
    return jpeg + b"\xff\xd8\xff\xe0 no picture \xff\xd9" + bytes(range(256)) * 40 + INSP_END


def wrong(rig, frame):
    """Largest angle in degrees, over the overlap, between where the rig and the truth look.

    A turn common to both lenses is no fault: it is taken out first.
    """
    off = []
    for lens, eye, left in zip(rig, (frame.front, frame.rear), ((0, 0), (1, 1)), strict=True):
        around = np.radians(np.arange(0, 360, 10))
        reach = eye.radius * frame.side * _stretch(eye, np.radians([86.0, 90.0, 94.0]))[:, None]
        corner = np.array([0, left[0]] if frame.stacked else [left[0], 0]) * frame.side
        column = corner[0] + eye.x * frame.side - 0.5 + reach * np.cos(around)
        row = corner[1] + eye.y * frame.side - 0.5 + reach * np.sin(around)
        off.append(
            (lens.rays(column, row), _rays(eye, frame.side, column - corner[0], row - corner[1]))
        )
    seen = [np.concatenate([pair[n].reshape(-1, 3) for pair in off]) for n in (0, 1)]
    first, _, second = np.linalg.svd(seen[0].T @ seen[1])
    turned = seen[0] @ (first @ np.diag([1, 1, np.linalg.det(first @ second)]) @ second)
    return float(np.degrees(np.linalg.norm(turned - seen[1], axis=1)).max())


def _half(eye, side, scene):
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    away = np.hypot(column + 0.5 - eye.x * side, row + 0.5 - eye.y * side) / (eye.radius * side)
    rays = _rays(eye, side, column, row)
    angle = np.degrees(_angle(eye, away))
    shade = 1 - eye.shade * np.clip((angle - 60) / 30, 0, None) ** 2
    seen = scene(rays) * shade[..., None] * np.array(eye.gain)
    rim = np.clip((1 - away) * eye.radius * side + 0.5, 0, 1)
    return pattern.eight_bit(seen * rim[..., None])


def _stretch(eye, angle):
    """Radius as a share of the rim's at an angle off the axis (radians)."""

    def bent(t):
        return t + sum(k * t ** (3 + 2 * n) for n, k in enumerate(eye.bends))

    return bent(angle) / bent(np.radians(eye.field / 2))


def _angle(eye, away):
    table = np.linspace(0, np.radians(eye.field / 2) * 1.25, 20_000)
    return np.interp(away, _stretch(eye, table), table)


def _rays(eye, side, column, row):
    right, up = column + 0.5 - eye.x * side, eye.y * side - row - 0.5
    reach = np.hypot(right, up)
    angle = _angle(eye, reach / (eye.radius * side))
    share = np.sin(angle) / np.maximum(reach, 1e-9)
    own = np.stack([right * share, np.cos(angle), up * share], -1)
    return own @ pattern.posed(*eye.pose).T
