"""Which points of two photos look alike: every photo against every other, exactly.

Descriptors are whole numbers whose products sum to less than 2²⁴, so a float32 matrix product is
exact and the same for any library and number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from panoramas.stitch.features import MOST, Look, Singles

Whole = npt.NDArray[np.intp]

RATIO = 0.82  # best over second best distance (Lowe 2004: 0.8)
FEWEST = 7  # alike points that a pair must have to be looked at: so many places must agree


@dataclass(frozen=True)
class Alike:
    """Points of photo `first` (indices `a`) that look like those of `second` (`b`)."""

    first: int
    second: int
    a: Whole
    b: Whole

    def __len__(self) -> int:
        return len(self.a)


def alike(looks: Sequence[Look], each_done: Callable[[float], None]) -> list[Alike]:
    """All pairs with enough points alike, each other's best and clearly so."""
    words = np.zeros((len(looks), MOST, 128), np.float32)
    for number, one in enumerate(looks):
        words[number, : len(one.words)] = one.words
    pairs = []
    for number, one in enumerate(looks[:-1]):
        if len(one.words) >= FEWEST:
            pairs += _with_later(number, one.words, words[number + 1 :], looks)
        each_done((number + 1) / len(looks))
    return pairs


def _with_later(number: int, own: Singles, others: Singles, looks: Sequence[Look]) -> list[Alike]:
    """Pairs of one photo with all that come after it."""
    product = (own @ others.reshape(-1, 128).T).reshape(len(own), len(others), MOST)
    found = []
    for offset in range(len(others)):
        other = number + 1 + offset
        count = len(looks[other].words)
        if count < FEWEST:
            continue
        a, b = mutual(product[:, offset, :count], own, others[offset, :count])
        if len(a) >= FEWEST:
            found.append(Alike(number, other, a, b))
    return found


def mutual(
    product: Singles, own: Singles, other: Singles, ratio: float = RATIO
) -> tuple[Whole, Whole]:
    """Indices of rows and columns that are each other's nearest, and far nearer than the next."""
    lengths = (other * other).sum(axis=1), (own * own).sum(axis=1)
    distance = lengths[1][:, None] + lengths[0] - 2 * product
    best = distance.argmin(axis=1)
    rows = np.arange(len(own))
    back = distance.argmin(axis=0)[best] == rows
    nearest = distance[rows, best]
    distance[rows, best] = np.inf
    clear = nearest < ratio**2 * distance.min(axis=1)
    kept = np.flatnonzero(back & clear)
    return kept, best[kept]
