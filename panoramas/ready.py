"""A ready 2:1 (or cropped) equirectangular picture becomes a level panorama.

Read → mask → reduce → level → check → write. GPano pose and crop are baked into the pixels and
leave the metadata, so that no viewer applies them again or otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from panoramas import bake, command, figures, gpano, level, picture, recipe
from panoramas.masks import Mask, paint
from panoramas.sphere import turn

STEPS = ("read", "mask", "reduce", "level", "check", "write")
LEAST = 512  # columns of the picture
QUALITY = 95  # of the panorama between the recipes; what is shown is coded once more by `tiles`
LOW = 4096  # columns under which details are said to be hard to see
BLURRED = 0.01  # `figures.sharpness` of a picture that was enlarged four times


def make(
    path: Path,
    out: Path,
    *,
    masks: Sequence[Mask] = (),
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/panorama.jpg (and coverage.png when there is a gap) and `out`/report.json.

    `masks`: painted grey before anything else. `report.result` holds width, height, coverage
    (share of the sphere, 0..1), crop (pixels of the panorama, None if whole) and opening (yaw,
    pitch, fov in degrees). Making the same again does nothing and returns the same report.

    Raises Unusable (see `sentences.REFUSALS`); FileExistsError when `out` holds something else.
    """
    book = recipe.Recipe("ready", STEPS, progress)
    header = picture.read_header(path, LEAST)
    tags = gpano.read(header.xmp)
    window, pose = gpano.window(tags, header), gpano.pose(tags, header)
    inputs = recipe.inputs_of([path])
    parameters: dict[str, Any] = {"masks": [list(mask) for mask in masks]}
    key = recipe.address("ready", [inputs[0]["sha256"]], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before

    book.step("read", gpano={"window": asdict(window), "pose": asdict(pose)})
    source = picture.load(path, header)
    picture.refuse_one_colour(source, path.name)
    sign = _roll_sign(source, window, pose)
    book.step("mask", count=len(masks))
    source = paint(source, masks)
    source, window, width = bake.fit(source, window)
    book.step("reduce", width=width)
    baked = _level(book, source, window, pose, sign, width)
    del source
    book.step("check")
    check(book, baked)
    opening = gpano.opening(tags, header, pose, window)
    result = describe(baked, opening)
    book.step("write", quality=QUALITY)
    return save(baked, out, key, lambda: book.report(key, inputs, parameters, result))


def check(book: recipe.Recipe, baked: bake.Baked, *, closed: bool = False) -> None:
    """Figures of a finished panorama, and the remarks that follow from them.

    `closed`: known not to break at ±180°, so that a step there is the scene's own.
    """
    panorama, covered = baked
    said = level.uprights(panorama, covered)
    seam = figures.wrap_seam(panorama, covered)
    sharp, share = figures.sharpness(panorama), figures.coverage(covered)
    book.figures |= {
        "horizon_tilt_degrees": round(said.tilt, 3) if said.believable else None,
        "horizon_evidence": round(said.evidence, 3),
        "wrap_seam_ratio": None if seam is None else round(seam.ratio, 3),
        "sharpness": round(sharp, 4),
        "coverage": round(share, 4),
    }
    width = panorama.shape[1]
    if share < 0.999:
        book.remark("gap", percent=f"{share * 100:.1f}")
    if width < LOW:
        book.remark("low_resolution", width=width)
    if sharp < BLURRED:
        book.remark("blurred", "reshoot")
    if said.believable and said.tilt > 0.5:
        book.remark("tilted", degrees=f"{said.tilt:.1f}")
    if not closed and seam is not None and seam.ratio > 3 and seam.stands_out:
        book.remark("seam", ratio=f"{seam.ratio:.1f}")


def describe(baked: bake.Baked, opening: gpano.Opening) -> dict[str, Any]:
    """What `tiles` needs to know of a panorama."""
    height, width = baked.panorama.shape[:2]
    return {
        "file": "panorama.jpg",
        "width": width,
        "height": height,
        "coverage": round(figures.coverage(baked.covered), 4),
        "crop": _crop(baked),
        "opening": {key: round(value, 3) for key, value in asdict(opening).items()},
    }


def save(
    baked: bake.Baked, out: Path, key: str, finish: Callable[[], recipe.Report]
) -> recipe.Report:
    """Write panorama, coverage and report, all or none; the report that then lies in `out`."""

    def fill(part: Path) -> recipe.Report:
        coded = picture.encode_jpeg(baked.panorama, QUALITY, "444")
        (part / "panorama.jpg").write_bytes(coded)
        if baked.covered is not None:
            done, mask = cv2.imencode(".png", baked.covered)
            if not done:
                raise OSError("coverage.png could not be coded")
            (part / "coverage.png").write_bytes(mask.tobytes())
        return finish()

    return recipe.land(out, key, fill)


def _roll_sign(source: picture.Picture, window: gpano.Window, pose: gpano.Pose) -> int:
    """Judged before masks are painted, whose edges would be taken for the scene's."""
    if abs(pose.roll) < level.SLIGHT or not bake.is_whole(source, window):
        return 1
    said = level.uprights(source)
    return level.roll_sign(said, pose.heading or 0.0, pose.pitch, pose.roll)


def _level(
    book: recipe.Recipe,
    source: picture.Picture,
    window: gpano.Window,
    pose: gpano.Pose,
    sign: int,
    width: int,
) -> bake.Baked:
    heading = pose.heading or 0.0
    if pose.pitch == 0 and pose.roll == 0 and bake.is_whole(source, window):
        # a heading alone moves whole columns: no pixel is computed anew
        shift, left_over = bake.columns(heading, width)
        book.step("level", columns=shift, left_over_degrees=round(left_over, 4), roll_sign=sign)
        return bake.Baked(np.roll(source, shift, axis=1) if shift else source, None)
    if sign < 0:
        book.remark("roll_reversed")
    turned = turn(heading, pose.pitch, sign * pose.roll)
    book.step("level", matrix=np.round(turned, 9).tolist(), roll_sign=sign)
    return bake.rotate(source, window, turned, width)


def _crop(baked: bake.Baked) -> dict[str, int] | None:
    """Smallest rectangle of panorama pixels that holds all that was photographed."""
    if baked.covered is None:
        return None
    height, width = baked.covered.shape
    rows = np.flatnonzero(baked.covered.any(axis=1))
    cols = np.flatnonzero(baked.covered.any(axis=0))
    return {
        "left": int(cols[0]),
        "top": int(rows[0]),
        "width": int(cols[-1] - cols[0] + 1),
        "height": int(rows[-1] - rows[0] + 1),
        "full_width": width,
        "full_height": height,
    }


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`ready` from the command line."""
    masks = command.masks_of(told).get(told.source.name, ())
    return make(told.source, told.out, masks=masks, progress=say)


COMMAND = command.Command(
    ("IMAGE",), "2:1 or cropped equirectangular picture -> levelled panorama", run, command.masked
)
