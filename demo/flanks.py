"""Sides and top: door gaps, handles, sills, mirrors, trim, wipers, aerial, spoiler, a pickup's bed."""

from __future__ import annotations

import numpy as np

from demo.body import BLACK, CHROME, GAP, PLASTIC, RUBBER, Shell
from demo.ends import SATIN
from demo.mesh import Mesh, Skin, away_from, grid, loft, piece, ribbon, srgb, vec
from demo.patches import across, patch, side_line

MIRROR = Skin(srgb(60, 70, 78), 0.7)


def flank(shell: Shell, paint: Skin, *, flush: bool) -> list[Mesh]:
    """Door gaps, handles, sills, mirrors and side trim, both sides."""
    return [
        part
        for side in (1, -1)
        for part in (
            *_door_gaps(shell, side),
            *_handles(shell, paint, side, flush=flush),
            *_sill(shell, side),
            *_mirror(shell, paint, side),
            *_trim(shell, side),
        )
    ]


def _door_gaps(shell: Shell, side: int) -> list[Mesh]:
    s = shell.shape
    low = s.sill + 0.09
    front_x = min(s.doors[0], s.axles[0] - shell.arch - 0.06)
    rear_x = max(s.doors[2], s.axles[1] + shell.arch + 0.05)
    t = np.linspace(0, 1, 24)
    bend = np.clip(t / 0.55, 0, 1) ** 1.6
    lines = [
        (front_x + (s.doors[0] - front_x) * bend, t),
        (s.doors[1] + 0 * t, t),
        (rear_x + (s.doors[2] - rear_x) * bend, t),
    ]
    if s.kind == "mini":
        lines = [lines[0], lines[1]]
    out = []
    for x, share in lines:
        top = shell.belt(x) - 0.004
        out.append(side_line(shell, x, low + share * (top - low), side, 0.009, GAP))
    end = rear_x if s.kind != "mini" else s.doors[1]
    along = np.linspace(front_x, end, 40)
    out.append(side_line(shell, along, np.full(40, low), side, 0.009, GAP))
    if s.sliding:
        rail = np.linspace(s.rear + 0.35, s.doors[2], 24)
        out.append(
            side_line(shell, rail, np.full(24, shell.belt(s.doors[2]) - 0.2), side, 0.02, GAP)
        )
    if side < 0:
        flap = np.linspace(0, 2 * np.pi, 30)
        out.append(
            side_line(
                shell,
                s.axles[1] + (0.3 if s.kind == "mini" else -0.22) + 0.075 * np.cos(flap),
                s.belt[0][1] - 0.17 + 0.075 * np.sin(flap),
                side,
                0.006,
                GAP,
            )
        )
    return out


def _handles(shell: Shell, paint: Skin, side: int, *, flush: bool) -> list[Mesh]:
    s, parts = shell.shape, []
    doors = [s.doors[1]] if s.kind == "mini" else [s.doors[1], s.doors[2]]
    for door in doors:
        x, z = door + 0.17, float(shell.belt(door)) - 0.135
        if s.sliding and door == s.doors[2]:
            x = s.doors[1] - 0.17
        along = np.linspace(x - 0.1, x + 0.1, 9)
        if flush:
            parts.append(side_line(shell, along, np.full(9, z), side, 0.026, SATIN, 0.03))
            continue
        parts.append(side_line(shell, along, np.full(9, z), side, 0.05, GAP, 0.03))
        line = (
            shell.on_side(along, np.full(9, z + 0.006), side)
            + np.array([0, side, 0]) * (0.034 * np.sin(np.linspace(0.35, np.pi - 0.35, 9)))[:, None]
        )
        parts.append(
            piece(
                loft(line, 0.013, 0.008, across=(0, 0, 1), count=10),
                paint if s.kind in {"hatch", "mini"} else CHROME,
                lift=0.2,
            )
        )
    return parts


def _sill(shell: Shell, side: int) -> list[Mesh]:
    s = shell.shape
    u = side * shell.u_side(
        np.linspace(s.axles[0] - shell.arch - 0.02, s.axles[1] + shell.arch + 0.02, 50)
    )
    parts = [patch(shell, u, 0, 0.16 if s.cladding else 0.05, PLASTIC, lift=0.012)]
    for axle in s.axles:
        angle = np.linspace(-0.05, np.pi + 0.05, 40)
        r = shell.arch + (0.03 if s.cladding else 0.006)
        z = s.wheel + r * np.sin(angle)
        x = axle + r * np.cos(angle)
        width, skin = (0.062, PLASTIC) if s.cladding else (0.014, GAP)
        parts.append(side_line(shell, x, z, side, width, skin, 0.015))
    return parts


def _mirror(shell: Shell, paint: Skin, side: int) -> list[Mesh]:
    s = shell.shape
    x = float(shell.house(0.235, 0.2)[0]) + 0.03
    z = float(shell.belt(x)) + 0.115
    foot = float(shell.edge(x))
    angle = np.linspace(0.06, np.pi - 0.06, 16)
    y = 0.133 - 0.105 * np.cos(angle)
    size = np.sin(angle) ** 0.55
    k = 1.15 if s.height > 1.65 else 1.0
    path = np.stack([x - 0.04 * (y / 0.235), side * (foot + y), np.full(16, z)], axis=1)
    shellcap = loft(path, 0.075 * size * k, 0.062 * size * k, across=(0, 0, 1), power=3, count=28)
    ear = piece(shellcap, BLACK if s.floating_roof else paint, lift=0.08)
    back = path[4:-3] - np.array([0.058 * k, 0, 0])
    net = back[None] + np.array([-0.055, 0, 0.055])[:, None, None] * np.array([0, 0, k])
    glass = piece(away_from(grid(net), back.mean(axis=0) + vec(1, 0, 0)), MIRROR, lift=0.12)
    arm = piece(
        loft(
            [(x, side * (foot - 0.03), z - 0.1), (x, side * (foot + 0.06), z - 0.05)],
            0.03,
            0.02,
            across=(1, 0, 0),
            count=8,
        ),
        BLACK,
        lift=0.05,
    )
    return [arm, ear, glass]


def _trim(shell: Shell, side: int) -> list[Mesh]:
    """Bright or black line under the side windows, roof rail, and the crease's shadow."""
    s = shell.shape
    at = np.linspace(0.215, 0.2 + 0.6 * s.quarter, 50) * side
    skin = CHROME if s.kind in {"sedan", "executive", "mpv", "suv"} else BLACK
    parts = [
        piece(ribbon(shell.house(at, 0.045), np.array([0, side, 0.25]), 0.022), skin, lift=0.18)
    ]
    if s.rails:
        rail = shell.house(np.linspace(0.26, 0.76, 30) * side, 1.0) + vec(0, -side * 0.03, 0.055)
        parts.append(piece(loft(rail, 0.014, 0.016, across=(0, 1, 0), count=10), SATIN, lift=0.05))
    return parts


def top(shell: Shell, paint: Skin) -> list[Mesh]:
    """Bonnet and boot gaps, wipers, aerial, spoiler, and a pickup's bed."""
    s, parts = shell.shape, []
    for side in (1, -1):
        x = np.linspace(s.cowl - 0.12, s.front - 0.22, 30)
        line = shell.deck(x, side * shell.edge(x) * 0.93) + vec(0, 0, 0.002)
        parts.append(piece(ribbon(line, np.array([0, 0, 1.0]), 0.007), GAP, lift=0.10))
        crease = shell.deck(x, side * shell.edge(x) * (0.62 - 0.1 * np.linspace(0, 1, 30))) + vec(
            0, 0, 0.002
        )
        parts.append(piece(ribbon(crease, np.array([0, side * 0.3, 0.95]), 0.03), paint, lift=0.07))
        if s.back - s.rear > 0.4 and s.bed is None:
            x = np.linspace(s.back + 0.1, s.rear + 0.16, 20)
            line = shell.deck(x, side * shell.edge(x) * 0.86) + vec(0, 0, 0.002)
            parts.append(piece(ribbon(line, np.array([0, 0, 1.0]), 0.007), GAP, lift=0.10))
    u, share = across(shell, s.width * 0.33)
    parts.append(
        piece(
            ribbon(shell.point(u, 0.955 - 0.01 * share**2), shell.normal(u, 0.955), 0.007),
            GAP,
            lift=0.10,
        )
    )
    for start, end in ((-0.2, 0.2), (0.8, 1.0), (-1.0, -0.8)):
        foot = shell.house(np.linspace(start, end, 40), 0.0) + vec(0, 0, 0.014)
        parts.append(piece(ribbon(foot, np.array([0, 0, 1.0]), 0.055), BLACK, lift=0.11))
    parts += _wipers(shell)
    if s.bed is None:
        parts += [_aerial(shell, paint)]
    if s.back - s.rear <= 0.4 and s.kind != "electric":
        parts.append(_spoiler(shell, paint))
    return parts + (_bed(shell) if s.bed else [])


def _wipers(shell: Shell) -> list[Mesh]:
    out = []
    for start, end in ((0.10, -0.10), (-0.045, -0.165)):
        s = np.linspace(start, end, 14)
        line = shell.house(s, 0.055 + 0.03 * np.sin(np.linspace(0, np.pi, 14))) + vec(
            0.02, 0, 0.012
        )
        out.append(piece(ribbon(line, np.array([0.7, 0, 0.7]), 0.02), RUBBER, lift=0.06))
    return out


def _aerial(shell: Shell, paint: Skin) -> Mesh:
    x = shell.shape.roof[0] + 0.18
    z = float(shell.house(0.8, 1.0)[2]) + 0.045
    path = [(x + 0.13, 0, z), (x + 0.06, 0, z + 0.02), (x, 0, z + 0.045), (x - 0.03, 0, z + 0.03)]
    return piece(
        loft(path, [0.01, 0.022, 0.016, 0.01], [0.006, 0.024, 0.03, 0.03], power=2.5, count=16),
        paint,
        lift=0.05,
    )


def _spoiler(shell: Shell, paint: Skin) -> Mesh:
    """A lip over the rear window."""
    edge = shell.house(np.linspace(0.86, 1, 14), 1.0)
    line = np.concatenate([edge, edge[::-1][1:] * (1, -1, 1)]) + vec(-0.02, 0, 0.022)
    return piece(loft(line, 0.06, 0.015, across=(1, 0, 0.12), count=16), paint, lift=0.05)


def _bed(shell: Shell) -> list[Mesh]:
    """The open bed of a pickup: floor, walls and ribs."""
    rear, front = shell.shape.bed or (0.0, 0.0)
    x = np.linspace(rear, front, 24)
    half, rim, floor = shell.edge(x) * 0.92, shell.belt(x), np.full(24, 0.72)
    sides = [
        grid(np.stack([np.stack([x, k * half, rim - 0.002], 1), np.stack([x, k * half, floor], 1)]))
        for k in (1, -1)
    ]
    ends = [
        grid(
            np.stack(
                [
                    np.stack([np.full(9, e), np.linspace(-1, 1, 9) * half[0], np.full(9, z)], 1)
                    for z in (rim[0] - 0.002, 0.72)
                ]
            )
        )
        for e in (rear, front)
    ]
    bottom = grid(np.stack([np.stack([x, k * half, floor], 1) for k in np.linspace(-1, 1, 12)]))
    inside = np.array([(rear + front) / 2, 0, 1.6])
    faces = np.concatenate([*sides, *ends, bottom])
    walls = piece(away_from(faces, inside)[:, ::-1], PLASTIC, lift=-0.03)
    return [walls]
