"""Where the camera stood at every frame that was followed, from its key views and what it saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.walk import bundle
from panoramas.walk.bundle import Scene, Seen
from panoramas.walk.place import eyes_of
from panoramas.walk.solve import Solved
from panoramas.walk.tracks import Look

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stands:
    """Cameras of the followed frames: their numbers `frames` (n,) and `scene` with n cameras."""

    frames: npt.NDArray[np.int64]
    scene: Scene


def stand(looks: Sequence[Look], solved: Solved) -> Stands:
    """The camera at every followed frame between the first and the last key view."""
    middle = (np.array(solved.views[0].grey.shape[::-1]) - 1) / 2
    last = solved.views[-1].frame
    inside = [look for look in looks if look.frame <= last]
    guess = _between(inside, solved)
    camera, point, spot = [], [], []
    for n, look in enumerate(inside):
        kept = np.isin(look.ids, solved.ids)
        camera.append(np.full(int(kept.sum()), n))
        point.append(np.searchsorted(solved.ids, look.ids[kept]))
        spot.append(look.points[kept] - middle)
    seen = Seen(np.concatenate(camera), np.concatenate(point), np.concatenate(spot))
    return Stands(np.array([look.frame for look in inside]), bundle.stand(guess, seen))


def _between(looks: Sequence[Look], solved: Solved) -> Scene:
    """Cameras between key views, as far as the points have moved: a first guess."""
    views, scene, eyes = solved.views, solved.scene, eyes_of(solved.scene)
    ends = {view.frame: n for n, view in enumerate(views)}
    whole = [
        max((look.moved for look in looks if look.view == n), default=1.0)
        for n in range(len(views))
    ]
    turns, shifts = [], []
    for look in looks:
        at = ends.get(look.frame)
        first = min(look.view if at is None else at, len(views) - 1)
        second = min(first + 1, len(views) - 1)
        share = min(look.moved / max(whole[first], 1e-6), 1.0) if at is None else 0.0
        step = cv2.Rodrigues(scene.turns[second] @ scene.turns[first].T)[0]
        turn = cv2.Rodrigues(share * step)[0] @ scene.turns[first]
        turns.append(turn)
        shifts.append(-turn @ ((1 - share) * eyes[first] + share * eyes[second]))
    return replace(scene, turns=np.stack(turns), shifts=np.stack(shifts))


def at(stands: Stands, frames: Sequence[int]) -> Scene:
    """The cameras of any frames (k) between the first and the last followed one."""
    scene, eyes = stands.scene, eyes_of(stands.scene)
    turns, shifts = [], []
    for frame in frames:
        second = int(np.clip(np.searchsorted(stands.frames, frame), 1, len(stands.frames) - 1))
        first = second - 1
        span = stands.frames[second] - stands.frames[first]
        share = float(np.clip((frame - stands.frames[first]) / span, 0, 1))
        step = cv2.Rodrigues(scene.turns[second] @ scene.turns[first].T)[0]
        turn = cv2.Rodrigues(share * step)[0] @ scene.turns[first]
        turns.append(turn)
        shifts.append(-turn @ ((1 - share) * eyes[first] + share * eyes[second]))
    return replace(scene, turns=np.stack(turns), shifts=np.stack(shifts))
