"""Fetching a vehicle: who is sent, what must be photographed, what a check-in says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import finding_desk, reads, tow_desk
from station.intake.findings import Source
from station.intake.models import CheckInRow, Intake, Tow
from station.intake.rules import Position, TowState, Whereabouts
from station.media.rules import Kind
from station.notices import reads as notices
from station.trail.models import TrailLine
from station.trail.reads import find_last_line, list_values
from station.vehicles import reads as vehicles
from station.vehicles.rules import Stage
from tests.intake import makers
from tests.makers import make_house


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def test_a_driver_is_sent_by_a_link_that_tells_nothing_personal(ctx: Flask) -> None:
    house = make_house()
    command = makers.make_ordered(house)
    with act():
        tow = tow_desk.dispatch(house.manager, command, "孙拖", "138 0013 8000")
    assert (tow.state, tow.driver_phone) == (TowState.DISPATCHED, "13800138000")
    notice = notices.list_outbox(house.manager)[0]
    assert notice.subject == tow.subject
    assert notice.code
    assert "/l/" in notice.link
    assert command.vehicle.plate not in notice.text
    assert "A12345" not in notice.text
    line = find_last_line(tow.subject)
    assert line is not None
    assert line.act == "intake.tow_dispatched"
    assert line.command == command.id
    assert line.case == command.case_id
    assert "孙拖" not in str(line.facts)
    assert list_values(line)["driver"] == "孙拖"


def test_no_driver_is_sent_before_the_command_is_signed_for(ctx: Flask) -> None:
    house = make_house()
    command = makers.make_ordered(house, acknowledged=False)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        tow_desk.dispatch(house.manager, command, "孙拖", "13800138000")
    assert refusal.value.code == "command_unacknowledged"
    assert count_lines() == before
    assert reads.find_live_tow(command.vehicle_id) is None


@pytest.mark.parametrize(
    ("name", "phone", "code"),
    [("", "13800138000", "driver_name"), ("孙拖", "12ab", "driver_phone")],
)
def test_a_driver_needs_a_name_and_a_telephone(
    ctx: Flask, name: str, phone: str, code: str
) -> None:
    house = make_house()
    command = makers.make_ordered(house)
    with pytest.raises(Refused) as refusal, act():
        tow_desk.dispatch(house.manager, command, name, phone)
    assert refusal.value.code == code
    assert reads.find_live_tow(command.vehicle_id) is None


def test_another_driver_replaces_the_first_whose_link_opens_nothing(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_sent(house)
    first = makers.driver_of(tow, house)
    with act():
        other = tow_desk.dispatch(house.manager, tow.command, "李拖", "13900139000")
    assert other.id != tow.id
    assert db.session.get_one(Tow, tow.id).state is TowState.CANCELLED
    with pytest.raises(Refused) as refusal:
        reads.get_tow(first, tow.id)
    assert refusal.value.status == 404
    with pytest.raises(Refused):
        reads.get_tow(first, other.id)


def test_a_new_link_on_the_road_keeps_the_drive(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_towing(house)
    with act():
        same = tow_desk.dispatch(house.manager, tow.command, "孙拖", "13900139000")
    assert same.id == tow.id
    assert same.state is TowState.TOWING


def test_a_driver_cannot_depart_without_the_six_photos_or_a_reason_each(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_sent(house)
    driver = makers.driver_of(tow, house)
    makers.shoot_pickup(house, tow, without=("plate", "dashboard"))
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        tow_desk.check_in(driver, tow, makers.AT_GATE, {"photo.plate": "号牌已被拆走"})
    assert refusal.value.code == "pickup_incomplete"
    assert refusal.value.values["missing"] == "仪表盘（里程）"
    assert count_lines() == before
    assert reads.get_tow(driver, tow.id).state is TowState.DISPATCHED
    reasons = {"photo.plate": "号牌已被拆走", "photo.dashboard": "车门锁闭，进不去"}
    with act():
        tow_desk.check_in(driver, tow, makers.AT_GATE, reasons)
    assert tow.state is TowState.TOWING
    assert tow.reasons == reasons
    line = find_last_line(tow.subject)
    assert line is not None
    assert line.facts["photos"] == 4
    assert line.facts["without"] == "photo.plate photo.dashboard"


def test_departure_and_arrival_move_the_vehicle_and_hand_it_over_without_a_gap(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_towing(house)
    assert tow.vehicle.stage is Stage.TOWING
    with act():
        intake = tow_desk.arrive(house.gate, tow, makers.AT_GATE)
    assert tow.vehicle.stage is Stage.AT_GATE
    assert tow.state is TowState.ARRIVED
    chain = [(row.giver, row.taker) for row in vehicles.list_custody(f"vehicle:{tow.vehicle_id}")]
    assert chain == [("拱墅法院", "孙拖"), ("孙拖", "司法数字服务站")]
    assert reads.find_intake(tow.vehicle_id) is intake
    line = find_last_line(tow.subject)
    assert line is not None
    assert line.act == "intake.arrive"
    facts = {name: line.facts[name] for name in ("leg", "located", "far", "distance_m")}
    assert facts == {"leg": "gate", "located": True, "far": False, "distance_m": 0}
    assert "position~" in line.facts
    assert "30.3299" not in str(line.facts)


def test_a_far_place_and_a_doubtful_clock_are_flagged_and_not_refused(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_towing(house)
    late = Whereabouts(Position(30.34, 120.1551), 30, clock.now() - timedelta(hours=1))
    with act():
        tow_desk.arrive(makers.driver_of(tow, house), tow, late)
    row = db.session.get_one(CheckInRow, (tow.id, "arrive"))
    assert row.far
    assert row.distance_m is not None
    assert row.distance_m > 1000
    assert row.clock_doubtful
    assert -3605 < row.skew_s < -3595


def test_without_a_position_the_check_in_stands_and_says_so(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_towing(house)
    with act():
        tow_desk.arrive(makers.driver_of(tow, house), tow, Whereabouts(None, None, None))
    row = db.session.get_one(CheckInRow, (tow.id, "arrive"))
    assert row.latitude is None
    assert row.distance_m is None
    assert not row.far
    line = find_last_line(tow.subject)
    assert line is not None
    assert line.facts["located"] is False


def test_a_tow_arrives_once(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_towing(house)
    with act():
        tow_desk.arrive(house.gate, tow, makers.AT_GATE)
    with pytest.raises(Refused) as refusal, act():
        tow_desk.arrive(house.gate, tow, makers.AT_GATE)
    assert refusal.value.code == "tow_step"
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 1


def test_a_damage_found_by_the_driver_becomes_a_finding(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_sent(house)
    driver = makers.driver_of(tow, house)
    photo = makers.keep(driver, tow.vehicle, Kind.PHOTO, reads.DAMAGE)
    with act():
        finding_desk.add_finding(driver, tow.vehicle, makers.a_scratch(photo), Source.TOW)
    found = reads.list_findings(tow.vehicle_id)
    assert [(f.number, f.source, f.by_name) for f in found] == [(1, Source.TOW, "孙拖")]


def test_a_driver_reads_only_what_they_took_and_only_while_under_way(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_sent(house)
    driver = makers.driver_of(tow, house)
    mine = makers.keep(driver, tow.vehicle, reads.TOW_PHOTO, "plate")
    theirs = makers.keep(house.inspector, tow.vehicle, Kind.PHOTO, "front")
    assert reads.may_read_pictures(driver, mine)
    assert not reads.may_read_pictures(driver, theirs)
    assert not reads.may_read_pictures(replace(driver, scope="tow:other"), mine)
    assert not reads.may_read_inside(driver, mine)


def test_another_station_does_not_see_the_tow(ctx: Flask) -> None:
    house = make_house()
    tow = makers.make_sent(house)
    with pytest.raises(Refused) as refusal:
        reads.get_tow(replace(house.manager, organisation_id=house.other_agency.id), tow.id)
    assert refusal.value.status == 404
