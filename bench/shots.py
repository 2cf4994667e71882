"""Photographs the main pages of the demonstration: `make shots`.

Ten pages, each at 390 px, at 1366 px and in elder mode, into var/shots. It serves a demonstration
of its own (var/shots/home, founded at the first run) and waits until its history has ended; `--url`
names one that is running. `--pictures` also writes the README's few, small, into docs/pictures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from commands.founding import DEMO_PASSWORD
from station.ground.settings import PROJECT
from tests.browser import axe, chromium
from tests.serving import free_port, wait_until_up

OUT = PROJECT / "var" / "shots"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
MOODS: dict[str, tuple[dict[str, int], bool]] = {
    "390": (PHONE, False),
    "1366": (DESK, False),
    "elder": (PHONE, True),
}
# name: (account, address, pattern of the link to follow from there)
PAGES = {
    "cars": ("", "/cars", ""),
    "car": ("", "/cars", "a[href^='/cars/']"),
    "desk": ("judge", "/watch/desk", ""),
    "story": ("judge", "/watch/vehicles", "main a[href^='/watch/vehicles/']"),
    "checklist": ("judge", "/showroom/reviews", "main a[href^='/showroom/reviews/']"),
    "day": ("keeper", "/watch/yard-day", ""),
    "board": ("keeper", "/yard/", ""),
    "gate-in": ("inspector", "/intake/", "main a[href^='/intake/']:not([href*='tows'])"),
    "buyer": ("buyer", "/my", ""),
    "wall": ("manager", "/wall", ""),
}
ACCOUNTS = ("judge", "keeper", "inspector", "manager")
PICTURES = {"car-390": 300, "desk-1366": 900, "board-1366": 900}  # shot: width in the README
LARGEST = 200_000  # bytes of a committed picture
PATIENCE = 20.0  # seconds between two looks whether the history has ended
LONGEST = 3 * 3600.0


@contextmanager
def demonstration(home: Path) -> Iterator[str]:
    """The address of a demonstration that is served as long as this lasts."""
    port = free_port()
    words = [sys.executable, "-m", "app", "demo", "--home", str(home), "--port", str(port)]
    child = subprocess.Popen(words, cwd=PROJECT, start_new_session=True)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", child, seconds=180)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(60)


def sign_in(browser: Browser, url: str, login: str) -> Any:
    """The cookies of an account's device; waits while the history is being made."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        page.goto(f"{url}/sign-in")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        with page.expect_navigation() as led:
            page.locator("main button[type=submit], main form button").last.click()
        if led.value.status != 503:
            break
        print(" ".join(page.locator("main").inner_text().split())[:100], flush=True)
        time.sleep(PATIENCE)
    assert "/sign-in" not in page.url, f"{login} could not sign in"
    kept = context.storage_state()
    context.close()
    return kept


def become_buyer(browser: Browser, url: str, manager: Any) -> Any:
    """A new link for a buyer, spent on a device of its own; its cookies."""
    staff = browser.new_context(storage_state=manager, locale="zh-CN")
    page = staff.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{url}/release")
    page.locator("form[action$='/link'] button").first.click()
    page.goto(f"{url}/outbox")
    told = page.locator("article").filter(has=page.locator("b.figure")).first
    link = str(told.locator("a[href*='/l/']").get_attribute("href"))
    code = told.locator("b.figure").inner_text()
    staff.close()
    phone = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(f"{url}/l/{link.rpartition('/')[2]}")
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").last.click()
    page.wait_for_url(f"{url}/my")
    kept = phone.storage_state()
    phone.close()
    return kept


def device(browser: Browser, url: str, mood: str, cookies: Any) -> BrowserContext:
    """A device of one size and mood, with somebody signed in or nobody."""
    size, elder = MOODS[mood]
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        storage_state=cookies,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(60_000)
    if elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": url}])
    return context


def photograph(page: Page, url: str, name: str, mood: str) -> None:
    """Open one page, say what is wrong with it, and keep its first screen and all of it."""
    _, address, follow = PAGES[name]
    page.goto(f"{url}{address}")
    if follow:
        page.locator(follow).first.click()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)  # pictures that a script asks for
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        print(f"{name} {mood}: wider than the screen")
    for fault in axe(page):
        print(f"{name} {mood}: {fault}")
    page.screenshot(path=OUT / f"{name}-{mood}.png")
    page.screenshot(path=OUT / f"{name}-{mood}-whole.png", full_page=True)


def shrink() -> None:
    """The README's pictures: narrow, with a palette, each under LARGEST."""
    folder = PROJECT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for name, width in PICTURES.items():
        with Image.open(OUT / f"{name}.png") as shot:
            size = (width, round(shot.height * width / shot.width))
            small = shot.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        for colours in (256, 128, 64, 32):
            small.quantize(colours).save(folder / f"{name}.png", optimize=True)
            if (folder / f"{name}.png").stat().st_size <= LARGEST:
                break


def main() -> int:
    """Photograph everything."""
    parser = argparse.ArgumentParser(prog="bench.shots")
    parser.add_argument("--url", help="a demonstration that is running; else one of its own")
    parser.add_argument("--pictures", action="store_true", help="write docs/pictures as well")
    told = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    OUT.chmod(0o755)
    served = nullcontext(told.url.rstrip("/")) if told.url else demonstration(OUT / "home")
    with served as url, chromium() as browser:
        cookies = {login: sign_in(browser, url, login) for login in ACCOUNTS}
        cookies["buyer"] = become_buyer(browser, url, cookies["manager"])
        for mood in MOODS:
            for name, (login, _, _) in PAGES.items():
                context = device(browser, url, mood, cookies.get(login))
                photograph(context.new_page(), url, name, mood)
                context.close()
    if told.pictures:
        shrink()
    print(f"{len(PAGES) * len(MOODS)} pages in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
