from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from station.ground.database import act, db
from station.ground.refused import Refused
from station.jobs import engine
from station.media import apart, desk, door, jobs, reads, rules, scene_desk
from station.media.models import Media, Progress, Scene
from station.media.rules import Kind, Recipe, SceneKind, State

from . import pictures
from .conftest import CAR, Room

pytestmark = pytest.mark.slow

REAL = Path(os.environ.get("SHUZHAN_SAMPLES", "/nonexistent")) / "panoramas"


def order(room: Room, recipe: Recipe, sources: list[Media]) -> Scene:
    kind = SceneKind.SPIN if recipe is Recipe.SERIES else SceneKind.PANORAMA
    with act():
        return scene_desk.make_scene(
            room.inspector, CAR, kind, recipe, [media.id for media in sources], "c1"
        )


def panorama(room: Room, width: int = 1024, height: int = 512) -> Media:
    return room.keep(pictures.scene(width, height), Kind.PANORAMA)


def series(room: Room, count: int = 8) -> list[Media]:
    return [
        room.keep(pictures.scene(480, 360, seed=5 + n), Kind.SPIN, slot=f"{n:02d}")
        for n in range(count)
    ]


def test_a_ready_panorama_is_cut_into_tiles_with_its_report_beside_them(inside: Room) -> None:
    source = panorama(inside)
    scene = order(inside, Recipe.READY, [source])
    assert reads.state_of(scene) is State.QUEUED
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.READY
    assert scene.taken_at == source.kept_at
    assert inside.store.folder_is_whole(scene.folder)
    manifest = scene.manifest
    assert manifest["width"] == 2 * manifest["height"]
    top = manifest["levels"][-1]
    for name in ("manifest.json", "poster.jpg", f"{top['number']}/0_0.jpg"):
        assert inside.store.file_in(scene.folder, name).stat().st_size > 100
    told_to_all = inside.store.file_in(scene.folder, "manifest.json").read_text()
    assert source.sha256 not in told_to_all
    assert source.id not in told_to_all
    assert db.session.get(Progress, scene.id) is None
    [line] = inside.lines("media.scene_ready")
    assert (line.facts["folder"], line.vehicle, line.command) == (scene.folder, CAR, "c1")


def test_a_scene_built_twice_is_ready_once(inside: Room) -> None:
    scene = order(inside, Recipe.READY, [panorama(inside)])
    jobs.build_scene(scene.id)
    jobs.build_scene(scene.id)
    told = reads.get_scene(scene.id)
    with act():
        machine = jobs.worker(told.organisation_id)
        assert not scene_desk.finish_scene(machine, scene.id, told.version, "0" * 64, {})
    assert len(inside.lines("media.scene_ready")) == 1
    assert len(list(inside.store.folders())) == 1


def test_six_faces_become_one_panorama_in_the_order_of_their_slots(inside: Room) -> None:
    colours = {"front": (200, 40, 40), "up": (40, 40, 200), "down": (40, 200, 40)}
    sources: list[Media] = []
    for side in reversed(rules.FACES):
        face = pictures.scene(160, 160, seed=len(sources))
        face.paste(colours.get(side, (150, 150, 150)), (40, 40, 120, 120))
        sources.append(inside.keep(face, Kind.FACE, slot=side))
    scene = order(inside, Recipe.FACES, sources)
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.READY, scene.reason
    base = scene.manifest["levels"][0]
    tile = scene.manifest["tile"]
    sphere = Image.new("RGB", (base["cols"] * tile, base["rows"] * tile))
    for col in range(base["cols"]):
        for row in range(base["rows"]):
            path = inside.store.file_in(scene.folder, f"{base['number']}/{col}_{row}.jpg")
            with Image.open(path) as one:
                sphere.paste(one, (col * tile, row * tile))
    width, height = sphere.size
    places = {"front": (width // 2, height // 2), "up": (9, 2), "down": (9, height - 3)}
    for side, place in places.items():
        seen = sphere.getpixel(place)
        assert max(abs(a - b) for a, b in zip(seen, colours[side], strict=True)) < 40, side


def test_eight_photos_become_a_spin_of_those_photos_and_no_others(inside: Room) -> None:
    sources = series(inside)
    scene = order(inside, Recipe.SERIES, sources[::-1])
    assert scene.sources == [media.id for media in sources]
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.READY, scene.reason
    told = [frame["photo"] for frame in scene.manifest["frames"]]
    assert told == list(range(1, len(sources) + 1))
    told_to_all = inside.store.file_in(scene.folder, "spin.json").read_text()
    assert not any(media.sha256 in told_to_all for media in sources)
    assert inside.store.file_in(scene.folder, "frames/000.jpg").is_file()


@pytest.mark.parametrize(("width", "height"), [(1500, 1000), (1024, 500)])
def test_a_picture_that_is_not_2_to_1_fails_with_the_reason_and_loses_nothing(
    inside: Room, width: int, height: int
) -> None:
    source = panorama(inside, width, height)
    scene = order(inside, Recipe.READY, [source])
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert (scene.state, scene.reason_code) == (State.FAILED, "not_panorama")
    assert "2:1" in scene.reason % scene.reason_values
    assert inside.store.path(source.sha256).is_file()
    assert [line.facts["reason"] for line in inside.lines("media.scene_failed")] == ["not_panorama"]
    assert db.session.get(Progress, scene.id) is None
    assert list(inside.store.folders()) == []
    assert list(inside.store.temps.iterdir()) == []


def test_a_failed_scene_can_be_tried_again_and_a_ready_one_cannot(inside: Room) -> None:
    scene = order(inside, Recipe.READY, [panorama(inside, 1500, 1000)])
    jobs.build_scene(scene.id)
    with act():
        scene_desk.retry_scene(inside.inspector, scene.id)
    again = reads.get_scene(scene.id)
    assert (again.state, again.reason, again.version) == (State.QUEUED, "", 2)
    ready = order(inside, Recipe.READY, [panorama(inside)])
    jobs.build_scene(ready.id)
    with pytest.raises(Refused, match="scene_step"), act():
        scene_desk.retry_scene(inside.inspector, ready.id)
    assert reads.get_scene(ready.id).version == 1
    assert len(inside.lines("media.retry_scene")) == 1


def test_an_engine_that_runs_out_of_memory_fails_the_scene_and_says_so(
    inside: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STAGE", apart.Bounds(memory=700 * 1024**2, processor=1))
    scene = order(inside, Recipe.READY, [panorama(inside, 10000, 5000)])
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.FAILED
    assert scene.reason in rules.SENTENCES.values()


@pytest.mark.parametrize(
    ("recipe", "count", "code"),
    [
        (Recipe.READY, 2, "one_source"),
        (Recipe.FISHEYE, 2, "one_source"),
        (Recipe.PHOTOS, 5, "stitch_count"),
        (Recipe.FACES, 6, "six_faces"),
        (Recipe.SERIES, 7, "spin_count"),
    ],
)
def test_the_wrong_number_of_sources_is_refused_and_nothing_is_ordered(
    inside: Room, recipe: Recipe, count: int, code: str
) -> None:
    sources = [inside.keep(pictures.scene(seed=n), Kind.SPIN, slot=str(n)) for n in range(count)]
    with pytest.raises(Refused, match=code):
        order(inside, recipe, sources)
    assert reads.list_scenes(CAR) == []
    assert inside.lines("media.make_scene") == []


def test_a_picture_that_one_may_not_read_makes_no_scene(
    inside: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = panorama(inside)
    monkeypatch.setitem(inside.app.extensions["media.readers"], Kind.PANORAMA, lambda *_: False)
    with pytest.raises(Refused, match="not_found"):
        order(inside, Recipe.READY, [source])
    assert reads.list_scenes(CAR) == []
    assert inside.lines("media.make_scene") == []


def test_pictures_of_another_car_make_no_scene(inside: Room) -> None:
    other = inside.keep(pictures.scene(1024, 512), Kind.PANORAMA, vehicle="car-2")
    with pytest.raises(Refused, match="source_not_fit"):
        order(inside, Recipe.READY, [other])
    assert reads.list_scenes(CAR) == []


def test_a_scene_is_public_as_soon_as_every_source_is_confirmed(inside: Room) -> None:
    sources = series(inside)
    scene = order(inside, Recipe.SERIES, sources)
    jobs.build_scene(scene.id)
    for media in sources[:-1]:
        inside.clear(media)
    assert reads.public_scene(CAR, SceneKind.SPIN) is None
    inside.clear(sources[-1])
    public = reads.public_scene(CAR, SceneKind.SPIN)
    assert public is not None
    assert public.public_folder == public.folder


def test_a_scene_made_after_its_sources_were_confirmed_is_public_at_once(inside: Room) -> None:
    source = panorama(inside)
    inside.clear(source)
    scene = order(inside, Recipe.READY, [source])
    jobs.build_scene(scene.id)
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is not None


def test_a_masked_source_gives_the_public_its_own_folder_and_staff_the_whole(
    inside: Room,
) -> None:
    source = panorama(inside)
    scene = order(inside, Recipe.READY, [source])
    jobs.build_scene(scene.id)
    inside.clear(source, [[0.4, 0.4, 0.2, 0.2]])
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is None
    jobs.mask_scene(scene.id)
    jobs.mask_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.public_folder not in {"", scene.folder}
    for folder, masked in ((scene.folder, False), (scene.public_folder, True)):
        with Image.open(inside.store.file_in(folder, "poster.jpg")) as poster:
            middle = poster.getpixel((poster.width // 2, poster.height // 2))
            grey = all(abs(value - 118) < 6 for value in middle)
            assert grey is masked
    assert len(inside.lines("media.scene_public")) == 1


def test_new_masks_take_a_scene_from_the_public_until_it_is_made_again(inside: Room) -> None:
    source = panorama(inside)
    scene = order(inside, Recipe.READY, [source])
    jobs.build_scene(scene.id)
    inside.clear(source)
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is not None
    with act():
        desk.clear(inside.inspector, source.id, [[0.1, 0.1, 0.2, 0.2]], 1)
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is None
    with act():  # a job that had begun with the old masks comes late
        machine = jobs.worker(scene.organisation_id)
        assert not scene_desk.publish_scene(machine, scene.id, {source.id: []}, "0" * 64)
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is None


def test_an_old_folder_that_no_scene_names_is_swept(inside: Room) -> None:
    scene = order(inside, Recipe.READY, [panorama(inside)])
    jobs.build_scene(scene.id)
    stray = inside.store.new_temp()
    stray.mkdir()
    (stray / "a.jpg").write_bytes(b"1")
    name = inside.store.keep_folder(stray)
    for folder in inside.store.scenes.iterdir():
        os.utime(folder, (0, 0))
    jobs.sweep()
    assert [found for found, _ in inside.store.folders()] == [reads.get_scene(scene.id).folder]
    assert not inside.store.folder_is_whole(name)


DYING = """
    import os, signal, sys
    from pathlib import Path
    import app as composition
    from station.ground.settings import Settings
    from station.media import apart, jobs, store
    composition.load_models()
    made = composition.create_app(
        Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], secret_key="x", testing=True)
    )
    made.extensions["media.store"] = store.DiskStore(Path(sys.argv[3]))
    whole = jobs._tell
    def tell(scene_id, share, step):
        whole(scene_id, share, step)
        if share >= 50:
            print("half", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    jobs._tell = tell
    with made.app_context():
        jobs.build_scene(sys.argv[4])
"""


def test_a_worker_killed_in_the_middle_leaves_the_job_to_be_done_again_once(
    room: Room, tmp_path: Path
) -> None:
    with room.app.app_context():
        scene_id = order(room, Recipe.READY, [panorama(room, 2048, 1024)]).id
    settings = room.app.extensions["settings"]
    arguments = [str(tmp_path), settings.database_url, str(room.store.folder), scene_id]
    died = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DYING), *arguments],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    with room.app.app_context():
        scene = reads.get_scene(scene_id)
        assert reads.state_of(scene) is State.WORKING
        assert room.lines("media.scene_ready") == []
    engine.work(room.app, wait=False)
    with room.app.app_context():
        scene = reads.get_scene(scene_id)
        assert scene.state is State.READY
        assert len(room.lines("media.scene_ready")) == 1
        assert room.store.folder_is_whole(scene.folder)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="no sample panoramas (set SHUZHAN_SAMPLES)")
@pytest.mark.parametrize(
    "name", ["gpano-pitch-5.jpg", "gpano-roll-5.jpg", "equi-4096.jpg", "veste-equirect.jpg"]
)
def test_real_panoramas_become_scenes(inside: Room, name: str) -> None:
    kept = door.receive(io.BytesIO((REAL / name).read_bytes()), limit=rules.PICTURE)
    with act():
        media = desk.keep(inside.inspector, kept, kind=Kind.PANORAMA, vehicle=CAR)
    scene = order(inside, Recipe.READY, [media])
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.READY, scene.reason
    assert b"GPano" not in inside.store.file_in(scene.folder, "poster.jpg").read_bytes()
    assert db.session.scalars(select(Scene)).one().manifest["verdict"] in {"publish", "remark"}
