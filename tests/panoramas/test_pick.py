"""Which frames of a walk are kept while it is read, and which become those of the spin."""

from __future__ import annotations

import numpy as np
import pytest

from panoramas.walk import keep, pick

SHOWN = np.zeros((16, 16, 3), np.uint8)


@pytest.mark.parametrize("seed", range(6))
def test_no_smeared_frame_is_taken_where_a_sharp_one_is_near_and_gaps_stay_even(seed):
    random = np.random.default_rng(seed)
    pace = np.repeat(random.uniform(0.1, 1.2, 60), 11)  # as at 60 frames a second
    angles = np.concatenate([[0], np.cumsum(pace)])
    angles = angles[angles < 372]
    smeared = np.repeat(random.random(len(angles) // 6 + 1) < 0.5, 6)[: len(angles)]
    sharp = np.where(smeared, 0.1, 0.2) * random.uniform(0.95, 1, len(angles))
    clear = pick.beside(angles, sharp)
    taken = pick.pick(angles, clear, np.arange(36) * 10.0)
    for frame in taken:
        near = abs(angles - angles[frame]) <= pick.NEAR
        assert not smeared[frame] or smeared[near].all()
    gaps = np.diff([*angles[taken], angles[taken[0]] + 360])
    assert gaps.min() > 7
    assert gaps.max() < 13


def test_held_frames_are_taken_where_they_are_even_and_others_where_they_are_not():
    angles, slots = np.arange(361.0), np.arange(36) * 10.0
    clear = np.ones(361)
    held = [int(slot) + 1 for slot in slots]
    assert pick.pick(angles, clear, slots, held) == held
    del held[7]
    assert pick.pick(angles, clear, slots, held) == slots.astype(int).tolist()


def test_the_gap_from_the_last_frame_to_the_first_counts_too():
    angles, slots = np.arange(361.0), np.arange(36) * 10.0
    held = [*slots.astype(int).tolist()[:-1], 354]
    assert 354 not in pick.pick(angles, np.ones(361), slots, held)


def kept(stretch: float, sharp: np.ndarray, places: np.ndarray) -> list[int]:
    keeper = keep.Keeper(stretch)
    for frame, (value, place) in enumerate(zip(sharp, places, strict=True)):
        keeper.offer(frame, float(value), float(place), SHOWN)
    return list(keeper.finish())


def test_the_sharpest_frame_of_every_stretch_is_kept():
    sharp = np.array([1, 3, 2, 2, 1, 4, 1, 1])
    places = np.array([0, 0.1, 0.2, 1.0, 1.1, 1.2, 3.0, 2.9])  # backwards: nothing new begins
    assert kept(1.0, sharp, places) == [1, 5, 6]


def test_of_a_long_walk_no_more_is_kept_than_of_a_short_one(monkeypatch):
    monkeypatch.setattr(keep, "MOST", 10)
    places = np.arange(100.0)
    found = kept(1.0, places % 7, places)
    assert len(found) <= 10
    assert max(np.diff(found)) <= 32
    monkeypatch.setattr(keep, "BUDGET", 5 * len(keep.code(SHOWN)))
    assert len(kept(1.0, places % 7, places)) <= 7
