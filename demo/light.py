"""Daylight over the yard: sun, sky above, asphalt below, and their mirror image in paint and glass.

Lambert's cosine law for the sun, a hemisphere for the sky, and Schlick's approximation of Fresnel's
reflectance (C. Schlick, "An Inexpensive BRDF Model for Physically-based Rendering", 1994).
"""

from __future__ import annotations

import numpy as np

from demo.mesh import Floats, Mesh

SUN = np.array([0.42, 0.50, 0.76]) / np.linalg.norm([0.42, 0.50, 0.76])
ZENITH = np.array([0.62, 0.36, 0.19])
HORIZON = np.array([0.88, 0.84, 0.80])
TREES = np.array([0.16, 0.17, 0.16])
ASPHALT = np.array([0.17, 0.17, 0.175])
TRIM = np.array([0.018, 0.018, 0.02])


def smooth(value: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, and an S between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def surroundings(way: Floats) -> Floats:
    """Linear colour (n, 3) seen along unit directions (n, 3): sky, a dark line of trees, the ground."""
    up = way[:, 2]
    sky = HORIZON + smooth(up, 0.1, 0.85)[:, None] * (ZENITH - HORIZON)
    high = TREES + smooth(up, 0.10, 0.22)[:, None] * (sky - TREES)
    return np.asarray(ASPHALT + smooth(up, -0.05, 0.015)[:, None] * (high - ASPHALT))


def shade(mesh: Mesh, eye: Floats, *, behind: np.ndarray, indoors: bool = False) -> Floats:
    """Linear colour (n, 3) of each face seen from `eye`; faces `behind` show dark trim instead.

    Indoors the sun itself is kept out and daylight falls in through the windows all round.
    """
    centre = mesh.corners.mean(axis=1)
    view = eye - centre
    view /= np.maximum(np.linalg.norm(view, axis=1, keepdims=True), 1e-9)
    normal = np.where(behind[:, None], -mesh.normals, mesh.normals)
    cosine = np.einsum("ij,ij->i", view, normal)
    base = np.where(behind[:, None], TRIM, mesh.colour)
    gloss = np.where(behind, 0.0, mesh.gloss)
    low = 0.45 + 0.55 * smooth(
        centre[:, 2], 0.02, 0.5
    )  # the ground takes light from what stands close to it
    falling = (
        window_light(normal)
        if indoors
        else np.clip(normal @ SUN, 0, 1) * 0.82 + (0.46 + 0.20 * normal[:, 2]) * low
    )
    lit = base * falling[:, None]
    fresnel = np.where(gloss > 0, gloss + (0.8 - 0.8 * gloss) * (1 - np.clip(cosine, 0, 1)) ** 5, 0)
    mirror = 2 * cosine[:, None] * normal - view
    glint = np.clip(mirror @ SUN, 0, 1)
    shine = (
        surroundings(mirror) * (0.5 + 0.5 * low)[:, None]
        + (0.5 * glint**12 + 3.2 * glint**80)[:, None]
    )
    if indoors:
        shine = shine * 0.3
    return np.asarray(
        lit * (1 - fresnel)[:, None] + fresnel[:, None] * shine + mesh.glow[:, None] * base
    )


def window_light(normal: Floats) -> Floats:
    """Light on a face inside a car: windscreen first, then side windows, and a little from everywhere."""
    screen = np.clip(normal @ np.array([0.77, 0, 0.64]), 0, 1)
    sides = abs(normal @ np.array([0, 0.85, 0.53])) + abs(normal @ np.array([0, -0.85, 0.53]))
    return np.asarray(0.34 + 0.30 * screen + 0.14 * sides + 0.12 * normal[:, 2])


def to_screen(linear: Floats) -> Floats:
    """Linear light as 0..255 of the screen, with a soft shoulder for the brightest parts."""
    soft = np.where(linear < 0.7, linear, 0.7 + 0.3 * np.tanh((linear - 0.7) / 0.3))
    return np.asarray(255 * np.clip(soft, 0, 1) ** (1 / 2.2))
