"""How long the yard's pages take on the server, and how they grow: `make bench-yard`.

A scratch database is filled in bulk with ten stations and three years of history, for several
numbers of cars. The first station always keeps 100 of them, so that its page shows the same
however many there are elsewhere; beside it stands what a page costs when the station itself is
large. Measured inside the process: request in, page out, without the network.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine

import app as composition
from bench import machine
from bench.yard_rows import GENERATIONS, fill, settle
from station.ground import embedded
from station.ground.database import act
from station.ground.migrate import migrate
from station.ground.settings import Settings
from station.people import desk as people
from station.people.rules import OrganisationKind, Role
from tests import makers

SIZES = (100, 1_000, 10_000)
OWN = 100  # cars of the measured station
STATIONS = 10
TIMES = 60
TAILS = ("1", "12", "123", "1234", "7", "70", "705", "7056")


@dataclass(frozen=True)
class Times:
    """Milliseconds of questions, ascending: on the clock, and of this process's processor (which
    other work on the machine does not stretch, and in which the database's share is missing)."""

    clock: list[float]
    processor: list[float]


def measure(ask: Callable[[], object], times: int = TIMES) -> Times:
    """`times` questions, after three that nobody counts."""
    for _ in range(3):
        ask()
    clock, processor = [], []
    for _ in range(times):
        start, busy = time.perf_counter(), time.thread_time()
        ask()
        processor.append(1000 * (time.thread_time() - busy))
        clock.append(1000 * (time.perf_counter() - start))
    return Times(sorted(clock), sorted(processor))


def p95(found: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return found[int(0.95 * (len(found) - 1))]


def sign_in(client: FlaskClient, login: str) -> None:
    """Become somebody. Raises `RuntimeError` when the door stays shut."""
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"login": login, "password": makers.PASSWORD, "next": ""})
    if answer.status_code != 303:
        raise RuntimeError(f"{login} could not sign in: {answer.status_code}")


def pages(client: FlaskClient) -> dict[str, Times]:
    """Every page of the yard, measured."""

    def page(address: str) -> Callable[[], object]:
        def ask() -> object:
            answer = client.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            return answer.data

        return ask

    found = {"yard page": measure(page("/yard/")), "list": measure(page("/yard/bays?show=taken"))}
    asks = [page(f"/yard/find?tail={tail}") for tail in TAILS]
    each = [measure(ask, TIMES // 3) for ask in asks]
    found["find as you type"] = Times(
        sorted(t for one in each for t in one.clock),
        sorted(t for one in each for t in one.processor),
    )
    found["scan page with snapshot"] = measure(page("/yard/scan"), TIMES // 3)
    found["care round"] = measure(page("/yard/care"), TIMES // 3)
    return found


def run(size: int, folder: Path) -> tuple[dict[str, Times], dict[str, Times]]:
    """The measured station's pages, and those of another that shares the rest, with `size` cars."""
    server = embedded.start(folder / f"pg{size}")
    try:
        migrate(server.owner_url, server.app_url, composition.append_only())
        home = folder / f"home{size}"
        settings = Settings(home, server.app_url, server.owner_url, "bench", testing=True)
        app = composition.create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False  # the form's token would only be copied back
        with app.app_context():
            house = makers.make_house()
            others = [_found(number) for number in range(1, STATIONS)]
            stations = [house.station.id, *others]
        owner = create_engine(server.owner_url, poolclass=NullPool)
        rest = (size - OWN) // (STATIONS - 1)
        start, first = time.perf_counter(), 0
        for place, station in enumerate(stations):
            cars = OWN if place == 0 else rest
            if cars:
                with owner.begin() as connection:
                    fill(connection, station, cars, first)
                first += cars * (1 + GENERATIONS)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            settle(connection)
        print(
            f"{size:>6} cars, {first} with those gone, made in {time.perf_counter() - start:.0f} s"
        )
        mine, theirs = app.test_client(), app.test_client()
        sign_in(mine, "yard_keeper")
        sign_in(theirs, "keeper1")
        return pages(mine), pages(theirs) if rest else {}
    finally:
        server.stop()


def _found(number: int) -> str:
    with act():
        station = people.found(makers.FOUNDER, OrganisationKind.STATION, f"第 {number} 服务站")
    if number == 1:
        with act():
            people.appoint(
                makers.FOUNDER,
                station,
                Role.YARD_KEEPER,
                "二库",
                login="keeper1",
                password=makers.PASSWORD,
            )
    return station.id


def show(name: str, found: dict[str, Times]) -> None:
    """One block of the report, milliseconds."""
    print(f"{name:<42}{'median':>10}{'p95':>10}{'processor':>12}", flush=True)
    for page, times in found.items():
        middle, busy = statistics.median(times.clock), statistics.median(times.processor)
        print(f"  {page:<40}{middle:>10.1f}{p95(times.clock):>10.1f}{busy:>12.1f}", flush=True)


def main() -> int:
    """Run and print."""
    composition.load_models()
    print("\n".join(machine.describe()[:3]))
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for size in SIZES:
            results[size], theirs = run(size, Path(folder))
            show(f"station with {OWN} cars, {size} in all", results[size])
            if theirs:
                show(f"station with {(size - OWN) // (STATIONS - 1)} cars", theirs)
    print(f"growth from {SIZES[0]} to {SIZES[-1]} cars: clock, processor (medians)")
    for page, times in results[SIZES[-1]].items():
        before = results[SIZES[0]][page]
        ratio = statistics.median(times.clock) / statistics.median(before.clock)
        busy = statistics.median(times.processor) / statistics.median(before.processor)
        print(f"  {page:<40}{ratio:>10.2f}{busy:>10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
