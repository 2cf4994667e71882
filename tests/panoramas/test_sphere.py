"""Directions, turns and views against formulas written down apart."""

from __future__ import annotations

import numpy as np
import py360convert
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panoramas import sphere, view
from panoramas.resample import close, look
from tests.panoramas import pattern

degrees = st.floats(-180, 180)


def test_the_engine_looks_where_the_formula_says():
    assert np.allclose(sphere.directions(64, 32), pattern.rays_of(64), atol=1e-12)


@given(degrees, st.floats(-90, 90), degrees)
def test_a_turn_is_a_rotation_with_the_charts_convention(heading, pitch, roll):
    turned = sphere.turn(heading, pitch, roll)
    assert np.allclose(turned, pattern.posed(heading, pitch, roll), atol=1e-12)
    assert np.isclose(np.linalg.det(turned), 1)


def test_heading_is_clockwise_pitch_lifts_the_middle_and_roll_the_right_side():
    middle, right = np.array([0, 1, 0]), np.array([1, 0, 0])
    assert np.allclose(sphere.turn(90, 0, 0) @ middle, [1, 0, 0])
    assert np.allclose(sphere.turn(0, 30, 0) @ middle, [0, np.cos(np.pi / 6), 0.5])
    assert np.allclose(sphere.turn(0, 0, 30) @ right, [np.cos(np.pi / 6), 0, 0.5])


@given(st.integers(0, 63), st.integers(0, 31))
def test_a_pixel_looked_up_along_its_own_direction_is_itself(column, row):
    found = sphere.to_pixels(sphere.directions(64, 32)[row, column], 64, 32)
    assert np.allclose(found, (column, row), atol=1e-9)


@pytest.mark.parametrize("pose", [(17, 1, 0), (0, 11, 0), (0, 0, 23), (200, -35, 50)])
def test_a_sphere_looked_up_through_a_turn_is_within_a_fiftieth_of_a_pixel(pose):
    width = 1024
    turned = pattern.posed(*pose)
    rays = pattern.rays_of(width) @ turned
    seen = look(close(pattern.sphere(width, turned)), rays)
    truth = pattern.colours(pattern.rays_of(width))
    mean, worst = pattern.drift(seen, truth, rows=slice(width // 16, width * 7 // 16))
    assert mean <= 0.02, (mean, worst)


def test_the_seam_and_the_poles_are_closed():
    width = 512
    closed = close(pattern.sphere(width))
    rng = np.random.default_rng(5)
    seam = np.stack([rng.normal(0, 0.01, 500), -np.ones(500), rng.normal(0, 0.4, 500)], -1)
    pole = np.stack([rng.normal(0, 0.02, 500), rng.normal(0, 0.02, 500), np.ones(500)], -1)
    for near in (seam, pole, pole * [1, 1, -1]):
        rays = (near / np.linalg.norm(near, axis=-1, keepdims=True))[None]
        assert np.abs(look(closed, rays) - pattern.colours(rays)).max() < 8


@pytest.mark.parametrize(("yaw", "pitch", "fov"), [(0, 0, 90), (137, 25, 70), (-170, -60, 100)])
def test_a_poster_shows_what_a_pinhole_camera_would(yaw, pitch, fov):
    width, height, half = 640, 360, np.tan(np.radians(fov) / 2)
    u, v = np.meshgrid((np.arange(width) + 0.5) / width * 2 - 1, np.arange(height) + 0.5)
    flat = np.stack([u * half, np.ones_like(u), (1 - 2 * v / height) * half * 9 / 16], -1)
    rays = flat / np.linalg.norm(flat, axis=-1, keepdims=True) @ pattern.posed(yaw, pitch, 0).T
    seen = view.render(pattern.sphere(4096, per_turn=60), yaw, pitch, fov, width, height)
    mean, worst = pattern.drift(seen, pattern.colours(rays, 60))
    assert mean <= 0.02, (mean, worst)


def test_a_view_is_the_one_that_py360convert_shows():
    panorama = pattern.sphere(1024)
    ours = view.render(panorama, 40, 20, 80, 320, 240).astype(float)
    fov = (80, np.degrees(2 * np.arctan(np.tan(np.radians(40)) * 240 / 320)))
    theirs = py360convert.e2p(panorama, fov, 40, 20, (240, 320)).astype(float)
    assert np.abs(ours - theirs).mean() < 6
