"""Scenes whose every direction is known: rooms with painted walls, a hill under the sky, a car.

Axes as in the engine: x right, y into the middle of the panorama, z up; metres; the panorama is
taken from the origin. `fine` is the size of the smallest painted detail against the full-size sets
(photos of 900×1200 pixels): small photos want coarse scenes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from demo.camera import Camera as Eye
from demo.interior import cabin_panorama, decals, inside_mesh, look_inside
from demo.painter import which
from demo.plan import car_of, read_plan
from demo.seats import room_of
from panoramas.sphere import directions, to_pixels

FAR = 1000.0  # metres; what has no depth lies there
TO_CAR = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # our axes -> the car's


@dataclass(frozen=True, eq=False)
class Box:
    """A room of six painted walls. `near`, `far`: corners (3,) in metres; `walls`: axis and side
    (0 low, 1 high) -> picture with rows down (or south) and columns along the other level axis."""

    near: np.ndarray
    far: np.ndarray
    walls: dict[tuple[int, int], np.ndarray]

    def points(self, eye, rays):
        """Where rays (…, 3) from `eye` end, (…, 3)."""
        return self._hit(eye, rays)[1]

    def look(self, eye, rays):
        """Colours (rows, columns, 3), float32 0..255, along rays from `eye`."""
        wall, points = self._hit(eye, rays.reshape(-1, 3))
        seen = np.zeros((len(wall), 3), np.float32)
        for (axis, side), picture in self.walls.items():
            here = np.flatnonzero(wall == 2 * axis + side)
            if not len(here):
                continue
            across, down = ((1, 2), (0, 2), (0, 1))[axis]
            size = self.far - self.near
            at = points[here]
            x = (at[:, across] - self.near[across]) / size[across] * picture.shape[1] - 0.5
            y = (self.far[down] - at[:, down]) / size[down] * picture.shape[0] - 0.5
            seen[here] = _sampled(picture, x, y)
        return seen.reshape(*rays.shape)

    def _hit(self, eye, rays):
        """Number of the wall that each ray ends at, and where."""
        eye = eye.astype(rays.dtype)
        wall = np.zeros(rays.shape[:-1], np.int8)
        best = np.full(rays.shape[:-1], np.inf, rays.dtype)
        for axis in range(3):
            way = rays[..., axis]
            ahead = way > 0
            room = np.where(ahead, self.far[axis] - eye[axis], self.near[axis] - eye[axis])
            with np.errstate(divide="ignore"):
                reach = room.astype(rays.dtype) / way
            wall = np.where(reach < best, 2 * axis + ahead, wall)
            best = np.minimum(best, reach)
        return wall, eye + best[..., None] * rays


@dataclass(frozen=True, eq=False)
class Sky:
    """Everything far away: a 2:1 picture."""

    picture: np.ndarray

    def points(self, eye, rays):
        return rays * FAR

    def look(self, eye, rays):
        column, row = to_pixels(rays, self.picture.shape[1], self.picture.shape[0])
        shape = column.shape
        return _sampled(self.picture, column.ravel(), row.ravel()).reshape(*shape, 3)


@dataclass(frozen=True, eq=False)
class Cabin:
    """The inside of a car of the demonstration."""

    car: object = field(default_factory=lambda: car_of(next(iter(read_plan()))))

    def points(self, eye, rays):
        view, (x, y) = self._view(eye, rays)
        mesh, ways = inside_mesh(self.car), rays @ TO_CAR.T
        face = which(mesh, view, decals(self.car))[np.rint(y).astype(int), np.rint(x).astype(int)]
        level = np.einsum("...j,...j->...", mesh.normals[face], mesh.corners[face, 0] - view.eye)
        slope = np.einsum("...j,...j->...", mesh.normals[face], ways)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = level / slope
        inside = (face >= 0) & (np.abs(slope) > 0.02) & (reach > 0.1) & (reach < 5)
        return eye + np.where(inside, reach, FAR)[..., None] * rays

    def look(self, eye, rays):
        view, (x, y) = self._view(eye, rays)
        picture = np.ascontiguousarray(look_inside(self.car, view)[..., ::-1])
        return _sampled(picture, x.ravel(), y.ravel()).reshape(rays.shape)

    def panorama(self, width):
        return np.ascontiguousarray(cabin_panorama(self.car, width)[..., ::-1])

    def _view(self, eye, rays):
        """A flat view of the demonstration that holds all rays, and where in it they are."""
        ways = rays @ TO_CAR.T
        ahead = ways.mean((0, 1))
        ahead /= np.linalg.norm(ahead)
        right = ways[len(ways) // 2, -1] - ways[len(ways) // 2, 0]
        right -= ahead * (right @ ahead)
        right /= np.linalg.norm(right)
        axes = np.stack([right, np.cross(ahead, right), ahead])
        local = ways @ axes.T
        half = np.abs(local[..., :2] / local[..., 2:]).max((0, 1)) * 1.01
        focal = 0.75 * ways.shape[1] / 2 / half[0]
        size = [int(np.ceil(2 * extent * focal)) + 3 for extent in half]
        view = Eye(np.array(room_of(self.car.kind).eye) + TO_CAR @ eye, axes, focal, tuple(size))
        return view, np.moveaxis(view.see(view.eye + ways)[0], -1, 0)


def _sampled(picture, x, y):
    """Bilinear colours (n, 3), float32, exact to the place (cv2 rounds it for 8-bit pictures)."""
    rows = -(-len(x) // 16384)
    spare = rows * 16384 - len(x)
    maps = [np.pad(v, (0, spare)).reshape(rows, -1).astype(np.float32) for v in (x, y)]
    wide = picture.astype(np.uint16) << 8
    seen = cv2.remap(wide, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return seen.reshape(-1, 3)[: len(x)].astype(np.float32) / 256


class Brush:
    """A wall being painted: metres in, pixels out; (0, 0) is its upper left corner."""

    def __init__(self, seed, size, per_metre, colour):
        self.random = np.random.default_rng(seed)
        self.scale, self.size = per_metre, size
        shape = [round(length * per_metre) for length in size[::-1]]
        self.wall = np.empty((*shape, 3), np.uint8)
        self.wall[:] = colour

    def at(self, *metres):
        return tuple(round(value * self.scale) for value in metres)

    def shade(self, spread):
        return tuple(int(v) for v in np.clip(self.random.normal(128, spread, 3), 5, 250))

    def grain(self, strength, blur):
        """Adds a soft pattern with detail of `blur` metres."""
        high, wide = self.wall.shape[:2]
        step = max(1.0, blur * self.scale)
        coarse = self.random.normal(0, 1, (int(high / step) + 2, int(wide / step) + 2))
        soft = cv2.resize(coarse.astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
        self.wall = np.clip(self.wall + strength * soft[..., None], 0, 255).astype(np.uint8)

    def tiles(self, side, colours, top=0.0, joint=0.006):
        """Tiles of `side` metres from `top` down, all alike."""
        for j, y in enumerate(np.arange(top, self.size[1], side)):
            for i, x in enumerate(np.arange(0, self.size[0], side)):
                corners = self.at(x + joint, y + joint), self.at(x + side, y + side)
                cv2.rectangle(self.wall, *corners, colours[(i + j) % len(colours)], -1)

    def things(self, count, sizes, spread, box=None, flat=0.0):
        """Rectangles, discs, strokes and words strewn over `box` (x, y, width, height)."""
        left, top, wide, high = box or (0, 0, *self.size)
        for _ in range(count):
            size = self.random.uniform(*sizes)
            x, y = left + self.random.uniform(0, wide), top + self.random.uniform(0, high)
            colour = tuple(
                int(c) + v - 128 for c, v in zip(self._near(x, y), self.shade(spread), strict=True)
            )
            self._thing(self.random.integers(4), x, y, size, colour)

    def _near(self, x, y):
        column, row = self.at(x, y)
        row, column = (min(v, n - 1) for v, n in zip((row, column), self.wall.shape, strict=False))
        return self.wall[row, column]

    def _thing(self, kind, x, y, size, colour):
        colour = tuple(int(np.clip(v, 0, 255)) for v in colour)
        thick = max(1, round(0.08 * size * self.scale))
        corner = self.at(x + size * self.random.uniform(0.3, 1), y + size)
        if kind == 0:
            cv2.rectangle(self.wall, self.at(x, y), corner, colour, -1)
        elif kind == 1:
            axes = self.at(size / 2, size * self.random.uniform(0.2, 0.5))
            cv2.ellipse(
                self.wall,
                self.at(x, y),
                axes,
                self.random.uniform(0, 180),
                0,
                360,
                colour,
                -1,
                cv2.LINE_AA,
            )
        elif kind == 2:
            cv2.line(self.wall, self.at(x, y), corner, colour, thick, cv2.LINE_AA)
        else:
            word = "".join(self.random.choice(list("AEKMRSTXZ2478"), 4))
            letters = cv2.FONT_HERSHEY_SIMPLEX
            cv2.putText(
                self.wall,
                word,
                self.at(x, y + size / 2),
                letters,
                size * self.scale / 60,
                colour,
                thick,
                cv2.LINE_AA,
            )

    def poster(self, x, y, wide, high):
        """A framed picture full of small things."""
        cv2.rectangle(self.wall, self.at(x, y), self.at(x + wide, y + high), (40, 35, 30), -1)
        inner = self.at(x + 0.03, y + 0.03), self.at(x + wide - 0.03, y + high - 0.03)
        cv2.rectangle(self.wall, *inner, self.shade(60), -1)
        box = (x + 0.05, y + 0.05, wide - 0.25, high - 0.25)
        self.things(40, (0.04, 0.2), 60, box)


def _room(near, far, fine, paint):
    """A box whose six walls `paint(number, size)` gives as pictures."""
    near, far = np.array(near, float), np.array(far, float)
    walls = {}
    for axis in range(3):
        across, down = ((1, 2), (0, 2), (0, 1))[axis]
        size = (far - near)[[across, down]]
        for side in (0, 1):
            walls[axis, side] = paint(2 * axis + side, size, 400 * fine)
    return Box(near, far, walls)


@lru_cache(4)
def cafe(fine=1.0):
    """Posters, shelves, a tiled wainscot, a tiled floor, ceiling panels."""

    def paint(number, size, per_metre):
        colour = [
            (196, 172, 140),
            (150, 168, 160),
            (186, 150, 132),
            (170, 176, 190),
            (120, 116, 110),
            (214, 212, 206),
        ][number]
        brush = Brush(100 + number, size, per_metre, colour)
        brush.grain(5, 0.3)
        if number < 4:
            brush.tiles(0.15, [(206, 210, 208), (196, 202, 204)], top=size[1] - 1.1)
            for x in np.arange(0.3, size[0] - 1.0, 1.35):
                brush.poster(
                    x + brush.random.uniform(0, 0.3), brush.random.uniform(0.2, 0.6), 0.8, 1.0
                )
            brush.things(60, (0.05, 0.3), 50, (0, size[1] - 1.5, size[0], 1.3))
        elif number == 4:
            brush.tiles(0.3, [(140, 120, 104), (96, 88, 84)])
            brush.things(70, (0.1, 0.5), 40)
        else:
            brush.tiles(0.6, [(216, 214, 208), (208, 206, 202)], joint=0.012)
            brush.things(30, (0.1, 0.4), 25)
        brush.grain(4, 0.01)
        return brush.wall

    return _room((-3.2, -2.6, -1.5), (3.8, 3.4, 1.6), fine, paint)


@lru_cache(4)
def dim(fine=1.0):
    """A dark garage: faint marks on plain walls."""

    def paint(number, size, per_metre):
        brush = Brush(200 + number, size, per_metre, (46, 44, 40) if number != 4 else (34, 33, 32))
        brush.grain(5, 0.9)
        brush.things(45, (0.08, 0.5), 11)
        brush.grain(1.3, 0.02)
        return brush.wall

    return _room((-2.8, -3.0, -1.5), (3.2, 2.5, 1.4), fine, paint)


@lru_cache(4)
def box(fine=1.0):
    """A box papered all over with things; small like a cabin."""

    def paint(number, size, per_metre):
        brush = Brush(300 + number, size, per_metre * 2.2, (128, 128, 128))
        brush.things(260, (0.03, 0.3), 55)
        brush.grain(5, 0.004)
        return brush.wall

    return _room((-0.9, -1.2, -0.8), (0.9, 1.1, 0.7), fine, paint)


@lru_cache(4)
def hill(fine=1.0):
    """Grass, a ridge with trees and houses, and above them a sky without anything in it."""
    width = round(8192 * fine)
    random = np.random.default_rng(400)
    rays = directions(width, width // 2)
    longitude = np.arctan2(rays[..., 0], rays[..., 1])
    latitude = np.degrees(np.arcsin(np.clip(rays[..., 2], -1, 1)))
    high = np.clip(latitude / 90, 0, 1)[..., None]
    picture = (1 - high) * np.array([176.0, 204, 232]) + high * np.array([62.0, 118, 196])
    waves = [(3, 2.5), (7, 1.5), (17, 0.8), (61, 0.4), (190, 0.25)]
    ridge = 6 + sum(a * np.sin(n * longitude + random.uniform(0, 6)) for n, a in waves)
    ground = latitude < ridge
    grass = np.array([96.0, 110, 62]) + sum(
        strength * _noise(random, width, size)[..., None]
        for size, strength in ((width // 40, 14), (width // 200, 14), (width // 900, 16))
    )
    picture[ground] = grass[ground]
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    _village(picture, random, width)
    return Sky(picture)


def _village(picture, random, width):
    """Houses and trees along the ridge, posts and stones nearer by."""
    degree = width / 360
    for _ in range(160):
        x, size = random.uniform(0, width), random.uniform(0.4, 3.5) * degree
        foot = width / 4 - random.uniform(-40, 7) ** 1 * degree
        colour = tuple(int(v) for v in random.uniform(30, 210, 3))
        corner = (round(x + size * random.uniform(0.5, 1.6)), round(foot))
        if random.random() < 0.5:
            cv2.rectangle(picture, (round(x), round(foot - size)), corner, colour, -1)
        else:
            middle, axes = (round(x), round(foot - size)), (round(size * 0.6), round(size))
            cv2.ellipse(
                picture,
                middle,
                axes,
                0,
                0,
                360,
                (colour[0] // 3, colour[1] // 2 + 20, colour[2] // 4),
                -1,
            )


def _noise(random, width, cells):
    """Soft field (width / 2, width) of unit size with about `cells` bumps round the horizon."""
    cells = max(8, cells)
    coarse = random.normal(0, 1, (cells // 2, cells)).astype(np.float32)
    coarse = np.concatenate([coarse, coarse[:, :1]], axis=1)
    return cv2.resize(coarse, (width, width // 2), interpolation=cv2.INTER_CUBIC)


@lru_cache(1)
def cabin(fine=1.0):
    """The first car of the demonstration."""
    return Cabin()


SCENES = {"cafe": cafe, "dim": dim, "hill": hill, "box": box, "cabin": cabin}
