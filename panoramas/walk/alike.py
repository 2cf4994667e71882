"""The same places of a scene in two photos taken some steps apart.

D. G. Lowe, "Distinctive image features from scale-invariant keypoints" (2004); words compared by
the roots of their parts: R. Arandjelović and A. Zisserman, "Three things everyone should know to
improve object retrieval" (2012).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.film import Grey
from panoramas.walk.tracks import Ids, Points

SIDE = 640  # longer side of the pictures in which places are looked for, pixels
MOST = 1200  # places of a photo
FAINT = 0.015  # contrast under which a place is none (SIFT's own measure)
CLEARER = 0.8  # the nearest word must be so much nearer than the next one
LENGTH = 256.0  # of a word: its parts are whole numbers, so that products are exact in any order


class Places(NamedTuple):
    """`spots` (n, 2): pixels from the top left corner (pixel centres are whole); `words` (n, 128),
    of length LENGTH."""

    spots: Points
    words: npt.NDArray[np.float32]


def places(grey: Grey) -> Places:
    """What can be found again in a grey picture."""
    found, words = cv2.SIFT.create(MOST, contrastThreshold=FAINT).detectAndCompute(grey, None)
    if words is None:
        return Places(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    spots = np.array([spot.pt for spot in found], np.float32)
    share = np.asarray(words, np.float32)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1)
    return Places(spots, np.rint(LENGTH * np.sqrt(share)))


def match(one: Places, other: Places) -> tuple[Ids, Ids]:
    """Numbers (m,), (m,) of places of both that are each other's nearest, and clearly so."""
    if min(len(one.spots), len(other.spots)) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    like = one.words @ other.words.T
    nearest = like.argmax(axis=1)
    numbers = np.arange(len(like))
    best = like[numbers, nearest]
    next_best = np.partition(like, -2, axis=1)[:, -2]
    # of words of one length, half the distance squared is LENGTH² less the likeness
    clear = LENGTH**2 - best < CLEARER**2 * (LENGTH**2 - next_best)
    kept = np.flatnonzero(clear & (like.argmax(axis=0)[nearest] == numbers))
    return kept, np.asarray(nearest[kept], np.int64)
