"""The station's yard round the car: asphalt with bay lines, a painted wall, sky; a shadow under the car.

Everything is a texture on a plane of known place, so that points in it can be tracked from frame to
frame: the ground is z = 0, the walls stand at x = ±LONG and y = ±WIDE, sky and trees are far away.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.camera import Camera
from demo.shapes import SHAPES

Image = NDArray[np.float32]
LONG, WIDE, WALL = 17.0, 14.0, 3.0
_GROUND = 40  # texture pixels a metre
_BRICK = 48


def noise(seed: int, height: int, width: int, *sizes: tuple[float, float]) -> Image:
    """Sum of smooth random fields (blur in pixels, strength), each of zero mean and wrapping round."""
    random, total = np.random.default_rng(seed), np.zeros((height, width), np.float32)
    for blur, strength in sizes:
        coarse = max(1, int(blur / 2))  # a wide blur needs few points
        rows, columns = max(4, height // coarse), max(4, width // coarse)
        raw = random.standard_normal((rows, columns)).astype(np.float32)
        if blur > 0:
            pad = int(3 * blur / coarse) + 2
            soft = cv2.GaussianBlur(
                cv2.copyMakeBorder(raw, pad, pad, pad, pad, cv2.BORDER_WRAP), (0, 0), blur / coarse
            )
            raw = _enlarge(
                np.asarray(soft[pad - 2 : 2 - pad, pad - 2 : 2 - pad], np.float32), height, width
            )
        total += np.asarray(strength * (raw - raw.mean()) / raw.std(), np.float32)
    return total


def _enlarge(padded: Image, height: int, width: int) -> Image:
    """A wrapped field with two rows and columns to spare on each side, brought to its full size without them."""
    if padded.shape == (height + 4, width + 4):
        return padded[2:-2, 2:-2]
    rows, columns = padded.shape[0] - 4, padded.shape[1] - 4
    across = ((np.arange(width) + 0.5) * columns / width + 1.5).astype(np.float32)
    down = ((np.arange(height) + 0.5) * rows / height + 1.5).astype(np.float32)
    grid = np.meshgrid(across, down)
    return np.asarray(cv2.remap(padded, grid[0], grid[1], cv2.INTER_CUBIC), np.float32)


def write(
    picture: NDArray[np.uint8],
    text: str,
    at: tuple[int, int],
    colour: tuple[int, int, int],
    size: int,
    weight: int = 600,
) -> None:
    """Text with OpenCV's built-in font, which knows Chinese; `at` is the left end of the base line."""
    cv2.putText(picture, text, at, colour, cv2.FontFace("uni"), size, weight)


@lru_cache(maxsize=1)
def _ground() -> NDArray[np.uint8]:
    """Asphalt from above, (rows along −x, columns along −y), with bay lines and numbers."""
    tall, long = int(2 * LONG * _GROUND), int(2 * WIDE * _GROUND)
    value = 104 + noise(1, tall, long, (60, 5), (14, 3), (1.2, 5), (0, 4))
    picture = np.repeat(np.clip(value, 0, 255)[..., None], 3, axis=2).astype(np.uint8)
    random = np.random.default_rng(2)
    for _ in range(26):  # patches and stains
        x, y = random.integers(0, long), random.integers(0, tall)
        spot = np.zeros((tall, long), np.uint8)
        cv2.ellipse(
            spot,
            (int(x), int(y)),
            (int(random.integers(6, 40)), int(random.integers(5, 26))),
            float(random.integers(0, 180)),
            0,
            360,
            255,
            -1,
        )
        soft = cv2.GaussianBlur(spot, (0, 0), 5)[..., None] / 255 * random.uniform(0.1, 0.3)
        picture = np.asarray(picture * (1 - soft), np.uint8)
    for _ in range(9):  # cracks
        line = np.cumsum(
            random.normal(0, 9, (40, 2)) + random.normal(0, 9, 2), axis=0
        ) + random.integers(0, tall, 2) % (long, tall)
        cv2.polylines(picture, [line.astype(np.int32)], False, (58, 58, 60), 1, cv2.LINE_AA)
    paint = np.zeros((tall, long), np.uint8)
    _bay_lines(paint)
    worn = (
        paint.astype(np.float32)
        / 255
        * np.clip(0.82 + 0.16 * noise(3, tall, long, (3, 1), (14, 0.7)), 0.25, 0.95)
    )
    return np.asarray(
        picture * (1 - worn[..., None]) + np.array([214, 220, 222]) * worn[..., None], np.uint8
    )


def _bay_lines(paint: NDArray[np.uint8]) -> None:
    """Bays of 3.0 m × 6.0 m side by side, the car's own in the middle, numbered at their entry."""

    def at(x: float, y: float) -> tuple[int, int]:
        return int((WIDE - y) * _GROUND), int((LONG - x) * _GROUND)

    for i in range(-4, 5):
        y = 3.0 * i + 1.5
        cv2.rectangle(paint, at(3.2, y + 0.05), at(-3.0, y - 0.05), 255, -1)
        write(paint, f"A{i + 12:02d}", at(3.5, y - 0.9 + 0.2), (255, 255, 255), 30)
    cv2.rectangle(paint, at(-2.92, 13.5), at(-3.02, -13.5), 255, -1)
    cv2.rectangle(paint, at(9.0, 13.5), at(8.85, -13.5), 255, -1)
    for y in (-6.0, 6.0):
        arrow = np.array(
            [
                at(7.2, y),
                at(6.4, y + 0.45),
                at(6.4, y + 0.12),
                at(4.9, y + 0.12),
                at(4.9, y - 0.12),
                at(6.4, y - 0.12),
                at(6.4, y - 0.45),
            ]
        )
        cv2.fillPoly(paint, [arrow], 255)


@lru_cache(maxsize=1)
def _wall() -> NDArray[np.uint8]:
    """The four walls side by side, seen from inside: front (y from left to right), right, back, left."""
    tall, long = int(WALL * _BRICK), int(4 * (LONG + WIDE) * _BRICK)
    value = 1 + 0.02 * noise(4, tall, long, (30, 1.2), (6, 0.8), (0, 0.9))
    picture = np.array([196, 208, 214]) * value[..., None]
    picture[int(0.66 * tall) :] = np.array([128, 92, 62]) * value[int(0.66 * tall) :, :, None]
    picture[:7] *= 0.72
    for x in range(0, long, 4 * _BRICK):
        picture[:, x : x + 12] *= 0.86
        picture[:, x + 12 : x + 15] *= 0.72
        for y in range(int(0.22 * tall), int(0.62 * tall), 30):
            picture[y : y + 2, x + 15 : x + 4 * _BRICK] *= 0.955
    picture[-10:] *= 0.6
    board = np.clip(picture, 0, 255).astype(np.uint8)
    words = [
        "司法车辆服务站 · 演示",
        "DEMONSTRATION",
        "入库 查验 停放 展示",
        "A区 01–24",
        "减速慢行 5 km/h",
        "出口 EXIT",
    ]
    for i, x in enumerate(range(2 * _BRICK, long, 16 * _BRICK)):
        write(
            board,
            words[i % len(words)],
            (x + 30, int(0.5 * tall)),
            (92, 62, 34) if i % 2 else (40, 44, 150),
            40,
        )
    return np.asarray(board, np.uint8)


@lru_cache(maxsize=1)
def _sky() -> NDArray[np.uint8]:
    """Sky, clouds, roofs and trees: columns all round (azimuth), rows from elevation 60° down to 0°."""
    tall, long = 600, 3600
    up = np.linspace(1, 0, tall)[:, None, None]
    picture = np.array([238, 226, 214]) * (1 - up) + np.array([206, 158, 112]) * up
    cloud = (
        np.clip(noise(5, tall, long, (70, 0.8), (26, 0.45), (9, 0.2)) - 0.25, 0, 1)[..., None]
        * (0.35 + 0.65 * up)
        * np.clip((0.94 - up) / 0.3, 0, 1)
    )
    picture = picture * (1 - 0.8 * cloud) + np.array([250, 248, 246]) * 0.8 * cloud
    random, skyline = np.random.default_rng(6), picture.astype(np.uint8)
    for x in range(0, long, 260):  # blocks of flats behind the wall
        high, wide = int(random.integers(120, 215)), int(random.integers(70, 150))
        tone = int(random.integers(150, 190))
        cv2.rectangle(skyline, (x, tall - high), (x + wide, tall), (tone + 12, tone + 4, tone), -1)
        for row in range(tall - high + 10, tall, 14):
            for col in range(x + 8, x + wide - 8, 14):
                cv2.rectangle(
                    skyline, (col, row), (col + 7, row + 7), (tone - 30, tone - 45, tone - 55), -1
                )
    crowns = 84 + 22 * noise(8, 1, long, (34, 1), (9, 0.6), (2, 0.3))[0]
    rows = np.arange(tall)[:, None] + 7 * noise(9, tall, long, (7, 0.7), (2, 0.7))
    tones = np.clip(
        0.8 + 0.26 * noise(10, tall, long, (9, 0.8), (2.5, 0.8), (0.8, 0.4)), 0.25, 1.5
    )[..., None]
    leaves = (rows > tall - crowns)[..., None]
    skyline = np.where(leaves, tones * np.array([44, 80, 62]), skyline).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(skyline, (0, 0), 0.8), np.uint8)


@lru_cache(maxsize=16)
def _shadow(kind: str) -> Image:
    """Light 0..1 that reaches the ground near the car: 20 pixels a metre, 10 m along x, 8 m along y."""
    s, scale = SHAPES[kind], 20

    def at(x: float, y: float) -> tuple[int, int]:
        return int((4 - y) * scale), int((5 - x) * scale)

    def slab(dx: float, dy: float, grow: float, blur: float) -> Image:
        mask = np.zeros((10 * scale, 8 * scale), np.uint8)
        half = s.width / 2 + grow
        corners = [
            (s.front + grow - 0.3, half),
            (s.front + grow, half - 0.35),
            (s.front + grow, 0.35 - half),
            (s.front + grow - 0.3, -half),
            (s.rear - grow + 0.2, -half),
            (s.rear - grow, 0.3 - half),
            (s.rear - grow, half - 0.3),
            (s.rear - grow + 0.2, half),
        ]
        cv2.fillConvexPoly(mask, np.array([at(x + dx, y + dy) for x, y in corners]), 255)
        soft = cv2.GaussianBlur(mask, (0, 0), blur * scale)
        return np.asarray(soft.astype(np.float32) / np.float32(255), np.float32)

    light = 1 - np.maximum(
        0.72 * slab(-0.28 * s.height, -0.33 * s.height, -0.05, 0.10), 0.5 * slab(0, 0, 0.1, 0.35)
    )
    light *= 1 - 0.6 * slab(0, 0, -0.14, 0.09)
    return np.asarray(light, np.float32)


@lru_cache(maxsize=1)
def _grain() -> Image:
    """Fine asphalt, 512 pixels for 1.3 m, as a factor near 1."""
    return np.asarray(1 + 0.085 * noise(7, 512, 512, (0, 0.7), (1.5, 1), (4, 0.5)), np.float32)


def backdrop(camera: Camera, kind: str | None) -> NDArray[np.uint8]:
    """The yard (height, width, 3) seen by a camera inside the walls; `kind` casts its shadow."""
    ray = camera.rays()
    eye = camera.eye.astype(np.float32)
    with np.errstate(divide="ignore"):
        long, wide = (
            np.copysign(np.float32(size), ray[..., i]) - eye[i]
            for i, size in enumerate((LONG, WIDE))
        )
        reach = np.minimum(long / ray[..., 0], wide / ray[..., 1])
        drop = np.where(ray[..., 2] < 0, -eye[2] / ray[..., 2], np.float32(1e9))
    on_ground = drop < reach
    at = np.where(on_ground, drop, reach)
    x, y, z = (eye[i] + np.clip(at, 0, 100) * ray[..., i] for i in range(3))
    picture = _look_at_ground(x, y, at, kind)
    wall = cv2.remap(
        _wall(), *_wall_map(x, y, z), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    picture = np.where(on_ground[..., None], picture, wall)
    above = ~on_ground & (z > WALL)
    if above.any():
        turn = np.arctan2(-ray[..., 1], ray[..., 0]) / np.float32(2 * np.pi) + np.float32(0.5)
        rise = np.arctan2(ray[..., 2], np.hypot(ray[..., 0], ray[..., 1]))
        column = np.asarray(turn * _sky().shape[1], np.float32)
        row = np.asarray(600 * (1 - rise / np.float32(np.pi / 3)), np.float32).clip(0, 599)
        sky = cv2.remap(_sky(), column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        picture = np.where(above[..., None], sky, picture)
    return np.asarray(picture, np.uint8)


def _look_at_ground(x: Image, y: Image, away: Image, kind: str | None) -> NDArray[np.uint8]:
    column, row = (WIDE - y) * _GROUND - 0.5, (LONG - x) * _GROUND - 0.5
    base = cv2.remap(
        _ground(),
        column.astype(np.float32),
        row.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    fine = cv2.remap(
        _grain(),
        (x * 394).astype(np.float32),
        (y * 394).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    light = 1 + (fine - 1) * np.clip(1.4 - away / 6, 0, 1)
    if kind is not None:
        light = light * cv2.remap(
            _shadow(kind),
            ((4 - y) * 20).astype(np.float32),
            ((5 - x) * 20).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=1.0,
        )
    return np.asarray(np.clip(base * light[..., None], 0, 255), np.uint8)


def _wall_map(x: Image, y: Image, z: Image) -> tuple[Image, Image]:
    """Column and row of the wall picture for points on the four walls."""
    ahead, right = abs(abs(x) - LONG) < 2e-2, y < 0
    side = np.where(right, 2 * WIDE + (LONG - x), 4 * WIDE + 2 * LONG + (x + LONG))
    end = np.where(x > 0, WIDE - y, 2 * WIDE + 2 * LONG + (y + WIDE))
    column = np.where(ahead, end, side) * _BRICK
    return np.asarray(column, np.float32).clip(0, 32000), np.asarray(
        (WALL - z) * _BRICK, np.float32
    ).clip(0, WALL * _BRICK - 1)
