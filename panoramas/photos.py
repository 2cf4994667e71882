"""Overlapping photos taken from one point become a panorama.

Gather → solve → read → photometry → seams → blend → render → check → write. Every step lies in
`panoramas.stitch`; what they do and how well is in docs/panoramas.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from panoramas import bake, ready, recipe
from panoramas.command import Command, Told, masked, masks_by_path, pictures_in
from panoramas.gpano import Opening
from panoramas.masks import Mask, check, paint
from panoramas.spin import by_name
from panoramas.stitch import bands, bearings, gate, photometry, render, seams, survey
from panoramas.stitch.camera import Camera
from panoramas.stitch.in_order import in_order
from panoramas.stitch.shots import Shot, gather
from panoramas.stitch.sight import COARSE, Sight, natural_width, see
from panoramas.stitch.solve import Placed, Solution, solve

STEPS = ("gather", "solve", "read", "photometry", "seams", "blend", "render", "check", "write")
OPENS = 90.0  # degrees of the first view's width
LEVEL = 30.0  # degrees up or down up to which a photo can say what is in front


def make(
    paths: Sequence[Path],
    out: Path,
    *,
    masks: Mapping[Path, Sequence[Mask]] | None = None,
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/panorama.jpg (and coverage.png when there is a gap) and `out`/report.json.

    `paths`: 2 to 120 photos in any order. `masks`: rectangles by path; what is masked in one
    photo is grey in the panorama. The panorama has the photos' own resolution in their middle,
    at most 8192 columns. `report.result` is that of `ready.make`, and "front", the file whose
    middle is straight ahead. Making the same again does nothing and returns the same report.

    Raises Unusable: too_few, too_many, mixed_sizes, no_overlap, mask_wrong and those of `picture`;
    FileExistsError when `out` holds something else.
    """
    shots = sorted(gather(paths), key=lambda shot: (shot.sha256, shot.name))
    drawn = [_held(shot, (masks or {}).get(shot.path, ())) for shot in shots]
    inputs = recipe.inputs_of([shot.path for shot in shots])
    parameters: dict[str, Any] = {"masks": [[list(mask) for mask in own] for own in drawn]}
    key = recipe.address("photos", [shot.sha256 for shot in shots], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before

    book = recipe.Recipe("photos", STEPS, progress)
    book.step("gather", count=len(shots), size=[shots[0].width, shots[0].height])
    solution = _solve(book, shots)
    first = _first(solution.photos)
    front = bearings.yaw(first.camera.rotation[:, 1]) if first.camera is not None else 0.0
    baked, closed = _compose(book, solution, drawn, front)
    book.step("check")
    gate.judge_photos(book, solution, front)
    gate.judge_gaps(book, baked.covered, solution, front)
    ready.check(book, baked, closed=closed)
    result = ready.describe(baked, Opening(front, 0.0, OPENS)) | {"front": first.shot.name}
    book.step("write", quality=ready.QUALITY)
    return ready.save(baked, out, key, lambda: book.report(key, inputs, parameters, result))


def _held(shot: Shot, masks: Sequence[Mask]) -> tuple[Mask, ...]:
    """Masks on the photo as its camera holds it. Raises Unusable mask_wrong."""
    check(masks)
    if not shot.turned:
        return tuple(Mask(*mask) for mask in masks)
    return tuple(Mask(1 - y - h, x, h, w) for x, y, w, h in masks)


def _solve(book: recipe.Recipe, shots: Sequence[Shot]) -> Solution:
    book.step("solve")
    solution = solve(shots, progress=book.within)
    lens = solution.lens
    book.steps[-1] |= {
        "focal_px": round(lens.focal, 3),
        "focal_from": solution.focal_from,
        "distortion": [round(lens.k1, 6), round(lens.k2, 6)],
        "pairs": solution.pairs,
        "matches": solution.matches,
        "levelled_by": solution.levelled_by,
        "cameras": [_told(placed) for placed in solution.photos],
    }
    return solution


def _told(placed: Placed) -> dict[str, Any]:
    told = {"name": placed.shot.name, "fate": placed.fate, "matches": placed.matches}
    if placed.camera is not None:
        told["rotation"] = np.round(placed.camera.rotation, 7).tolist()
        told["error_px"] = round(placed.error, 3)
    return told


def _first(photos: Sequence[Placed]) -> Placed:
    """The photo whose middle counts as straight ahead: the first taken that was held level."""
    seen = [placed for placed in photos if placed.camera is not None]
    level = np.sin(np.radians(LEVEL))

    def rank(placed: Placed) -> tuple[bool, str, list[tuple[int, int, str]]]:
        camera = placed.camera
        slanted = camera is None or abs(camera.rotation[2, 1]) > level
        return slanted, placed.shot.taken, by_name(placed.shot.name)

    return min(seen, key=rank)


def _compose(
    book: recipe.Recipe,
    solution: Solution,
    drawn: Sequence[tuple[Mask, ...]],
    front: float,
) -> tuple[bake.Baked, bool]:
    """Everything from found cameras to the panorama, and whether it is closed at ±180°."""
    width = natural_width(solution.lens)
    seen = [
        (placed.shot, placed.camera, masks)
        for placed, masks in zip(solution.photos, drawn, strict=True)
        if placed.camera is not None
    ]
    book.step("read", width=width, masks=sum(map(len, drawn)))
    sights = _sights(book, seen, width)
    small = width // COARSE[-1]
    copies = [survey.copy(sight, width) for sight in sights]
    light = photometry.fit(copies, small)
    book.step("photometry", **_light(light, seen))
    copies = light.evened(copies)
    book.step("seams", width=small)
    hazy = gate.blurred(solution.photos)
    blurred = [n for n, (shot, _, _) in enumerate(seen) if shot.name in hazy]
    labels = seams.label(copies, small, blurred)
    gate.judge_seams(book, seams.steps(copies, labels), front)
    del copies
    book.step("blend", width=width // COARSE[0], levels=bands.LEVELS)
    shares = bands.blend(sights, light, labels, width)
    book.step("render", width=width)
    hidden = {n: masks for n, (_, _, masks) in enumerate(seen) if masks}
    baked = render.render(sights, light, shares, width, hidden, progress=book.within)
    return baked, gate.is_closed(book, sights, light, baked.panorama)


def _sights(
    book: recipe.Recipe, seen: Sequence[tuple[Shot, Camera, tuple[Mask, ...]]], width: int
) -> list[Sight]:
    """Every photo decoded once, masks painted first, and kept no finer than the panorama."""

    def read(one: tuple[Shot, Camera, tuple[Mask, ...]]) -> Sight:
        shot, camera, masks = one
        return see(camera, paint(shot.picture(), masks), width)

    sights = []
    for sight in in_order(read, seen):
        sights.append(sight)
        book.within(len(sights) / len(seen))
    return sights


def _light(
    light: photometry.Light, seen: Sequence[tuple[Shot, Camera, tuple[Mask, ...]]]
) -> dict[str, Any]:
    stops = np.round(light.gains / np.log(2), 4).tolist()
    return {
        "stops": {shot.name: own for (shot, _, _), own in zip(seen, stops, strict=True)},
        "darkening": np.round(light.fall, 5).tolist(),
        "samples": light.samples,
        "spread_stops": {"before": round(light.before, 4), "after": round(light.spread, 4)},
    }


def _run(told: Told, progress: recipe.Progress) -> recipe.Report:
    paths = pictures_in(told.source)
    return make(paths, told.out, masks=masks_by_path(told, paths), progress=progress)


COMMAND = Command(("DIR",), "overlapping photos taken from one point -> panorama", _run, masked)
