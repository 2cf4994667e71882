"""How long the court's pages take on the server with many open deadlines: `make bench-desk`.

A scratch database is filled in bulk: vehicles towed in and entrusted, each with the end of its
seizure and two open commands, so three open deadlines a vehicle. Measured inside the process:
request in, page out, without the network.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Connection, NullPool, create_engine, text

import app as composition
from bench import machine
from bench.yard import Times, measure, show, sign_in
from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings
from tests import makers

SIZES = (33, 333, 3_334)  # vehicles: 100, 1,000, 10,000 open deadlines
DEADLINES_EACH = 3
TIMES = 40

STATEMENTS = """
SET LOCAL session_replication_role = replica;

CREATE TEMPORARY TABLE coming ON COMMIT DROP AS
SELECT 'v' || n AS id, n, lpad(n::text, 17, 'LSVAA4182E2000000') AS vin,
       '浙' || chr(65 + n / 100000 % 26) || lpad((n * 7919 % 100000)::text, 5, '0') AS plate,
       now() - make_interval(hours => n * 37 % 2900) AS at
FROM generate_series(1, :cars) AS n;

INSERT INTO vehicles_vehicle (id, vin, vin_tail, plate, plate_tail, engine_number, kind, energy, model, colour,
    stage, stage_since, registered_at, version)
SELECT id, vin, right(vin, 4), plate, right(plate, 4), '', 'car', 'ice', '大众 帕萨特 2.0T', '黑',
       'stored', at, at, 1
FROM coming;

INSERT INTO vehicles_access (vehicle_id, organisation_id, since)
SELECT id, o, at FROM coming, unnest(ARRAY[:court, :station, :agency]) AS o;

INSERT INTO court_case (id, court_id, judge_id, number, creditor, debtor, opened_at)
SELECT id || 'k', :court, :judge, '(2026)浙0105执' || n || '号', '甲银行', '乙某', at FROM coming;

INSERT INTO court_seizure (id, case_id, vehicle_id, rank, seized_on, until)
SELECT id || 's', id || 'k', id, 1, at::date, current_date + (n % 700)::int FROM coming;

INSERT INTO court_entrustment (id, case_id, vehicle_id, agency_id, state, procedure, scope, other, letter_media,
    ruling_media, sheet_media, offered_at, decided_at)
SELECT id || 'e', id || 'k', id, :agency, 'accepted', '', '', '', '', '', '', at, at FROM coming;

INSERT INTO court_command (id, kind, state, case_id, vehicle_id, court_id, station_id, agency_id, issued_by, due,
    note, issued_at, delivered_to, acknowledged_by, acknowledged_at)
SELECT id || 'c' || kind, kind, 'acknowledged', id || 'k', id, :court, :station, :agency, :judge,
       current_date + (n % 60 - 6)::int, '', at, '', '', at
FROM coming, unnest(ARRAY['survey', 'repair']) AS kind;

INSERT INTO trail_line (chain, number, at, clock_doubtful, act, subject, vehicle, "case", command, actor, role,
    organisation, device, address, facts, previous, hash)
SELECT 'bench', n * 20 + m, at + make_interval(hours => m), false,
       (ARRAY['court.register', 'court.accept', 'court.issue', 'intake.arrive', 'yard.place'])[1 + m % 5],
       'x' || id, id, id || 'k', '', '', '', :station, '', '', '{}', '', ''
FROM coming, generate_series(0, 19) AS m
"""
TABLES = (
    *("vehicles_vehicle", "vehicles_access", "court_case", "court_seizure"),
    *("court_entrustment", "court_command", "trail_line"),
)


def fill(connection: Connection, house: makers.House, cars: int) -> None:
    """The court's vehicles, with their deadlines."""
    values = {
        "cars": cars,
        "court": house.court.id,
        "station": house.station.id,
        "agency": house.agency.id,
        "judge": house.judge.person_id,
    }
    for statement in STATEMENTS.split(";\n"):
        connection.execute(text(statement), values)


def pages(client: FlaskClient) -> dict[str, Times]:
    """The court's pages, measured."""

    def page(address: str) -> Callable[[], object]:
        def ask() -> object:
            answer = client.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            return answer.data

        return ask

    return {
        "desk": measure(page("/watch/desk"), TIMES),
        "exceptions": measure(page("/watch/exceptions"), TIMES // 4),
        "statistics": measure(page("/watch/statistics"), TIMES // 4),
        "search": measure(page("/watch/search?q=7919"), TIMES // 4),
    }


def run(cars: int, folder: Path) -> dict[str, Times]:
    """The pages of a judge whose court holds so many vehicles."""
    server = embedded.start(folder / f"pg{cars}")
    try:
        migrate(server.owner_url, server.app_url, composition.append_only())
        home = folder / f"home{cars}"
        settings = Settings(home, server.app_url, server.owner_url, "bench", testing=True)
        app = composition.create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False  # the form's token would only be copied back
        with app.app_context():
            house = makers.make_house()
        owner = create_engine(server.owner_url, poolclass=NullPool)
        start = time.perf_counter()
        with owner.begin() as connection, app.app_context():
            fill(connection, house, cars)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in TABLES:
                connection.execute(text(f"VACUUM ANALYZE {table}"))
        print(f"{cars:>6} vehicles made in {time.perf_counter() - start:.0f} s", flush=True)
        client = app.test_client()
        sign_in(client, "judge")
        return pages(client)
    finally:
        server.stop()


def main() -> int:
    """Run and print."""
    composition.load_models()
    print("\n".join(machine.describe()[:3]))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for cars in SIZES:
            show(f"{cars * DEADLINES_EACH} open deadlines", run(cars, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
