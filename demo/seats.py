"""The room inside a car: its measures, its seats and its steering wheel; seen through the windows too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from demo.body import shell_of
from demo.mesh import Mesh, Skin, away_from, disc, join, loft, piece, srgb, vec
from demo.shapes import SHAPES

Vector = tuple[float, float, float]
SOFT = Skin(srgb(40, 40, 43), 0.015)
TRIMS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float], Skin]] = {
    "sedan": (srgb(58, 56, 55), srgb(112, 106, 98), Skin(srgb(120, 122, 126), 0.12)),
    "executive": (srgb(122, 84, 54), srgb(150, 108, 72), Skin(srgb(88, 52, 30), 0.16)),
    "hatch": (srgb(48, 50, 54), srgb(96, 42, 40), Skin(srgb(70, 72, 76), 0.05)),
    "suv": (srgb(64, 56, 48), srgb(136, 118, 96), Skin(srgb(110, 112, 114), 0.2)),
    "mpv": (srgb(150, 136, 116), srgb(176, 164, 144), Skin(srgb(92, 62, 38), 0.14)),
    "pickup": (srgb(52, 54, 54), srgb(86, 92, 90), Skin(srgb(62, 64, 66), 0.04)),
    "electric": (srgb(205, 203, 198), srgb(222, 220, 214), Skin(srgb(188, 180, 166), 0.05)),
    "mini": (srgb(70, 82, 92), srgb(150, 182, 196), Skin(srgb(214, 218, 216), 0.08)),
}
METAL = Skin(srgb(150, 152, 156), 0.35)


@dataclass(frozen=True)
class Room:
    """The measures inside one shape, in metres of world axes: seat foot, hip height, dashboard, floor."""

    kind: str
    seat: float
    rear: float
    hip: float
    dash: float
    floor: float
    belt: float

    @property
    def eye(self) -> Vector:
        """Where the panorama is taken: between the front seats, at a sitter's eyes."""
        return (self.seat + 0.12, 0.0, self.hip + 0.63)

    @property
    def side(self) -> float:
        """y of the driver's middle."""
        return SHAPES[self.kind].width * 0.198

    def things(self) -> dict[str, Vector]:
        """Named things of the cabin and where they are."""
        return {
            "odometer": self.cluster[1],
            "touchscreen": (self.dash - 0.075, 0.0, self.belt + 0.02),
            "steering_wheel": self.wheel,
            "driver_seat": (self.seat + 0.12, self.side, self.hip + 0.3),
            "rear_seat": (self.rear + 0.12, 0.0, self.hip + 0.3),
            "vin": self.vin,
        }

    @property
    def wheel(self) -> Vector:
        """Middle of the steering wheel."""
        return (self.dash - 0.27, self.side, self.belt - 0.05)

    @property
    def cluster(self) -> tuple[Vector, Vector]:
        """Middle of the instrument panel and of the odometer's digits in it."""
        x, z = self.dash - 0.02, self.belt + 0.045
        return (x, self.side, z), (x - 0.004, self.side, z - 0.036)

    @property
    def vin(self) -> Vector:
        """Middle of the VIN plate at the left foot of the windscreen (GB 16735: readable from outside)."""
        return (self.dash + 0.10, self.side + 0.14, self.belt + 0.098)

    def seat_mark(self) -> tuple[Vector, Vector]:
        """A point on the right front seat's back rest that the panorama sees, and its normal."""
        share, lean = 0.55, np.array([-0.42, 0, 0.91])
        place = np.array([self.seat + 0.085, -self.side, self.hip + 0.05]) + lean * 0.6 * share
        out = np.array([0.91, 0, 0.42])
        spot = place + out * 0.062
        return (round(float(spot[0]), 4), -self.side, round(float(spot[2]), 4)), (0.91, 0.0, 0.42)


@lru_cache(maxsize=16)
def room_of(kind: str) -> Room:
    """The room inside a kind of car."""
    s, shell = SHAPES[kind], shell_of(kind)
    seat = s.doors[1] + 0.02
    dash = min(s.cowl - 0.32, seat + 0.86)
    return Room(
        kind,
        seat,
        max(seat - 0.88, s.back + 0.42),
        s.height - 0.95,
        dash,
        s.sill + 0.08,
        float(shell.belt(dash)),
    )


def _seat(
    x: float,
    y: float,
    hip: float,
    half: float,
    colours: tuple[tuple[float, float, float], ...],
    rests: tuple[float, ...],
) -> Mesh:
    """One seat or bench: cushion, back rest and head rests, with inserts of the second colour."""
    outer, inner = Skin(colours[0], 0.015), colours[1]
    t = np.linspace(0, 1, 14)
    swell = np.sin(np.clip(t * 1.05 + 0.08, 0, 1) * np.pi) ** 0.22
    base = np.stack(
        [x + 0.02 + 0.50 * t, 0 * t + y, hip - 0.045 + 0.05 * t - 0.03 * np.sin(t * np.pi)], axis=1
    )
    cushion = loft(base, half * swell, 0.085 * swell, power=4.5, count=52)
    lean = np.array([x + 0.02, y, hip - 0.02]) + t[:, None] * np.array([-0.27, 0, 0.62])
    taper = half * swell * (1 - 0.16 * t**2)
    back = loft(lean, taper, 0.075 * swell * (1 - 0.3 * t), power=4.5, count=52)
    parts = [_inserts(piece(f, outer), 52, inner) for f in (cushion, back)]
    for rest in rests:
        top = np.array([x - 0.268, y + rest, hip + 0.64])
        rise = np.linspace(0, 1, 9)
        ball = np.sin(np.clip(rise * 0.9 + 0.07, 0, 1) * np.pi) ** 0.35
        line = top + rise[:, None] * np.array([-0.035, 0, 0.17])
        parts.append(piece(loft(line, 0.125 * ball, 0.055 * ball, power=3.5, count=28), outer))
        for k in (-0.05, 0.05):
            post = np.stack([top + vec(0.01, k, -0.07), top + vec(0, k, 0.06)])
            parts.append(piece(loft(post, 0.007, 0.007, power=2, count=8), METAL))
    return join(parts)


def _inserts(mesh: Mesh, count: int, colour: tuple[float, float, float]) -> Mesh:
    """Colour the middle of a lofted seat's upper face, between seams that follow the loft's own lines."""
    turn = (np.arange(len(mesh)) % count + 0.5) / count * 2 * np.pi
    share = abs(np.cos(turn)) ** (2 / 4.5)
    face = mesh.normals[:, 2] + mesh.normals[:, 0] > 0.3
    row = np.arange(len(mesh)) // count
    panel = face & (share < 0.86)
    seam = face & (((share > 0.86) & (share < 0.9)) | (panel & (row % 4 == 3)))
    tone = np.where(panel[:, None], np.asarray(colour), mesh.colour)
    depth = np.where(share > 0.86, 0.5, 0.84)[:, None]
    return replace(mesh, colour=np.where(seam[:, None], tone * depth, tone))


def bench_height(room: Room) -> float:
    """Hip height of the rear bench, so low that its head rests stay under roof and rear window."""
    s, shell = SHAPES[room.kind], shell_of(room.kind)
    head = room.rear - 0.32
    fall = max(0.0, (s.roof[0] - head) / (s.roof[0] - s.back))
    over = float(shell.roof_height(max(head, s.roof[0]))) - 0.08
    ceiling = over - fall * (over - float(shell.belt(s.back)))
    return min(room.hip + 0.03, ceiling - 0.88)


def seats(kind: str) -> Mesh:
    """Front seats and rear bench."""
    room = room_of(kind)
    trim = TRIMS[kind][:2]
    wide = SHAPES[kind].width * 0.355
    return join(
        [_seat(room.seat, k * room.side, room.hip, 0.245, trim, (0.0,)) for k in (1, -1)]
        + [_seat(room.rear, 0.0, bench_height(room), wide, trim, (-0.62 * wide, 0.62 * wide))]
    )


def steering(kind: str) -> Mesh:
    """Steering wheel: rim, hub and three spokes on a tilted plane."""
    room = room_of(kind)
    middle = np.array(room.wheel)
    axis = np.array([-0.88, 0, 0.47]) / np.hypot(0.88, 0.47)
    right, up = np.array([0, 1.0, 0]), np.cross(np.array([0, 1.0, 0]), axis)
    angle = np.linspace(0, 2 * np.pi, 49)
    circle = middle + 0.178 * (np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * up)
    parts = [piece(loft(circle, 0.016, 0.016, power=2, count=14, across=axis), SOFT)]
    hub = middle - axis * 0.02
    parts.append(
        piece(
            loft(
                [hub, hub + axis * 0.01, hub + axis * 0.03],
                [0.065, 0.08, 0.06],
                [0.05, 0.062, 0.045],
                power=3,
                count=24,
            ),
            SOFT,
        )
    )
    for way in (right, -right, up * (1 if up[2] < 0 else -1)):
        arm = [hub + way * 0.05, middle + way * 0.17]
        parts.append(
            piece(
                loft(arm, 0.02, 0.008, power=3, count=12, across=axis if way[2] else up),
                METAL,
                lift=0.01,
            )
        )
    parts.append(
        piece(away_from(disc(hub + axis * 0.034, right, up, [0, 0.022]), hub), METAL, lift=0.02)
    )
    return join(parts)
