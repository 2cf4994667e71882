"""A house behind the browser, devices that are signed in, and what only a database owner can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from station.ground.database import act
from station.people import desk as people
from station.people.rules import Role
from tests.makers import PASSWORD, House, make_house

Device = Callable[[str], FlaskClient]
Link = Callable[[House, Role, str], FlaskClient]
Owner = Callable[[str], int]


@pytest.fixture
def house(app: Flask) -> House:
    """The house, outside of any context."""
    with app.app_context():
        made = make_house()
        _ = [one.id for one in (made.court, made.other_court, made.station, made.agency)]
        return made


@pytest.fixture
def signed_in(app: Flask) -> Device:
    """A device of an account: login → browser."""

    def sign_in(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    return sign_in


@pytest.fixture
def by_link(app: Flask) -> Link:
    """A phone whose link is spent: house, role, scope → browser."""

    def spend(house: House, role: Role, scope: str) -> FlaskClient:
        with app.app_context(), act():
            person_id = people._add_person("持机人", "1", None, None).id
            secret = people.open_sign_in(
                person_id,
                house.station.id,
                role,
                scope,
                "phone",
                "10.0.0.9",
                "people.spend_link",
            )
        client = app.test_client()
        client.set_cookie("sid", secret)
        return client

    return spend


@pytest.fixture
def as_owner(owner_url: str) -> Iterator[Owner]:
    """A statement of the database's owner, triggers off; how many rows it met."""
    engine = create_engine(owner_url)

    def run(statement: str) -> int:
        with engine.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            return int(connection.execute(text(statement)).rowcount)

    yield run
    engine.dispose()
