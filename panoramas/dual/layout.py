"""What kind of frame is it: where the two circles lie, how their pictures lie turned, whose camera."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np

from panoramas import level
from panoramas.dual import cameras, circles, project, refine
from panoramas.dual.cameras import Camera
from panoramas.dual.circles import Circle
from panoramas.dual.lens import Lens, Rig
from panoramas.dual.project import Seam
from panoramas.picture import Picture
from panoramas.sentences import Unusable

FLAT = 1.2  # a frame at least this much wider than high (or higher than wide) holds two circles
ALIKE = 0.06  # share by which the radii of the two circles may differ
DARK = 0.45  # of the brightness inside: what lies outside a circle is darker
FIELDS = (200.0, 195.0, 190.0)  # degrees, tried for a camera that nobody knows
TURNS = (0.0, 180.0)  # of the rear picture against the front one, tried for the same
PLAINER = 1.2  # times more upright lines that lying pictures must show once set upright
BRIGHTER = 10.0  # values by which the sky must then be brighter
SMALL = 1088  # columns of the panorama that is asked for its lines


@dataclass(frozen=True)
class Layout:
    """`starts`: where the lenses may be, likeliest first. `circles`: were both found in the picture?"""

    camera: Camera
    starts: list[Rig]
    circles: bool


def find(frame: Picture, name: str, model: str, camera: str | None) -> Layout:
    """Lay a camera's rig over the frame. `model`: Exif's word, may be empty; `camera`: a name of
    the table, when somebody knows.

    Raises Unusable: not_fisheye (no two circles, and no known camera), camera_unknown.
    """
    known = cameras.by_model(model) if camera is None else _named(camera)
    height, width = frame.shape[:2]
    layout = known.layout if known else _shape(width, height)
    if layout is None:
        raise Unusable("not_fisheye", name=name)
    found = _circles(frame, layout)
    if found is None and (known is None or known.generic):
        raise Unusable("not_fisheye", name=name)
    told = known or cameras.table()["generic-" + layout.replace("_", "-")]
    rig = told.rig(width, height)
    if found is not None:
        rig = Rig(*(_onto(lens, circle) for lens, circle in zip(rig, found, strict=True)))
    starts = _any(rig) if told.generic else refine.near_to(rig)
    return Layout(told, starts, found is not None)


def upright(frame: Picture, camera: Camera, rig: Rig) -> tuple[Rig, bool]:
    """The rig with its pictures set upright, and whether the picture itself had to tell how.

    What both lenses show is the same however the whole rig lies. So where the table does not know,
    the pictures must have both a brighter sky and more upright lines before they are turned.
    """
    if camera.lies == "upright":
        return rig, False
    sky = {turn: _sky(frame, rig.rolled(turn).front) for turn in (0.0, 90.0, 180.0, -90.0)}
    best = 90.0 if sky[90.0] > sky[-90.0] else -90.0
    if camera.lies == "aside" or _lies(frame, rig, best, sky[best] - abs(sky[0.0])):
        return rig.rolled(best), True
    if abs(abs(rig.rear.roll) - 180) > 45:
        return rig, False
    return rig.rolled(0.0 if sky[0.0] > sky[180.0] else 180.0), True


def _lies(frame: Picture, rig: Rig, turn: float, brighter: float) -> bool:
    if brighter < BRIGHTER:
        return False
    return _lines(frame, rig.rolled(turn)) > PLAINER * _lines(frame, rig)


def _lines(frame: Picture, rig: Rig) -> float:
    """How plainly upright lines stand out in the panorama."""
    made = project.render(frame, rig, Seam.plain(SMALL), np.eye(3), SMALL)
    return level.uprights(made.panorama, made.covered).evidence


def _named(name: str) -> Camera:
    if name not in cameras.table():
        raise Unusable("camera_unknown", camera=name, known="、".join(cameras.table()))
    return cameras.table()[name]


def _shape(width: int, height: int) -> str | None:
    if width >= FLAT * height:
        return "side_by_side"
    return "stacked" if height >= FLAT * width else None


def _circles(frame: Picture, layout: str) -> tuple[Circle, Circle] | None:
    """Both circles, None unless two alike lie on dark."""
    height, width = frame.shape[:2]
    first, second = (circles.find(frame, box) for box in cameras.boxes(width, height, layout))
    if first is None or second is None:
        return None
    if abs(first.radius / second.radius - 1) > ALIKE:
        return None
    return (first, second) if _dark_around(frame, first, second) else None


def _dark_around(frame: Picture, *found: Circle) -> bool:
    step = max(1, min(frame.shape[:2]) // 400)
    grey = cv2.cvtColor(np.ascontiguousarray(frame[::step, ::step]), cv2.COLOR_RGB2GRAY)
    row, column = (axis * step for axis in np.indices(grey.shape))
    away = np.min([np.hypot(column - c.column, row - c.row) / c.radius for c in found], axis=0)
    outside = grey[away > 1.04]
    return outside.size > 0 and float(outside.mean()) < DARK * float(grey[away < 0.96].mean())


def _onto(lens: Lens, circle: Circle) -> Lens:
    return replace(lens, column=circle.column, row=circle.row, radius=circle.radius)


def _any(rig: Rig) -> list[Rig]:
    """Starts for a camera that nobody knows: fields and half turns that are built."""
    return [
        Rig(
            replace(rig.front, field=field),
            replace(rig.rear, field=field, roll=rig.rear.roll + turn),
        )
        for turn, field in product(TURNS, FIELDS)
    ]


def _sky(frame: Picture, lens: Lens) -> float:
    """How much brighter the upper half of what a lens shows is than the lower."""
    step = max(1.0, lens.radius / 100)
    row, column = np.mgrid[-0.8 : 0.8 : 2 * step / lens.radius, -0.8 : 0.8 : 2 * step / lens.radius]
    across, down = lens.column + column * lens.radius, lens.row + row * lens.radius
    up = lens.rays(across, down)[..., 2]
    seen = cv2.remap(
        cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY),
        across.astype(np.float32),
        down.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return float(seen[up > 0.2].mean()) - float(seen[up < -0.2].mean())
