"""The recipe `photos` with known cameras: what it writes, refuses, repeats. How well cameras are
found is another test's business; here they are given."""

from __future__ import annotations

import json

import numpy as np
import pytest

from panoramas import Unusable, photos, recipe, tiles
from panoramas.__main__ import main
from panoramas.gpano import Opening
from panoramas.masks import Mask
from panoramas.picture import load, read_header
from panoramas.sphere import turn
from panoramas.stitch.camera import Camera, Lens
from panoramas.stitch.solve import Placed, Solution
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in

LENS = Lens(240, 320, 205.0)
WIDTH = 1280
RING = [(45 * n, 0) for n in range(8)]
WHOLE = [*RING, *((60 * n, 55) for n in range(6)), *((60 * n, -55) for n in range(6)), (0, 90), (0, -90)]  # fmt: skip
SLOW = 9.0  # radians of colour a radian


@pytest.fixture
def shoot(tmp_path, monkeypatch):
    """Photographs poses into tmp_path/in; `photos` then finds exactly these cameras."""
    cameras = {}

    def known(shots, *, progress=None):
        progress(0.5)
        found = [
            Placed(shot, cameras[shot.name], "matched", 99, 0.2, 0.2, 0.0, 0) for shot in shots
        ]
        fit = (0.01, 0.03)
        return Solution(tuple(found), LENS, 9, 900, (0.2, 0.5), fit, True, "lines", None, "exif")

    def take(poses):
        (tmp_path / "in").mkdir()
        column, row = np.meshgrid(np.arange(LENS.width, dtype=float), np.arange(LENS.height))
        for n, (yaw, pitch) in enumerate(poses):
            camera = Camera(turn(yaw + 20, pitch, 2), LENS)
            seen = pattern.eight_bit(pattern.colours(camera.rays(column, row), SLOW))
            cameras[pattern.save(seen, tmp_path / f"in/IMG_{n}.jpg").name] = camera
        return sorted((tmp_path / "in").iterdir())

    monkeypatch.setattr(photos, "solve", known)
    return take


def picture_of(out):
    return load(out / "panorama.jpg", read_header(out / "panorama.jpg"))


def test_photos_become_a_whole_panorama_that_tiles_takes(tmp_path, shoot):
    report = photos.make(shoot(WHOLE), tmp_path / "out")
    truth = pattern.sphere(WIDTH, per_turn=SLOW)
    assert np.abs(picture_of(tmp_path / "out").astype(int) - truth).max() <= 6
    assert left_in(tmp_path / "out") == ["panorama.jpg", "report.json"]
    assert [step["step"] for step in report.steps] == list(photos.STEPS)
    assert report.result["coverage"] == 1
    assert report.result["crop"] is None
    assert report.result["front"] == "IMG_0.jpg"
    assert report.result["opening"] == {"yaw": 20.0, "pitch": 0.0, "fov": 90.0}
    assert report.figures["wrap_step_over_photos"] <= 1.3
    assert [reason["code"] for reason in report.reasons] == ["low_resolution"]
    pyramid = tiles.cut(
        tmp_path / "out/panorama.jpg", tmp_path / "t", opening=Opening(**report.result["opening"])
    )
    assert pyramid.opening["yaw"] == 20


def test_a_ring_shows_its_gaps_and_says_where_to_photograph_them(tmp_path, shoot):
    report = photos.make(shoot(RING[:7]), tmp_path / "out")
    assert left_in(tmp_path / "out") == ["coverage.png", "panorama.jpg", "report.json"]
    covered = load(tmp_path / "out/coverage.png", read_header(tmp_path / "out/coverage.png"))
    made = picture_of(tmp_path / "out").astype(int)
    assert np.abs(made[covered[..., 0] == 0] - 64).mean() < 1
    assert report.result["coverage"] == round(report.figures["coverage"], 4) < 0.7
    asked = [reason["values"]["where"] for reason in report.reasons if reason["code"] == "again"]
    assert asked == ["正下方", "正上方", "左前方平视处"]
    assert report.verdict == "reshoot"


def test_the_order_and_the_names_of_the_threads_change_no_byte(tmp_path, shoot, monkeypatch):
    paths = shoot(RING)
    one = photos.make(paths, tmp_path / "one")
    monkeypatch.setattr("panoramas.stitch.in_order.cpu_count", lambda: 7)
    other = photos.make(list(reversed(paths)), tmp_path / "other")
    assert one == other
    for name in left_in(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_mask_of_one_photo_is_grey_in_the_panorama(tmp_path, shoot):
    paths = shoot(RING)
    photos.make(paths, tmp_path / "out", masks={paths[0]: [Mask(0.4, 0.4, 0.2, 0.2)]})
    column = round(WIDTH * (180 + 20) / 360)
    under = picture_of(tmp_path / "out")[
        WIDTH // 4 - 20 : WIDTH // 4 + 20, column - 15 : column + 15
    ]
    assert np.abs(under.astype(int) - 118).max() <= 4


def test_the_same_again_does_nothing_and_another_result_is_never_overwritten(tmp_path, shoot):
    paths = shoot(RING)
    first = photos.make(paths, tmp_path / "out")
    stamp = (tmp_path / "out/panorama.jpg").stat().st_mtime_ns
    again = photos.make(paths, tmp_path / "out", progress=lambda share, step: pytest.fail(step))
    assert again == first == recipe.read_report(tmp_path / "out")
    with pytest.raises(FileExistsError):
        photos.make(paths[1:], tmp_path / "out")
    assert (tmp_path / "out/panorama.jpg").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("at", photos.STEPS)
def test_stopping_at_any_step_leaves_nothing(tmp_path, shoot, at):
    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    paths = shoot(RING[:2])
    with pytest.raises(KeyboardInterrupt):
        photos.make(paths, tmp_path / "out", progress=stop)
    assert [name for name in left_in(tmp_path) if not name.startswith("in")] == []


def test_photos_of_no_use_are_refused_and_nothing_is_written(tmp_path, shoot):
    paths = shoot(RING[:3])
    pattern.save(np.zeros((1, 1, 3), np.uint8), paths[2])
    cases = [
        ({"paths": paths[:1]}, "too_few"),
        ({"paths": paths}, "too_small"),
        ({"paths": paths[:2], "masks": {paths[0]: [Mask(0.9, 0, 0.2, 1)]}}, "mask_wrong"),
    ]
    for told, code in cases:
        with pytest.raises(Unusable) as no:
            photos.make(out=tmp_path / "out", **told)
        assert no.value.code == code
    assert [name for name in left_in(tmp_path) if not name.startswith("in")] == []


def test_the_command_takes_a_folder_and_masks_by_name(tmp_path, shoot, capsys):
    shoot(RING)
    boxes = tmp_path / "masks.json"
    boxes.write_text(json.dumps({"IMG_3.jpg": [[0.1, 0.1, 0.2, 0.2]]}))
    told = ["photos", str(tmp_path / "in"), str(tmp_path / "out"), "--masks", str(boxes)]
    assert main(told) == 0
    report = json.loads(capsys.readouterr().out)
    assert sum(map(len, report["parameters"]["masks"])) == 1
    assert report["command"] == "photos"
