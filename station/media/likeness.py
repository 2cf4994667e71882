"""Whether two pictures are one: looked at again, pixel by pixel, where their fingerprints agree.

Fingerprints of 64 bits (`sharpness`) find candidates among thousands; yards and cars look alike, so
that a few bits are no proof.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageStat

SIDE = 64
MOST = 1.0  # mean difference of greys, of 255: another compression of the same picture stays below


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two small pictures that we drew ourselves show the same photograph."""
    return mean_difference(one, other) <= MOST


def mean_difference(one: bytes, other: bytes) -> float:
    """Mean absolute difference of the two as 64 × 64 greys, 0 to 255."""
    difference = ImageChops.difference(_small(one), _small(other))
    return float(ImageStat.Stat(difference).mean[0])


def _small(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as read:
        return read.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
