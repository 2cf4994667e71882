"""A video filmed while walking round a car becomes a spin.

Watch → solve → choose → cut → photos, and from there on as `spin`. The chosen frames are kept as
photos, whole and as they were filmed; the spin is made from those, so that masks drawn on them
lead to the same spin again.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from panoramas import command, recipe, spin
from panoramas.film import Film
from panoramas.sentences import Unusable
from panoramas.walk import angles, pick, place, solve, steady, tracks
from panoramas.walk.bundle import Scene
from panoramas.walk.keep import QUALITY, Keeper, code
from panoramas.walk.told import Walk
from panoramas.walk.watch import Watched, watch

STEPS = ("watch", "solve", "choose", "cut", "photos", *spin.FRAME_STEPS)
COUNT, FINE = 36, 72
PHOTOS = "photos"
STRETCH = (
    0.36  # of the longer side over the frames wanted: points move so far in an eighth of a gap
)
STILL = 0.5  # of the way to a second key view: who moves less stands still
WANDERS = 3.0  # times as far from the car as at the nearest: no walk round it
WRONG = 1.6  # pixels (root mean square) by which points may miss
CLAIM = 0.05  # share by which a container may be wrong before it is said

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Route:
    """Where the camera was. `frames` (n,): numbers of those of which it is known; `degrees` (n,)
    walked, `clear` (n,) sharpness beside their neighbours; `stands`, `ground`: see `angles` and
    `place`; `reach`: degrees of the walk that can be used."""

    frames: npt.NDArray[np.int64]
    degrees: Floats
    clear: Floats
    stands: angles.Stands
    ground: place.Ground
    solved: solve.Solved
    reach: float


def make(
    path: Path, out: Path, *, count: int = COUNT, progress: recipe.Progress | None = None
) -> recipe.Report:
    """Make `out`/photos/NNN.jpg (as filmed), frames, full, spin.json and report.json.

    `count`: frames of a whole round, 8…72. The first frame is where the walk begins.
    Raises Unusable: not_a_video, too_small, too_large, film_few, film_still, one_colour,
    walk_none, walk_unclear, walk_short; ValueError for another count.
    """
    if not spin.FEWEST <= count <= FINE:
        raise ValueError(f"a spin has {spin.FEWEST} to {FINE} frames, not {count}")
    inputs = recipe.inputs_of([path])
    parameters: dict[str, Any] = {"count": count}
    key = recipe.address("spin_film", [inputs[0]["sha256"]], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before
    book = recipe.Recipe("spin", STEPS, progress)
    walk, taken = find_walk(book, path, count)

    def fill(part: Path) -> recipe.Report:
        photos = _write_photos(book, taken, part / PHOTOS)
        shots = spin.arrange(photos, {}, None, "given")
        result = spin.make_frames(book, shots, walk, part)
        header = shots[0].header
        result |= {"photos": len(photos), "photo_size": [header.width, header.height]}
        return book.report(key, inputs, parameters, result)

    return recipe.land(out, key, fill)


def find_walk(book: recipe.Recipe, path: Path, count: int) -> tuple[Walk, list[bytes]]:
    """The first four steps: the walk at its chosen frames, and those as they were filmed (JPEG)."""
    book.step("watch")
    seen = watch(path, Keeper(STRETCH / count), book.within)
    book.step("solve", field_degrees=solve.FIELD)
    route = _route(path, seen)
    book.step("choose", count=count, near_degrees=pick.NEAR)
    chosen = _choose(path, route, count, seen.kept)
    frames = [int(route.frames[n]) for n in chosen]
    camera = angles.at(route.stands, frames)
    book.step("cut", most=steady.MOST_CUT)
    scale = max(seen.size) / max(seen.tracker.views[0].grey.shape)
    cut = steady.steady(camera, route.ground, seen.size, scale)
    walk = _walk(seen, route, chosen, camera, cut)
    _remark(book, seen, walk, cut)
    book.figures |= walk.figures
    return walk, filmed(path, frames, seen.kept)


def _route(path: Path, seen: Watched) -> Route:
    views = seen.tracker.views
    moved = max((look.moved for look in seen.tracker.looks), default=0.0)
    if len(views) <= 2 and moved < STILL * tracks.STEP * tracks.SIDE:
        raise Unusable("film_still", name=path.name)
    solved = solve.solve(views)
    if solved is None:
        raise Unusable("walk_none", name=path.name)
    ground = place.lay(solved.scene)
    stands = angles.stand(seen.tracker.looks, solved)
    eyes = place.eyes_of(stands.scene)
    away = place.distances_of(ground, eyes)
    if solved.rms > WRONG or away.max() > WANDERS * away.min():
        raise Unusable("walk_unclear", name=path.name)
    known = place.angles_of(ground, eyes)
    frames = np.arange(stands.frames[0], stands.frames[-1] + 1)
    degrees = np.interp(frames.astype(np.float64), stands.frames, known)
    clear = pick.beside(degrees, np.array(seen.sharp)[frames])
    return Route(frames, degrees, clear, stands, ground, solved, float(known.max()))


def _choose(path: Path, route: Route, count: int, kept: Container[int]) -> list[int]:
    """The chosen frames: numbers into `route.frames`."""
    step = 360 / count
    whole = route.solved.closed is not None
    slots = np.arange(count, dtype=np.float64) * step
    slots = slots if whole else slots[slots <= route.reach]
    if len(slots) < spin.FEWEST:
        values = {"degrees": f"{route.reach:.0f}", "count": len(slots), "least": spin.FEWEST}
        raise Unusable("walk_short", name=path.name, **values)
    held = [n for n, frame in enumerate(route.frames.tolist()) if frame in kept]
    return pick.pick(route.degrees, route.clear, slots, held)


def _walk(
    seen: Watched, route: Route, chosen: Sequence[int], camera: Scene, cut: steady.Cut
) -> Walk:
    known = route.degrees[chosen] - route.degrees[chosen[0]]
    return Walk(
        angles=[round(float(angle), 3) for angle in known],
        times=[round(seen.times[n] - seen.times[0]) for n in route.frames[chosen]],
        moves=[[float(v) for v in move.reshape(-1)] for move in cut.moves],
        size=cut.size,
        way=route.ground.way,
        closed=route.solved.closed is not None,
        rounds=round(_rounds(seen, route), 3),
        figures=_figures(seen, route, chosen, camera, cut),
    )


def _figures(
    seen: Watched, route: Route, chosen: Sequence[int], camera: Scene, cut: steady.Cut
) -> dict[str, Any]:
    away = place.distances_of(route.ground, place.eyes_of(camera))
    return {
        "duration_ms": seen.duration_ms,
        "claimed_ms": seen.claimed_ms,
        "video_frames": len(seen.times),
        "key_views": len(route.solved.views),
        "field_degrees": round(_field(route), 2),
        "miss_pixels": round(route.solved.rms, 3),
        "frames": [int(frame) for frame in route.frames[chosen]],
        "clear": [round(float(share), 3) for share in route.clear[chosen]],
        "distance": [round(float(d), 4) for d in away / away.mean()],
        "steadied": cut.strength,
        "zoom": cut.zoom,
    }


def _rounds(seen: Watched, route: Route) -> float:
    """How many rounds the video goes in all: past the first one by the way of the points."""
    closed, views = route.solved.closed, route.solved.views
    if closed is None:
        return route.reach / 360
    after = sum(1 for view in seen.tracker.views if view.frame > views[closed].frame)
    return 1 + after / closed


def _field(route: Route) -> float:
    longer = max(route.solved.views[0].grey.shape)
    return float(2 * np.degrees(np.arctan(longer / 2 / route.solved.scene.focal)))


def _remark(book: recipe.Recipe, seen: Watched, walk: Walk, cut: steady.Cut) -> None:
    if not walk.closed:
        book.remark("walk_open", degrees=f"{min(walk.rounds * 360, 360):.0f}")
    lost = seen.tracker.lost_at
    if lost is not None:
        book.remark("walk_lost", seconds=f"{(seen.times[lost] - seen.times[0]) / 1000:.1f}")
    claimed, real = seen.claimed_ms, seen.duration_ms
    if claimed and abs(claimed - real) > CLAIM * real:
        told = {"claimed": f"{claimed / 1000:.1f}", "seconds": f"{real / 1000:.1f}"}
        book.remark("film_claims", **told)
    if cut.strength < 1:
        book.remark("not_steadied", percent=round(100 * cut.strength))


def filmed(path: Path, frames: Sequence[int], kept: Mapping[int, bytes]) -> list[bytes]:
    """The chosen frames; the video is read once more if one of them was not kept."""
    if all(frame in kept for frame in frames):
        return [kept[frame] for frame in frames]
    found: dict[int, bytes] = {}
    with Film(path) as film:
        for frame, _ in enumerate(film):
            if frame in frames:
                found[frame] = code(film.reversed_colour())
            if frame >= frames[-1]:
                break
    return [found[frame] for frame in frames]


def _write_photos(book: recipe.Recipe, taken: Sequence[bytes], under: Path) -> list[Path]:
    """The chosen frames, whole."""
    book.step("photos", quality=QUALITY)
    under.mkdir()
    photos = [under / f"{n:03d}.jpg" for n in range(len(taken))]
    for photo, coded in zip(photos, taken, strict=True):
        photo.write_bytes(coded)
    return photos


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`spin` from the command line: a folder is a series of photos, a file a video."""
    if told.source.is_file():
        return make(told.source, told.out, count=told.options.frames, progress=say)
    paths = command.pictures_in(told.source)
    return spin.make(paths, told.out, masks=command.masks_by_path(told, paths), progress=say)


def arguments(parser: ArgumentParser) -> None:
    """What only `spin` takes."""
    command.masked(parser)
    parser.add_argument(
        "--frames", type=int, default=COUNT, help=f"of a whole round, from a video (fine: {FINE})"
    )


COMMAND = command.Command(("VIDEO|DIR",), "walk round a car -> even, sharp frames", run, arguments)
