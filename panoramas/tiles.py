"""A panorama becomes a pyramid of tiles with preview, poster and manifest.

Read → reduce → poster → tiles → write. The folder is named by its content, so its addresses
never change and making it again does nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from panoramas import command, folder, picture, recipe, view
from panoramas.gpano import Opening
from panoramas.grid import NARROWEST, Grid, grid
from panoramas.picture import Picture
from panoramas.sentences import VERSION, Unusable

STEPS = ("read", "reduce", "poster", "tiles", "write")
QUALITY = 85
POSTER = (1280, 720)
POSTER_BYTES = 150_000
PHONE_POSTER = (960, 540)  # a phone's 390 points at 2.5 pixels each
PHONE_BYTES = 70_000
PREVIEW_BYTES = 8192  # of the whole data URI
NAME = "manifest.json"
POSTER_FILE, PHONE_FILE = "poster.jpg", "poster-phone.jpg"


@dataclass(frozen=True)
class Manifest:
    """What a viewer needs. `name`: content address, also the folder's name.

    `tile`: side of every tile in pixels. `levels`: {number, width, cols, rows}, smallest first.
    `path`: pattern of a tile's file under the folder. `preview`: blurred picture as a data URI of
    at most 8 KB. `poster`: {file, width, height, phone, phone_width, yaw, pitch, fov, vertical_fov},
    `phone` the same view in a smaller file; `opening`: {yaw, pitch, fov}; degrees, fov horizontal. `crop`, `coverage`: see `ready.make`.
    What was cut is named in the report alone: a manifest is public, and a file's digest lets
    whoever has a copy of it recognise an original that is not.
    """

    name: str
    width: int
    height: int
    tile: int
    levels: list[dict[str, int]]
    path: str
    preview: str
    poster: dict[str, Any]
    opening: dict[str, float]
    crop: dict[str, int] | None
    coverage: float
    engine: str = VERSION


def cut(
    source: Path | Picture,
    out: Path,
    *,
    opening: Opening | None = None,
    crop: dict[str, int] | None = None,
    coverage: float = 1.0,
    threads: int | None = None,
    progress: recipe.Progress | None = None,
) -> Manifest:
    """Cut a 2:1 panorama (file, or RGB array) into `out`/<name>/.

    That folder holds <level>/<column>_<row>.jpg, two posters, manifest.json and report.json; it
    appears whole or not at all. `threads` changes the time, never the bytes.
    Raises Unusable: not_panorama, too_small, one_colour and those of `picture`.
    """
    opening = opening or Opening()
    book = recipe.Recipe("tiles", STEPS, progress)
    if isinstance(source, Path):
        told, header = judge(source)
    else:
        told = _judge_array(source)
    shown = {"opening": asdict(opening), "crop": crop, "coverage": coverage}
    parameters = {**shown, "quality": QUALITY, "poster": [*POSTER, *PHONE_POSTER]}
    name = recipe.address("tiles", [told["sha256"]], parameters)
    if (before := read(out / name)) is not None:
        return before

    book.step("read")
    if isinstance(source, Path):
        source = picture.load(source, header)
    plan = grid(told["width"])
    book.step("reduce", width=plan.width, resampled=plan.width != told["width"])
    levels = reduce(source, plan)
    del source
    picture.refuse_one_colour(levels[0], told["name"])
    book.step("poster")
    posters, seen = _posters(levels, opening)
    manifest = _manifest(name, plan, preview(levels[0]), {**shown, "poster": seen})

    def fill(part: Path) -> recipe.Report:
        written = _write(book, part, plan, levels, threads, posters, manifest)
        sizes = {"poster_bytes": len(posters[POSTER_FILE]), "phone_bytes": len(posters[PHONE_FILE])}
        book.figures |= {"tile_bytes": written, **sizes}
        result = {"manifest": NAME, "tiles": plan.tiles, "width": plan.width}
        return book.report(name, [told], parameters, result)

    recipe.land(out / name, name, fill)
    return manifest


def _write(
    book: recipe.Recipe,
    part: Path,
    plan: Grid,
    levels: list[Picture],
    threads: int | None,
    posters: dict[str, bytes],
    manifest: Manifest,
) -> int:
    """Write tiles, posters and manifest into `part`; bytes of the tiles."""
    book.step("tiles", tile=plan.tile, count=plan.tiles)
    written = _cut_all(book, part, plan, levels, threads)
    book.step("write")
    for file, coded in posters.items():
        (part / file).write_bytes(coded)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (part / NAME).write_text(text, encoding="utf-8")
    return written


def _manifest(name: str, plan: Grid, preview: str, shown: dict[str, Any]) -> Manifest:
    return Manifest(
        name=name,
        width=plan.width,
        height=plan.width // 2,
        tile=plan.tile,
        levels=[asdict(level) for level in plan.levels],
        path="{level}/{col}_{row}.jpg",
        preview=preview,
        **shown,
    )


def read(made: Path) -> Manifest | None:
    """The manifest of a finished folder, None if there is none."""
    file = made / NAME
    if not file.is_file():
        return None
    return Manifest(**json.loads(file.read_text(encoding="utf-8")))


def reduce(top: Picture, plan: Grid) -> list[Picture]:
    """All levels, smallest first: the top one resampled only when its width is not legal,
    every lower one the 2×2 mean of the one above."""
    if top.shape[1] != plan.width:
        top = picture.reduced(top, plan.width, plan.width // 2)
    levels = [top]
    while len(levels) < len(plan.levels):
        height, width = levels[-1].shape[:2]
        levels.append(picture.reduced(levels[-1], width // 2, height // 2))
    return levels[::-1]


def preview(smallest: Picture) -> str:
    """The blurred panorama as a data URI of at most PREVIEW_BYTES."""
    small = picture.reduced(smallest, 256, 128)
    wrapped = cv2.copyMakeBorder(small, 0, 0, 16, 16, cv2.BORDER_WRAP)
    blurred = np.asarray(cv2.GaussianBlur(wrapped, (0, 0), 1.2)[:, 16:-16], np.uint8)
    for quality in (60, 45, 30, 20, 10):
        text = base64.b64encode(picture.encode_jpeg(blurred, quality)).decode()
        uri = f"data:image/jpeg;base64,{text}"
        if len(uri) <= PREVIEW_BYTES:
            return uri
    raise AssertionError("256×128 pixels at quality 10 always fit")


def judge(source: Path) -> tuple[dict[str, Any], picture.Header]:
    """Name, digest and size of a 2:1 panorama's file, judged before decoding.

    Raises Unusable: not_panorama, too_small and those of `picture`.
    """
    header = picture.read_header(source, NARROWEST)
    told = _told(header.name, header.width, header.height)
    return told | {"sha256": picture.digest(source)}, header


def _judge_array(source: Picture) -> dict[str, Any]:
    told = _told("array", source.shape[1], source.shape[0])
    text = repr(source.shape).encode() + source.tobytes()
    return told | {"sha256": hashlib.sha256(text).hexdigest()}


def _told(name: str, width: int, height: int) -> dict[str, Any]:
    if width != 2 * height:
        raise Unusable("not_panorama", name=name)
    if width < NARROWEST:
        raise Unusable("too_small", name=name, width=width, height=height, least=NARROWEST)
    return {"name": name, "width": width, "height": height}


def _posters(levels: list[Picture], opening: Opening) -> tuple[dict[str, bytes], dict[str, Any]]:
    width, height = POSTER
    level = view.pick(levels, opening.fov, width)
    seen = view.render(level, opening.yaw, opening.pitch, opening.fov, width, height)
    small = picture.reduced(seen, *PHONE_POSTER)
    told = {"file": POSTER_FILE, "width": width, "height": height, **asdict(opening)}
    told |= {"phone": PHONE_FILE, "phone_width": PHONE_POSTER[0]}
    told |= {"vertical_fov": round(view.vertical(opening.fov, width, height), 4)}
    return {POSTER_FILE: _within(seen, POSTER_BYTES), PHONE_FILE: _within(small, PHONE_BYTES)}, told


def _within(seen: Picture, limit: int) -> bytes:
    """The best JPEG of at most `limit` bytes; the coarsest when none is that small."""
    for quality in (QUALITY, 75, 65, 50, 35):
        coded = picture.encode_jpeg(seen, quality)
        if len(coded) <= limit:
            break
    return coded


def _cut_all(
    book: recipe.Recipe, part: Path, plan: Grid, levels: list[Picture], threads: int | None
) -> int:
    """Code and write every tile; the bytes written."""

    def one(job: tuple[Path, Picture]) -> int:
        file, tile = job
        return file.write_bytes(picture.encode_jpeg(tile, QUALITY))

    written = 0
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for count, size in enumerate(pool.map(one, _jobs(part, plan, levels)), 1):
            written += size
            if count % plan.levels[-1].cols == 0:
                book.within(count / plan.tiles)
    return written


def _jobs(part: Path, plan: Grid, levels: list[Picture]) -> Iterator[tuple[Path, Picture]]:
    side = plan.tile
    for level, pixels in zip(plan.levels, levels, strict=True):
        under = part / str(level.number)
        under.mkdir()
        for row in range(level.rows):
            for col in range(level.cols):
                square = pixels[row * side : (row + 1) * side, col * side : (col + 1) * side]
                yield under / f"{col}_{row}.jpg", square


def known_of(panorama: Path) -> dict[str, Any]:
    """Opening, crop and coverage from the report beside a panorama made here; empty if none."""
    beside = recipe.read_report(panorama.parent)
    return beside.result if beside and beside.result.get("file") == panorama.name else {}


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`tiles` from the command line."""
    known = known_of(told.source)
    manifest = cut(
        told.source,
        told.out,
        opening=Opening(**known.get("opening", {})),
        crop=known.get("crop"),
        coverage=known.get("coverage", 1.0),
        progress=say,
    )
    report = recipe.read_report(told.out / manifest.name)
    if report is None:
        raise FileNotFoundError(told.out / manifest.name / recipe.NAME)
    folder.replace(told.out / recipe.NAME, report.text().encode())
    return report


COMMAND = command.Command(("PANORAMA",), "pyramid, preview, poster, manifest.json", run)
