"""Two tablets move one car while one of them has no signal: the later sending asks a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from station.ground.database import db
from station.ground.settings import Settings
from station.yard import reads
from tests import serving
from tests.makers import make_house
from tests.offline import hand
from tests.yard import makers

pytestmark = pytest.mark.browser


def scan(page: Page, *texts: str) -> None:
    """What a hardware scanner types, one after the other."""
    for text in texts:
        page.locator("[data-typed]").fill(text)
        page.keyboard.press("Enter")


def test_a_car_that_two_tablets_moved_stands_where_the_first_sending_said(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    with app.app_context():
        house = make_house()
        vehicle = makers.make_stored(house, makers.make_bays(house)[0]).vehicle
        car, tail = vehicle.id, vehicle.plate[-4:]
        db.session.remove()
    with (
        serving.serve(settings, worker=False) as url,
        hand.device(tmp_path / "one") as first,
        hand.device(tmp_path / "two") as second,
    ):
        one, two = (hand.sign_in(tablet, url, "yard_keeper") for tablet in (first, second))
        for page in (one, two):
            page.goto(f"{url}/yard/scan", wait_until="networkidle")
        first.set_offline(True)
        scan(one, tail, "A-02")
        hand.unsent(one, 1)
        expect(one.locator("[data-state=waiting]")).to_have_count(1)  # nobody waits for an answer
        scan(two, tail, "A-03")
        expect(two.locator("[data-done] li").first).to_contain_text("已记录")
        first.set_offline(False)
        expect(one.locator("[data-unsent]")).to_contain_text("1 项要您处理")
        one.goto(f"{url}/unsent")
        refused = one.locator(".queued-refused")
        expect(refused).to_contain_text("A-02")  # what this tablet's keeper did
        expect(refused).to_contain_text("A-03")  # where the car stands now
    with app.app_context():
        here = reads.find_stay(car)
        assert here is not None
        assert here.bay.code == "A-03"
        assert len(reads.list_stays(car)) == 2
        db.session.remove()
