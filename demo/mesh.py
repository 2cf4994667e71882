"""Faces with a look: the small vocabulary from which cars, cabins and boots are built.

World axes everywhere in the demonstration: x forward, y left, z up, in metres; the origin lies on
the ground midway between the axles. A colour is linear light in the order blue, green, red.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Skin:
    """How a face looks: linear colour, mirror reflectance (0 dull … 1 mirror), own light, see-through.

    `lined` faces are seen from behind too, as dark trim (the inside of the body through the windows).
    """

    colour: tuple[float, float, float]
    gloss: float = 0.0
    glow: float = 0.0
    glass: bool = False
    lined: bool = False


@dataclass(frozen=True, eq=False)
class Mesh:
    """n four-cornered faces (a triangle repeats a corner), each with its own look.

    corners (n, 4, 3) metres, normals (n, 3), colour (n, 3), gloss/glow/lift (n,), glass (n,).
    `lift` moves a face nearer in the painting order only, so that a decal lies on its panel.
    """

    corners: Floats
    normals: Floats
    colour: Floats
    gloss: Floats
    glow: Floats
    lift: Floats
    glass: NDArray[np.bool_]
    lined: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.corners)


def srgb(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """Screen colour 0..255 as linear blue, green, red."""
    return ((blue / 255) ** 2.2, (green / 255) ** 2.2, (red / 255) ** 2.2)


def vec(x: float, y: float, z: float) -> Floats:
    """Three numbers as a vector."""
    return np.array([x, y, z], float)


def normals_of(corners: Floats) -> Floats:
    """Unit normals of four-cornered faces from their diagonals; zero for an empty face."""
    cross = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    return np.asarray(cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-12))


def grid(points: Floats) -> Floats:
    """A (rows, columns, 3) net of points as its (n, 4, 3) faces."""
    faces = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], axis=2)
    return np.asarray(faces.reshape(-1, 4, 3))


def away_from(corners: Floats, centre: ArrayLike) -> Floats:
    """The same faces, each turned so that its normal points away from `centre` ((3,) or (n, 3))."""
    out = corners.mean(axis=1) - np.asarray(centre, float)
    inward = np.einsum("ij,ij->i", normals_of(corners), out) < 0
    return np.where(inward[:, None, None], corners[:, ::-1], corners)


def piece(corners: Floats, skin: Skin, *, lift: float = 0.0, normals: Floats | None = None) -> Mesh:
    """Faces that share one skin."""
    count = len(corners)
    return Mesh(
        corners=np.asarray(corners, float),
        normals=normals_of(corners) if normals is None else normals,
        colour=np.tile(np.asarray(skin.colour, float), (count, 1)),
        gloss=np.full(count, skin.gloss),
        glow=np.full(count, skin.glow),
        lift=np.full(count, lift),
        glass=np.full(count, skin.glass),
        lined=np.full(count, skin.lined),
    )


def join(parts: Sequence[Mesh]) -> Mesh:
    """All parts as one mesh, in the order given."""
    return Mesh(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Mesh)}
    )


def some(mesh: Mesh, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Mesh:
    """The chosen faces of a mesh."""
    return Mesh(**{f.name: getattr(mesh, f.name)[chosen] for f in fields(Mesh)})


def ring(count: int, power: float) -> Floats:
    """A closed superellipse |x|^n + |y|^n = 1 as (count + 1, 2) points; n = 2 is the circle."""
    angle = np.linspace(0, 2 * np.pi, count + 1)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack(
        [np.sign(cos) * abs(cos) ** (2 / power), np.sign(sin) * abs(sin) ** (2 / power)], axis=1
    )


def loft(
    path: ArrayLike,
    half_width: ArrayLike,
    half_depth: ArrayLike,
    *,
    power: float = 4.0,
    count: int = 20,
    across: ArrayLike = (0, 1, 0),
) -> Floats:
    """Faces of a closed tube of superellipse sections along `path` ((m, 3)), its ends capped.

    `half_width` lies along `across`, `half_depth` at right angles to it and to the path.
    """
    line, side = np.asarray(path, float), np.asarray(across, float)
    way = np.gradient(line, axis=0)
    deep = np.cross(way, side)
    deep /= np.maximum(np.linalg.norm(deep, axis=1, keepdims=True), 1e-9)
    wide = np.broadcast_to(np.asarray(half_width, float), len(line))
    thick = np.broadcast_to(np.asarray(half_depth, float), len(line))
    shape = ring(count, power)
    net = (
        line[:, None]
        + (wide[:, None] * shape[:, 0])[..., None] * side
        + (thick[:, None] * shape[:, 1])[..., None] * deep[:, None]
    )
    middle = np.broadcast_to(line[:, None], net.shape)
    caps = [grid(np.stack([middle[end], net[end]])) for end in (0, -1)]
    faces = np.concatenate([grid(net), *caps])
    spine = np.concatenate(
        [
            np.repeat((line[1:] + line[:-1]) / 2, count, axis=0),
            np.repeat(line[1:2], count, axis=0),
            np.repeat(line[-2:-1], count, axis=0),
        ]
    )
    return away_from(faces, spine)


def box(centre: ArrayLike, size: ArrayLike, *, step: float = 0.08, power: float = 9.0) -> Floats:
    """A box with slightly rounded upright edges, cut into faces of about `step` metres."""
    middle, (long, wide, high) = np.asarray(centre, float), np.asarray(size, float)
    rows = max(2, int(high / step) + 1)
    path = middle + np.stack(
        [np.zeros(rows), np.zeros(rows), np.linspace(-high / 2, high / 2, rows)], axis=1
    )
    return loft(path, wide / 2, long / 2, power=power, count=28)


def disc(
    centre: ArrayLike, across: ArrayLike, up: ArrayLike, radii: Sequence[float], *, count: int = 36
) -> Floats:
    """Flat rings between the given radii (0 first for a full disc) in the plane of two unit vectors."""
    angle = np.linspace(0, 2 * np.pi, count + 1)
    rim = np.cos(angle)[:, None] * np.asarray(across, float) + np.sin(angle)[:, None] * np.asarray(
        up, float
    )
    return grid(np.asarray(centre, float) + np.asarray(radii, float)[:, None, None] * rim)


def sheet(corner: ArrayLike, along: ArrayLike, up: ArrayLike, *, step: float = 0.06) -> Floats:
    """A flat parallelogram from `corner` spanned by two edges, cut into faces of about `step` metres."""
    start, first, second = (np.asarray(v, float) for v in (corner, along, up))
    rows, cols = (max(2, int(np.linalg.norm(v) / step) + 2) for v in (first, second))
    a, b = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, cols), indexing="ij")
    return grid(start + a[..., None] * first + b[..., None] * second)


def ribbon(line: Floats, normals: Floats, width: float) -> Floats:
    """A strip of the given width along `line` ((m, 3)), flat on a surface with these normals ((m, 3) or (3,))."""
    out = np.broadcast_to(normals, line.shape)
    side = np.cross(np.gradient(line, axis=0), out)
    side *= width / 2 / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    faces = grid(np.stack([line - side, line + side]))
    return away_from(faces, faces.mean(axis=1) - (out[1:] + out[:-1]) / 2)


def lathe(profile: ArrayLike, centre: ArrayLike, *, count: int = 40) -> Floats:
    """Faces turned about an axis along y: profile rows are (radius, y offset)."""
    radius, offset = np.asarray(profile, float).T
    angle = np.linspace(0, 2 * np.pi, count + 1)[:, None]
    net = np.stack([radius * np.cos(angle), offset + 0 * angle, radius * np.sin(angle)], axis=-1)
    return grid(net + np.asarray(centre, float))
