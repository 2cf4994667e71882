"""The first look at a video: every frame's time and sharpness, and the key views of the walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from panoramas import figures
from panoramas.film import Film, Grey, length_ms
from panoramas.sentences import Unusable
from panoramas.walk.tracks import SIDE, Tracker

DETAIL = 1280  # longer side at which sharpness is judged, pixels
LONGEST = 100.0  # ms from followed frame to followed frame, at most
EASY = 0.018  # of the longer side: points that move so far are followed safely
LEAST = 320  # pixels across
FRAMES = 16  # of which a spin can be made at all
PLAIN = 1.0  # spread of brightness under which a frame shows nothing


@dataclass(frozen=True)
class Watched:
    """`times` in ms and `sharp` (see figures.detail) of every frame; `size` (width, height);
    `tracker`: the key views; `claimed_ms`: what the container claims to last."""

    times: list[float]
    sharp: list[float]
    size: tuple[int, int]
    tracker: Tracker
    claimed_ms: int

    @property
    def duration_ms(self) -> int:
        """How long the frames last."""
        return length_ms(self.times)


def watch(path: Path, within: Callable[[float], None]) -> Watched:
    """Read a video once. `within` is told the share done, as far as the container is right.

    Raises Unusable: not_a_video, too_large, too_small, film_few, one_colour.
    """
    tracker, times, sharp = Tracker(), [], []
    size, plain, last, stride = (0, 0), 0.0, 0, 0
    with Film(path, grey_only=True) as film:
        claimed = film.claimed_ms
        for frame, time in enumerate(film):
            seen = film.grey()
            if frame == 0:
                size = _check(path, seen)
            times.append(time)
            sharp.append(_sharpness(seen))
            if frame - last >= stride or time - times[last] >= LONGEST:
                small = _reduced(seen, SIDE)
                plain = max(plain, float(small.std()))
                moved = tracker.take(frame, small)
                last, stride = frame, _stride(moved, frame - last)
                within(min(time / claimed, 1.0) if claimed else 0.0)
    _judge(path, times, plain)
    tracker.finish()
    return Watched(times, sharp, size, tracker, claimed)


def _sharpness(seen: Grey) -> float:
    quarter = seen.shape[0] // 4
    return figures.detail(_reduced(seen[quarter : seen.shape[0] - quarter], DETAIL))


def _stride(moved: float, frames: int) -> int:
    """Frames to the next one that is followed, when points moved so many pixels in `frames`."""
    if moved <= 0:
        return 1
    return max(1, min(6, int(EASY * SIDE * frames / moved)))


def _check(path: Path, seen: Grey) -> tuple[int, int]:
    height, width = seen.shape
    if max(width, height) < LEAST:
        values = {"name": path.name, "width": width, "height": height}
        raise Unusable("too_small", least=LEAST, **values)
    return width, height


def _reduced(grey: Grey, side: int) -> Grey:
    longest = max(grey.shape)
    if longest <= side:
        return grey.copy()
    # to judge detail the size may be any: whole steps are fast
    share = 1 / -(-longest // side) if side == DETAIL else side / longest
    size = (max(2, round(grey.shape[1] * share)), max(2, round(grey.shape[0] * share)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _judge(path: Path, times: list[float], plain: float) -> None:
    if not times:
        raise Unusable("not_a_video", name=path.name)
    if len(times) < FRAMES:
        raise Unusable("film_few", name=path.name, count=len(times), least=FRAMES)
    if plain < PLAIN:
        raise Unusable("one_colour", name=path.name)
