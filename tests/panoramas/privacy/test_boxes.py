"""Joining boxes that mean the same thing."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas.privacy import boxes


def test_two_boxes_of_one_thing_become_one_that_hides_both():
    joined = boxes.merge(np.array([[10, 10, 30, 30, 0.6], [12, 8, 34, 29, 0.9]]))
    assert joined.tolist() == [[10, 8, 34, 30, 0.9]]


def test_a_piece_seen_at_an_edge_joins_the_whole_even_when_it_is_surer():
    joined = boxes.merge(np.array([[0, 0, 100, 40, 0.5], [80, 0, 100, 40, 0.9]]))
    assert joined.tolist() == [[0, 0, 100, 40, 0.9]]


def test_neighbours_stay_apart():
    found = np.array([[0, 0, 10, 10, 0.5], [9, 0, 19, 10, 0.9]])
    assert boxes.merge(found).tolist() == found[::-1].tolist()


def test_what_lies_on_both_sides_of_a_seam_is_one_thing():
    for first, second in ((0.9, 0.8), (0.8, 0.9)):
        found = np.array([[0.97, 0.4, 1.02, 0.5, first], [0.0, 0.41, 0.025, 0.5, second]])
        joined = boxes.merge(found, period=1)
        assert joined.round(9).tolist() == [[0.97, 0.4, 1.025, 0.5, 0.9]]


def test_the_order_does_not_depend_on_the_order_of_finding():
    rng = np.random.default_rng(1)
    found = np.column_stack([rng.integers(0, 9, (40, 2)) * 30.0, np.zeros((40, 2)), np.ones(40)])
    found[:, 2:4] = found[:, :2] + 20
    mixed = boxes.merge(found[rng.permutation(40)])
    assert mixed.tolist() == boxes.merge(found).tolist()
    assert len(mixed) == len({tuple(row) for row in found[:, :2]})


def test_clipping_leaves_out_what_is_outside():
    clipped = boxes.clip(np.array([[-5, -5, 5, 5, 1], [20, 20, 30, 30, 1.0]]), 10, 10)
    assert clipped.tolist() == [[0, 0, 5, 5, 1]]


@pytest.mark.parametrize("by", [1.0, 1.5])
def test_growing_keeps_the_middle(by):
    grown = boxes.grow(np.array([[10, 20, 30, 60, 0.5]]), by)
    assert grown.tolist() == [[20 - 10 * by, 40 - 20 * by, 20 + 10 * by, 40 + 20 * by, 0.5]]
