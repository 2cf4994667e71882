"""A yard in use for three years, made in bulk by SQL in a scratch database: bays, cars, history.

Rows that the measured pages never read (trail, cases, tows) are not made, and references to them
are not checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

PER_ROW = 25
GENERATIONS = 9
"""Cars that have come and gone for each that stands there now: three years at four months each."""
MOVES, CARES = 3, 8
"""Moves of every car, and care acts of every car that stands there."""

STATEMENTS = """
SET LOCAL session_replication_role = replica;

INSERT INTO yard_row (id, station_id, zone, x, y, direction, gap, version)
SELECT :s || 'r' || n, :s, chr(65 + n / 4), 0, n * 9, 'east', 0, 1
FROM generate_series(0, :bays / :per_row) AS n;

INSERT INTO yard_bay (id, station_id, row_id, code, zone, number, kind)
SELECT :s || 'b' || n, :s, :s || 'r' || n / :per_row, zone || '-' || lpad(number::text, greatest(2, length(number::text)), '0'), zone, number,
       (ARRAY['ordinary', 'ordinary', 'covered', 'charging'])[1 + n / :per_row % 4]
FROM (SELECT n, chr(65 + n / (4 * :per_row)) AS zone, n % (4 * :per_row) + 1 AS number
      FROM generate_series(0, :bays - 1) AS n) AS one;

CREATE TEMPORARY TABLE coming ON COMMIT DROP AS
SELECT :s || 'v' || n AS id, n, n < :cars AS here,
       lpad((:first + n)::text, 17, 'LSVAA4182E2000000') AS vin,
       '浙' || chr(65 + (:first + n) / 100000 % 26) || lpad(((:first + n) * 7919 % 100000)::text, 5, '0') AS plate,
       now() - make_interval(hours => CASE WHEN n < :cars THEN n * 37 % 2900 ELSE 2900 + n * 61 % 23000 END) AS at
FROM generate_series(0, :cars * (1 + :generations) - 1) AS n;

INSERT INTO vehicles_vehicle (id, vin, vin_tail, plate, plate_tail, engine_number, kind, energy, model, colour,
    stage, stage_since, registered_at, version)
SELECT id, vin, right(vin, 4), plate, right(plate, 4), '', 'car', (ARRAY['ice', 'ice', 'bev'])[1 + n % 3],
       '大众 帕萨特 2.0T', '黑', CASE WHEN here THEN 'stored' ELSE 'released' END, at, at, 1
FROM coming;

INSERT INTO vehicles_access (vehicle_id, organisation_id, since) SELECT id, :s, at FROM coming;

INSERT INTO intake_intake (id, tow_id, vehicle_id, command_id, case_id, station_id, opened_at, finished_at,
    finished_by, number, sheet_media)
SELECT id || 'i', id || 't', id, id || 'c', id || 'k', :s, at, at, '林查', id || 'n', '' FROM coming;

INSERT INTO yard_stay (id, bay_id, vehicle_id, stored_since, since, until, seen_at, by_name)
SELECT id || 's' || m, :s || 'b' || (CASE WHEN here AND m = :moves THEN n ELSE (n * 13 + m) % :bays END), id, at,
       at + make_interval(hours => m), CASE WHEN here AND m = :moves THEN NULL ELSE at + make_interval(hours => m + 1) END,
       at, '马库'
FROM coming, generate_series(1, :moves) AS m;

INSERT INTO media_label_code (id, purpose, subject, issued_at)
SELECT upper(substr(md5(id), 1, 8)) || n, 'vehicle', 'vehicle:' || id, at FROM coming WHERE here;

INSERT INTO media_label_code (id, purpose, subject, issued_at)
SELECT upper(substr(md5(id), 1, 8)) || id, 'bay', 'bay:' || id, now() FROM yard_bay WHERE station_id = :s;

INSERT INTO yard_care (id, vehicle_id, bay_id, task, reading, media_id, note, by_person, by_name, at)
SELECT id || 'c' || m, id, :s || 'b' || n, 'M0' || (4 + m % 3), '', 'photo', '', 'p', '罗养', at + make_interval(days => m)
FROM coming, generate_series(1, :cares) AS m WHERE here
"""


@dataclass(frozen=True)
class Made:
    """How much one station got."""

    cars: int
    bays: int


def fill(connection: Connection, station_id: str, cars: int, first: int) -> Made:
    """Give a station `cars` standing cars and those before them, their serials from `first` on."""
    bays = cars + max(PER_ROW, cars // 4)
    values = {
        "s": station_id,
        "cars": cars,
        "bays": bays,
        "first": first,
        "per_row": PER_ROW,
        "generations": GENERATIONS,
        "moves": MOVES,
        "cares": CARES,
    }
    for statement in STATEMENTS.split(";\n"):
        connection.execute(text(statement), values)
    connection.execute(text("DROP TABLE coming"))
    return Made(cars, bays)


def settle(connection: Connection) -> None:
    """What autovacuum would have done by now."""
    for table in ("vehicles_vehicle", "vehicles_access", "yard_stay", "yard_bay", "yard_care"):
        connection.execute(text(f"VACUUM ANALYZE {table}"))
    for table in ("media_label_code", "intake_intake", "yard_row"):
        connection.execute(text(f"VACUUM ANALYZE {table}"))
