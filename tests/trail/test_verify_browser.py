"""The verify page in a real Chromium: a file is checked without leaving the device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from station.ground.database import act, db
from station.ground.settings import Settings
from station.intake import desk, sheets
from station.trail.reads import find_last_line
from tests.browser import axe, chromium
from tests.intake import makers
from tests.makers import make_house
from tests.serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEVICES = {"390": (390, "0"), "1366": (1366, "0"), "elder": (390, "1")}


@dataclass(frozen=True)
class Served:
    url: str
    number: str
    pdf: Path
    forged: Path


@pytest.fixture
def served(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Served]:
    with app.app_context():
        house = make_house()
        intake = makers.make_taken_in(house)
        line = find_last_line(intake.subject, "intake.finish")
        assert line is not None
        pdf = sheets.make_sheet(intake, line)
        with act():
            desk.file_sheet(house.inspector, intake, makers.kept(pdf, "application/pdf"), line)
        number = intake.number or ""
        db.session.remove()
    true, forged = tmp_path / "true.pdf", tmp_path / "forged.pdf"
    true.write_bytes(pdf)
    forged.write_bytes(pdf[:-1] + b"x")
    with serve(settings, worker=False) as url:
        yield Served(url, number, true, forged)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def look(page: Page, name: str) -> None:
    """No fault of access, nothing wider than the screen; `SHOTS` keeps its picture."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_with_scripts_the_file_stays_on_the_device(browser: Browser, served: Served) -> None:
    page = browser.new_page(locale="zh-CN")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    for file, word in ((served.pdf, "一字不差"), (served.forged, "不是本站出具的原件")):
        page.goto(f"{served.url}/verify")
        expect(page.get_by_text("不会上传")).to_be_visible()
        page.locator("#f-file").set_input_files(file)
        page.get_by_role("button", name="核验文件").click()
        expect(page.locator("#verdict")).to_contain_text(word)
    assert set(sent) == {"GET"}
    page.close()


def test_without_scripts_the_file_is_sent_and_answered_the_same(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served.url}/verify")
    page.locator("#f-file").set_input_files(served.pdf)
    page.get_by_role("button", name="核验文件").click()
    expect(page.locator("#verdict")).to_contain_text("一字不差")
    context.close()


@pytest.mark.parametrize("name", DEVICES)
def test_every_answer_fits_every_screen(browser: Browser, served: Served, name: str) -> None:
    width, elder = DEVICES[name]
    page = browser.new_page(viewport={"width": width, "height": 800}, locale="zh-CN")
    for answer, asked in {
        "empty": "",
        "number": f"n={served.number}",
        "unknown": "n=RK20261122-000000",
        "file": "f=" + "0" * 64,
    }.items():
        page.goto(f"{served.url}/verify?{asked}&elder={elder}")
        look(page, f"verify-{answer}-{name}")
    page.close()
