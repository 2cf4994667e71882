"""How one picture lies on another of the same place: a turn of the sphere, or a homography.

Features (SIFT, Lowe 2004) are matched both ways; a robust estimate (RANSAC, Fischler and Bolles
1981) keeps those that agree, and the last fit is over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture
from panoramas.sphere import Floats

RATIO = 0.8  # a match must be this much nearer than the next best (Lowe 2004)
FEATURES = 3000
FEWEST = 24  # matches that agree; by chance no more than a handful do
LEAST_SHARE = 0.12  # of the matches that agree
NEAR_DEGREES = 2.5  # a step aside of 3 cm moves what is 70 cm away by so much
NEAR_PIXELS = 0.012  # of the longer side
TRIES = 600
STEEPEST = 75.0  # degrees; nearer the poles an equirectangular picture is too stretched to compare


@dataclass(frozen=True)
class Aligned:
    """`move` (3, 3): directions of B to directions of A, or points of B to points of A, both in
    the pixels that were compared. `matches` found, of which `agree`; `spread`: their median
    distance after the move, in degrees or in pixels."""

    move: Floats
    matches: int
    agree: int
    spread: float

    @property
    def believable(self) -> bool:
        """Is this the same place at all?"""
        return self.agree >= FEWEST and self.agree >= LEAST_SHARE * self.matches


def turn(a: Picture, b: Picture) -> Aligned | None:
    """The turn that lays panorama `b` onto `a` (RGB, 2:1); None without enough features."""
    spots = matched(_even(a), _even(b), belt(a.shape[0]), belt(b.shape[0]))
    if spots is None:
        return None
    seen_a, seen_b = _rays(spots[0], a), _rays(spots[1], b)
    near = np.cos(np.radians(NEAR_DEGREES))
    agree = _most(seen_a, seen_b, near)
    if np.count_nonzero(agree) < FEWEST:
        return Aligned(np.eye(3), len(seen_a), int(np.count_nonzero(agree)), np.inf)
    move = np.eye(3)
    for _ in range(5):
        move = _fit(seen_a[agree], seen_b[agree], move)
        agree = _along(seen_a, seen_b @ move.T) > near
    off = np.degrees(np.arccos(np.clip(_along(seen_a, seen_b @ move.T)[agree], -1, 1)))
    return Aligned(move, len(seen_a), int(np.count_nonzero(agree)), float(np.median(off)))


def homography(a: Picture, b: Picture) -> Aligned | None:
    """The homography that lays photo `b` onto `a` (RGB); None without enough features."""
    spots = matched(_even(a), _even(b))
    if spots is None:
        return None
    near = NEAR_PIXELS * max(a.shape[:2])
    cv2.setRNGSeed(0)
    found, kept = cv2.findHomography(spots[1], spots[0], cv2.RANSAC, near, maxIters=4000)
    if found is None or not _plausible(np.asarray(found, np.float64), b.shape[1], b.shape[0]):
        return Aligned(np.eye(3), len(spots[0]), 0, np.inf)
    agree = kept.ravel() > 0
    laid = cv2.perspectiveTransform(spots[1][:, None].astype(np.float64), found)[:, 0]
    off = np.linalg.norm(laid - spots[0], axis=1)[agree]
    move = np.asarray(found, np.float64)
    return Aligned(move, len(spots[0]), int(np.count_nonzero(agree)), float(np.median(off)))


def matched(
    a: Picture, b: Picture, mask_a: Picture | None = None, mask_b: Picture | None = None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None:
    """Places (n, 2) of the same features in two grey pictures; None when there are too few."""
    finder = cv2.SIFT.create(FEATURES, contrastThreshold=0.015)
    spots_a, words_a = finder.detectAndCompute(a, mask_a)
    spots_b, words_b = finder.detectAndCompute(b, mask_b)
    if min(len(spots_a), len(spots_b)) < FEWEST:
        return None  # FLANN raises when there are fewer than it looks for
    there, back = np.asarray(words_a, np.float32), np.asarray(words_b, np.float32)
    pairs = _best(there, back) & {(one, two) for two, one in _best(back, there)}
    if len(pairs) < FEWEST:
        return None
    order = sorted(pairs)
    return (
        np.array([spots_a[one].pt for one, _ in order], np.float32),
        np.array([spots_b[two].pt for _, two in order], np.float32),
    )


def _best(words: npt.NDArray[np.float32], among: npt.NDArray[np.float32]) -> set[tuple[int, int]]:
    found = cv2.BFMatcher(cv2.NORM_L2).knnMatch(words, among, k=2)
    return {(m.queryIdx, m.trainIdx) for m, n in found if m.distance < RATIO * n.distance}


def _even(picture: Picture) -> Picture:
    """Grey with its local contrast evened, so that a dark corner gives features too."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(grey), np.uint8)


def belt(height: int) -> Picture:
    """255 between ±STEEPEST of a panorama of so many rows."""
    mask = np.zeros((height, 2 * height), np.uint8)
    margin = round(height * (0.5 - STEEPEST / 180))
    mask[margin : height - margin] = 255
    return mask


def _rays(spots: npt.NDArray[np.float32], panorama: Picture) -> Floats:
    height, width = panorama.shape[:2]
    longitude = (spots[:, 0] + 0.5) * 2 * np.pi / width - np.pi
    latitude = np.pi / 2 - (spots[:, 1] + 0.5) * np.pi / height
    flat = np.cos(latitude)
    return np.stack([flat * np.sin(longitude), flat * np.cos(longitude), np.sin(latitude)], axis=1)


def _along(one: Floats, other: Floats) -> Floats:
    """Cosines of the angles between directions (n, 3)."""
    return np.asarray(np.einsum("ij,ij->i", one, other))


def _most(a: Floats, b: Floats, near: float) -> npt.NDArray[np.bool_]:
    """Which matches agree with the turn that most agree with; turns from pairs of matches."""
    chance = np.random.default_rng(0)
    best = np.zeros(len(a), bool)
    for _ in range(TRIES):
        one, two = chance.choice(len(a), 2, replace=False)
        move = _from_pair(a[[one, two]], b[[one, two]])
        if move is None:
            continue
        agree = _along(a, b @ move.T) > near
        if np.count_nonzero(agree) > np.count_nonzero(best):
            best = agree
    return best


def _from_pair(a: Floats, b: Floats) -> Floats | None:
    """The turn from two pairs of directions; None when they are too close or do not match."""
    apart_a, apart_b = np.arccos(np.clip([a[0] @ a[1], b[0] @ b[1]], -1, 1))
    if apart_a < 0.1 or abs(apart_a - apart_b) > 2 * np.radians(NEAR_DEGREES):
        return None
    return _kabsch(a, b)


def _fit(a: Floats, b: Floats, start: Floats) -> Floats:
    """Least squares with weights that fall with distance, so that near things count little."""
    off = np.arccos(np.clip(_along(a, b @ start.T), -1, 1))
    scale = max(float(np.median(off)), 1e-4)
    return _kabsch(a, b, 1 / (1 + (off / scale) ** 2))


def _kabsch(a: Floats, b: Floats, weights: Floats | None = None) -> Floats:
    """The turn that brings directions `b` nearest to `a` (Kabsch 1976)."""
    u, _, v = np.linalg.svd((a if weights is None else a * weights[:, None]).T @ b)
    return np.asarray(u @ np.diag([1, 1, np.linalg.det(u @ v)]) @ v)


def _plausible(move: Floats, width: int, height: int) -> bool:
    """Does the homography keep the picture's sense, and its area within sixteenfold?"""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    laid = cv2.perspectiveTransform(corners[:, None], move)[:, 0]
    area = float(cv2.contourArea(laid.astype(np.float32), oriented=True))
    return bool(cv2.isContourConvex(laid.astype(np.float32))) and (
        1 / 16 < area / (width * height) < 16
    )


def angle_of(move: Floats) -> float:
    """Degrees by which a turn turns."""
    return float(np.degrees(np.arccos(np.clip((np.trace(move) - 1) / 2, -1, 1))))
