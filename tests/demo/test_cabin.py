"""The cabin's panorama and cube faces: one geometry, no seam, and the truth where it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import py360convert
import pytest

from demo.cars import Car, make_car
from demo.interior import FACES, cabin_faces, cabin_panorama, yaw_pitch
from demo.painter import Picture
from demo.seats import room_of

WIDTH = 1024


@pytest.fixture(scope="module")
def torn() -> Car:
    """A car with a crack in its front seat."""
    return next(car for car in map(make_car, range(24)) if any(d.inside for d in car.defects))


@pytest.fixture(scope="module")
def panorama(torn: Car) -> Picture:
    return cabin_panorama(torn, WIDTH)


@pytest.fixture(scope="module")
def faces(torn: Car) -> dict[str, Picture]:
    return cabin_faces(torn, WIDTH // 3)


def pixel(car: Car, point: tuple[float, float, float]) -> tuple[int, int]:
    """Column and row of a world point in the panorama."""
    yaw, pitch = yaw_pitch(car, point)
    return round((yaw + 180) / 360 * WIDTH - 0.5), round((90 - pitch) / 180 * WIDTH / 2 - 0.5)


def test_the_left_edge_of_the_panorama_continues_its_right_edge(panorama: Picture) -> None:
    steps = abs(np.diff(panorama.astype(int), axis=1)).mean(axis=(0, 2))
    seam = abs(panorama[:, 0].astype(int) - panorama[:, -1]).mean()
    assert seam < 1.5 * np.percentile(steps, 90)


def test_py360convert_makes_the_same_panorama_from_the_faces(
    faces: dict[str, Picture], panorama: Picture
) -> None:
    assert tuple(faces) == FACES
    assert all(face.shape == (WIDTH // 3, WIDTH // 3, 3) for face in faces.values())
    made = py360convert.c2e(faces, WIDTH // 2, WIDTH, cube_format="dict")
    error = ((made.astype(float) - panorama) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 30


def test_neighbouring_faces_meet(faces: dict[str, Picture]) -> None:
    for left, right in (("F", "R"), ("R", "B"), ("B", "L"), ("L", "F")):
        gap = abs(faces[left][:, -1].astype(int) - faces[right][:, 0]).mean()
        assert gap < 14, (left, right)


def test_the_crack_in_the_seat_changes_the_panorama_where_its_truth_is(
    torn: Car, panorama: Picture
) -> None:
    defect = next(d for d in torn.defects if d.inside)
    whole = cabin_panorama(
        replace(torn, defects=tuple(d for d in torn.defects if not d.inside)), WIDTH
    )
    changed = abs(panorama.astype(int) - whole).max(axis=2) > 8
    column, row = pixel(torn, defect.place)
    assert changed[row - 2 : row + 3, column - 2 : column + 3].any()
    assert changed.mean() < 0.01


def test_the_screen_lies_straight_ahead_and_the_driver_sits_on_the_left(
    torn: Car, panorama: Picture
) -> None:
    things = room_of(torn.kind).things()
    assert yaw_pitch(torn, things["touchscreen"])[0] == pytest.approx(0, abs=1e-6)
    assert yaw_pitch(torn, things["steering_wheel"])[0] < -10
    column, row = pixel(torn, things["touchscreen"])
    blue, _, red = panorama[row + 8 : row + 14, column - 5 : column + 5].mean(axis=(0, 1))
    assert blue > red + 8


def test_windows_show_the_sky_and_the_roof_hides_it(panorama: Picture) -> None:
    blue = panorama[..., 0].astype(int) - panorama[..., 2]
    assert (blue[WIDTH // 8 : WIDTH // 4] > 25).any()
    assert (blue[:10] > 25).mean() < 0.01


def test_the_panorama_is_the_same_twice(torn: Car, panorama: Picture) -> None:
    assert np.array_equal(cabin_panorama(torn, WIDTH), panorama)
