"""Known flaws as faces that lie on the car: what is drawn is where the truth says it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from demo.body import Shell, shell_of
from demo.cars import PAINTS, Car, Defect
from demo.mesh import Floats, Mesh, Skin, away_from, grid, join, piece, ribbon, srgb, vec

BARE = Skin(srgb(214, 214, 210), 0.05)
RUST = Skin(srgb(112, 56, 22))
DEEP = Skin(srgb(66, 32, 16))
WHITE = Skin(srgb(236, 240, 240), 0, 0.5)
_LIFT = 0.34  # above every fitting on the same panel


def flaw_mesh(car: Car, defect: Defect) -> Mesh:
    """The faces of one flaw of this car."""
    makers: dict[str, Callable[[Car, Defect], Mesh]] = {
        "HH": _scratch,
        "AX": _dent,
        "BX": _dent,
        "XS": _rust,
        "LW": _crack,
        "XF": _repair,
    }
    return makers[defect.code](car, defect)


def _plane(defect: Defect) -> tuple[Floats, Floats, Floats, Floats]:
    """Place, normal, and the two directions along and across the flaw."""
    place, normal = np.array(defect.place), np.array(defect.normal)
    level = np.cross((0, 0, 1.0), normal)
    if np.linalg.norm(level) < 0.3:
        level = np.array([0, 1.0, 0])
    level /= np.linalg.norm(level)
    return place, normal, level, np.cross(normal, level)


def _lay(car: Car, defect: Defect, a: Floats, b: Floats) -> Floats:
    """Points (..., 3) at a metres along and b across the flaw, bent onto the body under it."""
    place, normal, level, up = _plane(defect)
    spots = place + a[..., None] * level + b[..., None] * up
    shell, bonnet = shell_of(car.kind), defect.panel == "发动机舱盖"
    if bonnet:
        return shell.deck(spots[..., 0], spots[..., 1]) + vec(0, 0, 0.002)
    if defect.code == "LW":
        return np.asarray(spots + 0.004 * normal)
    if "保险杠" in defect.panel:
        return np.asarray(_bumper(shell, spots) + 0.002 * normal)
    side = 1 if place[1] > 0 else -1
    return np.asarray(shell.on_side(spots[..., 0], spots[..., 2], side) + 0.002 * normal)


def _bumper(shell: Shell, spots: Floats) -> Floats:
    """The points of nose or tail at the same y and z."""
    nose = bool(spots[..., 0].mean() > 0)
    u = np.sign(spots[..., 1]) * shell.u_end(abs(spots[..., 1]), nose=nose)
    u = np.where(spots[..., 1] == 0, 0.0 if nose else 1.0, u)
    x = shell.point(u, 0.4)[..., 0]
    return shell.point(u, np.clip(shell.h_at(x, spots[..., 2]), 0, 1))


def _scratch(car: Car, defect: Defect) -> Mesh:
    """Three thin, slightly wavering light lines; the truth lies on the middle one."""
    random = np.random.default_rng(car.number * 31 + 7)
    half = defect.size_mm[0] / 2000
    a = np.linspace(-half, half, 26)
    normal = np.array(defect.normal)
    parts = []
    for k, width in ((0, 0.006), (-1, 0.0035), (1, 0.003)):
        reach = a * (1 if k == 0 else 0.7) + 0.06 * k
        wave = 0.010 * np.sin(reach * 9) + np.cumsum(random.normal(0, 0.0006, len(a)))
        b = reach * 0.22 + wave - np.interp(0, reach, wave) * (k == 0) + 0.013 * k
        parts.append(piece(ribbon(_lay(car, defect, reach, b), normal, width), BARE, lift=_LIFT))
    return join(parts)


def _dent(car: Car, defect: Defect) -> Mesh:
    """A hollow: the panel's own faces with the normals of a bell-shaped dip, and a scuff where it was hit."""
    long, wide = (v / 2000 for v in defect.size_mm)
    depth = 0.05 if defect.code == "BX" else 0.022
    a, b = np.meshgrid(np.linspace(-1.25, 1.25, 49), np.linspace(-1.25, 1.25, 49), indexing="ij")
    _, normal, level, up = _plane(defect)
    faces = away_from(grid(_lay(car, defect, a * long, b * wide)), np.array(defect.place) - normal)
    am, bm = (grid(np.stack([m] * 3, axis=-1))[:, :, 0].mean(axis=1) for m in (a, b))
    bell = np.exp(-2.2 * (am**2 + bm**2))
    fade = np.clip((1.25**2 - am**2 - bm**2) / 0.5, 0, 1)
    lean = (7.5 * depth * bell * fade)[:, None] * (
        am[:, None] / long * level + bm[:, None] / wide * up
    )
    mesh = piece(faces, _paint(car), lift=_LIFT)
    tilted = mesh.normals - lean
    tilted /= np.linalg.norm(tilted, axis=1, keepdims=True)
    mesh = replace(mesh, normals=tilted, colour=mesh.colour * (1 - 0.3 * bell * fade)[:, None])
    keep = am**2 + bm**2 < 1.2**2
    mark = np.linspace(-0.35, 0.35, 14)
    scuff = piece(
        ribbon(_lay(car, defect, mark * long, 0.12 * wide * np.sin(mark * 7)), normal, 0.005),
        BARE,
        lift=_LIFT + 0.05,
    )
    return join([Mesh(**{n: getattr(mesh, n)[keep] for n in mesh.__dataclass_fields__}), scuff])


def _rust(car: Car, defect: Defect) -> Mesh:
    """Blisters of brown, thick in the middle."""
    random = np.random.default_rng(car.number * 31 + 11)
    long, wide = (v / 2000 for v in defect.size_mm)
    parts = [
        _blot(car, defect, 0, 0, 0.16 * long, RUST, random),
        _blot(car, defect, 0.02, 0, 0.07 * long, DEEP, random),
    ]
    for _ in range(70):
        a, b = np.clip(random.normal(0, 0.42, 2), -1, 1) * (long, wide)
        size = random.uniform(0.006, 0.026) * (1 - 0.5 * abs(a) / long)
        parts.append(
            _blot(
                car,
                defect,
                float(a),
                float(b),
                size,
                RUST if random.random() < 0.7 else DEEP,
                random,
            )
        )
    return join(parts)


def _blot(
    car: Car,
    defect: Defect,
    a: float,
    b: float,
    size: float,
    skin: Skin,
    random: np.random.Generator,
) -> Mesh:
    angle = np.linspace(0, 2 * np.pi, 11)
    rough = size * random.uniform(0.65, 1.25, 11)
    rough[-1] = rough[0]
    rim = _lay(car, defect, a + rough * np.cos(angle), b + rough * np.sin(angle))
    middle = np.broadcast_to(_lay(car, defect, np.full(11, a), np.full(11, b)), rim.shape)
    faces = away_from(
        grid(np.stack([middle, rim])), np.array(defect.place) - np.array(defect.normal)
    )
    return piece(faces, skin, lift=_LIFT + (0.04 if skin is DEEP else 0))


def _crack(car: Car, defect: Defect) -> Mesh:
    """A star of cracks in glass, or a split in leather."""
    random = np.random.default_rng(car.number * 31 + 13)
    half = defect.size_mm[0] / 2000
    normal = np.array(defect.normal)
    if defect.inside:
        a = np.linspace(-half, half, 20)
        b = 0.006 * np.sin(a * 60)
        return join(
            [
                piece(ribbon(_lay(car, defect, a, b), normal, w), skin, lift=lift)
                for w, skin, lift in ((0.020, Skin(srgb(196, 178, 146)), 0.06), (0.008, DEEP, 0.08))
            ]
        )
    parts = []
    for turn in np.linspace(0, 2 * np.pi, 9)[:-1]:
        reach = np.linspace(0, half * random.uniform(0.35, 1), 14)
        bend = turn + np.cumsum(random.normal(0, 0.06, 14))
        line = _lay(car, defect, reach * np.cos(bend), reach * np.sin(bend) * 0.7)
        parts.append(piece(ribbon(line, normal, 0.0045), WHITE, lift=_LIFT))
    return join([*parts, _blot(car, defect, 0, 0, 0.014, WHITE, random)])


def _repair(car: Car, defect: Defect) -> Mesh:
    """A field of newer paint, a shade off, with a dull edge."""
    long, wide = (v / 2000 for v in defect.size_mm)
    r, turn = np.meshgrid(np.linspace(0, 1, 14), np.linspace(0, 2 * np.pi, 49), indexing="ij")
    edge = (
        1
        / (abs(np.cos(turn)) ** 3.2 + abs(np.sin(turn)) ** 3.2) ** (1 / 3.2)
        * (1 + 0.04 * np.sin(5 * turn))
    )
    faces = away_from(
        grid(_lay(car, defect, r * edge * long * np.cos(turn), r * edge * wide * np.sin(turn))),
        np.array(defect.place) - np.array(defect.normal),
    )
    paint = _paint(car)
    shift = np.array([0.74, 0.82, 0.92])
    mesh = piece(faces, Skin(paint.colour, 0.035), lift=_LIFT)
    return replace(mesh, colour=np.clip(mesh.colour * shift + 0.012, 0, 1))


def _paint(car: Car) -> Skin:
    return Skin(srgb(*PAINTS[car.paint][1]), 0.07)
