"""Whether a walk comes back to where it began: its last views are matched with its first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from panoramas.film import Grey
from panoramas.walk.tracks import Ids, Points, View, follow

LEAST = 25  # corners that must agree
ALIKE = 48  # of 256 bits by which two corners may differ
AGREE = 0.012  # of the longer side: what near and far move apart between two like views
STANDS_OUT = 1.5  # times as many as in the usual view of the arc that was searched


@dataclass(frozen=True)
class Closing:
    """`view`: number of the key view that shows what the first one shows. `agreeing`: corners."""

    view: int
    agreeing: int
    warp: Points


def find(views: Sequence[View], arc: Sequence[int]) -> Closing | None:
    """The view among those numbered `arc` that looks like the first one; None when none does."""
    if not arc:
        return None
    corners, longer = cv2.ORB.create(700), max(views[0].grey.shape)
    first = _corners(corners, views[0].grey)
    tried = [_compare(first, _corners(corners, views[n].grey), longer) for n in arc]
    counts = [count for count, _ in tried]
    best = int(np.argmax(counts))
    usual = float(np.median(counts))
    if counts[best] < LEAST or (len(arc) > 4 and counts[best] < STANDS_OUT * usual):
        return None
    return Closing(arc[best], counts[best], tried[best][1])


def carry(views: Sequence[View], closing: Closing, other: int) -> tuple[Ids, Points]:
    """Points of the first view seen again in view `other`, at or next to the closing one."""
    first, last = views[0], views[other]
    guess = cv2.transform(first.points[:, None], closing.warp)[:, 0].astype(np.float32)
    there, kept = follow(first.grey, last.grey, first.points, guess)
    return first.ids[kept], there[kept]


Corners = tuple[Points, Grey | None]
"""Places (n, 2) of corners, and the words that tell them apart (n, 32), None when there are none."""


def _corners(finder: cv2.ORB, grey: Grey) -> Corners:
    spots, words = finder.detectAndCompute(grey, None)
    places = np.array([spot.pt for spot in spots], np.float32).reshape(-1, 2)
    return places, None if words is None else np.asarray(words, np.uint8)


def _compare(first: Corners, other: Corners, longer: int) -> tuple[int, Points]:
    """How many corners agree with one similarity, and that similarity (2, 3)."""
    nothing = np.eye(2, 3, dtype=np.float32)
    if first[1] is None or other[1] is None:
        return 0, nothing
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(first[1], other[1])
    pairs = [pair for pair in pairs if pair.distance < ALIKE]
    if len(pairs) < 4:
        return 0, nothing
    here = first[0][[pair.queryIdx for pair in pairs]]
    there = other[0][[pair.trainIdx for pair in pairs]]
    cv2.setRNGSeed(0)
    warp, agree = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=AGREE * longer
    )
    if warp is None or not 0.5 < np.hypot(*warp[:, 0]) < 2:
        return 0, nothing
    return int(np.asarray(agree).sum()), np.asarray(warp, np.float32)
