"""The weekly walk: each vehicle looked at in its bay, by scan, and never where the books say not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court.work_items import State
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from station.watch import work
from station.yard import count_desk, walk_desk, walk_reads
from station.yard import reads as yard
from station.yard.count_desk import Look
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def lines() -> int:
    return db.session.query(TrailLine).count()


def test_who_was_passed_is_not_due_for_a_week(app: Flask, house: House) -> None:
    with app.app_context():
        bays = makers.make_bays(house)
        car = makers.make_stored(house, bays[0]).vehicle
        (one,) = walk_reads.list_walk(house.keeper)
        assert one.is_due(clock.now())
        with act():
            walk_desk.walk(house.keeper, car, bays[0], by_label=True)
        (one,) = walk_reads.list_walk(house.keeper)
        assert not one.is_due(clock.now() + timedelta(days=6))
        assert one.is_due(clock.now() + timedelta(days=8))
        line = db.session.query(TrailLine).filter_by(act="yard.walk").one()
        assert (line.vehicle, line.facts["bay"]) == (car.id, bays[0].code)
        found = {one.item.id: one for one in work.work_of(car).found}
        assert found["care.walk"].state is State.DONE


def test_a_car_in_another_bay_than_the_books_say_is_refused(app: Flask, house: House) -> None:
    with app.app_context():
        bays = makers.make_bays(house)
        car = makers.make_stored(house, bays[0]).vehicle
        stay = yard.find_stay(car.id)
        assert stay is not None
        seen, before = stay.seen_at, lines()
        with pytest.raises(Refused, match="walk_elsewhere") as refused, act():
            walk_desk.walk(house.keeper, car, bays[1], by_label=True)
        assert refused.value.values == {"bay": bays[0].code, "seen": bays[1].code}
        db.session.expire_all()
        stay = yard.find_stay(car.id)
        assert stay is not None
        assert (stay.seen_at, lines()) == (seen, before)


def test_the_page_takes_one_scan_after_the_other(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        bays = makers.make_bays(house)
        car = makers.make_stored(house, bays[0]).vehicle
        tail, here, there = car.vin_tail, bays[0].code, bays[1].code
    client.post("/sign-in", data={"login": "yard_keeper", "password": PASSWORD})
    assert "还没有巡过" in client.get("/yard/walk").text
    wrong = client.post("/yard/walk", data={"car": "0000"})
    assert wrong.status_code == 404
    assert "没有找到" in wrong.text
    other = client.post("/yard/walk", data={"car": tail, "bay": there})
    assert other.status_code == 409
    done = client.post("/yard/walk", data={"car": tail, "bay": here})
    assert done.status_code == 303
    page = client.get(done.location).text
    assert "本周都巡过了" in page
    assert "1 / 1" in page


def test_an_approved_count_stands_in_the_story_of_every_vehicle_that_was_seen(
    app: Flask, house: House
) -> None:
    with app.app_context():
        bays = makers.make_bays(house)
        seen = makers.make_stored(house, bays[0]).vehicle
        lost = makers.make_stored(house, bays[1], number=1235, plate="浙A54321").vehicle
        with act():
            count = count_desk.open_count(house.keeper)
        with act():
            count_desk.join(house.inspector, count)
        with act():
            count_desk.see(house.keeper, count, Look(seen, bays[0]))
        for counter in (house.keeper, house.inspector):
            with act():
                count_desk.sign(counter, count)
        with act():
            count_desk.approve(house.manager, count)
        told = db.session.query(TrailLine).filter_by(act="yard.count").all()
        assert {line.vehicle for line in told} == {seen.id, ""}
        assert lost.id not in {line.vehicle for line in told}
        found = {one.item.id: one for one in work.work_of(seen).found}
        assert found["care.count"].state is State.DONE
