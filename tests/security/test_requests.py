"""Requests that cost too much, guess too often, or come from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import app as composition
from station.court import desk as court
from station.court.rules import read_case_number
from station.ground import clock, web
from station.ground.database import act, db
from station.ground.settings import Settings
from station.media import desk as media
from station.people.models import SignInRow
from tests.court.makers import VIN
from tests.intake import makers
from tests.makers import PASSWORD, House

from .conftest import Device

MB = 1024 * 1024


class Unread(io.BytesIO):
    """A body that remembers whether anybody read it."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.seen = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.seen += len(part)
        return part

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer)
        self.seen += size
        return size


def post(client: FlaskClient, path: str, size: int) -> tuple[int, int]:
    """Status of a form with a file of `size` bytes, and how many bytes were read."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    body = Unread(head + b"0" * size + b"\r\n--x--\r\n")
    answer = client.post(
        path,
        input_stream=body,
        content_length=size + len(head) + 9,
        content_type="multipart/form-data; boundary=x",
    )
    return answer.status_code, body.seen


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sign-in", 413), ("/l/x", 413), ("/nowhere", 413), ("/court/cases/new", 403)],
)
def test_a_stranger_cannot_fill_the_disk(
    app: Flask, house: House, client: FlaskClient, path: str, status: int
) -> None:
    assert post(client, path, 8 * MB) == (status, 0)


def test_an_invented_cookie_makes_nobody_a_colleague(
    app: Flask, house: House, client: FlaskClient
) -> None:
    client.set_cookie("sid", "invented")
    assert post(client, "/sign-in", 8 * MB) == (413, 0)


@pytest.fixture
def limited(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with its limits, which other tests do without."""
    monkeypatch.setattr(web.limiter, "enabled", False)
    made = composition.create_app(replace(settings, testing=False))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    with made.app_context():
        db.engine.dispose()


def test_the_second_persons_password_cannot_be_guessed_without_end(
    app: Flask, house: House, limited: Flask
) -> None:
    with app.app_context():
        with act():
            case = court.open_case(
                house.judge,
                read_case_number("(2026)浙0105执9号", clock.today()),
                creditor="王",
                debtor="李",
            )
        kept = makers.kept(makers.jpeg(5))
        with act():
            photo = media.keep(house.clerk, kept, kind="vin", case=case.id).id
        path = f"/court/cases/{case.id}/vehicles/new"
    clerk = limited.test_client()
    assert clerk.post("/sign-in", data={"login": "clerk", "password": PASSWORD}).status_code == 303
    form = {"vin": VIN, "vin_photo_kept": photo, "second_login": "judge", "second_password": "no"}
    codes = [clerk.post(path, data=form).status_code for _ in range(22)]
    assert codes == [422] * 20 + [429] * 2


def test_a_password_cannot_be_guessed_without_end(limited: Flask, house: House) -> None:
    form = {"login": "judge", "password": "wrong wrong"}
    client = limited.test_client()
    assert [client.post("/sign-in", data=form).status_code for _ in range(12)][9:] == [
        422,
        429,
        429,
    ]


ELSEWHERE: list[dict[str, str]] = [
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_elsewhere_signs_nobody_out(
    app: Flask, house: House, signed_in: Device, headers: dict[str, str]
) -> None:
    judge = signed_in("judge")
    answer = judge.post("/sign-out", headers=headers)
    assert (answer.status_code, "别的网站" in answer.text) == (403, True)
    with app.app_context():
        assert db.session.query(SignInRow).count() == 1


def test_without_origin_a_form_needs_its_own_token(
    app: Flask, house: House, signed_in: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = signed_in("judge")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    other = app.test_client()
    other.get("/sign-in")
    for token in ("", "x", "IjEi.aaaa.bbbb"):
        assert judge.post("/sign-out", data={"csrf_token": token}).status_code == 403
    with app.app_context():
        assert db.session.query(SignInRow).count() == 1


@pytest.mark.parametrize(
    "onward",
    [
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "javascript:x",
    ],
)
def test_no_blank_or_backslash_leads_to_another_site(
    app: Flask, house: House, client: FlaskClient, onward: str
) -> None:
    form: dict[str, Any] = {"login": "judge", "password": "a long enough password"}
    answer = client.post("/sign-in", data={**form, "next": onward})
    assert answer.location in {"/", "/%09/evil.example", "/%0A/evil.example"}


def test_a_colleagues_file_may_be_larger_but_not_without_end(
    app: Flask, house: House, signed_in: Device
) -> None:
    judge = signed_in("judge")
    status, seen = post(judge, "/court/cases/new", 8 * MB)
    assert (status, seen > 8 * MB) == (422, True)
    answer = judge.post(
        "/court/cases/new",
        environ_overrides={"CONTENT_LENGTH": str(700 * MB)},
        content_type="multipart/form-data; boundary=x",
    )
    assert (answer.status_code, "文件太大" in answer.text) == (413, True)


def test_numbers_of_documents_cannot_be_tried_without_end(
    app: Flask, house: House, limited: Flask
) -> None:
    stranger = limited.test_client()
    asked = [
        stranger.get("/verify", query_string={"n": f"RK20261122-{n:06X}"}).status_code
        for n in range(32)
    ]
    assert asked == [404] * 30 + [429] * 2
    sent = [
        stranger.post("/verify", data={"file": (io.BytesIO(b"x"), "x.pdf")}).status_code
        for _ in range(12)
    ]
    assert sent == [303] * 10 + [429] * 2
