"""Two dates of one place: aligned, and what has changed is found where it is."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from demo import views
from demo.cars import make_car
from panoramas import Unusable, bake, sphere
from panoramas.__main__ import main
from panoramas.compare import align, change, record
from panoramas.gpano import Window
from tests.panoramas import pattern
from tests.panoramas.compare import pairs
from tests.panoramas.conftest import left_in

pytestmark = pytest.mark.slow


def texture(width, seed=3):
    """A panorama full of features: soft spots of every size, closed at ±180°."""
    chance, drawn = np.random.default_rng(seed), np.zeros((width // 2, width, 3))
    for size in (2, 5, 12):
        spots = chance.normal(0, 1, drawn.shape).astype(np.float32)
        wide = cv2.copyMakeBorder(spots, 0, 0, 64, 64, cv2.BORDER_WRAP)
        soft = cv2.GaussianBlur(wide, (0, 0), size)[:, 64:-64]
        drawn += 32 * soft / soft.std()
    return pattern.eight_bit(127 + drawn)


def turned(panorama, heading, pitch, roll):
    height, width = panorama.shape[:2]
    move = sphere.turn(heading, pitch, roll)
    return bake.rotate(panorama, Window(0, 0, width, height), move, width).panorama


def flat(seed=3):
    return np.ascontiguousarray(texture(1024, seed)[:, 150:850])


def pair_of(tmp_path, a, b):
    return pattern.save(a, tmp_path / "in.jpg"), pattern.save(b, tmp_path / "out.jpg")


def off(move, wanted):
    return align.angle_of(move @ wanted.T)


@pytest.mark.parametrize("angles", [(37, 4, -3), (-150, 0, 0), (0, 0, 0)])
def test_the_turn_between_two_panoramas_is_found(angles):
    panorama = texture(1024)
    found = align.turn(panorama, turned(panorama, *angles))
    assert found.believable
    assert off(found.move, sphere.turn(*angles).T) < 0.02
    assert found.spread < 0.1


def test_the_homography_between_two_photos_is_found():
    photo = flat()
    wanted = np.array([[0.98, 0.05, 12], [-0.04, 1.02, -9], [2e-5, -1e-5, 1]])
    moved = cv2.warpPerspective(photo, np.linalg.inv(wanted), (1000, 800))
    found = align.homography(photo, moved)
    corners = np.array([[[100.0, 100]], [[900, 100]], [[900, 700]], [[100, 700]]])
    laid = [cv2.perspectiveTransform(corners, move) for move in (found.move, wanted)]
    assert found.believable
    assert np.abs(laid[0] - laid[1]).max() < 0.3


def test_a_patch_is_found_where_it_is_through_other_light_and_another_heading(tmp_path):
    before = texture(1024)
    after = before.copy()
    after[200:224, 600:630] = (150, 70, 40)
    after = pattern.eight_bit(turned(after, 60, 0, 0) * np.array([0.8, 0.75, 0.6]))
    report = record.make(*pair_of(tmp_path, before, after), tmp_path / "o")
    [found] = report.result["changes"]
    assert found["yaw"] == pytest.approx((615 / 1024) * 360 - 180, abs=1)
    assert found["pitch"] == pytest.approx(90 - 212 / 512 * 180, abs=1)
    assert found["width"] == pytest.approx(30 / 1024 * 360, abs=3)
    assert report.figures["gains"] == pytest.approx([1 / 0.8, 1 / 0.75, 1 / 0.6], rel=0.03)
    assert report.figures["turned_degrees"] == pytest.approx(60, abs=0.05)
    assert report.reasons == []


def test_the_pair_lies_one_on_the_other_and_the_map_shows_the_place(tmp_path):
    before = texture(1024)
    after = before.copy()
    after[200:224, 600:630] = (150, 70, 40)
    record.make(*pair_of(tmp_path, before, turned(after, -25, 2, 1)), tmp_path / "o")
    a, b = (cv2.imread(str(tmp_path / f"o/{name}.jpg")).astype(int) for name in "ab")
    same = np.abs(a - b)
    same[190:234, 590:640] = 0
    assert same.mean() < 6  # looked up twice
    shown = cv2.imread(str(tmp_path / "o/change.png"), cv2.IMREAD_GRAYSCALE)
    assert shown.shape == (512, 1024)
    assert shown[204:220, 604:626].mean() > 70
    assert shown[:, :500].max() < 70


def test_two_pictures_of_the_same_show_no_change(tmp_path):
    for name, shown in (("flat", flat()), ("around", texture(1024))):
        (tmp_path / name).mkdir()
        noisy = shown + np.random.default_rng(1).normal(0, 2, shown.shape)
        same = pair_of(tmp_path / name, shown, pattern.eight_bit(noisy * 0.9))
        report = record.make(*same, tmp_path / name / "o")
        assert report.result["count"] == 0
        assert report.result["kind"] == {"flat": "photo", "around": "panorama"}[name]


def test_what_was_not_photographed_is_not_compared(tmp_path):
    panorama = texture(1024)
    (tmp_path / "a").mkdir()
    tags = {
        "FullPanoWidthPixels": 1024,
        "FullPanoHeightPixels": 512,
        "CroppedAreaImageWidthPixels": 1024,
        "CroppedAreaImageHeightPixels": 256,
        "CroppedAreaLeftPixels": 0,
        "CroppedAreaTopPixels": 100,
    }
    source = pattern.save(panorama[100:356], tmp_path / "a/crop.jpg", tags)
    assert main(["ready", str(source), str(tmp_path / "a/made")]) == 0
    other = pattern.save(panorama, tmp_path / "b.jpg")
    report = record.make(tmp_path / "a/made/panorama.jpg", other, tmp_path / "o")
    assert report.figures["overlap"] == pytest.approx(0.5, abs=0.02)
    assert [reason["code"] for reason in report.reasons] == ["little_overlap"]
    assert report.result["count"] == 0


def test_the_rust_that_came_to_a_car_is_the_first_thing_listed(tmp_path):
    car = make_car(2)
    [rust] = [flaw for flaw in car.defects if flaw.code == "XS"]
    size = (640, 480)
    still = replace(pairs.OTHER_DAY, aside=0, nearer=1, lift=0, sun=0, tint=(1, 1, 1))
    before = pairs.outside(replace(car, defects=()), 300, still, size)
    after = pairs.outside(replace(car, defects=(rust,)), 300, pairs.OTHER_DAY, size, seed=2)
    report = record.make(*pair_of(tmp_path, before, after), tmp_path / "o")
    first = report.result["changes"][0]
    x, y = views.project(car, rust.place, views.spin_camera(car, 300, size, near=1.25))
    assert first["x"] < x / 640 < first["x"] + first["width"]
    assert first["y"] < y / 480 < first["y"] + first["height"]
    assert report.result["count"] <= 4


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        (texture(1024), texture(1024, seed=8), "not_same_place"),
        (flat(), flat(seed=8), "not_same_place"),
        (texture(1024), pattern.sphere(1024), "not_same_place"),
        (texture(1024), flat(), "compare_kinds"),
        (texture(1024), np.full((512, 1024, 3), 80, np.uint8), "one_colour"),
        (texture(1024), pattern.sphere(256), "too_small"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_nothing_is_written(tmp_path, a, b, code):
    files = pair_of(tmp_path, a, b)
    with pytest.raises(Unusable) as no:
        record.make(*files, tmp_path / "o")
    assert no.value.code == code
    assert "in.jpg" in str(no.value) or "out.jpg" in str(no.value)
    assert left_in(tmp_path) == ["in.jpg", "out.jpg"]


def test_a_second_run_does_nothing_and_a_fresh_one_gives_the_same_bytes(tmp_path):
    before = flat()
    after = before.copy()
    after[300:330, 500:560] = 20
    files = pair_of(tmp_path, before, after)
    one = record.make(*files, tmp_path / "one")
    assert record.make(*files, tmp_path / "one", progress=lambda _, step: pytest.fail(step)) == one
    assert record.make(*files, tmp_path / "two") == one
    for name in left_in(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_command_leaves_a_panorama_that_tiles_takes(tmp_path):
    panorama = texture(1024)
    (tmp_path / "made").mkdir()
    tags = {"InitialViewHeadingDegrees": 25}
    source = pattern.save(panorama, tmp_path / "made/p.jpg", tags)
    assert main(["ready", str(source), str(tmp_path / "a")]) == 0
    other = pattern.save(turned(panorama, 90, 0, 0), tmp_path / "b.jpg")
    told = ["compare", str(tmp_path / "a/panorama.jpg"), str(other), str(tmp_path / "o")]
    assert main(told) == 0
    assert main(["tiles", str(tmp_path / "o/b.jpg"), str(tmp_path / "t")]) == 0
    [manifest] = (tmp_path / "t").glob("*/manifest.json")
    assert json.loads(manifest.read_text())["opening"]["yaw"] == 25


def test_weak_places_count_only_where_they_touch_a_sure_one():
    found = np.zeros((200, 400), np.float32)
    found[50:60, 50:70] = change.SURE * 0.9
    assert change.regions(found) == []
    found[52:56, 55:65] = change.SURE * 2
    [region] = change.regions(found)
    assert (region.left, region.top, region.width, region.height) == (50, 50, 20, 10)
    assert region.strength == pytest.approx(change.SURE * 2, abs=0.01)
