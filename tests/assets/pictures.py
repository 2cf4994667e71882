"""Stand-in pictures for the sheet, drawn on demand: a turning box, a room, a plain photo."""

from __future__ import annotations

import json
import re
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from panoramas import tiles, view

FRAMES = 24
LEVELS = ((512, 2, 1), (1024, 4, 2), (2048, 8, 4), (4096, 16, 8))
CORNERS = np.array([[x, y, z] for x in (-2, 2) for y in (-0.9, 0.9) for z in (-0.6, 0.6)], float)
SIDES = (
    ((0, 1, 3, 2), (90, 120, 150)),
    ((4, 5, 7, 6), (110, 140, 170)),
    ((0, 1, 5, 4), (150, 110, 60)),
    ((2, 3, 7, 6), (130, 95, 50)),
    ((1, 3, 7, 5), (190, 160, 120)),
)


def draw(name: str) -> bytes:
    """The picture or manifest of that name. Raises `KeyError` for a name not known."""
    if found := re.fullmatch(r"spin-(\d+)\.jpg", name):
        return _jpeg(box(int(found[1])))
    if found := re.fullmatch(r"photo-(\d+)\.jpg", name):
        return _jpeg(box(int(found[1]) * 4 + 2))
    if found := re.fullmatch(r"(front|back)/(.+)", name):
        return _panorama(found[2], 24 if found[1] == "front" else 40)
    raise KeyError(name)


def _panorama(name: str, checks: int) -> bytes:
    """A file of the panorama with so many checks round its horizon."""
    if name == "manifest.json":
        return manifest(checks)
    if name == "poster.jpg":
        return _jpeg(view.render(_coloured(checks), 0, 0, 70, 1280, 720))
    found = re.fullmatch(r"(\d+)/(\d+)_(\d+)\.jpg", name)
    if found is None:
        raise KeyError(name)
    level, column, row = (int(part) for part in found.groups())
    width, columns, _ = LEVELS[level]
    side = width // columns
    picture = room(width, checks)[row * side :, column * side :]
    return _jpeg(picture[:side, :side])


def _coloured(checks: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(room(LEVELS[-1][0], checks))


def project(frame: int, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the box (N, 3) on frame `frame` as fractions of width and height (N, 2)."""
    turn = 2 * np.pi * frame / FRAMES
    x = points[:, 0] * np.cos(turn) - points[:, 1] * np.sin(turn)
    depth = 8 + points[:, 0] * np.sin(turn) + points[:, 1] * np.cos(turn)
    return np.stack([0.5 + 1.15 * x / depth, 0.55 - 1.5 * points[:, 2] / depth], axis=1)


def box(frame: int) -> NDArray[np.uint8]:
    """A car-sized box seen from `frame` of `FRAMES` (900, 1200, 3)."""
    picture = np.full((900, 1200, 3), (222, 226, 228), np.uint8)
    cv2.rectangle(picture, (0, 600), (1200, 900), (196, 200, 202), -1)
    places = (project(frame, CORNERS) * (1200, 900)).astype(np.int32)
    turn = 2 * np.pi * frame / FRAMES
    depth = 8 + CORNERS[:, 0] * np.sin(turn) + CORNERS[:, 1] * np.cos(turn)
    for corners, colour in sorted(SIDES, key=lambda side: -depth[list(side[0])].mean()):
        cv2.fillPoly(picture, [places[list(corners)]], colour, cv2.LINE_AA)
    return picture


@cache
def room(width: int, checks: int = 24) -> NDArray[np.uint8]:
    """A checked sphere, `width` by half of it, so that levelling and seams are seen."""
    across, down = np.linspace(0, checks, width), np.linspace(0, checks / 2, width // 2)
    yaw, pitch = np.meshgrid(across, down)
    check = ((yaw.astype(int) + pitch.astype(int)) % 2).astype(np.uint8)
    shade = (70 + check * 60 + pitch * 72 / checks * 2).astype(np.uint8)
    return np.dstack([shade, (shade * 0.95).astype(np.uint8), (shade * 0.85).astype(np.uint8)])


def manifest(checks: int) -> bytes:
    """The tile pyramid's description, as panoramas writes it."""
    made = {
        "levels": [
            {"width": width, "cols": columns, "rows": rows} for width, columns, rows in LEVELS
        ],
        "opening": {"yaw": 0, "pitch": 0, "fov": 70},
        "preview": tiles.preview(np.ascontiguousarray(room(LEVELS[0][0], checks)[..., ::-1])),
    }
    return json.dumps(made).encode()


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()
