"""Words that people type are words on every page, whatever they look like."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Text

from station.ground.database import db
from station.people.rules import Role
from tests.makers import House

from .conftest import Device, Link, Owner
from .test_reach import addresses
from .test_reach import world as world

pytestmark = pytest.mark.slow

SPELL = "\"'><img src=x onerror=alert(1)>{{7*7}}%(x)s"
TYPED = {
    "people_person": ("name", "phone"),
    "people_organisation": ("short_name", "address", "phone"),
    "court_case": ("creditor", "debtor"),
    "court_entrustment": ("procedure", "scope", "other"),
    "court_command": ("note", "delivered_to", "acknowledged_by"),
    "vehicles_vehicle": ("model", "colour", "plate", "engine_number"),
    "vehicles_custody": ("giver", "taker", "place"),
    "intake_tow": ("driver_name", "driver_phone"),
    "intake_reason": ("text", "by_name"),
    "intake_belonging": ("what",),
    "intake_finding": ("sentence",),
    "intake_intake": ("finished_by",),
    "intake_answer": ("by_name", "second_name"),
    "media_media": ("by_name", "note"),
    "notices_notice": ("addressee", "text", "phone"),
    "sales_buyer": ("name", "phone"),
    "release_release": ("taker", "handed_by", "reason", "bay"),
    "trail_value": ("value",),
}
LISTS = (
    "/court/cases",
    "/court/commands",
    "/court/entrustments",
    "/watch/desk",
    "/watch/vehicles",
    "/watch/yard-day",
    "/watch/agency-day",
    "/wall",
    "/intake/",
    "/intake/tows",
    "/yard/",
    "/yard/care",
    "/sales/lots",
    "/release",
    "/outbox",
    "/orders",
    "/showroom",
    "/showroom/reviews",
    "/scores/",
    "/my",
    "/my/services",
)


@pytest.fixture
def spelled(app: Flask, world: dict[str, set[str]], as_owner: Owner) -> Flask:
    """Everything that somebody typed is markup now."""
    said = SPELL.replace("'", "''")
    for table, columns in TYPED.items():
        for column in columns:
            if table in db.metadata.tables and column in db.metadata.tables[table].c:
                assert isinstance(db.metadata.tables[table].c[column].type, Text)
                as_owner(f"UPDATE {table} SET {column} = '{said}' WHERE {column} IS NOT NULL")
    notes = ", ".join(f"'{name}', '{said}'" for name in ("reason", "why", "sentence", "bay"))
    as_owner(f"UPDATE trail_line SET facts = facts || jsonb_build_object({notes})")
    return app


def spells(client: Any, paths: list[str]) -> tuple[list[str], int]:
    """Pages on which the words became markup, and how many pages said them as words."""
    broken, said = [], 0
    for path in paths:
        answer = client.get(path)
        if answer.mimetype == "text/html":
            page = answer.get_data(as_text=True)
            if answer.status_code >= 500 or "<img src=x" in page or "49%(x)s" in page:
                broken.append(f"{answer.status_code} {path}")
            said += "&lt;img src=x" in page
        answer.close()
    return broken, said


@pytest.mark.parametrize("login", ["judge", "station_manager", "agency_manager"])
def test_no_page_of_staff_takes_typed_words_for_markup(
    spelled: Flask, house: House, world: dict[str, set[str]], signed_in: Device, login: str
) -> None:
    pages = [path for rule, path in addresses(spelled, world) if "GET" in (rule.methods or ())]
    broken, said = spells(signed_in(login), [*LISTS, *pages])
    assert (broken, said > 5) == ([], True)


def test_no_page_of_the_buyer_takes_typed_words_for_markup(
    spelled: Flask, house: House, world: dict[str, set[str]], by_link: Link
) -> None:
    (vehicle,) = world["vehicles_vehicle"]
    broken, said = spells(by_link(house, Role.BUYER, f"vehicle:{vehicle}"), ["/my", "/my/services"])
    assert (broken, said > 0) == ([], True)
