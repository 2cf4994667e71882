"""Spins from photos: order, size, brightness, gaps; nothing made up."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from panoramas import Unusable, exposure, picture, round_trip, spin, view
from panoramas.masks import GREY, Mask
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in

COUNT = 12


@lru_cache
def photo(angle, width=400, height=300):
    return view.render(pattern.sphere(1024), angle, 0, 60, width, height)


def series(folder, count=COUNT, **more):
    step = 360 / count
    return [
        pattern.save(photo(n * step), folder / f"IMG_{n + 1}.jpg", **more) for n in range(count)
    ]


def decoded(file):
    return picture.load(file, picture.read_header(file))


def told(out):
    return json.loads((out / "spin.json").read_text())


def test_a_series_becomes_as_many_frames_of_equal_size(tmp_path):
    paths = series(tmp_path)
    report = spin.make(list(reversed(paths)), tmp_path / "out")
    plan = told(tmp_path / "out")
    assert [told["name"] for told in report.inputs] == [path.name for path in paths]
    assert [frame["photo"] for frame in plan["frames"]] == list(range(1, COUNT + 1))
    assert [frame["angle"] for frame in plan["frames"]] == [30 * n for n in range(COUNT)]
    for n, frame in enumerate(plan["frames"]):
        made = decoded(tmp_path / "out" / frame["file"])
        assert made.shape == (300, 400, 3)
        assert np.abs(made.astype(int) - photo(30 * n)).mean() < 12
        assert decoded(tmp_path / "out" / frame["full"]).shape == (300, 400, 3)
    assert report.verdict == "remark"
    assert [reason["code"] for reason in report.reasons] == ["even_assumed"]


def test_large_photos_are_reduced_and_keep_a_full_twin(tmp_path):
    ten = np.ones((10, 10, 1), np.uint8)
    for n in range(8):
        pattern.save(np.kron(photo(45 * n, 300, 20), ten), tmp_path / f"{n}.jpg")
    spin.make(sorted(tmp_path.glob("*.jpg")), tmp_path / "out")
    plan = told(tmp_path / "out")
    assert (plan["size"], plan["full_size"]) == ([1200, 80], [2560, 171])
    assert decoded(tmp_path / "out/frames/007.jpg").shape == (80, 1200, 3)
    assert decoded(tmp_path / "out/full/007.jpg").shape == (171, 2560, 3)


def test_names_count_as_numbers_unless_the_photos_tell_their_time(tmp_path):
    paths = series(tmp_path)
    assert [shot.path for shot in spin.arrange(paths[::-1], {}, None, "taken")] == paths
    for n, path in enumerate(paths):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"2026:11:22 10:{59 - n}:00"
        pattern.save(photo(n), path, exif=exif)
    assert [shot.path for shot in spin.arrange(paths, {}, None, "taken")] == paths[::-1]
    assert [shot.path for shot in spin.arrange(paths, {}, None, "given")] == paths
    turned = [30 * ((n + 3) % COUNT) for n in range(COUNT)]
    by_angle = spin.arrange(paths, {}, turned, "taken")
    assert [shot.path for shot in by_angle] == paths[9:] + paths[:9]


def test_exif_rotation_is_applied_and_nothing_of_exif_is_left(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 9.0)}
    for n in range(8):
        lying = np.rot90(photo(45 * n)).copy()
        pattern.save(lying, tmp_path / f"{n}.jpg", exif=exif)
    spin.make(sorted(tmp_path.glob("*.jpg")), tmp_path / "out")
    made = tmp_path / "out/frames/003.jpg"
    assert np.abs(decoded(made).astype(int) - photo(135)).mean() < 12
    assert b"Exif" not in made.read_bytes()


def test_a_flickering_round_is_calmed(tmp_path):
    stops = 0.4 * np.array([1, -1] * 6)
    for n, stop in enumerate(stops):
        pattern.save(exposure.apply(photo(30 * n), stop), tmp_path / f"{n:02}.jpg")
    before = [exposure.brightness(photo(30 * n)) for n in range(COUNT)] + stops
    spin.make(sorted(tmp_path.glob("*.jpg")), tmp_path / "out")
    after = [exposure.brightness(decoded(f)) for f in sorted((tmp_path / "out/frames").iterdir())]
    assert np.abs(np.diff(after)).mean() < 0.4 * np.abs(np.diff(before)).mean()


@given(st.lists(st.floats(-6, 0), min_size=8, max_size=40))
def test_gains_are_gentle(stops):
    gains = exposure.gains(stops)
    assert max(map(abs, gains)) <= exposure.MOST
    assert exposure.gains([stops[0]] * len(stops)) == pytest.approx([0] * len(stops), abs=1e-3)


@given(st.floats(-1, 1))
def test_a_gain_is_what_it_says_in_linear_light(stop):
    grey = np.full((50, 50, 3), 90, np.uint8)
    change = exposure.brightness(exposure.apply(grey, stop)) - exposure.brightness(grey)
    assert change == pytest.approx(stop, abs=0.04)


def test_an_arc_without_photos_stays_missing_and_is_reported(tmp_path):
    paths = series(tmp_path)
    kept, angles = paths[:5] + paths[8:], [30 * n for n in range(COUNT) if not 5 <= n < 8]
    report = spin.make(kept, tmp_path / "out", angles=angles)
    plan = told(tmp_path / "out")
    assert plan["missing"] == [[120.0, 240.0]]
    assert len(plan["frames"]) == len(kept)
    assert "arc_missing" in [reason["code"] for reason in report.reasons]


def test_an_arc_missing_across_zero_is_seen():
    assert round_trip.missing([60, 90, 120, 150, 180, 210, 240, 270]) == [(270.0, 60.0)]
    assert round_trip.missing(round_trip.even(36)) == []


def test_a_blurred_photo_is_named(tmp_path):
    paths = series(tmp_path)
    noisy = np.random.default_rng(3).integers(0, 60, (300, 400, 3), dtype=np.uint8)
    for n, path in enumerate(paths):
        pattern.save(photo(30 * n) // 2 + (0 if n == 4 else noisy), path)
    report = spin.make(paths, tmp_path / "out")
    blurred = [r["values"]["frame"] for r in report.reasons if r["code"] == "frame_blurred"]
    assert blurred == [5]


def test_masks_are_grey_in_frame_and_twin(tmp_path):
    paths = series(tmp_path)
    spin.make(paths, tmp_path / "out", masks={paths[2]: [Mask(0.5, 0.5, 0.25, 0.25)]})
    plan = told(tmp_path / "out")
    for name in (plan["frames"][2]["file"], plan["frames"][2]["full"]):
        patch = decoded(tmp_path / "out" / name)[176:208, 224:280].astype(int)
        assert np.ptp(patch) <= 6
        assert abs(patch.mean() - GREY) < 40  # brightness matching moves it with its frame
    other = decoded(tmp_path / "out/frames/003.jpg")[160:215, 210:290]
    assert np.ptp(other.astype(int)) > 20


def test_making_it_again_does_nothing(tmp_path):
    paths = series(tmp_path)
    first = spin.make(paths, tmp_path / "out")
    again = spin.make(paths, tmp_path / "out", progress=lambda _, step: pytest.fail(step))
    assert again == first


@pytest.mark.parametrize("at", spin.STEPS)
def test_stopping_at_any_step_leaves_nothing(tmp_path, at):
    paths = series(tmp_path, 8)

    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    before = left_in(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        spin.make(paths, tmp_path / "out", progress=stop)
    assert left_in(tmp_path) == before


def test_a_series_of_no_use_is_refused_and_nothing_is_written(tmp_path):
    paths = series(tmp_path)
    upright, plain = tmp_path / "upright.jpg", tmp_path / "plain.jpg"
    pattern.save(photo(0, 330, 440), upright)
    pattern.save(np.full((300, 400, 3), 50, np.uint8), plain)
    before = left_in(tmp_path)
    for given_paths, code in (
        (paths[:7], "too_few"),
        (paths * 13, "too_many"),
        ([*paths, upright], "mixed_sizes"),
        ([*paths, plain], "one_colour"),
    ):
        with pytest.raises(Unusable) as no:
            spin.make(given_paths, tmp_path / "out")
        assert no.value.code == code
    with pytest.raises(Unusable) as no:
        spin.make(paths, tmp_path / "out", masks={paths[0]: [Mask(0, 0, 2, 1)]})
    assert no.value.code == "mask_wrong"
    assert left_in(tmp_path) == before
