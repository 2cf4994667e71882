"""Is a stitched panorama good enough, and if not, which photos should be taken again, and where?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.picture import Picture
from panoramas.recipe import Recipe
from panoramas.sentences import AROUND, PLACES
from panoramas.sphere import Floats, directions
from panoramas.stitch.bearings import LEVEL, bearing
from panoramas.stitch.camera import Lens
from panoramas.stitch.photometry import Light
from panoramas.stitch.seams import Step
from panoramas.stitch.sight import Sight
from panoramas.stitch.solve import Placed, Solution
from panoramas.stitch.window import Mask, Window

ENOUGH = 0.8  # share of the photos (without duplicates and plain sky) that must be placed
MISALIGNED, MOVED = 0.25, 2.0  # degrees, 95th percentile of the reprojection error
DIFFERS = 24.0  # 8-bit steps, 95th percentile along the seams
BLURRED = 0.5  # of the usual sharpness of the set
SLIGHT, LARGE = 0.001, 0.01  # share of the sphere: a gap that is named, one to be photographed
CLOSED = 1.3  # times the photos' own step, at ±180°
FRESH = 0.4  # share of a photo that shows something new when it overlaps its neighbours enough
MOST = 12  # photos asked for in one direction
WIDTH = 512  # columns of the sphere on which gaps are looked for
POLAR = (PLACES["above"], PLACES["below"])
HIGH = tuple(PLACES[f"{around}_high"] for around in AROUND)


def judge_photos(book: Recipe, solution: Solution, front: float) -> None:
    """How the photos fared and fit. `front`: degrees of yaw that count as straight ahead."""
    fates = Counter(placed.fate for placed in solution.photos)
    used = sum(placed.camera is not None for placed in solution.photos)
    wanted = len(solution.photos) - fates["duplicate"] - fates["featureless"]
    book.figures |= {
        "photos": len(solution.photos),
        "photos_used": used,
        "fates": dict(sorted(fates.items())),
        "reprojection_px": [round(error, 3) for error in solution.error_px],
        "reprojection_degrees": [round(error, 4) for error in solution.error_degrees],
        "closed": solution.closed,
        "tilt_between_lines_and_photos": solution.tilt and round(solution.tilt, 3),
    }
    if used < ENOUGH * wanted:
        book.remark("few_used", "reshoot", count=wanted, used=used)
    _name_unplaced(book, solution.photos)
    _name_doubtful(book, solution.photos, front)
    worst = solution.error_degrees[1]
    if worst > MOVED:
        book.remark("moved", "reshoot", degrees=f"{worst:.1f}")
    elif worst > MISALIGNED:
        book.remark("misaligned", degrees=f"{worst:.2f}")


def judge_seams(book: Recipe, step: Step | None, front: float) -> None:
    """How far the photos agree where they meet."""
    book.figures["seam_steps"] = step and [round(step.usual, 2), round(step.large, 2)]
    if step is not None and step.large > DIFFERS:
        book.remark("seam_differs", where=bearing(step.where, front))


def judge_gaps(
    book: Recipe, covered: npt.NDArray[np.uint8] | None, solution: Solution, front: float
) -> None:
    """Say where photos are missing, the largest gap first.

    Straight up and down a gap is no reason to begin again, nor in a sky too plain to be placed.
    """
    plain = any(placed.fate == "featureless" for placed in solution.photos)
    missing: dict[str, float] = {}
    for gap in gaps(covered):
        where = bearing(gap.middle, front)
        missing[where] = missing.get(where, 0.0) + gap.share
    for where, share in sorted(missing.items(), key=lambda told: (-told[1], told[0])):
        if share < SLIGHT:
            continue
        count = min(MOST, int(np.ceil(share / (FRESH * _field(solution.lens)))))
        excused = where in POLAR or (plain and where in HIGH)
        bad = share >= LARGE and not excused
        verdict, percent = "reshoot" if bad else "remark", f"{share * 100:.1f}"
        book.remark("again", verdict, where=where, percent=percent, count=count)


def is_closed(book: Recipe, sights: Sequence[Sight], light: Light, panorama: Picture) -> bool:
    """Does the panorama go on across ±180° as the photos do that show both sides?

    Figure: the mean step there over the photos' own, row by row of the photo whose middle is
    nearest, where neither column is a gap.
    """
    height, width = panorama.shape[:2]
    strip = Window(0, width - 1, height, 2)
    seen = np.zeros((height, 2, 3), np.float32)
    nearest = np.full(height, np.inf)
    for n, sight in enumerate(sights):
        places = sight.places(strip, width)
        middle = np.where(places.inside.all(axis=1), places.squared.max(axis=1), np.inf)
        mine = middle < nearest
        seen[mine] = light.even(sight.look(places, 0, cv2.INTER_CUBIC), places.squared, n)[mine]
        nearest = np.minimum(nearest, middle)
    rows = np.isfinite(nearest)
    if rows.sum() < height // 8:
        return False
    own = np.abs(np.diff(seen[rows], axis=1)).mean()
    made = np.abs(panorama[rows, 0].astype(np.int16) - panorama[rows, -1]).mean()
    ratio = float(made / max(own, 0.25))
    book.figures["wrap_step_over_photos"] = round(ratio, 3)
    return ratio <= CLOSED


class Gap(NamedTuple):
    """A connected part of the sphere without photos. `share`: of the sphere; `middle`: direction."""

    share: float
    middle: Floats


def gaps(covered: npt.NDArray[np.uint8] | None) -> list[Gap]:
    """All gaps, cut where one must lift or lower the camera. `covered`: 0 in gaps."""
    if covered is None:
        return []
    small = cv2.resize(covered, (WIDTH, WIDTH // 2), interpolation=cv2.INTER_AREA) < 128
    rays = directions(WIDTH, WIDTH // 2)
    area = np.cos(np.arcsin(rays[..., 2]))
    pitch = np.degrees(np.arcsin(rays[..., 2]))
    found = []
    for height in (pitch > LEVEL, np.abs(pitch) <= LEVEL, pitch < -LEVEL):
        for part in _parts(small & height):
            weight = area[part]
            middle = (rays[part] * weight[:, None]).sum(axis=0)
            found.append(Gap(float(weight.sum() / area.sum()), middle))
    return found


def _parts(mask: Mask) -> list[Mask]:
    """Connected parts of a mask that goes round."""
    parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[1]
    for left, right in zip(parts[:, 0], parts[:, -1], strict=True):
        if left and right and left != right:
            parts[parts == right] = left
    return [parts == part for part in np.unique(parts[parts > 0])]


def _name_unplaced(book: Recipe, photos: tuple[Placed, ...]) -> None:
    others: dict[int, list[str]] = {}
    for placed in photos:
        if placed.camera is not None or placed.fate == "duplicate":
            continue
        if placed.scene > 0:
            others.setdefault(placed.scene, []).append(placed.shot.name)
        elif placed.fate == "featureless":
            book.remark("photo_plain", name=placed.shot.name)
        else:
            book.remark("photo_alone", name=placed.shot.name)
    for names in others.values():
        book.remark("other_scene", names="、".join(sorted(names)), count=len(names))


def _name_doubtful(book: Recipe, photos: tuple[Placed, ...], front: float) -> None:
    hazy = blurred(photos)
    for placed in photos:
        if placed.camera is None:
            continue
        told = {"name": placed.shot.name, "where": bearing(placed.camera.rotation[:, 1], front)}
        if placed.fate == "weak":
            book.remark("photo_weak", **told)
        elif placed.shot.name in hazy:
            book.remark("photo_blurred", **told)


def blurred(photos: Sequence[Placed]) -> set[str]:
    """Names of the photos with detail that are far less sharp than the set usually is."""
    firm = {placed.shot.name: placed.sharpness for placed in photos if placed.fate == "matched"}
    usual = float(np.median(list(firm.values()))) if firm else 0.0
    return {name for name, sharpness in firm.items() if sharpness < BLURRED * usual}


def _field(lens: Lens) -> float:
    """Share of the sphere that a photo shows (solid angle of a pyramid)."""
    across, down = (np.arctan(side / 2 / lens.focal) for side in (lens.width, lens.height))
    return float(4 * np.arcsin(np.sin(across) * np.sin(down)) / (4 * np.pi))
