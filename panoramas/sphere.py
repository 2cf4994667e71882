"""Directions, turns and pixel maps of the sphere, computed in float64.

The frame is that of the package: x right (east), y into the middle (north), z up.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def turn(heading: float, pitch: float, roll: float) -> Floats:
    """3×3 matrix from directions in the camera's picture to directions in the world.

    All in degrees, applied in the order of the Photo Sphere XMP text: heading, then pitch, then
    roll, each about the axes already turned. Heading: compass direction of the picture's middle,
    clockwise. Pitch: the middle's height above the horizon. Roll: positive lifts the right side,
    so a picture that carries +5 shows its horizon falling 5° to the right (clockwise).

    The sign of roll was read from pixels: a reference chart that carries PoseRollDegrees 5 has
    its horizon at latitude +5° at longitude -90° and at -5° at +90°, and one that carries
    PosePitchDegrees 5 has it at -5° in the middle. For roll the XMP text says the opposite
    ("as roll increases the horizon turns counter-clockwise in the image") and viewers are
    split, which is why `ready` asks the picture's own vertical lines when it has some.
    """
    h, p, r = np.radians([heading, pitch, roll])
    about_z = [[np.cos(h), np.sin(h), 0], [-np.sin(h), np.cos(h), 0], [0, 0, 1]]
    about_x = [[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]
    about_y = [[np.cos(r), 0, -np.sin(r)], [0, 1, 0], [np.sin(r), 0, np.cos(r)]]
    return np.array(about_z) @ np.array(about_x) @ np.array(about_y)


def directions(width: int, height: int, top: int = 0, bottom: int | None = None) -> Floats:
    """Unit directions (rows, width, 3) of rows top..bottom of an equirectangular picture."""
    rows = np.arange(top, height if bottom is None else bottom)
    latitude = np.pi / 2 - (rows + 0.5) * np.pi / height
    longitude = (np.arange(width) + 0.5) * 2 * np.pi / width - np.pi
    level = np.cos(latitude)[:, None]
    up = np.broadcast_to(np.sin(latitude)[:, None], (len(rows), width))
    return np.stack([level * np.sin(longitude), level * np.cos(longitude), up], axis=-1)


def view(
    yaw: float,
    pitch: float,
    fov: float,
    width: int,
    height: int,
    top: int = 0,
    bottom: int | None = None,
) -> Floats:
    """Unit directions (rows, width, 3) of rows top..bottom of a flat view.

    `yaw` right and `pitch` up in degrees; `fov` is the horizontal field of view in degrees
    between the outer edges of the first and last pixel.
    """
    half = np.tan(np.radians(fov) / 2)
    x = ((np.arange(width) + 0.5) / width * 2 - 1) * half
    rows = np.arange(top, height if bottom is None else bottom)
    z = (1 - (rows + 0.5) / height * 2) * half * height / width
    rays = np.empty((len(rows), width, 3))
    rays[..., 0], rays[..., 1], rays[..., 2] = x[None, :], 1.0, z[:, None]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    return rays @ turn(yaw, pitch, 0).T


def to_pixels(rays: Floats, width: float, height: float) -> tuple[Floats, Floats]:
    """Column and row (float64, pixel centres at whole numbers) where directions lie.

    Columns are in [-0.5, width - 0.5), rows in [-0.5, height - 0.5].
    """
    longitude = np.arctan2(rays[..., 0], rays[..., 1])
    latitude = np.arctan2(rays[..., 2], np.hypot(rays[..., 0], rays[..., 1]))
    column = (longitude / (2 * np.pi) + 0.5) * width - 0.5
    row = (0.5 - latitude / np.pi) * height - 0.5
    return np.where(column >= width - 0.5, column - width, column), row
