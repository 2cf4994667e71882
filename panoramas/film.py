"""The frames of a video in their order, and how long they really last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import MAX_PIXELS, MAX_SIDE, Picture
from panoramas.sentences import Unusable

Grey = npt.NDArray[np.uint8]
ENDINGS = (".mp4", ".m4v", ".mov", ".webm", ".mkv")


class Film:
    """A video, read once from its first frame to its last: `for time in film`, ms.

    Pictures are upright (the container's rotation applied). Use as a context manager.
    Raises Unusable: not_a_video, too_large.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise Unusable("not_a_video", name=path.name)
        self._check_size()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, no: BaseException | None, at: TracebackType | None
    ) -> None:
        self._capture.release()

    def __iter__(self) -> Iterator[float]:
        while self._capture.grab():
            yield float(self._capture.get(cv2.CAP_PROP_POS_MSEC))

    def colour(self) -> Picture:
        """The frame that is up, RGB. Raises Unusable not_a_video."""
        return np.asarray(cv2.cvtColor(self.reversed_colour(), cv2.COLOR_BGR2RGB), np.uint8)

    def reversed_colour(self) -> Picture:
        """The frame that is up as OpenCV has it, B G R. Raises Unusable not_a_video."""
        done, frame = self._capture.retrieve()
        if not done:
            raise Unusable("not_a_video", name=self.path.name)
        return np.asarray(frame, np.uint8)

    @property
    def claimed_ms(self) -> int:
        """What the container claims to last; 0 when it claims nothing. It proves nothing."""
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return round(count / rate * 1000) if rate > 0 and count > 0 else 0

    def _check_size(self) -> None:
        width = round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            limits = {"side": MAX_SIDE, "pixels": MAX_PIXELS // 10_000}
            raise Unusable("too_large", name=self.path.name, width=width, height=height, **limits)


def length_ms(times: Sequence[float]) -> int:
    """How long frames with these times (ms) last: first to last, and one mean step for the last.

    The frames are believed and not the header, which anybody can write.
    """
    if not times:
        return 0
    span = max(times) - min(times)
    return round(span + (span / (len(times) - 1) if len(times) > 1 else 0.0))


def measure(path: Path, poster_at: float) -> tuple[dict[str, Any], Picture]:
    """{"duration_ms", "frames", "claimed_ms"} of a video, and its frame at `poster_at` ms (RGB).

    A shorter video gives its first frame. Raises Unusable: not_a_video, too_large.
    """
    times: list[float] = []
    shown: Picture | None = None
    with Film(path) as film:
        for time in film:
            if shown is None or (time >= poster_at > times[-1]):
                shown = film.colour()
            times.append(time)
        claimed = film.claimed_ms
    if shown is None:
        raise Unusable("not_a_video", name=path.name)
    return {"duration_ms": length_ms(times), "frames": len(times), "claimed_ms": claimed}, shown
