"""Cube faces against the analytic pattern and against py360convert."""

from __future__ import annotations

import numpy as np
import py360convert
import pytest

from panoramas import Unusable, cube, faces, picture
from panoramas.masks import GREY, Mask
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in

LOOKS = {"F": (0, 0), "R": (90, 0), "B": (180, 0), "L": (-90, 0), "U": (0, 90), "D": (0, -90)}
WORDS = {"F": "front", "R": "right", "B": "back", "L": "left", "U": "up", "D": "down"}


def face(letter, side):
    u, v = np.meshgrid((np.arange(side) + 0.5) / side * 2 - 1, (np.arange(side) + 0.5) / side)
    flat = np.stack([u, np.ones_like(u), 1 - 2 * v], -1)
    rays = flat / np.linalg.norm(flat, axis=-1, keepdims=True)
    return pattern.eight_bit(pattern.colours(rays @ pattern.posed(*LOOKS[letter], 0).T))


@pytest.fixture
def six(tmp_path):
    return [pattern.save(face(f, 256), tmp_path / f"车内_{WORDS[f]}.jpg") for f in cube.ORDER]


def test_faces_join_to_the_pattern_within_a_fiftieth_of_a_pixel():
    joined = cube.to_sphere({f: face(f, 256) for f in cube.ORDER}, 1024)
    truth = pattern.colours(pattern.rays_of(1024))
    assert np.abs(joined - truth).max() < 12  # edges, corners, seam and poles too
    mean, worst = pattern.drift(joined, truth, rows=slice(64, 448))
    assert mean <= 0.02, (mean, worst)


def test_the_face_conventions_are_those_of_py360convert():
    sphere = pattern.sphere(1024)
    theirs = py360convert.e2c(sphere, 256, cube_format="dict")
    for letter in cube.ORDER:
        assert np.abs(theirs[letter].astype(int) - face(letter, 256)).mean() < 6, letter
    back = py360convert.c2e(theirs, 512, 1024, cube_format="dict")
    assert np.abs(back.astype(int) - cube.to_sphere(theirs, 1024)).mean() < 6


def test_six_named_files_become_a_panorama(tmp_path, six):
    report = faces.make(six, tmp_path / "out")
    file = tmp_path / "out/panorama.jpg"
    made = picture.load(file, picture.read_header(file))
    assert made.shape == (512, 1024, 3)
    assert np.abs(made - pattern.colours(pattern.rays_of(1024))).mean() < 2
    assert report.result["coverage"] == 1.0
    assert len(report.inputs) == 6
    assert faces.make(list(reversed(six)), tmp_path / "out") == report


def test_a_mask_on_one_face_is_grey_there_only(tmp_path, six):
    faces.make(six, tmp_path / "out", masks={six[0]: [Mask(0.4, 0.4, 0.2, 0.2)]})
    file = tmp_path / "out/panorama.jpg"
    made = picture.load(file, picture.read_header(file)).astype(int)
    assert np.abs(made[250:262, 506:518] - GREY).max() <= 3
    assert np.abs(made[250:262, :256] - pattern.sphere(1024)[250:262, :256]).max() < 12


@pytest.mark.parametrize(
    ("name", "letter"),
    [("F", "F"), ("car-top", "U"), ("内饰后", "B"), ("2_right", "R"), ("左", "L"), ("bottom", "D")],
)
def test_a_face_is_known_by_its_name(tmp_path, name, letter):
    path = tmp_path / f"{name}.jpg"
    assert faces.find([path]) == {letter: path}


def test_missing_double_and_unknown_faces_are_refused_by_name(tmp_path, six):
    before = left_in(tmp_path)
    cases = [
        (six[:4], "face_missing", "上、下"),
        ([*six, six[0].with_name("f.jpg")], "face_twice", "前"),
        ([*six, six[0].with_name("IMG_1.jpg")], "face_unknown", "IMG_1"),
    ]
    for given, code, says in cases:
        with pytest.raises(Unusable) as no:
            faces.make(given, tmp_path / "out")
        assert no.value.code == code
        assert says in str(no.value)
    assert left_in(tmp_path) == before


@pytest.mark.parametrize("shape", [(256, 200), (200, 200)])
def test_unequal_faces_are_refused(tmp_path, six, shape):
    pattern.save(face("U", 256)[: shape[0], : shape[1]], six[4])
    before = left_in(tmp_path)
    with pytest.raises(Unusable) as no:
        faces.make(six, tmp_path / "out")
    assert no.value.code == "face_unequal"
    assert left_in(tmp_path) == before
