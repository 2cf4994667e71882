"""What may have to be masked in a picture: faces and plates, as rectangles with a score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from panoramas import bake, gpano
from panoramas.gpano import Window
from panoramas.picture import Header, Picture
from panoramas.privacy import around, boxes, centerface, flat, plate_net, weights
from panoramas.privacy.boxes import Boxes
from panoramas.sentences import Unusable

MOST = 60  # of one picture, the surest
FINE = 100_000  # steps across the picture; boxes are rounded outwards to them


class What(StrEnum):
    """What a mask would hide."""

    FACE = "face"
    PLATE = "plate"


class Proposal(NamedTuple):
    """`x`, `y`, `w`, `h`: fractions of the upright source picture, as `masks.Mask`; `score` 0..1."""

    what: What
    x: float
    y: float
    w: float
    h: float
    score: float


@dataclass(frozen=True)
class Detector:
    """`finest`: longest side in pixels at which a flat picture is looked at."""

    find: flat.Find
    weights: weights.Weights
    least_score: float
    margin: float
    finest: int


DETECTORS = {
    # a face that fills ten pixels of a picture 4096 wide is not one that anybody knows
    What.FACE: Detector(
        centerface.find, weights.CENTERFACE, centerface.LEAST_SCORE, centerface.MARGIN, 4096
    ),
    What.PLATE: Detector(
        plate_net.find, weights.CLP_DET, plate_net.LEAST_SCORE, plate_net.MARGIN, 6144
    ),
}


def faces(picture: Picture, bent: Window | None = None) -> list[Proposal]:
    """Faces, surest first. `bent`: the place of an equirectangular picture on its sphere."""
    return propose(picture, [bent], [What.FACE])


def plates(picture: Picture, bent: Window | None = None) -> list[Proposal]:
    """Number plates, surest first. `bent`: see `faces`."""
    return propose(picture, [bent], [What.PLATE])


def propose(
    picture: Picture, shapes: Sequence[Window | None], wanted: Sequence[What]
) -> list[Proposal]:
    """At most MOST proposals, surest first. `shapes`: see `shapes_of`.

    Raises Unusable: model_missing, model_other.
    """
    found = [
        Proposal(what, *_outwards(box), round(float(box[4]), 3))
        for what in wanted
        for box in _merged(picture, shapes, DETECTORS[what])
    ]
    return sorted(found, key=lambda one: (-one.score, one.what, one.y, one.x))[:MOST]


def shapes_of(header: Header) -> list[Window | None]:
    """How a picture is to be looked at: on the sphere where it says so, flat where it does not,
    both ways where it is 2:1 and says nothing."""
    tags = gpano.read(header.xmp)
    try:
        window = gpano.window(tags, header)
    except Unusable:
        return [None]
    said = "ProjectionType" in tags or any(tag in tags for tag in gpano.SIZES)
    return [window] if said else [window, None]


def describe(what: What) -> dict[str, Any]:
    """The detector as reports tell of it: model, package, version, file, SHA-256, licence and
    thresholds."""
    detector = DETECTORS[what]
    settings = {
        "least_score": detector.least_score,
        "margin": detector.margin,
        "finest": detector.finest,
    }
    return {"what": str(what), **asdict(detector.weights), **settings}


def _merged(picture: Picture, shapes: Sequence[Window | None], detector: Detector) -> Boxes:
    search = partial(flat.search, find=detector.find, finest=detector.finest)
    found = [
        _flat(picture, search) if window is None else on_sphere(picture, window, search)
        for window in shapes
    ]
    return boxes.clip(boxes.merge(np.concatenate(found)), 1, 1)


def _flat(picture: Picture, search: around.Search) -> Boxes:
    found = search(picture)
    found[:, :4] /= picture.shape[1::-1] * 2
    return found


def on_sphere(picture: Picture, window: Window, search: around.Search) -> Boxes:
    """Boxes of an equirectangular picture as fractions of it, in two where they cross the seam."""
    small, place, width = bake.fit(picture, window)
    whole = small if bake.is_whole(small, place) else bake.place(small, place, width).panorama
    found = around.split(around.search(whole, search))
    full = np.array([place.full_width, place.full_height] * 2)
    corner = np.array([place.left, place.top] * 2)
    size = np.array([small.shape[1], small.shape[0]] * 2)
    return boxes.clip(np.column_stack([(found[:, :4] * full - corner) / size, found[:, 4]]), 1, 1)


def _outwards(box: Boxes) -> tuple[float, float, float, float]:
    left, top = (math.floor(side * FINE) for side in box[:2])
    right, bottom = (math.ceil(side * FINE) for side in box[2:4])
    return left / FINE, top / FINE, (right - left) / FINE, (bottom - top) / FINE
