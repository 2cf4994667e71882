"""Two dates of the same place: load → align → lay → change → write.

`OUT/a.jpg` and `OUT/b.jpg` are the aligned pair: the second picture turned (panoramas) or moved by
one homography (flat photos) onto the first, nothing else done to its pixels. `OUT/change.png` is the
strength of change, `OUT/report.json` lists the changed places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from panoramas import bake, command, picture, recipe, tiles
from panoramas.compare import align, change
from panoramas.compare.align import Aligned
from panoramas.gpano import Opening, Window
from panoramas.picture import Header, Picture
from panoramas.sentences import Unusable
from panoramas.sphere import Floats

STEPS = ("load", "align", "lay", "change", "write")
LEAST = 512  # columns of a picture
LOOKED = 2048  # pixels of the longer side that are compared
QUALITY = 95
MOST = 40  # changed places that are listed
LITTLE = 0.6  # share that both must show
ASIDE = 0.3  # degrees, or per cent of the longer side: more comes from another viewpoint
FULL = 8.0  # strength that is white in change.png


@dataclass(frozen=True)
class Pair:
    """`b` laid onto `a`, of one size; `both`: 255 where both were photographed."""

    a: Picture
    b: Picture
    both: Picture

    def looked_at(self, around: bool) -> Pair:
        """At the size and, of panoramas, between the latitudes that are compared."""
        whole = _reduced(self.both) // 255 * 255
        if around:
            whole[align.belt(len(whole)) == 0] = 0
        return Pair(_reduced(self.a), _reduced(self.b), whole)


def make(
    first: Path, second: Path, out: Path, *, progress: recipe.Progress | None = None
) -> recipe.Report:
    """Make `out`/a.jpg, b.jpg, change.png and report.json from two panoramas or two flat photos.

    `report.result["changes"]`: strongest first, {yaw, pitch, width, height} in degrees for
    panoramas, {x, y, width, height} in fractions of the first picture for photos, each with share
    (of the picture) and strength (1 is what may be chance). Making it again does nothing.

    Raises Unusable: compare_kinds, not_same_place and those of `picture`; FileExistsError.
    """
    headers = [picture.read_header(path, LEAST) for path in (first, second)]
    around = _around(headers)
    inputs = recipe.inputs_of([first, second])
    parameters: dict[str, Any] = {"looked": LOOKED, "sure": change.SURE}
    key = recipe.address("compare", [told["sha256"] for told in inputs], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before
    book = recipe.Recipe("compare", STEPS, progress)
    book.step("load", panoramas=around)
    a, b = (picture.load(path, head) for path, head in zip((first, second), headers, strict=True))
    for shown, head in zip((a, b), headers, strict=True):
        picture.refuse_one_colour(shown, head.name)
    book.step("align")
    finder = align.turn if around else align.homography
    found = finder(_reduced(a), _reduced(b))
    if found is None or not found.believable:
        raise Unusable("not_same_place", a=first.name, b=second.name)
    book.step("lay", move=np.round(found.move, 9).tolist())
    seen = [_covered(path, shown) for path, shown in zip((first, second), (a, b), strict=True)]
    pair = _turned(a, b, seen, found) if around else _moved(a, b, found)
    del a, b
    _judge(book, found, pair, around)
    book.step("change")
    small = pair.looked_at(around)
    strength = change.strength(small.a, small.b, small.both > 0, around=around)
    book.figures["gains"] = change.gains(small.a, small.b, small.both > 0)
    result = _result(pair, strength, around, tiles.known_of(first).get("opening"))
    book.step("write", quality=QUALITY)

    def fill(part: Path) -> recipe.Report:
        for name, shown in (("a.jpg", pair.a), ("b.jpg", pair.b)):
            (part / name).write_bytes(picture.encode_jpeg(shown, QUALITY, "444"))
        done, coded = cv2.imencode(".png", _shown(strength))
        if not done:
            raise OSError("change.png could not be coded")
        (part / "change.png").write_bytes(coded.tobytes())
        return book.report(key, inputs, parameters, result)

    return recipe.land(out, key, fill)


def _around(headers: Sequence[Header]) -> bool:
    """Are they panoramas? Raises Unusable compare_kinds when only one is."""
    around = [header.width == 2 * header.height for header in headers]
    if around[0] != around[1]:
        flat, sphere = headers if around[1] else headers[::-1]
        raise Unusable("compare_kinds", flat=flat.name, panorama=sphere.name)
    return around[0]


def _reduced(shown: Picture) -> Picture:
    """At most LOOKED on its longer side."""
    height, width = shown.shape[:2]
    share = LOOKED / max(height, width)
    if share >= 1:
        return shown
    return picture.reduced(shown, round(width * share), round(height * share))


def _covered(path: Path, shown: Picture) -> Picture:
    """255 where a panorama made here was photographed; everywhere when it has no coverage.png."""
    file = path.with_name("coverage.png")
    if tiles.known_of(path) and file.is_file():
        mask = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        if mask is not None and mask.shape == shown.shape[:2]:
            return np.asarray(mask, np.uint8)
    return np.full(shown.shape[:2], 255, np.uint8)


def _turned(a: Picture, b: Picture, seen: list[Picture], found: Aligned) -> Pair:
    width = a.shape[1]
    whole = Window(0, 0, b.shape[1], b.shape[0])
    laid = bake.rotate(b, whole, found.move, width).panorama
    mask = bake.rotate(cv2.merge([seen[1]] * 3).astype(np.uint8), whole, found.move, width).panorama
    return Pair(
        a, laid, np.where((mask[..., 0] == 255) & (seen[0] == 255), 255, 0).astype(np.uint8)
    )


def _moved(a: Picture, b: Picture, found: Aligned) -> Pair:
    height, width = a.shape[:2]
    move = np.linalg.inv(_scale(a)) @ found.move @ _scale(b)
    laid = cv2.warpPerspective(b, move, (width, height), flags=cv2.INTER_LINEAR)
    full = np.full(b.shape[:2], 255, np.uint8)
    mask = cv2.warpPerspective(full, move, (width, height), flags=cv2.INTER_NEAREST)
    return Pair(a, np.asarray(laid, np.uint8), np.asarray(mask, np.uint8))


def _scale(shown: Picture) -> Floats:
    """From pixels of the picture to those of `_reduced`, centres at whole numbers."""
    small = _reduced(shown).shape
    across, down = small[1] / shown.shape[1], small[0] / shown.shape[0]
    return np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])


def _judge(book: recipe.Recipe, found: Aligned, pair: Pair, around: bool) -> None:
    """Figures of the alignment, and the remarks that follow from them."""
    share = float(np.count_nonzero(pair.both)) / pair.both.size
    spread = found.spread if around else found.spread / min(LOOKED, max(pair.a.shape)) * 100
    book.figures |= {
        "matches": found.matches,
        "agreeing": found.agree,
        "left_over_degrees" if around else "left_over_percent": round(spread, 3),
        "overlap": round(share, 4),
    }
    if around:
        book.figures["turned_degrees"] = round(align.angle_of(found.move), 3)
        book.figures["compared_up_to_degrees"] = align.STEEPEST
    if share < LITTLE:
        book.remark("little_overlap", percent=f"{share * 100:.0f}")
    if spread > ASIDE:
        book.remark("other_viewpoint")


def _result(
    pair: Pair, strength: change.Map, around: bool, opening: dict[str, float] | None
) -> dict[str, Any]:
    found = change.regions(strength)
    height, width = pair.a.shape[:2]
    return {
        "file": "b.jpg",
        "kind": "panorama" if around else "photo",
        "width": width,
        "height": height,
        "opening": opening or vars(Opening()),
        "count": len(found),
        "changes": [_place(region, strength.shape, around) for region in found[:MOST]],
    }


def _place(region: change.Region, shape: tuple[int, ...], around: bool) -> dict[str, float]:
    height, width = shape
    x, y = region.middle
    share = {"share": round(region.area / (height * width), 6), "strength": region.strength}
    if not around:
        box = (
            region.left / width,
            region.top / height,
            region.width / width,
            region.height / height,
        )
        return (
            dict(zip(("x", "y", "width", "height"), (round(v, 4) for v in box), strict=True))
            | share
        )
    pitch = 90 - (y + 0.5) / height * 180
    return {
        "yaw": round((x + 0.5) / width * 360 - 180, 2),
        "pitch": round(pitch, 2),
        "width": round(region.width / width * 360 * float(np.cos(np.radians(pitch))), 2),
        "height": round(region.height / height * 180, 2),
    } | share


def _shown(strength: change.Map) -> Picture:
    return np.asarray(np.clip(strength / FULL * 255, 0, 255), np.uint8)


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`compare` from the command line."""
    return make(told.inputs[0], told.inputs[1], told.out, progress=say)


COMMAND = command.Command(
    ("A", "B"), "two dates of the same place -> aligned pair, change map, changed places", run
)
