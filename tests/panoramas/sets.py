"""Sets of photos whose cameras are known, and how far found cameras are off.

`shoot` photographs a scene of `scenes` in rings, under conditions, into a folder; the same
conditions give the same files. The errors are defined in docs/panoramas.md, "Finding the cameras".
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from panoramas.picture import reduced
from panoramas.sphere import directions, turn
from panoramas.stitch.camera import Camera, Lens
from tests.panoramas.scenes import SCENES

FULL = ((0.0, 10), (45.0, 8), (-45.0, 8), (90.0, 1), (-90.0, 1))  # 28 photos
RING = ((0.0, 12),)
MANY = ((-8.0, 16), (25.0, 15), (-42.0, 13), (57.0, 10), (-70.0, 4), (90.0, 1), (-90.0, 1))  # 60
EXIF_IFD, FOCAL_35, DIAGONAL_35 = 0x8769, 0xA405, 43.2666
FINER = 2  # rays a pixel and direction
GRID = (24, 32)  # places a photo, across and down, at which errors are measured


@dataclass(frozen=True)
class Conditions:
    """How a set is shot. `rings`: (pitch in degrees, photos); `field`: vertical, degrees; `jitter`:
    of yaw, pitch and roll, ±degrees; `stops`: of exposure, ±; `vignette`: light lost in the
    corners, share; `noise`: standard deviation in 8-bit steps; `quality`: of JPEG; `bend`: k1 of
    the lens; `passers`: share of photos with somebody walking through; `told`: focal length in
    EXIF; `apart`: viewpoints lie within so many metres of the middle; `fine`: of the scene."""

    rings: tuple[tuple[float, int], ...] = FULL
    width: int = 900
    height: int = 1200
    field: float = 70.0
    jitter: float = 0.0
    stops: float = 0.0
    vignette: float = 0.0
    noise: float = 0.0
    quality: int = 95
    bend: float = 0.0
    passers: float = 0.0
    told: bool = False
    apart: float = 0.0
    seed: int = 0

    @property
    def lens(self) -> Lens:
        focal = self.height / 2 / np.tan(np.radians(self.field) / 2)
        return Lens(self.width, self.height, float(focal), self.bend)

    def small(self) -> Conditions:
        """The same on photos of a third of the size, for quick tests."""
        return replace(self, width=self.width // 3, height=self.height // 3)


EXACT = Conditions()
JITTERED = Conditions(jitter=3)
UNEVEN = Conditions(jitter=3, stops=0.7, vignette=0.35)
NOISY = Conditions(jitter=3, stops=0.7, vignette=0.35, noise=3, quality=85)
WORST = replace(NOISY, noise=4, bend=-0.06, passers=0.3)
NEAR = replace(NOISY, noise=2, apart=0.02)
CONDITIONS = {"exact": EXACT, "jittered": JITTERED, "uneven": UNEVEN, "noisy": NOISY, "worst": WORST, "parallax": NEAR}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """A set on disk. `paths`, `cameras` and `eyes` (viewpoints in metres) belong together."""

    scene: object
    conditions: Conditions
    paths: tuple[Path, ...]
    cameras: tuple[Camera, ...]
    eyes: tuple[np.ndarray, ...] = field(repr=False)

    def panorama(self, width: int) -> np.ndarray:
        """The truth: what a perfect camera in the middle sees, 2:1."""
        if hasattr(self.scene, "panorama"):
            return self.scene.panorama(width)
        fine = self.scene.look(np.zeros(3), directions(width * FINER, width * FINER // 2))
        return reduced(np.rint(fine).astype(np.uint8), width, width // 2)


def shoot(folder: Path, scene: str, conditions: Conditions) -> Taken:
    """Photograph a scene into a folder; file names are in no order of place."""
    folder.mkdir(parents=True, exist_ok=True)
    place = SCENES[scene](min(1.0, conditions.width / 900))
    random = np.random.default_rng([7, conditions.seed])
    rotations = [turn(*pose) for pose in _poses(conditions, random)]
    eyes = [_apart(random, conditions.apart) for _ in rotations]
    lens = conditions.lens
    rays = _fine_rays(lens)
    numbers = random.permutation(len(rotations))
    taken = []
    for number, rotation, eye in zip(numbers, rotations, eyes, strict=True):
        own = np.random.default_rng([11, conditions.seed, int(number)])
        seen = place.look(eye, rays @ rotation.T.astype(np.float32))
        seen = cv2.resize(seen, (lens.width, lens.height), interpolation=cv2.INTER_AREA)
        path = folder / f"IMG_{number + 1:04d}.jpg"
        path.write_bytes(_developed(seen, conditions, own))
        taken.append((path, Camera(rotation, lens), eye))
    return Taken(place, conditions, *zip(*sorted(taken, key=lambda one: one[0]), strict=True))


def _poses(conditions, random):
    for ring, (pitch, count) in enumerate(conditions.rings):
        for i in range(count):
            shake = random.uniform(-1, 1, 3) * conditions.jitter
            yaw = 360 * (i + 0.37 * ring) / count
            yield yaw + shake[0], pitch + shake[1], shake[2]


def _apart(random, most):
    """A place evenly likely anywhere within a ball."""
    way = random.normal(size=3)
    return way / np.linalg.norm(way) * most * random.uniform() ** (1 / 3)


def _fine_rays(lens):
    column = (np.arange(lens.width * FINER) + 0.5) / FINER - 0.5
    row = (np.arange(lens.height * FINER) + 0.5) / FINER - 0.5
    return lens.rays(*np.meshgrid(column, row)).astype(np.float32)


def _developed(seen, conditions, random):
    """The bytes of a photo: light, then sensor, then file."""
    if random.uniform() < conditions.passers:
        _walk_through(seen, random)
    codes = np.arange(0, 255.5, 0.5)
    linear = np.where(codes <= 10.3, codes / 3294.6, ((codes / 255 + 0.055) / 1.055) ** 2.4)
    light = np.interp(seen, codes, linear)
    light *= 2 ** random.uniform(-conditions.stops, conditions.stops)
    high, wide = seen.shape[:2]
    y, x = np.ogrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
    away = (x**2 * wide**2 + y**2 * high**2) / (wide**2 + high**2)
    light *= (1 - conditions.vignette * away)[..., None]
    light = np.clip(light, 0, 1)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    coded += random.normal(0, 1, coded.shape).astype(np.float32) * conditions.noise
    image = Image.fromarray(np.clip(np.rint(coded), 0, 255).astype(np.uint8))
    exif = Image.Exif()
    if conditions.told:
        equivalent = conditions.lens.focal * DIAGONAL_35 / np.hypot(high, wide)
        exif.get_ifd(EXIF_IFD)[FOCAL_35] = round(equivalent)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=conditions.quality, exif=exif)
    return file.getvalue()


def _walk_through(seen, random):
    """Somebody in a chequered coat, a tenth to a fifth of the photo wide."""
    high, wide = seen.shape[:2]
    y, x = np.mgrid[:high, :wide]
    middle, half = random.uniform(0.2, 0.8) * wide, random.uniform(0.05, 0.1) * wide
    coat = (np.abs(x - middle) < half) & (y > 0.35 * high)
    head = (x - middle) ** 2 + (y - 0.3 * high) ** 2 < (0.6 * half) ** 2
    size = max(4.0, half / 3)
    chequer = ((x - middle) // size + y // size) % 2 * 90
    colour = random.uniform(20, 130, 3)
    seen[coat] = (colour + chequer[..., None])[coat]
    seen[head] = (214, 170, 140)


@dataclass(frozen=True)
class Errors:
    """Degrees, (median, 95th percentile). `registration`: of the picture against the truth;
    `overlap`: of photos against one another; `rotation`: of cameras, against the truth."""

    registration: tuple[float, float]
    overlap: tuple[float, float]
    rotation: tuple[float, float]
    placed: int


def registration_error(taken: Taken, cameras: Sequence[Camera | None]) -> Errors:
    """How far found cameras, one per path of `taken` or None, are off the truth."""
    placed = [i for i, camera in enumerate(cameras) if camera is not None]
    lens = taken.conditions.lens
    places = np.meshgrid(
        *(
            (np.arange(n) + 0.5) / n * size - 0.5
            for n, size in zip(GRID, (lens.width, lens.height), strict=True)
        )
    )
    points = {i: taken.scene.points(taken.eyes[i], taken.cameras[i].rays(*places)) for i in placed}
    true = {i: _unit(points[i]) for i in placed}
    found = {i: cameras[i].rays(*places) for i in placed}
    align = _turn_onto(np.stack(list(found.values())), np.stack(list(true.values())))
    off = [_angle(found[i] @ align.T, true[i]) for i in placed]
    turned = [_turned(align @ cameras[i].rotation @ taken.cameras[i].rotation.T) for i in placed]
    apart = [
        _overlap(points[i] - taken.eyes[j], taken.cameras[j], found[i], cameras[j])
        for i in placed
        for j in placed
        if i != j
    ]
    return Errors(_spread(off), _spread(apart), _spread(turned), len(placed))


def _overlap(ways, true, found, camera):
    """Angles between where two photos show the same points."""
    column, row = true.pixels(_unit(ways))
    with np.errstate(invalid="ignore"):
        seen = (np.abs(column - (true.lens.width - 1) / 2) <= true.lens.width / 2) & (
            np.abs(row - (true.lens.height - 1) / 2) <= true.lens.height / 2
        )
    return _angle(camera.rays(column[seen], row[seen]), found[seen])


def _turn_onto(found, true):
    """The rotation that brings directions onto others, least squares (Kabsch 1976)."""
    left, _, right = np.linalg.svd(true.reshape(-1, 3).T @ found.reshape(-1, 3))
    return left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right


def _angle(a, b):
    return np.degrees(2 * np.arcsin(np.clip(np.linalg.norm(a - b, axis=-1) / 2, 0, 1)))


def _turned(rotation):
    skew = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    return np.degrees(np.arctan2(np.linalg.norm(skew), np.trace(rotation) - 1))


def _unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _spread(parts):
    values = np.concatenate([np.ravel(part) for part in parts])
    if not values.size:
        return float("nan"), float("nan")
    return float(np.median(values)), float(np.percentile(values, 95))
