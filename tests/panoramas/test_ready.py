"""A ready panorama comes out level, whole and without metadata, or not at all."""

from __future__ import annotations

import struct
from zlib import crc32

import cv2
import numpy as np
import pytest
from PIL import Image

from panoramas import Unusable, bake, level, picture, ready, recipe
from panoramas.masks import GREY, Mask
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in

pytestmark = pytest.mark.slow

WHOLE = {"FullPanoWidthPixels": 1024, "FullPanoHeightPixels": 512}
MIDDLE = slice(64, 448)


def shown(out):
    file = out / "panorama.jpg"
    return picture.load(file, picture.read_header(file))


def tags(heading=0, pitch=0, roll=0):
    pose = {"Heading": heading, "Pitch": pitch, "Roll": roll}
    return WHOLE | {f"Pose{name}Degrees": value for name, value in pose.items()}


@pytest.mark.parametrize(
    "pose", [(0, 5, 0), (0, 0, 5), (0, 0, -5), (123.4, 7, -12), (295, -20, 170), (10, 89, 0)]
)
def test_a_pose_is_baked_until_the_sphere_is_level_within_a_tenth_of_a_degree(tmp_path, pose):
    taken = pattern.sphere(1024, pattern.posed(*pose))
    source = pattern.save(taken, tmp_path / "p.jpg", tags(*pose))
    ready.make(source, tmp_path / "out")
    truth = pattern.colours(pattern.rays_of(1024))
    mean, worst = pattern.drift(shown(tmp_path / "out"), truth, rows=MIDDLE)
    degree = 1024 / 360
    assert mean < 0.02 * degree
    assert worst < 0.1 * degree


def test_a_mask_does_not_change_how_a_roll_is_read(tmp_path):
    """The room shows that the tag is the wrong way round; painted edges would hide it."""
    source = pattern.save(
        pattern.room(1024, pattern.posed(0, 0, -6)), tmp_path / "p.jpg", tags(roll=6)
    )
    masks = [Mask(0.02, 0.02, 0.96, 0.96)]
    for name, painted in (("open", []), ("hidden", masks)):
        report = ready.make(source, tmp_path / name, masks=painted)
        assert report.steps[3]["roll_sign"] == -1


def test_a_heading_alone_moves_whole_columns_and_says_what_is_left(tmp_path):
    level_one = pattern.sphere(1024)
    source = pattern.save(np.roll(level_one, -256, axis=1), tmp_path / "p.jpg", tags(heading=90.1))
    report = ready.make(source, tmp_path / "out")
    assert np.abs(shown(tmp_path / "out").astype(int) - level_one).mean() < 1
    step = next(step for step in report.steps if step["step"] == "level")
    assert step["columns"] == 256
    assert step["left_over_degrees"] == pytest.approx(0.1)
    assert report.result["opening"]["yaw"] == pytest.approx(90.1)


def test_a_crop_is_padded_with_a_flat_gap_and_kept_in_the_report(tmp_path):
    whole = pattern.sphere(2048)
    crop = pattern.save(
        cv2.resize(whole[200:800, 512:1536], (512, 300), interpolation=cv2.INTER_AREA),
        tmp_path / "p.jpg",
        {
            "FullPanoWidthPixels": 2048,
            "FullPanoHeightPixels": 1024,
            "CroppedAreaImageWidthPixels": 1024,
            "CroppedAreaImageHeightPixels": 600,
            "CroppedAreaLeftPixels": 512,
            "CroppedAreaTopPixels": 200,
        },
    )
    report = ready.make(crop, tmp_path / "out")
    made, truth = shown(tmp_path / "out"), pattern.colours(pattern.rays_of(1024))
    covered = cv2.imread(str(tmp_path / "out" / "coverage.png"), cv2.IMREAD_GRAYSCALE)
    assert made.shape == (512, 1024, 3)
    assert set(np.unique(covered)) == {0, 255}
    inside = cv2.erode(covered, np.ones((17, 17), np.uint8)) > 0
    outside = cv2.dilate(covered, np.ones((17, 17), np.uint8)) == 0
    assert np.abs(made[inside] - truth[inside]).mean() < 3
    assert np.abs(made[outside].astype(int) - bake.GAP).max() <= 2
    crop_told = report.result["crop"]
    assert (crop_told["left"], crop_told["top"]) == (256, 100)
    assert (crop_told["width"], crop_told["height"]) == (512, 300)
    top, bottom = np.pi / 2 - np.array([100, 400]) * np.pi / 512
    assert report.result["coverage"] == pytest.approx((np.sin(top) - np.sin(bottom)) / 4, abs=1e-3)
    assert report.reasons[0]["code"] == "gap"


def test_a_declared_size_that_is_not_the_real_one_changes_nothing(tmp_path):
    picture_of = pattern.sphere(1024)
    plain = pattern.save(picture_of, tmp_path / "plain.jpg")
    larger = {
        "FullPanoWidthPixels": 5120,
        "FullPanoHeightPixels": 2560,
        "CroppedAreaImageWidthPixels": 5120,
        "CroppedAreaImageHeightPixels": 2560,
    }
    scaled = pattern.save(picture_of, tmp_path / "scaled.jpg", larger)
    ready.make(plain, tmp_path / "a")
    ready.make(scaled, tmp_path / "b")
    assert (tmp_path / "a/panorama.jpg").read_bytes() == (tmp_path / "b/panorama.jpg").read_bytes()


def test_masks_are_opaque_where_they_were_drawn(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")
    ready.make(source, tmp_path / "out", masks=[Mask(0.25, 0.5, 0.125, 0.25)])
    made = shown(tmp_path / "out").astype(int)
    assert np.abs(made[260:380, 260:380] - GREY).max() <= 3
    assert np.abs(made[:250] - pattern.sphere(1024)[:250]).max() < 12


def test_the_result_carries_no_metadata_and_the_original_is_untouched(tmp_path):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 9.0)}
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg", tags(pitch=5), exif=exif)
    before = source.read_bytes()
    report = ready.make(source, tmp_path / "out")
    made = (tmp_path / "out/panorama.jpg").read_bytes()
    assert source.read_bytes() == before
    assert b"Exif" in before
    assert not any(word in made for word in (b"Exif", b"ns.google", b"ns.adobe", b"GPano"))
    assert report.inputs[0]["sha256"] == picture.digest(source)


def test_the_same_input_gives_the_same_bytes_whatever_the_threads(tmp_path):
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg", tags(30, 5, 5))
    before = cv2.getNumThreads()
    try:
        for threads, out in ((1, "one"), (4, "four")):
            cv2.setNumThreads(threads)
            ready.make(source, tmp_path / out)
    finally:
        cv2.setNumThreads(before)
    for name in ("panorama.jpg", "report.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "four" / name).read_bytes()


def test_making_it_again_does_nothing(tmp_path):
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg")
    steps = []
    first = ready.make(source, tmp_path / "out", progress=lambda share, step: steps.append(share))
    stamp = (tmp_path / "out/panorama.jpg").stat().st_mtime_ns
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 1)
    again = ready.make(source, tmp_path / "out", progress=lambda share, step: pytest.fail(step))
    assert again == first == recipe.read_report(tmp_path / "out")
    assert (tmp_path / "out/panorama.jpg").stat().st_mtime_ns == stamp


def test_another_result_is_never_overwritten(tmp_path):
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg")
    ready.make(source, tmp_path / "out")
    before = left_in(tmp_path)
    with pytest.raises(FileExistsError):
        ready.make(source, tmp_path / "out", masks=[Mask(0, 0, 0.1, 0.1)])
    assert left_in(tmp_path) == before


@pytest.mark.parametrize("at", ready.STEPS)
def test_stopping_at_any_step_leaves_nothing(tmp_path, at):
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg")

    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ready.make(source, tmp_path / "out", progress=stop)
    assert left_in(tmp_path) == ["p.jpg"]


def one_pixel(path):
    pattern.save(np.zeros((1, 1, 3), np.uint8), path)


def one_colour(path):
    pattern.save(np.full((512, 1024, 3), 90, np.uint8), path)


def not_two_to_one(path):
    pattern.save(pattern.sphere(1024)[:, :800], path)


def truncated(path):
    pattern.save(pattern.sphere(1024), path)
    path.write_bytes(path.read_bytes()[:60_000])


def truncated_png(path):
    Image.fromarray(pattern.sphere(1024)).save(path, "PNG")
    path.write_bytes(path.read_bytes()[:60_000])


def not_a_picture(path):
    path.write_bytes(b"%PDF-1.7 no picture here")


def twelve_bit(path):
    pattern.save(pattern.sphere(512), path)
    data = path.read_bytes()
    start = data.index(b"\xff\xc0") + 4  # the frame header's sample precision
    path.write_bytes(data[:start] + b"\x0c" + data[start + 1 :])


def too_wide(path):
    Image.new("1", (40_000, 10)).save(path, "PNG")


def a_bomb(path):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"x") + chunk(b"IEND", b""))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (one_pixel, "too_small"),
        (one_colour, "one_colour"),
        (not_two_to_one, "not_panorama"),
        (truncated, "truncated"),
        (truncated_png, "truncated"),
        (not_a_picture, "unreadable"),
        (twelve_bit, "unreadable"),
        (too_wide, "too_large"),
        (a_bomb, "too_large"),
    ],
)
def test_a_picture_of_no_use_is_refused_with_a_sentence_and_nothing_is_written(
    tmp_path, make, code
):
    source = tmp_path / "坏图.jpg"
    make(source)
    with pytest.raises(Unusable) as no:
        ready.make(source, tmp_path / "out")
    assert no.value.code == code
    assert "坏图.jpg" in no.value.message % no.value.values
    assert left_in(tmp_path) == ["坏图.jpg"]


def test_a_mask_outside_the_picture_is_refused(tmp_path):
    source = pattern.save(pattern.sphere(512), tmp_path / "p.jpg")
    with pytest.raises(Unusable) as no:
        ready.make(source, tmp_path / "out", masks=[Mask(0.9, 0, 0.2, 0.2)])
    assert no.value.code == "mask_wrong"
    assert left_in(tmp_path) == ["p.jpg"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "CMYK"])
def test_other_ways_of_coding_show_the_same_panorama(tmp_path, kind):
    flat = Image.fromarray(pattern.sphere(512))
    if kind == "CMYK":
        flat.convert("CMYK").save(tmp_path / "p.jpg", "JPEG", quality=100)
    else:
        flat.save(tmp_path / "p.jpg", kind, lossless=True)
    ready.make(tmp_path / "p.jpg", tmp_path / "out")
    assert np.abs(shown(tmp_path / "out").astype(int) - pattern.sphere(512)).mean() < 2.5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpano-pitch-5.jpg", "gpano-roll-5.jpg"])
def test_the_reference_charts_come_out_with_a_level_horizon(tmp_path, data, name):
    """The chart's horizon is a thin dark line from edge to edge: found by pixels, row by column."""
    source = data / "panoramas" / name
    report = ready.make(source, tmp_path / "out")
    made = shown(tmp_path / "out")
    height, width = made.shape[:2]
    assert report.steps[3]["roll_sign"] == 1
    assert report.figures["horizon_tilt_degrees"] < 0.3
    band = cv2.cvtColor(made[height // 2 - 100 : height // 2 + 100], cv2.COLOR_RGB2GRAY)
    line = np.argmin(cv2.blur(band, (121, 1)).astype(int), axis=0) - 99.5
    columns = np.arange(width) / width * 2 * np.pi
    near = np.abs(line - np.median(line)) < 60
    assert near.mean() > 0.5
    terms = np.stack([np.ones(width), np.sin(columns), np.cos(columns)], 1)[near]
    lift, sine, cosine = np.linalg.lstsq(terms, line[near], rcond=None)[0] * 180 / height
    assert abs(lift) < 0.3
    assert np.hypot(sine, cosine) < 0.3


@pytest.mark.slow
def test_the_charts_are_tilted_before_they_are_baked(data):
    for name in ("gpano-pitch-5.jpg", "gpano-roll-5.jpg"):
        source = data / "panoramas" / name
        said = level.uprights(picture.load(source, picture.read_header(source)))
        assert said.tilt == pytest.approx(5, abs=0.3)


def test_the_castle_declares_five_times_its_size_and_still_comes_out(tmp_path, data):
    report = ready.make(data / "panoramas/veste-equirect.jpg", tmp_path / "out")
    assert (report.result["width"], report.result["coverage"]) == (2000, 1.0)
    assert report.result["opening"]["yaw"] == -65
    assert report.figures["wrap_seam_ratio"] < 1.3
