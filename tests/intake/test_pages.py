"""The inspection's pages in a real Chromium: a flaw by a press on the body, and nothing in the way."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, ViewportSize

from station.ground.database import act, db
from station.ground.settings import Settings
from station.intake import inspection_desk
from tests.browser import axe, chromium
from tests.intake import makers
from tests.makers import PASSWORD, make_house
from tests.serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Opened:
    """A phone on which the inspector has signed in, and the inspection begun."""

    page: Page
    inspection: str


@pytest.fixture
def opened(app: Flask, settings: Settings) -> Iterator[Opened]:
    with app.app_context():
        house = make_house()
        vehicle = makers.make_arrived(house).vehicle
        with act():
            inspection = inspection_desk.begin(house.inspector, vehicle).id
        db.session.remove()
    with serve(settings, worker=False) as here, chromium() as browser:
        view: ViewportSize = {"width": 390, "height": 844}
        page = browser.new_page(base_url=here, viewport=view, locale="zh-CN")
        page.goto("/sign-in")
        page.fill("[name=login]", "inspector")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation(wait_until="commit"):
            page.click("main button")
        yield Opened(page, f"/intake/inspections/{inspection}")


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_press_on_the_body_leads_to_a_flaw_that_costs_by_its_size(opened: Opened) -> None:
    page = opened.page
    page.goto(f"{opened.inspection}/body")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("svg a[aria-label^='19 ']")
    page.set_input_files(
        "[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.check("[name=defect][value=HH]", force=True)
    assert page.is_checked("[name=panel][value='19']")
    page.fill("[name=size_mm]", "120")
    page.fill("[name=across_mm]", "90")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/body")
    assert page.locator("svg a[aria-label^='19 ']").get_attribute("aria-label").endswith("：HH")
    page.click("[name=rest][value=sound]")
    page.wait_for_url("**/engine_bay")
    assert axe(page) == []
    page.goto(opened.inspection)
    assert axe(page) == []
    assert "19HH2" in page.inner_text("main")
