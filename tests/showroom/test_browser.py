"""The public page in a real Chromium: the car turns to its defect, and scripts are not needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Response, expect

from station.court import desk as court
from station.ground.database import act, db
from station.ground.settings import Settings
from station.showroom import desk, pictures
from tests.browser import axe, chromium
from tests.makers import make_house
from tests.serving import serve
from tests.showroom import makers
from tests.showroom.makers import cars

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BEFORE_TOUCH = 400_000  # bytes besides the pictures


@dataclass(frozen=True)
class Shown:
    """A served showroom with one car. `frames`: defect → frames of the walk that show it."""

    url: str
    car: str
    frames: dict[str, set[str]]


@pytest.fixture
def shown(app: Flask, settings: Settings) -> Iterator[Shown]:
    car = cars.make_car(0)
    with app.app_context():
        house = make_house()
        listing = makers.make_drafted(house, car)
        makers.add_spin(house, listing.vehicle, car)
        makers.work(app)
        makers.add_findings(house, listing.vehicle, car)
        makers.work(app)
        makers.clear_all(house, listing.vehicle)
        makers.work(app)
        command = makers.order(house, listing)
        with act():
            court.acknowledge(house.keeper, command)
        with act():
            desk.announce(house.agent, listing)
        album = pictures.album_of(listing.vehicle_id)
        frames = {one.id: set(one.spin) for one in album.defects if one.spin}
        path = f"/cars/{listing.public_id}"
        db.session.remove()
    with serve(settings, worker=False) as url:
        yield Shown(url, url + path, frames)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_defect_is_one_tap_from_its_place_and_the_page_is_light(
    shown: Shown, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    weights: list[int] = []

    def weigh(response: Response) -> None:
        if response.request.resource_type not in {"image", "font"}:
            weights.append(len(response.body()))

    page.on("response", weigh)
    page.goto(shown.car, wait_until="networkidle")
    assert 0 < sum(weights) < BEFORE_TOUCH
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
    spin = page.locator("#spin")
    for defect, frames in shown.frames.items():
        page.locator(f'[data-defect="{defect}"]').click()
        expect(spin.locator(".pin.chosen:visible")).to_have_count(1)
        assert spin.get_attribute("data-frame") in frames
    page.locator("a[data-close-up]").first.click()
    expect(page.locator("[data-close-up-box]")).to_be_visible()
    page.close()


def test_without_scripts_every_angle_and_the_estimate_are_there(
    shown: Shown, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page: Page = context.new_page()
    page.goto(shown.url + "/cars")
    page.locator(".car-card a").click()
    assert page.url == shown.car
    expect(page.locator(".spin-strip img")).to_have_count(8)
    page.locator("#f-bid").fill("30000")
    page.locator("#cost button").click()
    assert "bid=30000" in page.url
    expect(page.locator(".bill-total")).to_contain_text("31,375.00")
    context.close()
