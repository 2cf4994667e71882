"""A whole car from outside: its mesh, its plates, and what the camera sees of it in the yard."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from demo import ends, flanks, signs
from demo.body import DARK, Shell, deck, glasshouse, lower_body, shell_of
from demo.camera import Camera
from demo.cars import PAINTS, Car
from demo.damage import flaw_mesh
from demo.mesh import Floats, Mesh, Skin, join, piece, sheet, srgb
from demo.painter import Decal, Picture, draw
from demo.seats import room_of, seats, steering
from demo.wheels import wheels
from demo.yard import backdrop


@lru_cache(maxsize=6)
def _clean(kind: str, paint_name: str, electric: bool, fine: float) -> Mesh:
    """The car of this kind and paint without any flaw."""
    shell = shell_of(kind)
    paint = Skin(srgb(*PAINTS[paint_name][1]), 0.07)
    room = room_of(kind)
    floor = sheet(
        (shell.shape.rear + 0.35, -0.72 * shell.shape.width / 2, room.floor),
        (shell.shape.front - shell.shape.rear - 0.7, 0, 0),
        (0, 0.72 * shell.shape.width, 0),
        step=0.3,
    )
    under = Skin(DARK.colour, lined=True)
    ledge = sheet(
        (room.dash, -shell.shape.width * 0.42, room.belt + 0.03),
        (shell.shape.cowl - room.dash, 0, 0),
        (0, shell.shape.width * 0.84, 0),
        step=0.1,
    )
    return join(
        [
            lower_body(shell, paint, fine),
            deck(shell, paint, fine),
            glasshouse(shell, paint, fine),
            wheels(shell),
            *ends.nose(shell),
            *ends.tail(shell, exhaust=not electric),
            *flanks.flank(shell, paint, flush=kind == "electric"),
            *flanks.top(shell, paint),
            seats(kind),
            steering(kind),
            piece(floor, under),
            piece(ledge, under),
        ]
    )


@lru_cache(maxsize=6)
def mesh_of(car: Car, fine: float = 1.0) -> Mesh:
    """Everything of this car that is seen from outside, flaws included; `fine` > 1 for close pictures."""
    flaws = [flaw_mesh(car, d) for d in car.defects if not d.inside]
    return join([_clean(car.kind, car.paint, car.energy == "BEV", fine), *flaws])


def plates(car: Car) -> list[Decal]:
    """Front and rear number plate in their places."""
    shell, picture = shell_of(car.kind), signs.plate(car.plate)
    half = picture.shape[1] / picture.shape[0] * 0.07
    low, high = ends.plate_band(shell)
    return [
        _plate(shell, picture, half, 0.0, 0.34),
        _plate(shell, picture, half, 1.0, (low + high) / 2),
    ]


def _plate(shell: Shell, picture: Picture, half: float, u: float, h: float) -> Decal:
    sign = 1.0 if u == 0 else -1.0
    middle: Floats = shell.point(u, h) + np.array([sign * 0.03, 0, 0])
    right, up = np.array([0, sign * half, 0]), np.array([0, 0, 0.07])
    return Decal(
        picture,
        np.stack(
            [middle - right + up, middle + right + up, middle + right - up, middle - right - up]
        ),
        0.3,
    )


def names(car: Car) -> list[Decal]:
    """Maker and model in chrome letters on the tail."""
    shell = shell_of(car.kind)
    _, high = ends.plate_band(shell)
    band = min(high + 0.10, 0.92)
    return [
        _letters(shell, text, side, band)
        for text, side in ((car.maker, 1), (car.model_en.split()[-1], -1))
    ]


def _letters(shell: Shell, text: str, side: int, h: float) -> Decal:
    picture = signs.chrome_name(text)
    half = picture.shape[1] / 4000
    y = side * (shell.shape.width * 0.27 - half)
    spots = [
        shell.point(float(np.sign(v) * shell.u_end(abs(v), nose=False)), h)
        for v in (y + half, y - half)
    ]
    left, right = (spot + np.array([-0.008, 0, 0]) for spot in spots)
    tall = np.array([0.006, 0, 0.03])
    return Decal(picture, np.stack([left + tall, right + tall, right - tall, left - tall]), 0.3)


def look_at(car: Car, camera: Camera, *, fine: float = 1.0) -> Picture:
    """The car in the yard (height, width, 3) through a camera outside it."""
    return draw(mesh_of(car, fine), camera, backdrop(camera, car.kind), [*plates(car), *names(car)])
