"""Looking pixels up on a sphere: wrapped at ±180°, closed over the poles, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from panoramas.picture import Picture
from panoramas.sphere import Floats, to_pixels

EDGE = 4  # pixels of margin round the sphere, more than any kernel reaches
BAND = 64  # rows computed at a time by one thread


def by_bands(height: int, fill: Callable[[int, int], None]) -> None:
    """Call fill(top, bottom) for every band of rows, on all processors.

    Each band is computed by itself, so the bytes do not depend on the number of threads.
    """
    tops = range(0, height, BAND)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda top: fill(top, min(top + BAND, height)), tops))


def close(panorama: Picture) -> Picture:
    """The full sphere with a margin of EDGE pixels: wrapped sideways, carried over the poles."""
    half = panorama.shape[1] // 2
    over = np.roll(panorama[:EDGE][::-1], half, axis=1)
    under = np.roll(panorama[-EDGE:][::-1], half, axis=1)
    tall = np.concatenate([over, panorama, under])
    return np.asarray(cv2.copyMakeBorder(tall, 0, 0, EDGE, EDGE, cv2.BORDER_WRAP), np.uint8)


def look(closed: Picture, rays: Floats) -> Picture:
    """Colours (rows, columns, 3) seen along `rays` in a closed sphere (see `close`).

    `rays`: unit directions. See `pick` for how exact the places are.
    """
    height, width = closed.shape[0] - 2 * EDGE, closed.shape[1] - 2 * EDGE
    return pick(closed, *to_pixels(rays, width, height))


def pick(framed: Picture, column: Floats, row: Floats) -> Picture:
    """Bilinear colours at columns and rows of a picture that has a margin of EDGE pixels.

    Sampled in 16 bits: for 8-bit pictures cv2.remap rounds places to 1/32 pixel, for 16-bit ones
    it does not (seen: errors of .03 against .0001 pixel). Only the rows in need are widened.
    """
    top = max(0, int(row.min()) + EDGE - 2)
    needed = framed[top : int(row.max()) + EDGE + 4].astype(np.uint16) << 8
    across, down = (column + EDGE).astype(np.float32), (row + (EDGE - top)).astype(np.float32)
    seen = np.asarray(cv2.remap(needed, across, down, cv2.INTER_LINEAR), np.uint16)
    return ((seen + 128) >> 8).astype(np.uint8)
