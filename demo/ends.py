"""Nose and tail: lamps, grille, intakes, bumpers, lid gaps, exhausts and the place of the rear plate."""

from __future__ import annotations

import numpy as np

from demo.body import CHROME, DARK, GAP, PLASTIC, Shell
from demo.mesh import Mesh, Skin, piece, ribbon, srgb
from demo.patches import across, badge, both, patch, spot

LENS = Skin(srgb(44, 48, 52), 0.13)
REFLECTOR = Skin(srgb(205, 212, 220), 0.4, 0.12)
DAYLIGHT = Skin(srgb(250, 252, 255), 0.1, 1.0)
RED = Skin(srgb(150, 10, 14), 0.12, 0.12)
BRIGHT_RED = Skin(srgb(235, 30, 28), 0.12, 0.5)
AMBER = Skin(srgb(190, 100, 20), 0.15, 0.1)
SATIN = Skin(srgb(150, 152, 155), 0.28)


def nose(shell: Shell) -> list[Mesh]:
    """Head lamps, grille, intakes and badge."""
    s = shell.shape
    inner, (lo, hi) = s.width * (0.30 if s.kind != "mini" else 0.27), s.lamp
    u = np.linspace(
        float(shell.u_end(inner, nose=True)),
        float(shell.u_side(s.front - 0.40 * s.width / 1.85)),
        22,
    )
    share = np.linspace(0, 1, 22)
    low, high = lo + 0.04 * share**2, hi - 0.03 + 0.05 * share
    bulb = (float(u[6]), float(u[13]))
    parts = both(shell, u, low, high, LENS) + both(
        shell, u, low, low + 0.022, DARK, lift=0.03, rows=1
    )
    for sign in (1, -1):
        for at in bulb:
            middle = (lo + hi) / 2 - 0.005
            parts.append(spot(shell, sign * at, middle, 0.046, REFLECTOR))
            parts.append(spot(shell, sign * at, middle, 0.038, LENS, lift=0.04))
            parts.append(spot(shell, sign * at, middle + 0.004, 0.022, REFLECTOR, lift=0.06))
        parts.append(
            patch(shell, sign * u[17:], low[17:] + 0.05, high[17:] - 0.08, AMBER, lift=0.03)
        )
    parts += both(shell, u[:20], high[:20] - 0.03, high[:20] - 0.008, DAYLIGHT, lift=0.05, rows=1)
    if s.light_bar:
        bar = np.linspace(-u[0], u[0], 40)
        parts.append(
            patch(shell, bar, high[0] - 0.03, high[0] - 0.008, DAYLIGHT, lift=0.03, rows=1)
        )
    return parts + _grille(shell) + _lower_nose(shell)


def _grille(shell: Shell) -> list[Mesh]:
    """The grille by its style: (half width, foot, top, bars, upright bars)."""
    styles = {
        "slats": (0.47, 0.46, 0.82, 4, 0),
        "upright": (0.42, 0.34, 0.90, 0, 15),
        "wide": (0.60, 0.40, 0.84, 6, 0),
        "bars": (0.56, 0.40, 0.88, 2, 0),
        "none": (0, 0, 0, 0, 0),
    }
    half, foot, top, bars, posts = styles[shell.shape.grille]
    if not half:
        return [
            badge(
                shell, 0.0, 0.78 if shell.shape.kind == "mini" else 0.80, 0.045, CHROME, lift=0.06
            )
        ]
    u, share = across(shell, half)
    low = foot + 0.07 * abs(share) ** 3
    high = top - 0.05 * abs(share) ** 2
    frame_u, _ = across(shell, half + 0.025)
    parts = [
        patch(shell, frame_u, low - 0.03, high + 0.03, CHROME, lift=0.015),
        patch(shell, u, low, high, DARK, lift=0.03, rows=10),
    ]
    for i in range(bars):
        at = (i + 0.7) / (bars + 0.4)
        mid = low + at * (high - low)
        thick = 0.014 if bars > 2 else 0.035
        parts.append(
            patch(
                shell, u, mid - thick, mid + thick, CHROME if bars > 2 else SATIN, lift=0.05, rows=2
            )
        )
    for i in range(posts):
        x = -0.92 + 1.84 * i / max(posts - 1, 1)
        few, _ = across(shell, half)
        post = np.interp(np.linspace(x - 0.018, x + 0.018, 3), share, few)
        edges = np.interp(post, u, low), np.interp(post, u, high)
        parts.append(patch(shell, post, *edges, CHROME, lift=0.05))
    return [
        *parts,
        badge(shell, 0.0, (foot + top) / 2 + 0.08, 0.062, CHROME, lift=0.08, tall=0.8),
        badge(shell, 0.0, (foot + top) / 2 + 0.08, 0.05, DARK, lift=0.09, tall=0.8),
        badge(shell, 0.0, (foot + top) / 2 + 0.08, 0.03, CHROME, lift=0.10, tall=0.6),
    ]


def _lower_nose(shell: Shell) -> list[Mesh]:
    """Lower intake, fog lamps and lip."""
    s = shell.shape
    u, share = across(shell, s.width * 0.30)
    parts = [
        patch(shell, u, 0.13 + 0.03 * share**2, 0.27 - 0.05 * share**2, DARK, lift=0.02),
        patch(
            shell, u, 0.195 - 0.01 * share**2, 0.212 - 0.01 * share**2, PLASTIC, lift=0.03, rows=1
        ),
    ]
    lip, _ = across(shell, s.width * 0.46)
    parts.append(patch(shell, lip, 0.0, 0.13 if s.cladding else 0.07, PLASTIC, lift=0.015))
    if s.kind == "mini":
        return parts
    pod = np.linspace(
        float(shell.u_end(s.width * 0.345, nose=True)), float(shell.u_side(s.front - 0.34)), 10
    )
    taper = np.linspace(0, 1, 10)
    parts += both(shell, pod, 0.15 + 0.05 * taper, 0.36 - 0.04 * taper, DARK)
    for sign in (1, -1):
        parts.append(spot(shell, sign * float(pod[3]), 0.26, 0.034, LENS, lift=0.04))
        parts.append(spot(shell, sign * float(pod[3]), 0.26, 0.022, REFLECTOR, lift=0.05))
    return parts


def tail(shell: Shell, *, exhaust: bool) -> list[Mesh]:
    """Tail lamps, bumper, plate recess, lid gaps and exhausts."""
    s = shell.shape
    tall = s.tail_lamp[1] - s.tail_lamp[0] > 0.32
    inner, (lo, hi) = s.width * (0.40 if tall else 0.30), s.tail_lamp
    u = np.linspace(
        float(shell.u_end(inner, nose=False)),
        float(shell.u_side(s.rear + (0.16 if tall else 0.30))),
        18,
    )
    share = np.linspace(0, 1, 18)
    low, high = lo + 0.05 * share * (not tall), hi - 0.03 * share
    parts = both(shell, u, low, high, RED) + both(
        shell, u[2:], low[2:] + 0.03, low[2:] + 0.085, BRIGHT_RED, lift=0.03, rows=2
    )
    parts += both(shell, u[2:], high[2:] - 0.075, high[2:] - 0.03, BRIGHT_RED, lift=0.03, rows=2)
    mid = (low + high) / 2
    parts += both(shell, u[1:7], mid[1:7] - 0.035, mid[1:7] + 0.025, REFLECTOR, lift=0.03)
    parts += both(shell, u[8:14], mid[8:14] - 0.03, mid[8:14] + 0.02, AMBER, lift=0.03)
    if s.light_bar:
        bar = np.linspace(float(u[0]), 1, 16)
        parts += both(shell, bar, high[0] - 0.06, high[0] - 0.02, BRIGHT_RED, lift=0.03, rows=1)
    for sign in (1, -1):
        u_low = np.linspace(float(shell.u_end(s.width * 0.44, nose=False)), 1, 18) * sign
        parts.append(patch(shell, u_low, 0.0, 0.2 if s.cladding else 0.11, PLASTIC, lift=0.015))
        parts.append(patch(shell, u_low[1:4], 0.25, 0.29, RED, lift=0.03, rows=2))
        parts += _lid_gaps(shell, sign)
        if exhaust:
            at = float(shell.u_end(s.width * 0.3, nose=False)) * sign
            parts += [
                spot(shell, at, 0.055, 0.05, CHROME, lift=0.04, tall=0.7),
                spot(shell, at, 0.055, 0.038, DARK, lift=0.05, tall=0.7),
            ]
    recess = np.linspace(float(shell.u_end(0.30, nose=False)), 1, 10)
    low_, high_ = plate_band(shell)
    parts += both(shell, recess, low_ - 0.02, high_ + 0.03, GAP, lift=0.02)
    parts += [badge(shell, 1.0, min(high_ + 0.13, 0.94), 0.045, CHROME, lift=0.05, tall=0.85)]
    return parts


def plate_band(shell: Shell) -> tuple[float, float]:
    """Heights h between which the rear plate hangs."""
    s = shell.shape
    z = 0.5 * (s.belt[0][1] + s.sill) + (0.12 if s.kind != "electric" else -0.06)
    low, high = (
        float(shell.h_at(np.array(s.rear + 0.02), np.array(v))) for v in (z - 0.07, z + 0.07)
    )
    return low, high


def _lid_gaps(shell: Shell, sign: int) -> list[Mesh]:
    """Boot lid or tailgate: upright gap and the line above the bumper."""
    s = shell.shape
    y = s.width * (0.40 if s.bed is None else 0.44)
    at = float(shell.u_end(y, nose=False))
    up = np.linspace(0.5, 0.99, 16)
    upright = shell.point(sign * at, up)
    level = np.linspace(at, 1, 16) * sign
    flat = shell.point(level, 0.5)
    return [
        piece(ribbon(upright, shell.normal(sign * at, up), 0.008), GAP, lift=0.12),
        piece(ribbon(flat, shell.normal(level, 0.5), 0.008), GAP, lift=0.12),
    ]
