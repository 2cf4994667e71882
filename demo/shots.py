"""The pictures of the history: each named, drawn once, and waited for until it is there."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from demo import views
from demo.cars import Car
from demo.interior import cabin_panorama
from demo.painter import Picture
from demo.pictures import CameraNotes, as_jpeg, clip
from demo.plan import car_of, read_plan

YARD = (30.3299, 120.1551)  # where the pictures were taken, as the station's position
COUNT = 24
PATIENCE = 0.05


@dataclass(frozen=True)
class Sizes:
    """Widths in pixels; pictures are 4:3, the panorama 2:1. `spin`: of close-ups, too. `seconds`:
    length of a walk round; `frames` of a spin."""

    photo: int = 1600
    small: int = 800
    spin: int = 1280
    panorama: int = 4096
    film: int = 320
    seconds: int = 96
    frames: int = COUNT

    @property
    def first(self) -> int:
        """How many frames before its first one a spin would begin in front of the car: the first
        picture shows nose and flank, as a buyer looks at a car."""
        return round(self.frames / 10)

    def angle(self, frame: int) -> float:
        """Degrees round the car (see `views.spin_camera`) at the spin's frame 0, 1, …"""
        return 360 * ((frame + self.first) % self.frames) / self.frames

    @property
    def less(self) -> Sizes:
        """For cars that the public does not see (any more)."""
        half = {"frames": self.frames // 2, "panorama": self.panorama // 2}
        return replace(self, photo=self.photo // 2, spin=self.spin * 5 // 8, **half)


REAL = Sizes()


@dataclass(frozen=True)
class Shot:
    """One picture of one car. `view`: a name of `views`, ``spin:07``, ``panorama``, ``walk`` or
    ``things`` (the last two are films). `width` in pixels; `taken` is aware."""

    car: int
    view: str
    width: int
    taken: datetime
    sizes: Sizes = REAL

    @property
    def film(self) -> bool:
        """Whether it moves."""
        return self.view in {"walk", "things"}

    @property
    def name(self) -> str:
        """Its file's name. Films are shared by all cars of a model."""
        if self.film:
            return f"{_car(self.car).kind}-{self.view}.webm"
        return (
            f"{self.car:02d}-{self.view.replace(':', '-')}-{self.width}-{self.taken:%j%H%M%S}.jpg"
        )


def _car(number: int) -> Car:
    return car_of(next(row for row in read_plan() if row.car == number))


def draw(shot: Shot) -> bytes:
    """The file of a shot; the same shot gives the same bytes."""
    if shot.film:
        return _film(shot)
    notes = CameraNotes(taken=shot.taken, place=YARD)
    return as_jpeg(_picture(shot), 86, notes)


def _picture(shot: Shot) -> Picture:
    car, size = _car(shot.car), (shot.width, shot.width * 3 // 4)
    if shot.view == "panorama":
        return _lit(cabin_panorama(car, shot.width), shot.car, 0)
    if shot.view.startswith("spin:"):
        angle = shot.sizes.angle(int(shot.view[5:]) - 1)
        return next(views.spin(car, 1, size, angles=[angle]))
    return _lit(views.photograph(car, shot.view, size), shot.car, 1)


def _lit(picture: Picture, car: int, slope: int) -> Picture:
    """The light of the day on which this car came: no two cars of a model are photographed alike.

    `slope`: 1 when one side is brighter, 0 for a picture that closes on itself.
    """
    gain = 0.82 + 0.36 * (car * 0.618 % 1)
    tilt = slope * (-0.12 + 0.24 * (car * 0.755 % 1))
    across = gain * (1 + tilt * np.linspace(-1, 1, picture.shape[1]))
    lit: Picture = np.clip(picture * across[None, :, None], 0, 255).astype(np.uint8)
    return lit


def _film(shot: Shot) -> bytes:
    car, size = _car(shot.car), (shot.width, shot.width * 3 // 4)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.webm"
        if shot.view == "walk":
            clip(car, path, shot.sizes.seconds, size, stand=max(1, shot.sizes.seconds // 16))
        else:
            _stills(path, [views.photograph(car, v, size) for v in ("boot", "seats_front")])
        return path.read_bytes()


def _stills(path: Path, pictures: Sequence[Picture], seconds: int = 5) -> None:
    """A film that shows each picture for some seconds."""
    high, wide = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP90"), 1.0, (wide, high))
    for picture in pictures:
        for _ in range(seconds):
            writer.write(picture)
    writer.release()


class Album:
    """Drawn pictures in a folder; what nobody has drawn yet is drawn here.

    `drawn_elsewhere`: whether somebody else is drawing now, so that it is worth waiting.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def drawn_elsewhere(self) -> bool:
        """Nobody else draws."""
        return False

    def has(self, shot: Shot) -> bool:
        """Whether the picture is there."""
        return (self.folder / shot.name).exists()

    def add(self, shot: Shot) -> None:
        """Draw a picture, whole or not at all."""
        part = self.folder / f".{shot.name}.{os.getpid()}"
        part.write_bytes(draw(shot))
        part.replace(self.folder / shot.name)

    def get(self, shot: Shot) -> Path:
        """The picture's file, when it is there."""
        while not self.has(shot):
            if self.drawn_elsewhere():
                time.sleep(PATIENCE)
            else:
                self.add(shot)
        return self.folder / shot.name
