"""Figures that a report gives of a panorama, each with its definition."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture

Mask8 = npt.NDArray[np.uint8]


def sharpness(picture: Picture) -> float:
    """Share of the picture's own contrast that sits in its finest detail, 0..1.

    Root mean square of the 3×3 Laplacian over four times the standard deviation of the brightness,
    both over the middle half of the rows: the same for a dark and a bright picture, falls when the
    picture is blurred or was enlarged.
    """
    height = picture.shape[0]
    grey = cv2.cvtColor(picture[height // 4 : height - height // 4], cv2.COLOR_RGB2GRAY)
    return detail(np.asarray(grey, np.uint8))


def detail(grey: Mask8) -> float:
    """The same figure of a grey picture (h, w), over all of it."""
    spread = float(cv2.meanStdDev(grey)[1][0, 0])
    if spread < 0.5:
        return 0.0
    fine = cv2.Laplacian(grey, cv2.CV_16S, ksize=1)
    return float(cv2.norm(fine)) / math.sqrt(fine.size) / (4 * spread)


class Seam(NamedTuple):
    """`ratio`: step across ±180° over the mean step between the 16 columns around it; 1 cannot be
    told from the rest. `stands_out`: fewer than one column in 500 of the picture has so large a step,
    so that it is not just an upright line of the scene that happens to lie there."""

    ratio: float
    stands_out: bool


def wrap_seam(panorama: Picture, covered: Mask8 | None = None) -> Seam | None:
    """The seam at ±180°; None when it was not photographed."""
    rows = np.ones(panorama.shape[0], bool)
    if covered is not None:
        rows = (covered[:, 0] > 0) & (covered[:, -1] > 0)
    if rows.sum() < panorama.shape[0] // 8:
        return None
    near = np.concatenate([panorama[rows, -9:], panorama[rows, :9]], axis=1).astype(np.int16)
    steps = np.abs(np.diff(near, axis=1)).mean(axis=(0, 2))
    own = float(np.delete(steps, 8).mean())
    sampled = panorama[rows][:: max(1, len(panorama) // 512)].astype(np.int16)
    usual = np.abs(np.diff(sampled, axis=1)).mean(axis=(0, 2))
    stands_out = bool(steps[8] > np.percentile(usual, 99.8))
    return Seam(float(steps[8]) / max(own, 0.25), stands_out)


def coverage(covered: Mask8 | None) -> float:
    """Share of the sphere's surface that was photographed, 0..1 (rows weighted by area)."""
    if covered is None:
        return 1.0
    height = covered.shape[0]
    weight = np.cos(np.pi / 2 - (np.arange(height) + 0.5) * np.pi / height)
    share = (covered > 0).mean(axis=1)
    return float((share * weight).sum() / weight.sum())
