"""What people may send that is not what a form means: nothing of it may stay and break a page."""

from __future__ import annotations

import io
import secrets
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.ground.database import db
from station.intake.models import CheckInRow
from station.people.rules import Role
from tests.intake import makers
from tests.makers import House

from .conftest import Device, Link

STRANGE_TIMES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+00:00",
)


@pytest.mark.parametrize("said", STRANGE_TIMES)
def test_a_phone_in_another_age_breaks_neither_the_tow_nor_the_judges_desk(
    app: Flask, house: House, signed_in: Device, by_link: Link, said: str
) -> None:
    with app.app_context():
        tow = makers.make_sent(house)
        makers.shoot_pickup(house, tow)
        tow_id, vehicle, scope = tow.id, tow.vehicle_id, tow.subject
    phone = by_link(house, Role.TOW_DRIVER, scope)
    form = {"lat": "30.2", "lon": "120.2", "device_time": said}
    assert phone.post(f"/intake/tows/{tow_id}/depart", data=form).status_code == 303
    assert phone.get(f"/intake/tows/{tow_id}").status_code == 200
    judge = signed_in("judge")
    for path in ("/watch/desk", f"/watch/vehicles/{vehicle}", f"/scores/vehicles/{vehicle}"):
        assert judge.get(path).status_code == 200, path
    with app.app_context():
        assert db.session.query(CheckInRow).count() == 1


@pytest.mark.parametrize("said", STRANGE_TIMES)
def test_a_camera_in_another_age_loses_no_picture(
    app: Flask, house: House, signed_in: Device, said: str
) -> None:
    with app.app_context():
        vehicle = makers.make_arrived(house).vehicle_id
    inspector = signed_in("inspector")
    form: dict[str, Any] = {"kind": "show", "device_time": said}
    form["file"] = (io.BytesIO(makers.jpeg(3, (320, 240))), "a.jpg")
    assert inspector.post(f"/media/vehicles/{vehicle}", data=form).status_code == 303
    assert inspector.get(f"/watch/vehicles/{vehicle}").status_code == 200


def test_masks_of_any_size_are_refused_and_not_a_fault(
    app: Flask, house: House, signed_in: Device
) -> None:
    with app.app_context():
        intake = makers.make_arrived(house)
        media = makers.keep(house.inspector, intake.vehicle, "show", "").id
    inspector = signed_in("inspector")
    for drawn in ("[[1" + "0" * 400 + ",0,1,1]]", "[[NaN,0,1,1]]", "{}", "[[true,0,1,1]]"):
        answer = inspector.post(f"/media/{media}/clear", data={"rectangles": drawn, "version": "0"})
        assert answer.status_code == 422, drawn


NASTY = ("\0", "9" * 5000, "-1", "١٢", "\ud7ff", "a" * 100_000, "%", "'; --", "{{7*7}}")
PUBLIC_PAGES = (
    ("/cars", ("page", "price", "energy", "kind", "year", "lang")),
    ("/verify", ("h", "n", "f")),
    ("/sign-in", ("next", "lang", "elder")),
)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_public_page_fails_on_what_stands_in_its_address(
    app: Flask, house: House, client: FlaskClient, nasty: str
) -> None:
    for path, names in PUBLIC_PAGES:
        for name in names:
            answer = client.get(path, query_string={name: nasty})
            assert answer.status_code < 500, (path, name)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_door_fails_on_what_is_typed_or_carried(
    app: Flask, house: House, client: FlaskClient, nasty: str
) -> None:
    form = {"login": nasty, "password": nasty, "next": nasty, "once": nasty}
    assert client.post("/sign-in", data=form).status_code < 500
    client.set_cookie("sid", nasty.replace("\0", "%00")[:3000])
    assert client.get("/cars").status_code < 500
    assert client.post("/l/x", data={"code": nasty, "once": nasty}).status_code < 500


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_search_of_staff_fails_on_what_is_typed(
    app: Flask, house: House, signed_in: Device, nasty: str
) -> None:
    judge, keeper = signed_in("judge"), signed_in("yard_keeper")
    for name in ("tail", "stage"):
        assert judge.get("/watch/vehicles", query_string={name: nasty}).status_code < 500
    assert keeper.get("/yard/", query_string={"tail": nasty}).status_code < 500
    assert keeper.get("/yard/scan", query_string={"done": nasty}).status_code < 500
    assert keeper.post("/yard/scan", data={"car": nasty, "bay": nasty}).status_code < 500
    case = {"number": nasty, "creditor": nasty, "debtor": nasty, "once": nasty}
    assert judge.post("/court/cases/new", data=case).status_code < 500


def test_a_form_token_of_any_shape_stores_nothing_large(
    app: Flask, house: House, signed_in: Device
) -> None:
    judge = signed_in("judge")
    form = {"number": "（2026）浙0105执1234号", "creditor": "王", "debtor": "李"}
    answer = judge.post("/court/cases/new", data={**form, "once": secrets.token_hex(10_000)})
    assert answer.status_code == 400
    with app.app_context():
        most = db.session.execute(text("SELECT max(length(token)) FROM ground_once")).scalar() or 0
    assert most <= 100


def test_an_error_of_the_database_tells_no_value_to_the_log(app: Flask, house: House) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as failed:
        db.session.execute(text("SELECT CAST(:phone AS integer)"), {"phone": "138x0013"})
    assert "[SQL: " in str(failed.value)
    assert "'phone'" not in str(failed.value)
