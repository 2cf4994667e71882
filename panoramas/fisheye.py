"""A dual-fisheye frame becomes a level panorama.

Read → mask → find → refine → even → join → check → write. The circles are found in the picture,
the lenses' geometry is refined from what both of them show, their light is evened, and they are
blended in a strip round the joint.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from panoramas import command, gpano, level, picture, ready, recipe
from panoramas.bake import Baked
from panoramas.dual import joint, layout, lens, light, near, project, refine
from panoramas.dual.lens import Rig
from panoramas.dual.project import Seam
from panoramas.dual.ring import Pyramid
from panoramas.masks import Mask, paint
from panoramas.picture import Picture
from panoramas.sentences import Unusable
from panoramas.sphere import Floats, turn

STEPS = ("read", "mask", "find", "refine", "even", "join", "check", "write")
LEAST = 512  # columns of the frame, or of twice its height when stacked
WIDEST = 5760  # columns of the panorama
SMALL = 1088  # columns of the panorama that is asked whether a roll has the right sign
STEP = 16.0  # values between the lenses along the joint, above which it is said
UNEVEN = 0.25  # natural logarithm of a gain that is said
NEAR = 1.5  # degrees by which a thing at the joint is bent, above which it is said


class Made(NamedTuple):
    """A panorama, and what was found of the joint. `turned`: 3×3, rig to world."""

    baked: Baked
    seam: Seam
    turned: Floats


def make(
    path: Path,
    out: Path,
    *,
    camera: str | None = None,
    rig: Rig | None = None,
    masks: Sequence[Mask] = (),
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/panorama.jpg (coverage.png when there is a gap) and `out`/report.json.

    `camera`: a name of the table (`dual.cameras`), when the picture does not tell. `rig`: geometry
    of an earlier picture of the same camera (`rig_of`), taken as it is. `masks`: rectangles of the
    frame, painted grey before anything of it is shown. `report.result` is that of `ready.make`, and
    `rig`.

    Raises Unusable: not_fisheye, camera_unknown, rig_wrong and those of `picture` and `gpano`;
    FileExistsError when `out` holds something else.
    """
    book = recipe.Recipe("fisheye", STEPS, progress)
    header = picture.read_header(path, 2)
    if max(header.width, header.height) < LEAST:
        size = {"width": header.width, "height": header.height, "least": LEAST}
        raise Unusable("too_small", name=path.name, **size)
    tags = gpano.read(header.xmp)
    pose = gpano.pose(tags, header)
    inputs = recipe.inputs_of([path])
    told_rig = rig.told() if rig else None
    parameters = {"masks": [list(mask) for mask in masks], "camera": camera, "rig": told_rig}
    key = recipe.address("fisheye", [inputs[0]["sha256"]], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before

    book.step("read")
    whole = picture.load(path, header)
    picture.refuse_one_colour(whole, path.name)
    book.step("mask", count=len(masks))
    frame = paint(whole, masks)
    # the lenses are found in the whole frame: a mask moves nothing that was pinned in the panorama
    rig = _given(book, rig, whole, path.name) if rig else _found(book, whole, header, camera)
    sign = roll_sign(whole, rig, pose)
    del whole
    made = _joined(book, frame, rig, pose, sign)
    book.step("check")
    ready.check(book, made.baked)
    _check(book, made)
    opening = gpano.opening(tags, header, pose, gpano.Window(0, 0, header.width, header.height))
    result = ready.describe(made.baked, opening) | {"rig": rig.told()}
    book.step("write", quality=ready.QUALITY)
    return ready.save(made.baked, out, key, lambda: book.report(key, inputs, parameters, result))


def render(frame: Picture, rig: Rig, pose: gpano.Pose | None = None, sign: int = 1) -> Made:
    """The panorama of a frame (RGB) whose lenses are known, at most WIDEST columns wide.

    Its width is what the frame resolves in the middle of the front lens, a multiple of 64. `sign`:
    of the pose's roll (see `roll_sign`).
    """
    pose = pose or gpano.Pose()
    frame, rig, width = _fit(frame, rig)
    frames = Pyramid(frame)
    frames.at(1 / 8)  # made before two threads ask for it
    with ThreadPoolExecutor(1) as pool:
        soon = pool.submit(near.measure, frames, rig)
        lit, close = light.measure(frames, rig), soon.result()
    frame = light.evened(frame, rig, lit)
    blend = joint.prepare(Pyramid(frame), rig, lit, close, width)
    seam = Seam(lit, close, blend)
    turned = turn(pose.heading or 0.0, pose.pitch, sign * pose.roll)
    return Made(project.render(frame, rig, seam, turned, width), seam, turned)


def roll_sign(whole: Picture, rig: Rig, pose: gpano.Pose) -> int:
    """-1 when the roll in the file must be read the other way round, as `ready` judges it.

    `whole`: the frame before masks are painted on it, whose edges would be taken for the scene's.
    """
    if abs(pose.roll) < level.SLIGHT:
        return 1
    height, width = whole.shape[:2]
    share = min(1.0, SMALL / (2 * np.pi * rig.front.focal))
    small = picture.reduced(whole, round(width * share), round(height * share))
    said = level.uprights(*render(small, rig.scaled(small.shape[1] / width)).baked)
    return level.roll_sign(said, pose.heading or 0.0, pose.pitch, pose.roll)


def rig_of(report: recipe.Report) -> Rig:
    """The geometry found for a picture, to be used for the next one of the same camera.

    Raises ValueError when the report is not that of a dual-fisheye picture.
    """
    if report.command != "fisheye":
        raise ValueError(f"a report of {report.command} holds no lenses")
    return lens.read(report.result["rig"])


def _given(book: recipe.Recipe, rig: Rig, frame: Picture, name: str) -> Rig:
    """A rig of another picture, brought to this one's size. Raises Unusable rig_wrong."""
    height, width = frame.shape[:2]
    across = max(one.box.left + one.box.width for one in rig)
    down = max(one.box.top + one.box.height for one in rig)
    if abs(across / down - width / height) > 0.01:
        raise Unusable("rig_wrong", name=name, width=width, height=height)
    book.step("find", camera="given")
    book.step("refine", rounds=0)
    return rig.scaled(width / across) if across != width else rig


def _found(book: recipe.Recipe, frame: Picture, header: picture.Header, camera: str | None) -> Rig:
    """Find the lenses in the picture and refine them. Raises Unusable not_fisheye, camera_unknown."""
    found = layout.find(frame, header.name, header.model, camera)
    book.step("find", camera=found.camera.name, circles=found.circles)
    if not found.circles:
        book.remark("circle_unsure")
    refined = refine.refine(Pyramid(frame), found.starts)
    rig, guessed = layout.upright(frame, found.camera, refined.rig)
    if guessed:
        book.remark("upright_guessed")
    book.step("refine", start=refined.start.told(), sure=refined.sure)
    book.figures["refinement"] = {
        "sure": refined.sure,
        "pairs": refined.pairs,
        "sectors_of_36": refined.sectors,
        "median_degrees_before": round(refined.before, 3),
        "median_degrees": round(refined.after, 3),
        "p90_degrees": round(refined.worst, 3),
    }
    if not refined.sure:
        book.remark("refinement_unsure")
    return rig


def _joined(book: recipe.Recipe, frame: Picture, rig: Rig, pose: gpano.Pose, sign: int) -> Made:
    book.step("even")
    made = render(frame, rig, pose, sign)
    book.step("join", matrix=np.round(made.turned, 9).tolist(), roll_sign=sign)
    if sign < 0:
        book.remark("roll_reversed")
    return made


def _fit(frame: Picture, rig: Rig) -> tuple[Picture, Rig, int]:
    """Reduce by area what resolves more than WIDEST columns; also the panorama's width."""
    resolved = 2 * np.pi * rig.front.focal
    if resolved >= WIDEST + 64:
        height, width = frame.shape[:2]
        share = WIDEST / resolved
        frame = picture.reduced(frame, round(width * share), round(height * share))
        rig, resolved = rig.scaled(frame.shape[1] / width), WIDEST
    return frame, rig, max(64, min(WIDEST, int(resolved + 0.5) // 64 * 64))


def _check(book: recipe.Recipe, made: Made) -> None:
    """Figures of the joint, and the remarks that follow from them."""
    lit, close, blend = made.seam
    bent = max(map(abs, close.apart), default=0.0)
    uneven = max(map(abs, lit.gains))
    book.figures["joint"] = {
        "gains": [round(float(np.exp(gain)), 4) for gain in lit.gains],
        "shade_at_joint": round(1 - float(np.exp(-lit.shade)), 4),
        "bent_degrees": round(bent, 2),
        "likeness_straight": close.before,
        "likeness_bent": close.after,
        "step": round(blend.step, 2),
    }
    if uneven > UNEVEN:
        book.remark("lenses_uneven", percent=f"{(np.exp(uneven) - 1) * 100:.0f}")
    if bent > NEAR:
        book.remark("near_things", degrees=f"{bent:.1f}")
    if blend.step > STEP:
        book.remark("joint_step", levels=f"{blend.step:.0f}")


def _arguments(parser: argparse.ArgumentParser) -> None:
    command.masked(parser)
    parser.add_argument("--camera", help="name in panoramas/dual/cameras.yaml")
    parser.add_argument("--rig", type=Path, help="OUT of an earlier picture of the same camera")


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`fisheye` from the command line."""
    masks = command.masks_of(told).get(told.source.name, ())
    earlier = recipe.read_report(told.options.rig) if told.options.rig else None
    if told.options.rig and earlier is None:
        raise FileNotFoundError(told.options.rig / recipe.NAME)
    rig = rig_of(earlier) if earlier else None
    camera = told.options.camera
    return make(told.source, told.out, camera=camera, rig=rig, masks=masks, progress=say)


COMMAND = command.Command(
    ("IMAGE",), "dual-fisheye frame (two circles) -> levelled panorama", run, _arguments
)
