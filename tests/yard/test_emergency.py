"""Without a command: refused, or in an emergency done with its reason and put before the judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.court import desk as court
from station.court import emergency_desk
from station.court import reads as court_reads
from station.court.models import Emergency
from station.court.rules import EmergencyState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import tow_desk
from station.intake.models import Intake
from station.trail.models import TrailLine
from station.trail.reads import find_faults, find_last_line, list_values
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.watch import reads as watch
from station.watch import rules as needs
from station.yard import desk, rules
from station.yard.models import Bay, Stay
from tests.intake import makers as gate
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers

FLOOD = "仓库进水，水位已到轮胎"


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def forsaken(house: House) -> Intake:
    """A vehicle at the gate, fully recorded, whose command was taken back."""
    intake = gate.make_arrived(house)
    gate.record_everything(house, intake)
    with act():
        court.revoke(house.judge, intake.command, "当事人和解")
    return intake


def reported(house: House, vehicle: Vehicle, who: Actor | None = None) -> Emergency:
    with act():
        return emergency_desk.report(who or house.keeper, vehicle, FLOOD)


def finish_and_put(house: House, intake: Intake, bay: Bay) -> Stay:
    with act():
        gate.desk.finish(house.inspector, intake)
    return makers.put(house, intake.vehicle, bay)


def lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def refuse(code: str, deed: object, *given: object, **named: object) -> None:
    """The deed is refused, and nothing changed and nothing was written."""
    before = lines(), db.session.query(Emergency).count(), db.session.query(Stay).count()
    with pytest.raises(Refused) as refusal, act():
        deed(*given, **named)  # type: ignore[operator]
    assert refusal.value.code == code
    assert before == (
        lines(),
        db.session.query(Emergency).count(),
        db.session.query(Stay).count(),
    )


def test_a_car_without_a_command_is_moved_only_after_the_emergency_was_said(
    app: Flask, house: House
) -> None:
    with app.app_context():
        first, second = makers.make_bays(house)[:2]
        intake = forsaken(house)
        refuse("command_revoked", gate.desk.finish, house.inspector, intake)
        emergency = reported(house, intake.vehicle)
        stay = finish_and_put(house, intake, first)
        assert intake.vehicle.stage is Stage.STORED
        moved = makers.put(house, intake.vehicle, second)
        photo = makers.care_photo(house, intake.vehicle)
        task = next(one for one in rules.PLAN.values() if one.reading == "battery_mv")
        done = desk.Done(task, 12_600, photo.id)
        with act():
            care = desk.care(house.mechanic, intake.vehicle, done, seen_by="label")
        assert care.command_id is None
        for subject in (intake.subject, f"stay:{stay.id}", f"stay:{moved.id}", care.subject):
            line = find_last_line(subject)
            assert line is not None
            assert line.command == emergency.subject
            assert line.facts["without_command"] is True
            assert line.case == emergency.case_id
        told = find_last_line(emergency.subject)
        assert told is not None
        assert (told.act, told.command) == ("court.act_without", "")
        assert list_values(told)["reason"] == FLOOD
        assert FLOOD not in str(told.facts)
        assert list(find_faults()) == []


def test_a_tow_on_the_road_may_come_in_although_its_command_was_taken_back(
    app: Flask, house: House
) -> None:
    with app.app_context():
        tow = gate.make_towing(house)
        driver = gate.driver_of(tow, house)
        with act():
            court.revoke(house.judge, tow.command, "当事人和解")
        refuse("command_revoked", tow_desk.arrive, driver, tow, gate.AT_GATE)
        emergency = reported(house, tow.vehicle)
        with act():
            tow_desk.arrive(driver, tow, gate.AT_GATE)
        line = find_last_line(tow.subject, "intake.arrive")
        assert line is not None
        assert line.command == emergency.subject


def test_it_waits_on_the_judges_desk_until_it_is_answered(app: Flask, house: House) -> None:
    with app.app_context():
        intake = forsaken(house)
        emergency = reported(house, intake.vehicle)
        held = watch.list_held(house.judge, mine=True)

        def waiting() -> list[str]:
            found = needs.needs(watch.gather(house.judge, held), clock.now())
            return [one.subject for one in found if one.concern is needs.Concern.EMERGENCY]

        assert waiting() == [emergency.id]
        refuse("objection_reason", emergency_desk.answer, house.judge, emergency, " ", agree=False)
        assert waiting() == [emergency.id]
        with act():
            emergency_desk.answer(house.judge, emergency, "同意", agree=True)
        assert waiting() == []
        line = find_last_line(emergency.subject)
        assert line is not None
        assert (line.act, list_values(line)["reason"]) == ("court.ratify", "同意")
        refuse("emergency_step", emergency_desk.answer, house.judge, emergency, "", agree=True)
        assert court_reads.get_cover(house.inspector, intake.vehicle_id, "intake.finish")


def test_an_objection_ends_it_at_once_and_leaves_what_was_done(app: Flask, house: House) -> None:
    with app.app_context():
        first, second = makers.make_bays(house)[:2]
        intake = forsaken(house)
        emergency = reported(house, intake.vehicle)
        finish_and_put(house, intake, first)
        with act():
            emergency_desk.answer(house.judge, emergency, "并无危险", agree=False)
        assert emergency.state is EmergencyState.OBJECTED
        refuse("command_revoked", desk.put, house.keeper, intake.vehicle, second, by_label=True)
        assert intake.vehicle.stage is Stage.STORED


def test_an_objection_is_not_undone_by_saying_it_again(app: Flask, house: House) -> None:
    with app.app_context():
        intake = forsaken(house)
        emergency = reported(house, intake.vehicle)
        with act():
            emergency_desk.answer(house.judge, emergency, "并无危险", agree=False)
        refuse("emergency_objected", emergency_desk.report, house.keeper, intake.vehicle, FLOOD)
        with clock.moved_to(clock.now() + timedelta(hours=25)):
            assert reported(house, intake.vehicle).state is EmergencyState.REPORTED


def test_it_covers_a_day_only_and_neither_release_nor_sale(app: Flask, house: House) -> None:
    with app.app_context():
        intake = forsaken(house)
        reported(house, intake.vehicle)
        refuse("emergency_reported", emergency_desk.report, house.keeper, intake.vehicle, FLOOD)
        for name in ("release.hand_over", "showroom.draft", "intake.tow_dispatched"):
            with pytest.raises(Refused):
                court_reads.get_cover(house.keeper, intake.vehicle_id, name)
        with clock.moved_to(clock.now() + timedelta(hours=25)):
            with pytest.raises(Refused, match="command_revoked"):
                court_reads.get_cover(house.inspector, intake.vehicle_id, "intake.finish")
            reported(house, intake.vehicle)  # the danger is not over, though nobody answered yet


def test_only_a_car_in_the_stations_hands_and_a_real_reason(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = gate.make_ordered(house).vehicle
        refuse("emergency_not_here", emergency_desk.report, house.keeper, vehicle, FLOOD)
        intake = gate.make_arrived(house, number=1235)
        for text in ("", "  急  ", "长" * 201):
            refuse("emergency_reason", emergency_desk.report, house.keeper, intake.vehicle, text)


def test_another_station_gains_nothing_by_it(app: Flask, house: House) -> None:
    with app.app_context():
        intake = forsaken(house)
        reported(house, intake.vehicle)
        stranger = replace(house.inspector, organisation_id=house.other_court.id)
        with pytest.raises(Refused, match="no_command"):
            court_reads.get_cover(stranger, intake.vehicle_id, "intake.finish")


# --- in the browser


def device(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return client


def test_from_the_refusal_to_the_judges_answer_in_the_browser(app: Flask, house: House) -> None:
    with app.app_context():
        makers.make_bays(house)
        intake = forsaken(house)
        vehicle, tail, address = intake.vehicle_id, intake.vehicle.vin[-4:], f"/intake/{intake.id}"
    keeper, inspector = device(app, "yard_keeper"), device(app, "inspector")
    refused = inspector.post(f"{address}/finish")
    assert refused.status_code == 409
    assert "/court/emergencies/new" in refused.text
    found = keeper.get("/court/emergencies/new", query_string={"tail": tail})
    assert found.location == f"/court/vehicles/{vehicle}/emergency"
    assert keeper.post(found.location, data={"reason": "急"}).status_code == 422
    shown = keeper.post(found.location, data={"reason": FLOOD}).location
    assert inspector.post(f"{address}/finish").status_code == 303
    judge = device(app, "judge")
    assert FLOOD in judge.get("/watch/desk").text
    assert shown in judge.get("/watch/desk").text
    page = judge.get(shown).text
    assert "完成入库查验" in page
    story = judge.get(f"/watch/vehicles/{vehicle}").text
    assert shown in story
    for login, status in (("other_judge", 404), ("agency_manager", 200), ("other_agent", 404)):
        assert device(app, login).get(shown).status_code == status
    assert device(app, "other_judge").post(shown, data={"verdict": "ratify"}).status_code == 404
    assert keeper.post(shown, data={"verdict": "ratify"}).status_code == 403
    assert judge.post(shown, data={"verdict": "ratify"}).status_code == 303
    assert FLOOD not in judge.get("/watch/desk").text.split("recent")[0]
