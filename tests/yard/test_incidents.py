"""What happens to a held vehicle: told the same day, decided by the judge, settled with its cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import reads as intake_reads
from station.notices import reads as notices
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.vehicles.models import Vehicle
from station.watch import reads as watch
from station.watch import rules as watch_rules
from station.watch.rules import Concern
from station.yard import incident_desk, incident_reads, incidents
from station.yard.incident_models import Incident
from station.yard.incidents import IncidentKind, IncidentState, Told
from tests.intake import makers as intake
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def told(**changes: object) -> Told:
    usual = Told(
        IncidentKind.WEATHER, clock.today(), "冰雹打在发动机舱盖上，有三处凹陷", "front", 80_000
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def make_car(house: House) -> Vehicle:
    (bay,) = makers.make_bays(house, "A", 1)
    return makers.make_stored(house, bay).vehicle


def report(house: House, car: Vehicle, **changes: object) -> Incident:
    picture = intake.keep(house.keeper, car, incident_reads.PICTURE, "")
    with act():
        return incident_desk.report(house.keeper, car, told(**changes), [picture])


def test_an_incident_is_told_decided_and_settled_with_pictures_and_cost(ctx: Flask) -> None:
    house = make_house()
    car = make_car(house)
    row = report(house, car)
    gate_in = intake_reads.find_intake(car.id)
    assert gate_in is not None
    assert row.before == intake_reads.gate_photos(gate_in)["front"].id
    assert [n for n in notices.list_outbox(house.judge) if n.subject == row.subject]
    held = watch.list_held(house.judge, mine=True)
    needs = watch_rules.needs(watch.gather(house.judge, held), clock.now())
    assert [n.subject for n in needs if n.concern is Concern.INCIDENT] == [row.id]
    after = intake.keep(house.keeper, car, incident_reads.PICTURE, "after")
    before = count_lines()
    with pytest.raises(Refused, match="incident_step"), act():
        incident_desk.settle(house.keeper, row, "已修复", 75_000, "服务站", [after])
    assert count_lines() == before
    with act():
        incident_desk.decide(house.judge, row, "由服务站修复并负担费用")
    with act():
        incident_desk.settle(house.keeper, row, "已修复", 75_000, "服务站", [after])
    assert (row.state, row.cost_fen, row.after) == (IncidentState.SETTLED, 75_000, [after.id])
    line = find_last_line(row.subject)
    assert line is not None
    assert (line.act, line.facts["amount_fen"]) == ("yard.incident_settle", 75_000)
    with pytest.raises(Refused, match="incident_step"), act():
        incident_desk.decide(house.judge, row, "再说一次")


def test_an_incident_told_later_says_how_many_days(ctx: Flask) -> None:
    house = make_house()
    row = report(house, make_car(house), happened_on=clock.today() - timedelta(days=2))
    line = find_last_line(row.subject)
    assert line is not None
    assert line.facts["days_late"] == 2
    assert incidents.days_late(clock.today(), clock.today()) == 0


@pytest.mark.parametrize(
    ("changes", "pictures", "code"),
    [
        ({"what": "坏了"}, 1, "incident_what"),
        ({"estimate": -1}, 1, "incident_cost"),
        ({}, 0, "incident_picture"),
    ],
)
def test_an_incident_says_what_happened_and_shows_it(
    changes: dict[str, object], pictures: int, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        incidents.check_told(told(**changes), pictures, clock.today())
    tomorrow = told(happened_on=clock.today() + timedelta(days=1))
    with pytest.raises(Refused, match="incident_day"):
        incidents.check_told(tomorrow, 1, clock.today())


def test_a_picture_of_another_vehicle_tells_nothing(ctx: Flask) -> None:
    house = make_house()
    car = make_car(house)
    other = intake.make_taken_in(house, number=1235, plate="浙A23456").vehicle
    picture = intake.keep(house.keeper, other, incident_reads.PICTURE, "")
    before = count_lines()
    with pytest.raises(Refused, match="incident_photo_other"), act():
        incident_desk.report(house.keeper, car, told(), [picture])
    assert (count_lines(), list(incident_reads.list_incidents(car.id))) == (before, [])


def test_the_judge_decides_on_the_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        row = report(house, make_car(house))
        incident_id, car = row.id, row.vehicle_id
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    assert "在库异常待处理：天气灾害" in client.get("/watch/desk").text
    page = client.get(f"/yard/incidents/{incident_id}").text
    assert "当天报告" in page
    empty = client.post(f"/yard/incidents/{incident_id}/decide", data={"decision": ""})
    assert empty.status_code == 422
    done = client.post(f"/yard/incidents/{incident_id}/decide", data={"decision": "由服务站修复"})
    assert done.status_code == 303
    assert "由服务站修复" in client.get(done.location).text
    assert "冰雹" in client.get(f"/watch/vehicles/{car}").text
