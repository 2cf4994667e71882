"""Refining the rig from what both lenses see round the joint.

Corners of the front lens's ring are looked for in the rear lens's ring, coarse first; each pair is
a direction that both lenses must give alike. Centres, the common radius and the rear lens's turn
follow by robust least squares, held by what the circles or the table say where the pairs are
silent (a maximum a posteriori estimate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from panoramas.dual import pairs
from panoramas.dual.lens import Rig, angles
from panoramas.dual.pairs import Pairs
from panoramas.dual.ring import Pyramid, Ring
from panoramas.sphere import Floats, turn

# columns of the ring, degrees searched either way: a circle that is 2 % off and a turn of 2° put
# things up to 6° apart; to a tenth of a pixel, the last tells .02°
ROUNDS = ((1024, 6.0), (1024, 6.0), (1024, 2.0), (2048, 1.0), (2048, 0.5))
CENTRE = 0.006  # share of the radius: how well a centre is known before, one sigma
RADIUS = 0.025  # the same for the radius, as a share
TURN = 2.0  # degrees, for each axis of the rear lens's turn
DOUBT = 0.1  # degrees by which a pair may be off for reasons that are not the rig's
LEAST = 24  # pairs
SECTORS = 9  # of 36 round the joint that must have pairs
CLOSE = 0.6  # degrees within which a pair of the first round agrees
CONVINCED = 120  # agreeing pairs of the first round that need no other start
MOST = 0.6  # degrees: a larger median is no alignment


@dataclass(frozen=True)
class Refined:
    """`start`: the start that was best. `rig`: refined, or the start when not `sure`. `pairs`: that
    agree in the last round. `sectors`: of 36 round the joint that have some. `before`, `after`:
    median degrees between the two lenses' directions of those pairs. `worst`: 90th percentile of
    all pairs of that round."""

    start: Rig
    rig: Rig
    sure: bool
    pairs: int
    sectors: int
    before: float
    after: float
    worst: float


def refine(frames: Pyramid, starts: Sequence[Rig]) -> Refined:
    """The rig that lets both lenses agree, from the best of some starts; judged by its last pairs."""
    start, rig = _begin(frames, starts)
    found = Pairs.none()
    for width, reach in ROUNDS:
        found = _find(frames, rig, width, reach)
        if len(found) < LEAST:
            break
        rig = fit(rig, found, start)
    return _judge(start, rig, found)


def near_to(rig: Rig) -> list[Rig]:
    """Starts for a camera that is known: as it is, then with the radius a little off."""
    return [
        Rig(*(replace(lens, radius=lens.radius * share) for lens in rig))
        for share in (1, 0.98, 1.02)
    ]


def _begin(frames: Pyramid, starts: Sequence[Rig]) -> tuple[Rig, Rig]:
    """The start under which most pairs can be made to agree, and the rig that does so.

    A start that convinces ends the search.
    """
    best, most = (starts[0], starts[0]), 0
    for start in starts:
        found = _find(frames, start, *ROUNDS[0])
        if len(found) < LEAST // 2:
            continue
        rig = fit(start, found, start)
        agreeing = int((disagreement(rig, found) < CLOSE).sum())
        if agreeing > most:
            best, most = (start, rig), agreeing
        if agreeing >= CONVINCED:
            break
    return best


def _find(frames: Pyramid, rig: Rig, width: int, reach: float) -> Pairs:
    return pairs.find(frames, rig, Ring(width, max(rig.overlap, 0.5) + reach), reach)


def fit(rig: Rig, found: Pairs, start: Rig) -> Rig:
    """The rig near `start` under which the pairs agree best (Gauss-Newton, Tukey's weights)."""
    values = np.zeros(8)
    trust = np.ones(len(found))
    base = rig
    held = _values(base, start)
    for _ in range(12):
        now = _moved(base, values)
        wrong = _wrong(now, found)
        size = np.linalg.norm(wrong, axis=1)
        scale = max(1.4826 * float(np.median(size)), 0.03)
        trust = np.clip(1 - (size / (4.685 * scale)) ** 2, 0, 1) ** 2
        weight = np.sqrt(trust)[:, None] / max(DOUBT, scale)
        slopes = np.stack(
            [
                (_wrong(_moved(base, values + step), found) - wrong) / 1e-4
                for step in 1e-4 * np.eye(8)
            ],
            -1,
        )
        left = np.concatenate([(slopes * weight[..., None]).reshape(-1, 8), np.eye(8)])
        right = np.concatenate([(wrong * weight).ravel(), values + held])
        step = np.linalg.lstsq(left, -right, rcond=None)[0]
        values = values + step
        if np.abs(step).max() < 1e-4:
            break
    return _moved(base, values)


def disagreement(rig: Rig, found: Pairs) -> Floats:
    """Degrees (n) between the directions that the two lenses give for each pair."""
    return np.asarray(np.linalg.norm(_wrong(rig, found), axis=1), np.float64)


def _wrong(rig: Rig, found: Pairs) -> Floats:
    ahead = rig.front.rays(found.front[:, 0], found.front[:, 1])
    behind = rig.rear.rays(found.rear[:, 0], found.rear[:, 1])
    return np.asarray(np.degrees(ahead - behind), np.float64)


def _moved(rig: Rig, values: Floats) -> Rig:
    """A rig moved by eight numbers, each in its own sigma: centres, radius, the rear's turn."""
    larger = 1 + RADIUS * float(values[4])
    front, rear = (
        replace(
            lens,
            column=lens.column + CENTRE * lens.radius * float(across),
            row=lens.row + CENTRE * lens.radius * float(down),
            radius=lens.radius * larger,
        )
        for lens, (across, down) in zip(rig, (values[0:2], values[2:4]), strict=True)
    )
    heading, pitch, roll = (float(value) for value in TURN * values[5:8])
    return Rig(front, rear.turned(rear.rotation @ turn(heading, pitch, roll)))


def _values(rig: Rig, start: Rig) -> Floats:
    """How far a rig is from `start`, in the numbers of `_moved`."""
    centres = [
        (now - before) / (CENTRE * old.radius)
        for new, old in zip(rig, start, strict=True)
        for now, before in ((new.column, old.column), (new.row, old.row))
    ]
    larger = (rig.front.radius / start.front.radius - 1) / RADIUS
    between = angles(start.rear.rotation.T @ rig.rear.rotation)
    return np.array([*centres, larger, *(np.array(between) / TURN)])


def _judge(start: Rig, rig: Rig, found: Pairs) -> Refined:
    if len(found) < LEAST:
        return Refined(start, start, False, len(found), found.sectors(), 0.0, 0.0, 0.0)
    after = disagreement(rig, found)
    kept = after < max(3 * float(np.median(after)), 0.1)
    used = found.only(kept)
    sure = len(used) >= LEAST and used.sectors() >= SECTORS and float(np.median(after)) < MOST
    before = float(np.median(disagreement(start, used)))
    return Refined(
        start,
        rig if sure else start,
        sure,
        len(used),
        used.sectors(),
        before,
        float(np.median(after[kept])),
        float(np.percentile(after, 90)),
    )
