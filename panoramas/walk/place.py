"""The walk seen from above: its middle, its angles and distances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from panoramas.walk.bundle import Scene

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """`up` (3,) unit; `middle` (3,) the point that the cameras look at; `along`, `across` (3,) unit
    axes of the ground, the first towards the first camera. `way`: 1 anticlockwise from above, −1."""

    up: Floats
    middle: Floats
    along: Floats
    across: Floats
    way: int


def eyes_of(scene: Scene) -> Floats:
    """Where the cameras stand (n, 3)."""
    return np.asarray(-np.einsum("nji,nj->ni", scene.turns, scene.shifts))


def lay(scene: Scene) -> Ground:
    """The ground plane of a walk of which at least a quarter round is known."""
    eyes = eyes_of(scene)
    up = _up(scene, eyes)
    flat = np.eye(3) - np.outer(up, up)
    ahead = scene.turns[:, 2] @ flat
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    across = flat - ahead[:, :, None] * ahead[:, None, :]
    left = across.sum(axis=0) + np.outer(up, up)
    centre = np.linalg.solve(left, np.einsum("nij,nj->i", across, eyes))
    rise = -(scene.turns[:, 2] @ up) / np.linalg.norm(scene.turns[:, 2] @ flat, axis=1)
    away = np.linalg.norm((eyes - centre) @ flat, axis=1)
    high = float(np.median(eyes @ up - away * rise))
    middle = centre @ flat + high * up
    along = (eyes[0] - middle) @ flat
    along /= np.linalg.norm(along)
    side = np.cross(up, along)
    turned = np.unwrap(np.arctan2((eyes - middle) @ side, (eyes - middle) @ along))
    way = 1 if turned[-1] >= 0 else -1
    return Ground(up, middle, along, side * way, way)


def angles_of(ground: Ground, eyes: Floats) -> Floats:
    """Degrees walked (n,), unwrapped from the first eye on, growing with the walk."""
    turned = np.arctan2(
        (eyes - ground.middle) @ ground.across, (eyes - ground.middle) @ ground.along
    )
    return np.degrees(np.unwrap(turned))


def distances_of(ground: Ground, eyes: Floats) -> Floats:
    """Level distance (n,) of each eye from the middle."""
    off = eyes - ground.middle
    return np.hypot(off @ ground.along, off @ ground.across)


def _up(scene: Scene, eyes: Floats) -> Floats:
    """Upright of the plane in which the eyes move."""
    spread = eyes - eyes.mean(axis=0)
    normal = np.linalg.svd(spread, full_matrices=False)[2][2]
    return np.asarray(normal if normal @ -scene.turns[:, 1].mean(axis=0) > 0 else -normal)
