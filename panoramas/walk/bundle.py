"""Cameras, points and focal length adjusted together until the points fall where they were seen.

B. Triggs et al., "Bundle Adjustment: A Modern Synthesis" (2000): Levenberg–Marquardt with the
points eliminated (6.1), Cauchy's weights against points that do not stand still (mirror images).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from panoramas.walk.belief import Belief

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
PIXELS = 1.0  # at which a miss begins to be doubted
ROUNDS = 14
NEAREST = 0.05  # depth of a point, in radii of the walk


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen: camera `camera` (m,) saw point `point` (m,) at `spot` (m, 2), pixels from the
    middle of the picture."""

    camera: Ints
    point: Ints
    spot: Floats


@dataclass(frozen=True, eq=False)
class Scene:
    """`turns` (n, 3, 3) and `shifts` (n, 3): X stands at turn X + shift before a camera; `focal`
    pixels; `points` (p, 3)."""

    turns: Floats
    shifts: Floats
    focal: float
    points: Floats


@dataclass(frozen=True, eq=False)
class _Slopes:
    """Of the misses: by camera (m, 2, 6), focal length (m, 2) and point (m, 2, 3)."""

    camera: Floats
    focal: Floats
    point: Floats


def misses(scene: Scene, seen: Seen) -> Floats:
    """By how many pixels (m, 2) each point falls beside where it was seen."""
    local = _local(scene, seen)
    depth = np.maximum(local[:, 2:], NEAREST)
    return np.asarray(scene.focal * local[:, :2] / depth - seen.spot)


def adjust(
    scene: Scene, seen: Seen, *, rounds: int = ROUNDS, belief: Belief | None = None
) -> Scene:
    """The scene after at most so many rounds."""
    damping, off = 1e-3, misses(scene, seen)
    cost = _cost(scene, off, belief)
    for _ in range(rounds):
        tried = _step(scene, seen, off, damping, belief)
        off_tried = misses(tried, seen)
        cost_tried = _cost(tried, off_tried, belief)
        if cost_tried >= cost:
            damping *= 8
            if damping > 1e3:
                break
            continue
        gain, scene, off = 1 - cost_tried / cost, tried, off_tried
        cost, damping = cost_tried, max(damping / 5, 1e-7)
        if gain < 1e-4:
            break
    return scene


def stand(scene: Scene, seen: Seen, *, rounds: int = 9) -> Scene:
    """The scene with its cameras where the points, taken as known, are seen as they were."""
    for turn in range(rounds):
        off = misses(scene, seen)
        slopes = _slopes(scene, seen)
        wide = PIXELS * max(1, 64 >> turn)  # first guesses may be far off
        trust = 1 / (1 + (off**2).sum(axis=1) / wide**2)
        heavy = trust[:, None, None] * slopes.camera
        own, push = np.zeros((len(scene.turns), 6, 6)), np.zeros((len(scene.turns), 6))
        np.add.at(own, seen.camera, np.matmul(slopes.camera.transpose(0, 2, 1), heavy))
        np.add.at(push, seen.camera, np.einsum("mij,mi->mj", heavy, off))
        steps = np.linalg.solve(own + 1e-3 * np.eye(6), -push[..., None])[..., 0]
        scene = _stepped(scene, np.asarray(steps, np.float64))
    return scene


def place(scene: Scene, seen: Seen) -> Floats:
    """Points (p, 3) nearest to the rays on which they were seen."""
    turn = scene.turns[seen.camera]
    eyes = -np.einsum("nji,nj->ni", scene.turns, scene.shifts)[seen.camera]
    ray = np.column_stack([seen.spot / scene.focal, np.ones(len(seen.spot))])
    ray = np.einsum("mji,mj->mi", turn, ray)
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    across = np.eye(3) - ray[:, :, None] * ray[:, None, :]
    count = int(seen.point.max()) + 1
    left, right = np.zeros((count, 3, 3)), np.zeros((count, 3))
    np.add.at(left, seen.point, across)
    np.add.at(right, seen.point, np.einsum("mij,mj->mi", across, eyes))
    found = np.linalg.solve(left + 1e-9 * np.eye(3), right[..., None])
    return np.asarray(found[..., 0], np.float64)


def _local(scene: Scene, seen: Seen) -> Floats:
    turned = np.einsum("mij,mj->mi", scene.turns[seen.camera], scene.points[seen.point])
    return np.asarray(turned + scene.shifts[seen.camera])


def _cost(scene: Scene, off: Floats, belief: Belief | None) -> float:
    cost = float(np.log1p((off**2).sum(axis=1) / PIXELS**2).sum())
    return cost if belief is None else cost + belief.doubt(scene.turns, scene.shifts)


def _slopes(scene: Scene, seen: Seen) -> _Slopes:
    local = _local(scene, seen)
    depth = np.maximum(local[:, 2], NEAREST)
    flat = local[:, :2] / depth[:, None]
    by_local = np.zeros((len(local), 2, 3))
    by_local[:, 0, 0] = by_local[:, 1, 1] = scene.focal / depth
    by_local[:, :, 2] = -scene.focal * flat / depth[:, None]
    turn = scene.turns[seen.camera]
    x, y, z = (local - scene.shifts[seen.camera]).T
    none = np.zeros_like(x)
    spin = np.stack([none, z, -y, -z, none, x, y, -x, none], axis=1).reshape(-1, 3, 3)
    by_camera = np.concatenate([np.matmul(by_local, spin), by_local], axis=2)
    return _Slopes(by_camera, flat, np.matmul(by_local, turn))


def _step(scene: Scene, seen: Seen, off: Floats, damping: float, belief: Belief | None) -> Scene:
    slopes = _slopes(scene, seen)
    trust = 1 / (1 + (off**2).sum(axis=1) / PIXELS**2)
    cameras, points = len(scene.turns), len(scene.points)
    own, mixed, pull = _camera_blocks(slopes, seen, off, trust, (cameras, points))
    if belief is not None:
        belief.weigh(own, pull, scene.turns, scene.shifts)
    heavy = trust[:, None, None] * slopes.point
    inner, inner_pull = np.zeros((points, 3, 3)), np.zeros((points, 3))
    np.add.at(inner, seen.point, np.matmul(slopes.point.transpose(0, 2, 1), heavy))
    np.add.at(inner_pull, seen.point, np.einsum("mij,mi->mj", heavy, off))
    spread = np.einsum("pii->pi", inner)
    spread *= 1 + damping
    spread += 1e-9
    known = np.linalg.inv(inner)
    shared = np.einsum("apj,pjk->apk", mixed, known)
    flat = shared.reshape(len(own), -1)
    whole = own - flat @ mixed.reshape(len(own), -1).T
    whole[np.diag_indices(len(own))] += damping * np.diag(own) + 1e-6
    move = -np.linalg.solve(whole, pull - flat @ inner_pull.reshape(-1))
    along = np.einsum("apj,a->pj", mixed, move)
    shift = -np.einsum("pjk,pk->pj", known, inner_pull + along)
    return _moved(scene, move, shift)


def _camera_blocks(
    slopes: _Slopes, seen: Seen, off: Floats, trust: Floats, size: tuple[int, int]
) -> tuple[Floats, Floats, Floats]:
    """Normal equations of cameras and focal length (last): own, mixed with points, right side."""
    cameras, points = size
    unknowns = 6 * cameras + 1
    heavy = trust[:, None, None] * slopes.camera
    blocks, edge = np.zeros((cameras, 6, 6)), np.zeros((cameras, 6))
    np.add.at(blocks, seen.camera, np.matmul(slopes.camera.transpose(0, 2, 1), heavy))
    np.add.at(edge, seen.camera, np.einsum("mij,mi->mj", heavy, slopes.focal))
    own, pull = np.zeros((unknowns, unknowns)), np.zeros(unknowns)
    for n in range(cameras):
        own[6 * n : 6 * n + 6, 6 * n : 6 * n + 6] = blocks[n]
    own[-1, :-1] = own[:-1, -1] = edge.reshape(-1)
    own[-1, -1] = float((trust[:, None] * slopes.focal**2).sum())
    push = np.zeros((cameras, 6))
    np.add.at(push, seen.camera, np.einsum("mij,mi->mj", heavy, off))
    pull[:-1] = push.reshape(-1)
    pull[-1] = float((trust[:, None] * slopes.focal * off).sum())
    mixed = np.zeros((unknowns, points, 3))
    pairs = np.matmul(heavy.transpose(0, 2, 1), slopes.point)
    rows = 6 * seen.camera[:, None] + np.arange(6)
    np.add.at(mixed, (rows, seen.point[:, None]), pairs)
    weighed = trust[:, None, None] * slopes.point
    np.add.at(mixed[-1], seen.point, np.einsum("mij,mi->mj", weighed, slopes.focal))
    return own, mixed, pull


def _stepped(scene: Scene, steps: Floats) -> Scene:
    small = np.stack([cv2.Rodrigues(step[:3])[0] for step in steps])
    # a turn is about the world's origin, so the shift stays as it is
    return replace(scene, turns=np.matmul(small, scene.turns), shifts=scene.shifts + steps[:, 3:])


def _moved(scene: Scene, move: Floats, shift: Floats) -> Scene:
    return replace(
        _stepped(scene, move[:-1].reshape(-1, 6)),
        focal=float(np.clip(scene.focal + move[-1], scene.focal / 1.3, scene.focal * 1.3)),
        points=scene.points + shift,
    )
