"""Photographs and spins: known truth, the same bytes every time, and files that other programs read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from demo.cars import Car, Defect, make_car
from demo.exterior import look_at, plates
from demo.pictures import CameraNotes, as_jpeg, clip
from demo.seats import room_of
from demo.views import (
    VIEWS,
    close_up,
    defect_in_view,
    defect_track,
    photograph,
    project,
    spin,
    spin_camera,
)

pytestmark = pytest.mark.slow

SMALL = (480, 360)
CORNERS = ("front_left", "front_right", "rear_left", "rear_right", "left", "right")


def sample_of_each_code() -> list[tuple[Car, Defect, str]]:
    """One visible flaw of each code with a view that shows it."""
    found: dict[str, tuple[Car, Defect, str]] = {}
    for number in range(24):
        car = make_car(number)
        for defect in car.defects:
            for view in CORNERS:
                if defect.code not in found and defect_in_view(car, defect, view, SMALL):
                    found[defect.code] = (car, defect, view)
    return list(found.values())


def test_the_truth_of_a_defect_lies_on_pixels_that_the_defect_changes() -> None:
    samples = sample_of_each_code()
    assert len(samples) == 6
    for car, defect, view in samples:
        spot = defect_in_view(car, defect, view, SMALL)
        assert spot is not None
        without = replace(car, defects=tuple(d for d in car.defects if d is not defect))
        change = abs(photograph(car, view, SMALL).astype(int) - photograph(without, view, SMALL))
        changed = change.max(axis=2) > 6
        x, y = round(spot[0]), round(spot[1])
        assert changed[y - 1 : y + 2, x - 1 : x + 2].any(), (defect, view)
        rows, columns = np.nonzero(changed)
        reach = (
            max(defect.size_mm) / 1000 * SMALL[0] / 2
        )  # the nearest panel is over two metres away
        assert np.hypot(rows - y, columns - x).max() < reach, (defect, view)


def test_a_defect_on_the_left_is_not_seen_from_the_right() -> None:
    left = next(
        (c, d) for c in map(make_car, range(24)) for d in c.defects if d.panel == "左前车门"
    )
    assert defect_in_view(*left, "left", SMALL) is not None
    assert defect_in_view(*left, "right", SMALL) is None
    assert project(left[0], left[1].place, "right", SMALL) is None


def test_a_point_behind_the_camera_and_one_beside_the_picture_have_no_pixel() -> None:
    car = make_car(0)
    assert project(car, (9.0, 9.0, 1.0), "front_left", SMALL) is None
    assert project(car, (0.0, 13.0, 0.5), "front", SMALL) is None


def test_the_close_up_has_its_defect_in_the_middle() -> None:
    car = make_car(1)
    for index, defect in enumerate(car.defects):
        spot = defect_in_view(car, defect, close_up(index), SMALL)
        assert spot == pytest.approx((239.5, 179.5), abs=0.01)


def test_the_front_plate_is_drawn_where_its_place_projects() -> None:
    car = make_car(0)
    spot = project(car, plates(car)[0].corners.mean(axis=0), "plate", SMALL)
    assert spot is not None
    picture = photograph(car, "plate", SMALL)
    around = picture[
        round(spot[1]) - 8 : round(spot[1]) + 8, round(spot[0]) - 40 : round(spot[0]) + 40
    ]
    blue = (around[..., 0].astype(int) - around[..., 2]) > 60
    assert blue.mean() > 0.4


def test_the_odometer_and_the_steering_wheel_are_in_the_picture_of_the_instruments() -> None:
    car = make_car(0)
    things = room_of(car.kind).things()
    assert project(car, things["odometer"], "odometer", SMALL) is not None
    assert project(car, things["steering_wheel"], "seats_rear", SMALL) is None


def test_every_named_view_is_a_picture_with_something_in_it() -> None:
    for view in VIEWS:
        picture = photograph(make_car(5), view, (160, 120))
        assert picture.shape == (120, 160, 3)
        assert picture.dtype == np.uint8
        assert picture.std() > 15, view


def test_a_name_that_is_no_view_is_refused() -> None:
    with pytest.raises(ValueError, match="no such view"):
        photograph(make_car(0), "underneath", SMALL)


def test_the_same_photograph_is_the_same_bytes_twice() -> None:
    one, two = (as_jpeg(photograph(make_car(6), "rear_left", SMALL)) for _ in range(2))
    assert one == two


def test_a_spin_comes_back_to_its_first_frame() -> None:
    first, quarter, last = spin(make_car(2), size=(320, 180), angles=[0, 90, 360])
    assert (abs(first.astype(int) - last) > 8).mean() < 1e-3
    assert (abs(first.astype(int) - quarter) > 8).mean() > 0.2


def test_the_cameras_of_a_spin_stand_level_and_at_one_distance() -> None:
    cameras = [spin_camera(make_car(0), angle) for angle in range(0, 360, 15)]
    middle = np.mean([c.eye for c in cameras], axis=0)
    away = [np.linalg.norm(c.eye - middle) for c in cameras]
    assert np.ptp(away) < 1e-9
    assert all(abs(c.axes[0, 2]) < 1e-9 for c in cameras)


def test_the_track_of_a_defect_is_missing_where_it_faces_away() -> None:
    car = make_car(0)
    index = next(i for i, d in enumerate(car.defects) if "车门" in d.panel)
    track = defect_track(car, index, 12, SMALL)
    assert 2 <= sum(spot is not None for spot in track) <= 8
    frame = next(i for i, spot in enumerate(track) if spot is not None)
    assert (
        project(car, car.defects[index].place, spin_camera(car, 360 * frame / 12, SMALL))
        == track[frame]
    )


def test_the_yard_moves_from_frame_to_frame_as_its_points_project() -> None:
    car = make_car(0)
    one, two = (spin_camera(car, angle, SMALL) for angle in (40, 44))
    shots = [look_at(car, camera) for camera in (one, two)]
    grey = [cv2.cvtColor(shot, cv2.COLOR_BGR2GRAY) for shot in shots]
    marks = np.array([(x, 1.55, 0.0) for x in (-2.9, 3.2)] + [(3.15, -1.55, 0.0)])
    start = one.see(marks)[0].astype(np.float32).reshape(-1, 1, 2)
    seen = ((start >= 20) & (start < np.array(SMALL) - 20)).all(axis=(1, 2))
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        grey[0], grey[1], start[seen], None, winSize=(25, 25), maxLevel=4
    )
    assert seen.any()
    assert found.all()
    assert np.linalg.norm(moved[:, 0] - two.see(marks)[0][seen], axis=1).max() < 2.5


def test_camera_notes_are_written_and_the_turned_picture_is_upright_again() -> None:
    picture = photograph(make_car(0), "left", (320, 240))
    taken = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    data = as_jpeg(picture, 92, CameraNotes(taken, (30.25, 120.17), 6))
    with Image.open(BytesIO(data)) as image:
        exif = image.getexif()
        assert image.size == (240, 320)
        assert exif[0x0112] == 6
        assert exif.get_ifd(0x8769)[0x9003] == "2026:11:22 09:30:00"
        assert exif.get_ifd(0x8769)[0x9011] == "+08:00"
        degrees, minutes, seconds = exif.get_ifd(0x8825)[2]
        assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(30.25)
    upright = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)  # obeys the tag
    assert upright.shape == picture.shape
    assert abs(upright.astype(int) - picture).mean() < 4


def test_a_time_without_zone_and_an_odd_orientation_are_refused() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(ValueError, match="zone"):
        as_jpeg(picture, exif=CameraNotes(datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="orientation"):
        as_jpeg(picture, exif=CameraNotes(orientation=5))


def test_a_clip_reads_back_with_one_frame_a_second_and_moves(tmp_path: Path) -> None:
    path = tmp_path / "walk.webm"
    clip("mini", path, seconds=3, size=(160, 90))
    video = cv2.VideoCapture(str(path))
    frames = []
    while True:
        good, frame = video.read()
        if not good:
            break
        frames.append(frame)
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(1.0)
    assert len(frames) == 3
    assert frames[0].shape == (90, 160, 3)
    assert abs(frames[0].astype(int) - frames[2]).mean() > 5
