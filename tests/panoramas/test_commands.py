"""The command line, and what the sentences promise."""

from __future__ import annotations

import json
import re

from panoramas import faces, sentences
from panoramas.__main__ import main
from tests.panoramas import pattern
from tests.panoramas.conftest import PROJECT, left_in
from tests.panoramas.test_faces import WORDS, face
from tests.panoramas.test_spin import series


def test_ready_then_tiles_carry_opening_and_report(tmp_path, capsys):
    tags = {"PoseHeadingDegrees": 40, "PosePitchDegrees": 5}
    source = pattern.save(pattern.sphere(1024, pattern.posed(40, 5, 0)), tmp_path / "p.jpg", tags)
    assert main(["ready", str(source), str(tmp_path / "a")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["tiles", str(tmp_path / "a/panorama.jpg"), str(tmp_path / "b")]) == 0
    cut = json.loads((tmp_path / "b/report.json").read_text())
    manifest = json.loads((tmp_path / "b" / cut["key"] / "manifest.json").read_text())
    assert manifest["opening"] == told["result"]["opening"]
    assert manifest["opening"]["yaw"] == 40


def test_a_crop_reaches_the_manifest(tmp_path, capsys):
    tags = {
        "FullPanoWidthPixels": 1024,
        "FullPanoHeightPixels": 512,
        "CroppedAreaImageWidthPixels": 600,
        "CroppedAreaImageHeightPixels": 300,
        "CroppedAreaLeftPixels": 200,
        "CroppedAreaTopPixels": 100,
    }
    source = pattern.save(pattern.sphere(1024)[100:400, 200:800], tmp_path / "p.jpg", tags)
    assert main(["ready", str(source), str(tmp_path / "a")]) == 0
    told = json.loads(capsys.readouterr().out)["result"]
    assert main(["tiles", str(tmp_path / "a/panorama.jpg"), str(tmp_path / "b")]) == 0
    [manifest] = (tmp_path / "b").glob("*/manifest.json")
    cut = json.loads(manifest.read_text())
    assert cut["crop"] == told["crop"]
    assert (cut["crop"]["left"], cut["crop"]["width"]) == (200, 600)
    assert cut["coverage"] == told["coverage"] < 0.5


def test_faces_and_spin_take_a_folder_and_a_file_of_masks(tmp_path):
    (tmp_path / "six").mkdir()
    (tmp_path / "round").mkdir()
    for letter, word in WORDS.items():
        pattern.save(face(letter, 128), tmp_path / f"six/{word}.jpg")
    series(tmp_path / "round", 8)
    boxes = tmp_path / "masks.json"
    boxes.write_text(
        json.dumps({"front.jpg": [[0.1, 0.1, 0.2, 0.2]], "IMG_2.jpg": [[0, 0, 1, 0.1]]})
    )
    for command, folder in (("faces", "six"), ("spin", "round")):
        told = [command, str(tmp_path / folder), str(tmp_path / command), "--masks", str(boxes)]
        assert main(told) == 0
        report = json.loads((tmp_path / command / "report.json").read_text())
        assert sum(map(len, report["parameters"]["masks"])) == 1


def test_a_refusal_says_why_and_writes_nothing(tmp_path, capsys):
    source = pattern.save(pattern.sphere(512)[:100], tmp_path / "p.jpg")
    assert main(["ready", str(source), str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("not_panorama: “p.jpg”不是 2:1")
    assert left_in(tmp_path) == ["p.jpg"]


def test_every_sentence_is_used_and_every_code_has_one():
    said = set()
    for file in (PROJECT / "panoramas").rglob("*.py"):
        text = file.read_text()
        said |= set(re.findall(r"Unusable\(\s*\"(\w+)\"", text))
        said |= set(re.findall(r"remark\(\s*\"(\w+)\"", text))
    assert said == sentences.REFUSALS.keys() | sentences.REMARKS.keys()


def test_the_engine_knows_nothing_of_the_station():
    for file in (PROJECT / "panoramas").rglob("*.py"):
        assert not re.search(r"^(from|import) (station|flask|sqlalchemy)", file.read_text(), re.M)
    assert set(faces.NAMES) == set(WORDS)
