"""Where exactly do two placed photos show the same point? Measured to a few hundredths of a pixel.

Once the cameras are roughly known, one photo is drawn as the other's camera would see it, and the
other's corners are found again in it (Lucas and Kanade 1981, pyramidal after Bouguet 2001). The
pictures are evened first, every place by the mean and contrast around it: exposure, vignetting
and dim light then count little, and noise on a bare wall stays faint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Matches, join
from panoramas.stitch.camera import Lens
from panoramas.stitch.features import Grey, Look
from panoramas.stitch.in_order import in_order

AROUND = 31  # pixels of the window that evens a place
CONTRAST = 42.0  # 8-bit steps that one standard deviation becomes
CORNERS = 36  # cells along the long side, one corner each
BARE = 5.0  # percent of a photo that show next to nothing
LOUD = 2.0  # 8-bit steps; where even those places have more contrast, it is no noise
QUIET = 3.0  # times that contrast which counts must stand above it
WINDOW = 21
SURE, BLUR = 0.03, 1.0  # pixels of error at least; pixels a step of unlikeness over one of strength
MARGIN = 14  # pixels that a corner must lie inside the other photo
ENOUGH, MOST = 3, 100  # corners a pair
ALTOGETHER = 2000  # corners a pair times photos: of many photos each pair need say less
SOFT = (1.0, 2.0)  # pixels of Gaussian blur in clear and in faint photos
FAINT = 9.0  # 8-bit steps over 8 pixels; 98 % of a faint photo's are smaller
UNLIKE = 0.55  # mean difference over mean contrast, of a corner found again; by chance it is 1.4


@dataclass(frozen=True)
class Even:
    """A photo prepared for tracking: straightened by the lens, evened. `corners`: (n, 2) columns
    and rows in it, best first; `contrast`: mean contrast around each;
    `strength`: root of the lesser eigenvalue of its gradients, in 8-bit steps a pixel."""

    picture: Grey
    corners: Floats
    contrast: Floats
    strength: Floats


class Tracker:
    """All photos of a set, prepared with one lens."""

    def __init__(self, looks: Sequence[Look], members: Sequence[int], lens: Lens) -> None:
        self.lens, self.members = lens, members
        height, width = looks[members[0]].grey.shape
        self.scale = width / lens.width
        self.flat = Lens(width, height, lens.focal * self.scale)
        maps = _straightening(lens, self.flat)
        even = in_order(lambda grey: _prepared(grey, maps), [looks[i].grey for i in members])
        self.even = dict(zip(members, even, strict=True))

    def track(self, rotations: Floats, levels: int, *, back: bool = False) -> Matches:
        """Corners of all overlapping pairs. `levels`: halvings of the picture; each doubles how
        far off the cameras may be, 10 pixels with none, and how far from the edge of a photo a
        corner must lie. `back`: corners of the second photo of each pair are found in the first.
        """
        two = list(combinations(self.members, 2))
        if back:
            two = [(second, first) for first, second in two]
        found = in_order(lambda pair: self._pair(rotations, *pair, levels), two)
        kept = [one for one in found if one is not None]
        return join([one.swapped for one in kept] if back else kept)

    def _pair(self, rotations: Floats, first: int, second: int, levels: int) -> Matches | None:
        turn = np.einsum("ji,jk->ik", rotations[second], rotations[first])
        if turn[1, 1] < -0.2:  # looking apart
            return None
        even, kept = self.even[first], self._shared(turn, self.even[first].corners)
        if len(kept) < ENOUGH:
            return None
        corners = even.corners[kept]
        low = np.maximum(np.floor(corners.min(axis=0)) - 2 * WINDOW, 0).astype(int)
        high = np.ceil(corners.max(axis=0)).astype(int) + 2 * WINDOW
        here = even.picture[low[1] : high[1], low[0] : high[0]]
        there = self._seen_from(turn, self.even[second].picture, low, here.shape)
        moved, unlike = _followed(here, there, corners - low, levels)
        good = unlike < UNLIKE * even.contrast[kept]
        if good.sum() < ENOUGH:
            return None
        sigma = np.maximum(SURE, BLUR * unlike[good] / even.strength[kept][good])
        a, b = corners[good], self._across(turn, moved[good] + low)
        count = len(a)
        return Matches(
            np.full(count, first),
            np.full(count, second),
            self._original(a),
            self._original(b),
            sigma,
        )

    def _shared(self, turn: Floats, corners: Floats) -> npt.NDArray[np.intp]:
        """Indices of the first photo's best corners that lie well inside the second."""
        column, row = self._across(turn, corners).T
        with np.errstate(invalid="ignore"):
            inside = (
                (column > MARGIN)
                & (column < self.flat.width - 1 - MARGIN)
                & (row > MARGIN)
                & (row < self.flat.height - 1 - MARGIN)
            )
        return np.flatnonzero(inside)[: min(MOST, ALTOGETHER // len(self.members))]

    def _across(self, turn: Floats, points: Floats) -> Floats:
        """Places (n, 2) in the second picture of places in the first."""
        rays = np.einsum("ij,nj->ni", turn, self.flat.rays(points[:, 0], points[:, 1]))
        return np.stack(self.flat.pixels(rays), axis=1)

    def _original(self, points: Floats) -> Floats:
        """Pixels of the shot, bent as its lens bends."""
        rays = self.flat.rays(points[:, 0], points[:, 1])
        return np.stack(self.lens.pixels(rays), axis=1)

    def _seen_from(
        self, turn: Floats, picture: Grey, low: npt.NDArray[np.int_], shape: tuple[int, ...]
    ) -> Grey:
        """The second picture as the first camera sees it, from column and row `low` on."""
        x, y, f = (self.flat.width - 1) / 2, (self.flat.height - 1) / 2, self.flat.focal
        to_ray = np.array([[1, 0, low[0] - x], [0, 0, f], [0, -1, y - low[1]]])
        to_pixel = np.array([[f, x, 0], [0, y, -f], [0, 1, 0]])
        across = np.einsum("ij,jk,kl->il", to_pixel, turn, to_ray)
        seen = cv2.warpPerspective(
            picture,
            across,
            shape[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderValue=128,
        )
        return np.asarray(seen, np.uint8)


def _straightening(lens: Lens, flat: Lens) -> tuple[Floats, Floats] | None:
    """Maps that undo the lens' bend, and what a work copy of whole pixels is narrower or lower
    than it should be; None when there is nothing to undo."""
    across, down = flat.width / lens.width, flat.height / lens.height
    if across == down and not (lens.k1 or lens.k2):
        return None
    column, row = np.meshgrid(np.arange(float(flat.width)), np.arange(float(flat.height)))
    rays = flat.rays(column, row)
    column, row = lens.pixels(rays)
    return (column + 0.5) * across - 0.5, (row + 0.5) * down - 0.5


def _prepared(grey: Grey, maps: tuple[Floats, Floats] | None) -> Even:
    light = grey.astype(np.float32)
    if maps is not None:
        column, row = (place.astype(np.float32) for place in maps)
        light = np.asarray(cv2.remap(light, column, row, cv2.INTER_LINEAR), np.float32)
    light = _calmed(light)
    mean = cv2.blur(light, (AROUND, AROUND))
    spread = np.sqrt(np.maximum(cv2.blur(light * light, (AROUND, AROUND)) - mean * mean, 0))
    bare = min(float(np.percentile(spread[::8, ::8], BARE)), LOUD)  # its contrast is all noise
    evened = (light - mean) * (CONTRAST / np.hypot(spread, 1 + QUIET * bare))
    picture = np.clip(np.rint(evened + 128), 0, 255).astype(np.uint8)
    corners, strength = _corners(picture)
    around = cv2.blur(np.abs(evened), (WINDOW, WINDOW))
    column, row = corners.T.astype(int)
    return Even(picture, corners, np.asarray(around[row, column], np.float64), strength)


def _calmed(light: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The picture softened, more where the scene is faint."""
    coarse = cv2.resize(light, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    steps = np.abs(np.diff(coarse, axis=1))
    faint = float(np.percentile(steps, 98)) < FAINT
    return np.asarray(cv2.GaussianBlur(light, (0, 0), SOFT[faint]), np.float32)


def _corners(picture: Grey) -> tuple[Floats, Floats]:
    """The strongest corner of every cell (n, 2), strongest first, and how strong they are (n)."""
    strength = cv2.cornerMinEigenVal(cv2.GaussianBlur(picture, (0, 0), 1.0), 7)
    side = max(8, max(picture.shape) // CORNERS)
    rows, columns = (n // side for n in picture.shape)
    cells = strength[: rows * side, : columns * side].reshape(rows, side, columns, side)
    flat = cells.transpose(0, 2, 1, 3).reshape(rows * columns, side * side)
    best = flat.argmax(axis=1)
    number = np.arange(rows * columns)
    row = number // columns * side + best // side
    column = number % columns * side + best % side
    order = np.lexsort((number, -flat[number, best]))
    best_of = np.maximum(flat[number, best][order], 1e-12).astype(np.float64)
    return np.stack([column, row], axis=1)[order].astype(np.float64), 255 * np.sqrt(best_of)


def _followed(here: Grey, there: Grey, corners: Floats, levels: int) -> tuple[Floats, Floats]:
    """Where corners of one picture are in the other, and how unlike what is there is, in 8-bit
    steps; infinitely where nothing was found."""
    start = corners.astype(np.float32)[:, None]
    moved, found, unlike = cv2.calcOpticalFlowPyrLK(
        here,
        there,
        start,
        start.copy(),
        winSize=(WINDOW, WINDOW),
        maxLevel=levels,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.005),
    )
    place = np.asarray(moved[:, 0], np.float64)
    far = np.abs(place - corners).max(axis=1) > 10 * 2**levels
    # cv2 leaves anything in `unlike` where it found nothing, so it is not cast before it is chosen
    said = np.where((found[:, 0] > 0) & ~far, unlike[:, 0], np.float32(np.inf))
    return place, said.astype(np.float64)
