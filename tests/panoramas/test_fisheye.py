"""Two circles become one sphere: where it should be, evenly lit, closed, or not at all."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from demo.cars import make_car
from demo.fisheye import Eye, Frame, as_insp, cabin_frame
from demo.interior import cabin_panorama
from panoramas import Unusable, bake, figures, fisheye, gpano, picture, recipe
from panoramas.__main__ import main
from panoramas.dual import circles, refine
from panoramas.dual import net as nets
from panoramas.dual.cameras import boxes, by_model, table
from panoramas.dual.cameras import check as check_camera
from panoramas.dual.lens import Lens, Rig, read
from panoramas.dual.ring import Pyramid, places
from panoramas.masks import GREY, Mask
from tests.panoramas import fisheyes, pattern
from tests.panoramas.conftest import left_in

pytestmark = pytest.mark.slow

PLAIN = Frame()
SIDE = PLAIN.side
BENT = Frame(side=512, stacked=True).both(field=194.0, bends=(-0.05, 0.004))
WORN = Frame(
    front=Eye(x=0.508, y=0.495, gain=(1.1, 1.0, 0.95), shade=0.3),
    rear=Eye(x=0.493, y=0.505, pose=(181.0, 0.8, -1.2), shade=0.3),
)


def saved(tmp_path, frame, *scenes, name="p.jpg", **more):
    return pattern.save(fisheyes.draw(frame, *scenes), tmp_path / name, **more)


def shown(out):
    file = out / "panorama.jpg"
    return picture.load(file, picture.read_header(file))


def codes(report):
    return {reason["code"] for reason in report.reasons}


def near_joint(width, degrees):
    """Columns within some degrees of the joint, on both sides of the sphere."""
    longitude = (np.arange(width) + 0.5) / width * 360 - 180
    return np.abs(np.abs(longitude) - 90) < degrees


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


def test_a_worn_camera_comes_out_whole_even_and_closed(tmp_path):
    """Nothing is told but the picture: gains, shade, centres and turn are all found."""
    report = fisheye.make(saved(tmp_path, WORN), tmp_path / "out")
    made = shown(tmp_path / "out").astype(float)
    truth = fisheyes.texture(pattern.rays_of(made.shape[1]))
    joint = report.figures["joint"]
    assert joint["gains"] == pytest.approx([1.1, 1.0, 0.95], abs=0.01)
    assert joint["shade_at_joint"] == pytest.approx(0.3, abs=0.08)
    assert joint["step"] < 4
    assert report.figures["coverage"] == 1
    assert report.figures["wrap_seam_ratio"] < 1.3
    assert codes(report) == {"low_resolution"}
    level = made.mean(axis=(0, 2)) / truth.mean(axis=(0, 2))
    at_joint, middle = near_joint(made.shape[1], 4), ~near_joint(made.shape[1], 60)
    assert level[at_joint].mean() == pytest.approx(level[middle].mean(), rel=0.1)
    error = ((made[:, middle] / level[middle].mean() - truth[:, middle]) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 27


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


@pytest.mark.slow
def test_stacked_circles_are_found_and_joined(tmp_path):
    report = fisheye.make(saved(tmp_path, BENT), tmp_path / "out")
    assert report.steps[2]["camera"] == "generic-stacked"
    assert report.figures["refinement"]["sure"]
    assert report.figures["refinement"]["median_degrees"] < 0.05
    assert report.figures["joint"]["step"] < 3


@pytest.mark.parametrize("side", [-90, pytest.param(90, marks=pytest.mark.slow)])
def test_pictures_that_lie_on_their_side_are_set_upright_by_lines_and_sky(tmp_path, side):
    lying = Frame(front=Eye(pose=(0, 0, side)), rear=Eye(pose=(180, 0, -side)))
    report = fisheye.make(saved(tmp_path, lying, fisheyes.columned), tmp_path / "out")
    made = shown(tmp_path / "out").astype(float)
    truth = fisheyes.columned(pattern.rays_of(made.shape[1]))
    assert "upright_guessed" in codes(report)
    assert np.abs(made - truth).mean() < 6


def test_pictures_that_stand_upright_are_left_so(tmp_path):
    report = fisheye.make(saved(tmp_path, PLAIN, fisheyes.columned), tmp_path / "out")
    assert "upright_guessed" not in codes(report)
    assert report.result["rig"][0]["roll"] == 0


@pytest.mark.slow
def test_a_rear_picture_upside_down_is_noticed(tmp_path):
    odd = replace(PLAIN, rear=Eye(pose=(180, 0, 180)))
    report = fisheye.make(saved(tmp_path, odd, fisheyes.columned), tmp_path / "out")
    made = shown(tmp_path / "out").astype(float)
    assert report.figures["refinement"]["median_degrees"] < 0.05
    assert np.abs(made - fisheyes.columned(pattern.rays_of(made.shape[1]))).mean() < 6


def test_lenses_that_do_not_meet_leave_a_gap(tmp_path):
    narrow = PLAIN.both(field=170.0)
    source = saved(tmp_path, narrow)
    report = fisheye.make(source, tmp_path / "out", rig=fisheyes.rig_of(narrow))
    covered = cv2.imread(str(tmp_path / "out/coverage.png"), cv2.IMREAD_GRAYSCALE)
    made = shown(tmp_path / "out").astype(int)
    missing = cv2.erode(np.where(covered == 0, 255, 0).astype(np.uint8), np.ones((17, 17)))
    shown_part = 1 - np.cos(np.radians(85 - 0.7))
    assert report.figures["coverage"] == pytest.approx(shown_part, abs=0.003)
    assert "gap" in codes(report)
    assert missing.any()
    assert np.abs(made[missing > 0] - bake.GAP).max() <= 2


def test_the_pose_in_the_file_is_baked(tmp_path):
    taken = pattern.posed(40, 5, 0)

    def scene(rays):
        return fisheyes.texture(rays @ taken.T)

    tags = {"PosePitchDegrees": 5, "PoseHeadingDegrees": 40}
    source = pattern.save(fisheyes.draw(PLAIN, scene), tmp_path / "p.jpg", tags)
    report = fisheye.make(source, tmp_path / "out", rig=fisheyes.rig_of(PLAIN))
    made = shown(tmp_path / "out").astype(float)
    assert np.abs(made - fisheyes.texture(pattern.rays_of(made.shape[1]))).mean() < 4
    assert report.result["opening"]["yaw"] == 40


def test_a_roll_is_read_as_ready_reads_it():
    pose = gpano.Pose(None, 0.0, 8.0)
    taken = pattern.posed(0, 0, 8)
    frame = PLAIN.both()

    def scene(rays):
        return fisheyes.texture(rays @ taken.T)

    made = fisheye.render(fisheyes.draw(frame, scene), fisheyes.rig_of(frame), pose)
    width = made.baked.panorama.shape[1]
    assert made.roll_sign == 1
    assert np.abs(made.baked.panorama - fisheyes.texture(pattern.rays_of(width))).mean() < 4


def test_a_trailer_behind_the_jpeg_changes_no_pixel(tmp_path):
    plain = saved(tmp_path, PLAIN)
    (tmp_path / "p.insp").write_bytes(as_insp(plain.read_bytes()))
    for source, out in ((plain, "a"), (tmp_path / "p.insp", "b")):
        fisheye.make(source, tmp_path / out)
    a, b = ((tmp_path / out / "panorama.jpg").read_bytes() for out in "ab")
    assert a == b


def test_an_earlier_picture_of_the_camera_lends_its_lenses(tmp_path):
    first = fisheye.make(saved(tmp_path, WORN), tmp_path / "a")
    dark = pattern.save(fisheyes.draw(WORN) // 6, tmp_path / "dark.jpg")
    told = fisheye.rig_of(first)
    second = fisheye.make(dark, tmp_path / "b", rig=told)
    assert fisheye.rig_of(second) == told
    assert second.steps[2]["camera"] == "given"


def test_masks_are_painted_on_the_frame(tmp_path):
    report = fisheye.make(
        saved(tmp_path, PLAIN), tmp_path / "out", masks=[Mask(0.2, 0.4, 0.1, 0.2)]
    )
    made = shown(tmp_path / "out").astype(int)
    height, width = made.shape[:2]
    middle = made[height // 2 - 20 : height // 2 + 20, width // 2 - 20 : width // 2 + 20]
    assert report.steps[1]["count"] == 1
    assert np.abs(middle - GREY).max() <= 8


def test_a_mask_moves_nothing_else_in_the_panorama(tmp_path):
    source = saved(tmp_path, WORN)
    whole = fisheye.make(source, tmp_path / "whole")
    hidden = fisheye.make(source, tmp_path / "hidden", masks=[Mask(0, 0.1, 0.2, 0.6)])
    assert fisheye.rig_of(hidden) == fisheye.rig_of(whole)


def test_the_same_frame_gives_the_same_bytes_whatever_the_threads(tmp_path, monkeypatch):
    source = saved(tmp_path, WORN)
    before = cv2.getNumThreads()
    try:
        for threads, out in ((1, "one"), (5, "five")):
            cv2.setNumThreads(threads)
            monkeypatch.setattr("panoramas.resample.os.cpu_count", lambda count=threads: count)
            nets.net.cache_clear()
            fisheye.make(source, tmp_path / out)
    finally:
        cv2.setNumThreads(before)
    for name in ("panorama.jpg", "report.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "five" / name).read_bytes()


def test_making_it_again_does_nothing_and_something_else_is_never_overwritten(tmp_path):
    source = saved(tmp_path, PLAIN)
    first = fisheye.make(source, tmp_path / "out")
    again = fisheye.make(source, tmp_path / "out", progress=lambda share, step: pytest.fail(step))
    assert again == first == recipe.read_report(tmp_path / "out")
    before = left_in(tmp_path)
    with pytest.raises(FileExistsError):
        fisheye.make(source, tmp_path / "out", camera="generic-side-by-side")
    assert left_in(tmp_path) == before


@pytest.mark.parametrize("at", ["find", "join", "write"])
def test_stopping_leaves_nothing(tmp_path, at):
    source = saved(tmp_path, PLAIN)

    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fisheye.make(source, tmp_path / "out", progress=stop)
    assert left_in(tmp_path) == ["p.jpg"]


def panorama(path):
    pattern.save(pattern.sphere(1024), path)


def framed_photo(path):
    seen = np.zeros((600, 1200, 3), np.uint8)
    seen[60:540, 80:1120] = pattern.sphere(1040)[:480]
    pattern.save(seen, path)


def one_circle(path):
    seen = fisheyes.draw(PLAIN).copy()
    seen[:, SIDE:] = 0
    pattern.save(seen, path)


def square(path):
    pattern.save(fisheyes.draw(BENT)[: BENT.side], path)


def noise(path):
    grain = np.random.default_rng(3).integers(0, 256, (512, 1024, 3))
    pattern.save(grain.astype(np.uint8), path)


def dark_photo(path):
    seen = pattern.sphere(1024).astype(float)
    away = np.hypot(*(np.indices(seen.shape[:2]) - np.array([256, 512])[:, None, None]))
    pattern.save(pattern.eight_bit(seen * np.exp(-((away / 300) ** 2))[..., None]), path)


def one_colour(path):
    pattern.save(np.full((512, 1024, 3), 90, np.uint8), path)


def tiny(path):
    pattern.save(cv2.resize(fisheyes.draw(PLAIN), (200, 100)), path)


def one_pixel(path):
    pattern.save(np.zeros((1, 1, 3), np.uint8), path)


def truncated(path):
    pattern.save(fisheyes.draw(PLAIN), path)
    path.write_bytes(path.read_bytes()[:60_000])


def truncated_insp(path):
    """Cut inside the picture; what a camera writes behind it is there."""
    pattern.save(fisheyes.draw(PLAIN), path)
    path.write_bytes(as_insp(path.read_bytes()[:60_000]))


def only_a_trailer(path):
    path.write_bytes(as_insp(b""))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (panorama, "not_fisheye"),
        (framed_photo, "not_fisheye"),
        (one_circle, "not_fisheye"),
        (square, "not_fisheye"),
        (noise, "not_fisheye"),
        (one_colour, "one_colour"),
        (dark_photo, "not_fisheye"),
        (tiny, "too_small"),
        (one_pixel, "too_small"),
        (truncated, "truncated"),
        (truncated_insp, "truncated"),
        (only_a_trailer, "unreadable"),
    ],
)
def test_a_picture_of_no_use_is_refused_with_a_sentence_and_nothing_is_written(
    tmp_path, make, code
):
    source = tmp_path / "坏图.insp"
    make(source)
    with pytest.raises(Unusable) as no:
        fisheye.make(source, tmp_path / "out")
    assert no.value.code == code
    assert "坏图.insp" in no.value.message % no.value.values
    assert left_in(tmp_path) == ["坏图.insp"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"camera": "brownie"}, "camera_unknown"),
        ({"rig": fisheyes.rig_of(BENT)}, "rig_wrong"),
        ({"masks": [Mask(0.9, 0, 0.2, 0.2)]}, "mask_wrong"),
    ],
)
def test_a_wish_that_does_not_fit_is_refused(tmp_path, wish, code):
    source = saved(tmp_path, PLAIN)
    with pytest.raises(Unusable) as no:
        fisheye.make(source, tmp_path / "out", **wish)
    assert no.value.code == code
    assert left_in(tmp_path) == ["p.jpg"]


def test_a_named_camera_whose_rims_are_not_seen_is_laid_by_the_table_and_said(tmp_path):
    eyes = {"field": 202.0, "radius": 0.53, "y": 0.504}
    frame = Frame(front=Eye(x=0.497, **eyes), rear=Eye(x=0.493, pose=(180, 0, 0), **eyes))
    seen = fisheyes.draw(frame).copy()
    seen[seen.max(axis=2) < 12] = 140
    source = pattern.save(seen, tmp_path / "p.jpg")
    report = fisheye.make(source, tmp_path / "out", camera="samsung-gear-360")
    assert "circle_unsure" in codes(report)
    assert report.steps[2]["circles"] is False
    assert report.figures["refinement"]["median_degrees"] < 0.1
    with pytest.raises(Unusable) as no:
        fisheye.make(source, tmp_path / "other")
    assert no.value.code == "not_fisheye"
    assert not (tmp_path / "other").exists()


def test_the_camera_is_known_by_what_it_writes_into_the_file(tmp_path):
    exif = Image.Exif()
    exif[0x0110] = "SM-C200"
    report = fisheye.make(saved(tmp_path, PLAIN, exif=exif), tmp_path / "out")
    assert report.steps[2]["camera"] == "samsung-gear-360"


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


def test_where_nothing_can_be_compared_it_is_said(tmp_path):
    """Two plain discs: the circles hold, the joint cannot be checked."""

    def plain(rays):
        return np.full(rays.shape, 150.0) + 20 * rays[..., 2:]

    report = fisheye.make(saved(tmp_path, PLAIN, plain), tmp_path / "out")
    assert {"refinement_unsure"} <= codes(report)
    assert report.verdict != "publish"


def test_lenses_of_very_different_light_are_evened_and_said(tmp_path):
    uneven = replace(PLAIN, rear=replace(PLAIN.rear, gain=(0.6, 0.6, 0.6)))
    report = fisheye.make(saved(tmp_path, uneven), tmp_path / "out")
    assert report.figures["joint"]["gains"] == pytest.approx([1 / 0.6] * 3, rel=0.02)
    assert report.figures["joint"]["step"] < 3
    assert "lenses_uneven" in codes(report)


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


def test_fisheye_then_tiles_from_the_command_line(tmp_path, capsys):
    source = saved(tmp_path, PLAIN)
    assert main(["fisheye", str(source), str(tmp_path / "a")]) == 0
    again = ["fisheye", str(source), str(tmp_path / "c"), "--rig", str(tmp_path / "a")]
    assert main(again) == 0
    lenses = [recipe.read_report(tmp_path / name).result["rig"] for name in "ac"]
    assert lenses[0] == lenses[1]
    assert main(["tiles", str(tmp_path / "a/panorama.jpg"), str(tmp_path / "b")]) == 0
    assert (tmp_path / "b/report.json").is_file()
    assert main(["fisheye", str(source), str(tmp_path / "d"), "--camera", "brownie"]) == 1
    assert capsys.readouterr().err.count("camera_unknown: ") == 1


CABIN = Frame(
    side=704,
    front=Eye(x=0.505, y=0.497, field=196.0, bends=(-0.03,), gain=(1.06, 1.0, 0.97), shade=0.2),
    rear=Eye(x=0.496, y=0.503, field=196.0, bends=(-0.03,), pose=(180.7, -0.5, 0.9), shade=0.2),
)


@pytest.mark.slow
def test_the_virtual_cars_cabin_comes_out_where_the_renderer_drew_it(tmp_path):
    """A bending lens that nobody told of, worn and turned; the truth is the renderer's panorama."""
    car = make_car(3)
    source = pattern.save(cabin_frame(car, CABIN), tmp_path / "p.jpg")
    report = fisheye.make(source, tmp_path / "out")
    made = shown(tmp_path / "out").astype(float)
    truth = cabin_panorama(car, made.shape[1])[..., ::-1].astype(float)
    aligned = report.figures["refinement"]
    assert aligned["sure"]
    assert aligned["median_degrees"] < 0.1
    assert report.figures["joint"]["step"] < 5
    ratio = (made.sum(axis=(0, 1)) / truth.sum(axis=(0, 1)))[None, None]
    joint = near_joint(made.shape[1], 5)
    error = ((made / ratio - truth) ** 2)[:, joint].mean()
    assert 10 * np.log10(255**2 / error) > 24


@pytest.mark.slow
def test_a_cabin_seen_by_lenses_two_centimetres_apart_joins_better_than_it_did():
    car = make_car(3)
    plain = Frame(side=704)
    seam = fisheye.render(cabin_frame(car, plain, 0.02), fisheyes.rig_of(plain)).seam
    together = fisheye.render(cabin_frame(car, plain), fisheyes.rig_of(plain)).seam
    assert seam.near.after > seam.near.before + 0.1
    assert np.percentile(np.abs(seam.near.apart), 90) > 0.8
    assert np.percentile(np.abs(together.near.apart), 90) < 0.3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "width"), [("gear360-frame.png", 2368), ("insta360-air-still-001.png", 1728)]
)
def test_real_frames_are_found_aligned_and_joined(tmp_path, data, name, width):
    report = fisheye.make(data / "dual-fisheye" / name, tmp_path / "out")
    joint = report.figures["joint"]
    assert abs(report.result["width"] - width) <= 64
    assert report.figures["refinement"]["sure"]
    assert report.figures["refinement"]["median_degrees"] < 0.25
    assert joint["likeness_bent"] > joint["likeness_straight"] + 0.1
    assert report.figures["coverage"] == 1
    assert figures.wrap_seam(shown(tmp_path / "out")).ratio < 1.3
