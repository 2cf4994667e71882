"""Files that come in pieces: the tus protocol as a device speaks it, and what it may not do."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from station.ground import clock
from station.ground.database import db
from station.media import resumable, rules
from station.media.models import Media
from tests.intake import makers
from tests.intake.test_queued import queued
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House

TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def gate_in(app: Flask, client: FlaskClient, house: House) -> Iterator[str]:
    """The address of a gate-in, its inspector signed in; no upload left behind."""
    with context(app):
        row = makers.make_arrived(make_again(house))
        address = f"/intake/{row.id}"
    sign_in(client, "inspector")
    yield address
    with app.app_context():
        resumable.sweep(clock.now() + timedelta(days=1))


def begin(
    client: FlaskClient, length: int, name: str = "IMG_1.jpg", kind: str = "image/jpeg"
) -> TestResponse:
    told = ",".join(
        f"{key} {b64encode(value.encode()).decode()}"
        for key, value in (("filename", name), ("filetype", kind))
    )
    headers = TUS | {"Upload-Length": str(length), "Upload-Metadata": told}
    return client.post("/media/uploads", headers=headers)


def send(client: FlaskClient, where: str, at: int, body: bytes) -> TestResponse:
    return client.patch(where, headers=PIECE | {"Upload-Offset": str(at)}, data=body)


def parts(app: Flask) -> list[str]:
    return sorted(path.name for path in (app.extensions["settings"].home / "uploads").iterdir())


def test_a_photo_sent_in_pieces_is_kept_as_if_it_had_come_with_its_form(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    body = makers.jpeg(7, (320, 240))
    where = begin(client, len(body)).headers["Location"]
    assert send(client, where, 0, body[:100]).headers["Upload-Offset"] == "100"
    seen = client.head(where, headers=TUS)
    assert (seen.headers["Upload-Offset"], seen.headers["Upload-Length"]) == ("100", str(len(body)))
    assert send(client, where, 100, body[100:]).status_code == 204
    told = {"_upload": json.dumps({"id": where.rsplit("/", 1)[1], "field": "front"})}
    kept = client.post(f"{gate_in}/shots/photos", data=told, headers=queued("one"))
    assert kept.status_code == 200, kept.text
    with context(app):
        row = db.session.get(Media, kept.json["id"])
        assert row is not None
        assert (row.slot, row.sha256) == ("front", makers.kept(body).sha256)
    assert parts(app) == []
    again = client.post(f"{gate_in}/shots/photos", data=told, headers=queued("one"))
    assert again.status_code == 404  # the device asks with the file itself then
    inline = {"front": (io.BytesIO(body), "IMG_1.jpg")}
    last = client.post(f"{gate_in}/shots/photos", data=inline, headers=queued("one"))
    assert last.json == {"again": True, "location": None}


def test_a_file_that_is_too_large_is_refused_before_a_byte_of_it_is_taken(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    refused = begin(client, 40 * rules.MB + 1, "IMG_1.HEIC", "image/heic")
    assert (refused.status_code, refused.json["code"]) == (422, "file_too_large")
    assert "40 MB" in refused.json["title"]
    assert begin(client, resumable.LARGEST + 1, "a.mp4", "video/mp4").status_code == 422
    assert begin(client, 0).status_code == 422
    assert parts(app) == []


def test_more_than_was_announced_is_refused_and_what_fits_stays(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    where = begin(client, 10).headers["Location"]
    assert send(client, where, 0, b"123456").status_code == 204
    assert send(client, where, 6, b"789012").json["code"] == "file_too_large"
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "6"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Upload-Offset": "3"}, 409),
        ({"Upload-Offset": "x"}, 409),
        ({"Content-Type": "text/plain"}, 415),
        ({"Tus-Resumable": "0.2"}, 412),
    ],
)
def test_a_piece_that_does_not_fit_changes_nothing(
    client: FlaskClient, gate_in: str, change: dict[str, str], status: int
) -> None:
    where = begin(client, 10).headers["Location"]
    answer = client.patch(where, headers=PIECE | {"Upload-Offset": "0"} | change, data=b"12345")
    assert answer.status_code == status
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "0"


def test_an_upload_belongs_to_the_person_who_began_it(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    body = makers.jpeg(7)
    where = begin(client, len(body)).headers["Location"]
    send(client, where, 0, body)
    other = app.test_client()
    sign_in(other, "station_manager")
    assert other.head(where, headers=TUS).status_code == 404
    assert send(other, where, 0, b"x").status_code == 404
    told = {"_upload": json.dumps({"id": where.rsplit("/", 1)[1], "field": "front"})}
    taken = other.post(f"{gate_in}/shots/photos", data=told, headers=queued("one"))
    assert (taken.status_code, taken.json["code"]) == (404, "upload_gone")
    assert len(parts(app)) == 2


def test_half_a_file_is_not_taken_for_the_whole(client: FlaskClient, gate_in: str) -> None:
    where = begin(client, 10).headers["Location"]
    send(client, where, 0, b"12345")
    told = {"_upload": json.dumps({"id": where.rsplit("/", 1)[1], "field": "front"})}
    refused = client.post(f"{gate_in}/shots/photos", data=told, headers=queued("one"))
    assert (refused.status_code, refused.json["code"]) == (409, "upload_unfinished")


@pytest.mark.parametrize("told", ["", "[]", '{"id": "../../etc/passwd", "field": "a"}', "{"])
def test_what_names_no_upload_is_refused(client: FlaskClient, gate_in: str, told: str) -> None:
    refused = client.post(f"{gate_in}/shots/photos", data={"_upload": told}, headers=queued("one"))
    assert refused.json["code"] == "upload_gone"


def test_nobody_fills_the_disk(
    client: FlaskClient, gate_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "MOST_OPEN", 100)
    assert begin(client, 60).status_code == 201
    full = begin(client, 60)
    assert (full.status_code, full.json["code"]) == (503, "no_room")


def test_what_nobody_finished_is_swept_after_a_week(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    where = begin(client, 10).headers["Location"]
    with app.app_context():
        resumable.sweep(clock.now() - resumable.KEPT)
        assert len(parts(app)) == 2
        resumable.sweep(clock.now() + timedelta(seconds=1))
    assert parts(app) == []
    assert client.head(where, headers=TUS).status_code == 404


def test_the_server_says_what_it_speaks(client: FlaskClient, gate_in: str) -> None:
    told = client.options("/media/uploads")
    assert told.status_code == 204
    assert told.headers["Tus-Extension"] == "creation,expiration"
