"""A series of photos walked round a car becomes frames of a spin.

Order → survey → walk → expose → check → frames → write. Frames are photos that were taken: none is
made up between them, and a missing arc stays missing. `spin_film` makes the series from a video.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from panoramas import exposure, figures, picture, planes, recipe, round_trip, spin_series
from panoramas.masks import Mask, check, paint
from panoramas.picture import Header
from panoramas.sentences import VERSION, Unusable
from panoramas.walk import trim
from panoramas.walk.alike import Places
from panoramas.walk.told import Walk

FRAME_STEPS = ("survey", "expose", "check", "frames", "write")
STEPS = ("order", "survey", "walk", *FRAME_STEPS[1:])
FEWEST, MOST = 8, 144
LEAST = 320  # columns of a photo
FRAME, FULL = 1200, 2560  # longer side of a frame and of its full-resolution twin, pixels
QUALITY = 82
TOGETHER = 2  # photos in memory at once
NAME = "spin.json"
T = TypeVar("T")


@dataclass(frozen=True)
class Shot:
    """A photo of the series: file, header, masks and angle round the car (degrees)."""

    path: Path
    header: Header
    masks: tuple[Mask, ...]
    angle: float | None


@dataclass(frozen=True)
class Survey:
    """What the first look at every photo found, by frame."""

    stops: list[float]
    sharp: list[float]
    thumbs: list[round_trip.Thumb]

    def ordered(self, photos: Sequence[int]) -> Survey:
        """The same by other frames: those of these numbers."""
        return Survey(
            [self.stops[n] for n in photos],
            [self.sharp[n] for n in photos],
            [self.thumbs[n] for n in photos],
        )


def make(
    paths: Sequence[Path],
    out: Path,
    *,
    masks: Mapping[Path, Sequence[Mask]] | None = None,
    angles: Sequence[float] | None = None,
    order: Literal["taken", "given"] = "taken",
    walk: Walk | None = None,
    measure: bool = True,
    progress: recipe.Progress | None = None,
) -> recipe.Report:
    """Make `out`/frames/NNN.jpg, `out`/full/NNN.jpg, `out`/spin.json and `out`/report.json.

    `masks`: rectangles by path. `angles`: degrees round the car, one a path; without them they are
    measured from the photos (`measure`), or else the frames count as even. `order` taken: by
    angle, else by EXIF time when every photo has its own, else by name (numbers as numbers);
    given: as they come. `walk`: what was told of these photos before, in their order; instead of
    `angles`. A frame's `photo` is its number in the report's inputs, from 1. Two photos are in
    memory at a time.
    Raises Unusable: too_few, too_many, mixed_sizes and those of `picture`.
    """
    shots = arrange(paths, masks or {}, angles, order if walk is None else "given")
    inputs = recipe.inputs_of([shot.path for shot in shots])
    parameters: dict[str, Any] = {
        "masks": [[list(mask) for mask in shot.masks] for shot in shots],
        "angles": None if angles is None else [shot.angle for shot in shots],
    }
    if walk is not None:
        parameters["walk"] = walk.plan()
    measure = measure and walk is None and angles is None
    if measure:
        parameters["measure"] = True
    key = recipe.address("spin", [told["sha256"] for told in inputs], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before

    book = recipe.Recipe("spin", STEPS, progress)
    book.step("order", by=_rule(shots, order), count=len(shots))

    def fill(part: Path) -> recipe.Report:
        result = make_frames(book, shots, walk, part, measure=measure)
        return book.report(key, inputs, parameters, result)

    return recipe.land(out, key, fill)


def make_frames(
    book: recipe.Recipe,
    shots: Sequence[Shot],
    walk: Walk | None,
    part: Path,
    *,
    measure: bool = False,
) -> dict[str, Any]:
    """The steps from `survey` on, files under `part`; what the report calls the result.

    `walk`: of these shots, in their order; `measure`: seek it in the photos.
    """
    size, photos = _common_size(shots), list(range(len(shots)))
    book.step("survey")
    survey, seen = _survey(book, shots, size, measure=measure)
    if measure:
        book.step("walk")
        found = spin_series.find(book, shots[0].path, seen, size)
        if found is not None:
            walk, photos = found.walk, found.photos
            shots, survey = [shots[n] for n in photos], survey.ordered(photos)
    gains = exposure.gains(survey.stops, closed=walk is None or walk.closed)
    book.step("expose", stops=gains)
    plan = _plan(shots, size, gains, photos, walk)
    book.step("check")
    _check(book, plan, survey, gains)
    book.step("frames", size=plan["size"], full_size=plan["full_size"], quality=QUALITY)
    for folder in ("full", "frames"):
        (part / folder).mkdir()

    def write(shot: Shot, frame: dict[str, Any]) -> None:
        _write_frame(part, shot, size, frame, plan)

    _each(book, write, shots, plan["frames"])
    book.step("write")
    text = json.dumps(plan, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (part / NAME).write_text(text, encoding="utf-8")
    return {"spin": NAME, "frames": len(shots)}


def arrange(
    paths: Sequence[Path],
    masks: Mapping[Path, Sequence[Mask]],
    angles: Sequence[float] | None,
    order: Literal["taken", "given"],
) -> list[Shot]:
    """The shots in the order of the spin, every header read and every mask checked.

    Raises Unusable: too_few, too_many, mask_wrong and those of `picture.read_header`.
    """
    if len(paths) < FEWEST:
        raise Unusable("too_few", count=len(paths), least=FEWEST)
    if len(paths) > MOST:
        raise Unusable("too_many", count=len(paths), most=MOST)
    turned = [None] * len(paths) if angles is None else [angle % 360 for angle in angles]
    shots = []
    for path, angle in zip(paths, turned, strict=True):
        drawn = tuple(Mask(*mask) for mask in masks.get(path, ()))
        check(drawn)
        shots.append(Shot(path, picture.read_header(path, LEAST), drawn, angle))
    return _sorted(shots, order)


def by_name(name: str) -> list[tuple[int, int, str]]:
    """Sort key of a file name in which numbers count as numbers: IMG_2 before IMG_10."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _rule(shots: Sequence[Shot], order: str) -> str:
    if order == "given":
        return "given"
    if shots[0].angle is not None:
        return "angle"
    times = {shot.header.taken for shot in shots}
    return "time" if "" not in times and len(times) == len(shots) else "name"


def _sorted(shots: list[Shot], order: str) -> list[Shot]:
    rule = _rule(shots, order)
    if rule == "angle":
        return sorted(shots, key=lambda shot: shot.angle or 0.0)
    if rule == "time":
        return sorted(shots, key=lambda shot: shot.header.taken)
    return sorted(shots, key=lambda shot: by_name(shot.path.name)) if rule == "name" else shots


def _common_size(shots: Sequence[Shot]) -> tuple[int, int]:
    """Width and height that every photo is brought to: those of the smallest.

    Raises Unusable mixed_sizes when proportions differ: cropping would move the car.
    """
    first = shots[0].header
    for shot in shots:
        width, height = shot.header.width, shot.header.height
        if abs(width * first.height - height * first.width) > 0.01 * width * first.height:
            raise Unusable("mixed_sizes", name=shot.path.name)
    least = min((shot.header for shot in shots), key=lambda header: header.width)
    return least.width, least.height


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    share = min(1.0, longest / max(size))
    return max(2, round(size[0] * share)), max(2, round(size[1] * share))


def _each(book: recipe.Recipe, work: Callable[..., T], *lists: Sequence[Any]) -> list[T]:
    """`work` for every photo in turn, two at a time, telling how many are done."""
    done = []
    with ThreadPoolExecutor(TOGETHER) as pool:
        for one in pool.map(work, *lists):
            done.append(one)
            book.within(len(done) / len(lists[0]))
    return done


def _survey(
    book: recipe.Recipe, shots: Sequence[Shot], size: tuple[int, int], *, measure: bool
) -> tuple[Survey, list[Places]]:
    """Look at every photo once, small; to `measure`, also for what can be found in the next one."""
    step = -(-max(size) // FRAME)  # whole steps are fast

    def look(shot: Shot) -> tuple[float, float, round_trip.Thumb, Places | None]:
        shown = picture.load(shot.path, shot.header)
        frame = picture.reduced(shown, size[0] // step, size[1] // step)
        picture.refuse_one_colour(frame, shot.path.name)
        sharp = round(figures.sharpness(frame), 4)
        seen = spin_series.look(frame) if measure else None
        return exposure.brightness(frame), sharp, round_trip.thumb(frame), seen

    stops, sharp, thumbs, seen = zip(*_each(book, look, shots), strict=True)
    return Survey(list(stops), list(sharp), list(thumbs)), [one for one in seen if one]


def _plan(
    shots: Sequence[Shot],
    size: tuple[int, int],
    gains: Sequence[float],
    photos: Sequence[int],
    walk: Walk | None,
) -> dict[str, Any]:
    """What `spin.json` says; angles in degrees, from the first frame if they were not given."""
    given = [shot.angle for shot in shots]
    angles = round_trip.even(len(shots)) if walk is None else walk.angles
    if walk is None and None not in given:
        angles = [angle or 0.0 for angle in given]
    told = "measured" if walk else "even_assumed" if None in given else "given"
    shown = walk.size if walk else size
    wider = round_trip.WIDER if walk is None or walk.times else round_trip.PACED
    plan: dict[str, Any] = {
        "engine": VERSION,
        "size": list(_fit(shown, FRAME)),
        "full_size": list(_fit(shown, FULL)),
        "angles": told,
        "gaps": round_trip.gaps(angles),
        "missing": [list(arc) for arc in round_trip.missing(angles, wider)]
        if told != "even_assumed"
        else [],
        "frames": [
            {
                "file": f"frames/{n:03d}.jpg",
                "full": f"full/{n:03d}.jpg",
                "angle": angle,
                "gain": gain,
                "photo": photo + 1,
            }
            for n, (angle, gain, photo) in enumerate(zip(angles, gains, photos, strict=True))
        ],
    }
    return plan if walk is None else walk.into(plan)


def _check(
    book: recipe.Recipe, plan: dict[str, Any], survey: Survey, gains: Sequence[float]
) -> None:
    steps = round_trip.steps(survey.thumbs)
    book.figures |= {"sharpness": survey.sharp, "steps": steps}
    if plan["angles"] == "even_assumed":
        book.remark("even_assumed")
    for start, end in plan["missing"]:
        book.remark("arc_missing", start=f"{start:.0f}", end=f"{end:.0f}")
    usual = sorted(survey.sharp)[len(survey.sharp) // 2]
    blurred = [n for n, sharp in enumerate(survey.sharp, 1) if sharp < 0.5 * usual]
    for n in blurred:
        book.remark(
            "frame_blurred", "reshoot" if 3 * len(blurred) > len(gains) else "remark", frame=n
        )
    for n, step in enumerate(steps, 1):
        if step > round_trip.ABRUPT:
            book.remark("jump", frame=n)
    for n, gain in enumerate(gains, 1):
        if abs(gain) >= exposure.MOST:
            book.remark("exposure", frame=n)


def _write_frame(
    part: Path, shot: Shot, common: tuple[int, int], frame: dict[str, Any], plan: dict[str, Any]
) -> None:
    shown = exposure.apply(paint(picture.load(shot.path, shot.header), shot.masks), frame["gain"])
    if "move" in frame and shown.shape[1::-1] != common:
        shown = picture.reduced(shown, *common)
    whole = trim.cut(shown, frame["move"], plan["cut"]) if "move" in frame else None
    for name, size in ((frame["full"], plan["full_size"]), (frame["file"], plan["size"])):
        file = part / name
        if whole is None:
            coded = picture.encode_jpeg(picture.reduced(shown, *size), QUALITY)
        else:
            coded = planes.encode(trim.reduced(whole, size), QUALITY)
        file.write_bytes(coded)
