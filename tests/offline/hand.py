"""A person's device at the gate: a real Chromium with a memory of its own, and what the server has."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, expect
from sqlalchemy import select

from station.ground.database import db
from station.intake.models import Intake
from station.trail.models import TrailLine
from tests.browser import _driver, find_chromium
from tests.intake import makers
from tests.makers import PASSWORD, make_house

PHONE = {"width": 390, "height": 844}


@contextmanager
def device(folder: Path) -> Iterator[BrowserContext]:
    """A phone whose memory lies in `folder` and outlives it."""
    path, environment, arguments = find_chromium()
    context = _driver().chromium.launch_persistent_context(
        folder,
        executable_path=path,
        env=environment,
        args=arguments,
        viewport=PHONE,
        locale="zh-CN",
    )
    try:
        yield context
    finally:
        with suppress(Error):  # a killed browser is closed already
            context.close()


def sign_in(context: BrowserContext, url: str, login: str = "inspector") -> Page:
    """A page of the device with somebody signed in."""
    page = context.pages[0]
    page.goto(f"{url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
    return page


def take_along(page: Page, url: str) -> None:
    """Take today's pages along, as before a way without signal."""
    page.goto(f"{url}/unsent", wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.get_by_role("button", name="带上今天的工作").click()
    expect(page.locator("[data-along-state]")).to_contain_text("已带上")


def make_gate_in(app: Flask) -> str:
    """A car that has arrived at the gate of a fresh house; its gate-in's path."""
    with app.app_context():
        row = makers.make_arrived(make_house())
        path = f"/intake/{row.id}"
        db.session.remove()
    return path


def lines(app: Flask, act: str) -> list[TrailLine]:
    """The trail's lines of one act."""
    with app.app_context():
        asked = select(TrailLine).where(TrailLine.act == act).order_by(TrailLine.number)
        found = list(db.session.scalars(asked))
        db.session.expunge_all()
        db.session.remove()
        return found


def unsent(page: Page, count: int) -> None:
    """Wait until so many acts and files are unsent."""
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", str(count))


def kill(folder: Path) -> None:
    """End the browser of this memory as a flat battery does: nothing is put in order before."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"--user-data-dir={folder}".encode() in words:
            os.kill(int(process.name), signal.SIGKILL)


__all__ = ["Intake", "device", "kill", "lines", "make_gate_in", "sign_in", "take_along", "unsent"]
