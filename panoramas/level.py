"""How level is a panorama? Asked of its own upright lines, since metadata is often wrong.

A straight upright line (door frame, pillar, chart meridian) lies on a great circle through the
zenith, so the plane normals of all of them are perpendicular to the up direction: up is the
smallest eigenvector of their weighted scatter, taken again and again over the normals that fit
the last answer (iteratively trimmed least squares).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture
from panoramas.sphere import Floats, directions, turn

WIDTH = 1080  # columns examined: a third of a degree each
TRIMS = (25.0, 12.0, 6.0, 3.0, 2.0, 1.5)  # degrees from upright still believed, round by round
SLIGHT = 0.5  # degrees of roll whose sign does not matter
ENOUGH = 2.0  # how many times more upright edges than slightly slanted ones there must be


@dataclass(frozen=True)
class Uprights:
    """What the upright lines say.

    `up`: unit vector of the true zenith in the picture's frame. `tilt`: its angle from the
    picture's zenith in degrees. `evidence`: density of upright edges over that of edges slanted
    by 3–12°; below ENOUGH the picture has too few upright lines to be believed.
    """

    up: Floats
    tilt: float
    evidence: float

    @property
    def believable(self) -> bool:
        return self.evidence >= ENOUGH


def uprights(panorama: Picture, covered: npt.NDArray[np.uint8] | None = None) -> Uprights:
    """Estimate the up direction of a 2:1 panorama from its edges.

    `covered`: mask of the same size, 0 where nothing was photographed.
    """
    return agreed(*_edges(panorama, covered))


def agreed(normals: Floats, weights: npt.NDArray[np.float64]) -> Uprights:
    """The up direction that most edges agree with.

    `normals`: (n, 3), unit normals of the planes through edges; `weights`: (n). Up is sought near
    (0, 0, 1).
    """
    up = np.array([0.0, 0.0, 1.0])
    for trim in TRIMS:
        fits = np.abs(np.einsum("ni,i->n", normals, up)) < np.sin(np.radians(trim))
        if weights[fits].sum() <= 0:
            break
        up = _smallest(normals[fits], weights[fits])
    slant = np.degrees(np.arcsin(np.clip(np.abs(np.einsum("ni,i->n", normals, up)), 0, 1)))
    near = weights[slant < 1.5].sum() / 1.5
    around = weights[(slant > 3) & (slant < 12)].sum() / 9
    tilt = float(np.degrees(np.arccos(np.clip(up[2], -1, 1))))
    return Uprights(up, tilt, float(near / around) if around > 0 else 0.0)


def roll_sign(said: Uprights, heading: float, pitch: float, roll: float) -> int:
    """+1 when a picture's roll tag has the sign of `sphere.turn`, -1 when the pixels say not.

    `said`: the upright lines of the picture before levelling and before masks. The sign is only reversed on
    evidence: the lines are believable, and reversing brings them at least twice as near to
    upright as the documented sign does.
    """
    if abs(roll) < SLIGHT or not said.believable:
        return 1
    kept, reversed_ = (
        np.degrees(np.arccos(np.clip((turn(heading, pitch, sign * roll) @ said.up)[2], -1, 1)))
        for sign in (1, -1)
    )
    return -1 if reversed_ < 0.5 * kept else 1


def _edges(
    panorama: Picture, covered: npt.NDArray[np.uint8] | None
) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Unit normals (n, 3) of the planes through edge points, and their weights (n)."""
    height = WIDTH // 2
    small = cv2.resize(panorama, (WIDTH, height), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    wrapped = cv2.copyMakeBorder(grey, 0, 0, 8, 8, cv2.BORDER_WRAP)
    wrapped = cv2.GaussianBlur(wrapped, (0, 0), 1.0)
    across = cv2.Scharr(wrapped, cv2.CV_64F, 1, 0)[:, 8:-8] / 32
    down = cv2.Scharr(wrapped, cv2.CV_64F, 0, 1)[:, 8:-8] / 32
    rays = directions(WIDTH, height)
    level = np.hypot(rays[..., 0], rays[..., 1])
    east = np.stack([rays[..., 1], -rays[..., 0], np.zeros_like(level)], -1) / level[..., None]
    north = np.cross(east, rays)
    north *= np.sign(north[..., 2:])
    normal = (across / level)[..., None] * east - down[..., None] * north
    strength = np.linalg.norm(normal, axis=-1)
    keep = (strength > 2.0) & (level > np.cos(np.radians(65)))
    if covered is not None:
        inner = cv2.erode(cv2.resize(covered, (WIDTH, height)), np.ones((9, 9), np.uint8))
        keep &= inner > 0
    weights = np.minimum(strength[keep], 30.0) * level[keep]
    return normal[keep] / strength[keep][:, None], weights


def _smallest(normals: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    # row by row, in one order: BLAS and einsum group such sums by threads and by memory alignment
    products = (weights[:, None] * normals)[:, :, None] * normals[:, None, :]
    scatter = np.add.reduce(products, axis=0)
    up: Floats = np.linalg.eigh(scatter)[1][:, 0]
    return up if up[2] >= 0 else -up
