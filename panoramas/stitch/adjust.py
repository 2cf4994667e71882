"""Bundle adjustment: all rotations and the shared lens at once, so that matched points meet.

Robust Gauss-Newton with analytic derivatives. Every sum runs in a fixed order in one thread
(`einsum`, `reduceat`, an own Cholesky): no linear algebra library may split it among threads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from panoramas.sphere import Floats
from panoramas.stitch.camera import ROUNDS, Lens

Whole = npt.NDArray[np.intp]

STEPS = 12
STILL = 1e-7  # radians (and shares of the lens): a smaller step is the end
LEAST_SCALE = 0.05  # of what is expected; nobody measures better
# how far a lens is believed to be from straight before anything is measured: phones straighten
SPREAD = np.array([np.inf, 0.15, 0.08])


@dataclass(frozen=True)
class Matches:
    """Points of the scene seen by two photos, sorted by pair.

    `first`, `second`: (n,) numbers of the photos; `a`, `b`: (n, 2) column and row in the first and
    in the second; `sigma`: (n,) pixels that b is expected to be off.
    """

    first: Whole
    second: Whole
    a: Floats
    b: Floats
    sigma: Floats

    def __len__(self) -> int:
        return len(self.first)

    def only(self, kept: npt.NDArray[np.bool_]) -> Matches:
        """The matches where `kept` is true."""
        return Matches(
            self.first[kept], self.second[kept], self.a[kept], self.b[kept], self.sigma[kept]
        )

    @property
    def swapped(self) -> Matches:
        """The same, seen from the other photo of each pair."""
        return Matches(self.second, self.first, self.b, self.a, self.sigma)

    @property
    def starts(self) -> Whole:
        """Index of each pair's first match."""
        changed = (np.diff(self.first) != 0) | (np.diff(self.second) != 0)
        return np.flatnonzero(np.concatenate([[True], changed])[: len(self)])


def join(parts: list[Matches]) -> Matches:
    """All matches of pairs in the order given."""
    if not parts:
        none = np.zeros(0, np.intp)
        return Matches(none, none, np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    return Matches(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.a for part in parts]),
        np.concatenate([part.b for part in parts]),
        np.concatenate([part.sigma for part in parts]),
    )


@dataclass(frozen=True)
class Adjusted:
    """`rotations`: (photos, 3, 3), camera to world; `off`: (matches,) pixels between where the
    second photo sees a point and where the first says it should."""

    rotations: Floats
    lens: Lens
    off: Floats


def misses(rotations: Floats, lens: Lens, matches: Matches) -> Floats:
    """Distances in pixels (n,) between seen and expected places in the second photos."""
    return _length(_Terms(rotations, lens, matches).off)


def adjust(
    rotations: Floats,
    lens: Lens,
    matches: Matches,
    *,
    steps: int = STEPS,
    gentle: bool = False,
    bend: bool = True,
) -> Adjusted:
    """Move all cameras and the lens until matched points meet.

    `gentle`: far-off matches keep pulling (Huber 1964), for a rough start; else they lose their
    say (Cauchy). `bend`: distortion is adjusted too. Photos without matches stay as they are.
    """
    for _ in range(steps):
        terms = _Terms(rotations, lens, matches)
        weight = _weights(_length(terms.off) / matches.sigma, gentle) / matches.sigma**2
        step = terms.step(weight, len(rotations), bend)
        turned, focal, k1, k2 = step[:-3].reshape(-1, 3), *step[-3:]
        rotations = np.einsum("nij,njk->nik", rotations, _turns(turned))
        lens = replace(lens, focal=lens.focal * float(np.exp(focal)), k1=lens.k1 + float(k1), k2=lens.k2 + float(k2))  # fmt: skip
        if np.abs(step).max() < STILL:
            break
    return Adjusted(rotations, lens, misses(rotations, lens, matches))


def spread_of(length: Floats) -> float:
    """Scale of a set of distances in the plane: what 39 % of honest ones would lie under."""
    return max(LEAST_SCALE, float(np.median(length)) / 1.1774) if len(length) else LEAST_SCALE


def _weights(length: Floats, gentle: bool) -> Floats:
    scale = 2.0 * spread_of(length)
    if gentle:
        return np.asarray(np.minimum(1.0, scale / np.maximum(length, 1e-12)))
    return np.asarray(1 / (1 + (length / scale) ** 2))


class _Terms:
    """Differences of all matches (n, 2; right and up) and their derivatives."""

    def __init__(self, rotations: Floats, lens: Lens, matches: Matches) -> None:
        self.lens, self.matches = lens, matches
        middle = np.array([(lens.width - 1) / 2, (lens.height - 1) / 2])
        self.ideal = _straight(lens, (matches.a - middle) * [1, -1] / lens.focal)
        ray = np.stack([self.ideal[:, 0], np.ones(len(matches)), self.ideal[:, 1]], axis=1)
        self.between = np.einsum(
            "nji,njk->nik", rotations[matches.second], rotations[matches.first]
        )
        self.ray = np.einsum("nij,nj->ni", self.between, ray)
        depth = np.maximum(self.ray[:, 1], 0.05)  # behind the camera: far off, but finite
        self.depth = depth
        self.flat = self.ray[:, ::2] / depth[:, None]
        self.square = np.einsum("ni,ni->n", self.flat, self.flat)
        self.bent = 1 + self.square * (lens.k1 + self.square * lens.k2)
        seen = (matches.b - middle) * [1, -1]
        self.off = lens.focal * self.bent[:, None] * self.flat - seen

    def step(self, weight: Floats, photos: int, bend: bool) -> Floats:
        """Change of all unknowns: three turns a photo, log of the focal length, k1, k2."""
        second, first, lens = self._slopes()
        whole = np.concatenate([first, second, lens, self.off[:, :, None]], axis=2)
        starts = self.matches.starts
        blocks = np.add.reduceat(np.einsum("nki,nkj,n->nij", whole, whole, weight), starts, axis=0)
        matrix, right = np.zeros((3 * photos + 3, 3 * photos + 3)), np.zeros(3 * photos + 3)
        for block, i, j in zip(
            blocks, self.matches.first[starts], self.matches.second[starts], strict=True
        ):
            where = np.r_[3 * i : 3 * i + 3, 3 * j : 3 * j + 3, 3 * photos : 3 * photos + 3]
            matrix[np.ix_(where, where)] += block[:9, :9]
            right[where] -= block[:9, 9]
        self._believe(matrix, right, bend)
        return solved(matrix, right)

    def _believe(self, matrix: Floats, right: Floats, bend: bool) -> None:
        """Adds what is known beforehand, and holds the world still, which nothing else does."""
        diagonal = np.einsum("ii->i", matrix)
        diagonal += 1e-9 * diagonal.max() + 1e-9
        spread = SPREAD if bend else np.array([np.inf, 1e-9, 1e-9])
        # one match in its usual spread weighs one: a prior weighs as if measured in pixels too
        diagonal[-3:] += 1 / spread**2
        right[-3:] -= np.array([0.0, self.lens.k1, self.lens.k2]) / spread**2 * bend

    def _slopes(self) -> tuple[Floats, Floats, Floats]:
        """Derivatives (n, 2, 3) by the turns of the second and first photo, and by the lens."""
        lens, flat, square = self.lens, self.flat, self.square
        along = lens.k1 + 2 * lens.k2 * square
        outer = np.einsum("ni,nj->nij", flat, flat)
        by_flat = lens.focal * (
            self.bent[:, None, None] * np.eye(2) + 2 * along[:, None, None] * outer
        )
        by_ray = np.zeros((len(flat), 2, 3))
        by_ray[:, 0, 0] = by_ray[:, 1, 2] = 1
        by_ray[:, :, 1] = -flat
        by_ray = np.einsum("nij,njk->nik", by_flat, by_ray) / self.depth[:, None, None]
        second = np.einsum("nij,njk->nik", by_ray, _cross(self.ray))
        first = -np.einsum("nij,njk->nik", second, self.between)
        own = self._by_lens(self.ideal)
        lifted = np.einsum("nij,njk->nik", self.between[:, :, ::2], own)
        shares = np.stack([self.bent, square, square**2], axis=1) * lens.focal
        direct = np.einsum("ni,nk->nik", flat, shares)
        return second, first, np.einsum("nij,njk->nik", by_ray, lifted) + direct

    def _by_lens(self, ideal: Floats) -> Floats:
        """How the straightened place (n, 2) of a fixed pixel moves with log focal, k1, k2."""
        square = np.einsum("ni,ni->n", ideal, ideal)
        bent = 1 + square * (self.lens.k1 + square * self.lens.k2)
        radial = bent + 2 * square * (self.lens.k1 + 2 * self.lens.k2 * square)
        shares = -np.stack([bent, square, square**2], axis=1) / radial[:, None]
        return np.asarray(np.einsum("ni,nk->nik", ideal, shares))


def solved(matrix: Floats, right: Floats) -> Floats:
    """The solution of a positive definite system, by Cholesky, column by column."""
    rest, count = matrix.copy(), len(right)
    lower, y, x = np.zeros_like(matrix), right.copy(), np.zeros(count)
    for k in range(count):
        lower[k:, k] = rest[k:, k] / np.sqrt(max(rest[k, k], 1e-300))
        below = lower[k + 1 :, k]
        rest[k + 1 :, k + 1 :] -= np.multiply.outer(below, below)
        y[k] /= lower[k, k]
        y[k + 1 :] -= below * y[k]
    for k in range(count - 1, -1, -1):
        x[k] = (y[k] - (lower[k + 1 :, k] * x[k + 1 :]).sum()) / lower[k, k]
    return x


def _straight(lens: Lens, bent: Floats) -> Floats:
    ideal = bent
    for _ in range(ROUNDS if lens.k1 or lens.k2 else 0):
        square = np.einsum("ni,ni->n", ideal, ideal)
        ideal = bent / (1 + square * (lens.k1 + square * lens.k2))[:, None]
    return ideal


def _turns(vectors: Floats) -> Floats:
    """Rotation matrices (n, 3, 3) of rotation vectors (Rodrigues)."""
    angle = _length(vectors)
    axis = _cross(vectors / np.maximum(angle, 1e-300)[:, None])
    twice = np.einsum("nij,njk->nik", axis, axis)
    sine, rest = np.sin(angle)[:, None, None], (1 - np.cos(angle))[:, None, None]
    return np.asarray(np.eye(3) + sine * axis + rest * twice)


def _cross(vectors: Floats) -> Floats:
    """Matrices (n, 3, 3) of the cross product with vectors (n, 3)."""
    x, y, z = vectors.T
    none = np.zeros_like(x)
    return np.stack([none, -z, y, z, none, -x, -y, x, none], axis=1).reshape(-1, 3, 3)


def _length(vectors: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("ni,ni->n", vectors, vectors)))
