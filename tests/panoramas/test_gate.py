"""What the gate says of photos, seams and gaps, and where it sends somebody with a camera."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas.recipe import Recipe
from panoramas.sentences import PLACES
from panoramas.sphere import directions, turn
from panoramas.stitch import bearings, gate
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.seams import Step
from panoramas.stitch.shots import Shot
from panoramas.stitch.solve import Placed, Solution

LENS = Lens(900, 1200, 857.0)
STEPS = ("check",)


def book():
    made = Recipe("photos", STEPS, None)
    made.step("check")
    return made


def said(made):
    return [(reason["code"], reason["values"]) for reason in made.reasons]


def ahead(yaw, pitch):
    return turn(yaw, pitch, 0)[:, 1]


def placed(name, yaw=0.0, fate="matched", sharpness=0.2, scene=0):
    """A photo of a solution; without a camera when its fate says so."""
    shot = Shot(
        None, type("Header", (), {"name": name, "taken": ""})(), name, 900, 1200, False, None
    )
    camera = Camera(turn(yaw, 0, 0), LENS) if fate in {"matched", "weak"} else None
    return Placed(shot, camera, fate, 80, 0.3, sharpness, 0.0, scene)


def solution(photos, worst=0.05):
    error = 0.02, worst
    return Solution(tuple(photos), LENS, 9, 900, (0.3, 0.9), error, True, "lines", 0.1, "photos")


@pytest.mark.parametrize(
    ("yaw", "pitch", "front", "place"),
    [
        (0, 0, 0, "正前方平视处"),
        (-140, -45, 0, "左后方低处"),
        (170, 40, 80, "右侧高处"),
        (-170, 0, 170, "正前方平视处"),
        (10, 80, 0, "正上方"),
        (10, -88, 0, "正下方"),
    ],
)
def test_a_direction_is_told_from_the_first_photo_as_left_rear_low(yaw, pitch, front, place):
    assert bearings.bearing(ahead(yaw, pitch), front) == place
    assert place in PLACES.values()


def test_a_good_set_is_published_without_a_word():
    made = book()
    gate.judge_photos(made, solution(placed(f"{n}.jpg", 30 * n) for n in range(12)), 0)
    gate.judge_seams(made, Step(1.0, 4.0, ahead(0, 0)), 0)
    gate.judge_gaps(made, None, solution([]), 0)
    assert (made.verdict, said(made)) == ("publish", [])
    assert made.figures["photos_used"] == 12
    assert made.figures["reprojection_degrees"] == [0.02, 0.05]


def test_photos_left_out_are_named_with_the_reason_and_too_many_mean_begin_again():
    photos = [
        placed("a.jpg"),
        placed("b.jpg", 40, "weak"),
        placed("c.jpg", fate="featureless", scene=-1),
        placed("d.jpg", fate="unconnected", scene=-1),
        placed("e.jpg", fate="unconnected", scene=1),
        placed("f.jpg", fate="unconnected", scene=1),
        placed("g.jpg", fate="duplicate"),
    ]
    made = book()
    gate.judge_photos(made, solution(photos), 0)
    assert made.verdict == "reshoot"
    assert said(made) == [
        ("few_used", {"count": 5, "used": 2}),
        ("photo_plain", {"name": "c.jpg"}),
        ("photo_alone", {"name": "d.jpg"}),
        ("other_scene", {"names": "e.jpg、f.jpg", "count": 2}),
        ("photo_weak", {"name": "b.jpg", "where": "右前方平视处"}),
    ]


def test_a_blurred_photo_is_asked_for_again_where_it_looked():
    photos = [placed(f"{n}.jpg", 36 * n) for n in range(9)] + [placed("x.jpg", -90, sharpness=0.05)]
    made = book()
    gate.judge_photos(made, solution(photos), 0)
    assert said(made) == [("photo_blurred", {"name": "x.jpg", "where": "左侧平视处"})]


@pytest.mark.parametrize(
    ("worst", "verdict", "code"),
    [(0.2, "publish", None), (0.5, "remark", "misaligned"), (2.4, "reshoot", "moved")],
)
def test_photos_that_do_not_fit_are_a_remark_and_then_a_refusal_to_publish(worst, verdict, code):
    made = book()
    gate.judge_photos(made, solution([placed("a"), placed("b", 30)], worst), 0)
    assert made.verdict == verdict
    assert [reason["code"] for reason in made.reasons] == ([code] if code else [])


def test_a_seam_through_something_that_moved_is_told_with_its_place():
    made = book()
    gate.judge_seams(made, Step(3.0, 80.0, ahead(95, -40)), 5)
    assert said(made) == [("seam_differs", {"where": "右侧低处"})]


def test_a_gap_across_the_seam_is_one_gap_and_says_how_many_photos_it_needs():
    rays = directions(1024, 512)
    hole = rays @ ahead(180, -45) > np.cos(np.radians(20))
    floor = rays[..., 2] < -np.sin(np.radians(75))
    made = book()
    gate.judge_gaps(made, np.where(hole | floor, 0, 255).astype(np.uint8), solution([]), 40)
    assert said(made) == [
        ("again", {"where": "右后方低处", "percent": "3.0", "count": 1}),
        ("again", {"where": "正下方", "percent": "1.7", "count": 1}),
    ]
    assert made.verdict == "reshoot"


def test_a_gap_under_the_feet_alone_is_only_a_remark():
    floor = directions(1024, 512)[..., 2] < -np.sin(np.radians(70))
    made = book()
    gate.judge_gaps(made, np.where(floor, 0, 255).astype(np.uint8), solution([]), 0)
    assert made.verdict == "remark"


def test_a_plain_sky_that_no_photo_could_be_placed_in_is_only_a_remark():
    sky = directions(1024, 512) @ ahead(20, 50) > np.cos(np.radians(20))
    covered = np.where(sky, 0, 255).astype(np.uint8)
    verdicts = []
    for photos in ([], [placed("sky.jpg", fate="featureless")]):
        made = book()
        gate.judge_gaps(made, covered, solution(photos), 0)
        assert [values["where"] for _, values in said(made)] == ["正前方高处"]
        verdicts.append(made.verdict)
    assert verdicts == ["reshoot", "remark"]
