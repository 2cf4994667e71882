"""Scenes for dual-fisheye frames (`demo.fisheye`), the engine's lenses for them, and how far it is off."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from demo.fisheye import Eye, Frame
from demo.fisheye import draw as take
from panoramas import picture
from panoramas.dual.lens import Box, Lens, Rig
from tests.panoramas import pattern

PLAIN = Frame()
SIDE = PLAIN.side
BENT = Frame(side=512, stacked=True).both(field=194.0, bends=(-0.05, 0.004))
WORN = Frame(
    front=Eye(x=0.508, y=0.495, gain=(1.1, 1.0, 0.95), shade=0.3),
    rear=Eye(x=0.493, y=0.505, pose=(181.0, 0.8, -1.2), shade=0.3),
)


def rig_of(frame):
    """The engine's lenses with the true numbers."""
    lenses = []
    for number, eye in enumerate(frame.eyes):
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
def draw(frame, front=texture, rear=None):
    """The frame in a scene, or a scene for each lens."""
    return take(frame, front, rear or front)


def wrong(rig, frame):
    """Largest angle in degrees, over the overlap, between where the rig and the truth look.

    A turn common to both lenses is no fault: it is taken out first.
    """
    seen, true = [], []
    for number, (lens, eye) in enumerate(zip(rig, frame.eyes, strict=True)):
        corner = np.array([0, number] if frame.stacked else [number, 0]) * frame.side
        turn = np.radians(np.arange(0, 360, 10))
        reach = eye.radius * frame.side * eye.stretch(np.radians([86.0, 90.0, 94.0]))[:, None]
        column = eye.x * frame.side - 0.5 + reach * np.cos(turn)
        row = eye.y * frame.side - 0.5 + reach * np.sin(turn)
        seen.append(lens.rays(column + corner[0], row + corner[1]).reshape(-1, 3))
        true.append(eye.rays(frame.side, column, row).reshape(-1, 3))
    found, there = np.concatenate(seen), np.concatenate(true)
    first, _, second = np.linalg.svd(found.T @ there)
    turned = found @ (first @ np.diag([1, 1, np.linalg.det(first @ second)]) @ second)
    return float(np.degrees(np.linalg.norm(turned - there, axis=1)).max())


def saved(tmp_path, frame, *scenes, name="p.jpg", **more):
    return pattern.save(draw(frame, *scenes), tmp_path / name, **more)


def shown(out):
    file = out / "panorama.jpg"
    return picture.load(file, picture.read_header(file))


def codes(report):
    return {reason["code"] for reason in report.reasons}


def near_joint(width, degrees):
    """Columns within some degrees of the joint, on both sides of the sphere."""
    longitude = (np.arange(width) + 0.5) / width * 360 - 180
    return np.abs(np.abs(longitude) - 90) < degrees
