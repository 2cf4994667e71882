"""Acts that a device's queue sends: answered for a script, done once, timed by both clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.ground import clock
from station.ground.database import db
from station.intake import desk
from station.intake.models import Intake
from station.trail.models import TrailLine
from tests.intake import makers
from tests.intake.test_views import context, make_again, photo, sign_in
from tests.makers import House

READINGS = {"version": "0", "odometer": "62,310", "fuel": "50"}


@pytest.fixture
def gate_in(app: Flask, client: FlaskClient, house: House) -> str:
    """The address of a gate-in, its inspector signed in."""
    with context(app):
        row = makers.make_arrived(make_again(house))
        address = f"/intake/{row.id}"
    sign_in(client, "inspector")
    return address


def queued(token: str, *, late: timedelta = timedelta(0), off: timedelta = timedelta(0)) -> dict:  # type: ignore[type-arg]
    """The headers of the queue for an act done `late` ago on a device whose clock is `off`."""
    sent = clock.now() + off
    return {
        "Accept": "application/json",
        "X-Queued": "1",
        "X-Once": token,
        "X-Happened-At": (sent - late).isoformat(),
        "X-Sent-At": sent.isoformat(),
    }


def lines(app: Flask, act: str) -> list[TrailLine]:
    with context(app):
        asked = select(TrailLine).where(TrailLine.act == act).order_by(TrailLine.number)
        return list(db.session.scalars(asked))


def test_an_act_sent_twice_is_done_once_and_answered_alike(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    first = client.post(f"{gate_in}/readings", data=READINGS, headers=queued("one"))
    again = client.post(f"{gate_in}/readings", data=READINGS, headers=queued("one"))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == {"location": f"{gate_in}/keys"}
    assert again.json == {"location": f"{gate_in}/keys", "again": True}
    assert len(lines(app, "intake.readings")) == 1


def test_a_refused_act_says_why_and_may_be_sent_again(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    client.post(f"{gate_in}/readings", data=READINGS, headers=queued("one"))
    late = client.post(f"{gate_in}/readings", data=READINGS, headers=queued("two"))
    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert len(lines(app, "intake.readings")) == 1
    seen = client.post(
        f"{gate_in}/readings", data={**READINGS, "version": "1"}, headers=queued("two")
    )
    assert seen.json == {"location": f"{gate_in}/keys"}


def test_a_form_of_two_acts_that_was_cut_off_goes_on_where_it_was(
    app: Flask, client: FlaskClient, gate_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"item": ["photo.front", "photo.rear"], "reason_text": "大雨"}
    whole, done = desk.excuse, []

    def dies(*said: object) -> None:
        if done:
            raise ConnectionError("the machine went away")
        done.append(said)
        whole(*said)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "excuse", dies)
    with pytest.raises(ConnectionError):
        client.post(f"{gate_in}/photos/excuse", data=told, headers=queued("one"))
    monkeypatch.setattr(desk, "excuse", whole)
    rest = client.post(f"{gate_in}/photos/excuse", data=told, headers=queued("one"))
    assert rest.json == {"location": f"{gate_in}/photos"}
    assert [line.facts["code"] for line in lines(app, "intake.excuse")] == told["item"]
    third = client.post(f"{gate_in}/photos/excuse", data=told, headers=queued("one"))
    assert third.json == {"location": f"{gate_in}/photos", "again": True}
    assert len(lines(app, "intake.excuse")) == 2


def test_keeping_the_photo_of_a_refused_form_does_not_use_its_token_up(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    with context(app):
        vehicle = db.session.scalars(select(Intake.vehicle_id)).one()
    address = f"/intake/vehicles/{vehicle}/findings/new"
    told = {"sentence": "左门有划痕", "panel": "19"}
    refused = client.post(address, data={**told, "photo": photo(3)}, headers=queued("one"))
    assert (refused.status_code, refused.json["field"]) == (422, "defect")
    assert lines(app, "intake.finding") == []
    sent = client.post(
        address, data={**told, "defect": "HH", "photo": photo(3)}, headers=queued("one")
    )
    assert sent.status_code == 200
    assert len(lines(app, "intake.finding")) == 1


@pytest.mark.parametrize(
    ("late", "off", "claims", "doubtful"),
    [
        (timedelta(0), timedelta(0), False, False),
        (timedelta(hours=2), timedelta(0), True, False),
        (timedelta(0), timedelta(days=3), True, True),
        (timedelta(hours=2), timedelta(minutes=-3), True, True),
    ],
)
def test_the_line_keeps_the_time_of_the_device_and_whether_its_clock_is_off(
    app: Flask,
    client: FlaskClient,
    gate_in: str,
    late: timedelta,
    off: timedelta,
    claims: bool,
    doubtful: bool,
) -> None:
    said = queued("one", late=late, off=off)
    client.post(f"{gate_in}/readings", data=READINGS, headers=said)
    (line,) = lines(app, "intake.readings")
    assert line.clock_doubtful is doubtful
    assert (line.happened_at is not None) is claims
    if line.happened_at:
        assert line.happened_at.isoformat() == said["X-Happened-At"]


def test_a_clock_that_was_set_back_between_acts_is_flagged(
    app: Flask, client: FlaskClient, gate_in: str
) -> None:
    said = queued("one", late=timedelta(hours=1)) | {"X-Clock-Back": "1"}
    client.post(f"{gate_in}/readings", data=READINGS, headers=said)
    assert lines(app, "intake.readings")[0].clock_doubtful


def test_a_device_asks_who_is_signed_in(client: FlaskClient, gate_in: str, app: Flask) -> None:
    told = client.get("/hello")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.json["name"] == "林查"
    assert app.test_client().get("/hello").json["person"] == ""
