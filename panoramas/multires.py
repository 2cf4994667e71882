"""A panorama becomes cube faces for other viewers: Pannellum's pyramid, or six whole files.

Read → warp → write. The maps are made while the source is decoded; a strip of a face is warped,
coded and halved while it is still in the processor's cache.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from panoramas import command, cube, picture, planes, recipe, tiles, unfold
from panoramas.gpano import Opening
from panoramas.picture import Picture
from panoramas.planes import Planes
from panoramas.unfold import Cube, Kernel

STEPS = ("read", "warp", "write")
TILE = 512
QUALITY = 85
FALLBACK = 1304  # most pixels of a face for browsers without WebGL: half of the largest
NAMES = {"F": "front", "R": "right", "B": "back", "L": "left", "U": "up", "D": "down"}


class Plan(NamedTuple):
    """Sides of the face in pixels, from the smallest level to the largest, each half the next."""

    sides: tuple[int, ...]

    @property
    def side(self) -> int:
        return self.sides[-1]

    @property
    def tiles(self) -> int:
        return sum(6 * math.ceil(side / TILE) ** 2 for side in self.sides)


def plan(width: int) -> Plan:
    """As fine as the panorama at a face's middle (width / π), a multiple of 8 as `generate.py` has
    it; levels until one tile holds a face. With at most 8192 columns, all halve evenly."""
    sides = [int(width / math.pi / 8) * 8]
    while sides[0] > TILE:
        sides.insert(0, sides[0] // 2)
    return Plan(tuple(sides))


def make(
    source: Path,
    out: Path,
    *,
    opening: Opening | None = None,
    kernel: Kernel = "cubic",
    whole: bool = False,
    threads: int | None = None,
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/config.json with `out`/<level>/<face><row>_<column>.jpg and `out`/fallback/.

    This is Pannellum's type "multires" (face letters f r b l u d, level 1 the smallest); faces lie
    as in `panoramas.cube`. `whole`: also `out`/faces/front.jpg …, which `faces` joins again.
    `threads` changes the time, never the bytes.
    Raises Unusable: not_panorama, too_small, one_colour and those of `picture`.
    """
    told, header = tiles.judge(source)
    opening = opening or Opening()
    view = {"yaw": opening.yaw, "pitch": opening.pitch, "hfov": opening.fov}
    parameters = {"kernel": kernel, "quality": QUALITY, "view": view, "whole": whole}
    key = recipe.address("cube", [told["sha256"]], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before
    width = told["width"] // 4 * 4  # colours are kept at half size, and a panorama is 2:1
    book, levels = recipe.Recipe("cube", STEPS, progress), plan(width)
    book.step("read", width=width, resampled=width != told["width"])
    with ThreadPoolExecutor(1) as aside:
        mapped = aside.submit(unfold.both_maps, levels.side, width, kernel)
        panorama = planes.split(_read(source, header, width))
        cut = unfold.lay_out(panorama, *mapped.result(), TILE)

    def fill(part: Path) -> recipe.Report:
        book.step("warp", side=levels.side, kernel=kernel, count=levels.tiles)
        _write(book, part, cut, levels, whole, threads)
        book.step("write")
        config = json.dumps(view | _config(levels), indent=1) + "\n"
        (part / "config.json").write_text(config, encoding="utf-8")
        result = {"config": "config.json", "side": levels.side, "tiles": levels.tiles}
        return book.report(key, [told], parameters, result)

    return recipe.land(out, key, fill)


def _read(source: Path, header: picture.Header, width: int) -> Picture:
    panorama = picture.load(source, header)
    picture.refuse_one_colour(panorama[::16, ::16], header.name)
    return panorama if header.width == width else picture.reduced(panorama, width, width // 2)


def _config(levels: Plan) -> dict[str, Any]:
    """What Pannellum reads; paths are relative to the file."""
    return {
        "type": "multires",
        "autoLoad": True,
        "multiRes": {
            "path": "/%l/%s%y_%x",
            "fallbackPath": "/fallback/%s",
            "extension": "jpg",
            "tileResolution": TILE,
            "maxLevel": len(levels.sides),
            "cubeResolution": levels.side,
        },
    }


def _write(
    book: recipe.Recipe, part: Path, cut: Cube, levels: Plan, whole: bool, threads: int | None
) -> None:
    """Warp, code and write everything below `part`."""
    folders = [str(number) for number in range(1, len(levels.sides) + 1)] + ["fallback"]
    for name in folders + ["faces"] * whole:
        (part / name).mkdir()
    entire = whole or levels.side <= FALLBACK  # is the finest face needed in one piece?

    def strip(job: tuple[str, int]) -> Planes:
        face, top = job
        seen = cut.strip(face, top, min(top + TILE, levels.side))
        for column, left in enumerate(range(0, levels.side, TILE)):
            file = part / f"{len(levels.sides)}/{face.lower()}{top // TILE}_{column}.jpg"
            file.write_bytes(planes.encode(seen.cut(left, left + TILE), QUALITY))
        return seen if entire else seen._replace(y=planes.halved(seen.y))

    tops = range(0, levels.side, TILE)
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        strips = pool.map(strip, [(face, top) for face in cube.ORDER for top in tops])
        rest = []
        for count, face in enumerate(cube.ORDER, 1):
            joined = planes.join([next(strips) for _ in tops])
            rest.append(pool.submit(_lower, part, face, joined, levels, whole))
            book.within(count / len(cube.ORDER))
        for job in rest:
            job.result()


def _lower(part: Path, face: str, joined: Planes, levels: Plan, whole: bool) -> None:
    """Everything of a face but its finest tiles, from the face or with its brightness halved."""
    letter, y = face.lower(), joined.y
    if whole or levels.side <= FALLBACK:
        coded, y = planes.encode(joined, QUALITY), planes.halved(joined.y)
        if whole:
            (part / f"faces/{NAMES[face]}.jpg").write_bytes(coded)
        if levels.side <= FALLBACK:
            (part / f"fallback/{letter}.jpg").write_bytes(coded)
    shown = planes.coloured(y, joined.cb, joined.cr)
    if levels.side > FALLBACK:
        _save(part / f"fallback/{letter}.jpg", shown)
    for number, side in reversed(list(enumerate(levels.sides[:-1], 1))):
        shown = shown if len(shown) == side else picture.reduced(shown, side, side)
        for row, top in enumerate(range(0, side, TILE)):
            for column, left in enumerate(range(0, side, TILE)):
                square = shown[top : top + TILE, left : left + TILE]
                _save(part / f"{number}/{letter}{row}_{column}.jpg", square)


def _save(file: Path, pixels: Picture) -> None:
    file.write_bytes(picture.encode_jpeg(pixels, QUALITY))


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `cube` takes besides the panorama."""
    parser.add_argument(
        "--linear", action="store_true", help="look up linearly: faster, a little softer"
    )
    parser.add_argument(
        "--faces", action="store_true", help="also six whole files: faces/front.jpg …"
    )


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`cube` from the command line; the opening comes from the report beside the panorama."""
    known = tiles.known_of(told.source)
    return make(
        told.source,
        told.out,
        opening=Opening(**known.get("opening", {})),
        kernel="linear" if told.options.linear else "cubic",
        whole=told.options.faces,
        progress=say,
    )


COMMAND = command.Command(
    ("PANORAMA",), "cube faces for other viewers (Pannellum's pyramid)", run, arguments
)
