"""CenterFace: a face is a peak in a map of middles, its size and offset stand beside it.

Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point"
(arXiv:1911.03599). The exported network answers a heat map, the logarithms of height and width
in cells of four pixels, and the offset of the middle within its cell (row, column).
"""

from __future__ import annotations

import cv2
import numpy as np

from panoramas.picture import Picture
from panoramas.privacy import boxes, weights
from panoramas.privacy.boxes import Boxes

OUTPUTS = ("537", "538", "539", "540")
CELL = 4
LEAST_SCORE = 0.3
MARGIN = 1.3  # a face's box ends at brow and chin; hair and ears tell who it is, too


def find(picture: Picture) -> Boxes:
    """Faces in pixels of `picture` (RGB), whose sides are multiples of 32."""
    planes = np.asarray(picture.transpose(2, 0, 1)[None], np.float32)
    heat, size, offset, _marks = weights.load(weights.CENTERFACE, OUTPUTS).answer(planes)
    rows, columns = np.nonzero(_peaks(heat[0, 0]))
    score = heat[0, 0, rows, columns].astype(float)
    high, wide = np.exp(size[0, :, rows, columns].astype(float)).T * CELL
    down, across = offset[0, :, rows, columns].astype(float).T
    middle_x, middle_y = (columns + across + 0.5) * CELL, (rows + down + 0.5) * CELL
    found = np.stack(
        [
            middle_x - wide / 2,
            middle_y - high / 2,
            middle_x + wide / 2,
            middle_y + high / 2,
            score,
        ],
        axis=1,
    )
    return boxes.grow(boxes.merge(found), MARGIN)


def _peaks(heat: weights.Tensor) -> np.ndarray:
    """Cells that are sure enough and surer than their neighbours."""
    tops = np.asarray(cv2.dilate(heat, np.ones((3, 3), np.uint8)))
    return (heat >= tops) & (heat > LEAST_SCORE)
