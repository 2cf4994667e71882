"""Two circles become one sphere: where it should be, evenly lit, closed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from demo.cars import make_car
from demo.fisheye import Eye, Frame, as_insp, cabin_frame
from demo.interior import cabin_panorama
from panoramas import Unusable, bake, figures, fisheye, gpano, recipe
from panoramas.__main__ import main
from panoramas.dual import net as nets
from panoramas.masks import GREY, Mask
from tests.panoramas import fisheyes, pattern
from tests.panoramas.conftest import left_in
from tests.panoramas.fisheyes import BENT, PLAIN, WORN, codes, near_joint, saved, shown

pytestmark = pytest.mark.slow


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

    seen, rig = fisheyes.draw(frame, scene), fisheyes.rig_of(frame)
    made = fisheye.render(seen, rig, pose)
    width = made.baked.panorama.shape[1]
    assert fisheye.roll_sign(seen, rig, pose) == 1
    assert np.abs(made.baked.panorama - fisheyes.texture(pattern.rays_of(width))).mean() < 4


def test_a_mask_does_not_change_how_a_roll_is_read(tmp_path):
    """The room shows that the tag is the wrong way round; painted edges would hide it."""
    taken = pattern.posed(0, 0, -8)

    def scene(rays):
        return pattern.room_colours(rays @ taken.T)

    source = pattern.save(fisheyes.draw(PLAIN, scene), tmp_path / "p.jpg", {"PoseRollDegrees": 8})
    masks = [Mask(0.02, 0.02, 0.96, 0.96)]
    for name, painted in (("open", []), ("hidden", masks)):
        report = fisheye.make(source, tmp_path / name, rig=fisheyes.rig_of(PLAIN), masks=painted)
        assert "roll_reversed" in codes(report)


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
