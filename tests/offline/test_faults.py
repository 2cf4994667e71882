"""What goes wrong on the way: both versions are shown, nothing is lost, and a person decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from station.ground.database import db
from station.ground.settings import Settings
from station.intake.models import Intake
from tests import serving
from tests.browser import axe
from tests.intake import makers
from tests.intake.test_queued import READINGS
from tests.makers import PASSWORD
from tests.offline import hand

pytestmark = pytest.mark.browser


def test_a_refused_act_shows_both_versions_and_goes_only_when_it_is_settled(
    app: Flask, client: FlaskClient, settings: Settings, tmp_path: Path
) -> None:
    gate_in = hand.make_gate_in(app)
    with serving.serve(settings, worker=False) as url, hand.device(tmp_path / "phone") as phone:
        page = hand.sign_in(phone, url)
        page.clock.install(time=datetime.now(UTC) + timedelta(days=3))
        page.goto(f"{url}{gate_in}/readings", wait_until="networkidle")
        expect(page.locator("[data-unsent]")).to_contain_text("快了 3 天")
        page.fill("[name=odometer]", "62999")
        phone.set_offline(True)
        page.locator("form[data-queue]").first.evaluate("form => form.removeAttribute('data-next')")
        page.get_by_role("button", name="保存读数").click()
        hand.unsent(page, 1)
        client.post("/sign-in", data={"login": "inspector", "password": PASSWORD})
        assert client.post(f"{gate_in}/readings", data=READINGS).status_code == 303
        phone.set_offline(False)
        expect(page.locator("[data-unsent]")).to_contain_text("1 项要您处理")
        page.goto(f"{url}/unsent")
        row = page.locator(".queued-refused")
        expect(row).to_contain_text("已作修改")
        row.get_by_text("两边的内容").click()
        expect(row.locator("tr", has_text="里程读数")).to_contain_text("62999")
        expect(row.locator("tr", has_text="里程读数")).to_contain_text("62310")
        assert axe(page) == []
        row.locator("[name=reason]").fill("以同事的读数为准")
        row.get_by_role("button", name="已另行处理").click()
        hand.unsent(page, 0)
    (line,) = hand.lines(app, "people.settle_unsent")
    assert "reason~" in line.facts  # a person's words lie beside the line
    assert line.clock_doubtful
    assert len(hand.lines(app, "intake.readings")) == 1


def test_a_photo_that_comes_too_late_or_is_too_large_is_told_in_a_sentence(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    gate_in = hand.make_gate_in(app)
    before = len(hand.lines(app, "media.keep"))
    photo, large = tmp_path / "a.jpg", tmp_path / "b.heic"
    photo.write_bytes(makers.jpeg(5, (320, 240)))
    with large.open("wb") as file:
        file.truncate(40 * 1024 * 1024 + 1)
    with serving.serve(settings, worker=False) as url, hand.device(tmp_path / "phone") as phone:
        page = hand.sign_in(phone, url)
        page.goto(f"{url}{gate_in}/photos", wait_until="networkidle")
        slots = page.locator("[data-slot]")
        page.set_input_files("[name=front_left]", large)
        expect(slots.first.locator(".shot-state")).to_have_text(
            "文件超过 40 MB，收不下。请缩小后再传。"
        )
        hand.unsent(page, 0)
        phone.set_offline(True)
        page.set_input_files("[name=front_left]", photo)
        hand.unsent(page, 1)
        with app.app_context(), db.engine.begin() as connection:
            ended = db.update(Intake).values(finished_at=db.func.now(), finished_by="别人")
            connection.execute(ended)
        phone.set_offline(False)
        expect(slots.first).to_have_class("shot shot-problem")
        page.goto(f"{url}/unsent")
        expect(page.locator(".queued-refused")).to_have_count(1)
        page.locator(".queued-refused").get_by_text("两边的内容").click()
        expect(page.locator(".queued-picture")).to_be_visible()
    assert len(hand.lines(app, "media.keep")) == before
