"""What is no dual-fisheye frame, or is wished of one and does not fit, is refused with a reason."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from demo.fisheye import as_insp
from panoramas import Unusable, fisheye
from panoramas.masks import Mask
from tests.panoramas import fisheyes, pattern
from tests.panoramas.conftest import left_in
from tests.panoramas.fisheyes import BENT, PLAIN, SIDE, saved

pytestmark = pytest.mark.slow


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
