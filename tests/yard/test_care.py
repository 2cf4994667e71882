"""Care: what is due, what a reading asks for, and who is told."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.vehicles.rules import Energy
from station.yard import desk, reads
from station.yard.desk import Done
from station.yard.models import Care
from station.yard.rules import PLAN, ReadingState
from tests.intake import makers as gate
from tests.makers import House, make_house
from tests.yard import makers

M01, M02, M05 = PLAN["M01"], PLAN["M02"], PLAN["M05"]


def days_ago(days: int) -> AbstractContextManager[None]:
    return clock.moved_to(clock.now() - timedelta(days=days))


def do(house: House, vehicle: object, done: Done) -> Care:
    with act():
        return desk.care(house.mechanic, vehicle, done, seen_by="label")  # type: ignore[arg-type]


def test_what_is_due_comes_in_walking_order_and_only_when_it_is_due(ctx: Flask) -> None:
    house = make_house()
    with days_ago(8):
        first, _second, third = makers.make_bays(house, "A", 3)
        lower = makers.make_bays(house, "B", 2)
        makers.make_stored(house, lower[0], number=1234)
        makers.make_stored(house, lower[1], number=1235, plate="浙A54321")
        makers.make_stored(house, third, number=1236, plate="浙A66666")
        makers.make_stored(house, first, number=1237, plate="浙A77777")
    assert reads.list_due(house.mechanic, clock.today() - timedelta(days=2)) == []
    cars = reads.list_due(house.mechanic, clock.today())
    assert [car.stay.bay.code for car in cars] == ["A-01", "A-03", "B-02", "B-01"]
    assert {task.id for task in cars[0].tasks} == {"M05", "M06"}
    assert cars[0].overdue_days == 1


def test_done_care_is_not_due_again_until_its_period_has_passed(ctx: Flask) -> None:
    house = make_house()
    with days_ago(8):
        bay = makers.make_bays(house)[0]
        row = makers.make_stored(house, bay)
    photo = makers.care_photo(house, row.vehicle)
    done = do(house, row.vehicle, Done(M05, None, photo.id))
    due = reads.list_due(house.mechanic, clock.today())[0]
    assert [task.id for task in due.tasks] == ["M06"]
    line = find_last_line(done.subject)
    assert line is not None
    assert (line.act, line.facts["task"], line.facts["seen_by"], line.command) == (
        "yard.care",
        "M05",
        "label",
        row.command_id,
    )
    assert due.stay.seen_at == done.at


def test_a_reading_out_of_range_opens_a_follow_up_and_is_told_to_the_court(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = makers.make_stored(house, bay)
    photo = makers.care_photo(house, row.vehicle)
    done = do(house, row.vehicle, Done(M01, 11_900, photo.id))
    assert done.state is ReadingState.ACT
    line = find_last_line(done.subject)
    assert line is not None
    assert (line.facts["value"], line.facts["state"], line.facts["in_range"]) == (
        11_900,
        "act",
        False,
    )
    assert house.court.id in reads.told_of_care(line)
    assert reads.list_due(house.mechanic, clock.today()) == []
    tomorrow = reads.list_due(house.mechanic, clock.today() + timedelta(days=1))
    assert [row.task for row in tomorrow[0].follow_ups] == ["M01"]


def test_a_good_reading_closes_the_follow_up_and_stays_in_the_station(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = makers.make_stored(house, bay)
    photo = makers.care_photo(house, row.vehicle)
    do(house, row.vehicle, Done(M01, 11_900, photo.id))
    do(house, row.vehicle, Done(M01, 12_000, photo.id))
    assert len(reads.list_follow_ups([row.vehicle_id])) == 1
    good = do(house, row.vehicle, Done(M01, 12_700, photo.id))
    assert reads.list_follow_ups([row.vehicle_id]) == []
    line = find_last_line(good.subject)
    assert line is not None
    assert reads.told_of_care(line) == set()
    log = [(care.value, care.state) for care in reads.list_care(row.vehicle_id)]
    assert log == [
        (12_700, ReadingState.GOOD),
        (12_000, ReadingState.ACT),
        (11_900, ReadingState.ACT),
    ]


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (Done(M01, None, "photo"), "reading_missing"),
        (Done(M01, 99_000, "photo"), "reading_impossible"),
        (Done(M02, 50, "photo"), "care_not_for"),
    ],
)
def test_care_that_cannot_be_is_refused_and_not_written(ctx: Flask, done: Done, code: str) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = makers.make_stored(house, bay)
    photo = makers.care_photo(house, row.vehicle)
    before = db.session.scalar(select(func.count()).select_from(TrailLine))
    with pytest.raises(Refused) as refusal, act():
        desk.care(house.mechanic, row.vehicle, replace(done, media_id=photo.id), seen_by="label")
    assert refusal.value.code == code
    assert db.session.scalar(select(func.count()).select_from(TrailLine)) == before
    assert reads.list_care(row.vehicle_id) == []


def test_an_electric_car_has_its_charge_checked(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = makers.make_stored(house, bay, energy=Energy.BEV)
    later = reads.list_due(house.mechanic, clock.today() + timedelta(days=30))[0]
    assert "M02" in {task.id for task in later.tasks}
    photo = makers.care_photo(house, row.vehicle)
    alarm = do(house, row.vehicle, Done(M02, 15, photo.id))
    assert alarm.state is ReadingState.ALARM
    again = reads.list_due(house.mechanic, clock.today())[0]
    assert [one.task for one in again.follow_ups] == ["M02"]


def test_a_car_that_stands_in_no_bay_is_not_cared_for(ctx: Flask) -> None:
    house = make_house()
    row = gate.make_taken_in(house)
    photo = makers.care_photo(house, row.vehicle)
    with pytest.raises(Refused) as refusal, act():
        desk.care(house.mechanic, row.vehicle, Done(M05, None, photo.id), seen_by="label")
    assert refusal.value.code == "care_not_here"


def test_a_photo_of_another_car_proves_nothing(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house)
    row = makers.make_stored(house, bays[0])
    other = makers.make_stored(house, bays[1], number=1235, plate="浙A54321")
    photo = makers.care_photo(house, other.vehicle)
    with pytest.raises(Refused) as refusal, act():
        desk.care(house.mechanic, row.vehicle, Done(M05, None, photo.id), seen_by="label")
    assert refusal.value.code == "care_photo_other"
