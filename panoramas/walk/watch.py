"""The look at a video: every frame's time and sharpness, the key views of the walk, its frames to
choose from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from panoramas import figures
from panoramas.film import Film, Grey, length_ms
from panoramas.picture import Picture
from panoramas.sentences import Unusable
from panoramas.walk.keep import Keeper
from panoramas.walk.tracks import SIDE, Tracker

DETAIL = 1280  # longer side at which sharpness is judged, pixels
LONGEST = 100.0  # ms from followed frame to followed frame, at most
EASY = 0.018  # of the longer side: points that move so far are followed safely
LEAST = 320  # pixels across
FRAMES = 16  # of which a spin can be made at all
AHEAD = 3  # frames read while others are looked at
PLAIN = 1.0  # spread of brightness under which a frame shows nothing


@dataclass(frozen=True)
class Watched:
    """`times` in ms and `sharp` (see figures.detail) of every frame; `size` (width, height);
    `tracker`: the key views; `claimed_ms`: what the container claims to last; `kept`: sharp frames
    along the walk by their numbers, coded as JPEG, as they were filmed."""

    times: list[float]
    sharp: list[float]
    size: tuple[int, int]
    tracker: Tracker
    claimed_ms: int
    kept: dict[int, bytes]

    @property
    def duration_ms(self) -> int:
        """How long the frames last."""
        return length_ms(self.times)


def watch(path: Path, keeper: Keeper, within: Callable[[float], None]) -> Watched:
    """Read a video once. `keeper` is offered every frame. `within` is told the share done, as far as the container is right.

    Raises Unusable: not_a_video, too_large, too_small, film_few, one_colour.
    """
    tracker, pace = Tracker(), _Pace()
    times: list[float] = []
    sharp: list[float] = []
    size, plain = (0, 0), 0.0
    with Film(path) as film:
        claimed = film.claimed_ms
        for frame, (time, shown, seen, clear) in enumerate(_ahead(film)):
            if frame == 0:
                size = _check(path, seen)
            times.append(time)
            sharp.append(clear)
            if pace.is_due(frame) or time - times[pace.last] >= LONGEST:
                small = _reduced(seen, SIDE)
                plain = max(plain, float(cv2.meanStdDev(small)[1][0, 0]))
                pace.note(frame, tracker.take(frame, small))
                within(min(time / claimed, 1.0) if claimed else 0.0)
            keeper.offer(frame, sharp[-1], pace.place(frame) / SIDE, shown)
    _judge(path, times, plain)
    tracker.finish()
    return Watched(times, sharp, size, tracker, claimed, keeper.finish())


class _Frame(NamedTuple):
    """Its time in ms, itself in B G R and in grey, and its sharpness."""

    time: float
    shown: Picture
    seen: Grey
    sharp: float


def _ahead(film: Film) -> Iterator[_Frame]:
    """Every frame in turn; a thread reads on while the last ones are looked at."""
    times = iter(film)

    def take() -> _Frame | None:
        time = next(times, None)
        if time is None:
            return None
        shown = film.reversed_colour()
        seen = np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2GRAY), np.uint8)
        return _Frame(time, shown, seen, _sharpness(seen))

    with ThreadPoolExecutor(1) as reader:
        coming = deque(reader.submit(take) for _ in range(AHEAD))
        while (frame := coming.popleft().result()) is not None:
            coming.append(reader.submit(take))
            yield frame


class _Pace:
    """Which frames are followed, and how far points have moved up to any frame, in pixels."""

    def __init__(self) -> None:
        self.last, self._stride = 0, 0
        self._way, self._speed = 0.0, 0.0

    def is_due(self, frame: int) -> bool:
        return frame - self.last >= self._stride

    def note(self, frame: int, moved: float) -> None:
        """Points moved so far from the last followed frame to this one."""
        frames = frame - self.last
        self._way, self._speed = self._way + moved, moved / max(frames, 1)
        self.last, self._stride = frame, _stride(moved, frames)

    def place(self, frame: int) -> float:
        """As far as they went on since, at the speed they had or usually have: whoever stood still
        may have set off."""
        usual = self._way / max(self.last, 1)
        return self._way + max(self._speed, usual) * (frame - self.last)


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
