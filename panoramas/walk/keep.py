"""The sharpest frame of every short stretch of a walk, kept while the video is read.

So a video need be decoded only once: which angle a frame has is known when all have been seen, but
one of the kept frames lies near every angle.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import simplejpeg

Shown = npt.NDArray[np.uint8]

MOST = 480  # frames held
BUDGET = 200_000_000  # bytes held
QUALITY = 95
WAITING = 2  # frames that wait to be coded


@dataclass(frozen=True, eq=False)
class _Kept:
    frame: int
    sharp: float
    coded: Future[bytes]


class Keeper:
    """Offer it every frame in order, then `finish`. Holds at most MOST frames and BUDGET bytes (and
    WAITING frames that are being coded): beyond that every stretch becomes twice as long."""

    def __init__(self, stretch: float) -> None:
        """`stretch`: points that move so far, in longer sides of the picture, make one."""
        self._kept: list[_Kept] = []
        self._stretch, self._at = stretch, -1
        self._held = 0  # bytes of all but those that may wait
        self._best: tuple[int, float, Shown] | None = None
        self.coder = ThreadPoolExecutor(1)

    def offer(self, frame: int, sharp: float, place: float, shown: Shown) -> None:
        """`place`: how far points have moved since the walk began, in longer sides, growing.
        `shown`: the frame, B G R."""
        stretch = int(place / self._stretch)
        if stretch > self._at:
            self._close()
            self._at = int(place / self._stretch)  # closing may have made stretches longer
        elif self._best is not None and sharp <= self._best[1]:
            return
        self._best = (frame, sharp, shown)

    def finish(self) -> dict[int, bytes]:
        """The kept frames as JPEG by their numbers, growing."""
        self._close()
        self.coder.shutdown()
        return {kept.frame: kept.coded.result() for kept in self._kept}

    def _close(self) -> None:
        if self._best is None:
            return
        frame, sharp, shown = self._best
        self._best = None
        if len(self._kept) >= WAITING:
            self._held += len(self._kept[-WAITING].coded.result())  # so that no more wait
        self._kept.append(_Kept(frame, sharp, self.coder.submit(code, shown)))
        if len(self._kept) > MOST or self._held > BUDGET:
            self._thin()

    def _thin(self) -> None:
        pairs = [self._kept[n : n + 2] for n in range(0, len(self._kept), 2)]
        self._kept = [max(pair, key=lambda kept: kept.sharp) for pair in pairs]
        self._held = sum(len(kept.coded.result()) for kept in self._kept[:-WAITING])
        self._stretch *= 2


def code(shown: Shown) -> bytes:
    """The JPEG that is kept of a frame in B G R."""
    coded: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(shown), QUALITY, "BGR", colorsubsampling="420"
    )
    return coded
