"""Drawn faces and plates, and a detector that finds what is magenta.

What a detector makes of drawings says that it runs and that its boxes come out at the right
place. It says nothing about real faces and plates.
"""

from __future__ import annotations

import cv2
import numpy as np

from demo.signs import plate as drawn_plate

SKIN, HAIR, WALL = (222, 180, 152), (50, 38, 32), (120, 125, 130)
MAGENTA = (250, 10, 250)


def wall(width, height):
    """A plain wall with a little grain."""
    grain = np.random.default_rng(3).integers(-6, 7, (height, width, 1))
    return np.clip(np.array(WALL) + grain, 0, 255).astype(np.uint8)


def face(side):
    """A person from the front, RGB (side, side, 3); the face fills x .26–.74 and y .2–.85."""
    drawn = np.full((200, 200, 3), (150, 160, 170), np.uint8)

    def oval(x, y, a, b, colour, start=0, end=360, line=-1):
        cv2.ellipse(drawn, (x, y), (a, b), 0, start, end, colour, line, cv2.LINE_AA)

    oval(100, 205, 80, 45, (60, 70, 110))
    cv2.rectangle(drawn, (85, 150), (115, 185), (190, 150, 125), -1)
    oval(100, 90, 58, 78, HAIR)
    oval(100, 105, 48, 64, SKIN)
    oval(82, 110, 20, 40, (230, 190, 162))
    for x in (80, 120):
        oval(x, 92, 11, 5, (245, 245, 245))
        oval(x, 92, 5, 5, (40, 30, 25))
        oval(x, 80, 14, 5, HAIR, 180, 360, 4)
    cv2.line(drawn, (100, 92), (96, 120), (190, 145, 120), 3, cv2.LINE_AA)
    oval(100, 124, 11, 5, (170, 120, 100), 0, 180, 3)
    oval(100, 143, 20, 7, (180, 80, 80))
    cv2.line(drawn, (80, 143), (120, 143), (110, 40, 40), 2, cv2.LINE_AA)
    soft = cv2.GaussianBlur(drawn, (0, 0), 1.6)
    return cv2.resize(soft, (side, side), interpolation=cv2.INTER_AREA)


FACE = (0.26, 0.2, 0.74, 0.85)


def place(picture, thing, left, top):
    """Paste `thing`; returns its box."""
    height, width = thing.shape[:2]
    picture[top : top + height, left : left + width] = thing
    return left, top, left + width, top + height


def hang_plate(picture, width, middle, degrees=0.0, turned=0.0):
    """Paste a blue plate `width` pixels wide before it is turned away by `turned` degrees and
    slanted by `degrees`; returns its upright box."""
    plate = drawn_plate("浙A8F3K6")[..., ::-1]
    height = width * plate.shape[0] / plate.shape[1]
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    away = np.radians(turned)
    depth = 1 + half[:, :1] * np.sin(away) / (4 * width)  # seen from four widths away
    flat = half * [np.cos(away), 1] / depth
    slant = np.radians(degrees)
    turn = np.array([[np.cos(slant), -np.sin(slant)], [np.sin(slant), np.cos(slant)]])
    spots = (flat @ turn.T + middle).astype(np.float32)
    rows, columns = plate.shape[:2]
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    smaller = cv2.GaussianBlur(plate, (0, 0), max(0.1, columns / width / 3))
    warp = cv2.getPerspectiveTransform(corners, spots)
    size = picture.shape[1::-1]
    cv2.warpPerspective(
        smaller, warp, size, picture, cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return (*spots.min(axis=0), *spots.max(axis=0))


def find_magenta(picture):
    """A stand-in for a detector: the box of every magenta patch."""
    red, green, blue = np.moveaxis(picture.astype(int), -1, 0)
    there = ((red > 160) & (green < 110) & (blue > 160)).astype(np.uint8)
    _, _, patches, _ = cv2.connectedComponentsWithStats(there)
    found = [(x, y, x + w, y + h, 0.9) for x, y, w, h, _ in patches[1:]]
    return np.array(found, float).reshape(-1, 5)


def covered(box, truth):
    """Share of the true box (left, top, right, bottom) that a box hides."""
    wide = min(box[2], truth[2]) - max(box[0], truth[0])
    tall = min(box[3], truth[3]) - max(box[1], truth[1])
    size = (truth[2] - truth[0]) * (truth[3] - truth[1])
    return max(0.0, wide) * max(0.0, tall) / size
