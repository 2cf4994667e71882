"""The demonstration's photographer: named photographs, spins, and where a thing must be found in them.

A view is a name: front_left, front_right, rear_left, rear_right, front, rear, left, right, roof,
plate, wheel_fl, wheel_fr, wheel_rl, wheel_rr, boot, engine, instrument_panel, odometer, vin,
seats_front, seats_rear, or defect(0), defect(1) … for the close-up of a flaw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from demo import hollows
from demo.body import shell_of
from demo.camera import Camera, aim
from demo.cars import Car, Defect
from demo.exterior import look_at, mesh_of, plates
from demo.interior import inside_mesh, look_inside
from demo.mesh import Floats, vec
from demo.painter import Picture, blocked
from demo.seats import room_of
from demo.shapes import SHAPES
from demo.wheels import wheel_face

Size = tuple[int, int]
OUTSIDE = (
    "front_left",
    "front_right",
    "rear_left",
    "rear_right",
    "front",
    "rear",
    "left",
    "right",
    "roof",
    "plate",
    "wheel_fl",
    "wheel_fr",
    "wheel_rl",
    "wheel_rr",
)
INSIDE = ("instrument_panel", "odometer", "vin", "seats_front", "seats_rear")
HOLLOWS = ("boot", "engine")
VIEWS = (*OUTSIDE, *INSIDE, *HOLLOWS)
PHOTO: Size = (1600, 1200)
_ROUND = {
    "front": 0,
    "front_left": 45,
    "left": 90,
    "rear_left": 135,
    "rear": 180,
    "rear_right": 225,
    "right": 270,
    "front_right": 315,
}


def close_up(index: int) -> str:
    """Name of the close-up view of the car's flaw of this index."""
    return f"defect({index})"


def photograph(car: Car, view: str, size: Size = PHOTO) -> Picture:
    """The named photograph (height, width, 3), BGR; raises ValueError for a name that is none."""
    if view == "boot" and SHAPES[car.kind].bed is None:
        return hollows.boot(car, size)
    if view == "engine":
        return hollows.engine(car, size)
    camera = camera_of(car, view, size)
    if is_inside(car, camera):
        return look_inside(car, camera)
    return look_at(car, camera, fine=_fineness(view, size))


def _fineness(view: str, size: Size) -> float:
    """How finely the body is cut: close pictures and large ones show the faces."""
    if view.startswith(("defect", "plate", "wheel")):
        return 2.5
    return 1.5 if size[0] > 1000 else 1.0


def camera_of(car: Car, view: str, size: Size = PHOTO) -> Camera:
    """The camera of a named view; raises ValueError for a name that is none, or has no camera (engine)."""
    s = SHAPES[car.kind]
    if view in _ROUND:
        near = {"left": 1.34, "right": 1.34, "front": 1.12, "rear": 1.12}.get(view, 1.32)
        return spin_camera(car, _ROUND[view], size, near=near)
    if view == "roof":
        return aim((s.rear - 2.3, 1.3, 5.2), (-0.2, 0, 0.5), field=52, size=size)
    if view == "boot" and s.bed is not None:
        return aim((s.rear - 1.3, 0.5, 2.3), (s.rear + 1.0, 0, 0.95), field=56, size=size)
    if view == "plate":
        middle = plates(car)[0].corners.mean(axis=0)
        return aim(middle + vec(1.25, 0.22, 0.42), middle, field=44, size=size)
    if view.startswith("wheel_") and view in VIEWS:
        side = 1 if view[-1] == "l" else -1
        face = wheel_face(shell_of(car.kind), s.axles[0 if view[-2] == "f" else 1], side)
        return aim(face + vec(0.25, side * 1.35, 0.25), face, field=46, size=size)
    if view.startswith("defect("):
        return _close_camera(car, car.defects[int(view[7:-1])], size)
    if view in INSIDE:
        return _inside_camera(car, view, size)
    raise ValueError(f"no such view: {view}")


def _close_camera(car: Car, defect: Defect, size: Size) -> Camera:
    """From two thirds of a metre and more, a little from above."""
    place, normal = np.array(defect.place), np.array(defect.normal)
    if defect.inside:
        return aim(room_of(car.kind).eye, place, field=48, size=size)
    away = 0.55 + 1.5 * max(defect.size_mm) / 1000
    eye = place + away * normal + vec(0, 0, 0.18)
    eye[2] = max(eye[2], 0.3)
    return aim(eye, place, field=52, size=size)


def _inside_camera(car: Car, view: str, size: Size) -> Camera:
    room = room_of(car.kind)
    z = room.eye[2]
    panel, digits = room.cluster
    if view == "instrument_panel":
        return aim(
            (panel[0] - 0.52, room.side - 0.02, panel[2] + 0.21),
            (panel[0], room.side, panel[2] - 0.02),
            field=54,
            size=size,
        )
    if view == "odometer":
        return aim((digits[0] - 0.30, room.side, digits[2] + 0.09), digits, field=36, size=size)
    if view == "vin":
        return aim(
            (room.vin[0] - 0.22, room.vin[1] - 0.02, room.vin[2] + 0.17),
            room.vin,
            field=44,
            size=size,
        )
    if view == "seats_front":
        return aim(
            (room.dash - 0.14, 0.02, z + 0.02),
            (room.seat - 0.1, 0, room.hip + 0.18),
            field=92,
            size=size,
        )
    return aim(
        (room.seat - 0.16, 0, z + 0.02), (room.rear - 0.1, 0, room.hip + 0.16), field=88, size=size
    )


def spin_camera(car: Car, angle: float, size: Size = (1280, 720), *, near: float = 1.25) -> Camera:
    """A camera on the level circle round the car; `angle` in degrees, 0 before the nose, 90 on the left.

    `near` is the circle's radius in lengths of the car (at 4:3; wider pictures stand the same).
    """
    s = SHAPES[car.kind]
    away, turn = near * max(s.front - s.rear, 3.9), np.radians(angle)
    eye = (away * np.cos(turn) + (s.front + s.rear) / 2, away * np.sin(turn), 1.5)
    return aim(
        eye,
        ((s.front + s.rear) / 2, 0, 0.62 if size[0] * 3 <= size[1] * 4 + 3 else 0.74),
        field=50,
        size=size,
    )


def spin(
    car: Car, count: int = 24, size: Size = (1280, 720), *, angles: Sequence[float] | None = None
) -> Iterator[Picture]:
    """Frames (height, width, 3) of a walk round the car, at even angles from 0 or at the given ones."""
    for camera in spin_cameras(car, count, size, angles=angles):
        yield look_at(car, camera)


def spin_cameras(
    car: Car, count: int = 24, size: Size = (1280, 720), *, angles: Sequence[float] | None = None
) -> list[Camera]:
    """The cameras of the same frames."""
    turns = [360 * i / count for i in range(count)] if angles is None else angles
    return [spin_camera(car, turn, size) for turn in turns]


def is_inside(car: Car, camera: Camera) -> bool:
    """Whether the camera stands in the cabin."""
    s, (x, y, z) = SHAPES[car.kind], camera.eye
    return bool(s.back - 0.1 < x < s.cowl and abs(y) < s.width / 2 and z < s.height)


def project(
    car: Car, point: ArrayLike, view: str | Camera, size: Size = PHOTO
) -> tuple[float, float] | None:
    """Picture coordinates of a world point, or None if it is behind the camera, outside the picture or hidden."""
    camera = view if isinstance(view, Camera) else camera_of(car, view, size)
    spot, depth = camera.see(np.asarray(point, float))
    inside = (spot >= 0).all() and (spot <= np.asarray(camera.size) - 1).all()
    if depth <= 0.03 or not inside:
        return None
    mesh = inside_mesh(car) if is_inside(car, camera) else mesh_of(car)
    return (
        None
        if blocked(mesh, camera, np.asarray(point, float))
        else (float(spot[0]), float(spot[1]))
    )


def defect_in_view(
    car: Car, defect: Defect, view: str | Camera, size: Size = PHOTO
) -> tuple[float, float] | None:
    """Where the flaw's middle is in a view, or None where it cannot be seen (turned away, hidden, elsewhere)."""
    if view in HOLLOWS and not (view == "boot" and SHAPES[car.kind].bed):
        return None
    camera = view if isinstance(view, Camera) else camera_of(car, view, size)
    way: Floats = camera.eye - np.array(defect.place)
    if defect.inside != is_inside(car, camera) or way @ np.array(
        defect.normal
    ) < 0.08 * np.linalg.norm(way):
        return None
    return project(car, defect.place, camera)


@lru_cache(maxsize=32)
def defect_track(
    car: Car, index: int, count: int = 24, size: Size = (1280, 720)
) -> tuple[tuple[float, float] | None, ...]:
    """Where the flaw of this index is in each frame of an even spin."""
    return tuple(
        defect_in_view(car, car.defects[index], camera) for camera in spin_cameras(car, count, size)
    )
