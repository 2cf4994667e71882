"""One box: who finds what, and that nothing of others is found."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.court import desk as court
from station.court.rules import read_case_number
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.watch import search, search_reads
from tests.court import makers
from tests.makers import PASSWORD, House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    """Two courts' cases: one with two vehicles entrusted, one of another court."""
    with app.app_context():
        made = make_house()
        makers.entrusted(made)
        makers.registered(made, makers.OTHER_VIN, "浙B55555")
        with act():
            court.open_case(
                made.other_judge,
                read_case_number("(2026)浙0106执1225号", clock.today()),
                creditor="王申请",
                debtor="赵_百%",
            )
        db.session.remove()
    return made


def numbers(house: House, who: str, typed: str) -> tuple[set[str], set[str]]:
    """Plates and case numbers that somebody finds."""
    query = search.read_query(typed)
    assert query is not None
    actor = getattr(house, who)
    cars = {row.plate for row in search_reads.find_vehicles(actor, query)}
    return cars, {row.number for row in search_reads.find_cases(actor, query)}


FIRST, SECOND = "(2026)浙0105执1225号", "(2026)浙0105执1189号"


@pytest.mark.parametrize(
    ("who", "typed", "cars", "cases"),
    [
        ("judge", "执1225", set(), {FIRST}),
        ("judge", "（2026）浙0105执1225", set(), {FIRST}),
        ("judge", "王申请", set(), {FIRST, SECOND}),
        ("judge", "a12345", {"浙A12345"}, set()),
        ("judge", "９２２５", {"浙A12345"}, set()),
        ("judge", "荣威", {"浙A12345", "浙B55555"}, set()),
        ("agent", "荣威", {"浙A12345"}, set()),
        ("agent", "1225", set(), {FIRST}),
        ("agent", "王申请", set(), set()),
        ("manager", "荣威", set(), set()),
        ("manager", "1225", set(), set()),
        ("other_judge", "1225", set(), {"(2026)浙0106执1225号"}),
        ("other_judge", "赵_百%", set(), {"(2026)浙0106执1225号"}),
        ("other_judge", "%%", set(), set()),
        ("other_judge", "__", set(), set()),
    ],
)
def test_everybody_finds_their_own_and_only_the_court_by_party(
    app: Flask, house: House, who: str, typed: str, cars: set[str], cases: set[str]
) -> None:
    with app.app_context():
        assert numbers(house, who, typed) == (cars, cases)


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def test_the_only_thing_found_is_opened_and_parties_are_the_courts_to_see(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "judge")
    found = client.get("/watch/search?q=A12345")
    assert found.status_code == 302
    assert "浙A12345" in client.get(found.location).text
    page = client.get("/watch/search?q=王申请").text
    assert FIRST in page
    assert "李被执" in page
    assert "没有找到“ZZZZ”" in client.get("/watch/search?q=ZZZZ").text
    assert "请输入 2 至 40 个字" in client.get("/watch/search?q=X").text
    assert client.get("/watch/search").status_code == 200
    client.post("/sign-out")
    sign_in(client, "agency_manager")
    page = client.get("/watch/search?q=1225").text
    assert FIRST in page
    assert "王申请" not in page


@given(st.text(max_size=60))
def test_any_text_is_a_query_none_or_a_refusal(text: str) -> None:
    try:
        query = search.read_query(text)
    except Refused:
        assert not search.LEAST <= len("".join(text.split())) <= search.MOST
    else:
        assert query is None or search.LEAST <= len(query.text) <= search.MOST
