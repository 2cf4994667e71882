"""The skin of a car: a lower body lofted round the car, a deck over it, and a glasshouse on top.

Lower body: for u in −1 … 1 once round the plan outline (0 the middle of the nose, ±1 of the tail,
positive on the left) and h in 0 … 1 from sill to shoulder. Glasshouse: s in −1 … 1 round the car in
the same sense, |s| = 0.2 and 0.8 at its four pillars' corners, v in 0 … 1 from belt to roof.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from demo.mesh import Floats, Mesh, Skin, away_from, grid, join, piece, srgb
from demo.shapes import SHAPES, Knots, Shape

BLACK = Skin(srgb(24, 24, 26), 0.03, lined=True)
PLASTIC = Skin(srgb(46, 47, 49), 0.02)
RUBBER = Skin(srgb(30, 30, 31), 0.01)
GLASS = Skin(srgb(18, 24, 24), 0.10, glass=True)
DARK = Skin(srgb(10, 10, 11))
CHROME = Skin(srgb(120, 122, 125), 0.62)
GAP = Skin(srgb(13, 13, 14))


def curve(knots: Knots, width: float) -> Callable[[ArrayLike], Floats]:
    """A smooth function through knots (at, value), rounded over `width` of the argument."""
    at, value = np.array(knots, float).T
    step = width / 16
    fine = np.arange(at.min() - 2 * width, at.max() + 2 * width, step)
    order = np.argsort(at)
    rough = np.interp(fine, at[order], value[order])
    kernel = np.hanning(19)[1:-1]
    round_ = np.convolve(np.pad(rough, 8, mode="edge"), kernel / kernel.sum(), mode="valid")
    return lambda x: np.asarray(np.interp(np.asarray(x, float), fine, round_))


def outline(
    front: float, rear: float, half: float, powers: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Left half of a plan outline, nose to tail: x share −1 … 1 and y share 0 … 1, evenly along its length."""
    theta = np.linspace(0, np.pi, 6001)
    power = np.where(theta < np.pi / 2, *powers)
    cos = np.sign(np.cos(theta)) * abs(np.cos(theta)) ** (2 / power)
    sin = abs(np.sin(theta)) ** (2 / power)
    sin[-1] = 0
    run = np.concatenate(
        [[0], np.cumsum(np.hypot(np.diff(cos) * (front - rear) / 2, np.diff(sin) * half))]
    )
    even = np.linspace(0, run[-1], 1201)
    return np.interp(even, run, cos), np.interp(even, run, sin)


class Shell:
    """The surfaces of one shape as functions; every point of the car comes from here."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.belt = curve(shape.belt, 0.35)
        self.crown = curve(shape.crown, 0.3)
        self._nose, self._tail = curve(shape.nose, 0.1), curve(shape.tail, 0.06)
        self._section = curve(shape.section, 0.05)
        self.bottom = curve(
            (
                (shape.rear, shape.sill + 0.13),
                (shape.axles[1] - 0.3, shape.sill + 0.04),
                (shape.axles[1] + 0.5, shape.sill),
                (shape.axles[0] - 0.4, shape.sill),
                (shape.axles[0] + 0.3, shape.sill + 0.02),
                (shape.front, shape.sill + 0.05),
            ),
            0.3,
        )
        self._x, self._y = outline(shape.front, shape.rear, shape.width / 2, shape.corners)
        self._even = np.linspace(0, 1, len(self._x))
        self.arch = shape.wheel + 0.055
        self._edge_x, self._edge_y, _ = np.moveaxis(self.point(self._even, 1.0), -1, 0)

    def point(self, u: ArrayLike, h: ArrayLike) -> Floats:
        """Point (..., 3) of the lower body."""
        s = self.shape
        at, up = np.broadcast_arrays(np.asarray(u, float), np.asarray(h, float))
        share = np.interp(abs(at), self._even, self._x)
        x = (s.front + s.rear) / 2 + (s.front - s.rear) / 2 * share
        x = (
            x
            + self._nose(up) * np.clip(share, 0, 1) ** 6
            - self._tail(up) * np.clip(-share, 0, 1) ** 8
        )
        y = np.sign(at) * np.interp(abs(at), self._even, self._y) * s.width / 2 * self._section(up)
        low = self.bottom(x)
        return np.stack([x, y, low + up * (self.belt(x) - low)], axis=-1)

    def u_side(self, x: ArrayLike, h: float = 0.4) -> Floats:
        """u of the left side where the body at height h has this x."""
        return np.asarray(
            np.interp(-np.asarray(x, float), -self.point(self._even, h)[:, 0], self._even)
        )

    def u_end(self, y: ArrayLike, *, nose: bool, h: float = 0.5) -> Floats:
        """u of the nose or the tail where the body at height h has this y ≥ 0."""
        half = len(self._even) // 3
        part = slice(0, half) if nose else slice(len(self._even) - 1, -half, -1)
        return np.asarray(
            np.interp(np.asarray(y, float), self.point(self._even[part], h)[:, 1], self._even[part])
        )

    def h_at(self, x: ArrayLike, z: ArrayLike) -> Floats:
        """h where the lower body passes height z at x."""
        low = self.bottom(x)
        return np.asarray((np.asarray(z, float) - low) / (self.belt(x) - low))

    def on_side(self, x: ArrayLike, z: ArrayLike, side: int = 1) -> Floats:
        """Point (..., 3) of the flank at (x, z); side 1 is left, −1 right."""
        h = np.clip(self.h_at(x, z), 0, 1)
        at, u = np.asarray(x, float), self.u_side(x)
        for _ in range(3):
            off = self.point(u, h)[..., 0] - at
            u = np.asarray(u + off / (self.shape.front - self.shape.rear) * 0.85)
        return np.asarray(self.point(u, h) * (1, side, 1))

    def normal(self, u: ArrayLike, h: ArrayLike) -> Floats:
        """Outward unit normal (..., 3) of the lower body."""
        a, b, step = np.asarray(u, float), np.asarray(h, float), 2e-3
        n = np.cross(
            self.point(a + step, b) - self.point(a - step, b),
            self.point(a, b + step) - self.point(a, b - step),
        )
        return np.asarray(n / np.linalg.norm(n, axis=-1, keepdims=True))

    def arch_foot(self, u: ArrayLike) -> Floats:
        """h where the flank begins at u: 0, or the edge of a wheel arch."""
        foot = np.zeros_like(np.asarray(u, float))
        flank = (
            abs(self.point(u, 0.4)[..., 1]) > 0.72 * self.shape.width / 2
        )  # never cut through nose or tail
        for _ in range(3):
            x = self.point(u, foot)[..., 0]
            rise = np.zeros_like(x)
            for axle in self.shape.axles:
                gap = np.clip(self.arch**2 - (x - axle) ** 2, 0, None)
                rise = np.where(gap > 0, self.shape.wheel + np.sqrt(gap), rise)
            foot = np.where((rise > 0) & flank, np.clip(self.h_at(x, rise), 0, 0.97), 0)
        return foot

    def edge(self, x: ArrayLike) -> Floats:
        """Half width of the deck at x."""
        return np.asarray(np.interp(-np.asarray(x, float), -self._edge_x, self._edge_y))

    def deck(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Point (..., 3) of bonnet or boot lid at (x, y)."""
        across = np.clip(abs(np.asarray(y, float)) / np.maximum(self.edge(x), 1e-3), 0, 1)
        tip = np.clip(np.minimum(self._edge_x[0] - x, x - self._edge_x[-1]) / 0.3, 0, 1)
        z = self.belt(x) + self.crown(x) * np.sqrt(tip * (2 - tip)) * (1 - across**2.6)
        return np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), z), axis=-1)

    def under_glass(self, x: Floats, y: Floats) -> np.ndarray:
        """Whether points of the deck lie within the foot of windscreen and rear window."""
        front, rear = (
            self.house(np.linspace(0, 0.22, 60), 0),
            self.house(np.linspace(1, 0.78, 60), 0),
        )
        ahead, behind = (
            np.interp(abs(y), np.maximum.accumulate(foot[:, 1]), foot[:, 0])
            for foot in (front, rear)
        )
        return np.asarray((x < ahead) & (x > behind) & (abs(y) < self.edge(x) * 0.95))

    def house(self, s: ArrayLike, v: ArrayLike) -> Floats:
        """Point (..., 3) of the glasshouse."""
        at, up = np.broadcast_arrays(np.asarray(s, float), np.asarray(v, float))
        shape, (foot, top) = self.shape, _house_lines(self.shape)
        step = np.linspace(0, 1, foot.shape[1])
        x0, y0, x1, y1 = (np.interp(abs(at), step, line) for line in (*foot, *top))
        y0 = y0 * self.edge(x0) * 0.965
        y1 = y1 * shape.width / 2 * shape.roof_share
        low = self.deck(x0, y0)[..., 2] - 0.012
        high = self.roof_height(x1) - 0.055
        bulge = np.sin(np.pi * up) * 0.028
        turn = np.clip((abs(at) - 0.12) / 0.16, 0, 1) * np.clip((0.88 - abs(at)) / 0.16, 0, 1)
        turn = turn * turn * (3 - 2 * turn)
        x = x0 + up * (x1 - x0) + bulge * (1 - turn) * np.sign(0.5 - abs(at))
        y = np.sign(at) * (y0 + up * (y1 - y0) + bulge * turn)
        return np.stack([x, y, low + up * (high - low)], axis=-1)

    def roof_height(self, x: ArrayLike) -> Floats:
        """Height of the roof's middle line at x."""
        rear, front = self.shape.roof
        peak = rear + 0.62 * (front - rear)
        fall = np.where(
            np.asarray(x) > peak,
            0.05,
            0.07 if self.shape.kind in {"sedan", "executive", "electric"} else 0.045,
        )
        return np.asarray(
            self.shape.height - fall * ((np.asarray(x) - peak) / (front - rear)) ** 2 * 3
        )


@lru_cache(maxsize=16)
def shell_of(kind: str) -> Shell:
    """The surfaces of a model by its kind (a key of SHAPES)."""
    return Shell(SHAPES[kind])


@lru_cache(maxsize=16)
def _house_lines(shape: Shape) -> tuple[Floats, Floats]:
    """Foot and roof outline of the glasshouse (x; y share) against s = 0 … 1, corners matched."""
    return (
        _cornered(shape.cowl, shape.back, shape.width / 2, 6.5),
        _cornered(shape.roof[1], shape.roof[0], 0.65, 5.5),
    )


def _cornered(front: float, rear: float, half: float, power: float) -> Floats:
    """Outline whose corners (y share .9) sit at s = .2 and .8: rows x, y share."""
    cos, sin = outline(front, rear, half, (power, power))
    inside = np.flatnonzero(sin >= 0.9)
    marks = [0, inside[0], inside[-1], len(sin) - 1]
    s = np.interp(np.arange(len(sin)), marks, [0, 0.2, 0.8, 1])
    even = np.linspace(0, 1, 801)
    x = (front + rear) / 2 + (front - rear) / 2 * np.interp(even, s, cos)
    return np.stack([x, np.interp(even, s, sin)])


def spread(*marks: float, step: float) -> Floats:
    """Even steps of about `step` that hit every mark."""
    parts = [
        np.linspace(a, b, max(2, int(np.ceil((b - a) / step)) + 1)) for a, b in pairwise(marks)
    ]
    return np.unique(np.round(np.concatenate(parts), 9))


def lower_body(shell: Shell, paint: Skin, fine: float) -> Mesh:
    """Flanks, nose and tail with the wheel arches cut out."""
    marks = [0.0, 1.0]
    for axle in shell.shape.axles:
        for edge in (axle - shell.arch, axle + shell.arch):
            at = float(shell.u_side(edge, 0.15))
            marks += [at - 4e-4, at, at + 4e-4, at + 3e-3, at - 3e-3]
    left = spread(*sorted(marks), step=0.0085 / fine)
    u = np.concatenate([-left[:0:-1], left])
    h = np.union1d(spread(0, 0.64, 0.7, 0.9, step=0.04 / fine), spread(0.9, 1, step=0.0125 / fine))
    net = shell.point(u[:, None], np.maximum(h, shell.arch_foot(u)[:, None]))
    return piece(outside(solid(grid(net))), paint)


def solid(faces: Floats) -> Floats:
    """Only the faces that have an area."""
    size = np.linalg.norm(np.cross(faces[:, 2] - faces[:, 0], faces[:, 3] - faces[:, 1]), axis=1)
    return np.asarray(faces[size > 1e-9])


def outside(corners: Floats) -> Floats:
    """Faces of the body turned away from its inner axis."""
    centre = corners.mean(axis=1)
    axis = np.stack(
        [np.clip(centre[:, 0], -1.2, 1.2), np.zeros(len(centre)), np.full(len(centre), 0.55)],
        axis=1,
    )
    return away_from(corners, axis)


def deck(shell: Shell, paint: Skin, fine: float) -> Mesh:
    """Bonnet and boot lid; what the glasshouse covers, and the bed of a pickup, is left open."""
    shape = shell.shape
    marks = sorted(
        [
            0,
            1,
            float(shell.u_side(shape.cowl, 1.0)),
            *[float(shell.u_side(x, 1.0)) for x in shape.bed or ()],
        ]
    )
    u = spread(*marks, step=0.0085 / fine)
    across = spread(-1, -0.92, 0.92, 1, step=0.05 / fine)
    edge = shell.point(u, 1.0)
    net = shell.deck(edge[:, None, 0] + 0 * across, edge[:, None, 1] * across)
    faces = grid(net)
    x, y = faces.mean(axis=1)[:, :2].T
    covered = (
        (x < shape.cowl - 0.1 - 0.35 * (abs(y) / shape.width * 2) ** 4)
        & (x > shape.back + 0.1)
        & (abs(y) < shell.edge(x) * 0.9)
    )
    if shape.bed:
        covered |= (x < shape.bed[1]) & (x > shape.bed[0]) & (abs(y) < shell.edge(x) * 0.92)
    faces, hidden = faces[~covered], shell.under_glass(x, y)[~covered]
    faces = away_from(faces, faces.mean(axis=1) - (0, 0, 1))
    return join([piece(faces[~hidden], paint), piece(faces[hidden], DARK)])


def glasshouse(shell: Shell, paint: Skin, fine: float) -> Mesh:
    """Pillars, windows and roof."""
    shape = shell.shape
    middle = _s_of_x(shell, shape.doors[1])
    marks = (0, 0.168, 0.212, middle - 0.012, middle + 0.012, 0.2 + 0.6 * shape.quarter, 0.845, 1)
    left = spread(*marks, step=0.008 / fine)
    s = np.concatenate([-left[:0:-1], left])
    v = spread(0, 0.05, shape.rear_glass_foot, shape.glass_top, 0.95, 1, step=0.04 / fine)
    faces = outside(grid(shell.house(s[:, None], v[None])))
    ds, dv = (
        np.repeat((s[1:] + s[:-1]) / 2, len(v) - 1),
        np.tile((v[1:] + v[:-1]) / 2, len(s) - 1),
    )
    parts = _house_skins(shape, abs(ds), dv, marks, paint)
    lines = [piece(faces[mask], skin, lift=0.04) for mask, skin in parts]
    return join([*lines, roof(shell, BLACK if shape.floating_roof else paint, s[s >= 0], fine)])


def _s_of_x(shell: Shell, x: float) -> float:
    step = np.linspace(0.2, 0.8, 200)
    return float(np.interp(-x, -shell.house(step, 0.3)[:, 0], step))


def _house_skins(
    shape: Shape, s: Floats, v: Floats, marks: tuple[float, ...], paint: Skin
) -> list[tuple[np.ndarray, Skin]]:
    """Which faces of the glasshouse are glass, black trim or painted."""
    _, a_front, a_rear, b_front, b_rear, c_front, c_rear, _ = marks
    screen = (s < a_front) & (v > 0.03) & (v < 0.96)
    pane = (s > a_rear) & (s < c_front) & (v > 0.05) & (v < shape.glass_top)
    rear = (s > c_rear) & (v > shape.rear_glass_foot) & (v < 0.94)
    post = pane & (s > b_front) & (s < b_rear)
    trim = (s > a_rear) & (s < c_front) & ((v < 0.05) | ((v > shape.glass_top) & (v < 0.95)))
    black = (
        post
        | trim
        | ((s <= a_rear) & (v < 0.03))
        | ((s < a_rear) & (s > a_front) & shape.floating_roof)
    )
    if shape.floating_roof:
        black |= (v > 0.95) | ((s > c_front) & (s < c_rear) & (shape.kind == "mini"))
    clear = (screen | pane | rear) & ~black
    solid = ~clear & ~black
    body = Skin(paint.colour, paint.gloss, lined=True)
    return [(clear, GLASS), (black, BLACK), (solid, body)]


def roof(shell: Shell, skin: Skin, s: Floats, fine: float) -> Mesh:
    """The roof between its edges, crowned across."""
    edge = shell.house(s, 1.0)
    across = spread(-1, 1, step=0.09 / fine)
    share = abs(across)
    net = edge[:, None] * (1, 0, 1) + edge[:, None] * (0, 1, 0) * across[None, :, None]
    inner = np.clip(np.minimum(s / 0.2, (1 - s) / 0.2), 0, 1)[:, None]
    net[..., 2] += (1 - share**3.2) * (0.012 + 0.043 * inner**0.5)
    faces = grid(net)
    return piece(
        away_from(faces, faces.mean(axis=1) - (0, 0, 1)), Skin(skin.colour, skin.gloss, lined=True)
    )
