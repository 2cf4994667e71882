"""Steps and tiles of a flat picture: nothing falls between two of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from panoramas.privacy import flat

from . import drawn


@pytest.mark.parametrize("size", [(1, 1), (960, 961), (4000, 3000), (5472, 3648), (8192, 300)])
def test_every_place_lies_well_inside_a_tile(size):
    tiles = flat.cut(*size)
    for at, length in ((0, size[0]), (1, size[1])):
        spans = sorted({(tile[at], tile[at + 2]) for tile in tiles})
        assert spans[0][0] == 0
        assert sum(spans[-1]) == length
        assert all(part <= flat.TILE for _, part in spans)
        shared = [a + part - b for (a, part), (b, _) in pairwise(spans)]
        assert all(over >= flat.OVERLAP for over in shared)


@pytest.mark.parametrize("side", [6, 127, 400, 1500])
def test_a_thing_of_any_size_across_the_edges_of_tiles_is_found_once(side):
    picture = drawn.wall(2200, 1700)
    left, top = (2200 - side) // 2, (1700 - side) // 2
    picture[top : top + side, left : left + side] = drawn.MAGENTA
    found = flat.search(picture, drawn.find_magenta, 6144)
    assert len(found) == 1
    assert np.abs(found[0, :4] - [left, top, left + side, top + side]).max() <= 16


def test_a_detector_sees_only_sizes_it_can_take_and_no_more_than_a_tile():
    seen = set()

    def look(picture):
        seen.add(picture.shape)
        return drawn.find_magenta(picture)

    flat.search(drawn.wall(2001, 1333), look, 6144)
    assert all(h % 32 == w % 32 == 0 and max(h, w) <= flat.TILE for h, w, _ in seen)


def test_a_larger_picture_is_reduced_first():
    pixels = []
    flat.search(drawn.wall(3000, 2000), lambda seen: pixels.append(seen.size) or _nothing(), 600)
    assert sum(pixels) < 2 * 3 * 640 * 416


def test_what_is_found_in_the_padding_is_cut_off():
    picture = np.full((50, 70, 3), drawn.MAGENTA, np.uint8)
    whole = np.array([[0, 0, 96, 64, 0.9]])
    assert flat.search(picture, lambda _: whole.copy(), 600).tolist() == [[0, 0, 70, 50, 0.9]]


def _nothing():
    return np.empty((0, 5))
