"""Every route with every role: who may enter, and nobody else.

A route that is not in the table of the public fails the test, so a new door cannot be left open
unseen. "Entering" means that the door lets through: the view behind may still say 404 or 422.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from station.ground import ids
from station.ground.database import act, db
from station.ground.doors import EVERYONE
from station.people import desk, reads
from station.people.models import Organisation
from station.people.rules import WHERE, OrganisationKind, Role, SignIn
from tests.makers import FOUNDER, PASSWORD, make_house

PUBLIC = {
    "assets",
    "authority",
    "healthz",
    "home",
    "icon",
    "manifest",
    "offline",
    "worker",
    "media.public",  # asks whether the vehicle is published, or the reader may see it
    "media.scene_file",  # the same
    "people.enter",
    "people.factor.second",
    "people.factor.enter",
    "people.devices.enter",
    "people.devices.tablet",  # names are shown on an enrolled device alone
    "people.hello",  # a device asks who is signed in
    "people.link",
    "people.open_link",
    "people.sign_in",
    "trail.verify",
    "trail.verify_file",
    "watch.home",
}
PUBLIC_ROOMS = {"showroom.cars", "showroom.car"}
SIGNED = {"orders.stripe_webhook"}  # other servers: their signature is the door
ACCOUNTLESS = {Role.TOW_DRIVER, Role.BUYER, Role.PARTY, Role.PUBLIC}
SIGN_OUTS = {"people.sign_out", "people.devices.lock"}  # the cookie is spent afterwards
STREAMS = {"notices.stream"}  # never end; their door is tested by name below


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods that a person can send."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method


def path_of(rule: Rule) -> str:
    """The rule with something that is not there in every place."""

    def fill(place: re.Match[str]) -> str:
        if place[1] == "any":
            return str(place[2]).split(",")[0]
        return "7" if place[1] == "int" else "nothing"

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?\w+>", fill, rule.rule)


def test_every_route_has_a_door(app: Flask) -> None:
    for rule, _ in routes(app):
        view = app.view_functions[rule.endpoint]
        assert getattr(view, "admits", None), f"{rule.endpoint} has no door"


def test_only_the_known_pages_are_public(app: Flask) -> None:
    found = {
        rule.endpoint
        for rule, _ in routes(app)
        if EVERYONE in getattr(app.view_functions[rule.endpoint], "admits", ())
    }
    unknown = found - PUBLIC - SIGNED
    assert unknown == PUBLIC_ROOMS & found, unknown


@pytest.fixture
def cookies(app: Flask) -> dict[str, str]:
    """A signed-in device for every role that has an account or a link."""
    with app.app_context():
        house = make_house()
        kept = {role: _sign_in(actor.role) for role, actor in _first_of_each_role(house.people)}
        for kind, roles in WHERE.items():
            for role in roles:
                if role not in kept and role not in ACCOUNTLESS:
                    kept[role] = _appoint(kind, role)
        for role in (Role.TOW_DRIVER, Role.BUYER):
            with act():
                kept[role] = desk.open_sign_in(
                    house.manager.person_id,
                    house.station.id,
                    role,
                    f"{role}:nothing",
                    "phone",
                    "127.0.0.1",
                    "people.spend_link",
                )
    return kept


def _first_of_each_role(people: dict) -> list:  # type: ignore[type-arg]
    return [(Role(a.role), a) for name, a in people.items() if not name.startswith("other_")]


def _sign_in(login: str) -> str:
    with act():
        return desk.sign_in(SignIn(login, PASSWORD), device="d", address="127.0.0.1")


def _appoint(kind: OrganisationKind, role: Role) -> str:
    organisation = db.session.query(Organisation).filter_by(kind=kind).first()
    if organisation is None and kind is OrganisationKind.INSTALLATION:
        with act():
            organisation = desk.found(FOUNDER, kind, "数站")
    if organisation is None:
        with act():
            organisation = desk.found(FOUNDER, kind, f"{kind}单位")
    with act():
        desk.appoint(FOUNDER, organisation, role, role, login=f"{role}-x", password=PASSWORD)
    return _sign_in(f"{role}-x")


def enters(client: FlaskClient, rule: Rule, method: str) -> bool:
    """Whether the door let this device through."""
    answer = client.open(
        path_of(rule), method=method, headers={"Accept": "application/json"}, data={}
    )
    answer.close()
    refused = answer.status_code == 403 and (answer.json or {}).get("code") == "not_your_door"
    led_away = answer.status_code == 302 and "/sign-in" in (answer.location or "")
    return not (refused or led_away)


def test_each_door_lets_in_exactly_the_roles_it_names(app: Flask, cookies: dict[str, str]) -> None:
    visited = 0
    for role, cookie in cookies.items():
        for rule, method in routes(app):
            if rule.endpoint in STREAMS | SIGN_OUTS:
                continue
            client = app.test_client()
            client.set_cookie("sid", cookie)
            admits = getattr(app.view_functions[rule.endpoint], "admits")  # noqa: B009
            welcome = EVERYONE in admits or role in admits
            assert enters(client, rule, method) == welcome, (role, method, rule.rule)
            visited += 1
    assert visited > 16 * 40


def test_a_visitor_enters_only_public_doors(app: Flask) -> None:
    for rule, method in routes(app):
        if rule.endpoint in STREAMS:
            continue
        admits = getattr(app.view_functions[rule.endpoint], "admits")  # noqa: B009
        assert enters(app.test_client(), rule, method) == (EVERYONE in admits), rule.rule


def test_the_live_stream_is_for_people_with_an_account(app: Flask) -> None:
    assert app.test_client().get("/live").status_code == 302


@pytest.mark.parametrize(
    "role",
    [Role.HIGH_COURT, Role.APPRAISER, Role.EXPERT, Role.PROVIDER, Role.ADMINISTRATOR],
)
def test_roles_without_pages_yet_are_known_and_refused(
    app: Flask, cookies: dict[str, str], role: Role
) -> None:
    client = app.test_client()
    client.set_cookie("sid", cookies[role])
    assert client.get("/court/cases").status_code == 403


def test_a_closed_sign_in_opens_nothing(app: Flask, cookies: dict[str, str]) -> None:
    client = app.test_client()
    client.set_cookie("sid", cookies[Role.JUDGE])
    assert client.get("/court/cases").status_code == 200
    assert client.post("/sign-out").status_code == 303
    client.set_cookie("sid", cookies[Role.JUDGE])
    assert client.get("/court/cases").status_code == 302
    client.set_cookie("sid", ids.new_id())
    assert client.get("/court/cases").status_code == 302
    with app.app_context():
        assert reads.find_actor(cookies[Role.JUDGE], device="", address="") is None
