"""Spins from photos that somebody took at his own pace, from cameras that are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from demo import stroll
from demo.camera import Camera
from panoramas import spin
from panoramas.walk import alike, links, pair, told
from tests.panoramas import pattern

KIND, SIZE, COUNT = "sedan", (480, 360), 20


@dataclass(frozen=True)
class Walked:
    """Photos on disk, the angles at which they were taken, and their cameras."""

    paths: list[Path]
    angles: np.ndarray
    cameras: list[Camera]

    def without(self, *left_out: int) -> list[Path]:
        return [path for n, path in enumerate(self.paths) if n not in left_out]


def walk(folder: Path, angles: np.ndarray, way: int, seed: int) -> Walked:
    """A hand that leans by 2°, steps nearer and further by a tenth, and meters anew each time."""
    random = np.random.default_rng(seed)
    cameras, steps = [], []
    for angle in angles:
        level = stroll.stand(
            KIND,
            45 + way * angle,
            SIZE,
            away=random.uniform(0.9, 1.1),
            high=random.uniform(1.4, 1.6),
        )
        lean = np.radians(random.uniform(-2, 2, 3))
        cameras.append(stroll.turned(level, np.asarray(cv2.Rodrigues(lean)[0])))
        steps.append(stroll.Step(0, float(angle), cameras[-1], (0, 0), random.uniform(-0.4, 0.4)))
    paths = []
    for n, seen in enumerate(stroll.film(steps, stroll.crate(KIND), KIND), 1):
        paths.append(pattern.save(seen[..., ::-1].copy(), folder / f"{n:02d}.jpg"))
    return Walked(paths, angles, cameras)


@pytest.fixture(scope="session")
def series(tmp_path_factory):
    """Twenty photos of one round, steps of 18° give or take 5°."""
    even = np.arange(COUNT) * 360 / COUNT
    uneven = even + np.random.default_rng(4).uniform(-5, 5, COUNT)
    return walk(tmp_path_factory.mktemp("series"), uneven - uneven[0], -1, 4)


@pytest.fixture(scope="session")
def made(series, tmp_path_factory):
    """The spin of all of them, and its report."""
    out = tmp_path_factory.mktemp("made") / "out"
    return out, spin.make(series.paths, out)


def plan_of(out: Path) -> dict:
    return json.loads((out / spin.NAME).read_text())


def off(told_angles: list[float], true: np.ndarray) -> np.ndarray:
    """Degrees by which angles differ from the true ones, one turn of the whole aside."""
    turned = np.array(told_angles) - true
    return turned - turned.mean()


@pytest.mark.slow
def test_angles_are_found_in_the_photos(series, made):
    plan = plan_of(made[0])
    angles = [frame["angle"] for frame in plan["frames"]]
    even = off([360 * n / COUNT for n in range(COUNT)], series.angles)
    assert (plan["angles"], plan["closed"], plan["way"]) == ("measured", True, -1)
    assert angles[0] == 0
    assert abs(off(angles, series.angles)).max() < 0.5 * abs(even).max()
    assert [frame["photo"] for frame in plan["frames"]] == list(range(1, COUNT + 1))
    assert sum(plan["gaps"]) == pytest.approx(360, abs=0.1)
    assert made[1].figures["field_degrees"] == pytest.approx(stroll.FIELD, abs=4)
    assert "even_assumed" not in {reason["code"] for reason in made[1].reasons}


@pytest.mark.slow
def test_the_car_keeps_its_size_and_height(series, made):
    moves = [np.array(f["move"]).reshape(2, 3) for f in plan_of(made[0])["frames"]]
    before, after = unrest(series, [np.eye(2, 3)] * COUNT), unrest(series, moves)
    assert after[0] < before[0] / 1.5
    assert after[1] < before[1] / 1.5


def unrest(series: Walked, moves: list[np.ndarray]) -> tuple[float, float]:
    """How much the height of the thing and the row of its middle differ from what a steady camera
    sees at the same angles (standard deviation; shares of itself and of the picture)."""
    corners = stroll.crate(KIND).corners.reshape(-1, 3)
    high, rows = [], []
    for camera, angle, move in zip(series.cameras, series.angles, moves, strict=True):
        seen = camera.see(corners)[0] @ move[:, :2].T + move[:, 2]
        ideal = stroll.stand(KIND, 45 - angle, SIZE).see(corners)[0]
        high.append(np.log(np.ptp(seen[:, 1]) / np.ptp(ideal[:, 1])))
        rows.append((middle(seen) - middle(ideal)) / SIZE[1])
    return float(np.std(high)), float(np.std(rows))


def middle(spots: np.ndarray) -> float:
    """Row half way between the highest and the lowest."""
    return float(spots[:, 1].min() + spots[:, 1].max()) / 2


@pytest.mark.slow
def test_every_cut_lies_within_its_photo(made):
    plan = plan_of(made[0])
    wide, high = plan["cut"]
    corners = np.array([[0, 0], [wide - 1, 0], [0, high - 1], [wide - 1, high - 1]])
    for frame in plan["frames"]:
        move = np.array(frame["move"]).reshape(2, 3)
        there = (corners - move[:, 2]) @ np.linalg.inv(move[:, :2]).T
        assert there.min() > -0.01
        assert (there < np.array(SIZE) - 0.99).all()


@pytest.mark.slow
def test_the_same_spin_comes_again_from_what_was_told(series, made, tmp_path):
    walked = told.from_plan(plan_of(made[0]))
    spin.make(series.paths, tmp_path / "again", walk=walked)
    assert plan_of(tmp_path / "again") == plan_of(made[0])
    for file in sorted((made[0] / "frames").iterdir()):
        assert (tmp_path / "again" / "frames" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.slow
def test_an_arc_without_photos_is_told_and_the_rest_measured_and_put_in_order(series, tmp_path):
    kept = [*range(6), *range(10, 14), 15, 14, *range(16, COUNT)]
    report = spin.make([series.paths[n] for n in kept], tmp_path / "out", order="given")
    plan = plan_of(tmp_path / "out")
    ((start, end),) = plan["missing"]
    photos = [frame["photo"] for frame in plan["frames"]]
    assert (plan["angles"], plan["closed"]) == ("measured", False)
    assert photos == [*range(1, 11), 12, 11, *range(13, 17)]
    assert (plan["frames"][5]["angle"], plan["frames"][6]["angle"]) == (start, end)
    true = series.angles[sorted(kept)]
    assert abs(off([f["angle"] for f in plan["frames"]], true)).max() < 8  # the lens is guessed
    assert {"arc_missing", "out_of_order"} <= {reason["code"] for reason in report.reasons}


@pytest.mark.slow
def test_photos_too_far_apart_count_as_even_and_the_gaps_are_named(series, tmp_path):
    paths = [series.paths[n] for n in (0, 1, 2, 3, 8, 9, 10, 15, 16, 17)]
    report = spin.make(paths, tmp_path / "out")
    plan = plan_of(tmp_path / "out")
    apart = [r["values"]["frame"] for r in report.reasons if r["code"] == "unlinked"]
    assert plan["angles"] == "even_assumed"
    assert "move" not in plan["frames"][0]
    assert plan["size"] == list(SIZE)
    assert {4, 7} <= set(apart)


def test_what_is_measured_before_need_not_be_measured_again(tmp_path):
    """A series that counts as even stays so when it is made again."""
    random = np.random.default_rng(1)
    paths = [
        pattern.save(random.integers(0, 255, (240, 320, 3), np.uint8), tmp_path / f"{n}.jpg")
        for n in range(8)
    ]
    spin.make(paths, tmp_path / "one")
    spin.make(paths, tmp_path / "two", measure=False)
    assert plan_of(tmp_path / "one")["angles"] == "even_assumed"
    assert plan_of(tmp_path / "one")["frames"] == plan_of(tmp_path / "two")["frames"]


def test_a_step_round_a_thing_is_found_from_two_photos():
    random = np.random.default_rng(2)
    points = random.uniform(-1, 1, (300, 3)) * (0.7, 0.4, 0.7)
    true = pair.Move(*links.walked(18.0))
    before = points + np.array([0, 0, 1.8])
    after = before @ true.turn.T + 1.8 * np.linalg.norm([0, 0, 1] - true.turn[:, 2]) * true.way
    spots = [500 * there[:, :2] / there[:, 2:] + np.array([320, 240]) for there in (before, after)]
    words = np.rint(random.uniform(0, 45, (300, 128)))
    words *= alike.LENGTH / np.linalg.norm(words, axis=1, keepdims=True)
    seen = [alike.Places(s.astype(np.float32), words.astype(np.float32)) for s in spots]
    found = links.link(seen, 0, 1, links.Eye(500.0, (320.0, 240.0)))
    assert np.degrees(links.heading(found.move)) == pytest.approx(18, abs=0.2)
    assert len(found.here) > 290


def test_pictures_with_nothing_in_common_are_not_linked():
    random = np.random.default_rng(3)
    noise = [random.integers(0, 255, (240, 320), np.uint8) for _ in range(2)]
    seen = [alike.places(cv2.GaussianBlur(one, (0, 0), 2)) for one in noise]
    assert min(len(one.spots) for one in seen) > 50
    assert links.link(seen, 0, 1, links.Eye(300.0, (160.0, 120.0))) is None
    assert alike.places(np.full((240, 320), 90, np.uint8)).spots.shape == (0, 2)
