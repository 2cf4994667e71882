from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from station.ground.database import act, db
from station.media import jobs, reads, rules, scene_desk
from station.media.models import Media
from station.media.rules import Kind, Recipe, SceneKind
from tests.makers import PASSWORD

from . import pictures
from .conftest import CAR, Room


class Browser(FlaskClient):
    """A client that reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **options})


def browse(room: Room) -> Browser:
    return Browser(room.app, room.app.response_class)


def sign_in(room: Room, role: str) -> FlaskClient:
    client = browse(room)
    answer = client.post("/sign-in", data={"login": role, "password": PASSWORD})
    assert answer.status_code == 303
    return client


@pytest.fixture
def staff(room: Room) -> FlaskClient:
    return sign_in(room, "inspector")


@pytest.fixture
def stranger(room: Room) -> FlaskClient:
    return sign_in(room, "agency_manager")


def kept(room: Room, data: Any = None, kind: str = Kind.SHOW, **more: Any) -> Media:
    with room.app.app_context():
        media = room.keep(data or pictures.scene(700, 500), kind, **more)
        if kind != Kind.PAPER and kind != Kind.VIDEO:
            jobs.derive(media.id)
        media = reads.get_media(media.id)
        db.session.refresh(media)
        db.session.expunge(media)
        return media


def upload(client: FlaskClient, data: bytes, vehicle: str = CAR, **form: str) -> TestResponse:
    headers = {"Accept": "application/json"} if form.pop("json", "") else {}
    body = {"kind": "show", **form, "file": (io.BytesIO(data), "x.jpg")}
    return client.post(f"/media/vehicles/{vehicle}", data=body, headers=headers)


def test_a_reader_gets_the_original_as_an_attachment_that_cannot_run(
    room: Room, staff: FlaskClient
) -> None:
    data = pictures.coded(pictures.scene())
    media = kept(room, data)
    answer = staff.get(f"/media/{media.id}/original")
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    again = staff.get(
        f"/media/{media.id}/original", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_video_is_served_in_parts(room: Room, staff: FlaskClient) -> None:
    data = pictures.film(room.store.folder / "film.mp4")
    media = kept(room, data, Kind.VIDEO)
    answer = staff.get(f"/media/{media.id}/original", headers={"Range": "bytes=100-199"})
    assert answer.status_code == 206
    assert answer.data == data[100:200]
    assert answer.mimetype == "video/mp4"


@pytest.mark.parametrize("path", ["original", "thumb.jpg", "view.jpg"])
def test_a_stranger_gets_the_answer_of_a_file_that_is_not_there(
    room: Room, staff: FlaskClient, stranger: FlaskClient, path: str
) -> None:
    media = kept(room)
    assert staff.get(f"/media/{media.id}/{path}").status_code == 200
    refused = stranger.get(f"/media/{media.id}/{path}", headers={"Accept": "application/json"})
    absent = stranger.get("/media/nothing/original", headers={"Accept": "application/json"})
    assert refused.status_code == absent.status_code == 404
    assert refused.json["code"] == absent.json["code"] == "not_found"
    assert browse(room).get(f"/media/{media.id}/{path}").status_code == 302


def test_a_kind_without_a_reader_is_read_by_nobody(room: Room, staff: FlaskClient) -> None:
    media = kept(room)
    del room.app.extensions["media.readers"][Kind.SHOW]
    assert staff.get(f"/media/{media.id}/original").status_code == 404


def test_a_public_picture_is_seen_by_everyone_while_the_car_is_shown_and_then_no_more(
    room: Room,
) -> None:
    anyone = browse(room)
    media = kept(room, pictures.phone_photo(1200, 800))
    with room.app.app_context():
        room.clear(media)
        [shown] = reads.list_public(CAR)
        address = shown.address
    assert anyone.get(address).status_code == 404
    room.published.add(CAR)
    answer = anyone.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cache-Control"].startswith("public")
    assert b"Exif" not in answer.data
    assert anyone.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for wrong in ("00000000", "", address[-12:-9]):
        assert anyone.get(f"/media/public/{media.id}/{wrong}.jpg").status_code == 404
    assert anyone.get(f"/media/{media.id}/view.jpg").status_code == 302
    room.published.clear()
    assert anyone.get(address).status_code == 404


def scene(room: Room, *masks: list[float], clear: bool = True) -> str:
    with room.app.app_context():
        media = room.keep(pictures.scene(1024, 512), Kind.PANORAMA)
        if clear:
            room.clear(media, masks)
        with act():
            made = scene_desk.make_scene(
                room.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [media.id], ""
            )
        jobs.build_scene(made.id)
        jobs.mask_scene(made.id)
        return made.id


def test_a_scene_is_served_to_readers_and_when_shown_its_masked_folder_to_everyone(
    room: Room, staff: FlaskClient, stranger: FlaskClient
) -> None:
    scene_id = scene(room, [0.4, 0.4, 0.2, 0.2])
    with room.app.app_context():
        made = reads.get_scene(scene_id)
        inner, outer = reads.address_of(made), reads.address_of(made, public=True)
    anyone = browse(room)
    assert inner != outer
    assert staff.get(inner + "manifest.json").status_code == 200
    assert staff.get(inner + "manifest.json").headers["Cache-Control"].startswith("private")
    assert stranger.get(inner + "manifest.json").status_code == 404
    assert anyone.get(outer + "manifest.json").status_code == 404
    room.published.add(CAR)
    shown = anyone.get(outer + "manifest.json")
    assert shown.headers["Cache-Control"].startswith("public")
    assert not {"source", "sha256"} & set(shown.get_json())
    assert b"sha256" not in shown.data
    assert anyone.get(outer + "poster.jpg").mimetype == "image/jpeg"
    assert anyone.get(outer + "0/0_0.jpg").status_code == 200
    assert anyone.get(inner + "manifest.json").status_code == 404
    for path in ("report.json", "sphere.json", "../x.jpg", "0/../../x.jpg", "9/9_9.jpg", "x.html"):
        assert anyone.get(outer + path).status_code == 404


def test_a_browser_keeps_a_public_tile_for_a_year_and_a_shared_cache_for_five_minutes(
    room: Room,
) -> None:
    scene_id = scene(room)
    with room.app.app_context():
        tile = reads.address_of(reads.get_scene(scene_id), public=True) + "0/0_0.jpg"
    room.published.add(CAR)
    first = browse(room).get(tile)
    kept = first.headers["Cache-Control"]
    assert set(kept.split(", ")) == {"public", "max-age=31536000", "s-maxage=300", "immutable"}
    assert "Set-Cookie" not in first.headers
    again = browse(room).get(tile, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == kept
    other = browse(room).get(tile.replace("0_0", "1_0"))
    assert other.headers["ETag"] != first.headers["ETag"]


def test_progress_is_told_to_readers(room: Room, staff: FlaskClient, stranger: FlaskClient) -> None:
    with room.app.app_context():
        media = room.keep(pictures.scene(1024, 512), Kind.PANORAMA)
        with act():
            made = scene_desk.make_scene(
                room.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [media.id], ""
            )
        jobs._tell(made.id, 40, "level")
        address = f"/media/scenes/{made.id}/progress"
    assert staff.get(address).json == {
        "state": "working",
        "share": 40,
        "step": "level",
        "reason": "",
    }
    assert stranger.get(address).status_code == 404


def test_a_picture_is_added_under_the_command_that_covers_it(
    room: Room, staff: FlaskClient
) -> None:
    data = pictures.coded(pictures.scene())
    assert upload(staff, data, device_time="2026-01-02T03:04:05+08:00").status_code == 303
    with room.app.app_context():
        [media] = reads.list_media(CAR)
        assert (media.command, media.kind) == ("command-inspector", "show")
        assert media.taken_at is not None
        assert media.taken_at.isoformat() == "2026-01-01T19:04:05+00:00"
    refused = upload(staff, data, vehicle="car-2", json="1")
    assert (refused.status_code, refused.json["code"]) == (409, "no_command")
    with room.app.app_context():
        assert len(room.lines("media.keep")) == 1
        assert len(list(room.store.names())) == 1


def test_a_bare_body_and_a_guided_set_are_answered_for_scripts(
    room: Room, staff: FlaskClient
) -> None:
    data = pictures.coded(pictures.scene())
    bare = staff.post(
        f"/media/vehicles/{CAR}?kind=face&slot=front",
        data=data,
        content_type="image/jpeg",
        headers={"Accept": "application/json"},
    )
    assert bare.json["url"].endswith("view.jpg")
    form = {"kind": "face", "up": (io.BytesIO(data), "x.jpg"), "once": "t1"}
    guided = staff.post(f"/media/vehicles/{CAR}", data=form, headers={"Accept": "application/json"})
    assert guided.status_code == 200
    form["up"] = (io.BytesIO(data), "x.jpg")
    again = staff.post(f"/media/vehicles/{CAR}", data=form, headers={"Accept": "application/json"})
    assert (again.status_code, again.json["code"]) == (409, "already_done")
    with room.app.app_context():
        assert {media.slot for media in reads.list_media(CAR)} == {"front", "up"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"<html>", "not_a_picture"),
        (pictures.bomb_png(), "too_many_pixels"),
        (pictures.twelve_bit_jpeg(), "twelve_bit_jpeg"),
    ],
)
def test_a_bad_file_is_answered_with_422_and_its_sentence(
    room: Room, staff: FlaskClient, data: bytes, code: str
) -> None:
    refused = upload(staff, data, json="1")
    assert (refused.status_code, refused.json["code"]) == (422, code)
    page = upload(staff, data)
    assert page.status_code == 422
    sentence = rules.REFUSALS[code].split("%")[0]
    assert sentence in page.text
    with room.app.app_context():
        assert room.lines() == []
        assert list(room.store.names()) == []


def test_a_person_clears_one_picture_after_the_other(room: Room, staff: FlaskClient) -> None:
    first = kept(room, slot="1")
    second = kept(room, pictures.scene(700, 500, seed=4), slot="2")
    page = staff.get(f"/media/{first.id}/clear")
    assert f"/media/{first.id}/view.jpg" in page.text
    assert 'name="version" value="0"' in page.text
    form = {"rectangles": "[[0.1, 0.1, 0.2, 0.2]]", "version": "0"}
    answer = staff.post(f"/media/{first.id}/clear", data=form)
    assert answer.headers["Location"] == f"/media/{second.id}/clear"
    answer = staff.post(f"/media/{second.id}/clear", data={"rectangles": "[]", "version": "0"})
    assert answer.headers["Location"] == f"/media/vehicles/{CAR}"
    stale = staff.post(f"/media/{first.id}/clear", data={"rectangles": "[]", "version": "0"})
    assert stale.status_code == 409
    assert "林查" in stale.text
    broken = staff.post(f"/media/{first.id}/clear", data={"rectangles": "[[", "version": "1"})
    assert broken.status_code == 422
    with room.app.app_context():
        clearance = reads.find_clearance(first)
        assert clearance is not None
        assert clearance.rectangles == [[0.1, 0.1, 0.2, 0.2]]


def test_a_stranger_clears_nothing(room: Room, stranger: FlaskClient) -> None:
    media = kept(room)
    assert stranger.get(f"/media/{media.id}/clear").status_code == 404
    form = {"rectangles": "[]", "version": "0"}
    assert stranger.post(f"/media/{media.id}/clear", data=form).status_code == 404
    with room.app.app_context():
        assert reads.find_clearance(media) is None


def test_the_page_of_a_vehicle_shows_pictures_scenes_and_what_is_left(
    room: Room, staff: FlaskClient, stranger: FlaskClient
) -> None:
    scene_id = scene(room, clear=False)
    media = kept(room, kind=Kind.PHOTO)
    page = staff.get(f"/media/vehicles/{CAR}").text
    assert "浙A·12345" in page
    assert f'id="scene-{scene_id}"' in page
    assert f"/media/{media.id}/thumb.jpg" in page
    assert re.search(r"待公开前确认.*?1", page, re.DOTALL)
    assert stranger.get("/media/vehicles/car-2").status_code == 404
    assert staff.get(f"/media/vehicles/{CAR}?lang=en").status_code == 200


def test_a_scene_is_ordered_fails_with_its_reason_and_is_tried_again(
    room: Room, staff: FlaskClient
) -> None:
    media = kept(room, pictures.scene(1500, 1000), Kind.PANORAMA)
    form = {"recipe": "ready", "source": media.id}
    assert staff.post(f"/media/vehicles/{CAR}/scenes", data=form).status_code == 303
    with room.app.app_context():
        [made] = reads.list_scenes(CAR)
        assert made.command == "command-inspector"
        scene_id = made.id
        jobs.build_scene(scene_id)
    page = staff.get(f"/media/vehicles/{CAR}").text
    assert "2:1" in page
    assert f"/media/scenes/{scene_id}/retry" in page
    assert staff.post(f"/media/scenes/{scene_id}/retry").status_code == 303
    assert staff.post(f"/media/scenes/{scene_id}/retry").status_code == 409
    with room.app.app_context():
        assert reads.get_scene(scene_id).version == 2


def test_a_spin_is_ordered_from_the_video_on_the_page(room: Room, staff: FlaskClient) -> None:
    data = pictures.film(room.store.folder / "film.mp4")
    video = kept(room, data, Kind.VIDEO)
    frame = kept(room, pictures.scene(480, 360), Kind.SPIN, slot="01", origin=f"{video.id}@40")
    page = staff.get(f"/media/vehicles/{CAR}").text
    assert "绕车一周的视频" in page
    assert f'value="{video.id}"' in page
    assert f'value="{frame.id}"' not in page  # it belongs to the spin of its video
    form = {"recipe": "film", "source": video.id}
    assert staff.post(f"/media/vehicles/{CAR}/scenes", data=form).status_code == 303
    with room.app.app_context():
        [made] = reads.list_scenes(CAR)
        assert (made.kind, made.recipe) == (rules.SceneKind.SPIN, rules.Recipe.FILM)
        assert made.sources == [video.id]


@pytest.mark.parametrize(
    ("form", "code"), [({"recipe": "ready"}, "no_sources"), ({"source": "x"}, "no_recipe")]
)
def test_an_order_without_recipe_or_sources_is_refused(
    room: Room, staff: FlaskClient, form: dict[str, str], code: str
) -> None:
    answer = staff.post(
        f"/media/vehicles/{CAR}/scenes", data=form, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json["code"]) == (422, code)
    with room.app.app_context():
        assert reads.list_scenes(CAR) == []
