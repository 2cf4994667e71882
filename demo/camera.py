"""A pinhole camera in the world of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demo.mesh import Floats


@dataclass(frozen=True, eq=False)
class Camera:
    """Where a picture is taken from.

    `eye` (3,) metres; `axes` (3, 3) with the rows right, down, forward in world axes (x forward of the
    car, y left, z up); `focal` in pixels; `size` (width, height). The centre of the pixel in column i
    and row j has the picture coordinates (i, j); the optical axis meets ((w - 1)/2, (h - 1)/2).
    """

    eye: Floats
    axes: Floats
    focal: float
    size: tuple[int, int]

    @property
    def middle(self) -> tuple[float, float]:
        """Picture coordinates of the optical axis."""
        return ((self.size[0] - 1) / 2, (self.size[1] - 1) / 2)

    def see(self, points: ArrayLike) -> tuple[Floats, Floats]:
        """Picture coordinates (..., 2) and depths (...) of world points (..., 3); depth ≤ 0 is behind."""
        local = (np.asarray(points, float) - self.eye) @ self.axes.T
        depth = local[..., 2]
        safe = np.where(abs(depth) < 1e-6, 1e-6, depth)
        return local[..., :2] / safe[..., None] * self.focal + self.middle, depth

    def rays(self) -> NDArray[np.float32]:
        """World direction (height, width, 3) of every pixel, not normalised (depth 1)."""
        (wide, tall), (x, y) = self.size, self.middle
        across = ((np.arange(wide) - x) / self.focal).astype(np.float32)
        down = ((np.arange(tall) - y) / self.focal).astype(np.float32)
        right, below, ahead = self.axes.astype(np.float32)
        rays = ahead + across[None, :, None] * right + down[:, None, None] * below
        return np.asarray(rays, np.float32)


def aim(eye: ArrayLike, target: ArrayLike, *, field: float, size: tuple[int, int]) -> Camera:
    """A level camera at `eye` looking at `target`; `field` is the horizontal field of view in degrees.

    Straight up or down is allowed: the top of the picture then points to the front of the car.
    """
    start = np.asarray(eye, float)
    ahead = np.asarray(target, float) - start
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    if np.linalg.norm(right) < 1e-6:
        right = np.array([0.0, -1.0, 0.0])
    right /= np.linalg.norm(right)
    focal = size[0] / 2 / np.tan(np.radians(field) / 2)
    return Camera(start, np.stack([right, np.cross(ahead, right), ahead]), float(focal), size)
