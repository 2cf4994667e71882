"""Lenses, their table, their circles, the net and the joint: the geometry of a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from panoramas import fisheye, recipe
from panoramas.dual import circles, refine
from panoramas.dual import net as nets
from panoramas.dual.cameras import boxes, by_model, table
from panoramas.dual.cameras import check as check_camera
from panoramas.dual.lens import Lens, Rig, read
from panoramas.dual.ring import Pyramid, places
from tests.panoramas import fisheyes, pattern
from tests.panoramas.fisheyes import BENT, PLAIN, SIDE, WORN

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("frame", [PLAIN, BENT], ids=["side by side", "stacked, bent lens"])
def test_known_lenses_put_every_pixel_where_its_direction_is(frame):
    made = fisheye.render(fisheyes.draw(frame, pattern.colours), fisheyes.rig_of(frame)).baked
    height, width = made.panorama.shape[:2]
    truth = pattern.colours(pattern.rays_of(width))
    mean, worst = pattern.drift(made.panorama, truth, rows=slice(height // 8, -height // 8))
    assert made.covered is None
    assert mean < 0.02
    assert worst < 0.1
    assert np.abs(made.panorama - truth).mean() < 0.5


def test_the_width_is_what_the_lens_resolves_and_a_multiple_of_64():
    rig = fisheyes.rig_of(PLAIN)
    width = fisheye.render(fisheyes.draw(PLAIN), rig).baked.panorama.shape[1]
    resolved = 360 / np.degrees(1 / rig.front.focal)
    assert width % 64 == 0
    assert 0 <= resolved - width < 64


@pytest.mark.parametrize(("share", "degrees"), [(0.02, 2.0), (-0.015, 1.5)])
def test_a_wrong_start_is_refined_until_both_lenses_agree(share, degrees):
    """The joint closes within .05° and no direction near it is off by more than a tenth."""
    frames, true = Pyramid(fisheyes.draw(WORN)), fisheyes.rig_of(WORN)
    front, rear = (
        replace(
            lens,
            column=lens.column + share * lens.radius,
            row=lens.row - sign * share * lens.radius,
            radius=lens.radius * (1 + share),
        )
        for lens, sign in zip(true, (1, -1), strict=True)
    )
    start = Rig(front, replace(rear, heading=rear.heading + degrees, roll=rear.roll - degrees))
    assert fisheyes.wrong(start, WORN) > abs(share) * 90
    refined = refine.refine(frames, refine.near_to(start))
    assert refined.sure
    assert refined.after < 0.03
    assert refined.worst < 0.06
    assert fisheyes.wrong(refined.rig, WORN) < 0.1


def test_circles_are_found_to_a_pixel():
    seen = fisheyes.draw(WORN)
    for eye, box in zip(
        (WORN.front, WORN.rear), boxes(2 * SIDE, SIDE, "side_by_side"), strict=True
    ):
        found = circles.find(seen, box)
        assert found.column == pytest.approx(box.left + eye.x * SIDE - 0.5, abs=1)
        assert found.row == pytest.approx(eye.y * SIDE - 0.5, abs=1)
        assert found.radius == pytest.approx(eye.radius * SIDE, abs=2)


def test_what_is_near_is_bent_half_and_half_and_joins():
    """A wall .6 m around lenses 2 cm apart is seen 1.9° apart at the joint."""
    seen = fisheyes.draw(PLAIN, *fisheyes.around(0.6, 0.02))
    joint = fisheye.render(seen, fisheyes.rig_of(PLAIN)).seam
    expected = np.degrees(0.02 / 0.6)
    assert np.median(joint.near.apart) == pytest.approx(expected, abs=0.15)
    assert joint.near.after > 0.9 > joint.near.before + 0.2
    far = fisheye.render(fisheyes.draw(PLAIN), fisheyes.rig_of(PLAIN)).seam
    assert np.abs(far.near.apart).max() < 0.1


def test_the_bend_ends_inside_the_strip():
    seen = fisheyes.draw(PLAIN, *fisheyes.around(0.6, 0.02))
    straight = fisheyes.draw(PLAIN)
    made, plain = (
        fisheye.render(frame, fisheyes.rig_of(PLAIN)).seam.near for frame in (seen, straight)
    )
    rays = pattern.rays_of(256)
    away = np.abs(rays[..., 1]) > np.sin(np.radians(10.01))
    at = places(rays)
    for front in (True, False):
        moved = np.linalg.norm(made.bend(*at, front) - rays, axis=-1)
        assert moved[away].max() < 1e-12
        assert moved.max() > 0.01
        assert np.linalg.norm(plain.bend(*at, front) - rays, axis=-1).max() < 0.002


def test_lenses_are_only_lent_by_a_report_of_this_recipe():
    other = recipe.Recipe("ready", ("read",), None).report("key", [], {}, {})
    with pytest.raises(ValueError, match="ready"):
        fisheye.rig_of(other)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [({"bends": [-0.4]}, "front"), ({"field": 90}, "front"), ({"radius": 0}, "rear")],
)
def test_a_row_of_the_table_that_makes_no_lens_is_named(row, wrong):
    good = table()["ricoh-theta"]
    bad = replace(good, **{wrong: getattr(good, wrong) | row})
    with pytest.raises(ValueError, match="ricoh-theta"):
        check_camera(bad)


def test_every_camera_of_the_table_makes_a_rig_and_is_known_by_its_model():
    for camera in table().values():
        rig = camera.rig(1920, 1080) if camera.layout == "side_by_side" else camera.rig(1080, 2160)
        assert read(rig.told()) == rig
        for model in camera.models:
            assert by_model(f"{model} more").name == camera.name
    assert by_model("") is None
    assert by_model("Somebody's telephone") is None


def test_places_and_directions_of_a_lens_are_each_others_inverse():
    lens = Lens(
        boxes(640, 640, "side_by_side")[0], 310.0, 330.0, 300.0, 210.0, (-0.04, 0.003), 3, 4, 5
    )
    chance = np.random.default_rng(2)
    reach, around = chance.uniform(0, 300, 500), chance.uniform(0, 2 * np.pi, 500)
    column, row = 310 + reach * np.cos(around), 330 + reach * np.sin(around)
    back = lens.pixels(lens.rays(column, row))
    assert np.abs(back[0] - column).max() < 1e-6
    assert np.abs(back[1] - row).max() < 1e-6
    turned = lens.turned(lens.rotation)
    assert (turned.heading, turned.pitch, turned.roll) == pytest.approx((3, 4, 5))


def test_the_net_is_exact_to_a_hundredth_of_a_pixel():
    rig = fisheyes.rig_of(BENT)
    width = 1280
    known = nets.net(rig, np.eye(3).tobytes(), width)
    filled = nets.fill(known.front.places)
    column, row, angle = rig.front.pixels(pattern.rays_of(width))
    seen = angle < np.radians(95)
    off = np.hypot(filled[..., 0] - column, filled[..., 1] - row)[seen]
    assert off.max() < 0.02
    assert off.mean() < 0.01
