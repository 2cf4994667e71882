"""The printing page in a real Chromium, on a phone, at a desk and in elder mode."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from station.ground.database import act, db
from station.ground.settings import Settings
from station.intake import desk as intake
from station.media import label_desk
from station.media.labels import Sighting
from tests.browser import chromium
from tests.intake import makers as gate
from tests.makers import PASSWORD, make_house
from tests.serving import serve
from tests.trail.test_verify_browser import DEVICES, look
from tests.yard import makers

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def url(app: Flask, settings: Settings) -> Iterator[str]:
    """A yard with a car whose old label is still about, and 60 bays without signs."""
    with app.app_context():
        house = make_house()
        for zone in "AB":
            makers.make_bays(house, zone, 30)
        car = gate.make_taken_in(house).vehicle
        texts = []
        for _ in range(2):
            with act():
                texts.append(intake.print_label(house.inspector, car))
        with act():
            label_desk.sight(house.gate, texts[0].split(":")[3], Sighting.VOID)
        db.session.remove()
    with serve(settings, worker=False) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.mark.parametrize("device", DEVICES)
def test_labels_are_chosen_printed_and_downloaded(browser: Browser, url: str, device: str) -> None:
    width, elder = DEVICES[device]
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="zh-CN", base_url=url
    )
    page = context.new_page()
    page.goto(f"/sign-in?elder={elder}")
    page.fill("[name=login]", "yard_keeper")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.goto("/media/labels/")
    expect(page.locator("#sightings")).to_contain_text("可能被复制")
    look(page, f"labels-{device}-cars")
    page.goto("/media/labels/?kind=bay&page=2")
    page.locator("label.pick").nth(0).click()
    page.locator("label.pick").nth(1).click()
    look(page, f"labels-{device}-bays")
    page.get_by_role("button", name="打印选中的标签").click()
    expect(page.locator("h1")).to_contain_text("2 张")
    look(page, f"labels-{device}-printed")
    with page.expect_download() as got:
        page.get_by_role("link", name="ZPL 203").first.click()
    assert got.value.suggested_filename == "bay.zpl"
    context.close()
