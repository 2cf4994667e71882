"""The car's pictures, drawn by the demonstration's renderer, as files to choose in a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.cars import Car, make_car
from demo.interior import cabin_panorama
from demo.pictures import CameraNotes, as_jpeg, clip
from demo.views import VIEWS, photograph, spin

SIZE = (800, 600)
FRAMES = 12
TAKEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def draw(folder: Path, number: int = 3) -> tuple[Car, dict[str, Path]]:
    """The car and its files by name: every named view, `spin_00…`, `panorama`, `clip`."""
    car = make_car(number)
    files: dict[str, Path] = {}
    for view in VIEWS:
        files[view] = _write(folder / f"{view}.jpg", photograph(car, view, SIZE))
    for index, frame in enumerate(spin(car, FRAMES, SIZE)):
        files[f"spin_{index:02d}"] = _write(folder / f"spin_{index:02d}.jpg", frame, index)
    files["panorama"] = _write(folder / "panorama.jpg", cabin_panorama(car, 2048))
    files["clip"] = folder / "clip.webm"
    clip(car, files["clip"], seconds=95, size=(160, 96))
    return car, files


def _write(path: Path, picture: object, seconds: int = 0) -> Path:
    taken = TAKEN + timedelta(seconds=seconds)
    path.write_bytes(as_jpeg(picture, exif=CameraNotes(taken=taken)))  # type: ignore[arg-type]
    return path
