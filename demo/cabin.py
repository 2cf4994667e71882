"""The inside of a car: dashboard, doors, floor and roof lining inside the body's own shell.

Everything is placed from the shape: the seats stand at the middle pillar, the dashboard under the
windscreen's foot; the driver sits on the left.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from demo.body import Shell, glasshouse, shell_of, spread
from demo.mesh import (
    Floats,
    Mesh,
    Skin,
    away_from,
    box,
    disc,
    grid,
    join,
    loft,
    piece,
    sheet,
    srgb,
    vec,
)
from demo.seats import METAL, SOFT, TRIMS, Room, Vector, room_of, seats, steering
from demo.shapes import SHAPES

LINING = Skin(srgb(186, 182, 174))
SCREEN_BLACK = Skin(srgb(8, 8, 9), 0.05)
CARPET = Skin(srgb(62, 60, 58))


def dashboard(kind: str) -> Mesh:
    """Dashboard with inlay, vents, cluster hood and centre screen, and the console between the seats."""
    room, shell = room_of(kind), shell_of(kind)
    s = SHAPES[kind]
    inlay = TRIMS[kind][2]
    profile = np.array(
        [
            (s.cowl - room.dash - 0.06, 0.045),
            (0.22, 0.085),
            (0.10, 0.085),
            (0.03, 0.065),
            (0.0, 0.03),
            (-0.012, -0.02),
            (-0.012, -0.085),
            (0.0, -0.10),
            (0.0, -0.28),
            (0.06, -0.36),
            (0.2, -0.42),
        ]
    )
    run = np.linspace(0, len(profile) - 1, 50)
    curve = np.stack(
        [np.interp(run, np.arange(len(profile)), profile[:, i]) for i in (0, 1)], axis=1
    )
    half = float(shell.edge(room.dash)) * 0.93
    y = spread(-half, half, step=0.035)
    net = np.stack(
        [
            room.dash + curve[:, None, 0] - 0.05 * (1 - (y / half) ** 4) + 0.05,
            np.broadcast_to(y, (50, len(y))),
            room.belt + curve[:, None, 1] + 0.012 * (1 - (y / half) ** 2),
        ],
        axis=-1,
    )
    faces = away_from(grid(net), (room.dash + 0.4, 0, room.belt - 0.4))
    level = np.repeat((run[1:] + run[:-1]) / 2, len(y) - 1)
    skins = [
        (level < 4.9, SOFT),
        ((level >= 4.9) & (level < 6.1), inlay),
        (level >= 6.1, Skin(TRIMS[kind][0], 0.01)),
    ]
    parts = [piece(faces[mask], skin) for mask, skin in skins]
    return join([*parts, *_dash_parts(room, half), *_console(room, inlay)])


def _dash_parts(room: Room, half: float) -> list[Mesh]:
    """Hood over the instruments, screen housing, vents, glove box line."""
    (x, y, z), _ = room.cluster
    wide = np.linspace(-0.19, 0.19, 16)
    arch = np.stack([np.full(16, x), y + wide, z + 0.115 - 0.9 * wide**2], axis=1)
    hood = grid(
        np.stack([arch + vec(-0.045, 0, 0), arch + vec(0.06, 0, 0.005), arch + vec(0.16, 0, -0.06)])
    )
    parts = [
        piece(away_from(hood, (x, y, z)), SOFT),
        piece(away_from(hood, (x, y, z))[:, ::-1], SCREEN_BLACK),
    ]
    face = sheet((x + 0.02, y - 0.185, z - 0.075), (0, 0.37, 0), (0, 0, 0.17))
    parts.append(piece(away_from(face, (x + 1, y, z)), SCREEN_BLACK, lift=0.05))
    parts.append(
        piece(
            box((room.dash - 0.055, 0, room.belt + 0.02), (0.025, 0.285, 0.185), power=12),
            SCREEN_BLACK,
            lift=0.03,
        )
    )
    for k in (-half + 0.12, half - 0.12, -0.25, 0.22):
        if abs(k - y) < 0.14:
            continue
        vent = sheet(
            (room.dash - 0.018, k - 0.06, room.belt - 0.078), (0, 0.12, 0), (0, 0, 0.05), step=0.02
        )
        parts.append(piece(away_from(vent, (room.dash + 1, k, room.belt)), SCREEN_BLACK, lift=0.05))
        for row in range(3):
            slat = sheet(
                (room.dash - 0.022, k - 0.058, room.belt - 0.07 + 0.016 * row),
                (0, 0.116, 0),
                (0, 0, 0.005),
                step=0.05,
            )
            parts.append(piece(away_from(slat, (room.dash + 1, k, room.belt)), METAL, lift=0.08))
    glove = np.array([(0, -half + 0.1), (0, -0.16)])
    for z_ in (-0.13, -0.27):
        line = sheet(
            (room.dash - 0.006, glove[0, 1], room.belt + z_),
            (0, glove[1, 1] - glove[0, 1], 0),
            (0, 0, 0.006),
        )
        parts.append(piece(away_from(line, (room.dash + 1, 0, room.belt)), SCREEN_BLACK, lift=0.05))
    return parts


def _darker(colour: Vector, share: float) -> Vector:
    """A darker colour."""
    return (colour[0] * share, colour[1] * share, colour[2] * share)


def _console(room: Room, inlay: Skin) -> list[Mesh]:
    """Tunnel with selector, cup holders and arm rest."""
    long = room.dash - room.seat + 0.12
    height = room.hip - 0.04
    body = box(
        ((room.dash + room.seat) / 2 - 0.02, 0, (height + room.floor) / 2),
        (long, 0.20, height - room.floor),
        step=0.05,
        power=14,
    )
    top = sheet(
        (room.seat + 0.20, -0.085, height + 0.002), (long - 0.34, 0, 0), (0, 0.17, 0), step=0.04
    )
    rest = box((room.seat + 0.02, 0, height + 0.03), (0.30, 0.17, 0.07), step=0.03, power=5)
    knob = np.array(
        [
            (room.dash - 0.27, -0.02, height),
            (room.dash - 0.29, -0.02, height + 0.06),
            (room.dash - 0.295, -0.02, height + 0.10),
        ]
    )
    parts = [
        piece(body, SOFT),
        piece(
            away_from(top, (room.seat, 0, 0)), Skin(_darker(inlay.colour, 0.35), 0.06), lift=0.05
        ),
        piece(rest, SOFT, lift=0.03),
        piece(
            loft(knob, [0.012, 0.018, 0.024], [0.012, 0.018, 0.026], power=2.5, count=16),
            METAL,
            lift=0.08,
        ),
    ]
    for x in (room.seat + 0.30, room.seat + 0.385):
        cup = disc((x, 0.03, height + 0.004), (1, 0, 0), (0, 1, 0), [0, 0.036])
        parts.append(piece(away_from(cup, (x, 0.03, 0)), SCREEN_BLACK, lift=0.08))
    return parts


def shell_inside(kind: str, paint: Skin) -> Mesh:
    """Pillars and roof lining: the glasshouse turned inside out, and the bonnet ahead."""
    house = glasshouse(shell_of(kind), paint, 1.6)
    dark = (house.colour.max(axis=1) < 0.02)[:, None] & (
        house.corners.mean(axis=1)[:, 2] < SHAPES[kind].height - 0.1
    )[:, None]
    colour = np.where(dark, np.asarray(SOFT.colour), np.asarray(LINING.colour))
    count = len(house)
    turned = replace(
        house,
        corners=house.corners[:, ::-1],
        normals=-house.normals,
        colour=colour,
        gloss=np.zeros(count),
        lined=np.zeros(count, bool),
        lift=np.zeros(count),
    )
    keep = ~house.glass
    return Mesh(**{name: getattr(turned, name)[keep] for name in turned.__dataclass_fields__})


def doors(kind: str) -> Mesh:
    """Inner door panels, sills, floor, shelf behind the bench."""
    room, shell, s = room_of(kind), shell_of(kind), SHAPES[kind]
    x = spread(room.rear - 0.25, room.seat - 0.12, room.dash + 0.25, step=0.045)
    parts: list[Mesh] = []
    for side in (1, -1):
        parts += _door(room, shell, x, side)
    floor = sheet(
        (room.rear - 0.3, -s.width / 2, room.floor),
        (room.dash - room.rear + 0.6, 0, 0),
        (0, s.width, 0),
        step=0.07,
    )
    wall = sheet(
        (room.dash + 0.3, -s.width / 2, room.floor),
        (0, s.width, 0),
        (0, 0, room.belt - room.floor),
        step=0.07,
    )
    back = max(s.back - 0.02, s.rear + 0.1)
    shelf = sheet(
        (back, -s.width / 2 + 0.1, room.belt + 0.035),
        (room.rear - 0.22 - back, 0, 0),
        (0, s.width - 0.2, 0),
        step=0.06,
    )
    rest = sheet(
        (room.rear - 0.26, -s.width / 2, room.floor),
        (0, s.width, 0),
        (0, 0, room.belt - room.floor),
        step=0.07,
    )
    inside = np.array([room.seat, 0, room.hip + 0.4])
    return join(
        [
            *parts,
            *(
                piece(away_from(f, inside)[:, ::-1], skin)
                for f, skin in ((floor, CARPET), (wall, CARPET), (shelf, SOFT), (rest, CARPET))
            ),
        ]
    )


def _door(room: Room, shell: Shell, x: Floats, side: int) -> list[Mesh]:
    """One side: upper trim, coloured insert, pocket, arm rests and handles."""
    top = shell.belt(x) + 0.012
    wide = shell.edge(x)
    levels = np.array([-0.0, 0.0, 0.16, 0.17, 0.40, 0.41, 0.62, 1.0])
    run = np.unique(np.concatenate([np.linspace(a, b, 5) for a, b in pairwise(levels)]))
    drop = room.floor - top
    y = (
        wide[:, None] * 0.945
        - 0.055 * np.minimum(run / 0.1, 1) ** 0.5
        - 0.035 * np.exp(-(((run - 0.36) / 0.08) ** 2))
        + 0 * x[:, None]
    )
    net = np.stack(
        [np.broadcast_to(x[:, None], y.shape), side * y, top[:, None] + run * drop[:, None]],
        axis=-1,
    )
    faces = away_from(grid(net), (0, 0, 0.8))[:, ::-1]
    level = np.tile((run[1:] + run[:-1]) / 2, len(x) - 1)
    place = np.repeat((x[1:] + x[:-1]) / 2, len(run) - 1)
    base, second, inlay = TRIMS[room.kind]
    gap = abs(place - room.seat + 0.12) < 0.035
    insert = (level > 0.17) & (level < 0.40) & ~gap
    strip = (level > 0.145) & (level < 0.17) & ~gap
    parts = [
        piece(faces[m], skin)
        for m, skin in (
            (insert, Skin(second)),
            (strip, inlay),
            (gap, LINING),
            (~insert & ~strip & ~gap, Skin(base, 0.01)),
        )
    ]
    for at in (room.seat + 0.36, room.rear + 0.36):
        z, inner = (float(np.interp(at, x, line)) for line in (top - 0.06, wide * 0.945 - 0.062))
        parts += _pull(room, at, side, inner, z)
    return parts


def _pull(room: Room, at: float, side: int, inner: float, z: float) -> list[Mesh]:
    """Handle and loudspeaker of one door."""
    pull = np.array(
        [
            (at - 0.06, side * inner, z),
            (at, side * (inner - 0.015), z + 0.002),
            (at + 0.06, side * inner, z),
        ]
    )
    handle = loft(pull, 0.012, 0.008, power=2.5, count=10, across=(0, 0, 1))
    speaker = disc(
        (at + 0.16, side * (inner - 0.012), room.floor + 0.2),
        (1, 0, 0),
        (0, 0, 1),
        [0, 0.03, 0.075],
    )
    return [
        piece(handle, METAL, lift=0.06),
        piece(away_from(speaker, (at, side * 3, 0.5)), SCREEN_BLACK, lift=0.08),
    ]


def ceiling_parts(kind: str) -> Mesh:
    """Mirror, sun visors, roof lamp and grab handles."""
    room, shell, s = room_of(kind), shell_of(kind), SHAPES[kind]
    front = shell.house(0.0, 0.80)
    glass = front + np.array([-0.09, 0, -0.02])
    parts = [
        piece(box(glass, (0.03, 0.23, 0.065), step=0.02, power=4), SOFT),
        piece(
            away_from(
                sheet(glass + vec(-0.018, -0.105, -0.026), (0, 0.21, 0), (0, 0, 0.052)),
                glass + vec(1, 0, 0),
            ),
            Skin(srgb(120, 130, 138), 0.6),
            lift=0.03,
        ),
    ]
    roof = float(shell.roof_height(s.roof[1] - 0.1)) - 0.075
    for k in (1, -1):
        visor = sheet(
            (s.roof[1] - 0.20, k * room.side - 0.19, roof),
            (0.17, 0, -0.018),
            (0, 0.38, 0),
            step=0.05,
        )
        parts.append(
            piece(
                away_from(visor, (s.roof[1], k * room.side, 9)),
                Skin(srgb(160, 156, 148)),
                lift=0.06,
            )
        )
    lamp = disc(
        (s.roof[1] - 0.16, 0, float(shell.roof_height(s.roof[1] - 0.16)) - 0.05),
        (1, 0, 0),
        (0, 1, 0),
        [0, 0.03],
    )
    parts.append(piece(away_from(lamp, (0, 0, 9)), Skin(srgb(240, 236, 220), 0.0, 0.4), lift=0.12))
    return join(parts)


def cabin(kind: str, paint: Skin) -> Mesh:
    """Everything inside."""
    return join(
        [
            shell_inside(kind, paint),
            seats(kind),
            steering(kind),
            dashboard(kind),
            doors(kind),
            ceiling_parts(kind),
        ]
    )
