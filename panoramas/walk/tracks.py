"""Points followed from frame to frame through a video.

B. D. Lucas and T. Kanade, "An iterative image registration technique" (1981), forwards and
backwards; what does not come back to where it began is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.film import Grey

Points = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

SIDE = 640  # longer side of the frames that are looked at, pixels
MOST, APART = 300, 8  # points followed at once; pixels between them
RETURN = 0.6  # pixels by which a point may miss its beginning
STEP = 0.07  # of the longer side: points moved so far since the last key view make a new one
FEWEST = 12  # points that must survive from key view to key view
WINDOW, LEVELS = (17, 17), 4  # of the search, pixels; halvings of the picture


@dataclass(frozen=True)
class View:
    """A key view of the walk. `frame`: number of the frame; `grey` (h, w); `ids`, `points` (n, 2):
    the points that are seen in it, pixels from its top left corner (pixel centres are whole)."""

    frame: int
    grey: Grey
    ids: Ids
    points: Points


@dataclass(frozen=True)
class Look:
    """A followed frame: its number, the key view before it, how far the points moved since that
    (median, pixels), and the points seen in it."""

    frame: int
    view: int
    moved: float
    ids: Ids
    points: Points


def follow(
    before: Grey, now: Grey, points: Points, guess: Points | None = None
) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Where points of one frame are in another (n, 2), and which of them to believe."""
    if len(points) == 0:
        return points, np.zeros(0, bool)
    there, found = _sought(before, now, points, guess, LEVELS)
    # whoever went wrong ends far away even when told where it began, and that is found faster
    back, again = _sought(now, before, there, points, 1)
    missed = np.linalg.norm(back - points, axis=1)
    return there, found & again & (missed < RETURN)


def _sought(
    before: Grey, now: Grey, points: Points, guess: Points | None, levels: int
) -> tuple[Points, npt.NDArray[np.bool_]]:
    """One way of `follow`."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        now,
        points,
        np.zeros_like(points) if guess is None else guess.copy(),
        winSize=WINDOW,
        maxLevel=levels,
        flags=0 if guess is None else cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(there, np.float32), np.asarray(found).ravel() == 1


class Tracker:
    """Takes frames one by one and keeps the key views of the walk.

    `looks`: what was seen of every frame that was followed, key views included.
    `lost_at`: the frame in which too few points survived; what comes after it is not followed.
    """

    def __init__(self) -> None:
        self.views: list[View] = []
        self.moved = 0.0  # median way of the points since the last key view, pixels
        self.looks: list[Look] = []
        self.lost_at: int | None = None
        self._grey: Grey | None = None
        self._ids: Ids = np.zeros(0, np.int64)
        self._points: Points = np.zeros((0, 2), np.float32)
        self._next = 0

    def take(self, frame: int, grey: Grey) -> float:
        """Follow the points into this frame; their median way from the frame before, pixels."""
        if self._grey is None:
            self._begin(frame, grey)
            return 0.0
        if self.lost_at is not None:
            return 0.0
        there, kept = follow(self._grey, grey, self._points)
        way = there[kept] - self._points[kept]
        if self._is_lost(frame, self._ids[kept]):
            return 0.0
        self._grey, self._ids, self._points = grey, self._ids[kept], there[kept]
        self._note_way()
        self._look(frame)
        if self.moved >= STEP * max(grey.shape):
            self._plant(grey)
            self._keep(frame, grey)
        return float(np.median(np.linalg.norm(way, axis=1)))

    def _begin(self, frame: int, grey: Grey) -> None:
        """The walk begins at the first frame that shows anything to follow."""
        self._plant(grey)
        if len(self._points) >= FEWEST:
            self._grey = grey
            self._keep(frame, grey)
            self._look(frame)

    def finish(self) -> None:
        """Make the last frame that was followed a key view, so that the walk ends there."""
        if self._grey is not None and self.looks[-1].frame != self.views[-1].frame:
            self._keep(self.looks[-1].frame, self._grey)

    def _is_lost(self, frame: int, left: Ids) -> bool:
        common = np.isin(left, self.views[-1].ids).sum()
        if common < FEWEST:
            self.lost_at = frame
        return self.lost_at is not None

    def _note_way(self) -> None:
        last = self.views[-1]
        _, here, there = np.intersect1d(
            self._ids, last.ids, assume_unique=True, return_indices=True
        )
        way = np.linalg.norm(self._points[here] - last.points[there], axis=1)
        self.moved = float(np.median(way))

    def _look(self, frame: int) -> None:
        self.looks.append(Look(frame, len(self.views) - 1, self.moved, self._ids, self._points))

    def _keep(self, frame: int, grey: Grey) -> None:
        self.views.append(View(frame, grey, self._ids, self._points))
        self.moved = 0.0

    def _plant(self, grey: Grey) -> None:
        """New points where none are followed."""
        room = MOST - len(self._points)
        if room <= 0:
            return
        free = np.full(grey.shape, 255, np.uint8)
        for x, y in np.rint(self._points).astype(int):
            cv2.circle(free, (int(x), int(y)), APART, 0, -1)
        found = cv2.goodFeaturesToTrack(grey, room, 0.005, APART, mask=free)
        if found is None:
            return
        self._points = np.concatenate([self._points, found[:, 0]]).astype(np.float32)
        self._ids = np.concatenate([self._ids, self._next + np.arange(len(found))])
        self._next += len(found)
