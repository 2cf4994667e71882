"""The demonstration's house: founded once, dated back, and only looked at until its history ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

import app as composition
from commands import demonstration, founding
from demo import history
from demo.hand import note
from demo.plan import read_plan
from demo.stories import list_shots, list_steps
from station.ground import clock
from station.ground.database import db, upkeep
from station.ground.refused import Refused
from station.ground.settings import Settings
from station.jobs import reads as jobs
from station.people.models import Membership, Organisation, SignInRow
from station.people.reads import find_person_by_login
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles.rules import Stage
from station.yard.models import Bay
from tests.conftest import _empty


@pytest.fixture
def demo(settings: Settings) -> Iterator[Flask]:
    """A demonstration that was founded a moment ago; its history has not begun."""
    made = composition.create_app(replace(settings, demonstration=True))
    made.config["WTF_CSRF_ENABLED"] = False
    demonstration.found_demonstration(made)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    _empty(settings.owner_url)


def test_the_house_is_founded_once_with_everybody_whom_the_greeting_names(demo: Flask) -> None:
    demonstration.found_demonstration(demo)
    greeting = demonstration.greeting("http://127.0.0.1:8600")
    with demo.app_context():
        kinds = sorted(db.session.scalars(select(Organisation.kind)).all())
        assert kinds == [
            *("agency", "agency", "association", "court", "court", "installation", "station")
        ]
        assert db.session.scalar(select(func.count()).select_from(Bay)) == 60
        assert jobs.count_waiting() == 1
        for login in demonstration.SHOWN:
            assert login in greeting
            assert find_person_by_login(login) is not None
        assert db.session.scalar(select(func.count()).select_from(Membership)) == len(
            demonstration.ACCOUNTS
        )
        assert list(trail.find_faults()) == []


def test_the_first_line_of_the_trail_says_that_it_is_a_demonstration(demo: Flask) -> None:
    with demo.app_context():
        first = db.session.scalars(select(TrailLine).order_by(TrailLine.at).limit(1)).one()
        assert first.facts == {"demonstration": True}
        assert first.at == history.founded_at() - history.SPAN < clock.now()


def test_visitors_only_read_until_the_history_has_ended(demo: Flask) -> None:
    typed = {"login": "judge", "password": founding.DEMO_PASSWORD}
    client = demo.test_client()
    assert "已完成 0％" in client.get("/sign-in").get_data(as_text=True)
    refused = client.post("/sign-in", data=typed)
    assert (refused.status_code, "历史正在生成" in refused.get_data(as_text=True)) == (503, True)
    with demo.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInRow)) == 0
        with upkeep():
            note(history.FINISHED)
    assert client.post("/sign-in", data=typed).status_code == 303
    assert "已完成" not in client.get("/cars").get_data(as_text=True)


def test_a_demonstration_never_becomes_an_installation_of_its_own_database(demo: Flask) -> None:
    with demo.app_context(), pytest.raises(Refused, match="founded_already"):
        founding.found_installation(demonstration=False)


def test_the_plan_has_twenty_four_cars_over_all_stages_in_the_order_of_time() -> None:
    rows, now = read_plan(), clock.now()
    stages = [row.until for row in rows]
    steps = list_steps(now)
    assert sorted(row.car for row in rows) == list(range(24))
    assert set(stages) == set(Stage) - {Stage.QUEUED, Stage.WITHDRAWN}
    assert stages.count(Stage.PUBLISHED) >= 6
    assert len({step.key for step in steps}) == len(steps)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert now - history.SPAN < steps[0].at < steps[-1].at <= now
    assert len({shot.name for shot in list_shots(now)}) == len(list_shots(now))
