"""What a series of photos tells of the walk on which they were taken: angles, and a steady cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from panoramas import recipe
from panoramas.picture import Picture, reduced
from panoramas.stitch.shots import focal_told
from panoramas.walk import alike, place, series, steady
from panoramas.walk.alike import Places
from panoramas.walk.bundle import Scene
from panoramas.walk.links import Eye
from panoramas.walk.solve import FIELD
from panoramas.walk.told import Walk

MANY = 3  # where more than one in so many is too far from the next, none is named


@dataclass(frozen=True)
class Round:
    """A walk and, for each of its frames, the number of the photo (from 0, as they were given)."""

    walk: Walk
    photos: list[int]


def look(frame: Picture) -> Places:
    """What can be found again in a photo."""
    wide, high = _small((frame.shape[1], frame.shape[0]))
    grey = cv2.cvtColor(reduced(frame, wide, high), cv2.COLOR_RGB2GRAY)
    return alike.places(np.asarray(grey, np.uint8))


def find(
    book: recipe.Recipe, first: Path, seen: Sequence[Places], size: tuple[int, int]
) -> Round | None:
    """The walk of photos of this size (width, height), in the order in which they were taken.

    `first`: file of the first photo. None when it cannot be told; the book then says where
    photos are too far apart.
    """
    focal = focal_told(first, *_small(size))
    solved = series.solve(seen, _eye(size, focal))
    if isinstance(solved, series.Unclear):
        named = solved.apart if len(solved.apart) <= len(seen) / MANY else ()
        for n in named:
            book.remark("unlinked", frame=n + 1)
        return None
    return _round(book, solved, size)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, alike.SIDE / max(size))
    return max(2, round(size[0] * share)), max(2, round(size[1] * share))


def _eye(size: tuple[int, int], focal: float | None) -> Eye:
    wide, high = _small(size)
    usual = max(wide, high) / 2 / np.tan(np.radians(FIELD) / 2)
    return Eye(float(focal or usual), ((wide - 1) / 2, (high - 1) / 2))


def _round(book: recipe.Recipe, solved: series.Solved, size: tuple[int, int]) -> Round:
    """The frames by angle, the photo taken first at 0°."""
    walked = solved.degrees - solved.degrees[solved.photos.index(0)]
    angles = np.round(walked % 360, 3) % 360
    order = np.argsort(angles, kind="stable")
    photos = [solved.photos[n] for n in order]
    if photos != sorted(photos):
        book.remark("out_of_order")
    scene = solved.scene
    camera = replace(scene, turns=scene.turns[order], shifts=scene.shifts[order])
    cut = steady.steady(camera, solved.ground, size, max(size) / max(_small(size)))
    if cut.strength < 1:
        book.remark("not_steadied", percent=round(100 * cut.strength))
    book.figures |= _figures(solved, camera, cut, max(_small(size)))
    walk = Walk(
        angles=[float(angle) for angle in angles[order]],
        times=[],
        moves=[[float(v) for v in move.reshape(-1)] for move in cut.moves],
        size=cut.size,
        way=solved.ground.way,
        closed=solved.closed,
        rounds=round(float(solved.degrees[-1]) / 360, 3),
    )
    return Round(walk, photos)


def _figures(solved: series.Solved, camera: Scene, cut: steady.Cut, longer: int) -> dict[str, Any]:
    away = place.distances_of(solved.ground, place.eyes_of(camera))
    field = 2 * np.degrees(np.arctan(longer / 2 / camera.focal))
    return {
        "field_degrees": round(float(field), 2),
        "fit": round(solved.fit, 3),
        "miss_pixels": round(solved.rms, 3),
        "distance": [round(float(d), 4) for d in away / away.mean()],
        "steadied": cut.strength,
        "zoom": cut.zoom,
    }
