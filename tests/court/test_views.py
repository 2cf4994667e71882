"""The court's pages: a refusal keeps what was typed, a replayed form does one act."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court.models import Case, Seizure
from station.ground.database import db
from tests.court.makers import VIN, a_pdf
from tests.makers import PASSWORD, House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests with a browser."""
    with app.app_context():
        return make_house()


def sign_in(client: FlaskClient, login: str) -> None:
    """As a person would."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303


NEW_CASE = {"number": "（2026）浙0105执1234号", "creditor": "王申请", "debtor": "李被执"}


def test_a_judge_opens_a_case_and_registers_a_car(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    answer = client.post("/court/cases/new", data=NEW_CASE)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "(2026)浙0105执1234号" in page.text
    car = {"vin": VIN, "plate": "浙A12345", "model": "荣威 i5", "kind": "car", "energy": "ice"}
    answer = client.post(f"{answer.location}/vehicles/new", data=car)
    assert answer.status_code == 303
    assert "荣威 i5" in client.get(answer.location).text


def test_a_wrong_case_number_is_explained_and_everything_typed_is_still_there(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    answer = client.post("/court/cases/new", data={**NEW_CASE, "number": "2026浙0105执1234"})
    assert answer.status_code == 422
    assert "王申请" in answer.text
    assert "2026浙0105执1234" in answer.text
    with app.app_context():
        assert db.session.query(Case).count() == 0


def test_the_same_form_sent_twice_opens_one_case_and_leads_to_it(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    form = {**NEW_CASE, "once": "a-token"}
    first = client.post("/court/cases/new", data=form)
    second = client.post("/court/cases/new", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with app.app_context():
        assert db.session.query(Case).count() == 1


def test_a_refused_form_may_be_sent_again_with_the_same_token(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    bad = {**NEW_CASE, "number": "x", "once": "a-token"}
    assert client.post("/court/cases/new", data=bad).status_code == 422
    good = {**NEW_CASE, "once": "a-token"}
    assert client.post("/court/cases/new", data=good).status_code == 303


def test_papers_survive_a_refused_entrustment(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    case = client.post("/court/cases/new", data=NEW_CASE).location
    car = {"vin": VIN, "plate": "浙A12345", "model": "荣威 i5", "kind": "car", "energy": "ice"}
    client.post(f"{case}/vehicles/new", data=car)
    with app.app_context():
        seizure = db.session.query(Seizure).one().id
    form = {
        "agency": house.agency.id,
        "procedure": "",
        "scope": "保管",
        "other": "无",
        "letter": (a_pdf("letter"), "委托书.pdf"),
        "ruling": (a_pdf("ruling"), "裁定书.pdf"),
    }
    answer = client.post(f"/court/seizures/{seizure}/entrust", data=form)
    assert answer.status_code == 422
    assert "letter_kept" in answer.text


def test_a_form_from_another_site_is_refused(client: FlaskClient, house: House) -> None:
    sign_in(client, "judge")
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post("/court/cases/new", data=NEW_CASE, headers=headers)
    assert answer.status_code == 403


def test_refusals_come_as_problem_json_to_scripts(client: FlaskClient, house: House) -> None:
    sign_in(client, "judge")
    answer = client.post(
        "/court/cases/new", data={"number": ""}, headers={"Accept": "application/json"}
    )
    assert answer.mimetype == "application/problem+json"
    assert answer.json
    assert answer.json["code"].startswith("case_")
