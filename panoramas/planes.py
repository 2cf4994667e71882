"""A picture as a JPEG keeps it: brightness in full, the two colours at half size.

Warping these is half the work of warping three full planes, and nothing is lost that the coded
picture would have kept.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from panoramas.picture import Picture
from panoramas.resample import by_bands

Plane = npt.NDArray[np.uint8]


class Planes(NamedTuple):
    """JFIF's Y (h, w), Cb and Cr (h/2, w/2 each) of a picture with even sides."""

    y: Plane
    cb: Plane
    cr: Plane

    def cut(self, left: int, right: int) -> Planes:
        """The columns left..right, both even."""
        half = np.s_[:, left // 2 : right // 2]
        return Planes(self.y[:, left:right], self.cb[half], self.cr[half])


def split(picture: Picture) -> Planes:
    """The planes of an RGB picture, its colours halved by area."""
    height, width = picture.shape[:2]
    y, cb, cr = (np.empty((height // n, width // n), np.uint8) for n in (1, 2, 2))

    def fill(top: int, bottom: int) -> None:
        band = cv2.cvtColor(picture[top:bottom], cv2.COLOR_RGB2YCrCb)
        cv2.extractChannel(band, 0, y[top:bottom])
        small = (width // 2, (bottom - top) // 2)
        halved = cv2.resize(band, small, interpolation=cv2.INTER_AREA)
        rows = slice(top // 2, bottom // 2)
        cv2.extractChannel(halved, 1, cr[rows])
        cv2.extractChannel(halved, 2, cb[rows])

    by_bands(height, fill)
    return Planes(y, cb, cr)


def join(strips: list[Planes]) -> Planes:
    """Strips of rows under one another."""
    return Planes(*(np.concatenate(planes) for planes in zip(*strips, strict=True)))


def halved(y: Plane) -> Plane:
    """A plane at half its size, every new pixel the mean of the four it covers."""
    height, width = y.shape
    small = cv2.resize(y, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def coloured(y: Plane, cb: Plane, cr: Plane) -> Picture:
    """The RGB picture of three planes of one size."""
    return np.asarray(cv2.cvtColor(cv2.merge((y, cr, cb)), cv2.COLOR_YCrCb2RGB), np.uint8)


def encode(planes: Planes, quality: int) -> bytes:
    """Baseline JPEG through libjpeg-turbo, no metadata in it."""
    whole = (np.ascontiguousarray(plane) for plane in planes)
    coded: bytes = simplejpeg.encode_jpeg_yuv_planes(*whole, quality)
    return coded
