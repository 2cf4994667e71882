"""The pass of a release, and the gate that scans it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind
from station.ground.database import act
from station.ground.refused import Refused
from station.orders import desk as orders
from station.release import reads, rules
from station.release.rules import Red
from station.trail import reads as trail
from tests.makers import House
from tests.orders.makers import make_order
from tests.release.makers import (
    CLEANING,
    OTHER_CAR,
    label_of,
    make_owned,
    make_pass,
    make_released,
    scan,
)


def test_a_pass_waits_for_the_signed_command_and_the_money(house: House) -> None:
    release = make_released(house, signed=False)
    with pytest.raises(Refused, match="pass_blocked"):
        make_pass(house, release)
    command = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    assert command is not None
    with act():
        court.acknowledge(house.keeper, command)
    order = make_order(house, release.vehicle, CLEANING)
    with pytest.raises(Refused, match="pass_blocked"):
        make_pass(house, release)
    assert reads.find_pass(release) is None
    with act():
        orders.pay_at_counter(house.manager, order, amount_fen=order.total, receipt="R")
    assert make_pass(house, release).startswith("SZ2:")


def test_the_gate_is_green_for_the_right_pass_and_the_right_car(house: House) -> None:
    release = make_released(house)
    passed = make_pass(house, release)
    for car in (label_of(house, release.vehicle), "浙A·12345", "浙Ａ12345"):
        verdict = scan(house, passed, car)
        assert (verdict.red, verdict.release) == (None, release)
    assert reads.scan_holds(release)
    line = trail.find_last_line(release.subject)
    assert line is not None
    assert (line.act, line.facts["verdict"]) == ("release.scan", "green")


Forge = Callable[[str], str]


FORGERIES: list[tuple[Forge, Red]] = [
    (lambda text: text[:-1] + ("2" if text[-1] != "2" else "3"), Red.FORGED),
    (lambda text: "SZ1:AAAAAAAA:BBBBBB", Red.FORGED),
    (lambda text: text.split(":")[3], Red.FORGED),
    (lambda text: "https://example.com/pass", Red.OTHER),
    (lambda text: "", Red.OTHER),
]


def test_a_forged_or_foreign_pass_is_red(house: House) -> None:
    release = make_released(house)
    passed = make_pass(house, release)
    for forge, red in FORGERIES:
        assert scan(house, forge(passed), release.vehicle.plate).red is red
    assert release.scanned_at is None
    assert set(rules.RED_WORDS) == set(rules.RED_WAYS) == set(Red)


def test_a_car_label_is_no_pass_and_a_pass_is_no_car(house: House) -> None:
    release = make_released(house)
    passed, car = make_pass(house, release), label_of(house, release.vehicle)
    assert scan(house, car, car).red is Red.OTHER
    assert scan(house, passed, passed).red is Red.CAR_LABEL
    assert scan(house, passed, "浙A00000").red is Red.CAR_LABEL
    assert release.scanned_at is None


def test_the_wrong_car_is_red(house: House) -> None:
    release = make_released(house)
    other = make_owned(house, zone="B", **OTHER_CAR)
    verdict = scan(house, make_pass(house, release), label_of(house, other.vehicle))
    assert (verdict.red, verdict.car) == (Red.WRONG_CAR, "大众 帕萨特 浙A23456")
    assert release.scanned_at is None


def test_an_older_pass_is_void_once_a_newer_one_is_taken(house: House) -> None:
    release = make_released(house)
    first, second = make_pass(house, release), make_pass(house, release)
    assert scan(house, first, release.vehicle.plate).red is Red.VOID
    assert scan(house, second, release.vehicle.plate).red is None


def test_the_gate_asks_everything_again(house: House) -> None:
    release = make_released(house)
    passed = make_pass(house, release)
    make_order(house, release.vehicle, CLEANING)
    verdict = scan(house, passed, release.vehicle.plate)
    assert verdict.red is Red.BLOCKED
    assert [block.code for block in verdict.blocks] == ["payment", "service"]
    assert release.scanned_at is None
    command = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    assert command is not None
    with act():
        court.revoke(house.judge, command, "执行异议")
    codes = {block.code for block in scan(house, passed, release.vehicle.plate).blocks}
    assert "command" in codes


def test_another_stations_gate_does_not_know_the_pass(house: House) -> None:
    release = make_released(house)
    passed = make_pass(house, release)
    assert scan(house, passed, release.vehicle.plate, house.agent).red is Red.FORGED
