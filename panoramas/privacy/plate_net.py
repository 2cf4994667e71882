"""clp_det: a RetinaFace-style detector of Chinese number plates.

Deng et al., "RetinaFace" (arXiv:1905.00641), trained on CCPD and own pictures by the authors of
zeusees/License-Plate-Detector. Every cell of three grids has two square anchors; the network
answers how far box and anchor differ, and how sure it is.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from panoramas.picture import Picture
from panoramas.privacy import boxes, weights
from panoramas.privacy.boxes import Boxes

OUTPUTS = ("loc", "conf", "landms")
ANCHORS = ((8, (24, 48)), (16, (96, 192)), (32, (384, 768)))  # pixels: cell, sides
MEAN = np.array([104, 117, 123], np.float32)  # of blue, green, red
VARIANCE = (0.1, 0.2)
LEAST_SCORE = 0.5
MARGIN = 1.2  # the frame, and what a slanted plate has outside of an upright box


def find(picture: Picture) -> Boxes:
    """Plates in pixels of `picture` (RGB), whose sides are multiples of 32."""
    planes = (picture[..., ::-1].astype(np.float32) - MEAN).transpose(2, 0, 1)[None]
    place, sure, _corners = weights.load(weights.CLP_DET, OUTPUTS).answer(planes)
    score = sure[0, :, 1].astype(float)
    likely = score > LEAST_SCORE
    anchors, moved = _anchors(*picture.shape[:2])[likely], place[0][likely].astype(float)
    middle = anchors[:, :2] + moved[:, :2] * VARIANCE[0] * anchors[:, 2:]
    half = anchors[:, 2:] * np.exp(moved[:, 2:] * VARIANCE[1]) / 2
    found = np.column_stack([middle - half, middle + half, score[likely]])
    return boxes.grow(boxes.merge(found), MARGIN)


@lru_cache(maxsize=8)
def _anchors(height: int, width: int) -> Boxes:
    """Middle (column, row) and side (twice) of every anchor in the network's order, pixels."""
    every = []
    for cell, sides in ANCHORS:
        rows, columns = np.arange(-(-height // cell)), np.arange(-(-width // cell))
        y, x, side = np.meshgrid(
            (rows + 0.5) * cell, (columns + 0.5) * cell, np.array(sides, float), indexing="ij"
        )
        every.append(np.stack([x, y, side, side], axis=-1).reshape(-1, 4))
    return np.concatenate(every)
