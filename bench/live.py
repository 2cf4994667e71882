"""How long a court's command takes to reach the station's screen: `make bench-live`.

One real web server over a scratch database, with the installation's own number of threads; first one
event stream is open, then 300 of them (one reads, the others are there), while a judge
issues commands one after another. Measured at the stream's reader: from sending the judge's
form to the arrival of the event. Printed: the distribution, beside it the time of the
judge's own answer (what a reload could not beat), and the server's memory for each listener.
"""

from __future__ import annotations

import http.cookiejar
import json
import math
import queue
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

import app as composition
from bench.machine import describe
from commands.running import THREADS
from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings
from tests import makers, serving
from tests.court import makers as court
from tests.vins import vin_with_serial

COMMANDS = 100
LISTENERS = 300
SETTLED = 5.0  # seconds until the server has answered everybody who came


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


@dataclass(frozen=True)
class Measured:
    """Seconds from form to stream, and to the judge's own answer, per command; MB of the server."""

    told: list[float]
    answered: list[float]
    memory: float


def measure(url: str, station: str, vehicles: list[str], listeners: int) -> Measured:
    """Issue a command for each vehicle while so many streams are open."""
    judge, keeper = Browser(url), Browser(url)
    judge.post("/sign-in", "/sign-in", login="judge", password=makers.PASSWORD, next="")
    keeper.post("/sign-in", "/sign-in", login="yard_keeper", password=makers.PASSWORD, next="")
    arrived: queue.Queue[tuple[float, str]] = queue.Queue()
    threading.Thread(target=follow, args=(keeper, arrived), daemon=True).start()
    with ExitStack() as open_streams:
        for _ in range(listeners - 1):
            stream = keeper.opener.open(f"{keeper.url}/live", timeout=300)
            open_streams.callback(stream.close)
        time.sleep(SETTLED)
        memory = server_memory(url)
        told, answered = [], []
        for vehicle in vehicles:
            path = f"/court/vehicles/{vehicle}/command"
            judge.get(path)
            start = time.perf_counter()
            judge.post(path, path, station=station, due="2099-01-01", note="")
            answered.append(time.perf_counter() - start)
            told.append(arrived.get(timeout=30)[0] - start)
    return Measured(told, answered, memory)


def server_memory(url: str) -> float:
    """MB that the processes of the web server at `url` hold, shared parts counted once (PSS)."""
    port = urllib.parse.urlsplit(url).port
    servers = [
        one
        for one in psutil.process_iter(["cmdline"])
        if f"127.0.0.1:{port}" in (one.info["cmdline"] or ())
    ]
    return float(sum(one.memory_full_info().pss for one in servers)) / 1e6


def prepare(settings: Settings, count: int) -> tuple[str, list[str]]:
    """A station, and vehicles that wait for their tow-in command."""
    app = composition.create_app(settings)
    with app.app_context():
        house = makers.make_house()
        vehicles = [
            court.entrusted(house, vin_with_serial(number), f"浙A{number:05d}").vehicle_id
            for number in range(1, count + 1)
        ]
        return house.station.id, vehicles


def show(name: str, seconds: list[float]) -> str:
    """One row of the distribution, in milliseconds."""
    ordered = sorted(1000 * s for s in seconds)
    p95, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.95, 0.99))
    middle = statistics.median(ordered)
    return f"{name:<44}{ordered[0]:8.1f}{middle:8.1f}{p95:8.1f}{p99:8.1f}{ordered[-1]:8.1f}"


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
            station, vehicles = prepare(settings, 2 * COMMANDS)
            with serving.serve(settings, worker=False, threads=THREADS) as url:
                alone = measure(url, station, vehicles[:COMMANDS], 1)
                crowd = measure(url, station, vehicles[COMMANDS:], LISTENERS)
        finally:
            server.stop()
    print("\n".join(describe()), f"{COMMANDS} commands each", sep="\n")
    print(f"{'milliseconds':<44}{'min':>8}{'median':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    for name, one in (("1 listener", alone), (f"{LISTENERS} listeners", crowd)):
        print(show(f"{name}: form sent → station's screen", one.told))
        print(show(f"{name}: form sent → judge's own answer", one.answered))
        print(
            f"  ratio of medians {statistics.median(one.told) / statistics.median(one.answered):.2f}"
        )
    each = (crowd.memory - alone.memory) / (LISTENERS - 1)
    print(f"server {alone.memory:.0f} → {crowd.memory:.0f} MB, {1000 * each:.0f} KB a listener")
    return 0


if __name__ == "__main__":
    sys.exit(main())
