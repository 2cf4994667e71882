"""A whole gate-in without signal, a browser that dies, and everything there once at the end."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from station.ground.database import db
from station.ground.settings import Settings
from station.intake import rules
from station.intake.models import Intake
from station.media.models import Media
from station.vehicles.rules import VehicleKind
from tests import serving
from tests.intake import makers
from tests.offline import hand

pytestmark = pytest.mark.browser
VIEWS = rules.GATE_IN_VIEWS[VehicleKind.CAR]
BYTES = 4 * 1024 * 1024


def draw(folder: Path) -> dict[str, Path]:
    """A photo of 4 MB for every view, none like another; what follows a JPEG's end is nobody's."""
    folder.mkdir()
    found = {}
    for n, view in enumerate(VIEWS):
        body = makers.jpeg(900 + n, (320, 240))
        found[view] = folder / f"{view}.jpg"
        found[view].write_bytes(body + random.Random(n).randbytes(BYTES - len(body)))
    return found


def take_in(page: Page, base: str, photos: dict[str, Path]) -> None:
    """Every screen of the gate-in, as an inspector fills it."""
    page.goto(f"{base}/photos")
    for n, (view, file) in enumerate(photos.items(), 1):
        page.set_input_files(f"[name={view}]", file)
        hand.unsent(page, n)
    page.get_by_text("有事项无法查验").click()
    page.locator("label", has_text="环车视频").last.click()
    page.fill("[name=reason_text]", "没有信号，视频稍后补")
    page.get_by_role("button", name="记为未查验").click()
    hand.unsent(page, len(photos) + 1)
    page.goto(f"{base}/readings")
    page.fill("[name=odometer]", "62310")
    page.locator("label", has_text="50").first.click()
    page.get_by_role("button", name="保存读数").click()
    page.wait_for_url("**/keys")
    page.fill("[name=tags]", "K-17")
    page.get_by_role("button", name="2 把").click()
    page.wait_for_url("**/papers")
    page.locator(".tile").first.click()
    page.locator("form[data-queue] button[type=submit]").first.click()
    page.wait_for_url("**/seal")


def test_sixteen_photos_taken_without_signal_all_arrive_once_though_the_browser_died(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    gate_in, photos = hand.make_gate_in(app), draw(tmp_path / "photos")
    before = len(hand.lines(app, "media.keep"))  # the driver's
    port, folder = serving.free_port(), tmp_path / "phone"
    with hand.device(folder) as phone:
        with serving.serve(settings, worker=False, port=port) as url:
            page = hand.sign_in(phone, url)
            hand.take_along(page, url)
        take_in(page, f"{url}{gate_in}", photos)
        page.goto(f"{url}/unsent")
        expect(page.locator(".queued")).to_have_count(20)
        hand.kill(folder)
    with hand.device(folder) as phone:
        page = phone.pages[0]
        page.goto(f"{url}/unsent")
        expect(page.locator(".queued-waiting")).to_have_count(20)
        assert len(hand.lines(app, "media.keep")) == before
        with serving.serve(settings, worker=False, port=port):
            page.get_by_role("button", name="现在发送").click()
            page.locator("[data-unsent][data-count='0']").wait_for(timeout=90000)
    lines = hand.lines(app, "media.keep")[before:]
    wanted = {view: hashlib.sha256(file.read_bytes()).hexdigest() for view, file in photos.items()}
    with app.app_context():
        mine = select(Media).where(Media.kind == "photo")
        kept = [(row.slot, row.sha256) for row in db.session.scalars(mine)]
        assert db.session.scalars(select(Intake)).one().finished_at is None
        db.session.remove()
    assert sorted(kept) == sorted(wanted.items())
    assert len(lines) == len(VIEWS) == 16
    others = [
        hand.lines(app, f"intake.{word}") for word in ("excuse", "readings", "keys", "papers")
    ]
    assert [len(one) for one in others] == [1, 1, 1, 1]
    numbers = [one[0].number for one in others]
    assert numbers == sorted(numbers)
