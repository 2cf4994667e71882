"""Which way is up? Asked of the scene's upright lines, or else of how the photos were held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from panoramas.level import Uprights, agreed
from panoramas.sphere import Floats
from panoramas.stitch.camera import Lens
from panoramas.stitch.features import Grey
from panoramas.stitch.in_order import in_order

MOST_TILT = 8.0  # degrees that people hold photos askew on average; lines that say more are others
STRONG = 98.0  # percentile of steepness that an edge must reach
STEEP = 8.0  # and 8-bit steps of the evened picture (`track`)
MOST_EDGES = 4000  # of one photo
FLAT = 0.42  # sine of the least angle from up and down at which edges still say much


@dataclass(frozen=True)
class Level:
    """`turn`: 3×3, directions in the found world to directions in the level one, in which `z` is up;
    the rest as in `solve.Solution`."""

    turn: Floats
    levelled_by: Literal["lines", "cameras"]
    tilt: float | None


def level(rotations: Floats, pictures: Sequence[Grey], lens: Lens) -> Level:
    """How to turn the world so that it stands upright.

    `rotations`: (n, 3, 3), camera to world; `pictures`: evened, straightened photos of theirs, seen
    through `lens` without bend. The lines are believed as far as `level.uprights` says.
    """
    by_cameras = _onto_z(_held(rotations))
    turned = np.einsum("ij,njk->nik", by_cameras, rotations)
    said = _lines(turned, pictures, lens)
    if not said.believable or said.tilt > MOST_TILT:
        return Level(by_cameras, "cameras", None)
    by_lines = np.einsum("ij,jk->ik", _onto_z(said.up), by_cameras)
    return Level(by_lines, "lines", said.tilt)


def _held(rotations: Floats) -> Floats:
    """Up by the photos: level to all their horizontals (Brown and Lowe 2007), as most hold it.

    Where they look one way only, the horizontals leave open how high that is; then the photos'
    own uprights say it.
    """
    side, top = rotations[:, :, 0], rotations[:, :, 2].mean(axis=0)
    products = side[:, :, None] * side[:, None, :]
    scatter = np.add.reduce(products, axis=0) / len(side) - 0.01 * np.multiply.outer(top, top)
    up: Floats = np.linalg.eigh(scatter)[1][:, 0]
    return up if np.einsum("i,i->", up, top) >= 0 else -up


def _onto_z(up: Floats) -> Floats:
    """The shortest rotation that brings `up` to (0, 0, 1)."""
    axis = np.array([up[1], -up[0], 0.0])
    sine, cosine = float(np.hypot(*axis[:2])), float(up[2])
    if sine < 1e-12:
        return np.diag([1.0, np.sign(cosine), np.sign(cosine)])
    x, y, _ = axis / sine
    cross = np.array([[0, 0, y], [0, 0, -x], [-y, x, 0]])
    return np.asarray(
        np.eye(3) + sine * cross + (1 - cosine) * np.einsum("ij,jk->ik", cross, cross)
    )


def _lines(rotations: Floats, pictures: Sequence[Grey], lens: Lens) -> Uprights:
    found = list(
        in_order(lambda one: _edges(*one, lens), list(zip(rotations, pictures, strict=True)))
    )
    return agreed(
        np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])
    )


def _edges(rotation: Floats, picture: Grey, lens: Lens) -> tuple[Floats, Floats]:
    """Normals (n, 3) in the world of the planes through edge points, and their weights (n)."""
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = cv2.GaussianBlur(half, (0, 0), 1.0)
    across = cv2.Scharr(half, cv2.CV_32F, 1, 0) / 32
    down = cv2.Scharr(half, cv2.CV_32F, 0, 1) / 32
    # cv2.magnitude rounds differently from run to run
    strength = np.sqrt(across * across + down * down)
    places = np.flatnonzero(strength > max(STEEP, float(np.percentile(strength, STRONG))))
    places = places[:: max(1, len(places) // MOST_EDGES)]
    row, column = np.unravel_index(places, half.shape)
    x = (2 * column + 0.5 - (lens.width - 1) / 2) / lens.focal
    z = ((lens.height - 1) / 2 - 2 * row - 0.5) / lens.focal
    right, up = across.flat[places].astype(float), -down.flat[places].astype(float)
    normal = np.stack([right, -(right * x + up * z), up], axis=1)
    rays = np.stack([x, np.ones_like(x), z], axis=1)
    low = _unit(np.einsum("ij,nj->ni", rotation, rays))[:, 2]
    level_ = np.sqrt(np.maximum(0, 1 - low**2))
    kept = level_ > FLAT
    weight = np.minimum(strength.flat[places].astype(float), 30.0) * level_
    return np.einsum("ij,nj->ni", rotation, _unit(normal))[kept], weight[kept]


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
