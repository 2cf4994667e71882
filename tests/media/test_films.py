"""A spin from a video: its frames become photos, and those are what a person confirms."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo import stroll
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import jobs, reads, rules, scene_desk
from station.media.models import Media, Scene
from station.media.rules import Kind, Recipe, SceneKind, State

from . import pictures
from .conftest import CAR, Room
from .test_faults import faults, tamper

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A third of a round about a crate of a car's size, three seconds."""
    path: Path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    manner = stroll.Manner(rounds=0.3, speed=0.3, pauses=0, seed=4)
    steps = stroll.walk("sedan", 3, 12, (400, 226), manner)
    stroll.save(stroll.film(steps, stroll.crate("sedan"), "sedan"), path, 12)
    return path.read_bytes()


def order(room: Room, *sources: Media) -> Scene:
    with act():
        return scene_desk.make_scene(
            room.inspector, CAR, SceneKind.SPIN, Recipe.FILM, [one.id for one in sources], "c1"
        )


def built(room: Room, walk: bytes) -> Scene:
    scene = order(room, room.keep(walk, Kind.VIDEO))
    jobs.build_scene(scene.id)
    return reads.get_scene(scene.id)


def test_the_frames_of_a_video_become_photos_and_the_spin_is_made_of_them(
    inside: Room, walk: bytes
) -> None:
    video = inside.keep(walk, Kind.VIDEO)
    scene = built(inside, walk)
    assert scene.state is State.READY, scene.reason
    photos = reads.list_by_id(scene.sources)
    told = scene.manifest["frames"]
    assert len(photos) == len(told) >= rules.SPIN_COUNT[0]
    assert [frame["photo"] for frame in told] == list(range(1, len(photos) + 1))
    assert [one.origin for one in photos] == [f"{video.id}@{f['time_ms']}" for f in told]
    assert {(one.kind, one.vehicle, one.by_name) for one in photos} == {
        (Kind.SPIN, CAR, jobs.WORKER)
    }
    assert {"walk_open", "arc_missing"} <= {one["code"] for one in scene.manifest["remarks"]}
    lines = inside.lines("media.keep")[1:]
    assert [line.facts["origin"] for line in lines] == [one.origin for one in photos]
    [ready] = inside.lines("media.scene_ready")
    assert ready.facts["sources"] == " ".join(scene.sources)
    assert faults() == []
    assert inside.store.file_in(scene.folder, "frames/000.jpg").is_file()
    with pytest.raises(FileNotFoundError):  # whole frames are nobody's to see before masks
        inside.store.file_in(scene.folder, "photos/000.jpg")
    tamper(inside, f"UPDATE media_media SET origin = '' WHERE id = '{scene.sources[2]}'")
    db.session.expire_all()
    [fault] = faults()
    assert "origin was altered" in fault


def test_it_is_public_when_every_frame_is_confirmed_and_made_again_it_is_so_at_once(
    inside: Room, walk: bytes
) -> None:
    scene = built(inside, walk)
    scene_id, sources = scene.id, list(scene.sources)
    assert [one.id for one in reads.list_uncleared(CAR)] == sources
    for at, media_id in enumerate(sources):
        assert reads.public_scene(CAR, SceneKind.SPIN) is None
        inside.clear(reads.get_media(media_id), [[0.4, 0.4, 0.2, 0.2]] if at == 0 else [])
    jobs.mask_scene(scene_id)
    scene = reads.get_scene(scene_id)
    assert scene.public_folder not in {"", scene.folder}
    for at, masked in ((0, True), (3, False)):
        seen = [
            inside.store.file_in(folder, f"frames/{at:03d}.jpg").read_bytes()
            for folder in (scene.folder, scene.public_folder)
        ]
        assert (seen[0] != seen[1]) is masked
    again = built(inside, walk)
    assert (again.sources, again.folder) == (sources, reads.get_scene(scene_id).folder)
    assert len(inside.lines("media.keep")) == 1 + len(sources)
    assert [line.subject for line in inside.lines("media.scene_public")] == [f"scene:{scene_id}"]


def test_a_video_that_shows_no_walk_fails_with_its_reason_and_keeps_nothing(inside: Room) -> None:
    data = pictures.film(inside.store.folder / "film.mp4", frames=40, rate=10, side=400)
    scene = order(inside, video := inside.keep(data, Kind.VIDEO))
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.FAILED
    assert scene.reason_code in {"film_still", "one_colour", "walk_none", "walk_unclear"}
    assert scene.sources == [video.id]
    assert "视频" in scene.reason % scene.reason_values
    assert [one.id for one in reads.list_media(CAR)] == [video.id]
    assert list(inside.store.folders()) == []


@pytest.mark.parametrize("way", [1, -1])
def test_the_near_side_moves_in_the_picture_the_way_that_the_scene_says(way: int) -> None:
    first, then = (stroll.stand("sedan", 40 + way * more, (400, 226)) for more in (0, 10))
    near = (first.eye * (0.3, 0.3, 0)) + (0, 0, 0.7)  # a third of the way out to where one stood
    left, right = (camera.see(near)[0][0] for camera in (first, then))
    assert (1 if right > left else -1) == Scene(manifest={"way": way}).way


def test_only_one_video_of_this_car_makes_a_spin(inside: Room, walk: bytes) -> None:
    video = inside.keep(walk, Kind.VIDEO)
    photo = inside.keep(pictures.scene(480, 360), Kind.SPIN)
    other = inside.keep(walk, Kind.VIDEO, vehicle="car-2")
    more = inside.keep(walk, Kind.VIDEO, slot="again")
    for sources, code in (
        ((photo,), "source_not_fit"),
        ((other,), "source_not_fit"),
        ((video, more), "one_video"),
    ):
        with pytest.raises(Refused, match=code):
            order(inside, *sources)
        db.session.rollback()
    assert reads.list_scenes(CAR) == []
    assert inside.lines("media.make_scene") == []
