"""The yardstick itself: known sets of photos, and what it says about known errors."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from panoramas.sphere import to_pixels, turn
from panoramas.stitch.camera import Camera
from tests.panoramas.sets import NOISY, registration_error, shoot

FEW = replace(NOISY.small(), rings=((70.0, 3), (90.0, 1)))


def test_the_same_conditions_give_the_same_files(tmp_path):
    first, second = (shoot(tmp_path / name, "dim", FEW) for name in "ab")
    for a, b in zip(first.paths, second.paths, strict=True):
        assert hashlib.sha256(a.read_bytes()).digest() == hashlib.sha256(b.read_bytes()).digest()
    other = shoot(tmp_path / "c", "dim", replace(FEW, seed=1))
    assert other.paths[0].read_bytes() != first.paths[0].read_bytes()


def test_true_cameras_have_no_error_however_the_world_is_turned(tmp_path):
    taken = shoot(tmp_path, "hill", FEW)
    world = turn(40, 20, 10)
    found = [Camera(world @ camera.rotation, camera.lens) for camera in taken.cameras]
    errors = registration_error(taken, found)
    assert errors.placed == 4
    assert max(*errors.registration, *errors.overlap, *errors.rotation) < 1e-6


def test_one_camera_off_by_two_degrees_is_seen(tmp_path):
    taken = shoot(tmp_path, "hill", replace(FEW, rings=((0.0, 10),)))
    wrong = taken.cameras[4].rotation @ turn(2, 0, 0)
    found = [
        Camera(wrong, camera.lens) if i == 4 else camera for i, camera in enumerate(taken.cameras)
    ]
    errors = registration_error(taken, found)
    assert errors.rotation[0] == pytest.approx(2 / 10, abs=0.03)  # the alignment shares it out
    assert errors.overlap[1] > 1.5


def test_parallax_counts_where_the_panorama_is_not_seen_from(tmp_path):
    taken = shoot(tmp_path, "box", replace(FEW, apart=0.02))
    errors = registration_error(taken, taken.cameras)
    assert errors.rotation[1] < 1
    assert 0.2 < errors.registration[0] < 2


def test_a_photo_shows_the_scene_where_its_camera_says(tmp_path):
    taken = shoot(
        tmp_path, "cafe", replace(FEW, jitter=0, stops=0, vignette=0, noise=0, bend=-0.05)
    )
    truth = taken.panorama(1024).astype(int)
    camera = taken.cameras[0]
    column, row = np.meshgrid(np.arange(40, 260, 20.0), np.arange(40, 360, 20.0))
    rays = camera.rays(column, row)
    back = camera.pixels(rays)
    assert np.allclose(back, (column, row), atol=1e-6)
    at = [np.rint(v).astype(int) for v in to_pixels(rays, 1024, 512)]
    photo = np.asarray(Image.open(taken.paths[0])).astype(int)
    seen = photo[row.astype(int), column.astype(int)]
    assert np.median(np.abs(seen - truth[at[1], at[0]])) < 8
