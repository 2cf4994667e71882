"""A placed photo, ready to be looked up from the sphere at several sizes.

Places are computed in float32, which errs by less than a thousandth of a pixel (the sine and
cosine tables are made in float64), and colours are sampled in 16 bits: for 8-bit pictures
cv2.remap rounds places to 1/32 pixel (see `resample.pick`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.bake import WIDEST
from panoramas.picture import Picture
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.window import Mask, Window

Floats32 = npt.NDArray[np.float32]
COARSE = (4, 8)  # how many times smaller the work copies are: of the low bands, of the seams
ALIGNED = 64  # pixels: a panorama's width is a multiple, so that all its smaller copies are whole
BEYOND = 1.2  # of the radius of the photo's corner: further out the lens is not believed


class Places(NamedTuple):
    """Where a window of the sphere lies in a photo, each (rows, columns).

    `column`, `row`: pixels of the photo's common size. `squared`: distance from its middle over
    that of its corner, squared. `inside`: on the photo.
    """

    column: Floats32
    row: Floats32
    squared: Floats32
    inside: Mask


@dataclass(frozen=True)
class Sight:
    """A photo and its camera. `sizes`: the picture at its full size and COARSE times smaller."""

    camera: Camera
    sizes: tuple[Picture, ...]

    def places(self, window: Window, width: int) -> Places:
        """Where the pixels of a window of the sphere of `width` columns lie in the photo."""
        lens = self.camera.lens
        x, y, z = _turned(self.camera, window, width)
        front = y > 1e-3
        inverse = 1 / np.maximum(y, np.float32(1e-3))
        x *= inverse
        z *= inverse
        squared = x * x
        squared += z * z
        limit = _limit(self.camera)
        believed = front & (squared < limit)
        if lens.k1 or lens.k2:
            np.minimum(squared, limit, out=squared)
            bent = (squared * np.float32(lens.k2) + np.float32(lens.k1)) * squared + 1
            x *= bent
            z *= bent
        x *= np.float32(lens.focal)
        z *= np.float32(-lens.focal)
        half_x, half_z = np.float32((lens.width - 1) / 2), np.float32((lens.height - 1) / 2)
        inside = believed & (np.abs(x) <= half_x + 0.5) & (np.abs(z) <= half_z + 0.5)
        distance = (x * x + z * z) * np.float32(1 / (half_x * half_x + half_z * half_z))
        return Places(x + half_x, z + half_z, distance.astype(np.float32), inside)

    def look(self, places: Places, size: int, kind: int = cv2.INTER_LINEAR) -> Floats32:
        """Colours (rows, columns, 3), 0..255, of one of `sizes`; beyond the photo, its edge's."""
        picture, lens = self.sizes[size], self.camera.lens
        height, width = picture.shape[:2]
        column = _scaled(places.column, lens.width, width)
        row = _scaled(places.row, lens.height, height)
        left, top = max(0, int(column.min()) - 2), max(0, int(row.min()) - 2)
        right, bottom = int(column.max()) + 4, int(row.max()) + 4
        needed = picture[top:bottom, left:right].astype(np.uint16) << 8
        column -= np.float32(left)
        row -= np.float32(top)
        seen = cv2.remap(needed, column, row, kind, borderMode=cv2.BORDER_REPLICATE)
        return np.multiply(seen, np.float32(1 / 256), dtype=np.float32)


def natural_width(lens: Lens) -> int:
    """Columns at which a panorama is as fine as its photos in their middle, at most WIDEST."""
    return max(8 * ALIGNED, min(WIDEST, int(2 * np.pi * lens.focal)) // ALIGNED * ALIGNED)


def see(camera: Camera, picture: Picture, width: int) -> Sight:
    """Make ready for a sphere of `width` columns: no finer than the sphere, reduced by area."""
    share = min(1.0, width / (2 * np.pi * camera.lens.focal))
    if share < 0.98:
        picture = _reduced(picture, 1 / share)
    return Sight(camera, (picture, *(_reduced(picture, times) for times in COARSE)))


def _reduced(picture: Picture, times: float) -> Picture:
    height, width = picture.shape[:2]
    size = max(1, round(width / times)), max(1, round(height / times))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _scaled(place: Floats32, whole: int, pixels: int) -> Floats32:
    """Places of the common size in a copy of `pixels`, kept near it."""
    share = pixels / whole
    scaled = place * np.float32(share) + np.float32(share / 2 - 0.5)
    return np.clip(scaled, np.float32(-1), np.float32(pixels), out=scaled)


def _limit(camera: Camera) -> np.float32:
    """Square of the ideal radius up to which the lens is believed."""
    lens = camera.lens
    corner = lens.rays(np.array(-0.5), np.array(-0.5))
    reach = float(np.hypot(corner[0], corner[2]) / corner[1]) * BEYOND
    return np.float32(reach**2)


def _turned(camera: Camera, window: Window, width: int) -> tuple[Floats32, Floats32, Floats32]:
    """Directions of a window in the camera's frame."""
    turned = camera.rotation.T
    step = 2 * np.pi / width
    longitude = (np.arange(window.left, window.left + window.width) + 0.5) * step - np.pi
    latitude = np.pi / 2 - (np.arange(window.top, window.top + window.height) + 0.5) * step
    around = np.outer(turned[:, 0], np.sin(longitude)) + np.outer(turned[:, 1], np.cos(longitude))
    level = np.cos(latitude).astype(np.float32)[:, None]
    up = np.outer(turned[:, 2], np.sin(latitude)).astype(np.float32)[..., None]
    x, y, z = (level * own + lift for own, lift in zip(around.astype(np.float32), up, strict=True))
    return x, y, z
