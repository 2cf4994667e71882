"""A shared tablet without signal: a PIN identifies, the device signs, and nobody reads another's."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from station.ground.settings import Settings
from tests import serving
from tests.browser import axe
from tests.makers import PASSWORD
from tests.offline import hand

pytestmark = pytest.mark.browser
KEPT = """async () => {
    const opened = indexedDB.open('shuzhan');
    const db = await new Promise((done) => (opened.onsuccess = () => done(opened.result)));
    const asked = db.transaction('acts').objectStore('acts').getAll();
    const acts = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
    db.close();
    return JSON.stringify(acts);
}"""


def press(page: Page, name: str, pin: str) -> None:
    """A name and a PIN on the pad."""
    page.locator("label.tile", has_text=name).click()
    for digit in pin:
        page.locator(f"[data-digit='{digit}']").click()
    page.get_by_role("button", name="进入").click()


def set_pins(app: Flask) -> None:
    for login, pin in (("inspector", "271828"), ("yard_keeper", "3141")):
        person = app.test_client()
        person.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert person.post("/pin", data={"pin": pin, "password": PASSWORD}).status_code == 303


def enrol(page: Page, url: str) -> None:
    page.goto(f"{url}/devices")
    page.fill("[name=name]", "大门平板")
    page.get_by_role("button", name="登记这台设备").click()
    expect(page.get_by_text("您手上的这台已登记。")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in")


def test_a_tablet_without_signal_knows_people_by_pin_and_signs_for_them(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    gate_in, port = hand.make_gate_in(app), serving.free_port()
    set_pins(app)
    with hand.device(tmp_path / "tablet") as tablet:
        with serving.serve(settings, worker=False, port=port) as url:
            page = hand.sign_in(tablet, url, "station_manager")
            enrol(page, url)
            page.goto(f"{url}/tablet?next=%2Funsent")
            assert axe(page) == []
            press(page, "林查", "271828")
            page.wait_for_url("**/unsent")
            hand.take_along(page, url)
        page.evaluate("localStorage.setItem('shuzhan-active', '1')")  # two minutes have passed
        page.goto(f"{url}{gate_in}/belongings")
        page.wait_for_url("**/tablet?next=*")
        press(page, "林查", "000000")
        expect(page.locator("[data-tablet-state]")).to_have_text("PIN 不对，请重新输入。")
        press(page, "马库", "3141")  # was never here with signal
        expect(page.locator("[data-tablet-state]")).to_contain_text("这次认不出您")
        press(page, "林查", "271828")
        page.wait_for_url("**/belongings")
        page.locator("label.tile", has_text="马库").click()
        page.fill("[name=second_pin]", "3141")
        page.get_by_role("button", name="车内没有物品").click()
        hand.unsent(page, 1)
        kept = page.evaluate(KEPT)
        assert "signature" in kept
        assert "3141" not in kept
        assert 'second_pin","' not in kept  # labels alone are in the clear
        with serving.serve(settings, worker=False, port=port):
            page.goto(f"{url}/unsent")
            hand.unsent(page, 0)
    (line,) = hand.lines(app, "intake.belongings")
    (entered,) = hand.lines(app, "people.sign_in_pin")
    assert line.actor == entered.actor
    assert line.facts["identified"] == "pin_without_signal"
