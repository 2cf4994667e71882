"""Faces painted back to front (the painter's algorithm) at twice the size, then brought down smoothly.

Double size with hard edges leaves no hairlines between neighbouring faces, as edges painted with
anti-aliasing one by one would. Near window glass is painted as a second, half-clear layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.camera import Camera
from demo.light import shade, to_screen
from demo.mesh import Floats, Mesh, normals_of, some

Picture = NDArray[np.uint8]
NEAR = 0.03
GLASS_COVER = 0.5
_SHIFT = 4


@dataclass(frozen=True, eq=False)
class Decal:
    """A flat picture (h, w, 3), or (h, w, 4) with its cover, in the scene; corners (4, 3) from its top left clockwise."""

    picture: Picture
    corners: Floats
    lift: float = 0.1


@dataclass(frozen=True, eq=False)
class Layer:
    """One painting order: faces of a mesh that the camera sees, far to near."""

    order: NDArray[np.int64]
    spots: Floats
    behind: NDArray[np.bool_]


def visible(mesh: Mesh, camera: Camera) -> Layer:
    """Which faces fall into the picture, and in which order they are painted."""
    spots, depth = camera.see(mesh.corners)
    centre = mesh.corners.mean(axis=1)
    behind = np.einsum("ij,ij->i", normals_of(mesh.corners), camera.eye - centre) < 0
    low, high = spots.min(axis=1), spots.max(axis=1)
    inside = (high > -1).all(axis=1) & (low < np.asarray(camera.size)).all(axis=1)
    keep = inside & (depth.min(axis=1) > NEAR) & (~behind | mesh.lined) & ~(behind & mesh.glass)
    far = np.linalg.norm(centre - camera.eye, axis=1) - mesh.lift
    chosen = np.flatnonzero(keep)
    return Layer(chosen[np.argsort(-far[chosen], kind="stable")], spots, behind)


def draw(
    mesh: Mesh,
    camera: Camera,
    background: Picture,
    decals: Sequence[Decal] = (),
    *,
    indoors: bool = False,
) -> Picture:
    """The mesh and its decals over a background (h, w, 3) of the camera's size."""
    layer = visible(mesh, camera)
    shown = [d for d in decals if _faces(d, camera)]
    if not len(layer.order) and not shown:
        return background
    solid, glass = _paint(mesh, camera, layer, shown, indoors)
    clear = _over(_over(background.astype(np.float32), solid), glass)
    return np.asarray(np.clip(clear + 0.5, 0, 255), np.uint8)


def _paint(
    mesh: Mesh, camera: Camera, layer: Layer, decals: Sequence[Decal], indoors: bool
) -> tuple[Picture, Picture]:
    """The opaque layer and the layer of glass, both (h, w, 4) with premultiplied cover."""
    width, height = camera.size
    solid = np.zeros((2 * height, 2 * width, 4), np.uint8)
    glass = np.zeros_like(solid)
    chosen = layer.order
    colour = to_screen(
        shade(some(mesh, chosen), camera.eye, behind=layer.behind[chosen], indoors=indoors)
    )
    tint = np.concatenate(
        [colour * GLASS_COVER, np.full((len(chosen), 1), 255 * GLASS_COVER)], axis=1
    ).tolist()
    paint = np.concatenate([colour, np.full((len(chosen), 1), 255.0)], axis=1).tolist()
    spots = np.round((2 * layer.spots[chosen] + 0.5) * (1 << _SHIFT)).astype(np.int32)
    is_glass = mesh.glass[chosen].tolist()
    first_glass = is_glass.index(True) if True in is_glass else len(is_glass)
    far = np.linalg.norm(mesh.corners[chosen].mean(axis=1) - camera.eye, axis=1) - mesh.lift[chosen]
    waiting = sorted(((_distance(d, camera), i) for i, d in enumerate(decals)), reverse=True)
    for at in range(len(chosen)):
        while waiting and waiting[0][0] > far[at]:
            _stick(solid, decals[waiting.pop(0)[1]], camera)
        if is_glass[at]:
            cv2.fillConvexPoly(glass, spots[at], tint[at], cv2.LINE_8, _SHIFT)
            continue
        cv2.fillConvexPoly(solid, spots[at], paint[at], cv2.LINE_8, _SHIFT)
        if at > first_glass:
            cv2.fillConvexPoly(glass, spots[at], (0, 0, 0, 0), cv2.LINE_8, _SHIFT)
    for _, left in waiting:
        _stick(solid, decals[left], camera)
    half = (width, height)
    return (
        np.asarray(cv2.resize(solid, half, interpolation=cv2.INTER_AREA), np.uint8),
        np.asarray(cv2.resize(glass, half, interpolation=cv2.INTER_AREA), np.uint8),
    )


def which(mesh: Mesh, camera: Camera, decals: Sequence[Decal] = ()) -> NDArray[np.int32]:
    """The number of the face at every pixel (height, width); −1 for the background, decals and glass."""
    layer = visible(mesh, camera)
    canvas = np.full(camera.size[::-1], -1, np.int32)
    spots = np.round(layer.spots.clip(-1e6, 1e6) * (1 << _SHIFT)).astype(np.int32)
    glass = mesh.glass.tolist()
    for face in layer.order.tolist():
        cv2.fillConvexPoly(canvas, spots[face], -1 if glass[face] else face, cv2.LINE_8, _SHIFT)
    for decal in decals:
        if _faces(decal, camera):
            cv2.fillConvexPoly(
                canvas,
                np.round(camera.see(decal.corners)[0] * 16).astype(np.int32),
                -1,
                cv2.LINE_8,
                _SHIFT,
            )
    return canvas


def blocked(mesh: Mesh, camera: Camera, point: Floats, *, slack: float = 0.05) -> bool:
    """Whether an opaque face lies more than `slack` metres before the point on its line of sight."""
    spot, _ = camera.see(point)
    corners, depth = camera.see(mesh.corners)
    edge = np.roll(corners, -1, axis=1) - corners
    turn = edge[..., 0] * (spot[1] - corners[..., 1]) - edge[..., 1] * (spot[0] - corners[..., 0])
    over = (
        ((turn >= 0).all(axis=1) | (turn <= 0).all(axis=1))
        & (depth.min(axis=1) > NEAR)
        & ~mesh.glass
    )
    normal, way = normals_of(mesh.corners[over]), point - camera.eye
    slope = normal @ way
    share = np.einsum("ij,ij->i", normal, mesh.corners[over][:, 0] - camera.eye) / np.where(
        abs(slope) < 1e-9, 1e-9, slope
    )
    return bool(
        ((share > 0) & (share < 1 - slack / np.linalg.norm(way)) & (abs(slope) > 1e-6)).any()
    )


def _over(under: NDArray[np.float32], layer: Picture) -> NDArray[np.float32]:
    cover = layer[..., 3:].astype(np.float32) / 255
    return np.asarray(under * (1 - cover) + layer[..., :3], np.float32)


def _distance(decal: Decal, camera: Camera) -> float:
    return float(np.linalg.norm(decal.corners.mean(axis=0) - camera.eye)) - decal.lift


def _faces(decal: Decal, camera: Camera) -> bool:
    spots, depth = camera.see(decal.corners)
    if depth.min() <= NEAR:
        return False
    turn = np.cross(np.append(spots[1] - spots[0], 0), np.append(spots[3] - spots[0], 0))[2]
    inside = (spots.max(axis=0) > 0).all() and (spots.min(axis=0) < np.asarray(camera.size)).all()
    return bool(turn > 0 and inside)


def _stick(canvas: Picture, decal: Decal, camera: Camera) -> None:
    """Paint a decal into the opaque canvas by the homography of its corners."""
    spots = (2 * camera.see(decal.corners)[0] + 0.5).astype(np.float32)
    low = np.maximum(np.floor(spots.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(spots.max(axis=0)).astype(int) + 1, canvas.shape[1::-1])
    tall, long = decal.picture.shape[:2]
    source = np.array([[0, 0], [long, 0], [long, tall], [0, tall]], np.float32) - 0.5
    shrink = max(1.0, np.sqrt(long * tall / max(cv2.contourArea(spots), 1.0)))
    soft = cv2.GaussianBlur(decal.picture, (0, 0), 0.35 * shrink) if shrink > 1.5 else decal.picture
    move = cv2.getPerspectiveTransform(source, spots - low.astype(np.float32))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    warped = cv2.warpPerspective(
        soft, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.round((spots - low) * 16).astype(np.int32), 255, cv2.LINE_8, _SHIFT)
    if warped.shape[2] == 4:
        mask[warped[..., 3] < 128] = 0
    here = canvas[low[1] : high[1], low[0] : high[0]]
    here[mask > 0, :3] = warped[mask > 0, :3]
    here[mask > 0, 3] = 255
