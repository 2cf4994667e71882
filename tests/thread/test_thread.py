"""The whole thread in one walk: a court's command becomes a buyer's car at the gate.

Real Chromium, real web server and worker, real database; the payment provider is a stand-in with
the real library. The first half runs twenty days ago, because an auction needs its notice.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from station.ground import clock
from station.ground.database import act, db
from station.ground.settings import Settings
from station.media import reads as media
from station.trail import reads as trail
from station.yard import plan_desk as yard
from station.yard.rules import BayRow
from tests import serving
from tests.browser import chromium
from tests.makers import make_house
from tests.stripe_stand_in import running

from . import first, papers, second, third
from .pictures import draw
from .world import World, opened

pytestmark = [pytest.mark.browser]
DAYS = 20


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper to upload."""
    path = tmp_path / "裁定书.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    return path


@pytest.fixture
def house(app: Flask) -> None:
    """The people, and a row of bays, since before the thread begins."""
    with app.app_context(), clock.moved_to(clock.now() - timedelta(days=DAYS + 1)):
        made = make_house()
        with act():
            yard.add_bays(made.manager, [BayRow("A", 1, 6)])
        db.session.remove()


def test_a_car_walks_from_the_command_to_the_gate(
    app: Flask, settings: Settings, house: None, tmp_path: Path, paper: Path
) -> None:
    car, pictures = draw(tmp_path)
    begun = clock.today() - timedelta(days=DAYS)
    with chromium() as browser:
        with (
            serving.serve(settings, days_ago=DAYS) as url,
            opened(browser, url, pictures) as world,
        ):
            first.open_case(world, car, paper)
            papers.letter(world, car)
            first.command_tow(world, car)
            first.tow(world, car)
            first.take_in(world, car)
            first.put_in_bay(world, car)
            second.note_defect(world, car)
            papers.intake_papers(world, car)
            second.add_pictures(world, car)
            second.clear_pictures(world, car)
            second.draft(world, car, begun)
            second.approve_and_announce(world, car)
            second.visit(world, car)
            faults = world.faults
        with (
            running() as provider,
            serving.serve(
                settings,
                STRIPE_KEY=provider.key,
                STRIPE_WEBHOOK_SECRET=provider.secret,
                STRIPE_API=provider.url,
            ) as url,
            opened(browser, url, pictures) as world,
        ):
            provider.webhook_url = f"{url}/stripe/webhook"
            third.care(world, car)
            third.import_result(world, car, paper, begun + timedelta(days=18))
            third.order_release(world, car, paper)
            code = third.buy(world, car)
            third.do_services(world, car)
            third.leave(world, car, code, paper)
            papers.hand_over(world, car)
            third.leave_twice(world, car, code)
            third.look_back(world, car)
            faults += world.faults
    assert faults == []
    with app.app_context():
        assert list(trail.find_faults()) == []
        assert list(media.find_faults()) == []
        db.session.remove()


__all__ = ["World"]
