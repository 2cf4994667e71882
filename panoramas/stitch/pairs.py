"""Two photos from one point differ by a rotation: which one, and which alike points obey it.

RANSAC (Fischler and Bolles 1981) over two-point hypotheses, seeded by the photos' numbers; all
hypotheses of a pair are judged at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Matches
from panoramas.stitch.camera import Lens
from panoramas.stitch.features import Look
from panoramas.stitch.recognise import Alike

Whole = npt.NDArray[np.intp]

NEAR = 0.008  # of the long side: so far may a point be off; distortion and parallax are unknown yet
GUESSES = 200  # two-point hypotheses a pair: 99.97 % find a true one among one match in five
FEWEST = 7  # places that must agree: by chance it happens once in a thousand sets
SHARE = 0.35  # of the alike points in the overlap that must agree: of chance agreement few do
APART = 0.05  # radians that the two points of a hypothesis must be apart


@dataclass(frozen=True)
class Pair:
    """Two photos that overlap. `rotation`: directions in the first's frame to the second's;
    `matches`: the points that obey it; `support`: how many different places they are."""

    first: int
    second: int
    rotation: Floats
    matches: Matches
    support: int


def tolerance(lens: Lens) -> float:
    """Pixels that a matched point may be off."""
    return NEAR * max(lens.width, lens.height)


def pair(looks: Sequence[Look], found: Alike, lens: Lens) -> Pair | None:
    """The rotation between two photos, None when too few alike points agree on any."""
    a, b = looks[found.first].points[found.a], looks[found.second].points[found.b]
    rotation, _ = best_turn(rays(lens, a), b, lens, [found.first, found.second])
    near = tolerance(lens)
    for _ in range(3):
        good = distances(rotation[None], rays(lens, a), b, lens)[0] < near
        if places(a[good], near) < FEWEST:
            return None
        rotation = fitted(rays(lens, a[good]), rays(lens, b[good]))
    good = distances(rotation[None], rays(lens, a), b, lens)[0] < near
    count = int(good.sum())
    if count < SHARE * in_both(rotation, rays(lens, a), b, lens).sum():
        return None
    matches = Matches(
        np.full(count, found.first), np.full(count, found.second), a[good], b[good], np.ones(count)
    )
    support = min(places(a[good], near), places(b[good], near))
    return (
        Pair(found.first, found.second, rotation, matches, support) if support >= FEWEST else None
    )


def best_turn(
    ones: Floats, b: Floats, lens: Lens, seed: Sequence[int], guesses: int = GUESSES
) -> tuple[Floats, float]:
    """The rotation that brings most directions (n, 3) to where pixels `b` (n, 2) see them, of all
    that two of them propose, and how many it does (a near miss counts less)."""
    others = rays(lens, b)
    first, second = _guesses(len(b), seed, guesses)
    opening = np.einsum("ni,ni->n", ones[first], ones[second])
    other = np.einsum("ni,ni->n", others[first], others[second])
    fits = (np.abs(opening - other) < APART) & (opening < np.cos(APART)) & (other < 0.9999)
    if not fits.any():
        return np.eye(3), 0.0
    first, second = first[fits], second[fits]
    turns = _two_point(ones[first], ones[second], others[first], others[second])
    score = _agreeing(turns, ones, others, tolerance(lens) / lens.focal)
    best = int(score.argmax())
    return turns[best], float(score[best])


def _agreeing(turns: Floats, ones: Floats, others: Floats, near: float) -> Floats:
    """How many directions (n, 3) each rotation (h, 3, 3) brings within `near` radians of others; a
    near miss counts less. Towards a picture's corners a radian is more pixels: there it may be
    missed by less."""
    products = (others[:, :, None] * ones[:, None, :]).reshape(-1, 9)
    cosine = np.zeros((len(turns), len(ones)))
    for own, product in zip(turns.reshape(-1, 9).T, products.T, strict=True):
        cosine += own[:, None] * product  # in one order: BLAS groups such sums by threads
    depth = np.maximum(others[:, 1], 0.1)
    scale = 2 / (near**2 * depth**3)
    return np.asarray(np.maximum(0, 1 - (1 - cosine) * scale).sum(axis=1))


def distances(turns: Floats, ones: Floats, b: Floats, lens: Lens) -> Floats:
    """Pixels (hypotheses, points) between `b` and where rotations bring directions."""
    column, row = lens.pixels(np.einsum("hij,nj->hni", turns, ones))
    off = np.sqrt((column - b[:, 0]) ** 2 + (row - b[:, 1]) ** 2)
    return np.where(np.isfinite(off), off, np.inf)


def in_both(turn: Floats, ones: Floats, b: Floats, lens: Lens) -> npt.NDArray[np.bool_]:
    """Which alike points both photos could show if one were turned so against the other."""
    there = np.einsum("ij,nj->ni", turn, ones), np.einsum("ji,nj->ni", turn, rays(lens, b))
    seen = [
        (place >= 0) & (place < size)
        for way in there
        for place, size in zip(lens.pixels(way), (lens.width, lens.height), strict=True)
    ]
    return np.asarray(np.all(seen, axis=0))


def fitted(ones: Floats, others: Floats) -> Floats:
    """The rotation that brings directions (n, 3) nearest to others (Kabsch 1976)."""
    # summed row by row: einsum groups such sums by how its input lies in memory
    left, _, right = np.linalg.svd(np.add.reduce(others[:, :, None] * ones[:, None, :], axis=0))
    turn = np.einsum("ij,jk->ik", left, right)
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(turn))])
    return np.asarray(np.einsum("ij,j,jk->ik", left, flip, right))


def places(points: Floats, side: float) -> int:
    """How many cells of this side hold points: several features of one spot are one witness."""
    return len(np.unique(np.floor(points / side), axis=0)) if len(points) else 0


def _guesses(count: int, seed: Sequence[int], guesses: int) -> tuple[Whole, Whole]:
    if count * (count - 1) // 2 <= guesses:
        first, second = np.triu_indices(count, 1)
        return first, second
    random = np.random.default_rng(seed)
    start = random.integers(0, count, guesses)
    return start, (start + random.integers(1, count, guesses)) % count


def _two_point(a1: Floats, a2: Floats, b1: Floats, b2: Floats) -> Floats:
    """Rotations (n, 3, 3) bringing a1, a2 onto b1, b2, the misfit of their opening shared."""
    return np.asarray(np.einsum("nki,nkj->nij", _frame(b1, b2), _frame(a1, a2)))


def _frame(one: Floats, two: Floats) -> Floats:
    """Three orthonormal rows for each pair of unit vectors."""
    middle, across = one + two, one - two
    middle = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    across = across / np.linalg.norm(across, axis=1, keepdims=True)
    return np.stack([middle, across, np.cross(middle, across)], axis=1)


def rays(lens: Lens, points: Floats) -> Floats:
    """Directions (n, 3), in the camera's frame, of pixels (n, 2)."""
    return lens.rays(points[:, 0], points[:, 1])
