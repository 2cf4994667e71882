"""A hurried person films a walk round a car: cameras, blur and light of every frame are known.

Nothing is even: the steps are fast and slow, the walker stops, the hand shakes and turns, the
distance and the light drift, and some frames are smeared. That is what a spin has to be made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.camera import Camera, aim
from demo.cars import Car
from demo.exterior import look_at
from demo.mesh import Floats, Mesh, Skin, box, join, piece
from demo.painter import Picture, draw
from demo.shapes import SHAPES
from demo.views import Size
from demo.yard import backdrop

FIELD = 65.0  # degrees, horizontal: a phone's main camera when it films
DISTANCE = 5.6  # metres from the middle of the car


@dataclass(frozen=True)
class Manner:
    """How somebody walks. `rounds`: how far. `way`: 1 anticlockwise seen from above, −1 clockwise.

    `speed`: how much the pace differs, 0 even … 0.8. `pauses`: stops of two thirds of a second.
    `shake`: degrees that the hand turns. `closer`: share by which the distance changes.
    `light`: stops of exposure drift. `smear`: longest smear, share of the picture's width.
    """

    rounds: float = 1.1
    way: int = 1
    speed: float = 0.6
    pauses: int = 2
    shake: float = 1.0
    closer: float = 0.15
    light: float = 0.4
    smear: float = 0.012
    seed: int = 0


STEADY = Manner(rounds=1.0, speed=0, pauses=0, shake=0, closer=0, light=0, smear=0)


@dataclass(frozen=True)
class Step:
    """One frame. `time` in seconds; `angle` walked in degrees, growing; `smear` in shares of the
    width along (x, y); `light` in stops."""

    time: float
    angle: float
    camera: Camera
    smear: tuple[float, float]
    light: float


def walk(
    kind: str, seconds: float, rate: float, size: Size = (640, 360), manner: Manner = Manner()
) -> list[Step]:
    """Every frame of a walk round a car of this kind that begins before its left front corner."""
    random = np.random.default_rng(manner.seed)
    time = np.arange(round(seconds * rate)) / rate
    angle = 360 * manner.rounds * _progress(time, seconds, manner, random)
    away = 1 + manner.closer * _drift(time, random, 3.1, 4.7)
    tilt = manner.shake * np.stack(
        [_drift(time, random, 2.3, 3.4) + 0.3 * _drift(time, random, 0.19, 0.41) for _ in range(3)]
    )
    high = 1.5 + 0.06 * bool(manner.shake) * _drift(time, random, 0.55, 2.9)
    light = manner.light * _drift(time, random, 4.1, 6.3)
    smears = _smears(len(time), rate, manner, random)
    return [
        Step(
            float(time[n]),
            float(angle[n]),
            _camera(kind, 45 + manner.way * angle[n], away[n], high[n], tilt[:, n], size),
            (float(smears[n, 0]), float(smears[n, 1])),
            float(light[n]),
        )
        for n in range(len(time))
    ]


def _progress(time: Floats, seconds: float, manner: Manner, random: np.random.Generator) -> Floats:
    """Share 0..1 of the way walked at each time."""
    pace = np.clip(1 + manner.speed * _drift(time, random, 1.7, 3.7), 0.15, None)
    for stop in random.uniform(0.15, 0.85, manner.pauses) * seconds:
        pace[abs(time - stop) < 1 / 3] = 0
    way = np.concatenate([[0], np.cumsum(pace)[:-1]])
    return np.asarray(way / way[-1])


def _drift(time: Floats, random: np.random.Generator, *periods: float) -> Floats:
    """A wave of amplitude 1 made of these periods (seconds)."""
    waves = [np.sin(2 * np.pi * (time / p + random.uniform())) for p in periods]
    return np.asarray(np.sum(waves, axis=0) / len(periods))


def _smears(
    count: int, rate: float, manner: Manner, random: np.random.Generator
) -> NDArray[np.float64]:
    """Smear of each frame (count, 2): bursts of a tenth of a second, sharp in between."""
    smears = np.zeros((count, 2))
    long = max(1, round(rate / 10))
    for start in range(0, count if manner.smear else 0, 3 * long):
        turn, size = random.uniform(-0.6, 0.6), random.uniform(0.3, 1) * manner.smear
        smears[start + long // 2 : start + long // 2 + long] = size * np.array(
            [np.cos(turn), np.sin(turn)]
        )
    return smears


def _camera(kind: str, angle: float, away: float, high: float, tilt: Floats, size: Size) -> Camera:
    level = stand(kind, angle, size, away=away, high=high)
    return turned(level, np.asarray(cv2.Rodrigues(np.radians(tilt) * (1.0, 1.5, 2.0))[0]))


def stand(kind: str, angle: float, size: Size, *, away: float = 1.0, high: float = 1.5) -> Camera:
    """A level camera at `angle` degrees round the car, `away` times the usual distance from it."""
    shape, turn = SHAPES[kind], np.radians(angle)
    middle = (shape.front + shape.rear) / 2
    reach = DISTANCE * away
    eye = (middle + reach * np.cos(turn), reach * np.sin(turn), high)
    return aim(eye, (middle, 0, 0.7), field=FIELD, size=size)


def turned(camera: Camera, turn: Floats) -> Camera:
    """The camera turned (3, 3) about its own right, down and forward axes."""
    return replace(camera, axes=turn @ camera.axes)


def crate(kind: str) -> Mesh:
    """A patchwork box of a car's size: drawn twenty times as fast as the car itself."""
    shape, random = SHAPES[kind], np.random.default_rng(5)
    body = box(
        ((shape.front + shape.rear) / 2, 0, shape.height / 2),
        (shape.front - shape.rear, shape.width, shape.height),
        step=0.18,
        power=5,
    )
    return join([piece(face[None], Skin(tuple(random.uniform(0.02, 0.8, 3)))) for face in body])


def film(steps: Sequence[Step], thing: Car | Mesh, kind: str = "") -> Iterator[Picture]:
    """Every frame (height, width, 3), BGR, of a car, or of a mesh that casts the shadow of `kind`."""
    for step in steps:
        if isinstance(thing, Mesh):
            seen = draw(thing, step.camera, backdrop(step.camera, kind))
        else:
            seen = look_at(thing, step.camera)
        yield _expose(_smear(seen, step.smear), step.light)


def _smear(picture: Picture, smear: tuple[float, float]) -> Picture:
    across, down = np.array(smear) * picture.shape[1]
    length = int(np.hypot(across, down))
    if length < 1:
        return picture
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    half = np.array([across, down]) / 2
    ends = [tuple(int(v) for v in np.round(16 * (length + sign * half))) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


def _expose(picture: Picture, stops: float) -> Picture:
    table = 255 * ((np.arange(256) / 255) ** 2.2 * 2.0**stops) ** (1 / 2.2)
    return np.asarray(cv2.LUT(picture, np.clip(table + 0.5, 0, 255).astype(np.uint8)), np.uint8)


def save(pictures: Iterator[Picture], path: Path, rate: float, coder: str = "mp4v") -> None:
    """Write frames as a clip: mp4v into .mp4, VP90 into .webm. Raises RuntimeError without coder."""
    writer = None
    for picture in pictures:
        if writer is None:
            size = (picture.shape[1], picture.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*coder), rate, size)
            if not writer.isOpened():
                raise RuntimeError(f"this OpenCV cannot write {coder}")
        writer.write(picture)
    if writer is not None:
        writer.release()
