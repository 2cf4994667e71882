"""Which photo shows which part of the sphere: cut where two photos agree.

Near its middle a photo is sharpest and least darkened, so each place belongs first to the photo
whose middle is nearest; photos not much further away may claim it too, and between two claims a
graph cut (Kwatra et al., Graphcut textures, 2003) leads the seam along the least difference: round
people who moved and near edges that parallax shifted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.sphere import Floats, directions
from panoramas.stitch.sight import Floats32
from panoramas.stitch.survey import Copy
from panoramas.stitch.window import Mask, Window, bounds, cut, place

Labels = npt.NDArray[np.int16]
Indices = npt.NDArray[np.int64]
CLAIM = 0.6  # how much further from its middle (in photo radii) a photo may still claim a place
STRAY = 40.0  # grey levels of difference that a seam avoids by straying one photo radius from the
# line where both middles are equally near
YIELDS = np.float32(1.0)  # photo radii by which the middle of a blurred photo counts as further
NONE = -1


def label(copies: Sequence[Copy], width: int, blurred: Collection[int] = ()) -> Labels:
    """Photo (index) shown at each pixel of the small sphere of `width` columns; NONE in gaps.

    `copies`: in one light (`photometry.Light.evened`). `blurred`: photos that give way to others.
    """
    scores = [_score(copy) + YIELDS * (n in blurred) for n, copy in enumerate(copies)]
    claims = _claims(copies, scores, width)
    finder = cv2.detail.GraphCutSeamFinder("COST_COLOR")
    for pair in combinations(range(len(copies)), 2):
        shared = bounds(claims[pair[0]] & claims[pair[1]])
        if shared is None:
            continue
        window = shared.grown(1)
        own = [copies[n].window for n in pair]
        one, other = (
            _in(copies[n].colours, o, window, width) for n, o in zip(pair, own, strict=True)
        )
        score, against = (_in(scores[n], o, window, width) for n, o in zip(pair, own, strict=True))
        cost = _cost(one, other, score, against)
        masks = _parted(finder, cost, *(cut(claims[n], window) for n in pair))
        for n, mask in zip(pair, masks, strict=True):
            claims[n][place(shared, width)] = mask[1:-1, 1:-1]
    return np.where(claims.any(axis=0), claims.argmax(axis=0), NONE).astype(np.int16)


class Step(NamedTuple):
    """How far two photos differ where they meet, in 8-bit steps: `usual` the median and `large`
    the 95th percentile along all seams; `where`: unit direction of the middle of the large ones."""

    usual: float
    large: float
    where: Floats


def steps(copies: Sequence[Copy], labels: Labels) -> Step | None:
    """Differences of evened photos along the seams; None when there is no seam."""
    width = labels.shape[1]
    found = [_beside(copies, labels, np.roll(labels, -1, axis=1), width)]
    found.append(_beside(copies, labels[:-1], labels[1:], width))
    apart, rows, columns = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if not apart.size:
        return None
    large = float(np.percentile(apart, 95))
    rays = directions(width, width // 2)[rows, columns][apart >= large].sum(axis=0)
    return Step(float(np.median(apart)), large, rays / max(float(np.linalg.norm(rays)), 1e-9))


def _beside(
    copies: Sequence[Copy], own: Labels, next_: Labels, width: int
) -> tuple[Floats, Indices, Indices]:
    """Mean difference over the colours, row and column of all pixels beside another photo's."""
    rows, columns = np.nonzero((own != next_) & (own != NONE) & (next_ != NONE))
    seen, known = np.zeros((2, len(rows), 3)), np.ones(len(rows), np.bool_)
    for side, labels in enumerate((own, next_)):
        shown = labels[rows, columns]
        for n in np.unique(shown):
            window, mine = copies[n].window, shown == n
            down, across = rows[mine] - window.top, (columns[mine] - window.left) % width
            near = (down >= 0) & (down < window.height) & (across < window.width)
            at = np.where(near, down, 0), np.where(near, across, 0)
            seen[side, mine] = copies[n].colours[at]
            known[mine] &= near & copies[n].inside[at]
    apart = np.abs(seen[0] - seen[1]).mean(axis=-1)
    return apart[known], rows[known], columns[known]


def _claims(copies: Sequence[Copy], scores: Sequence[Floats32], width: int) -> Mask:
    """Which places of the sphere each photo may show, (photos, rows, columns)."""
    best = np.full((width // 2, width), np.inf, np.float32)
    places = [place(copy.window, width) for copy in copies]
    for at, score in zip(places, scores, strict=True):
        best[at] = np.minimum(best[at], score)
    claims = np.zeros((len(copies), width // 2, width), np.bool_)
    for claim, at, score in zip(claims, places, scores, strict=True):
        claim[at] = (score <= best[at] + CLAIM) & np.isfinite(score)
    return claims


def _cost(one: Floats32, other: Floats32, score: Floats32, against: Floats32) -> Floats32:
    """What a seam costs at each pixel, as the picture whose square the finder takes."""
    known = np.isfinite(score) & np.isfinite(against)
    apart = np.abs(np.subtract(score, against, out=np.full_like(score, CLAIM), where=known))
    cost = np.zeros_like(one)
    cost[..., 0] = np.sqrt(((one - other) ** 2).sum(axis=-1) + (apart * np.float32(STRAY)) ** 2)
    return cost


def _score(copy: Copy) -> Floats32:
    """Less is better; infinite off the photo."""
    score = np.sqrt(copy.squared) + copy.burnt.astype(np.float32)
    return np.where(copy.inside, score, np.float32(np.inf)).astype(np.float32)


def _parted(finder: Any, cost: Floats32, one: Mask, other: Mask) -> list[Mask]:
    """The claims of two photos without what the seam gives to the other. OpenCV's types demand
    its own kind of array where its code takes any: hence Any."""
    masks = [one.astype(np.uint8), other.astype(np.uint8)]
    found = finder.find([np.zeros_like(cost), cost], [(0, 0), (0, 0)], masks)
    return [np.asarray(mask.get()) > 0 for mask in found]


def _in(values: Floats32, own: Window, wanted: Window, width: int) -> Floats32:
    """Values of the window `own` as seen in the window `wanted`; zero where there are none."""
    rows = np.arange(wanted.top, wanted.top + wanted.height) - own.top
    columns = (np.arange(wanted.left, wanted.left + wanted.width) - own.left) % width
    has = ((rows >= 0) & (rows < own.height))[:, None] & (columns < own.width)
    found = values[np.clip(rows, 0, own.height - 1)[:, None], np.clip(columns, 0, own.width - 1)]
    return np.where(has if found.ndim == 2 else has[..., None], found, np.float32(0))
