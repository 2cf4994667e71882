"""How many presses a command and an approval take a judge, counted in a real Chromium on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from station.court import desk, report_desk, report_reads
from station.court.models import Command
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.settings import Settings
from station.media import desk as media
from station.media import door
from station.vehicles import reads as vehicles
from tests.browser import axe, chromium
from tests.court import makers
from tests.makers import PASSWORD, House, make_house
from tests.serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COMMAND, APPROVAL = 5, 3  # presses at most


def report_a_survey(house: House) -> str:
    """A survey that the agency has reported: the command's id."""
    seizure = makers.entrusted(house, makers.OTHER_VIN, "浙B55555")
    with act():
        command = desk.issue(
            house.judge,
            CommandKind.SURVEY,
            vehicles.get_any(seizure.vehicle_id),
            None,
            due=clock.today() + timedelta(days=10),
        )
    with act():
        desk.acknowledge(house.agent, command)
    kept = door.receive(makers.a_pdf("survey"))
    with act():
        paper = media.keep(house.agent, kept, kind=report_reads.FILE, vehicle=command.vehicle_id)
    with act():
        report_desk.report(house.agent, command, "权属和抵押均已查明，详见附件。", [paper])
    return command.id


class Thumb:
    """Presses, one after the other."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, selector: str) -> None:
        """One press that leads to another page."""
        self.presses += 1
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()


def test_a_command_takes_at_most_five_presses_and_an_approval_three(
    app: Flask, settings: Settings
) -> None:
    with app.app_context():
        house = make_house()
        towed = makers.entrusted(house).vehicle_id
        reported = report_a_survey(house)
        db.session.remove()
    with serve(settings, worker=False) as url, chromium() as browser:
        page = browser.new_page(
            base_url=url, viewport={"width": 390, "height": 844}, locale="zh-CN"
        )
        page.goto("/sign-in")
        page.fill("[name=login]", "judge")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation(wait_until="load"):
            page.click("main button")
        page.goto("/watch/desk")
        command = Thumb(page)
        command.press(f"a[href$='/court/vehicles/{towed}/command']")
        command.press("main form button[type=submit]")
        assert command.presses <= COMMAND
        assert axe(page) == []
        page.goto("/watch/desk")
        approval = Thumb(page)
        approval.press(f"a[href$='/court/commands/{reported}']")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        approval.press("form[action$='/approve'] button")
        assert approval.presses <= APPROVAL
    with app.app_context():
        rows = {(row.kind, row.state) for row in db.session.query(Command)}
        assert rows == {
            (CommandKind.TOW_IN, CommandState.ISSUED),
            (CommandKind.SURVEY, CommandState.DONE),
        }
