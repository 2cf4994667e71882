"""Points as pages show them: from the trail alone, each with its lines, never full by silence."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court import desk as court
from station.ground import clock
from station.ground.database import act, db
from station.scores import reads
from station.scores.ruleset import Standing
from station.trail import desk as trail
from station.vehicles.models import Vehicle
from tests.court import makers as court_makers
from tests.intake import makers as intake_makers
from tests.makers import PASSWORD, House, make_house
from tests.watch.makers import a_vin, days_ago
from tests.yard import makers as yard_makers


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """As a person would."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return client


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests with a browser."""
    with app.app_context():
        return make_house()


def stored(house: House) -> Vehicle:
    """A vehicle that came in without a fault."""
    bay = yard_makers.make_bays(house)[0]
    return yard_makers.make_stored(house, bay, vin=a_vin(1)).vehicle


def test_the_points_of_a_real_vehicle_rest_on_its_own_trail_lines(ctx: Flask) -> None:
    house = make_house()
    points = reads.points_of(stored(house))
    said = {one.rule_id: one for dim in points.score.dims for one in dim.scored}
    assert set(said) == {
        "PRE-N01", "PRE-T01", "PRE-T02", "PRE-N02",
        "PRE-N04", "PRE-N05", "PRE-N06", "PRE-T03",
    }  # fmt: skip
    for one in said.values():
        assert one.points == 0, one
        assert one.lines
        assert set(one.lines) <= set(points.lines)
    assert points.score.total is None
    assert points.score.low < points.score.high


def test_a_late_signature_costs_points_on_the_page_of_the_vehicle(ctx: Flask) -> None:
    house = make_house()
    with clock.moved_to(days_ago(9)):
        command = intake_makers.make_ordered(house, vin=a_vin(2), acknowledged=False)
    with act():
        court.acknowledge(house.keeper, command)
    points = reads.points_of(command.vehicle)
    late = next(one for dim in points.score.dims for one in dim.scored if one.rule_id == "PRE-T01")
    assert late.points == -200
    acts = [points.lines[name].act for name in late.lines]
    assert acts == ["court.issue", "court.acknowledge"]


def test_many_vehicles_are_scored_as_each_alone(ctx: Flask) -> None:
    house = make_house()
    first = stored(house)
    second = court_makers.entrusted(house, a_vin(3), "浙A70003").vehicle
    with clock.moved_to(clock.now()):
        together = reads.score_all([first.id, second.id, "nobody"])
        assert together[first.id] == reads.points_of(first).score
        assert together[second.id] == reads.points_of(second).score
    silent = [one for dim in together["nobody"].dims for one in dim.scored]
    assert silent == []


def test_work_done_without_signal_is_scored_by_the_devices_time_unless_it_is_doubtful(
    ctx: Flask,
) -> None:
    house = make_house()
    vehicle = court_makers.entrusted(house, a_vin(4), "浙A70004").vehicle
    claimed = clock.now().replace(microsecond=0)
    with clock.moved_to(days_ago(-1)), act():
        late = trail.write(
            house.keeper, "yard.place", "vehicle:x", vehicle=vehicle.id, claimed=claimed
        )
    with clock.moved_to(days_ago(-30)), act():
        doubtful = trail.write(
            house.keeper, "yard.place", "vehicle:x", vehicle=vehicle.id, claimed=claimed
        )
    first, second = reads.events_of([late, doubtful])
    assert first.at == claimed
    assert second.at == doubtful.at


def test_the_page_links_every_line_to_its_place_in_the_story_and_names_what_is_not_scored(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
    page = sign_in(client, "judge").get(f"/scores/vehicles/{vehicle_id}").text
    links = set(re.findall(rf'/watch/vehicles/{vehicle_id}#(line-[^"]+)"', page))
    story = client.get(f"/watch/vehicles/{vehicle_id}").text
    assert len(links) >= 10
    for link in links:
        assert f'id="{link}"' in story
    assert page.count("尚未评分的规则：") == 3
    assert "总分的可能区间" in page
    assert "0.00 – 100.00" in page
    assert "等级" not in page.replace("暂不给出总分和等级", "")


def test_an_agency_sees_the_points_of_the_work_it_took_on_and_no_other(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        mine = court_makers.entrusted(house, a_vin(5), "浙A70005").vehicle_id
        seizure = court_makers.registered(house, a_vin(6), "浙A70006")
        offered = court_makers.offered(house, seizure)
        with act():
            court.decide(house.agent, offered, accept=False, reason="人手不足")
        declined = seizure.vehicle_id
    sign_in(client, "agency_manager")
    listed = client.get("/scores/").text
    assert mine in listed
    assert declined not in listed
    assert client.get(f"/scores/vehicles/{mine}").status_code == 200
    assert client.get(f"/scores/vehicles/{declined}").status_code == 404
    sign_in(client, "other_agent")
    assert "还没有可评的车辆" in client.get("/scores/").text
    assert client.get(f"/scores/vehicles/{mine}").status_code == 404


def test_only_courts_the_agency_and_the_station_manager_come_in(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
    path = f"/scores/vehicles/{vehicle_id}"
    statuses = {
        login: sign_in(client, login).get(path).status_code
        for login in ("clerk", "court_admin", "agency_manager", "station_manager")
    }
    assert set(statuses.values()) == {200}
    for login in ("inspector", "gate", "mechanic"):
        assert sign_in(client, login).get(path).status_code == 403
    assert sign_in(client, "other_judge").get(path).status_code == 404


def test_every_rule_of_the_table_is_on_the_page(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        vehicle = court_makers.registered(house, a_vin(7), "浙A70007").vehicle
        score = reads.points_of(vehicle).score
        waiting = [one for dim in score.dims for one in dim.waiting]
        assert all(one.standing is not Standing.SCORED and one.kept == 0 for one in waiting)
        ids = {one.rule_id for one in waiting}
        vehicle_id = vehicle.id
        db.session.rollback()
    page = sign_in(client, "judge").get(f"/scores/vehicles/{vehicle_id}").text
    assert len(ids) == 58
    assert all(rule in page for rule in ids)
