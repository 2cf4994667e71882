"""A sphere whose colour is known in every direction, and how far a picture of it is off.

The colour is a smooth analytic function of the direction, so the truth at any place of any
projection is computed, not resampled; `drift` then reads the displacement out of the colours.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

WAVES = np.array([[1.0, 0.2, 0.1], [-0.3, 1.0, 0.2], [0.1, -0.2, 1.0]])
PER_TURN = 30.0  # radians of colour wave a radian of direction: 12° a wave
HEAD = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
    b" xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about=''"
    b" xmlns:GPano='http://ns.google.com/photos/1.0/panorama/' GPano:UsePanoramaViewer='True'"
)


def colours(rays, per_turn=PER_TURN):
    """Colour (…, 3), float64 within 27..228, of directions (…, 3)."""
    phase = per_turn * (rays @ WAVES.T) / np.linalg.norm(WAVES, axis=1)
    return 127.5 + 100 * np.sin(phase + np.array([0.3, 1.1, 2.3]))


def rays_of(width):
    """Directions of a 2:1 picture, written down apart from the engine's own formula."""
    height = width // 2
    col, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    lon, lat = np.pi * (2 * col / width - 1), np.pi * (0.5 - row / height)
    return np.stack([np.cos(lat) * np.sin(lon), np.cos(lat) * np.cos(lon), np.sin(lat)], -1)


def about(axis, degrees):
    """Right-handed rotation about a unit axis (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def posed(heading, pitch, roll):
    """Picture direction -> world direction, for the convention that the charts' pixels show.

    Heading turns the picture's middle clockwise seen from above, pitch lifts it, roll lifts the
    picture's right side; in this order, each about axes already turned.
    """
    lifted_right = about((0, 1, 0), -roll)  # right-handed about "forward" lowers the right
    return about((0, 0, 1), -heading) @ about((1, 0, 0), pitch) @ lifted_right


def eight_bit(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def sphere(width, pose=None, per_turn=PER_TURN):
    """uint8 picture of the pattern, taken with `pose` (matrix of `posed`)."""
    if pose is None:
        return _level(width, per_turn).copy()
    rays = rays_of(width)
    return eight_bit(colours(rays @ pose.T, per_turn))


@lru_cache(8)
def _level(width, per_turn):
    return eight_bit(colours(rays_of(width), per_turn))


def room_colours(rays):
    """Grey (…, 3) of a round room with upright stripes and two rails."""
    lon, lat = np.arctan2(rays[..., 0], rays[..., 1]), np.arcsin(np.clip(rays[..., 2], -1, 1))
    stripes = 60 * np.tanh(20 * np.sin(9 * lon + 0.4)) * (np.abs(lat) < 0.9)
    rails = 40 * np.tanh(60 * (lat - 0.3)) - 40 * np.tanh(60 * (lat + 0.5))
    return np.repeat((128 + stripes + rails)[..., None], 3, axis=-1)


def room(width, pose):
    """The room seen with a pose."""
    return eight_bit(room_colours(rays_of(width) @ pose.T))


def save(picture, path: Path, tags=None, **more):
    """A JPEG as good as JPEG gets, with GPano attributes when `tags` are given."""
    if tags is not None:
        said = "".join(f" GPano:{key}='{value}'" for key, value in tags.items()).encode()
        more["xmp"] = HEAD + said + b"/></rdf:RDF></x:xmpmeta>"
    Image.fromarray(picture).save(path, "JPEG", quality=100, subsampling=0, **more)
    return path


def drift(seen, truth, block=32, rows=slice(None)):
    """Mean and largest displacement in pixels of `seen` against `truth` (float), by blocks.

    Per block the shift (dx, dy) that explains the colour differences best, least squares over all
    three colours beside a little blur and a constant (bilinear looking-up and rounding make
    those, and they are no displacement); blocks with little gradient in a direction do not count.
    """
    down, across = np.gradient(truth, axis=(0, 1))
    blur = [np.gradient(across, axis=1), np.gradient(down, axis=0), np.ones_like(truth)]
    wrong = seen.astype(float) - truth
    found = []
    for top in range(*rows.indices(len(truth)))[::block]:
        for left in range(0, truth.shape[1] - block + 1, block):
            cut = np.s_[top : top + block, left : left + block]
            terms = np.stack([term[cut].ravel() for term in (across, down, *blur)], 1)
            if np.linalg.eigvalsh(terms[:, :2].T @ terms[:, :2])[0] < 4 * len(terms):
                continue
            found.append(np.hypot(*np.linalg.lstsq(terms, wrong[cut].ravel(), rcond=None)[0][:2]))
    assert found, "no block had enough gradient"
    return float(np.mean(found)), float(np.max(found))
