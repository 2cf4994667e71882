"""The gate and the till: what a pass, a plate and a payment notice may not be bent to."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Thread

import pytest
from flask import Flask

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.orders import checkout
from station.people import desk as people
from station.people.rules import OrganisationKind, Role
from station.release import desk, reads
from station.release.models import Release
from station.release.rules import Red
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.vehicles import desk as vehicles
from station.vehicles.models import Custody
from station.yard import desk as yard
from tests.makers import FOUNDER, PASSWORD, House, make_house
from tests.release import makers

SECRET = "whsec_tests"


@pytest.fixture
def till(ctx: Flask) -> Iterator[Flask]:
    """An installation that takes payment notices."""
    before = ctx.extensions["settings"]
    ctx.extensions["settings"] = replace(before, stripe_webhook_secret=SECRET)
    yield ctx
    ctx.extensions["settings"] = before


def header(body: bytes, at: int) -> str:
    signed = hmac.new(SECRET.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={signed}"


def test_a_notice_from_the_future_stays_one_when_a_second_time_is_added(till: Flask) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "data": {}}).encode()
    now = clock.now()
    future = int((now + timedelta(hours=1)).timestamp())
    for added in ("", f",t={int(now.timestamp())}"):
        with pytest.raises(Refused, match="event_future"):
            checkout.read_event(body, header(body, future) + added, now)
    for odd in ("", "t", "t=", "t=x,v1=y", "v1=y", "t=1,t=2", ",", "=,="):
        with pytest.raises(Refused, match="event_unsigned"):
            checkout.read_event(body, odd, now)


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def make_elsewhere(house: House) -> Actor:
    """The gate of another station."""
    with act():
        other = people.found(FOUNDER, OrganisationKind.STATION, "另一家服务站")
    with act():
        row = people.appoint(
            FOUNDER, other, Role.GATE, "另岗", login="other_gate", password=PASSWORD
        )
    return Actor(row.id, "另岗", Role.GATE, other.id, "另一家服务站", "tablet", "127.0.0.1")


def test_a_typed_plate_tells_nothing_of_a_vehicle_elsewhere(house: House) -> None:
    release = makers.make_released(house)
    text = makers.make_pass(house, release)
    elsewhere = makers.make_owned(house, zone="B", number=1235, plate="浙A23456")
    plate, label = elsewhere.vehicle.plate, makers.label_of(house, elsewhere.vehicle)
    with act():
        vehicles.hide_from(elsewhere.vehicle_id, house.station.id)
        trail.write(house.manager, "people.sign_out", "person:x")
    for car in (plate, label):
        verdict = reads.judge_scan(house.gate, text, car)
        assert (verdict.red, verdict.car) == (Red.CAR_LABEL, ""), car


def test_a_pass_opens_nothing_at_another_station_and_no_forged_one_anywhere(house: House) -> None:
    release = makers.make_released(house)
    text = makers.make_pass(house, release)
    car = makers.label_of(house, release.vehicle)
    assert reads.judge_scan(house.gate, text, car).red is None
    assert reads.judge_scan(make_elsewhere(house), text, car).red is Red.FORGED
    head, kind, mark, code, signature = text.split(":")
    last = "A" if signature[-1] != "A" else "B"
    label = car.split(":")
    begin = f"{head}:{kind}:{mark}"
    for forged in (
        code,
        f"{begin}:{code}",
        f"{begin}:{code}:",
        f"{begin}:{code}:{signature[:-1]}",
        f"{begin}:{code}:{signature[:-1]}{last}",
        f"{begin}:{label[3]}:{signature}",
        f"{begin}:{code}:{label[4]}",
        f"{head}:{label[1]}:{mark}:{code}:{signature}",
        f"SZ1:{code}:{signature[:6]}",
        car,
    ):
        verdict = reads.judge_scan(house.gate, forged, car)
        assert verdict.red is not None, forged
    second = makers.make_pass(house, release)
    assert reads.judge_scan(house.gate, text, car).red is not None
    assert reads.judge_scan(house.gate, second, car).red is None


def test_two_gates_at_once_let_the_vehicle_go_once(
    house: House, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = makers.make_green(house)
    given, release_id = makers.given(house, release), release.id
    plain, seen = yard.leave, list[str]()

    def hand_over() -> None:
        with app.app_context():
            try:
                with act():
                    desk.hand_over(house.gate, db.session.get_one(Release, release_id), given)
                seen.append("left")
            except Refused as refusal:
                seen.append(refusal.code)

    def leave(vehicle_id: str) -> str:
        """Every question was asked; before the first gate writes, the second one is through."""
        monkeypatch.setattr(yard, "leave", plain)
        other = Thread(target=hand_over)
        other.start()
        other.join()
        return plain(vehicle_id)

    monkeypatch.setattr(yard, "leave", leave)
    first = Thread(target=hand_over)
    first.start()
    first.join()
    assert seen == ["left", "left_already"]
    db.session.rollback()
    assert db.session.query(TrailLine).filter_by(act="release.hand_over").count() == 1
    handed = db.session.query(Custody).filter_by(taker="王小明")
    assert len({row.subject for row in handed}) == handed.count() > 0  # each thing went once
