"""One-time links: guessing a code, a lost phone, and reaching beyond the one subject."""

from __future__ import annotations

import io
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.ground.database import act, db
from station.media.models import Media
from station.notices.models import Notice
from station.people import desk
from station.people.models import SignInRow
from station.people.rules import MOST_WRONG_CODES, Role
from station.trail import desk as trail
from tests.intake import makers as intake
from tests.makers import House

from .conftest import Link


def send(app: Flask, house: House, scope: str = "tow:1") -> tuple[str, str]:
    """A fresh link: its path and its code."""
    with app.app_context():
        with act():
            desk.make_link(
                house.station, Role.TOW_DRIVER, scope, name="张司机", phone="1", text="拖车"
            )
            trail.write(house.manager, "release.send_link", scope)
        notice = db.session.query(Notice).order_by(Notice.made_at.desc()).first()
        assert notice
        return notice.link.removeprefix("http://localhost"), notice.code


def test_tries_that_run_at_the_same_time_are_not_more_tries(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, code = send(app, house)
    compared: list[str] = []
    plain = desk._code_hash

    def judged(token: str, typed: str) -> str:
        """While one try is judged, the next is already under way."""
        compared.append(typed)
        if len(compared) < 3 * MOST_WRONG_CODES:
            form = {"code": f"WRNG{len(compared):02d}"}
            other = Thread(target=lambda: app.test_client().post(path, data=form))
            other.start()
            other.join()
        return plain(token, typed)

    monkeypatch.setattr(desk, "_code_hash", judged)
    app.test_client().post(path, data={"code": "WRNG00"})
    assert len(compared) == MOST_WRONG_CODES
    answer = app.test_client().post(path, data={"code": code})
    assert (answer.status_code, "锁定" in answer.text) == (409, True)


def test_a_new_link_shuts_the_phone_that_spent_the_old_one(app: Flask, house: House) -> None:
    path, code = send(app, house)
    lost = app.test_client()
    assert lost.post(path, data={"code": code}).status_code == 303
    assert lost.get("/intake/tow").status_code == 303
    path, code = send(app, house)
    assert lost.get("/intake/tow").status_code == 302
    again = app.test_client()
    assert again.post(path, data={"code": code}).status_code == 303
    with app.app_context():
        assert db.session.query(SignInRow).filter_by(scope="tow:1").count() == 1


@pytest.fixture
def driver(app: Flask, house: House, by_link: Link) -> tuple[FlaskClient, str]:
    """A driver's phone, and a vehicle of the same station that is not theirs."""
    with app.app_context():
        mine = intake.make_sent(house, number=1001, plate="浙A11111").subject
        other = intake.make_arrived(house, number=1002, plate="浙A22222").vehicle_id
    return by_link(house, Role.TOW_DRIVER, mine), other


@pytest.mark.parametrize("kind", ["show", "spin", "panorama", "photo"])
def test_a_driver_adds_no_picture_to_a_vehicle_that_is_not_theirs(
    app: Flask, driver: tuple[FlaskClient, str], kind: str
) -> None:
    phone, vehicle = driver
    with app.app_context():
        before = db.session.query(Media).count()
    form: dict[str, Any] = {"kind": kind, "file": (io.BytesIO(intake.jpeg(9)), "a.jpg")}
    answer = phone.post(f"/media/vehicles/{vehicle}", data=form)
    assert answer.status_code in {403, 404}
    with app.app_context():
        assert db.session.query(Media).count() == before
