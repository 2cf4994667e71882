"""Where a photo looked and how its lens bends: pixels to directions and back, in float64.

A camera's own frame is the package's: x to the right of its picture, y into it, z up in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from panoramas.sphere import Floats

ROUNDS = 8  # of the fixed-point undistortion; phone lenses need four for 1e-9


@dataclass(frozen=True)
class Lens:
    """One lens for a whole set of photos, after Brown (1966), radial terms only.

    `focal`: pixels, of photos of `width`×`height` pixels. The optical axis meets the picture's
    middle. A point at the ideal radius r (in focal lengths) is seen at r (1 + k1 r² + k2 r⁴).
    """

    width: int
    height: int
    focal: float
    k1: float = 0.0
    k2: float = 0.0

    def rays(self, column: Floats, row: Floats) -> Floats:
        """Unit directions (…, 3) in the camera's frame of pixel places (centres at whole numbers)."""
        x = (column - (self.width - 1) / 2) / self.focal
        z = ((self.height - 1) / 2 - row) / self.focal
        ideal_x, ideal_z = x, z
        for _ in range(ROUNDS if self.k1 or self.k2 else 0):
            bent = self._bent(ideal_x**2 + ideal_z**2)
            ideal_x, ideal_z = x / bent, z / bent
        rays: Floats = np.stack([ideal_x, np.ones_like(ideal_x), ideal_z], axis=-1)
        rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
        return rays

    def pixels(self, rays: Floats) -> tuple[Floats, Floats]:
        """Column and row where directions of the camera's frame are seen; NaN behind the camera and
        so far aside that the lens' formula leads back into the picture."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x, z = rays[..., 0] / rays[..., 1], rays[..., 2] / rays[..., 1]
        squared = x**2 + z**2
        bent = self._bent(squared)
        column = x * bent * self.focal + (self.width - 1) / 2
        row = (self.height - 1) / 2 - z * bent * self.focal
        front = (rays[..., 1] > 0) & (squared < self._turning)
        return np.where(front, column, np.nan), np.where(front, row, np.nan)

    @property
    def _turning(self) -> float:
        """Squared ideal radius at which the seen radius stops growing; infinite if it never does."""
        roots = np.roots([5 * self.k2, 3 * self.k1, 1.0])
        stops = roots.real[(np.abs(roots.imag) < 1e-12) & (roots.real > 0)]
        return float(stops.min()) if len(stops) else float("inf")

    def _bent(self, squared: Floats) -> Floats:
        return 1 + squared * (self.k1 + squared * self.k2)


@dataclass(frozen=True)
class Camera:
    """A placed photo. `rotation`: 3×3, directions in the camera's frame to directions in the world
    (`sphere.turn`); `lens`: shared by the set."""

    rotation: Floats
    lens: Lens

    def rays(self, column: Floats, row: Floats) -> Floats:
        """World directions (…, 3) of pixel places."""
        return self.lens.rays(column, row) @ self.rotation.T

    def pixels(self, rays: Floats) -> tuple[Floats, Floats]:
        """Where world directions (…, 3) are seen; NaN behind the camera."""
        return self.lens.pixels(rays @ self.rotation)
