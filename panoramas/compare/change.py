"""What has changed between two aligned pictures, in spite of other light and a step aside.

Even the light → settle (a smooth drift of what is near, from optical flow) → difference with
tolerance → clean → regions. The flow only ever serves the looking: no picture shown is bent by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture

Map = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

BROAD = 1 / 28  # of the width: light varies over so much, things do not
SMOOTH = (1 / 90, 1 / 600)  # of the width: a drift is even over so much
FARTHEST = 1 / 40  # of the width: more than this is no drift
REACH = 2  # pixels that a place may still be off after settling
NOISE = 5.0  # 8-bit steps that cameras and codecs make anyway
FAINT = 3.5  # of them in the mean over a few pixels
BUSY = 0.5  # share of a place's own contrast that may come from being off
SURE = 2.2  # strength from which a place has changed
SMALLEST = 1 / 9000  # of the picture's area


@dataclass(frozen=True)
class Region:
    """A changed patch of the compared pictures: box in pixels, changed pixels, mean strength."""

    left: int
    top: int
    width: int
    height: int
    area: int
    strength: float
    middle: tuple[float, float]


def gains(a: Picture, b: Picture, both: Mask) -> list[float]:
    """What each colour of `b` is multiplied with to be as bright as `a`: median over the pixels."""
    seen = both & (a.min(axis=2) > 12) & (b.min(axis=2) > 12)
    seen &= (a.max(axis=2) < 243) & (b.max(axis=2) < 243)
    if np.count_nonzero(seen) < 500:
        return [1.0, 1.0, 1.0]
    ratio = a[seen].astype(np.float32) / b[seen]
    return [round(float(value), 4) for value in np.median(ratio, axis=0)]


def strength(a: Picture, b: Picture, both: Mask, *, around: bool) -> Map:
    """How much each place of `a` differs from `b` (RGB, same size), 1 is what may be chance.

    `both`: where both were photographed. `around`: the pictures are panoramas and go on at ±180°.
    """
    if around:
        margin = a.shape[1] // 16
        wide = [_wrapped(part, margin) for part in (a, b, both.astype(np.uint8))]
        return strength(wide[0], wide[1], wide[2] > 0, around=False)[:, margin:-margin]
    one, other = _evened(a, b, both)
    known, found = both, np.full(both.shape, np.inf, np.float32)
    for flow in _drifts(one, other):
        moved, reached = _moved(other, flow, both)
        broad = _difference(_broader(one), _broader(moved), FAINT)
        known, found = (
            known & reached,
            np.minimum(found, np.maximum(_difference(one, moved, NOISE), broad)),
        )
    sure = cv2.erode(known.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    return np.where(sure, found, 0).astype(np.float32)


def regions(found: Map) -> list[Region]:
    """The changed patches, strongest first: weak places count where they touch sure ones."""
    height, width = found.shape
    wide = max(3, round(width / 220)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    joined = cv2.morphologyEx((found > SURE / 1.5).astype(np.uint8), cv2.MORPH_CLOSE, disc)
    count, labels, boxes, middles = cv2.connectedComponentsWithStats(joined)
    patches = []
    for label in range(1, count):
        left, top, across, down, _ = (int(value) for value in boxes[label])
        cut = np.s_[top : top + down, left : left + across]
        here = found[cut][(labels[cut] == label) & (found[cut] > SURE / 1.5)]
        sure = here[here > SURE]
        if len(sure) < SMALLEST * height * width:
            continue
        middle = (float(middles[label][0]), float(middles[label][1]))
        patches.append(
            Region(left, top, across, down, len(here), round(float(sure.mean()), 2), middle)
        )
    return sorted(patches, key=lambda patch: -patch.strength * np.sqrt(patch.area))


def _wrapped(part: npt.NDArray[np.uint8], margin: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.copyMakeBorder(part, 0, 0, margin, margin, cv2.BORDER_WRAP), np.uint8)


def _evened(a: Picture, b: Picture, both: Mask) -> tuple[Map, Map]:
    """Both in Lab (8-bit steps) less their broad mean, where light lives; `b` in `a`'s contrast."""
    weight, width = both.astype(np.float32), a.shape[1] * BROAD
    seen = np.maximum(_broad(weight, width), 1e-3)
    flats, contrasts = [], []
    for picture, gain in ((a, [1.0, 1.0, 1.0]), (b, gains(a, b, both))):
        light = np.clip(picture * np.array(gain, np.float32), 0, 255) / np.float32(255)
        lab = cv2.GaussianBlur(cv2.cvtColor(light, cv2.COLOR_RGB2Lab), (0, 0), 0.8)
        flat = (lab - _broad(lab * weight[..., None], width) / seen[..., None]) * np.float32(2.55)
        flats.append(flat)
        contrasts.append(_broad(np.square(flat[..., 0]) * weight, width) / seen)
    # a shadow or a cloud halves contrast as well as brightness; more than that is a change
    share = np.sqrt((contrasts[0] + 20) / (contrasts[1] + 20))
    flats[1][..., 0] *= np.clip(share, 1 / 1.5, 1.5)
    return flats[0].astype(np.float32), flats[1].astype(np.float32)


def _broad(values: Map, width: float) -> Map:
    """A wide Gaussian mean, computed at an eighth of the size."""
    height, across = values.shape[:2]
    small = cv2.resize(
        values, (max(across // 8, 8), max(height // 8, 8)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), width / 8)
    return np.asarray(
        cv2.resize(soft, (across, height), interpolation=cv2.INTER_LINEAR), np.float32
    )


def _drifts(a: Map, b: Map) -> list[Map]:
    """Smooth drifts (h, w, 2) of `b` against `a`: one even over surfaces, one that keeps edges.

    What is near covers other things from another place; at its edge only the second is right. A
    change is what neither explains.
    """
    width = a.shape[1]
    grey = [np.clip(part[..., 0] + 128, 0, 255).astype(np.uint8) for part in (a, b)]
    start = np.zeros((*a.shape[:2], 2), np.float32)
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    most = width * FARTHEST
    flow = np.clip(np.asarray(finder.calc(grey[0], grey[1], start), np.float32), -most, most)
    return [
        np.asarray(cv2.GaussianBlur(flow, (0, 0), width * share), np.float32) for share in SMOOTH
    ]


def _moved(b: Map, flow: Map, both: Mask) -> tuple[Map, Mask]:
    """`b` moved along a drift, and where both pictures are then known."""
    height, width = both.shape
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    places = (column + flow[..., 0]).astype(np.float32), (row + flow[..., 1]).astype(np.float32)
    moved = cv2.remap(b, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.remap(both.astype(np.uint8), *places, cv2.INTER_NEAREST)
    return np.asarray(moved, np.float32), both & (known > 0)


def _difference(a: Map, b: Map, noise: float) -> Map:
    """Distance of each colour of `a` from the range that `b` has close by, in units of chance."""
    box = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    worst = np.zeros(a.shape[:2], np.float32)
    for one, other in ((a, b), (b, a)):
        low, high = cv2.erode(other, box), cv2.dilate(other, box)
        off = np.maximum(np.maximum(low - one, one - high), 0)
        worst = np.maximum(worst, (off / (noise + BUSY * (high - low))).max(axis=2))
    return np.asarray(cv2.GaussianBlur(worst, (0, 0), 1.2), np.float32)


def _broader(part: Map) -> Map:
    """Softened, for broad faint changes."""
    return np.asarray(cv2.GaussianBlur(part, (0, 0), 4.0), np.float32)
