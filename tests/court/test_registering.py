"""Registering a vehicle on the page: bad input is explained, kept, and changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court.models import Seizure
from station.ground.database import db
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from tests.court.makers import VIN, a_photo
from tests.makers import PASSWORD, House, make_house

CAR = {"vin": VIN, "plate": "浙A12345", "model": "荣威 i5", "kind": "car", "energy": "ice"}
FAILED = VIN[:8] + "9" + VIN[9:]


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests with a browser."""
    with app.app_context():
        return make_house()


def opened(client: FlaskClient, login: str, number: str) -> str:
    """Sign in as the judge `login` and open a case; the address of its form of vehicles."""
    client.post("/sign-out")
    client.post("/sign-in", data={"login": login, "password": PASSWORD})
    case = {"number": number, "creditor": "王申请", "debtor": "李被执"}
    answer = client.post("/court/cases/new", data=case)
    assert answer.status_code == 303, answer.text
    return f"{answer.location}/vehicles/new"


def photo() -> dict[str, object]:
    """A fresh picture of the number, as a browser sends it."""
    return {"vin_photo": (a_photo(), "vin.jpg")}


def counted(app: Flask) -> tuple[int, ...]:
    """Vehicles, seizures, lines."""
    with app.app_context():
        return tuple(db.session.query(table).count() for table in (Vehicle, Seizure, TrailLine))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"vin": VIN[:7] + "O" + VIN[8:]}, "第 8 位"),
        ({"vin": VIN[:16]}, "16"),
        ({"vin": FAILED}, "校验位"),
        ({"plate": "浙I12345"}, "号牌"),
        ({"plate": "浙A1234"}, "号牌"),
    ],
)
def test_a_wrong_vin_or_plate_is_explained_and_everything_typed_is_still_there(
    app: Flask, client: FlaskClient, house: House, typed: dict[str, str], sentence: str
) -> None:
    form = opened(client, "judge", "(2026)浙0105执1234号")
    before = counted(app)
    answer = client.post(form, data=CAR | typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    for value in (CAR | typed).values():
        assert f'value="{value}"' in answer.text
    assert counted(app) == before


def test_a_failed_check_digit_passes_with_a_photo_and_a_colleagues_signature_alone(
    app: Flask, client: FlaskClient, house: House
) -> None:
    form = opened(client, "judge", "(2026)浙0105执1234号")
    vouched = {"second_login": "clerk", "second_password": PASSWORD}
    for more in (
        vouched,
        photo(),
        photo() | vouched | {"second_password": "wrong"},
        photo() | vouched | {"second_login": "judge"},
    ):
        answer = client.post(form, data=CAR | {"vin": FAILED} | more)
        assert answer.status_code in (403, 422)
        assert counted(app)[:2] == (0, 0)
    answer = client.post(form, data=CAR | {"vin": FAILED} | photo() | vouched)
    assert answer.status_code == 303
    with app.app_context():
        (row,) = db.session.query(Vehicle)
        assert (row.vin, row.vin_voucher) == (FAILED, house.clerk.person_id)


def test_a_second_court_is_told_its_rank_and_nothing_of_the_first_case(
    app: Flask, client: FlaskClient, house: House
) -> None:
    client.post(opened(client, "judge", "(2026)浙0105执1234号"), data=CAR)
    answer = client.post(opened(client, "other_judge", "(2026)浙0106执77号"), data=CAR)
    page = client.get(answer.location).text
    assert "轮候" in page
    for secret in ("拱墅", "0105", "1234号", "陈执"):
        assert secret not in page
    assert counted(app)[:2] == (1, 2)
