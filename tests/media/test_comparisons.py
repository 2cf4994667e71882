"""Two panoramas of a vehicle laid over one another: made in the cage, told, kept, refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import comparison_desk, comparison_reads, jobs, reads, scene_desk
from station.media.models import Comparison
from station.media.rules import COMPARED, SENTENCES, Kind, Recipe, SceneKind, Seat, State
from station.trail.models import TrailLine
from station.trail.reads import find_last_line

from .conftest import CAR, Room

pytestmark = pytest.mark.slow

WIDTH = 1024
FLAW = (640, 240, 48, 32)  # left, top, width, height


def cabin(seed: int, flaw: bool = False) -> Image.Image:
    """A sphere full of corners; with `flaw`, one white patch that was not there."""
    rng = np.random.default_rng(seed)
    picture = np.full((WIDTH // 2, WIDTH, 3), 120, np.uint8)
    for _ in range(900):
        x, y = rng.integers(0, WIDTH - 40), rng.integers(0, WIDTH // 2 - 30)
        wide, high = rng.integers(6, 40), rng.integers(6, 30)
        picture[y : y + high, x : x + wide] = rng.integers(30, 190, 3)
    if flaw:
        x, y, wide, high = FLAW
        picture[y : y + high, x : x + wide] = 255
    return Image.fromarray(picture)


def panorama(room: Room, picture: Image.Image, seat: Seat | None = None) -> str:
    """Id of a finished panorama made of this picture."""
    source = room.keep(picture, Kind.PANORAMA)
    with act():
        scene = scene_desk.make_scene(
            room.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [source.id], "c1", seat
        )
    scene_id = scene.id
    jobs.build_scene(scene_id)
    return scene_id


def order(room: Room, one: str, other: str) -> Comparison:
    with act():
        return comparison_desk.order(room.inspector, reads.get_scene(one), reads.get_scene(other))


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def test_what_changed_between_two_dates_is_found_and_kept(inside: Room) -> None:
    before, after = panorama(inside, cabin(1)), panorama(inside, cabin(1, flaw=True))
    row = order(inside, after, before)
    row_id = row.id
    assert (row.before_id, row.after_id, row.state) == (before, after, State.QUEUED)
    jobs.compare(row_id)
    made = comparison_reads.get(row_id)
    assert made.state is State.READY, made.reason
    first = comparison_reads.list_changes(made)[0]
    x, y, wide, high = FLAW
    assert x < (first["yaw"] + 180) / 360 * WIDTH < x + wide
    assert y < (90 - first["pitch"]) / 360 * WIDTH < y + high
    for name in COMPARED:
        assert inside.store.file_in(made.folder, name).stat().st_size > 100
    line = find_last_line(made.subject)
    assert line is not None
    assert (line.act, line.vehicle) == ("media.compared", CAR)
    assert line.facts["folder"] == made.folder
    assert list(comparison_reads.find_faults()) == []

    count, folder = count_lines(), made.folder
    assert order(inside, before, after).id == row_id  # what is there is answered with
    jobs.compare(row_id)
    assert count_lines() == count

    path = inside.store.file_in(folder, "change.png")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    assert ["its files were altered" in fault.what for fault in comparison_reads.find_faults()] == [
        True
    ]


def test_two_places_that_are_not_the_same_are_told_and_can_be_tried_again(inside: Room) -> None:
    before, after = panorama(inside, cabin(1)), panorama(inside, cabin(2))
    row_id = order(inside, before, after).id
    jobs.compare(row_id)
    failed = comparison_reads.get(row_id)
    assert (failed.state, failed.folder) == (State.FAILED, "")
    assert failed.reason != ""
    line = find_last_line(failed.subject)
    assert line is not None
    assert (line.act, line.facts["reason"]) == ("media.compare_failed", "not_same_place")
    again = order(inside, before, after)
    assert (again.id, again.state, again.version, again.reason) == (row_id, State.QUEUED, 2, "")


def test_a_tile_that_is_gone_is_told_and_the_comparison_can_be_tried_again(inside: Room) -> None:
    before, after = panorama(inside, cabin(1)), panorama(inside, cabin(1))
    scene = reads.get_scene(before)
    top = scene.manifest["levels"][-1]["number"]
    inside.store.file_in(scene.folder, f"{top}/0_0.jpg").unlink()
    row_id = order(inside, before, after).id
    jobs.compare(row_id)
    failed = comparison_reads.get(row_id)
    assert (failed.state, failed.reason) == (State.FAILED, SENTENCES["scene_fault"])
    assert order(inside, before, after).state is State.QUEUED


def test_only_two_panoramas_from_one_seat_are_laid_over_one_another(inside: Room) -> None:
    front = panorama(inside, cabin(1), Seat.FRONT)
    back = panorama(inside, cabin(2), Seat.BACK)
    count = count_lines()
    for one, other in ((front, back), (front, front)):
        with pytest.raises(Refused) as refusal:
            order(inside, one, other)
        assert (refusal.value.code, refusal.value.status) == ("not_a_pair", 409)
    assert db.session.scalar(select(func.count()).select_from(Comparison)) == 0
    assert count_lines() == count
