"""The joint unrolled: both lenses' views of the strip round the great circle between them.

Column: the angle round the rig's axis, from up over the right (seen from the front), 0..360°,
closed. Row: degrees from the joint's plane, negative on the front lens's side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.dual.lens import Lens, Rig
from panoramas.picture import Picture
from panoramas.sphere import Floats

Band = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ring:
    """`width` columns round; `half`: degrees on either side of the joint."""

    width: int
    half: float

    @property
    def step(self) -> float:
        """Degrees a pixel, across and down."""
        return 360 / self.width

    @property
    def height(self) -> int:
        return 2 * max(1, round(self.half / self.step))

    @property
    def beyond(self) -> Floats:
        """Degrees from the joint of every row (height)."""
        rows = np.arange(self.height) + 0.5 - self.height / 2
        return np.asarray(rows * self.step, np.float64)

    def rays(self) -> Floats:
        """Unit rig directions (height, width, 3)."""
        columns = np.arange(self.width, dtype=np.float64)
        return self.at(columns[None, :], self.beyond[:, None])

    def at(self, column: Floats, beyond: Floats) -> Floats:
        """Unit rig directions (…, 3) of places given as column and degrees from the joint."""
        return directions(np.radians((column + 0.5) * self.step), np.radians(beyond))


def directions(around: Floats, beyond: Floats) -> Floats:
    """Unit rig directions (…, 3) at angles round and beyond the joint, both in radians."""
    flat = np.cos(beyond)
    parts = np.broadcast_arrays(flat * np.sin(around), -np.sin(beyond), flat * np.cos(around))
    return np.stack(parts, axis=-1)


def places(rays: Floats) -> tuple[Floats, Floats]:
    """Angle round (degrees, 0..360) and degrees beyond the joint of unit rig directions."""
    around = np.degrees(np.arctan2(rays[..., 0], rays[..., 2])) % 360
    return around, -np.degrees(np.arcsin(np.clip(rays[..., 1], -1, 1)))


def both(frames: Pyramid, rig: Rig, ring: Ring) -> list[tuple[Picture, Band]]:
    """What each lens shows of the ring: picture (height, width, 3), margin in degrees."""
    rays = ring.rays()
    return [seen(frames, lens, ring.width, rays) for lens in rig]


class Pyramid:
    """A frame at halved sizes, made when asked for."""

    def __init__(self, frame: Picture) -> None:
        self._levels = [frame]

    def at(self, share: float) -> tuple[Picture, float]:
        """The smallest level of at least `share` of the frame's size, and its share."""
        level = max(0, int(np.floor(-np.log2(min(share, 1.0)) + 1e-9)))
        while len(self._levels) <= level:
            last = self._levels[-1]
            height, width = last.shape[0] // 2 * 2, last.shape[1] // 2 * 2
            half = cv2.resize(
                last[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA
            )
            self._levels.append(np.asarray(half, np.uint8))
        return self._levels[level], 0.5**level


def seen(frames: Pyramid, lens: Lens, width: int, rays: Floats) -> tuple[Picture, Band]:
    """What a lens shows at rig directions (rows, columns, 3) of a picture `width` round."""
    frame, share = frames.at(width / (2 * np.pi) / lens.focal)
    lens = lens.scaled(share)
    column, row, angle = lens.pixels(rays)
    margin = lens.margin(column, row, angle).astype(np.float32)
    shown = cv2.remap(
        frame,
        column.astype(np.float32),
        row.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(shown, np.uint8), margin
