"""Wheels: tyre, rim and spokes, and the dark wells in which they stand."""

from __future__ import annotations

import numpy as np

from demo.body import DARK, RUBBER, Shell
from demo.mesh import Floats, Mesh, Skin, away_from, disc, grid, join, lathe, piece, srgb, vec

ALLOY = Skin(srgb(172, 175, 180), 0.18)
STEEL = Skin(srgb(92, 94, 97), 0.12)
WELL = Skin(srgb(12, 12, 13), lined=True)


def wheels(shell: Shell) -> Mesh:
    """All four wheels with their wells."""
    places = [(axle, side) for axle in shell.shape.axles for side in (1, -1)]
    return join(
        [
            part
            for axle, side in places
            for part in (wheel(shell, axle, side), well(shell, axle, side))
        ]
    )


def wheel_face(shell: Shell, axle: float, side: int) -> Floats:
    """Middle (3,) of a wheel's outer face."""
    edge = abs(shell.on_side(np.array(axle), np.array(shell.shape.wheel + shell.arch + 0.02))[1])
    return np.array([axle, side * (edge - 0.012), shell.shape.wheel])


_TYRE = np.array(
    [
        (0.66, -0.010),
        (0.72, 0.002),
        (0.86, 0.006),
        (0.95, -0.006),
        (1, -0.035),
        (1, -0.19),
        (0.9, -0.215),
        (0.6, -0.2),
    ]
)  # radius as a share, offset in metres
_BARREL = np.array([(0.655, -0.012), (0.63, -0.02), (0.6, -0.11)])


def wheel(shell: Shell, axle: float, side: int) -> Mesh:
    """One wheel whose outer face stands a finger inside the flank."""
    r, middle = shell.shape.wheel, wheel_face(shell, axle, side)
    hollow, out = middle - vec(0, side * 0.11, 0), middle - vec(0, side, 0)
    rubber = lathe(_TYRE * (r, side), middle, count=56)
    barrel = lathe(_BARREL * (r, side), middle, count=48)
    parts = [
        piece(away_from(rubber, middle - vec(0, side * 0.1, 0)), RUBBER),
        piece(away_from(_flat(hollow, [0, 0.62 * r]), out), DARK),
        piece(away_from(_flat(hollow + vec(0, side * 0.02, 0), [0.12 * r, 0.42 * r]), out), STEEL),
        piece(away_from(barrel, middle + vec(0, side * 0.6, 0))[:, ::-1], STEEL, lift=0.004),
        piece(
            away_from(_flat(middle - vec(0, side * 0.013, 0), [0.60 * r, 0.665 * r]), hollow),
            ALLOY,
            lift=0.01,
        ),
        piece(
            away_from(_flat(middle - vec(0, side * 0.022, 0), [0, 0.06 * r, 0.13 * r]), hollow),
            ALLOY,
            lift=0.03,
        ),
    ]
    return join([*parts, _spokes(shell.shape.spokes, r, middle - vec(0, side * 0.018, 0), hollow)])


def _flat(middle: Floats, radii: list[float]) -> Floats:
    """Rings in the plane of the wheel."""
    return disc(middle, (1, 0, 0), (0, 0, 1), radii, count=56)


def _spokes(count: int, r: float, middle: Floats, behind: Floats) -> Mesh:
    """Straight spokes; a count of 0 gives the closed disc with slots of an electric car."""
    if count == 0:
        plate = piece(
            away_from(
                disc(middle, (1, 0, 0), (0, 0, 1), [0.1 * r, 0.3 * r, 0.62 * r], count=60), behind
            ),
            STEEL,
            lift=0.012,
        )
        return join(
            [
                plate,
                *(
                    _spoke(a, r, (0.34, 0.58), (0.05, 0.10), middle, behind, DARK, 0.02)
                    for a in range(0, 360, 36)
                ),
            ]
        )
    wide = (0.115, 0.10) if count < 8 else (0.05, 0.05)
    turns = np.arange(count) * 360 / count + 90
    arms = [_spoke(a, r, (0.08, 0.63), wide, middle, behind, ALLOY, 0.012) for a in turns]
    bolts = [
        _spoke(a + 180 / count, r, (0.09, 0.11), (0.018, 0.018), middle, behind, DARK, 0.05)
        for a in turns[:5]
    ]
    return join(arms + bolts)


def _spoke(
    turn: float,
    r: float,
    reach: tuple[float, float],
    wide: tuple[float, float],
    middle: Floats,
    behind: Floats,
    skin: Skin,
    lift: float,
) -> Mesh:
    """One bar from the inner to the outer reach (shares of the radius), slightly dished."""
    way = np.array([np.cos(np.radians(turn)), 0, np.sin(np.radians(turn))])
    side = np.array([-way[2], 0, way[0]])
    share = np.linspace(0, 1, 5)
    inward = (behind - middle) * 0.12
    spine = (
        middle
        + r * (reach[0] + share * (reach[1] - reach[0]))[:, None] * way
        + (np.sin(share * np.pi) * 0.6)[:, None] * inward
    )
    half = (r * (wide[0] + share * (wide[1] - wide[0])))[:, None] * side
    dip = inward * 0.5
    net = np.stack([spine - half + dip, spine - half * 0.7, spine + half * 0.7, spine + half + dip])
    return piece(away_from(grid(net), behind), skin, lift=lift)


def well(shell: Shell, axle: float, side: int) -> Mesh:
    """The dark hollow behind a wheel."""
    r, middle = shell.arch, wheel_face(shell, axle, side)
    angle = np.linspace(0, np.pi, 28)
    foot = shell.shape.sill + 0.05
    x = axle + r * np.concatenate([[1], np.cos(angle), [-1]])
    z = np.concatenate([[foot], shell.shape.wheel + r * np.sin(angle), [foot]])
    rim = shell.on_side(x, z, side)
    deep = np.stack([x, np.full(30, middle[1] - side * 0.3), z], axis=1)
    back = grid(np.stack([deep, np.broadcast_to(middle - vec(0, side * 0.3, 0), deep.shape)]))
    return piece(np.concatenate([grid(np.stack([rim, deep])), back]), WELL, lift=-0.02)
