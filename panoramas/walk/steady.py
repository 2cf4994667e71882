"""Turn, size and place of each frame so that the thing stands still: cut out of what was photographed.

Nothing is made up: the cut lies inside every frame, and only turning, enlarging and shifting are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from panoramas.walk.bundle import Scene
from panoramas.walk.place import Ground, distances_of, eyes_of

Floats = npt.NDArray[np.float64]

MOST_CUT = 1.7  # no frame's sides are cut to less than 1/1.7
STRENGTHS = (1.0, 0.75, 0.5, 0.25)
GRID = 13  # places tried for the middle, across and down


@dataclass(frozen=True, eq=False)
class Cut:
    """What each frame becomes. `moves` (n, 2, 3): pixel of the frame → pixel of the cut, as
    cv2.warpAffine takes it. `size`: of every cut, pixels. `strength`: 1 wholly still … 0 as shot.
    `zoom`: how many times the frame that is
    enlarged most is enlarged."""

    moves: Floats
    size: tuple[int, int]
    strength: float
    zoom: float


@dataclass(frozen=True, eq=False)
class _Wish:
    """Where the middle is in each frame (n, 2), how the upright leans (n,), how far away (n,)."""

    spot: Floats
    lean: Floats
    away: Floats


def steady(scene: Scene, ground: Ground, size: tuple[int, int], scale: float) -> Cut:
    """The cut for the cameras of `scene`. `size` (width, height) of the frames in pixels; `scale`:
    pixels of a frame for one of the picture in which the scene was seen."""
    wish = _wish(scene, ground, size, scale)
    for strength in STRENGTHS:
        softened = _softened(wish, strength)
        zoom, centre = _least_zoom(softened, size)
        if zoom * softened.away.max() <= MOST_CUT:
            return _cut(softened, size, strength, zoom, centre)
    return whole(len(scene.turns), size)


def whole(count: int, size: tuple[int, int]) -> Cut:
    """Frames as they were shot."""
    return Cut(np.tile(np.eye(2, 3), (count, 1, 1)), size, 0.0, 1.0)


def _wish(scene: Scene, ground: Ground, size: tuple[int, int], scale: float) -> _Wish:
    centre = (np.array(size) - 1) / 2
    foot = _seen(scene, ground.middle) * scale + centre
    top = _seen(scene, ground.middle + 0.1 * ground.up) * scale + centre
    rise = top - foot
    return _Wish(foot, np.arctan2(rise[:, 0], -rise[:, 1]), distances_of(ground, eyes_of(scene)))


def _seen(scene: Scene, point: Floats) -> Floats:
    """A point in every camera (n, 2), pixels from the middle."""
    local = scene.turns @ point + scene.shifts
    return np.asarray(scene.focal * local[:, :2] / local[:, 2:])


def _softened(wish: _Wish, strength: float) -> _Wish:
    """Only this share of the unrest is taken out."""
    usual = np.median(wish.spot, axis=0)
    away = np.exp(strength * np.log(wish.away / wish.away.min()))
    # where the middle "is" for the cut: between where it was seen and where it usually is
    return _Wish(usual + strength * (wish.spot - usual), strength * wish.lean, away)


def _back(wish: _Wish) -> Floats:
    """From the cut's axes to each frame's (n, 2, 2), at zoom 1."""
    cos, sin = np.cos(wish.lean), np.sin(wish.lean)
    turn = np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)
    return np.asarray(turn / wish.away[:, None, None])


def _least_zoom(wish: _Wish, size: tuple[int, int]) -> tuple[float, Floats]:
    """The smallest zoom at which no cut leaves its frame, and where the middle then is in the cut."""
    far = np.array(size, np.float64) - 1
    corners = np.array([[0, 0], [far[0], 0], [0, far[1]], [far[0], far[1]]])
    usual, best = np.median(wish.spot, axis=0), (np.inf, far / 2)
    back = _back(wish)
    for x in np.linspace(-0.12, 0.12, GRID):
        for y in np.linspace(-0.12, 0.12, GRID):
            centre = usual + np.array([x, y]) * far
            way = np.einsum("nij,cj->nci", back, corners - centre)
            room = np.where(way > 0, far - wish.spot[:, None], wish.spot[:, None])
            with np.errstate(divide="ignore"):
                need = abs(way) / np.maximum(room, 1e-6)
            zoom = float(need.max())
            if zoom < best[0]:
                best = (zoom, centre)
    return max(best[0], 1.0) * (1 + 1e-9), best[1]


def _cut(wish: _Wish, size: tuple[int, int], strength: float, zoom: float, centre: Floats) -> Cut:
    """The frame that is enlarged least keeps its own pixels: the cut is as large as it is there."""
    enlarged = wish.away * zoom
    share = 1 / float(enlarged.min())
    cut = (2 * int(size[0] * share / 2), 2 * int(size[1] * share / 2))
    ahead = np.linalg.inv(_back(wish) / zoom) * share
    shift = centre * share - np.einsum("nij,nj->ni", ahead, wish.spot)
    moves = np.concatenate([ahead, shift[:, :, None]], axis=2)
    return Cut(np.round(moves, 6), cut, strength, round(float(enlarged.max()), 4))
