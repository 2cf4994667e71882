"""The page of the work items in a real Chromium: any width, any size of letters, no scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from station.ground.database import db
from station.ground.settings import Settings
from tests.browser import axe, chromium
from tests.makers import PASSWORD, make_house
from tests.serving import serve
from tests.watch import makers
from tests.yard import makers as yard_makers


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[tuple[str, str]]:
    """A served house with a vehicle that waits too long in its bay: (root, page)."""
    with app.app_context():
        with makers.ago(14):
            house = make_house()
            bay = yard_makers.make_bays(house)[0]
            row = yard_makers.make_stored(house, bay, vin=makers.a_vin(1))
        path = f"/watch/vehicles/{row.vehicle_id}/work"
        db.session.remove()
    with serve(settings, worker=False) as url:
        yield url, url + path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def enter(page: Page, root: str, path: str) -> None:
    """Sign in as the judge and go there."""
    page.goto(f"{root}/sign-in")
    page.fill("[name=login]", "judge")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(path)


@pytest.mark.browser
@pytest.mark.slow
def test_the_items_are_read_at_every_width_and_size_without_scripts(
    address: tuple[str, str], browser: Browser
) -> None:
    root, path = address
    for width, elder in ((390, "0"), (390, "1"), (1366, "0")):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        page = context.new_page()
        enter(page, root, f"{path}?elder={elder}")
        for summary in page.locator("main summary").all():
            summary.click()
        assert page.locator("main tr.never, main details:not([open])").count() == 0
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        assert "养护：外观与渗漏巡检" in page.inner_text("#before")
        context.close()
    page = browser.new_page(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    enter(page, root, path)
    assert axe(page) == []
    page.close()
