"""Cube faces for other viewers, against the analytic pattern and py360convert."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import py360convert
import pytest
import simplejpeg

from panoramas import Unusable, cube, faces, multires, picture, planes, unfold
from panoramas.__main__ import main
from panoramas.gpano import Opening
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in
from tests.panoramas.test_faces import LOOKS

KERNELS = ("linear", "cubic")


def truth(letter, side, per_turn=pattern.PER_TURN):
    """The exact colours of a face, written down apart from the engine's own formula."""
    u, v = np.meshgrid((np.arange(side) + 0.5) / side * 2 - 1, (np.arange(side) + 0.5) / side)
    flat = np.stack([u, np.ones_like(u), 1 - 2 * v], -1)
    rays = flat / np.linalg.norm(flat, axis=-1, keepdims=True)
    return pattern.colours(rays @ pattern.posed(*LOOKS[letter], 0).T, per_turn)


def decoded(file):
    return picture.load(file, picture.read_header(file))


def decoded_again(truth):
    """What a JPEG of the truth shows."""
    coded = picture.encode_jpeg(pattern.eight_bit(truth), multires.QUALITY)
    return simplejpeg.decode_jpeg(coded, "RGB")


def joined(out, level, letter, side):
    count = math.ceil(side / 512)
    name = f"{level}/{letter.lower()}{{}}_{{}}.jpg"
    return np.vstack(
        [np.hstack([decoded(out / name.format(r, c)) for c in range(count)]) for r in range(count)]
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return pattern.save(
        pattern.sphere(2048, per_turn=60), tmp_path_factory.mktemp("cube") / "p.jpg"
    )


@pytest.fixture(scope="module")
def made(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "cube"
    multires.make(source, out, opening=Opening(30, -10, 80), whole=True)
    return out


def laid_out(width, side, kernel="cubic", per_turn=pattern.PER_TURN, rows=None):
    panorama = planes.split(pattern.sphere(width, per_turn=per_turn))
    return unfold.lay_out(panorama, *unfold.both_maps(side, width, kernel), rows or side)


JFIF = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])


def true_planes(letter, side, per_turn):
    """Y, Cb and Cr (JFIF) of the exact face, float; colours as the mean of four."""
    y, cb, cr = np.moveaxis(truth(letter, side, per_turn) @ JFIF.T, -1, 0)
    half = [c.reshape(side // 2, 2, side // 2, 2).mean(axis=(1, 3)) + 128 for c in (cb, cr)]
    return y, *half


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_face_lies_within_a_fiftieth_of_a_pixel(kernel):
    cut = laid_out(1024, 320, kernel, per_turn=60)
    for letter in cube.ORDER:
        face = cut.strip(letter, 0, 320)
        for seen, wanted in zip(face, true_planes(letter, 320, 60), strict=True):
            assert np.abs(seen - wanted).max() < 7, letter  # edges, corners, seam and poles too
            mean, worst = pattern.drift(seen[..., None], wanted[..., None])
            assert mean <= 0.02, (letter, mean)
            assert worst <= 0.05, (letter, worst)


def test_the_cubic_kernel_is_told_where_it_shows_a_ramp():
    ramp = np.tile(np.arange(256, dtype=np.float32), (8, 1))
    wanted = np.linspace(100, 104, 401, dtype=np.float32)[None]
    places, row = wanted.copy(), np.full_like(wanted, 4)
    off = np.abs(cv2.remap(ramp, places, row, cv2.INTER_CUBIC) - wanted).max()
    unfold._settle(places)
    settled = np.abs(cv2.remap(ramp, places, row, cv2.INTER_CUBIC) - wanted).max()
    assert off > 0.04
    assert settled < 0.005


@pytest.mark.parametrize("letter", cube.ORDER)
def test_strips_are_rows_of_the_whole_face(letter):
    strips = [
        laid_out(1024, 320, rows=64).strip(letter, top, top + 64) for top in range(0, 320, 64)
    ]
    whole = laid_out(1024, 320).strip(letter, 0, 320)
    for one, other in zip(planes.join(strips), whole, strict=True):
        assert np.array_equal(one, other)


def test_the_faces_are_those_of_py360convert():
    theirs = py360convert.e2c(pattern.sphere(1024), 256, cube_format="dict")
    cut = laid_out(1024, 256, "linear")
    for letter, face in theirs.items():
        wanted = planes.split(face)
        for one, other in zip(cut.strip(letter, 0, 256), wanted, strict=True):
            assert np.abs(one - other.astype(int)).mean() < 6, letter


def test_the_planes_are_those_that_a_jpeg_keeps():
    picture_ = pattern.sphere(512)
    coded = planes.encode(planes.split(picture_), 100)
    theirs = simplejpeg.decode_jpeg(picture.encode_jpeg(picture_, 100), "RGB")
    assert np.abs(simplejpeg.decode_jpeg(coded, "RGB") - theirs.astype(int)).mean() < 0.5


def test_a_width_that_is_no_multiple_of_four_is_resampled_and_said_so(tmp_path):
    source = pattern.save(pattern.sphere(1026), tmp_path / "p.jpg")
    report = multires.make(source, tmp_path / "out")
    assert report.steps[0] == {"step": "read", "width": 1024, "resampled": True}
    wanted = decoded_again(truth("F", 320))
    assert np.abs(decoded(tmp_path / "out/1/f0_0.jpg").astype(int) - wanted).mean() < 1.5


def test_the_pyramid_is_what_its_config_says(made):
    told = json.loads((made / "config.json").read_text())
    assert (told["type"], told["yaw"], told["pitch"], told["hfov"]) == ("multires", 30, -10, 80)
    rules = told["multiRes"]
    assert rules["path"] == "/%l/%s%y_%x"
    assert rules["fallbackPath"] == "/fallback/%s"
    assert (rules["extension"], rules["tileResolution"]) == ("jpg", 512)
    assert (rules["cubeResolution"], rules["maxLevel"]) == (648, 2)
    wanted = {
        f"{level}/{letter}{row}_{col}.jpg"
        for level in (1, 2)
        for letter in "frblud"
        for row in range(level)
        for col in range(level)
    }
    found = {name for name in left_in(made) if name[0].isdigit() and name.endswith(".jpg")}
    assert found == wanted


@pytest.mark.parametrize("letter", ["F", "B", "U", "D"])
def test_the_tiles_put_together_are_the_face_at_every_level(made, letter):
    wanted = truth(letter, 648, 60)
    for level, side in ((2, 648), (1, 324)):
        face = joined(made, level, letter, side)
        assert face.shape == (side, side, 3)
        coded = decoded_again(wanted)
        assert np.abs(face.astype(int) - coded).mean() < 1.5
        wanted = wanted.reshape(side // 2, 2, side // 2, 2, 3).mean(axis=(1, 3))
    whole = decoded(made / f"fallback/{letter.lower()}.jpg")
    assert np.array_equal(whole, decoded(made / f"faces/{multires.NAMES[letter]}.jpg"))
    assert np.abs(whole - joined(made, 2, letter, 648).astype(int)).mean() < 1


def test_out_to_the_cube_and_back_is_the_sphere_again(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")
    multires.make(source, tmp_path / "cube", whole=True)
    faces.make(sorted((tmp_path / "cube/faces").iterdir()), tmp_path / "back")
    back = decoded(tmp_path / "back/panorama.jpg")
    assert back.shape == (640, 1280, 3)
    wanted = pattern.colours(pattern.rays_of(1280))
    mean, worst = pattern.drift(back, wanted, block=64, rows=slice(160, 480))
    assert mean < 0.05  # two codings, at quality 85 and 95, in it
    assert worst < 0.2


@pytest.mark.parametrize(
    ("width", "sides", "tiles"),
    [
        (8192, (325, 650, 1300, 2600), 300),
        (5376, (426, 852, 1704), 126),
        (1024, (320,), 6),
        (512, (160,), 6),
    ],
)
def test_levels_halve_until_one_tile_holds_a_face(width, sides, tiles):
    levels = multires.plan(width)
    assert levels.sides == sides
    assert levels.tiles == tiles


def test_the_bytes_do_not_depend_on_the_threads_and_a_second_run_does_nothing(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")
    one = multires.make(source, tmp_path / "one", threads=1)
    assert multires.make(source, tmp_path / "four", threads=4) == one
    for name in left_in(tmp_path / "one"):
        if (tmp_path / "one" / name).is_file():
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "four" / name).read_bytes()
    again = multires.make(source, tmp_path / "one", progress=lambda _, step: pytest.fail(step))
    assert again == one
    with pytest.raises(FileExistsError):
        multires.make(source, tmp_path / "one", kernel="linear")


@pytest.mark.parametrize("at", multires.STEPS)
def test_stopping_at_any_step_leaves_nothing(tmp_path, at):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")

    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        multires.make(source, tmp_path / "out", progress=stop)
    assert left_in(tmp_path) == ["p.jpg"]


@pytest.mark.parametrize(
    ("panorama", "code"),
    [
        (pattern.sphere(1024)[:500], "not_panorama"),
        (pattern.sphere(256), "too_small"),
        (np.full((512, 1024, 3), 90, np.uint8), "one_colour"),
    ],
)
def test_what_is_no_panorama_is_refused_and_nothing_is_written(tmp_path, panorama, code):
    source = pattern.save(panorama, tmp_path / "p.jpg")
    with pytest.raises(Unusable) as no:
        multires.make(source, tmp_path / "out")
    assert no.value.code == code
    assert left_in(tmp_path) == ["p.jpg"]


def test_the_command_takes_the_opening_of_a_panorama_made_here(tmp_path):
    tags = {"PoseHeadingDegrees": 40, "InitialViewHeadingDegrees": 70}
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg", tags)
    assert main(["ready", str(source), str(tmp_path / "a")]) == 0
    told = ["cube", str(tmp_path / "a/panorama.jpg"), str(tmp_path / "b"), "--linear"]
    assert main(told) == 0
    config = json.loads((tmp_path / "b/config.json").read_text())
    assert (config["yaw"], config["hfov"]) == (70, 90)
    assert json.loads((tmp_path / "b/report.json").read_text())["parameters"]["kernel"] == "linear"
    assert not (tmp_path / "b/faces").exists()
