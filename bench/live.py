"""How long a court's command takes to reach the station's screen: `make bench-live`.

One real web server over a scratch database; a station's event stream is open while a judge
issues commands one after another. Measured at the stream's reader: from sending the judge's
form to the arrival of the event. Printed: the distribution, and beside it the time of the
judge's own answer (what a reload could not beat).
"""

from __future__ import annotations

import http.cookiejar
import json
import platform
import queue
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import app as composition
from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings
from tests import makers, serving
from tests.court import makers as court
from tests.vins import vin_with_serial

COMMANDS = 30


class Browser:
    """Enough of one: cookies, forms, the CSRF token."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        """A page's text."""
        with self.opener.open(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, page: str, path: str, **form: str) -> None:
        """Send a form that stands on `page`."""
        token = self.get(page).split('name="csrf_token" value="')[1].split('"')[0]
        body = urllib.parse.urlencode({**form, "csrf_token": token}).encode()
        with self.opener.open(self.url + path, body, timeout=10) as answer:
            answer.read()


def follow(browser: Browser, arrived: queue.Queue[tuple[float, str]]) -> None:
    """Read the stream for ever, noting when each issued command came."""
    with browser.opener.open(f"{browser.url}/live", timeout=60) as stream:
        for row in stream:
            if row.startswith(b"data: ") and b"court.issue" in row:
                arrived.put((time.perf_counter(), json.loads(row[6:])["subject"]))


def measure(settings: Settings) -> tuple[list[float], list[float]]:
    """Seconds from form to stream, and from form to the judge's own answer, per command."""
    app = composition.create_app(settings)
    with app.app_context():
        house = makers.make_house()
        vehicles = [
            court.entrusted(house, vin_with_serial(number), f"浙A{number:05d}").vehicle_id
            for number in range(1, COMMANDS + 1)
        ]
        station = house.station.id
    with serving.serve(settings, worker=False) as url:
        judge, keeper = Browser(url), Browser(url)
        judge.post("/sign-in", "/sign-in", login="judge", password=makers.PASSWORD, next="")
        keeper.post("/sign-in", "/sign-in", login="yard_keeper", password=makers.PASSWORD, next="")
        arrived: queue.Queue[tuple[float, str]] = queue.Queue()
        threading.Thread(target=follow, args=(keeper, arrived), daemon=True).start()
        time.sleep(1)
        told, answered = [], []
        for vehicle in vehicles:
            path = f"/court/vehicles/{vehicle}/command"
            judge.get(path)
            start = time.perf_counter()
            judge.post(path, path, station=station, due="2099-01-01", note="")
            answered.append(time.perf_counter() - start)
            told.append(arrived.get(timeout=10)[0] - start)
        return told, answered


def show(name: str, seconds: list[float]) -> str:
    """One row of the distribution, in milliseconds."""
    ordered = sorted(1000 * s for s in seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    middle = statistics.median(ordered)
    return f"{name:<34}{ordered[0]:8.1f}{middle:8.1f}{p95:8.1f}{ordered[-1]:8.1f}"


def main() -> int:
    """Run and print."""
    composition.load_models()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        try:
            migrate(server.owner_url, server.app_url, composition.append_only())
            home = Path(folder) / "home"
            told, answered = measure(
                Settings(home, server.app_url, server.owner_url, "bench", testing=True)
            )
        finally:
            server.stop()
    print(f"{platform.platform()}, Python {platform.python_version()}, {COMMANDS} commands")
    print(f"{'milliseconds':<34}{'min':>8}{'median':>8}{'p95':>8}{'max':>8}")
    print(show("form sent → on the station's screen", told))
    print(show("form sent → judge's own answer", answered))
    print(f"ratio of medians {statistics.median(told) / statistics.median(answered):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
