"""The people of the thread, each with a device of their own, before one real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import axe
from tests.makers import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
AT_STATION = {"latitude": 30.3299, "longitude": 120.1551, "accuracy": 8}


@dataclass
class World:
    """`faults`: what axe-core or the console complained of, by page."""

    browser: Browser
    url: str
    pictures: dict[str, Path]
    people: dict[str, Page] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)

    def device(self, name: str, *, phone: bool = False) -> Page:
        """A device without anybody signed in."""
        more: dict[str, Any] = {"has_touch": True, "is_mobile": True} if phone else {}
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=AT_STATION,  # type: ignore[arg-type]
            permissions=["geolocation"],
            **more,
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{name}: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        self.people[name] = page
        return page

    def staff(self, login: str, *, phone: bool = False) -> Page:
        """Somebody's own page, signed in at the first call."""
        if login not in self.people:
            page = self.device(login, phone=phone)
            page.goto(f"{self.url}/sign-in")
            page.get_by_label("账号").fill(login)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda address: "/sign-in" not in address)
        return self.people[login]

    def look(self, page: Page, name: str) -> None:
        """Hold the page against axe-core, once under each name; `SHOTS` keeps its picture."""
        if name in self.checked:
            return
        self.checked.add(name)
        self.faults += [f"{name}: {one}" for one in axe(page)]
        if folder := os.environ.get("SHOTS"):
            number = len(list(Path(folder).glob("*.png")))
            page.screenshot(path=f"{folder}/{number:02d} {name}.png", full_page=True)


@contextmanager
def opened(browser: Browser, url: str, pictures: dict[str, Path]) -> Iterator[World]:
    """A world whose devices are put away at the end."""
    world = World(browser, url, pictures)
    try:
        yield world
    finally:
        for context in world.contexts:
            context.close()


def tile(page: Page, value: str) -> None:
    """Press the tile of a value, as a thumb does."""
    page.locator(f'label.tile:has(input[value="{value}"])').click()


def shoot(page: Page, slot: str, file: Path) -> None:
    """Take the picture of a slot and wait until the station has it."""
    place = page.locator(f"#slot-{slot}")
    place.locator('input[type="file"]').set_input_files(file)
    place.get_by_text("已发送").first.wait_for()


def reload_until(page: Page, done: Callable[[], bool], seconds: int = 120) -> None:
    """Look again, as a person does, until the worker has done its part."""
    for _ in range(seconds):
        if done():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text()[:2000])
