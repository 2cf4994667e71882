"""Pictures as files: JPEG with or without a camera's notes, and the shared walk-round clip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from demo.cars import Car, make_car
from demo.exterior import look_at
from demo.painter import Picture
from demo.views import Size, spin_camera

_TURNED = {
    1: None,
    3: cv2.ROTATE_180,
    6: cv2.ROTATE_90_COUNTERCLOCKWISE,
    8: cv2.ROTATE_90_CLOCKWISE,
}
_MODEL, _ORIENTATION, _DATE, _EXIF, _TAKEN, _OFFSET, _GPS = (
    0x0110,
    0x0112,
    0x0132,
    0x8769,
    0x9003,
    0x9011,
    0x8825,
)


@dataclass(frozen=True)
class CameraNotes:
    """What a phone writes beside a picture (Exif 2.32): time with zone, place (latitude, longitude), orientation.

    With an orientation of 3, 6 or 8 the pixels are stored turned, so that a viewer that obeys shows them upright.
    """

    taken: datetime | None = None
    place: tuple[float, float] | None = None
    orientation: int = 1


def as_jpeg(picture: Picture, quality: int = 88, exif: CameraNotes | None = None) -> bytes:
    """A baseline JPEG of a BGR picture; the same picture and notes give the same bytes.

    Raises ValueError for an orientation other than 1, 3, 6 or 8 and for a time without zone.
    """
    notes = exif or CameraNotes()
    if notes.orientation not in _TURNED:
        raise ValueError(f"orientation must be 1, 3, 6 or 8, not {notes.orientation}")
    turn = _TURNED[notes.orientation]
    stored = picture if turn is None else cv2.rotate(picture, turn)
    image = Image.fromarray(np.ascontiguousarray(stored[..., ::-1]))
    out = BytesIO()
    if exif is None:
        image.save(out, "JPEG", quality=quality)
    else:
        image.save(out, "JPEG", quality=quality, exif=_exif(notes))
    return out.getvalue()


def _exif(notes: CameraNotes) -> Image.Exif:
    exif = Image.Exif()
    exif[_MODEL] = "Demonstration"
    exif[_ORIENTATION] = notes.orientation
    if notes.taken is not None:
        if notes.taken.tzinfo is None:
            raise ValueError("the time a picture was taken needs its zone")
        stamp, zone = notes.taken.strftime("%Y:%m:%d %H:%M:%S"), notes.taken.strftime("%z")
        exif[_DATE] = stamp
        exif.get_ifd(_EXIF).update({_TAKEN: stamp, _OFFSET: f"{zone[:3]}:{zone[3:5]}"})
    if notes.place is not None:
        (north, east) = notes.place
        exif.get_ifd(_GPS).update(
            {
                1: "N" if north >= 0 else "S",
                2: _degrees(north),
                3: "E" if east >= 0 else "W",
                4: _degrees(east),
            }
        )
    return exif


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and hundredths of seconds."""
    whole = round(abs(value) * 360000)
    return (
        IFDRational(whole // 360000),
        IFDRational(whole // 6000 % 60),
        IFDRational(whole % 6000, 100),
    )


def clip(
    car: Car | str, path: Path, seconds: int = 95, size: Size = (640, 360), *, stand: int = 2
) -> None:
    """A walk once round the car at one frame a second, as VP9 in WebM at `path` (which must end in .webm).

    Each place is shown for `stand` seconds: less to draw, and the coder writes a still frame fast.

    A kind of shape may be named instead of a car: the clip is shared by all cars of the model.
    Raises RuntimeError if the video coder is missing.
    """
    shown = (
        car if isinstance(car, Car) else next(c for c in map(make_car, range(24)) if c.kind == car)
    )
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP90"), 1.0, size)
    if not writer.isOpened():
        raise RuntimeError("this OpenCV cannot write VP9")
    for start in range(0, seconds, stand):
        frame = look_at(shown, spin_camera(shown, 360 * start / seconds, size))
        for _ in range(min(stand, seconds - start)):
            writer.write(frame)
    writer.release()
