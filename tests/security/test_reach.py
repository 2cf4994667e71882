"""Every page with an id in its address, asked by people who have nothing to do with that id."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from station.ground.database import act, db
from station.people import desk as people
from station.people.rules import STATION_ROLES, OrganisationKind, Role
from station.trail.models import TrailLine
from tests.makers import FOUNDER, PASSWORD, House
from tests.release import makers

from .conftest import Device, Link

pytestmark = pytest.mark.slow

PRIVATE = ("浙A12345", "LSVAA4182E2184847", "王小明", "杭州银行", "赵某某", "大众 帕萨特")


@pytest.fixture
def world(app: Flask, house: House) -> dict[str, set[str]]:
    """One vehicle that went through everything, and the ids of all its things by name."""
    with app.app_context():
        release = makers.make_green(house)
        with act():
            other = people.found(FOUNDER, OrganisationKind.STATION, "另一家服务站")
        for role in STATION_ROLES:
            with act():
                people.appoint(
                    FOUNDER, other, role, "别站", login=f"else_{role}", password=PASSWORD
                )
        with act():
            people.appoint(
                FOUNDER,
                house.other_court,
                Role.CLERK,
                "别书",
                login="else_clerk",
                password=PASSWORD,
            )
        ids: dict[str, set[str]] = {}
        for name, table in db.metadata.tables.items():
            if "id" in table.columns:
                ids[name] = set(db.session.scalars(db.select(table.c.id)))
        assert release.vehicle_id in ids["vehicles_vehicle"]
        return ids


TABLES = {
    "device_id": "people_device",
    "vehicle_id": "vehicles_vehicle",
    "case_id": "court_case",
    "seizure_id": "court_seizure",
    "entrustment_id": "court_entrustment",
    "command_id": "court_command",
    "emergency_id": "court_emergency",
    "tow_id": "intake_tow",
    "intake_id": "intake_intake",
    "inspection_id": "intake_inspection",
    "thing_id": "intake_thing",
    "presence_id": "yard_presence",
    "ask_id": "yard_ask",
    "incident_id": "yard_incident",
    "mismatch_id": "intake_mismatch",
    "finding_id": "intake_finding",
    "bay_id": "yard_bay",
    "row_id": "yard_row",
    "count_id": "yard_count",
    "stay_id": "yard_stay",
    "lot_id": "sales_lot",
    "order_id": "orders_order",
    "release_id": "release_release",
    "media_id": "media_media",
    "scene_id": "media_scene",
    "comparison_id": "media_comparison",
    "notice_id": "notices_notice",
    "contact_id": "notices_contact",
    "said_id": "watch_said",
    "message_id": "notices_message",
}
CHOICES = {
    "size": "192",
    "about": "fines",
    "halt_kind": "stay",
    "upload_id": "x",
    "step": "seal",
    "what": "film",
    "use": "view",
    "zone": "A",
    "sha8": "0" * 8,
}
CHOICES |= {
    "section": "body",
    "folder8": "0" * 8,
    "path": "manifest.json",
    "public_id": "x",
    "token": "x",
}
OUTSIDERS = (
    "other_judge",
    "else_clerk",
    "other_agent",
    *(f"else_{role}" for role in STATION_ROLES),
)


def addresses(app: Flask, world: dict[str, set[str]]) -> list[tuple[Rule, str]]:
    """Every rule that takes the id of a thing, filled with each of those that are there."""
    found = []
    for rule in app.url_map.iter_rules():
        named = [name for name in rule.arguments if name in TABLES]
        assert rule.arguments <= TABLES.keys() | CHOICES.keys() | {"name"}, rule
        for name in named:
            for one in sorted(world.get(TABLES[name], ())):
                found.append((rule, address(app, rule, {name: one})))
    return found


def address(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    """The rule's path; what is not an id is one of the words that it takes."""
    adapter, method = app.url_map.bind("localhost"), next(iter(rule.methods or ()))
    for step in ("seal", "belongings"):
        filled = {key: CHOICES.get(key, "x") for key in rule.arguments} | values
        filled |= {"step": step} if "step" in rule.arguments else {}
        try:
            return adapter.build(rule.endpoint, filled, method=method)
        except ValueError:
            continue
    raise AssertionError(rule)


def reach(app: Flask, client: FlaskClient, world: dict[str, set[str]]) -> list[str]:
    """Addresses that answered more than no, or told something of the vehicle."""
    told = []
    for rule, path in addresses(app, world):
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            answer = client.open(
                path,
                method=method,
                data={"version": "1", "reason": "x"} if method == "POST" else None,
            )
            body = answer.get_data().decode("utf-8", "replace")
            answer.close()
            if answer.status_code < 400 and not (answer.location or "").startswith("/sign-in"):
                told.append(f"{method} {rule.endpoint} {answer.status_code}")
            if any(word in body for word in PRIVATE):
                told.append(f"{method} {rule.endpoint} {answer.status_code} tells")
    return sorted(set(told))


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.query(TrailLine).count()


def test_the_walk_would_see_what_it_looks_for(
    app: Flask, house: House, world: dict[str, set[str]], signed_in: Device
) -> None:
    told = reach(app, signed_in("court_admin"), world)
    assert {"GET court.case 200 tells", "GET media.original 200", "GET sales.lot 200 tells"} <= {
        *told
    }
    assert len(addresses(app, world)) > 100


@pytest.mark.parametrize("login", OUTSIDERS)
def test_who_has_nothing_to_do_with_a_vehicle_reaches_nothing_of_it(
    app: Flask, house: House, world: dict[str, set[str]], signed_in: Device, login: str
) -> None:
    client = signed_in(login)
    before = count(app)
    assert reach(app, client, world) == []
    assert count(app) == before


@pytest.mark.parametrize("role", [Role.TOW_DRIVER, Role.BUYER])
def test_a_link_of_another_subject_reaches_nothing(
    app: Flask, house: House, world: dict[str, set[str]], by_link: Link, role: Role
) -> None:
    scope = "vehicle:other" if role is Role.BUYER else "tow:other"
    client = by_link(house, role, scope)
    before = count(app)
    assert reach(app, client, world) == []
    assert count(app) == before


def test_nobody_reaches_more_than_the_public_pages(
    app: Flask, house: House, world: dict[str, set[str]], client: FlaskClient
) -> None:
    before = count(app)
    assert reach(app, client, world) == []
    assert count(app) == before
