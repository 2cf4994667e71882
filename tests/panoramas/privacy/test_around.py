"""A sphere is looked at everywhere, over its seam and its poles."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from panoramas import sphere
from panoramas.gpano import Window
from panoramas.privacy import around, flat, proposals
from tests.panoramas.privacy import drawn

GREY = 120
search = partial(flat.search, find=drawn.find_magenta, finest=4096)


def patch(yaw, pitch, radius=6.0, width=512):
    """A sphere with one magenta circle of `radius` degrees."""
    middle = sphere.turn(yaw, pitch, 0) @ [0, 1, 0]
    there = sphere.directions(width, width // 2) @ middle > math.cos(math.radians(radius))
    picture = np.full((width // 2, width, 3), GREY, np.uint8)
    picture[there] = drawn.MAGENTA
    return picture, there


def hidden(found, there):
    """Share of the circle's pixels under the boxes, and share of the sphere's pixels that are."""
    height, width = there.shape
    under = np.zeros_like(there)
    for left, top, right, bottom in found[:, :4] * [width, height, width, height]:
        rows = slice(math.floor(top), math.ceil(bottom))
        under[rows, math.floor(left) : math.ceil(right)] = True
    return (under & there).sum() / there.sum(), under.mean()


@pytest.mark.parametrize(
    ("yaw", "pitch", "boxes"),
    [(0, 0, 1), (100, 30, 1), (180, 0, 2), (-176, -40, 2), (45, 90, 1), (0, -90, 1), (170, 70, 2)],
)
def test_a_thing_is_hidden_wherever_it_is(yaw, pitch, boxes):
    picture, there = patch(yaw, pitch)
    found = around.split(around.search(picture, search))
    share, grey = hidden(found, there)
    assert len(found) == boxes
    assert share > 0.99
    assert grey < 3.5 * there.mean() + 0.002


def test_a_box_over_a_pole_is_a_band_over_all_columns():
    picture, _ = patch(30, 88)
    [box] = around.search(picture, search)
    assert box[[0, 1, 2]].tolist() == [0, 0, 1]
    assert 8 / 180 < box[3] < 8 * math.sqrt(2) / 180 + 0.002  # the corner of a box is farther


def test_a_thing_that_fills_a_third_of_the_horizon_is_hidden():
    picture, there = patch(180, 10, radius=55)
    share, _ = hidden(around.split(around.search(picture, search)), there)
    assert share > 0.95


@pytest.mark.parametrize(("views", "across"), [(around.FINE, 20), (around.WIDE, 37)])
def test_whatever_is_small_enough_lies_whole_in_a_view(views, across):
    rays = sphere.directions(180, 90).reshape(-1, 3)
    half = math.radians(views.fov / 2)
    best = np.full(len(rays), -math.pi)
    for yaw, pitch in around.directions(views):
        x, y, z = (rays @ sphere.turn(yaw, pitch, 0)).T
        walls = [
            math.sin(half) * y + sign * math.cos(half) * to for to in (x, z) for sign in (1, -1)
        ]
        best = np.maximum(best, np.arcsin(np.clip(walls, -1, 1)).min(axis=0))
    assert 2 * math.degrees(best.min()) >= across


def test_a_cropped_panorama_gets_boxes_in_its_own_pixels():
    picture, there = patch(150, -10)
    rows, columns = slice(50, 210), slice(300, 512)
    window = Window(300, 50, 512, 256)
    found = proposals.on_sphere(np.ascontiguousarray(picture[rows, columns]), window, search)
    share, _ = hidden(found, there[rows, columns])
    assert len(found) == 1
    assert share > 0.99


def test_a_thing_outside_of_the_crop_is_no_box():
    picture, _ = patch(0, 0)
    blank = np.full_like(picture[:, :100], GREY)
    assert len(proposals.on_sphere(blank, Window(0, 0, 512, 256), search)) == 0
