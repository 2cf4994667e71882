"""The slow changes of brightness and colour, blended wide; what is fine is left to `render`.

Of every photo only the quarter-size copy is taken apart here. Their Laplacian pyramids are summed
under Gaussian pyramids of the weights (Burt and Adelson, A multiresolution spline, 1983) on a
sphere that has no edge: columns go round, rows go on over the poles. A photo's *share* is then
what must be added to it so that it meets its neighbours: nothing far from seams, a smooth field
near them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from panoramas.stitch.in_order import in_order
from panoramas.stitch.photometry import Light
from panoramas.stitch.seams import Labels
from panoramas.stitch.sight import COARSE, Floats32, Sight
from panoramas.stitch.window import Mask, Window, bounds, cut

LEVELS = 3  # of the pyramid over the quarter-size sphere; its width is a multiple of 2 ** LEVELS
GRID = 2**LEVELS
REACH = 2 * GRID  # pixels over which a weight is felt in the coarsest band
MARGIN = 2 * GRID  # round that: what the pyramid makes of a window's edge stays out there
SOFT = 1.0  # pixels (standard deviation) by which the seams are softened
FAINT = np.float32(1e-6)  # weight that is none
MIDDLE = 1  # of a Sight's sizes: the quarter


@dataclass(frozen=True)
class Share:
    """What one photo gives. `window`: on the quarter-size sphere. `weight`: 0..1, of that shape;
    `added`: colours to be added to the evened photo, (rows, columns, 3)."""

    window: Window
    weight: Floats32
    added: Floats32


@dataclass(frozen=True)
class _View:
    """A photo on the quarter-size sphere. `core`: where its weight is felt; `seen`, `inside`: its
    colours, and where it really has some, in `core` and MARGIN round it; `weight`: of the same
    shape."""

    core: Window
    seen: Floats32
    inside: Mask
    weight: Floats32


Pyramid = list[Floats32]


def blend(sights: Sequence[Sight], light: Light, labels: Labels, width: int) -> dict[int, Share]:
    """The share of each photo that shows something. `width`: of the panorama."""
    around = width // COARSE[0]
    spread = _spread(labels)
    cores = {n: core for n in range(len(sights)) if (core := _core(spread == n, around))}

    def view(n: int) -> _View:
        return _view(sights[n], light, n, spread == n, cores[n], around)

    views = dict(zip(cores, in_order(view, list(cores)), strict=True))
    plain = _joined(views.values(), around)
    sphere = _Sphere(around)

    def take(n: int) -> tuple[Pyramid, Pyramid]:
        return _pyramids(views[n])

    views = {n: _filled_in(one, plain) for n, one in views.items()}
    for n, (bands, weights) in zip(cores, in_order(take, list(cores)), strict=True):
        sphere.add(cores[n], bands, weights)
    whole = sphere.collapsed()
    inner = slice(MARGIN, -MARGIN)
    return {
        n: Share(one.core, one.weight[inner, inner], cut(whole, one.core) - one.seen[inner, inner])
        for n, one in views.items()
    }


def _spread(labels: Labels) -> Labels:
    """Labels carried two pixels into the gaps, so that a photo's true edge decides there."""
    known = labels + 1
    for _ in range(2):
        wide = cv2.copyMakeBorder(known, 0, 0, 1, 1, cv2.BORDER_WRAP)
        near = cv2.dilate(wide, np.ones((3, 3), np.uint8))[:, 1:-1]
        known = np.where(known == 0, near, known)
    return np.asarray(known - 1, np.int16)


def _core(own: Mask, around: int) -> Window | None:
    """Where a photo's weight is felt, on the quarter-size sphere, aligned to GRID."""
    found = bounds(own)
    if found is None:
        return None
    times = COARSE[1] // COARSE[0]
    top = (found.top * times - REACH) // GRID * GRID
    left = (found.left * times - REACH) // GRID * GRID
    bottom = -((-(found.top + found.height) * times - REACH) // GRID) * GRID
    right = -((-(found.left + found.width) * times - REACH) // GRID) * GRID
    return Window(top, left, bottom - top, min(right - left, around))


def _view(sight: Sight, light: Light, photo: int, own: Mask, core: Window, around: int) -> _View:
    wide = core.grown(MARGIN)
    places = sight.places(wide, around)
    seen = light.even(sight.look(places, MIDDLE), places.squared, photo)
    return _View(core, seen, places.inside, _weight(own, wide))


def _joined(views: Iterable[_View], around: int) -> Floats32:
    """The quarter-size sphere (around / 2, around, 3) without any blending, its gaps filled."""
    sphere = _Sphere(around, levels=0)
    inner = slice(MARGIN, -MARGIN)
    for view in views:
        weight = (view.weight * view.inside)[inner, inner]
        sphere.add(view.core, [view.seen[inner, inner]], [weight])
    rows = slice(MARGIN, MARGIN + around // 2)
    return _filled(sphere.bands[0][rows], sphere.weights[0][rows])


def _filled(weighted: Floats32, weight: Floats32) -> Floats32:
    """Colours from colours times weight, carried smoothly to where there is no weight; only for
    the bands' sake: nothing of it is shown (push-pull: Gortler et al., The Lumigraph, 1996)."""
    height, width = weight.shape
    known = np.asarray(weighted / np.maximum(weight, FAINT)[..., None], np.float32)
    if min(height, width) < 4 or weight.min() >= 0.5:
        return known
    coarse = (np.asarray(cv2.pyrDown(one), np.float32) for one in (weighted, weight))
    filled = cv2.resize(_filled(*coarse), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(weight[..., None] >= 0.5, known, filled).astype(np.float32)


def _filled_in(view: _View, plain: Floats32) -> _View:
    """What the photo does not show is taken from `plain`, the same for all, so that no band is
    disturbed by an edge that is not there."""
    around = cut(plain, view.core.grown(MARGIN))
    return replace(view, seen=np.where(view.inside[..., None], view.seen, around))


def _pyramids(view: _View) -> tuple[Pyramid, Pyramid]:
    """Of a photo's colours and weights in its core, the largest first."""
    rest = view.seen
    bands: Pyramid = []
    weights = [view.weight]
    for _ in range(LEVELS):
        down = np.asarray(cv2.pyrDown(rest), np.float32)
        bands.append(rest - np.asarray(cv2.pyrUp(down), np.float32))
        weights.append(np.asarray(cv2.pyrDown(weights[-1]), np.float32))
        rest = down
    bands.append(rest)
    inner = [slice(MARGIN >> level, -(MARGIN >> level)) for level in range(LEVELS + 1)]
    return (
        [band[side, side] for band, side in zip(bands, inner, strict=True)],
        [weight[side, side] for weight, side in zip(weights, inner, strict=True)],
    )


def _weight(own: Mask, window: Window) -> Floats32:
    """The photo's part of each pixel of a window of the quarter-size sphere, softened."""
    edge = 4
    half = Window(*(side // 2 for side in window)).grown(edge)
    sharp = cut(own, half).astype(np.float32)
    soft = cv2.resize(sharp, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(soft, (0, 0), SOFT)
    return np.asarray(soft[2 * edge : -2 * edge, 2 * edge : -2 * edge], np.float32)


class _Sphere:
    """Sums of all photos' bands, on a sphere of `around` columns and MARGIN more rows at each end."""

    def __init__(self, around: int, levels: int = LEVELS) -> None:
        self.around = around
        tall = -(-around // 2 // GRID) * GRID + 2 * MARGIN
        shapes = [(tall >> level, around >> level) for level in range(levels + 1)]
        self.bands = [np.zeros((*shape, 3), np.float32) for shape in shapes]
        self.weights = [np.zeros(shape, np.float32) for shape in shapes]

    def add(self, core: Window, bands: Pyramid, weights: Pyramid) -> None:
        for level, (band, weight) in enumerate(zip(bands, weights, strict=True)):
            top = (core.top + MARGIN) >> level
            rows = slice(top, top + weight.shape[0])
            left = core.left >> level
            columns = np.arange(left, left + weight.shape[1]) % (self.around >> level)
            self.bands[level][rows, columns] += band * weight[..., None]
            self.weights[level][rows, columns] += weight

    def collapsed(self) -> Floats32:
        """The blended sphere (around / 2, around, 3); zero far from every photo."""
        parts = [
            band / np.maximum(weight, FAINT)[..., None]
            for band, weight in zip(self.bands, self.weights, strict=True)
        ]
        whole = parts[-1]
        for part in parts[-2::-1]:
            closed = cv2.copyMakeBorder(whole, 0, 0, 2, 2, cv2.BORDER_WRAP)
            whole = cv2.pyrUp(closed)[:, 4:-4] + part
        return np.asarray(whole[MARGIN : MARGIN + self.around // 2], np.float32)
