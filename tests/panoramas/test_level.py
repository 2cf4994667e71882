"""The up direction read from upright lines."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas import level
from tests.panoramas import pattern


@pytest.mark.parametrize(("pitch", "roll"), [(0, 0), (5, 0), (0, 5), (-3, 4), (8, -9)])
def test_the_tilt_of_a_room_is_read_within_a_tenth_of_a_degree(pitch, roll):
    pose = pattern.posed(30, pitch, roll)
    said = level.uprights(pattern.room(1440, pose))
    true_up = pose.T @ [0, 0, 1]
    assert said.believable
    assert np.degrees(np.arccos(np.clip(said.up @ true_up, -1, 1))) < 0.1


def test_a_scene_without_upright_lines_is_not_believed():
    assert not level.uprights(pattern.sphere(1024)).believable


@pytest.mark.parametrize("sign", [1, -1])
def test_the_pixels_decide_the_sign_of_roll(sign):
    said = level.uprights(pattern.room(1440, pattern.posed(40, 3, sign * 6)))
    assert level.roll_sign(said, 40, 3, 6) == sign


def test_without_evidence_the_documented_sign_of_roll_stays():
    said = level.uprights(pattern.sphere(1024, pattern.posed(0, 0, -6)))
    assert level.roll_sign(said, 0, 0, 6) == 1
