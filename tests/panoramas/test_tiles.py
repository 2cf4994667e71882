"""The pyramid: every tile where it belongs, all of them or none."""

from __future__ import annotations

import base64
import json
import os
import signal
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest

from panoramas import Unusable, picture, tiles
from panoramas.gpano import Opening
from panoramas.grid import grid
from tests.panoramas import pattern
from tests.panoramas.conftest import PROJECT, left_in


def decoded(file):
    return picture.load(file, picture.read_header(file))


def assembled(folder, level):
    rows = [
        np.hstack(
            [decoded(folder / f"{level['number']}/{col}_{row}.jpg") for col in range(level["cols"])]
        )
        for row in range(level["rows"])
    ]
    return np.vstack(rows)


def names(folder):
    return [path.name for path in folder.iterdir()]


def by_name(folder):
    return {
        name: (folder / name).read_bytes() for name in left_in(folder) if (folder / name).is_file()
    }


@pytest.mark.parametrize("width", [2048, 2000, 1344])
def test_the_tiles_put_together_are_every_level(tmp_path, width):
    panorama = pattern.sphere(width)
    made = tiles.cut(panorama, tmp_path)
    wanted = panorama.astype(float)
    for level in reversed(made.levels):
        whole = assembled(tmp_path / made.name, level)
        assert whole.shape == (level["width"] // 2, level["width"], 3)
        assert np.abs(whole - wanted).mean() < 2.5
        height, across = wanted.shape[:2]
        wanted = (
            wanted.reshape(height // 2, 2, across // 2, 2, 3).mean(axis=(1, 3))
            if height % 2 == 0
            else None
        )


def test_every_tile_is_the_coded_square_of_its_level(tmp_path):
    panorama = pattern.sphere(1024)
    made = tiles.cut(panorama, tmp_path)
    levels = tiles.reduce(panorama, grid(1024))
    for level, pixels in zip(made.levels, levels, strict=True):
        for row in range(level["rows"]):
            for col in range(level["cols"]):
                square = pixels[row * 512 :, col * 512 :][:512, :512]
                file = (
                    tmp_path / made.name / made.path.format(level=level["number"], col=col, row=row)
                )
                assert file.read_bytes() == picture.encode_jpeg(square, 85)


def test_lower_levels_are_the_two_by_two_mean_and_the_top_is_untouched():
    panorama = np.random.default_rng(1).integers(0, 256, (1024, 2048, 3), dtype=np.uint8)
    *lower, top = tiles.reduce(panorama, grid(2048))
    assert top is panorama
    for small in reversed(lower):
        sums = top.reshape(small.shape[0], 2, small.shape[1], 2, 3).sum(axis=(1, 3), dtype=int)
        assert np.array_equal(small, (sums + 2) // 4)
        top = small


def test_a_width_that_does_not_divide_is_resampled_once_and_keeps_its_geometry():
    top = tiles.reduce(pattern.sphere(1026), grid(1026))[-1]
    assert top.shape == (512, 1024, 3)
    truth = pattern.colours(pattern.rays_of(1024))
    mean, _ = pattern.drift(top, truth, rows=slice(64, 448))
    assert mean <= 0.02


def test_the_manifest_tells_a_viewer_all_it_needs(tmp_path):
    opening = Opening(yaw=30.0, pitch=-10.0, fov=80.0)
    crop = {
        "left": 0,
        "top": 100,
        "width": 1024,
        "height": 300,
        "full_width": 1024,
        "full_height": 512,
    }
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")
    made = tiles.cut(source, tmp_path / "out", opening=opening, crop=crop, coverage=0.8)
    told = json.loads((tmp_path / "out" / made.name / "manifest.json").read_text())
    assert (told["width"], told["height"], told["tile"]) == (1024, 512, 512)
    assert (told["crop"], told["coverage"]) == (crop, 0.8)
    assert told["opening"] == {"yaw": 30.0, "pitch": -10.0, "fov": 80.0}
    assert told["poster"]["vertical_fov"] == pytest.approx(50.53, abs=0.01)
    assert tiles.read(tmp_path / "out" / made.name) == made


def test_the_manifest_names_nothing_of_what_was_cut_and_the_report_does(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "plate-of-somebody.jpg")
    under = tmp_path / "out" / tiles.cut(source, tmp_path / "out").name
    public, inside = ((under / file).read_text() for file in ("manifest.json", "report.json"))
    for secret in (source.stem, picture.digest(source)):
        assert secret not in public
        assert secret in inside


def test_the_preview_is_small_and_shows_the_panorama(tmp_path):
    noise = np.random.default_rng(2).integers(0, 256, (512, 1024, 3), dtype=np.uint8)
    for panorama in (pattern.sphere(1024), noise):
        made = tiles.cut(panorama, tmp_path)
        assert len(made.preview) <= 8192
        coded = base64.b64decode(made.preview.partition(",")[2])
        small = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR_RGB)
        wanted = cv2.resize(panorama, (256, 128), interpolation=cv2.INTER_AREA)
        assert np.abs(small.astype(int) - wanted).mean() < 25


def test_the_poster_is_the_opening_view(tmp_path):
    made = tiles.cut(
        pattern.sphere(2048, per_turn=60), tmp_path, opening=Opening(-120.0, 15.0, 75.0)
    )
    width, height, half = 1280, 720, np.tan(np.radians(37.5))
    u, v = np.meshgrid((np.arange(width) + 0.5) / width * 2 - 1, (np.arange(height) + 0.5) / height)
    flat = np.stack([u * half, np.ones_like(u), (1 - 2 * v) * half * 9 / 16], -1)
    rays = flat / np.linalg.norm(flat, axis=-1, keepdims=True) @ pattern.posed(-120, 15, 0).T
    poster = decoded(tmp_path / made.name / "poster.jpg")
    mean, worst = pattern.drift(poster, pattern.colours(rays, 60), block=80)
    assert mean < 0.1  # JPEG at quality 85 in it
    assert worst < 0.5


def test_the_poster_of_a_phone_is_the_same_view_in_half_the_bytes(tmp_path):
    made = tiles.cut(pattern.sphere(4096, per_turn=60), tmp_path)
    folder = tmp_path / made.name
    whole, small = decoded(folder / "poster.jpg"), decoded(folder / made.poster["phone"])
    assert small.shape == (540, made.poster["phone_width"], 3)
    wanted = cv2.resize(whole, (960, 540), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - wanted).mean() < 3
    assert (folder / made.poster["phone"]).stat().st_size <= 70_000


def test_the_bytes_do_not_depend_on_the_threads(tmp_path):
    one = tiles.cut(pattern.sphere(1024), tmp_path / "one", threads=1)
    four = tiles.cut(pattern.sphere(1024), tmp_path / "four", threads=4)
    assert one == four
    assert by_name(tmp_path / "one" / one.name) == by_name(tmp_path / "four" / four.name)


def test_no_derivative_carries_metadata(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg", {"PosePitchDegrees": 5})
    made = tiles.cut(source, tmp_path / "out")
    for name, data in by_name(tmp_path / "out" / made.name).items():
        assert not any(word in data for word in (b"GPano", b"Exif", b"ns.adobe")), name


def test_cutting_again_does_nothing_and_another_opening_has_another_name(tmp_path):
    made = tiles.cut(pattern.sphere(1024), tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in left_in(tmp_path)}
    again = tiles.cut(pattern.sphere(1024), tmp_path, progress=lambda _, step: pytest.fail(step))
    assert again == made
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in left_in(tmp_path)} == before
    assert tiles.cut(pattern.sphere(1024), tmp_path, opening=Opening(yaw=1)).name != made.name


@pytest.mark.parametrize("at", tiles.STEPS)
def test_stopping_at_any_step_leaves_nothing(tmp_path, at):
    def stop(share, step):
        if step == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiles.cut(pattern.sphere(1024), tmp_path, progress=stop)
    assert left_in(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from panoramas import tiles

def die(share, step):
    if step == "write":
        os.kill(os.getpid(), signal.SIGKILL)

tiles.cut(Path(sys.argv[1]), Path(sys.argv[2]), progress=die)
"""


def test_a_killed_run_leaves_no_result_and_the_next_one_clears_up(tmp_path):
    source, out = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg"), tmp_path / "out"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, source, out], cwd=PROJECT, check=False, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    assert all(name.startswith(".") for name in names(out))
    assert names(out)
    made = tiles.cut(source, out)
    assert names(out) == [made.name]
    assert len(by_name(out / made.name)) == 2 + 4


def test_a_run_under_way_elsewhere_is_not_swept_away(tmp_path):
    inner = []

    def meanwhile(share, step):
        if step == "write" and not inner:
            inner.append(True)
            inner.append(tiles.cut(pattern.sphere(1024), tmp_path))

    made = tiles.cut(pattern.sphere(1024), tmp_path, progress=meanwhile)
    assert inner[1] == made
    assert names(tmp_path) == [made.name]


@pytest.mark.parametrize(
    ("panorama", "code"),
    [
        (pattern.sphere(1024)[:500], "not_panorama"),
        (pattern.sphere(256), "too_small"),
        (np.zeros((512, 1024, 3), np.uint8), "one_colour"),
    ],
)
def test_what_is_no_panorama_is_refused_and_nothing_is_written(tmp_path, panorama, code):
    with pytest.raises(Unusable) as no:
        tiles.cut(panorama, tmp_path)
    assert no.value.code == code
    assert left_in(tmp_path) == []


def declaring(path, width, height):
    """A real JPEG whose header says another size."""
    data = bytearray(pattern.save(pattern.sphere(1024), path).read_bytes())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    path.write_bytes(data)
    return path


def test_a_panorama_of_30000_columns_is_refused_by_its_header_in_little_memory(tmp_path):
    source = declaring(tmp_path / "p.jpg", 30_000, 15_000)
    tracemalloc.start()
    try:
        with pytest.raises(Unusable) as no:
            tiles.cut(source, tmp_path / "out")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert no.value.code == "too_large"
    assert "30000×15000" in str(no.value)
    assert peak < 1_000_000
    assert left_in(tmp_path) == ["p.jpg"]


def test_a_truncated_file_is_refused_and_nothing_is_written(tmp_path):
    source = pattern.save(pattern.sphere(1024), tmp_path / "p.jpg")
    Path(source).write_bytes(source.read_bytes()[:50_000])
    with pytest.raises(Unusable) as no:
        tiles.cut(source, tmp_path / "out")
    assert no.value.code == "truncated"
    assert left_in(tmp_path) == ["p.jpg"]
