"""People talk about a vehicle: everybody concerned reads it, nobody else; reminders come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.watch import reads as watch
from station.watch import rules, talk
from station.watch.models import Said
from tests.court import makers
from tests.makers import PASSWORD, House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def sign_in(client: FlaskClient, login: str) -> None:
    client.post("/sign-in", data={"login": login, "password": PASSWORD})


def test_what_one_says_the_others_read_and_it_is_seen_that_they_have(
    app: Flask, house: House
) -> None:
    with app.app_context():
        vehicle = makers.acknowledged(house).vehicle_id
    page = f"/watch/vehicles/{vehicle}/talk"
    judge, agent, other = (app.test_client() for _ in range(3))
    sign_in(judge, "judge")
    sign_in(agent, "agency_manager")
    sign_in(other, "other_judge")
    assert judge.post(page, data={"text": "周五前能拍完照片吗？"}).status_code == 303
    assert "还没有人读过" in judge.get(page).text
    assert "1 条未读" in agent.get(f"/watch/vehicles/{vehicle}").text
    assert "周五前能拍完照片吗？" in agent.get(page).text
    assert "条未读" not in agent.get(f"/watch/vehicles/{vehicle}").text
    assert "已读：" in judge.get(page).text
    assert other.get(page).status_code == 404
    assert other.post(page, data={"text": "x"}).status_code == 404
    with app.app_context():
        line = db.session.query(TrailLine).filter_by(act="watch.say").one()
        assert "周五" not in str(line.facts)
        assert db.session.query(Said).count() == 1


def test_a_reminder_is_on_the_judges_desk_until_it_is_settled(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = vehicles.get_any(makers.acknowledged(house).vehicle_id)
        day = clock.today() + timedelta(days=3)
        with act():
            row = talk.say(house.agent, vehicle, "请法官确认参考价", day)

        def reminded() -> list[str]:
            held = watch.list_held(house.judge, mine=True)
            needs = rules.needs(watch.gather(house.judge, held), clock.now())
            return [
                str(one.values["what"]) for one in needs if one.concern is rules.Concern.REMINDER
            ]

        assert reminded() == []
        with clock.moved_to(clock.now() + timedelta(days=3)):
            assert reminded() == ["请法官确认参考价"]
            with act():
                talk.settle(house.judge, row)
            assert reminded() == []
            with pytest.raises(Refused, match="settled_already"), act():
                talk.settle(house.agent, row)


@pytest.mark.parametrize(("text", "days"), [("", 1), ("x" * 501, 1), ("好", -1)])
def test_too_little_too_much_and_a_past_day_are_refused(
    app: Flask, client: FlaskClient, house: House, text: str, days: int
) -> None:
    with app.app_context():
        vehicle = makers.acknowledged(house).vehicle_id
    sign_in(client, "judge")
    day = (clock.today() + timedelta(days=days)).isoformat()
    page = client.post(f"/watch/vehicles/{vehicle}/talk", data={"text": text, "remind_on": day})
    assert page.status_code == 422
    assert text in page.text
    with app.app_context():
        assert db.session.query(Said).count() == 0


def test_what_belongs_to_another_vehicle_is_not_settled_here(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = makers.acknowledged(house).vehicle_id
        other = makers.entrusted(house, makers.OTHER_VIN, "浙A54321").vehicle_id
        with act():
            said = talk.say(house.judge, vehicles.get_any(other), "看一下", None).id
    with app.test_client() as client:
        sign_in(client, "judge")
        assert client.post(f"/watch/vehicles/{vehicle}/talk/{said}").status_code == 404
