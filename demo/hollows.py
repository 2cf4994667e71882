"""Boot and engine bay: two open hollows in the car, drawn by themselves from above."""

from __future__ import annotations

import numpy as np

from demo.body import PLASTIC
from demo.camera import Camera, aim
from demo.cars import PAINTS, Car
from demo.mesh import Floats, Mesh, Skin, away_from, box, disc, join, loft, piece, sheet, srgb, vec
from demo.painter import Decal, Picture, draw
from demo.seats import METAL
from demo.shapes import SHAPES
from demo.signs import centred
from demo.yard import backdrop

FELT = Skin(srgb(66, 66, 68))
BAY = Skin(srgb(40, 41, 43))
WHITE = Skin(srgb(214, 216, 210), 0.04)
ORANGE = Skin(srgb(226, 98, 20), 0.05)
ALUMINIUM = Skin(srgb(150, 152, 154), 0.2)
RED = Skin(srgb(170, 24, 20), 0.08)


Box3 = tuple[float, float, float]


def _tub(middle: Box3, size: Box3, lining: Skin, frame: Skin, near: int) -> list[Mesh]:
    """An open tub, its rim at the height of `middle`, in a painted frame; the camera stands at its `near` end."""
    (x, y, z), (long, wide, deep) = middle, size
    low, rim, over = vec(x - long / 2, y - wide / 2, z - deep), vec(x, y, z), vec(x, y, z + 1)
    floor = sheet(low, (long, 0, 0), (0, wide, 0))
    walls = [
        sheet(low, (long, 0, 0), (0, 0, deep)),
        sheet(low, (0, wide, 0), (0, 0, deep)),
        sheet(low + vec(0, wide, 0), (long, 0, 0), (0, 0, deep)),
        sheet(low + vec(long, 0, 0), (0, wide, 0), (0, 0, deep)),
    ]
    parts = [piece(away_from(floor, rim - vec(0, 0, 9)), lining)]
    parts += [piece(away_from(w, over)[:, ::-1], lining) for w in walls]
    for a in (-1, 1):
        parts += _edge(rim, long, wide, a, near, frame)
    fascia = sheet(
        (x + near * (long / 2 + 0.1), y - wide / 2 - 0.5, z - 0.75),
        (0, wide + 1, 0),
        (0, 0, 0.75),
        step=0.06,
    )
    return [*parts, piece(away_from(fascia, rim), frame, lift=0.05)]


def _edge(rim: Floats, long: float, wide: float, a: int, near: int, frame: Skin) -> list[Mesh]:
    """The frame's strips on one side and at one end, and the rubber seal along the side."""
    x, y, z = rim.tolist()
    strip = 0.10 if a == near else 0.5
    side = sheet(
        (x - long / 2 - 0.1, y + a * wide / 2 - (0 if a > 0 else 0.5), z),
        (long + 0.2, 0, 0),
        (0, 0.5, -0.02),
        step=0.05,
    )
    end = sheet(
        (x + a * long / 2 - (0 if a > 0 else strip), y - wide / 2 - 0.5, z - 0.001),
        (strip, 0, 0),
        (0, wide + 1, 0),
        step=0.05,
    )
    run = np.linspace(-long / 2, long / 2, 24)
    seal = loft(
        np.stack([x + run, np.full(24, y + a * wide / 2), np.full(24, z + 0.006)], axis=1),
        0.014,
        0.014,
        count=10,
    )
    painted = [piece(away_from(faces, rim - vec(0, 0, 5)), frame) for faces in (side, end)]
    return [*painted, piece(seal, PLASTIC, lift=0.06)]


def _paint(car: Car) -> Skin:
    return Skin(srgb(*PAINTS[car.paint][1]), 0.07)


def boot(car: Car, size: tuple[int, int]) -> Picture:
    """The open boot from behind: floor, wheel humps, warning triangle's case, tool roll."""
    s = SHAPES[car.kind]
    wide, rim = s.width * 0.62, s.belt[0][1] - 0.12
    parts = _tub((s.rear + 0.62, 0, rim), (0.95, wide, 0.52), FELT, _paint(car), -1)
    for side in (1, -1):
        parts.append(
            piece(
                box(
                    (s.rear + 0.72, side * (wide / 2 - 0.07), rim - 0.38),
                    (0.5, 0.14, 0.28),
                    step=0.04,
                    power=3.5,
                ),
                FELT,
                lift=0.04,
            )
        )
    parts.append(
        piece(
            box((s.rear + 0.35, -0.18, rim - 0.485), (0.10, 0.44, 0.07), step=0.03), RED, lift=0.05
        )
    )
    parts.append(
        piece(
            loft(
                [(s.rear + 0.55, 0.05, rim - 0.47), (s.rear + 0.55, 0.38, rim - 0.47)],
                0.06,
                0.05,
                across=(1, 0, 0),
                count=18,
            ),
            PLASTIC,
            lift=0.05,
        )
    )
    for k in (-1, 1):
        back = box(
            (s.rear + 1.07, k * wide * 0.25, rim - 0.24),
            (0.06, wide * 0.48, 0.44),
            step=0.05,
            power=5,
        )
        parts.append(piece(back, Skin(srgb(50, 50, 53)), lift=0.06))
    lid = sheet((s.rear + 0.42, -0.2, rim - 0.516), (0.4, 0, 0), (0, 0.4, 0), step=0.08)
    parts.append(piece(away_from(lid, (0, 0, -9)), Skin(srgb(64, 64, 66)), lift=0.03))
    camera = aim(
        (s.rear - 0.42, 0.18, rim + 0.78), (s.rear + 0.62, 0, rim - 0.26), field=54, size=size
    )
    return _show(join(parts), camera, [])


def engine(car: Car, size: tuple[int, int]) -> Picture:
    """Under the bonnet: an engine with its cover, or the power electronics of an electric car."""
    s = SHAPES[car.kind]
    x, z, wide = s.axles[0] + 0.12, float(s.belt[-2][1]), s.width * 0.66
    electric = car.energy == "BEV"
    parts = _tub((x, 0, z), (0.82, wide, 0.5), BAY, _paint(car), 1)
    cover = ALUMINIUM if electric else Skin(srgb(36, 37, 40), 0.06)
    parts.append(
        piece(box((x, 0, z - 0.19), (0.44, 0.50, 0.22), step=0.04, power=5), cover, lift=0.05)
    )
    parts += _battery(x + 0.02, wide / 2 - 0.17, z) + _bottle(x - 0.24, -wide / 2 + 0.14, z)
    parts.append(
        piece(
            box((x + 0.14, -wide / 2 + 0.18, z - 0.20), (0.3, 0.24, 0.18), step=0.04, power=6),
            PLASTIC,
            lift=0.05,
        )
    )
    parts += _hoses(x, z, wide, electric=electric)
    words = np.full((160, 520, 3), 150 if electric else 40, np.uint8)
    centred(
        words,
        "e-DRIVE" if electric else "2.0 TURBO",
        (260, 80),
        (30, 110, 230) if electric else (200, 204, 208),
        84,
    )
    front, back, top = x - 0.05, x - 0.15, z - 0.075
    quad = np.array(
        [(back, -0.16, top), (back, 0.16, top), (front, 0.16, top), (front, -0.16, top)]
    )
    camera = aim((x + 1.12, 0.1, z + 0.95), (x, 0, z - 0.16), field=54, size=size)
    return _show(join(parts), camera, [Decal(words, quad, 0.2)])


def _battery(x: float, y: float, z: float) -> list[Mesh]:
    """The 12-volt battery with its two poles."""
    parts = [
        piece(box((x, y, z - 0.18), (0.24, 0.19, 0.22), step=0.04), PLASTIC, lift=0.05),
        piece(box((x, y, z - 0.06), (0.22, 0.17, 0.02), step=0.04), FELT, lift=0.06),
    ]
    for k, skin in ((-0.05, RED), (0.05, METAL)):
        pole = disc((x, y + k, z - 0.045), (1, 0, 0), (0, 1, 0), [0, 0.018])
        parts.append(piece(pole[:, ::-1], skin, lift=0.1))
    return parts


def _bottle(x: float, y: float, z: float) -> list[Mesh]:
    """The washer bottle with its blue cap."""
    cap = loft([(x, y, z - 0.06), (x, y, z - 0.03)], 0.035, 0.035, power=2, count=20)
    body = box((x, y, z - 0.13), (0.14, 0.16, 0.14), step=0.04, power=4)
    return [piece(body, WHITE, lift=0.05), piece(cap, Skin(srgb(20, 80, 160), 0.05), lift=0.1)]


def _hoses(x: float, z: float, wide: float, *, electric: bool) -> list[Mesh]:
    """Three orange high-voltage cables, or an intake pipe and a hose."""
    turn, parts = np.linspace(0, 1, 22), []
    for k in range(3 if electric else 2):
        line = np.stack(
            [
                x + 0.26 - 0.1 * k + 0.04 * np.sin(turn * 6),
                -wide / 2 + 0.2 + turn * (wide - 0.42),
                z - 0.09 - 0.02 * k + 0.05 * np.sin(turn * np.pi),
            ],
            axis=1,
        )
        radius = 0.014 if electric or k else 0.034
        pipe = loft(line, radius, radius, power=2, count=12, across=(1, 0, 0))
        parts.append(piece(pipe, ORANGE if electric else PLASTIC, lift=0.12))
    return parts


def _show(mesh: Mesh, camera: Camera, decals: list[Decal]) -> Picture:
    return draw(mesh, camera, backdrop(camera, None), decals)
