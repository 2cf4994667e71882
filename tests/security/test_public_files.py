"""What strangers can fetch: only what a person confirmed, as painted, and nothing of the camera."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from station.ground.actors import Actor
from station.ground.database import act, db
from station.media import desk, door, jobs, reads, rules, scene_desk, store
from station.media.models import Media, Scene
from station.media.rules import Kind, Recipe, SceneKind
from station.media.store import DiskStore
from tests.makers import House
from tests.media import pictures

pytestmark = pytest.mark.slow

CAR = "car-1"


def is_own(who: Actor, media: Media) -> bool:
    """Whose organisation kept it may read it."""
    return who.organisation_id == media.organisation_id


@pytest.fixture
def shown(
    app: Flask, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Flask, Actor]:
    """A store of its own, and one vehicle whose public page stands."""
    monkeypatch.setitem(app.extensions, "media.store", DiskStore(tmp_path / "blobs"))
    monkeypatch.setitem(app.extensions, "media.public", {"showroom": CAR.__eq__})
    for kind in rules.Kind:  # the vehicle is none, so nobody could read its pictures
        monkeypatch.setitem(app.extensions["media.readers"], kind, is_own)
    return app, house.inspector


def keep(actor: Actor, body: bytes, kind: str, slot: str = "") -> str:
    kept = door.receive(io.BytesIO(body), limit=rules.limit_for(kind))
    with act():
        return desk.keep(actor, kept, kind=kind, slot=slot, vehicle=CAR).id


def clear(actor: Actor, media_id: str, boxes: list[list[float]], version: int = 0) -> None:
    with act():
        desk.clear(actor, media_id, boxes, version)
    jobs.publish(media_id)


def fetch(client: FlaskClient, path: str) -> int:
    answer = client.get(path)
    answer.close()
    return answer.status_code


def camera(seed: int, size: tuple[int, int] = (1200, 800)) -> bytes:
    """A phone's picture with place, maker, comment, XMP and a name in it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "SECRETMAKER", "SECRETMODEL", "SECRETARTIST"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (30.0, 19.0, 47.6), "E", (120.0, 9.0, 18.3)
    return pictures.coded(
        pictures.scene(*size, seed=seed),
        exif=exif,
        comment=b"SECRETCOMMENT 30.3299",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETXMP</x:xmpmeta>",
        quality=90,
    )


def test_no_public_file_tells_of_camera_place_or_source(shown: tuple[Flask, Actor]) -> None:
    app, actor = shown
    with app.app_context():
        frames = [keep(actor, camera(n), Kind.SPIN, f"{n:02d}") for n in range(1, 9)]
        sphere = keep(actor, camera(20, (2048, 1024)), Kind.PANORAMA)
        for media_id in [*frames, sphere]:
            clear(actor, media_id, [[0.1, 0.1, 0.05, 0.05]])
        order = [
            (SceneKind.SPIN, Recipe.SERIES, frames),
            (SceneKind.PANORAMA, Recipe.READY, [sphere]),
        ]
        for kind, recipe, sources in order:
            with act():
                scene_id = scene_desk.make_scene(actor, CAR, kind, recipe, sources, "").id
            jobs.build_scene(scene_id)
            jobs.mask_scene(scene_id)
        looked = 0
        here = store.current()
        assert isinstance(here, DiskStore)
        kept = reads.list_by_id([*frames, sphere])
        for scene in db.session.query(Scene):
            folder = here.scenes / scene.public_folder
            for path in folder.rglob("*"):
                name = path.relative_to(folder).as_posix()
                if name not in rules.SCENE_FILES and not rules.SCENE_PICTURE.fullmatch(name):
                    continue
                body, looked = path.read_bytes(), looked + 1
                for word in (b"SECRET", b"Exif", b"30.3299", b"xmpmeta", b"ICC_PROFILE"):
                    assert word not in body, (name, word)
                assert not [one.id for one in kept if one.id.encode() in body], name
        assert looked > 20
        for clearance in (reads.find_clearance(one) for one in kept):
            assert clearance
            body = here.path(clearance.sha256).read_bytes()
            assert b"SECRET" not in body
            assert b"Exif" not in body


def test_a_picture_is_public_only_while_confirmed_drawn_and_shown(
    shown: tuple[Flask, Actor], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, actor = shown
    with app.app_context():
        media_id = keep(actor, camera(1), Kind.SHOW)
        sha = reads.get_media(media_id).sha256
    path = "/media/public/{}/{}.jpg"
    for guess in (sha[:8], "", "00000000", "%"):
        assert fetch(client, path.format(media_id, guess)) == 404
    with app.app_context():
        clear(actor, media_id, [])
        first = reads.find_clearance(reads.get_media(media_id))
        assert first
        old = path.format(media_id, first.sha256[:8])
    assert fetch(client, old) == 200
    with app.app_context(), act():
        desk.clear(actor, media_id, [[0.2, 0.2, 0.2, 0.2]], 1)
    assert fetch(client, old) == 404
    with app.app_context():
        jobs.publish(media_id)
        second = reads.find_clearance(reads.get_media(media_id))
        assert second
        new = path.format(media_id, second.sha256[:8])
    assert (fetch(client, old), fetch(client, new)) == (404, 200)
    monkeypatch.setitem(app.extensions, "media.public", {"showroom": "another".__eq__})
    assert fetch(client, new) == 404


def test_a_scene_is_public_only_as_masked_and_never_beside_its_folder(
    shown: tuple[Flask, Actor], client: FlaskClient
) -> None:
    app, actor = shown
    with app.app_context():
        sphere = keep(actor, camera(20, (2048, 1024)), Kind.PANORAMA)
        with act():
            scene_id = scene_desk.make_scene(
                actor, CAR, SceneKind.PANORAMA, Recipe.READY, [sphere], ""
            ).id
        jobs.build_scene(scene_id)
        inside = reads.get_scene(scene_id).folder[:8]
    base = f"/media/scenes/{scene_id}"
    assert fetch(client, f"{base}/{inside}/manifest.json") == 404
    with app.app_context():
        clear(actor, sphere, [])
        assert reads.get_scene(scene_id).public_folder.startswith(inside)
    assert fetch(client, f"{base}/{inside}/manifest.json") == 200
    for path in (
        "sphere.json",
        "report.json",
        "../manifest.json",
        "%2e%2e/manifest.json",
        "..%2f..%2f..%2fkeys%2fcookie.secret",
        "manifest.json%00.jpg",
        "poster.jpg/../sphere.json",
    ):
        assert fetch(client, f"{base}/{inside}/{path}") in {400, 404}, path
    for folder in ("", inside[:7], inside.upper() + "0", "%"):
        assert fetch(client, f"{base}/{folder}/manifest.json") in {301, 308, 404}, folder
    with app.app_context(), act():
        desk.clear(actor, sphere, [[0.2, 0.2, 0.2, 0.2]], 1)
    assert fetch(client, f"{base}/{inside}/manifest.json") == 404
    with app.app_context():
        jobs.mask_scene(scene_id)
        masked = reads.get_scene(scene_id).public_folder[:8]
    assert masked != inside
    assert fetch(client, f"{base}/{inside}/manifest.json") == 404
    assert fetch(client, f"{base}/{masked}/manifest.json") == 200
