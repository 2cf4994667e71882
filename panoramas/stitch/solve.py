"""Photos in, cameras out: where every photo of a set looked, found from the photos alone.

Pure: reads the photos, writes nothing. The same photos give the same cameras to the last bit, in
whatever order they are given and with any number of threads: they are sorted by the SHA-256 of
their files before anything else, and no step draws unseeded numbers or adds in racing order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from panoramas.sentences import Unusable
from panoramas.sphere import Floats
from panoramas.stitch import focal
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.features import Look, look
from panoramas.stitch.in_order import in_order
from panoramas.stitch.pairs import Pair, pair
from panoramas.stitch.place import World, groups, place
from panoramas.stitch.recognise import alike
from panoramas.stitch.refine import Refined, refine
from panoramas.stitch.rescue import rescue
from panoramas.stitch.shots import Shot
from panoramas.stitch.upright import Level, level

Fate = Literal["matched", "weak", "duplicate", "featureless", "unconnected"]
"""How a photo fared. `matched`: placed by many features. `weak`: placed by faint evidence (few
features, or brightness against neighbours already placed). Not placed: `duplicate` (same view as
another photo, the sharper stays), `featureless` (nothing to hold on to, e.g. plain sky),
`unconnected` (has features, but none found again in the others: another scene or no overlap)."""

Progress = Callable[[float], None]
"""Called with the share done, 0..1; may raise to stop."""

WORK = 0.7  # megapixels of the copies examined
SAME = 2.0  # degrees; photos nearer to one another show the same
BARE = 30  # points; a photo with fewer shows nothing to hold on to
FEW = 40  # matches that count; a photo with fewer is weakly held


@dataclass(frozen=True)
class Placed:
    """One photo's place. `camera`: None when not placed (see `fate`). `matches`: points matched
    with other photos that count. `error`: median reprojection error of those in pixels of the
    photo (0 without any). `sharpness`: see `figures.sharpness`, of the work copy. `stops`: mean
    brightness, see `exposure.brightness`. `scene`: 0 for the panorama's photos, 1, 2, … for
    groups that overlap among themselves only, -1 for single photos."""

    shot: Shot
    camera: Camera | None
    fate: Fate
    matches: int
    error: float
    sharpness: float
    stops: float
    scene: int


@dataclass(frozen=True)
class Solution:
    """Where a set of photos looked.

    `photos`: one per shot, in the order of the shots given. `lens`: shared, in pixels of the
    shots' common size. `pairs`: photo pairs that hold the solution together; `matches`: points in
    them. `error_px`, `error_degrees`: median and 95th percentile of the reprojection error of all
    matches. `closed`: the photos of the level ring go all round. `levelled_by`: "lines" (upright
    lines of the scene) or "cameras" (the photos' own horizontals); `tilt`: degrees between the two
    answers, None when the lines are not to be believed. `focal_from`: "exif" or "photos", the
    start of the search; the result is adjusted in both cases. The photo taken first (by EXIF, else
    by its SHA-256) looks to yaw 0.
    """

    photos: tuple[Placed, ...]
    lens: Lens
    pairs: int
    matches: int
    error_px: tuple[float, float]
    error_degrees: tuple[float, float]
    closed: bool
    levelled_by: Literal["lines", "cameras"]
    tilt: float | None
    focal_from: Literal["exif", "photos"]

    @property
    def cameras(self) -> tuple[Camera | None, ...]:
        """One per shot, None where it could not be placed."""
        return tuple(placed.camera for placed in self.photos)


def solve(
    shots: Sequence[Shot], *, work: float = WORK, progress: Progress | None = None
) -> Solution:
    """Find the rotations and the shared lens of photos taken from one point.

    `work`: megapixels of the reduced copies examined; memory grows with it and the number of
    photos (about 3 bytes a pixel). Raises Unusable: no_overlap, truncated, unreadable.
    """
    told = progress or (lambda _share: None)
    order = sorted(range(len(shots)), key=lambda i: (shots[i].sha256, i))
    sorted_shots = [shots[i] for i in order]
    fresh = [
        i for i, s in enumerate(sorted_shots) if i == 0 or s.sha256 != sorted_shots[i - 1].sha256
    ]
    solved = _Set([sorted_shots[i] for i in fresh], work, told).solution()
    by_sha = {placed.shot.sha256: placed for placed in solved.photos}
    first = {sorted_shots[i].sha256: order[i] for i in fresh}
    photos = [
        replace(by_sha[shot.sha256], shot=shot)
        if first[shot.sha256] == i
        else _again(shot, by_sha[shot.sha256])
        for i, shot in enumerate(shots)
    ]
    return replace(solved, photos=tuple(photos))


def _again(shot: Shot, original: Placed) -> Placed:
    """A file that is there twice."""
    return replace(original, shot=shot, camera=None, fate="duplicate", matches=0, error=0.0)


class _Set:
    """The photos of a set, all different, sorted by SHA-256, on their way to a solution."""

    def __init__(self, shots: Sequence[Shot], work: float, told: Progress) -> None:
        self.shots = shots
        done = iter(range(1, len(shots) + 1))

        def one(shot: Shot) -> Look:
            seen = look(shot, work)
            told(0.4 * next(done) / len(shots))
            return seen

        self.looks = list(in_order(one, shots))
        found = alike(self.looks, lambda share: told(0.4 + 0.15 * share))
        focals = [shot.focal for shot in shots if shot.focal is not None]
        size = Lens(shots[0].width, shots[0].height, 1.0)
        exif = float(np.median(focals)) if focals else None
        self.lens, self.focal_from = focal.start(self.looks, found, size, exif)
        tried = [pair(self.looks, one, self.lens) for one in found]
        self.pairs: list[Pair] = [one for one in tried if one is not None]
        told(0.65)
        self.told = told

    def solution(self) -> Solution:
        if not self.pairs:
            raise Unusable("no_overlap", count=len(self.shots))
        world = rescue(self.looks, place(len(self.shots), self.pairs, self.lens))
        self.told(0.7)
        world, same = self._without_doubles(world)
        done = refine(self.looks, world)
        self.told(0.9)
        world = done.world
        pictures = [done.pictures[i] for i in world.members]
        height, width = pictures[0].shape
        flat = Lens(width, height, world.lens.focal * self.looks[0].scale)
        stands = level(world.rotations[list(world.members)], pictures, flat)
        world = replace(world, rotations=self._facing_first(world, stands))
        self.told(1.0)
        return self._told(replace(done, world=world), stands, same)

    def _without_doubles(self, world: World) -> tuple[World, set[int]]:
        """The world without photos that show the same as a sharper one, and those."""
        sharpest = sorted(world.members, key=lambda i: (-self.looks[i].sharpness, i))
        kept: list[int] = []
        for i in sharpest:
            if all(_angle(world.rotations[i], world.rotations[j]) > SAME for j in kept):
                kept.append(i)
        same = set(world.members) - set(kept)
        if len(kept) < 2:
            return world, set()
        pairs = tuple(p for p in world.pairs if not {p.first, p.second} & same)
        return replace(world, members=tuple(sorted(kept)), pairs=pairs), same

    def _facing_first(self, world: World, stands: Level) -> Floats:
        """All rotations in the level world, turned so that the photo taken first looks ahead."""
        turned = np.einsum("ij,njk->nik", stands.turn, world.rotations)
        first = min(
            world.members, key=lambda i: (abs(turned[i][2, 1]) > 0.7, self.shots[i].taken, i)
        )
        x, y = turned[first][:2, 1]
        away = max(float(np.hypot(x, y)), 1e-12)
        ahead = np.array([[y, -x, 0], [x, y, 0], [0, 0, away]]) / away
        return np.asarray(np.einsum("ij,njk->nik", ahead, turned))

    def _told(self, done: Refined, stands: Level, same: set[int]) -> Solution:
        scenes = self._scenes(done.world, same)
        photos = tuple(self._placed(i, done, same, scenes) for i in range(len(self.shots)))
        off, lens = done.off, done.world.lens
        degrees = np.degrees(off / lens.focal)
        return Solution(
            photos=photos,
            lens=lens,
            pairs=len(
                set(zip(done.matches.first.tolist(), done.matches.second.tolist(), strict=True))
            ),
            matches=len(done.matches),
            error_px=_spread(off),
            error_degrees=_spread(degrees),
            closed=_closed([p.camera for p in photos if p.camera is not None]),
            levelled_by=stands.levelled_by,
            tilt=stands.tilt,
            focal_from=self.focal_from,
        )

    def _scenes(self, world: World, same: set[int]) -> dict[int, int]:
        """Number of each photo's scene."""
        here = set(world.members) | same
        others = [p for p in self.pairs if not {p.first, p.second} & here]
        named = [g for g in groups(len(self.shots), others) if len(g) > 1]
        return dict.fromkeys(here, 0) | {i: n + 1 for n, group in enumerate(named) for i in group}

    def _placed(self, i: int, done: Refined, same: set[int], scenes: dict[int, int]) -> Placed:
        own = (done.matches.first == i) | (done.matches.second == i)
        count, scene = int(own.sum()), scenes.get(i, -1)
        fate: Fate = "matched" if count >= FEW else "weak"
        if i in same:
            fate = "duplicate"
        elif i not in done.world.members:
            fate = (
                "featureless" if scene < 0 and len(self.looks[i].points) < BARE else "unconnected"
            )
        there = fate in ("matched", "weak")
        return Placed(
            shot=self.shots[i],
            camera=Camera(done.world.rotations[i], done.world.lens) if there else None,
            fate=fate,
            matches=count if there else 0,
            error=float(np.median(done.off[own])) if there and count else 0.0,
            sharpness=self.looks[i].sharpness,
            stops=self.looks[i].stops,
            scene=scene,
        )


def _spread(values: Floats) -> tuple[float, float]:
    return float(np.median(values)), float(np.percentile(values, 95))


def _angle(one: Floats, other: Floats) -> float:
    """Degrees of the rotation between two cameras."""
    cosine = (float(np.einsum("ij,ij->", one, other)) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _closed(cameras: Sequence[Camera]) -> bool:
    """Whether every direction of the horizon is in some photo."""
    yaw = np.radians(np.arange(0, 360, 0.5))
    horizon = np.stack([np.sin(yaw), np.cos(yaw), np.zeros_like(yaw)], axis=1)
    seen = np.zeros(len(yaw), bool)
    for camera in cameras:
        column, row = camera.pixels(horizon)
        with np.errstate(invalid="ignore"):
            seen |= (np.abs(column - (camera.lens.width - 1) / 2) <= camera.lens.width / 2) & (
                np.abs(row - (camera.lens.height - 1) / 2) <= camera.lens.height / 2
            )
    return bool(seen.all())
