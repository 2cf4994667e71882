"""Where number plates are in a picture, as the rectangles that a person would draw over them."""

from __future__ import annotations

import numpy as np

from demo import views
from demo.camera import Camera
from demo.cars import Car
from demo.exterior import plates
from demo.shapes import SHAPES
from demo.shots import Sizes

Box = list[float]
ROOM = 0.14  # of the plate's own size on every side
LEAST = 4.0  # pixels


def camera_for(car: Car, view: str, width: int, sizes: Sizes) -> Camera | None:
    """The camera outside the car that took a shot; None where no plate can be seen."""
    size = (width, width * 3 // 4)
    if view.startswith("spin:"):
        return views.spin_camera(car, sizes.angle(int(view[5:]) - 1), size)
    inside = view in (*views.INSIDE, "panorama", "engine")
    if inside or (view == "boot" and SHAPES[car.kind].bed is None):
        return None
    camera = views.camera_of(car, view, size)
    return None if views.is_inside(car, camera) else camera


def plate_boxes(car: Car, camera: Camera | None) -> list[Box]:
    """Rectangles [x, y, w, h], fractions of the picture, over every plate that faces the camera."""
    if camera is None:
        return []
    found = (_box(camera, np.asarray(plate.corners)) for plate in plates(car))
    return [box for box in found if box]


def _box(camera: Camera, corners: np.ndarray) -> Box | None:
    middle = corners.mean(axis=0)
    outward = 1.0 if middle[0] > 0 else -1.0
    if (camera.eye[0] - middle[0]) * outward < 0.05:
        return None
    spots, depth = camera.see(corners)
    if (depth <= 0.05).any():
        return None
    size = np.asarray(camera.size, float)
    low, high = spots.min(axis=0), spots.max(axis=0)
    room = np.maximum(ROOM * (high - low), LEAST)
    low, high = np.clip((low - room) / size, 0, 1), np.clip((high + room) / size, 0, 1)
    wide, tall = high - low
    if wide * size[0] < LEAST or tall * size[1] < LEAST:
        return None
    return [float(low[0]), float(low[1]), float(wide), float(tall)]
