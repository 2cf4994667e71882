"""How long a device takes to accept a scan: `make bench-scan`.

A real Chromium on the scan page of a station with 1,000 cars and 1,250 bays, as on a phone and with
its processor slowed four times; online, then without signal. Measured from the Enter of a
hardware scanner to the frame on which the answer is painted, for car and bay in turn: every
second scan completes a move. Printed beside it: scans and taps that a move takes.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import NullPool, create_engine

import app as composition
from bench import machine
from bench.yard import p95
from bench.yard_rows import fill, settle
from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings
from tests import makers, serving
from tests.browser import chromium

CARS, MOVES = 1_000, 60
PHONE = {"width": 390, "height": 844}
WATCH = """() => {
  window.times = [];
  const band = document.querySelector('.band [data-text]');
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const start = event.timeStamp;
    const before = band.textContent;
    const look = () => band.textContent === before ? requestAnimationFrame(look)
      : requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - start), 0));
    requestAnimationFrame(look);
  }, true);
}"""


def scan(page: Page, text: str) -> None:
    """One scan of a hardware scanner, and what the screen says to it."""
    page.evaluate(
        """(text) => { for (const key of [...text, 'Enter'])
           document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})) }""",
        text,
    )


def measure(page: Page, first: int, moves: int) -> list[float]:
    """Milliseconds of each scan of `moves` moves into free bays, from the car `first` on."""
    book: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('book').textContent)")
    taken = {row[4] for row in book["cars"]}
    free = [row[1] for row in book["bays"] if row[0] not in taken]
    cars = [row for row in book["cars"] if row[4]]
    page.evaluate("window.times.length = 0")
    for number in range(moves):
        for text in (cars[first + number][2], free[first + number]):
            seen = page.evaluate("window.times.length")
            scan(page, text)
            page.wait_for_function("(seen) => window.times.length > seen", arg=seen)
    return sorted(page.evaluate("window.times"))


def run(url: str) -> dict[str, list[float]]:
    """Every mood, measured on one page that stays open."""
    found = {}
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.fill("input[name=login]", "yard_keeper")
        page.fill("input[name=password]", makers.PASSWORD)
        page.locator("main form button").last.click()
        page.goto(f"{url}/yard/scan")
        page.wait_for_selector(".scanner:not([hidden])")
        page.evaluate(WATCH)
        found["online"] = measure(page, 0, MOVES)
        context.set_offline(True)
        found["without signal"] = measure(page, MOVES, MOVES)
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        found["without signal, processor 4 times slower"] = measure(page, 2 * MOVES, MOVES)
    return found


def main() -> int:
    """Run and print."""
    composition.load_models()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        try:
            migrate(server.owner_url, server.app_url, composition.append_only())
            home = Path(folder) / "home"
            settings = Settings(home, server.app_url, server.owner_url, "bench", testing=True)
            with composition.create_app(settings).app_context():
                station = makers.make_house().station.id
            owner = create_engine(server.owner_url, poolclass=NullPool)
            with owner.begin() as connection:
                fill(connection, station, CARS, 0)
            with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                settle(connection)
            with serving.serve(settings, worker=False) as url:
                found = run(url)
        finally:
            server.stop()
    print("\n".join(machine.describe()[:3]))
    print(f"{'milliseconds from Enter to paint':<46}{'median':>8}{'p95':>8}{'most':>8}")
    for mood, times in found.items():
        middle = statistics.median(times)
        print(f"  {mood:<44}{middle:>8.1f}{p95(times):>8.1f}{times[-1]:>8.1f}")
    print(f"a move: 2 scans, 0 taps ({2 * MOVES} scans a mood)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
