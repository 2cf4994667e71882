"""What other programs take for the same cube tiles: `python -m bench.tile_peers PEER FILE OUT`."""

from __future__ import annotations

import importlib
import importlib.util
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import py360convert
from PIL import Image

from panoramas import unfold

SIDE, TILE, QUALITY = 2600, 512, 85
Image.MAX_IMAGE_PIXELS = None
TURNS = {"f": (0, 0), "b": (180, 0), "u": (0, -90), "d": (0, 90), "l": (90, 0), "r": (-90, 0)}
Face = tuple[str, Image.Image]


def missing(peer: str) -> str:
    """What is not installed that this peer needs; empty when all is."""
    needed = PEERS[peer][0]
    found = shutil.which(needed) or importlib.util.find_spec(needed)
    return "" if found else needed


def save_tiles(faces: Iterable[Face], out: Path) -> None:
    """Every level of every face, with Pillow."""
    for letter, finest in faces:
        face = finest
        for level in range(math.ceil(math.log2(SIDE / TILE)) + 1, 0, -1):
            (out / str(level)).mkdir(parents=True, exist_ok=True)
            _save_level(face, out / str(level), letter)
            face = face.reduce(2)


def _save_level(face: Image.Image, folder: Path, letter: str) -> None:
    for row in range(0, face.height, TILE):
        for left in range(0, face.width, TILE):
            box = (left, row, min(left + TILE, face.width), min(row + TILE, face.height))
            name = f"{letter}{row // TILE}_{left // TILE}.jpg"
            face.crop(box).save(folder / name, quality=QUALITY)


def by_py360convert(file: Path, _: Path) -> Iterator[Face]:
    faces = py360convert.e2c(np.asarray(Image.open(file)), SIDE, cube_format="dict")
    for name, face in faces.items():
        yield name.lower(), Image.fromarray(face)


def by_pyvips(file: Path, _: Path) -> Iterator[Face]:
    pyvips = importlib.import_module("pyvips")  # not among our requirements
    picture = pyvips.Image.new_from_file(str(file))
    maps = unfold.maps(SIDE, picture.width, "linear")
    middle = picture.width / 2 - 0.5
    for letter, quarter in (("f", 0), ("r", 1), ("b", 2), ("l", 3)):
        column = np.tile(maps.aside + middle + quarter * picture.width / 4, (SIDE, 1))
        index = np.stack([column % picture.width, maps.height], -1).astype(np.float32)
        seen = picture.mapim(pyvips.Image.new_from_array(index))
        yield letter, Image.fromarray(seen.numpy())
    row = maps.cap - unfold.EDGE
    for letter, column, down in (
        ("u", maps.around, row),
        ("d", maps.around[::-1], picture.height - 1 - row[::-1]),
    ):
        index = np.stack([column, down], -1).astype(np.float32)
        seen = picture.mapim(pyvips.Image.new_from_array(index))
        yield letter, Image.fromarray(seen.numpy())


def _by_ffmpeg(file: Path, kernel: str) -> Iterator[Face]:
    filters = f"v360=e:c6x1:out_forder=frblud:interp={kernel}:w={6 * SIDE}:h={SIDE},format=rgb24"
    words = ["ffmpeg", "-v", "error", "-i", str(file), "-vf", filters, "-f", "rawvideo", "-"]
    raw = subprocess.run(words, capture_output=True, check=True).stdout
    row = np.frombuffer(raw, np.uint8).reshape(SIDE, 6, SIDE, 3)
    for place, letter in enumerate("frblud"):
        yield letter, Image.fromarray(np.ascontiguousarray(row[:, place]))


def by_nona(file: Path, out: Path) -> Iterator[Face]:
    width, height = Image.open(file).size
    script = [f'p f0 w{SIDE} h{SIDE} n"TIFF_m" u0 v90', "m g1 i0"]
    script += [
        f'i f4 w{width} h{height} v360 r0 p{pitch} y{yaw} n"{file}"'
        for yaw, pitch in TURNS.values()
    ]
    (out / "cube.pto").write_text("\n".join(script) + "\n", encoding="utf-8")
    subprocess.run(["nona", "-o", str(out / "face"), str(out / "cube.pto")], check=True)
    for place, letter in enumerate(TURNS):
        yield letter, Image.open(out / f"face{place:04}.tif").convert("RGB")


PEERS: dict[str, tuple[str, Callable[[Path, Path], Iterator[Face]]]] = {
    "py360convert + Pillow": ("py360convert", by_py360convert),
    "pyvips mapim + Pillow": ("pyvips", by_pyvips),
    "ffmpeg v360 linear + Pillow": ("ffmpeg", lambda file, _: _by_ffmpeg(file, "linear")),
    "ffmpeg v360 cubic + Pillow": ("ffmpeg", lambda file, _: _by_ffmpeg(file, "cubic")),
    "nona + Pillow": ("nona", by_nona),
}

if __name__ == "__main__":
    peer, source, target = sys.argv[1:]
    save_tiles(PEERS[peer][1](Path(source), Path(target)), Path(target))
