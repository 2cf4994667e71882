"""From photos taken on a walk round a thing to where the camera stood at each, in radii of the walk.

Link every photo with the next → let the closed round tell the lens → follow places through the
photos → set the photos on a circle → adjust everything together. Photos may be far apart, so places
are recognised instead of followed; otherwise as `solve`, which does it for a video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from panoramas.walk import bundle, links, place
from panoramas.walk.alike import Places
from panoramas.walk.belief import Belief
from panoramas.walk.bundle import Scene, Seen
from panoramas.walk.links import Eye, Link
from panoramas.walk.solve import EARLY, LATE, ROUND, TRUSTED, circle, stretched

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
ENOUGH = 70  # places that each two neighbours need in common
PARTED = 6.0  # pixels by which a near thing must move against the far ones
ROUNDS = 8  # of the adjustment at each size of a pixel
FAR = 20.0  # radii: what seems to be further away waits for better cameras
AGAIN = 2  # times that a walk is sought anew
OTHER_LENS = 0.02  # share by which the lens found may differ from the one used
COARSE = (24.0, 6.0, 1.5)  # sizes of a pixel, in this order, for the adjustment
BAD = 8.0  # pixels: places missed by more are left out of the last adjustment
FIT = 0.4  # share of the places that must be seen where they should be
HELD = 12  # places by which every single photo must be held there
WANDERS = 2.2  # times as far from the thing as at the nearest: no walk round it
MOST = 450.0  # degrees of a walk
STRAY = 50.0  # degrees by which a camera may look past the thing


@dataclass(frozen=True, eq=False)
class Solved:
    """`photos`: numbers of the photos in the order walked, one camera of `scene` each; `degrees`
    (n,) walked since the first of them; `closed`: the last shows what the first does. `fit`: share of the
    places that are seen where they should be, `rms`: by how many pixels these miss."""

    photos: list[int]
    scene: Scene
    ground: place.Ground
    degrees: Floats
    closed: bool
    fit: float
    rms: float


@dataclass(frozen=True)
class Unclear:
    """Why angles cannot be told. `apart`: numbers of photos that cannot be linked with their next."""

    apart: tuple[int, ...] = ()


def solve(seen: Sequence[Places], eye: Eye) -> Solved | Unclear:
    """Where the camera stood at each photo of a walk, from what is seen in them, in their order.

    `eye`: the lens, as far as it is known.
    """
    count = len(seen)
    found = [links.link(seen, n, (n + 1) % count, eye) for n in range(count)]
    apart = tuple(n for n, one in enumerate(found) if one is None)
    if len(apart) > 1:
        return Unclear(apart)
    start = (apart[0] + 1) % count if apart else 0
    chain = [one for one in [*found[start:], *found[:start]] if one is not None]
    if _is_turn(seen, chain, eye):
        return Unclear()
    photos = [(start + n) % count for n in range(count)]
    solved = _adjusted(seen, photos, chain, eye, closed=not apart)
    for _ in range(AGAIN):
        if solved is None or abs(np.log(solved.scene.focal / eye.focal)) < OTHER_LENS:
            break
        # another lens than was thought: the moves from photo to photo looked different through it
        eye = replace(eye, focal=solved.scene.focal)
        chain = links.again(seen, chain, eye)
        solved = _adjusted(seen, photos, chain, eye, closed=not apart)
    return Unclear() if solved is None else _judged(solved)


def _is_turn(seen: Sequence[Places], chain: Sequence[Link], eye: Eye) -> bool:
    """Whether near and far do not move apart: somebody turned on the spot."""
    near = [int((_parted(seen, one, eye) > PARTED).sum()) for one in chain]
    return float(np.median(near)) < HELD


def _parted(seen: Sequence[Places], one: Link, eye: Eye) -> Floats:
    """Pixels by which each place of a link is moved besides the camera's own turn (m,)."""
    before, after = eye.rays(seen[one.one], one.here), eye.rays(seen[one.other], one.there)
    turned = before @ one.move.turn.T
    off = turned[:, :2] / np.maximum(turned[:, 2:], 0.1) - after[:, :2]
    return np.asarray(np.linalg.norm(off, axis=1) * eye.focal)


def _rounded(chain: Sequence[Link]) -> list[Link] | None:
    """The links of a closed round, their turns making 360° in all; None when they are far from it."""
    share = abs(sum(links.heading(one.move) for one in chain)) / ROUND
    if not EARLY <= share <= LATE:
        return None
    return [replace(one, move=stretched(one.move, 1 / share)) for one in chain]


def _adjusted(
    seen: Sequence[Places], photos: list[int], chain: Sequence[Link], eye: Eye, *, closed: bool
) -> Solved | None:
    """None when a closed round does not make 360° in all, or near, or a photo does not fit in."""
    rounded = _rounded(chain) if closed else chain
    if rounded is None:
        return None
    chain = rounded
    sights = _sights(seen, photos, chain, eye)
    scene = circle([one.move for one in chain[: len(photos) - 1]], eye.focal)
    scene = replace(scene, points=bundle.place(scene, sights))
    belief = _believed(scene, photos, chain)
    for coarse in COARSE:
        scene = _seen_coarsely(scene, sights, coarse, belief)
    off = np.linalg.norm(bundle.misses(scene, sights), axis=1)
    good = off < BAD
    sights = Seen(sights.camera[good], sights.point[good], sights.spot[good])
    scene = bundle.adjust(scene, sights, belief=belief)
    off = np.linalg.norm(bundle.misses(scene, sights), axis=1)
    close = off < TRUSTED
    ground = place.lay(scene)
    degrees = place.angles_of(ground, place.eyes_of(scene))
    fit = float(close.sum() / len(good))
    held = np.bincount(sights.camera[close], minlength=len(photos))
    if held.min() < HELD:
        return None
    rms = float(np.sqrt((off[close] ** 2).mean())) if close.any() else np.inf
    return Solved(photos, scene, ground, degrees, closed, fit, rms)


def _believed(scene: Scene, photos: list[int], chain: Sequence[Link]) -> Belief:
    rank = {photo: n for n, photo in enumerate(photos)}
    one = np.array([rank[link.one] for link in chain])
    other = np.array([rank[link.other] for link in chain])
    return Belief(scene.shifts, one, other, np.stack([link.move.turn for link in chain]))


def _seen_coarsely(scene: Scene, sights: Seen, coarse: float, belief: Belief) -> Scene:
    """Adjusted as though pixels were so much larger: the first guess may be far off.

    Points are placed anew for it; what cannot be placed before its cameras waits for better ones.
    """
    scene = replace(scene, points=bundle.place(scene, sights))
    local = np.einsum("mij,mj->mi", scene.turns[sights.camera], scene.points[sights.point])
    depth = (local + scene.shifts[sights.camera])[:, 2]
    astray = np.bincount(sights.point, (depth < 0.1) | (depth > FAR), len(scene.points)) > 0
    kept = ~astray[sights.point]
    small = Seen(sights.camera[kept], sights.point[kept], sights.spot[kept] / coarse)
    shrunk = replace(scene, focal=scene.focal / coarse)
    scene = bundle.adjust(shrunk, small, rounds=ROUNDS, belief=belief)
    return replace(scene, focal=scene.focal * coarse)


def _judged(solved: Solved) -> Solved | Unclear:
    """The solution, when it is a walk round something that the cameras look at."""
    eyes, ground = place.eyes_of(solved.scene), solved.ground
    away = place.distances_of(ground, eyes)
    ahead = np.einsum("ni,ni->n", solved.scene.turns[:, 2], ground.middle - eyes)
    straight = np.cos(np.radians(STRAY)) * np.linalg.norm(ground.middle - eyes, axis=1)
    wanders = away.max() > WANDERS * away.min() or (ahead < straight).any()
    if solved.fit < FIT or wanders or abs(solved.degrees[-1]) > MOST:
        return Unclear()
    return solved


def _sights(seen: Sequence[Places], photos: list[int], chain: Sequence[Link], eye: Eye) -> Seen:
    """Places followed from photo to photo, as many as every two neighbours need, numbered from 0."""
    first = np.cumsum([0, *(len(one.spots) for one in seen)])
    name = _joined(int(first[-1]), chain, first)
    near = _near(seen, chain, eye, first)
    photo = np.repeat(np.arange(len(seen)), np.diff(first))
    kept = _chosen(name, photo, near, chain)
    rank = np.empty(len(seen), np.int64)
    rank[photos] = np.arange(len(photos))
    spot = np.concatenate([one.spots for one in seen]).astype(np.float64)[kept] - eye.middle
    return Seen(rank[photo[kept]], np.unique(name[kept], return_inverse=True)[1], spot)


def _joined(count: int, chain: Sequence[Link], first: Ints) -> Ints:
    """A name for each sighting: the same where links say that it is the same place."""
    name = np.arange(count)
    pairs = np.concatenate(
        [
            np.column_stack([first[one.one] + one.here, first[one.other] + one.there])
            for one in chain
        ]
    )
    for _ in range(len(chain) + 1):
        least = np.minimum(name[pairs[:, 0]], name[pairs[:, 1]])
        if (name[pairs] == least[:, None]).all():
            break
        np.minimum.at(name, pairs[:, 0], least)
        np.minimum.at(name, pairs[:, 1], least)
    return name


def _near(seen: Sequence[Places], chain: Sequence[Link], eye: Eye, first: Ints) -> Bools:
    """Which sightings are of things that a step moves against what is far away."""
    near = np.zeros(int(first[-1]), bool)
    for one in chain:
        parted = _parted(seen, one, eye) > PARTED
        near[first[one.one] + one.here[parted]] = True
        near[first[one.other] + one.there[parted]] = True
    return near


def _chosen(name: Ints, photo: Ints, near: Bools, chain: Sequence[Link]) -> Ints:
    """Sightings of the near places seen longest, each once a photo, enough for every link."""
    order = np.argsort(name, kind="stable")
    _, starts = np.unique(name[order], return_index=True)
    groups = [group for group in np.split(order, starts[1:]) if len(group) > 1]
    groups = [
        group
        for group in groups
        if near[group].all() and len(np.unique(photo[group])) == len(group)
    ]
    held = np.zeros(photo[-1] + 1, int)
    linked = {one.one: one.other for one in chain}
    kept: list[Ints] = []
    for group in sorted(groups, key=lambda group: (-len(group), int(group[0]))):
        inside = set(photo[group].tolist())
        ends = [n for n in inside if linked.get(n) in inside]
        if held[ends].min(initial=ENOUGH) < ENOUGH:
            held[ends] += 1
            kept.append(group)
    return np.concatenate(kept)
