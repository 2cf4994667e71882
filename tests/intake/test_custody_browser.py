"""Keys, identity, presence checks and the guided set in a real Chromium, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from station.ground.database import act, db
from station.ground.settings import Settings
from station.intake import identity_desk, thing_desk, thing_reads
from station.intake.identity import Marks
from station.intake.identity_models import Mismatch
from station.intake.rules import GATE_IN_VIEWS
from station.intake.things import Loan, Purpose
from station.media.models import Media
from station.vehicles.rules import VehicleKind
from station.yard import presence_desk
from tests.browser import axe, chromium, fake_camera
from tests.intake import makers
from tests.makers import PASSWORD, make_house
from tests.serving import serve
from tests.yard import makers as yard

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
LEAN = (
    "at => window.dispatchEvent(new DeviceOrientationEvent('deviceorientation', {alpha: 0, ...at}))"
)
SLOW = 30_000  # ms: several servers share a machine


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def pages(app: Flask, settings: Settings) -> Iterator[tuple[str, dict[str, str]]]:
    """A served station: a car at the gate, one in a bay with a key out, a difference, a check."""
    with app.app_context():
        house = make_house()
        (bay,) = yard.make_bays(house, "A", 1)
        stored = yard.make_stored(house, bay).vehicle
        keys = thing_reads.list_things(stored.id)
        with act():
            loan = Loan(house.mechanic.person_id, "", Purpose.CARE, 4)
            thing_desk.lend(house.keeper, keys[0], loan, by_label=True)
        gate = makers.make_arrived(house, number=1235, plate="浙A23456")
        with act():
            read = Marks("LSVAA4182E2184848", "", "浙A23456")
            identity_desk.compare(house.inspector, gate, read, reason="", confirmed=True)
        with act():
            check = presence_desk.ask(house.judge, house.station.id, count=1)
        mismatch = db.session.query(Mismatch).one().id
        found = {
            "cabinet": "/intake/keys",
            "key": f"/intake/things/{keys[1].id}",
            "photos": f"/intake/{gate.id}/photos",
            "gate": f"/intake/{gate.id}",
            "belongings": f"/intake/{gate.id}/belongings",
            "identity": f"/intake/{gate.id}/identity",
            "licence": f"/intake/vehicles/{gate.vehicle_id}/licence",
            "checks": "/yard/presence",
            "new incident": f"/yard/vehicles/{stored.id}/incidents/new",
            "story": f"/watch/vehicles/{stored.id}",
            "judge: mismatch": f"/intake/mismatches/{mismatch}",
            "judge: check": f"/yard/presence/{check.id}",
            "judge: belongings": f"/release/vehicles/{stored.id}/belongings/order",
        }
        db.session.remove()
    with serve(settings, worker=False) as url:
        yield url, found


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_the_pages_of_custody_are_accessible(
    browser: Browser, pages: tuple[str, dict[str, str]]
) -> None:
    url, found = pages
    for login, judge in (("inspector", False), ("judge", True)):
        page = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        sign_in(page, url, login)
        for name, path in found.items():
            if name.startswith("judge") == judge:
                answer = page.goto(url + path)
                assert answer is not None
                assert (name, answer.status, axe(page)) == (name, 200, [])
        page.close()


def test_a_blurred_picture_is_held_back_until_a_person_says_why(
    app: Flask, browser: Browser, pages: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    url, found = pages
    noise = np.random.default_rng(1).integers(0, 255, (9, 12, 3), dtype=np.uint8)
    sharp = cv2.resize(noise, (1600, 1200), interpolation=cv2.INTER_NEAREST)
    soft = cv2.resize(noise, (1600, 1200), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "sharp.jpg"), sharp)
    cv2.imwrite(str(tmp_path / "blurred.jpg"), soft)
    page = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    sign_in(page, url, "inspector")
    page.goto(url + found["photos"])
    slot = page.locator("[data-slot=front]")
    page.set_input_files("[name=front]", tmp_path / "blurred.jpg")
    expect(slot).to_contain_text("照片模糊", timeout=SLOW)
    slot.get_by_placeholder("只能拍成这样，因为").fill("镜头进水，换不了手机")
    slot.get_by_role("button", name="仍然使用").click()
    expect(slot).to_have_class("shot shot-sent", timeout=SLOW)
    page.set_input_files("[name=rear]", tmp_path / "sharp.jpg")
    expect(page.locator("[data-slot=rear]")).to_have_class("shot shot-sent", timeout=SLOW)
    with app.app_context():
        rows = db.session.query(Media).filter(Media.slot.in_(("front", "rear"))).all()
        notes = {row.slot: row.note for row in rows if row.kind == "photo"}
        db.session.remove()
    assert notes == {"front": "照片模糊：镜头进水，换不了手机", "rear": ""}


def test_the_guided_camera_goes_from_view_to_view_with_one_press_each(
    app: Flask, pages: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    url, found = pages
    with chromium(*fake_camera(tmp_path)) as browser:
        page = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        sign_in(page, url, "inspector")
        page.goto(url + found["photos"])
        views = GATE_IN_VIEWS[VehicleKind.CAR]
        page.get_by_role("button", name="连续拍摄").click()
        camera = page.get_by_role("dialog")
        expect(camera.locator("svg.ghost")).to_be_visible()
        line = camera.locator(".camera-level")
        for lean, level in (({"beta": 90, "gamma": 0}, True), ({"beta": 60, "gamma": 40}, False)):
            page.evaluate(LEAN, lean)
            expect(line).to_have_class("camera-level camera-is-level" if level else "camera-level")
        for number, view in enumerate(views, 1):
            expect(camera.locator(".camera-title")).to_contain_text(f"{number}. ")
            assert axe(page) == [] or number > 1
            camera.get_by_role("button", name="拍下").click()
            expect(page.locator(f"#slot-{view}")).not_to_have_class("shot shot-empty")
        expect(camera).to_have_count(0)
        expect(page.locator(".shot-sent")).to_have_count(len(views), timeout=SLOW)
        page.locator("#slot-left").get_by_role("button", name="对齐轮廓拍").click()
        camera.get_by_role("button", name="拍下").click()
        expect(camera).to_have_count(0)  # one picture again, and back
    with app.app_context():
        taken = db.session.query(Media).filter(Media.slot.in_(views), Media.kind == "photo")
        assert {row.slot for row in taken if row.width >= 320} == set(views)
        db.session.remove()
