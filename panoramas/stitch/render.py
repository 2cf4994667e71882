"""The panorama at its full size: each photo looked up where it is shown, tile by tile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.bake import GAP, Baked
from panoramas.masks import GREY, Mask
from panoramas.picture import Picture
from panoramas.stitch.bands import Share
from panoramas.stitch.in_order import in_order
from panoramas.stitch.photometry import Light
from panoramas.stitch.sight import COARSE, Floats32, Places, Sight
from panoramas.stitch.window import Window

TALL, WIDE = 64, 512  # pixels of a tile: what a thread computes fits into its processor's cache
FAINT = 1e-3  # weight under which a photo is not looked up
TIMES = COARSE[0]


def render(
    sights: Sequence[Sight],
    light: Light,
    shares: Mapping[int, Share],
    width: int,
    masks: Mapping[int, Sequence[Mask]],
    progress: Callable[[float], None],
) -> Baked:
    """The panorama of `width` columns (a multiple of 64), GAP where no photo shows anything.

    `masks`: by photo; what one photo has masked is grey in the panorama whichever photo is shown
    there. Tiles are computed each by itself, so the bytes do not depend on the number of threads.
    """
    panorama = np.empty((width // 2, width, 3), np.uint8)
    covered = np.empty((width // 2, width), np.uint8)

    def fill(corner: tuple[int, int]) -> None:
        top, left = corner
        tile = Window(top, left, min(TALL, width // 2 - top), min(WIDE, width - left))
        place = tile.within(Window(0, 0, width // 2, width))
        panorama[place], covered[place] = _tile(sights, light, shares, tile, width, masks)

    corners = [(top, left) for top in range(0, width // 2, TALL) for left in range(0, width, WIDE)]
    for done, _ in enumerate(in_order(fill, corners), 1):
        progress(done / len(corners))
    return Baked(panorama, None if covered.all() else covered)


def _tile(
    sights: Sequence[Sight],
    light: Light,
    shares: Mapping[int, Share],
    tile: Window,
    width: int,
    masks: Mapping[int, Sequence[Mask]],
) -> tuple[Picture, npt.NDArray[np.uint8]]:
    colours = np.zeros((tile.height, tile.width, 3), np.float32)
    total = np.zeros((tile.height, tile.width), np.float32)
    for n, share in shares.items():
        near = _near(share, tile, width)
        if near is None:
            continue
        part, weight, added = near
        places = sights[n].places(part, width)
        weight *= places.inside
        seen = light.even(sights[n].look(places, 0, cv2.INTER_CUBIC), places.squared, n)
        seen += added
        seen *= weight[..., None]
        own = part.within(tile)
        colours[own] += seen
        total[own] += weight
    known = total > FAINT
    colours /= np.maximum(total, FAINT)[..., None]
    picture = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    picture[~known] = GAP
    for n, drawn in masks.items():
        picture[_masked(sights[n].places(tile, width), sights[n], drawn) & known] = GREY
    return picture, known.astype(np.uint8) * 255


def _near(share: Share, tile: Window, width: int) -> tuple[Window, Floats32, Floats32] | None:
    """The part of a tile in which a share counts, its weight and its addition there."""
    window = share.window
    rows = np.arange(tile.top // TIMES - 1, (tile.top + tile.height) // TIMES + 1) - window.top
    columns = np.arange(tile.left // TIMES - 1, (tile.left + tile.width) // TIMES + 1)
    columns = (columns - window.left) % (width // TIMES)
    has = ((rows >= 0) & (rows < window.height))[:, None] & (columns < window.width)
    if not has.any():
        return None
    own = np.clip(rows, 0, window.height - 1)[:, None], np.minimum(columns, window.width - 1)
    weight = _enlarged(np.where(has, share.weight[own], np.float32(0)))
    counts = weight > FAINT
    down, across = np.flatnonzero(counts.any(axis=1)), np.flatnonzero(counts.any(axis=0))
    if not down.size:
        return None
    top, left = int(down[0]), int(across[0])
    high, wide = int(down[-1]) + 1 - top, int(across[-1]) + 1 - left
    part = Window(tile.top + top, tile.left + left, high, wide)
    place = part.within(tile)
    return part, weight[place], _enlarged(share.added[own])[place]


def _enlarged(values: Floats32) -> Floats32:
    """TIMES larger, without the outermost pixel on each side."""
    large = cv2.resize(values, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_LINEAR)
    return np.asarray(large[TIMES:-TIMES, TIMES:-TIMES], np.float32)


def _masked(places: Places, sight: Sight, masks: Sequence[Mask]) -> npt.NDArray[np.bool_]:
    """Which pixels lie under a rectangle of the photo, edges rounded outwards."""
    lens = sight.camera.lens
    across, down = (places.column + 0.5) / lens.width, (places.row + 0.5) / lens.height
    pixel, line = 1 / lens.width, 1 / lens.height
    under = np.zeros(across.shape, np.bool_)
    for x, y, w, h in masks:
        inside = (across >= x - pixel) & (across <= x + w + pixel)
        under |= inside & (down >= y - line) & (down <= y + h + line)
    return under & places.inside
