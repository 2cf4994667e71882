"""Pixels to directions and back."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas.sphere import turn
from panoramas.stitch.camera import Camera, Lens


@pytest.mark.parametrize(("k1", "k2"), [(0, 0), (-0.08, 0.02), (0.1, 0)])
def test_pixels_and_rays_undo_each_other_over_the_whole_picture(k1, k2):
    camera = Camera(turn(70, 30, -8), Lens(900, 1200, 857, k1, k2))
    column, row = np.meshgrid(np.linspace(0, 899, 12), np.linspace(0, 1199, 12))
    rays = camera.rays(column, row)
    assert np.allclose(np.linalg.norm(rays, axis=-1), 1)
    assert np.allclose(camera.pixels(rays), (column, row), atol=2e-3)


def test_the_middle_looks_ahead_and_a_focal_length_aside_is_45_degrees():
    lens = Lens(901, 1201, 450)
    assert np.allclose(lens.rays(np.array(450.0), np.array(600.0)), (0, 1, 0))
    assert np.allclose(lens.rays(np.array(900.0), np.array(600.0)), (0.5**0.5, 0.5**0.5, 0))
    assert np.allclose(lens.rays(np.array(450.0), np.array(150.0)), (0, 0.5**0.5, 0.5**0.5))


def test_a_camera_looks_where_it_is_turned():
    lens = Lens(901, 1201, 450)
    east = Camera(turn(90, 0, 0), lens).rays(np.array(450.0), np.array(600.0))
    assert np.allclose(east, (1, 0, 0))
    up = Camera(turn(0, 90, 0), lens).rays(np.array(450.0), np.array(600.0))
    assert np.allclose(up, (0, 0, 1))


def test_what_lies_behind_is_not_seen():
    camera = Camera(np.eye(3), Lens(900, 1200, 857))
    column, row = camera.pixels(np.array([[0.0, -1, 0], [0.1, 1, 0]]))
    assert np.isnan([column[0], row[0]]).all()
    assert np.isfinite([column[1], row[1]]).all()


def test_a_lens_that_bends_inwards_does_not_show_the_far_side_in_its_middle():
    lens = Lens(900, 1200, 857, -0.06)
    aside = np.radians([30.0, 60, 76.2, 80])
    column, _ = lens.pixels(np.stack([np.sin(aside), np.cos(aside), np.zeros(4)], axis=1))
    assert np.isfinite(column[:2]).all()
    assert np.isnan(column[2:]).all()
