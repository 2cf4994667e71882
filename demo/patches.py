"""Decals on a body: pieces of its own surface, spots, badges and lines, painted above it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from demo.body import Shell
from demo.mesh import Floats, Mesh, Skin, away_from, disc, grid, piece, ribbon


def lift_of(level: float) -> float:
    """Painting lift of a decal: more than the size of the faces under it, then one step a level."""
    return 0.05 + 2.5 * level


def patch(
    shell: Shell,
    u: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    skin: Skin,
    *,
    lift: float = 0.02,
    rows: int = 6,
) -> Mesh:
    """A piece of the lower body's own surface between two heights h, as a decal that lies on it exactly."""
    at = np.asarray(u, float)
    t = np.linspace(0, 1, rows + 1)
    foot, top = (np.broadcast_to(np.asarray(v, float), at.shape)[:, None] for v in (low, high))
    faces = grid(shell.point(at[:, None], foot + t * (top - foot)))
    middle = faces.mean(axis=1)
    return piece(away_from(faces, middle * (0.6, 0.5, 0.0) + (0, 0, 0.5)), skin, lift=lift_of(lift))


def both(
    shell: Shell,
    u: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    skin: Skin,
    *,
    lift: float = 0.02,
    rows: int = 6,
) -> list[Mesh]:
    """The same patch on the left and on the right."""
    at = np.asarray(u, float)
    return [
        patch(shell, at, low, high, skin, lift=lift, rows=rows),
        patch(shell, -at, low, high, skin, lift=lift, rows=rows),
    ]


def spot(
    shell: Shell,
    u: float,
    h: float,
    radius: float,
    skin: Skin,
    *,
    lift: float = 0.03,
    tall: float = 1.0,
) -> Mesh:
    """A round decal of this radius in metres at (u, h); `tall` stretches it upright."""
    step = 1e-3
    along = np.linalg.norm(shell.point(u + step, h) - shell.point(u - step, h)) / 2 / step
    up = np.linalg.norm(shell.point(u, h + step) - shell.point(u, h - step)) / 2 / step
    angle = np.linspace(0, 2 * np.pi, 25)
    r = np.linspace(0, radius, 4)[:, None]
    faces = grid(shell.point(u + r * np.cos(angle) / along, h + r * tall * np.sin(angle) / up))
    return piece(
        away_from(faces, faces.mean(axis=1) - shell.normal(u, h)), skin, lift=lift_of(lift)
    )


def badge(
    shell: Shell, u: float, h: float, radius: float, skin: Skin, *, lift: float, tall: float = 1.0
) -> Mesh:
    """A flat round badge standing on nose or tail."""
    middle, out = shell.point(u, h), np.array([1.0 if u == 0 else -1.0, 0, 0.2])
    faces = disc(middle + 0.01 * out, (0, 1, 0), (-0.2 * out[0] * tall, 0, tall), [0, radius])
    return piece(away_from(faces, middle - out), skin, lift=lift_of(lift))


def side_line(
    shell: Shell,
    x: ArrayLike,
    z: ArrayLike,
    side: int,
    width: float,
    skin: Skin,
    lift: float = 0.03,
) -> Mesh:
    """A ribbon on the flank through (x, z)."""
    line = shell.on_side(np.asarray(x, float), np.asarray(z, float), side)
    h = np.clip(shell.h_at(x, z), 0.02, 0.98)
    return piece(
        ribbon(line, shell.normal(side * shell.u_side(np.asarray(x, float)), h), width),
        skin,
        lift=lift_of(lift),
    )


def across(shell: Shell, half: float, count: int = 41) -> tuple[Floats, Floats]:
    """u across the nose between y = ±half, and the share −1 … 1 along it."""
    share = np.linspace(-1, 1, count)
    return np.sign(share) * shell.u_end(abs(share) * half, nose=True), share
