"""Photos in, cameras out: where every photo of a set looked, found from the photos alone.

Pure: reads the photos, writes nothing. The same photos give the same cameras to the last bit, in
whatever order they are given and with any number of threads: they are sorted by the SHA-256 of
their files before anything else, and no step draws unseeded numbers or adds in racing order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.shots import Shot

Fate = Literal["matched", "weak", "duplicate", "featureless", "unconnected"]
"""How a photo fared. `matched`: placed by many features. `weak`: placed by faint evidence (few
features, or brightness against neighbours already placed). Not placed: `duplicate` (same view as
another photo, the sharper stays), `featureless` (nothing to hold on to, e.g. plain sky),
`unconnected` (has features, but none found again in the others: another scene or no overlap)."""

Progress = Callable[[float], None]
"""Called with the share done, 0..1; may raise to stop."""

WORK = 1.1  # megapixels of the copies examined


@dataclass(frozen=True)
class Placed:
    """One photo's place. `camera`: None when not placed (see `fate`). `matches`: points matched
    with other photos that count. `error`: median reprojection error of those in pixels of the
    photo (0 without any). `sharpness`: see `figures.sharpness`, of the work copy. `stops`: mean
    brightness, see `exposure.brightness`. `scene`: 0 for the panorama's photos, 1, 2, … for
    groups that overlap among themselves only, -1 for single photos."""

    shot: Shot
    camera: Camera | None
    fate: Fate
    matches: int
    error: float
    sharpness: float
    stops: float
    scene: int


@dataclass(frozen=True)
class Solution:
    """Where a set of photos looked.

    `photos`: one per shot, in the order of the shots given. `lens`: shared, in pixels of the
    shots' common size. `pairs`: photo pairs that hold the solution together; `matches`: points in
    them. `error_px`, `error_degrees`: median and 95th percentile of the reprojection error of all
    matches. `closed`: the photos of the level ring go all round. `levelled_by`: "lines" (upright
    lines of the scene) or "cameras" (the photos' own horizontals); `tilt`: degrees between the two
    answers, None when the lines are not to be believed. `focal_from`: "exif" or "photos", the
    start of the search; the result is adjusted in both cases.
    """

    photos: tuple[Placed, ...]
    lens: Lens
    pairs: int
    matches: int
    error_px: tuple[float, float]
    error_degrees: tuple[float, float]
    closed: bool
    levelled_by: Literal["lines", "cameras"]
    tilt: float | None
    focal_from: Literal["exif", "photos"]

    @property
    def cameras(self) -> tuple[Camera | None, ...]:
        """One per shot, None where it could not be placed."""
        return tuple(placed.camera for placed in self.photos)


def solve(
    shots: Sequence[Shot], *, work: float = WORK, progress: Progress | None = None
) -> Solution:
    """Find the rotations and the shared lens of photos taken from one point.

    `work`: megapixels of the reduced copies examined; memory grows with it and the number of
    photos (about 3 bytes a pixel). Raises Unusable: no_overlap, truncated, unreadable.
    """
    raise NotImplementedError
