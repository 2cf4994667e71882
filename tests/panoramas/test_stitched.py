"""From files alone to the panorama: cameras found, light evened, sphere closed, gaps told."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from panoramas import Unusable, level, photos
from panoramas.picture import load, read_header
from tests.panoramas import sets
from tests.panoramas.compared import cameras_of, psnr, seen_from
from tests.panoramas.conftest import left_in

pytestmark = pytest.mark.slow


def stitched(folder, scene, conditions):
    taken = sets.shoot(folder / "in", scene, conditions)
    photos.make(taken.paths, folder / "out")
    return taken, json.loads((folder / "out/report.json").read_text())


def picture_of(folder, name="panorama.jpg"):
    return load(folder / name, read_header(folder / name))


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ring")
    return folder, *stitched(folder, "cafe", replace(sets.NOISY.small(), rings=sets.RING))


def test_a_noisy_ring_is_level_and_within_32_db_of_the_truth(ring):
    folder, taken, report = ring
    made = picture_of(folder / "out")
    covered = picture_of(folder / "out", "coverage.png")[..., 0]
    assert report["figures"]["photos_used"] == 12
    truth = seen_from(taken, cameras_of(report, taken), made.shape[1])
    assert psnr(made, truth, covered) >= 32
    assert level.uprights(made, covered).tilt <= 1.0
    assert report["figures"]["wrap_step_over_photos"] <= 1.3


def test_a_ring_asks_for_the_photos_above_and_below(ring):
    _, _, report = ring
    asked = {one["values"]["where"] for one in report["reasons"] if one["code"] == "again"}
    assert {"正上方", "正下方"} <= asked
    assert report["verdict"] == "remark"


def test_order_and_threads_change_no_byte_from_the_files_on(ring, monkeypatch):
    folder, taken, _ = ring
    monkeypatch.setattr("panoramas.stitch.in_order.cpu_count", lambda: 5)
    photos.make(list(reversed(taken.paths)), folder / "again")
    for name in left_in(folder / "out"):
        assert (folder / "again" / name).read_bytes() == (folder / "out" / name).read_bytes()


def test_photos_that_do_not_overlap_are_refused_and_nothing_is_written(tmp_path, ring):
    _, taken, _ = ring
    ahead = [camera.rotation[:, 1] for camera in taken.cameras]
    opposite = int(np.argmin([way @ ahead[0] for way in ahead]))
    with pytest.raises(Unusable) as no:
        photos.make([taken.paths[0], taken.paths[opposite]], tmp_path / "out")
    assert no.value.code == "no_overlap"
    assert left_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "covers", "decibels"),
    [("cafe", 0.999, 32), ("dim", 0.99, 32), ("hill", 0.85, 32), ("box", 0.999, 29)],
)
def test_a_noisy_set_of_small_photos_covers_the_sphere(tmp_path, scene, covers, decibels):
    """Photos of a third of the size; a plain sky may stay a gap, and is then told."""
    taken, report = stitched(tmp_path, scene, sets.NOISY.small())
    made = picture_of(tmp_path / "out")
    truth = seen_from(taken, cameras_of(report, taken), made.shape[1])
    gap = tmp_path / "out/coverage.png"
    covered = picture_of(tmp_path / "out", gap.name)[..., 0] if gap.exists() else None
    assert report["figures"]["coverage"] >= covers
    assert (covered is None) == ("gap" not in {reason["code"] for reason in report["reasons"]})
    assert report["figures"]["wrap_step_over_photos"] <= 1.3
    assert psnr(made, truth, covered) >= decibels
