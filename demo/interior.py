"""Pictures from inside a car: perspective views, six cube faces, and the panorama made from them.

A panorama pixel in column i and row j of (h, w) looks to yaw (i + ½)/w · 360° − 180° (right is
positive, 0 straight ahead) and pitch 90° − (j + ½)/h · 180° (up is positive). Faces are named and
turned as py360convert's "dict" has them: F, R, B, L, U, D, each as seen from the middle without any
flip; the lower edge of U and the upper edge of D touch F.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from demo import signs
from demo.body import deck, shell_of
from demo.cabin import cabin
from demo.camera import Camera
from demo.cars import PAINTS, Car
from demo.damage import flaw_mesh
from demo.mesh import Floats, Mesh, Skin, join, srgb
from demo.painter import Decal, Picture, draw, which
from demo.seats import room_of
from demo.yard import backdrop, noise

FACES = ("F", "R", "B", "L", "U", "D")
_SPARE = 4  # pixels drawn beyond each face's edge, so that the panorama has no seams
_AXES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "F": ((0, -1, 0), (0, 0, -1), (1, 0, 0)),
    "R": ((-1, 0, 0), (0, 0, -1), (0, -1, 0)),
    "B": ((0, 1, 0), (0, 0, -1), (-1, 0, 0)),
    "L": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "U": ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    "D": ((0, -1, 0), (-1, 0, 0), (0, 0, -1)),
}


@lru_cache(maxsize=3)
def inside_mesh(car: Car) -> Mesh:
    """Everything of this car that is seen from its cabin."""
    shell = shell_of(car.kind)
    paint = Skin(srgb(*PAINTS[car.paint][1]), 0.07)
    flaws = [flaw_mesh(car, d) for d in car.defects if d.inside]
    return join([deck(shell, paint, 1.0), cabin(car.kind, paint), *flaws])


def decals(car: Car) -> list[Decal]:
    """Instruments, screen and VIN plate of this car, in their places."""
    room = room_of(car.kind)
    (x, y, z), _ = room.cluster
    up, right = np.array([0.02, 0, 0.14]), np.array([0, -0.32, 0])
    sx, sy, sz = room.things()["touchscreen"]
    return [
        Decal(signs.instruments(car), _quad((x, y, z), right, up), 0.12),
        Decal(
            signs.screen(car),
            _quad((sx, sy, sz), np.array([0, -0.26, 0]), np.array([0, 0, 0.162])),
            0.12,
        ),
        Decal(
            signs.vin_plate(car),
            _quad(room.vin, np.array([0, -0.17, 0]), np.array([0.022, 0, 0.009])),
            0.15,
        ),
    ]


def _quad(middle: ArrayLike, right: Floats, up: Floats) -> Floats:
    spot = np.asarray(middle, float)
    return np.stack(
        [
            spot - right / 2 + up / 2,
            spot + right / 2 + up / 2,
            spot + right / 2 - up / 2,
            spot - right / 2 - up / 2,
        ]
    )


def look_inside(car: Car, camera: Camera) -> Picture:
    """The cabin (height, width, 3) through a camera in it, with the yard outside the windows."""
    mesh, signs_ = inside_mesh(car), decals(car)
    outside = backdrop(camera, car.kind)
    picture = draw(mesh, camera, outside, signs_, indoors=True)
    factor = _texture(mesh, camera, which(mesh, camera, signs_))
    return np.asarray(np.clip(picture * factor[..., None] + 0.5, 0, 255), np.uint8)


@lru_cache(maxsize=1)
def _cloth() -> NDArray[np.float32]:
    """Leather grain and weave, 512 pixels for 0.64 m, as a factor near 1."""
    weave = np.tile(
        np.array([[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [-1, 0, 0, 1]], np.float32),
        (128, 128),
    )
    return np.asarray(
        1
        + 0.045 * noise(11, 512, 512, (1.3, 1), (4, 0.6), (20, 0.5))
        + 0.018 * cv2.GaussianBlur(weave, (0, 0), 0.7),
        np.float32,
    )


def _texture(mesh: Mesh, camera: Camera, face: NDArray[np.int32]) -> NDArray[np.float32]:
    """Brightness factor of every pixel: the cloth of the face seen there, fixed to the world."""
    ray, inside = camera.rays(), face >= 0
    normal, some = mesh.normals.astype(np.float32), face[inside]
    level = np.einsum("ij,ij->i", mesh.normals, mesh.corners[:, 0] - camera.eye).astype(np.float32)
    slope = np.einsum("ij,ij->i", normal[some], ray[inside])
    reach = level[some] / np.where(abs(slope) < 1e-4, np.float32(1e-4), slope)
    place = camera.eye.astype(np.float32) + np.clip(reach, 0, 9)[:, None] * ray[inside]
    main = abs(normal).argmax(axis=1)[some]
    across = np.where(main == 0, place[:, 1], place[:, 0]) * 800
    down = np.where(main == 2, place[:, 1], place[:, 2]) * 800
    factor = np.ones(face.shape, np.float32)
    maps = np.zeros((2, *face.shape), np.float32)
    maps[0][inside], maps[1][inside] = across, down
    cloth = cv2.remap(_cloth(), maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    factor[inside] = cloth[inside]
    return factor


def _face(car: Car, name: str, side: int, forward: float = 0.0) -> Picture:
    """One cube face with _SPARE pixels more on every edge, seen `forward` metres before the eye."""
    camera = Camera(
        np.array(room_of(car.kind).eye) + np.array([forward, 0, 0]),
        np.array(_AXES[name], float),
        side / 2,
        (side + 2 * _SPARE, side + 2 * _SPARE),
    )
    return look_inside(car, camera)


def cabin_faces(car: Car, side: int) -> dict[str, Picture]:
    """The six cube faces (side, side, 3) in the order F, R, B, L, U, D, ready for py360convert's "dict"."""
    return {
        name: np.ascontiguousarray(_face(car, name, side)[_SPARE:-_SPARE, _SPARE:-_SPARE])
        for name in FACES
    }


Maps = tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]


@lru_cache(maxsize=1)
def _panorama_maps(width: int, side: int) -> Maps:
    """Where each panorama pixel lies on the faces, see `_places`."""
    yaw = (np.arange(width) + 0.5) / width * 2 * np.pi - np.pi
    pitch = np.pi / 2 - (np.arange(width // 2) + 0.5) / (width // 2) * np.pi
    flat = np.cos(pitch)[:, None]
    way = np.stack(
        [flat * np.cos(yaw), -flat * np.sin(yaw), np.sin(pitch)[:, None] + 0 * yaw], axis=-1
    ).astype(np.float32)
    return _places(way, side)


def _places(way: NDArray[np.float32], side: int) -> Maps:
    """For world directions (rows, columns, 3): number of the face, column and row in it (spared)."""
    axes = np.array([_AXES[name] for name in FACES], np.float32)
    face = np.argmax(way @ axes[:, 2].T, axis=-1).astype(np.int8)
    column, row = np.empty(face.shape, np.float32), np.empty(face.shape, np.float32)
    for number, (right, down, ahead) in enumerate(axes):
        here = face == number
        part = way[here]
        depth = part @ ahead
        column[here] = part @ right / depth * (side / 2) + (side - 1) / 2 + _SPARE
        row[here] = part @ down / depth * (side / 2) + (side - 1) / 2 + _SPARE
    return face, column, row


def cabin_panorama(car: Car, width: int = 4096) -> Picture:
    """The equirectangular picture (width // 2, width, 3) from between the front seats, looking ahead."""
    side = int(np.ceil(width / np.pi / 8)) * 8
    return _gather(car, side, _panorama_maps(width, side), 0.0)


def look_along(car: Car, way: NDArray[np.float32], side: int, forward: float = 0.0) -> Picture:
    """The cabin's colours (rows, columns, 3) along world directions, `forward` metres before the eye.

    `side`: pixels of the cube faces that are drawn for it.
    """
    return _gather(car, side, _places(way, side), forward)


def _gather(car: Car, side: int, maps: Maps, forward: float) -> Picture:
    """Colours at places on faces; faces that no place needs are not drawn."""
    face, column, row = maps
    picture = np.zeros((*face.shape, 3), np.uint8)
    for number, name in enumerate(FACES):
        here = face == number
        if not here.any():
            continue
        drawn = cv2.remap(
            _face(car, name, side, forward),
            column,
            row,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        picture[here] = drawn[here]
    return picture


def yaw_pitch(car: Car, point: ArrayLike) -> tuple[float, float]:
    """Direction in degrees (yaw to the right, pitch up) from the panorama's eye to a world point."""
    x, y, z = np.asarray(point, float) - np.array(room_of(car.kind).eye)
    return float(np.degrees(np.arctan2(-y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))
