"""Videos: their size from the first frame, their length from all of them. In the cage only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

cv2.setNumThreads(1)
POSTER_AT = 1000.0  # ms: the first frames of a phone's video are often dark or shaken


def read_size(path: Path) -> tuple[int, int]:
    """Width and height of the first frame; (0, 0) when there is none."""
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        done, frame = film.read()
        return (frame.shape[1], frame.shape[0]) if done else (0, 0)
    finally:
        film.release()


def measure(path: Path, poster: Path) -> dict[str, Any]:
    """Count the frames and their times; write one as the poster.

    {"duration_ms", "frames", "claimed_ms"}: the length runs from the first frame's time to the
    last one's plus one mean step, for what a container claims about itself is not proof.
    Raises `ValueError` for a file without frames.
    """
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        rate, claimed = film.get(cv2.CAP_PROP_FPS), film.get(cv2.CAP_PROP_FRAME_COUNT)
        times, shown, settled = [], None, False
        while film.grab():
            times.append(film.get(cv2.CAP_PROP_POS_MSEC))
            if shown is None or (not settled and times[-1] >= POSTER_AT):
                settled = shown is not None
                shown = film.retrieve()[1]
    finally:
        film.release()
    if shown is None or not cv2.imwrite(str(poster), shown):
        raise ValueError("no frames")
    length = max(times) - min(times)
    step = length / (len(times) - 1) if len(times) > 1 else 0.0
    said = round(claimed / rate * 1000) if rate > 0 else 0
    return {"duration_ms": round(length + step), "frames": len(times), "claimed_ms": said}
