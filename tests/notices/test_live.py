"""The outbox, and the live stream over a real LISTEN connection."""

from __future__ import annotations

import queue

import pytest
from flask import Flask

from station.ground.database import act, db
from station.ground.refused import Refused
from station.notices import desk, live, reads
from station.notices.models import Notice
from station.people.models import SignInRow
from station.trail import desk as trail
from tests.court import makers
from tests.makers import House, make_house


@pytest.fixture
def house(ctx: Flask) -> House:
    """The house with its people."""
    return make_house()


def enqueue(house: House) -> Notice:
    """A message of the station."""
    with act():
        row = desk.enqueue(house.station.id, addressee="张", text="请来取车", subject="tow:1")
        trail.write(house.manager, "release.send_link", "tow:1")
    return row


def test_a_message_is_passed_on_once_and_by_its_own_organisation(house: House) -> None:
    notice = enqueue(house)
    with pytest.raises(Refused, match="not_found"):
        reads.get_notice(house.judge, notice.id)
    with act():
        desk.pass_on(house.keeper, notice)
    with pytest.raises(Refused, match="already_passed_on"), act():
        desk.pass_on(house.gate, notice)
    db.session.refresh(notice)
    assert notice.passed_on_by == "马库"


def test_a_command_reaches_the_station_and_not_the_other_court(house: House, ctx: Flask) -> None:
    hub: live.Hub = ctx.extensions["live"]
    station, other = hub.join(house.station.id), hub.join(house.other_court.id)
    try:
        wait_until_listening(house, hub)
        command = makers.commanded(house)
        told = []
        while f"command:{command.id}" not in "".join(told):
            told.append(hear(station))
        assert '"act": "court.issue"' in told[-1]
        assert other.waiting.empty()
    finally:
        hub.leave(house.station.id, station)
        hub.leave(house.other_court.id, other)


def hear(stream: live.Stream) -> str:
    """The next event."""
    told = stream.waiting.get(timeout=10)
    assert told is not None
    return told.body


def wait_until_listening(house: House, hub: live.Hub) -> None:
    """The listening thread connects by itself; act until an act is heard."""
    echo = hub.join(house.agency.id)
    try:
        for _ in range(50):
            with act():
                trail.write(house.agent, "people.sign_out", "person:x")
            try:
                echo.waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            return
        pytest.fail("nobody listens")
    finally:
        hub.leave(house.agency.id, echo)


def break_off(house: House) -> None:
    """An act that fails after its line was written."""
    with act():
        trail.write(house.manager, "people.sign_out", "person:refused")
        raise RuntimeError("broken")


def test_an_act_that_was_refused_is_told_to_nobody(house: House, ctx: Flask) -> None:
    hub: live.Hub = ctx.extensions["live"]
    station = hub.join(house.station.id)
    try:
        wait_until_listening(house, hub)
        with pytest.raises(RuntimeError, match="broken"):
            break_off(house)
        with act():
            trail.write(house.manager, "people.sign_out", "person:done")
        assert "person:done" in hear(station)
        assert db.session.query(SignInRow).count() == 0
    finally:
        hub.leave(house.station.id, station)
