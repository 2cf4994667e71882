"""The court's lists to take away hold what their page shows, and nothing of another court."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from station.court import reads, rules
from station.people.rules import Role
from tests.court.makers import commanded
from tests.court.test_views import sign_in
from tests.makers import House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    """The house with one command in one case."""
    with app.app_context():
        house = make_house()
        commanded(house)
        return house


def rows_of(body: bytes) -> list[tuple[object, ...]]:
    """Rows of the only sheet, without the heading."""
    return list(load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(2, values_only=True))


def test_the_sheet_of_cases_is_what_the_page_shows(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    page = client.get("/court/cases")
    assert "/court/cases.xlsx" in page.text
    answer = client.get("/court/cases.xlsx")
    assert "cases.xlsx" in answer.headers["Content-Disposition"]
    with app.app_context():
        expected = [(c.number, c.creditor, c.debtor) for c in reads.list_cases(house.judge)]
    assert [row[:3] for row in rows_of(answer.data)] == expected
    assert [names[1:] for names in expected] == [("王申请", "李被执")]


def test_the_lists_come_on_paper_too_and_the_open_commands_as_a_sheet(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    for name in ("cases", "commands"):
        assert client.get(f"/court/{name}.pdf").data.startswith(b"%PDF-")
    with app.app_context():
        numbers = [c.case.number for c in reads.list_commands(house.judge, states=rules.OPEN)]
    found = rows_of(client.get("/court/commands.xlsx").data)
    assert [row[1] for row in found] == numbers
    assert len(numbers) == 1


def test_a_yard_keeper_gets_no_sheet_of_cases(client: FlaskClient, house: House) -> None:
    sign_in(client, Role.YARD_KEEPER.value)
    assert client.get("/court/cases.xlsx").status_code == 403


def test_another_court_gets_no_row_of_this_one(client: FlaskClient, house: House) -> None:
    sign_in(client, "other_judge")
    assert rows_of(client.get("/court/cases.xlsx").data) == []
    assert rows_of(client.get("/court/commands.xlsx").data) == []
