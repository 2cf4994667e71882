"""The custodian may not use the car: odometers, engines, and care that was done from a desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.court import desk as court_desk
from station.court import reads as court_reads
from station.court.models import Command
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake.models import Intake
from station.people.models import Organisation
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.watch import reads as watch
from station.watch.rules import Concern, needs
from station.yard import desk, mileage_desk, mileage_reads, reads
from station.yard.desk import Done
from station.yard.mileage import LIMIT_KM, Mileage, Odd, judge_odometer, odd_care
from station.yard.models import Care, OdometerRow
from station.yard.rules import PLAN
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House, make_house
from tests.yard import makers

M04, M05, M08, M12 = (PLAN[task] for task in ("M04", "M05", "M08", "M12"))
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


# --- rules


@pytest.mark.parametrize(
    ("before", "now", "movements", "state"),
    [
        (None, 80_000, 0, Mileage.FIRST),
        (80_000, 80_000, 0, Mileage.ALLOWED),
        (80_000, 80_001, 0, Mileage.ALLOWED),
        (80_000, 80_002, 0, Mileage.USED),
        (80_000, 80_001 + LIMIT_KM, 1, Mileage.ALLOWED),
        (80_000, 80_002 + LIMIT_KM, 1, Mileage.USED),
        (80_000, 79_999, 9, Mileage.LOWER),
    ],
)
def test_an_odometer_grows_by_what_movements_explain(
    before: int | None, now: int, movements: int, state: Mileage
) -> None:
    assert judge_odometer(before, now, movements).state is state


@pytest.mark.parametrize("km", [-1, 2_000_001])
def test_what_no_odometer_shows_is_refused(km: int) -> None:
    with pytest.raises(Refused):
        judge_odometer(None, km, 0)


@pytest.mark.parametrize(
    ("seen_by", "seconds", "odd"),
    [
        ("label", 60, None),
        ("bay", 60, None),
        ("typed", 60, Odd.TYPED),
        ("label", 24, Odd.FAST),  # 10 s of work and 30 m at 2 m/s
        ("label", 25, None),
    ],
)
def test_nobody_is_at_two_cars_at_once(seen_by: str, seconds: int, odd: Odd | None) -> None:
    last = (NOON - timedelta(seconds=seconds), (0.0, 0.0))
    assert odd_care(seen_by, NOON, (30.0, 0.0), last) is odd


# --- odometers


def read(house: House, row: Intake, km: int, *, twice: bool = False) -> OdometerRow:
    with act():
        return mileage_desk.read_odometer(house.mechanic, row.vehicle, km, looked_twice=twice)


def at_the_gate(row: Intake) -> int:
    km, _ = mileage_reads.find_last_reading(row.vehicle_id)
    assert km is not None
    return km


def concerns(house: House) -> list[Concern]:
    held = watch.list_held(house.judge, mine=False)
    return [need.concern for need in needs(watch.gather(house.judge, held), clock.now())]


def test_a_car_that_was_driven_is_told_to_the_judge(ctx: Flask) -> None:
    house = make_house()
    first, second, _ = makers.make_bays(house)
    row = makers.make_stored(house, first)
    makers.put(house, row.vehicle, second)
    km = at_the_gate(row)
    fine = read(house, row, km + 1 + 2 * LIMIT_KM)  # into its bay, and into the next
    assert fine.state is Mileage.ALLOWED
    assert Concern.MILEAGE not in concerns(house)
    used = read(house, row, km + 40)
    line = find_last_line(f"odometer:{used.id}")
    assert line is not None
    assert (line.act, line.facts["growth"], line.facts["allowed"], line.command) == (
        "yard.odometer",
        39 - 2 * LIMIT_KM,
        1,
        row.command_id,
    )
    assert house.court.id in mileage_reads.told_of_odometer(line)
    assert Concern.MILEAGE in concerns(house)


def test_an_odometer_that_went_back_is_looked_at_twice(ctx: Flask) -> None:
    house = make_house()
    row = makers.make_stored(house, makers.make_bays(house)[0])
    km, before = at_the_gate(row), count_lines()
    with pytest.raises(Refused) as refusal:
        read(house, row, km - 5)
    assert (refusal.value.code, count_lines()) == ("odometer_lower", before)
    assert mileage_reads.list_odometers(row.vehicle_id) == []
    assert read(house, row, km - 5, twice=True).state is Mileage.LOWER
    assert Concern.MILEAGE in concerns(house)


# --- engines


def give_leave(house: House, row: Intake, days: int = 30) -> Command:
    station = db.session.get_one(Organisation, house.station.id)
    with act():
        return court_desk.issue(
            house.judge,
            CommandKind.RUN_ENGINE,
            row.vehicle,
            station,
            due=clock.today() + timedelta(days=days),
        )


def with_keys(house: House) -> Intake:
    return makers.make_stored(house, makers.make_bays(house)[0])


def run(house: House, row: Intake) -> Care:
    photo = makers.care_photo(house, row.vehicle)
    with act():
        return desk.care(house.mechanic, row.vehicle, Done(M08, None, photo.id), seen_by="label")


def test_no_engine_is_started_without_the_courts_leave(ctx: Flask) -> None:
    house = make_house()
    row = with_keys(house)
    photo = makers.care_photo(house, row.vehicle)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        desk.care(house.mechanic, row.vehicle, Done(M08, None, photo.id), seen_by="label")
    assert (refusal.value.code, count_lines()) == ("no_leave_to_run", before)
    leave = give_leave(house, row)
    with pytest.raises(Refused) as refusal:  # issued, but nobody has signed for it
        run(house, row)
    assert refusal.value.code == "no_leave_to_run"
    with act():
        court_desk.acknowledge(house.mechanic, leave)
    assert M08 in {
        t.task
        for t in reads.rules.due_by(reads.as_stored(row.vehicle), clock.today() + timedelta(30))
    }
    done = run(house, row)
    line = find_last_line(done.subject)
    assert line is not None
    assert (line.act, line.command) == ("yard.run_engine", leave.id)
    assert db.session.get_one(Command, leave.id).state is CommandState.DONE
    assert run(house, row).task == "M08"  # until its last day it covers the next run too


def test_leave_ends_with_its_day_and_makes_room_for_another(ctx: Flask) -> None:
    house = make_house()
    row = with_keys(house)
    leave = give_leave(house, row, days=3)
    with act():
        court_desk.acknowledge(house.mechanic, leave)
    with pytest.raises(Refused) as refusal:
        give_leave(house, row)
    assert refusal.value.code == "commanded_already"
    with clock.moved_to(clock.now() + timedelta(days=4)):
        with pytest.raises(Refused) as refusal:
            run(house, row)
        assert refusal.value.code == "leave_to_run_over"
        give_leave(house, row)
        found = court_reads.find_command(row.vehicle_id, CommandKind.RUN_ENGINE)
    assert found is not None
    assert found.id != leave.id


def test_leave_is_for_cars_in_the_yard(ctx: Flask) -> None:
    house = make_house()
    row = gate.make_taken_in(house)
    with pytest.raises(Refused) as refusal:
        give_leave(house, row)
    assert refusal.value.code == "not_in_yard"
    assert court_reads.find_command(row.vehicle_id, CommandKind.RUN_ENGINE) is None


# --- done from a desk


def test_care_of_two_cars_at_once_is_flagged_and_listed(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house)
    rows = [
        makers.make_stored(house, bays[0]),
        makers.make_stored(house, bays[2], number=1235, plate="浙A54321"),
    ]
    photos = [makers.care_photo(house, row.vehicle) for row in rows]
    marks = []
    for row, photo, seen_by in zip(rows, photos, ("label", "bay"), strict=True):
        with act():
            done = desk.care(
                house.mechanic, row.vehicle, Done(M05, None, photo.id), seen_by=seen_by
            )
        marks.append(done.odd)
    assert marks == ["", "fast"]
    line = find_last_line(done.subject)
    assert line is not None
    assert line.facts["odd"] == "fast"
    assert [care.id for care in mileage_reads.list_odd(house.manager)] == [done.id]


# --- the page


def test_a_mechanic_reads_the_odometer_with_the_care(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        again = make_again(house)
        row = makers.make_stored(again, makers.make_bays(again)[0])
        vehicle_id, km = row.vehicle_id, at_the_gate(row)
        photo = makers.care_photo(again, row.vehicle).id
    sign_in(client, "mechanic")
    typed = {"task": "M05", "seen": "A-01", "photo_kept": photo}
    address = f"/yard/care/{vehicle_id}"
    lower = client.post(address, data={**typed, "odometer": str(km - 1)})
    assert lower.status_code == 422
    assert 'name="looked_twice"' in lower.text
    with context(app):
        assert reads.list_care(vehicle_id) == []
    assert client.post(address, data={**typed, "odometer": "x"}).status_code == 422
    good = client.post(address, data={**typed, "odometer": str(km + 1)})
    assert good.status_code == 303
    page = client.get(address).text
    assert "与挪车相符" in page
    assert "未扫码，手工输入" in page
    assert "1 条养护存疑" in client.get("/yard/care").text
    assert "未扫码，手工输入" in client.get("/yard/care/odd").text
