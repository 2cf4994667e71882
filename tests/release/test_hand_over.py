"""The vehicle leaves with its buyer in one act, or stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from station.court import reads as court_reads
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media.access import may_read
from station.media.reads import get_media
from station.release import desk, reads, rules
from station.release.models import Release
from station.release.rules import Leaving, Red, Taker, TakerKind
from station.sales.rules import LotState
from station.trail import reads as trail
from station.vehicles import reads as vehicles
from station.vehicles.rules import Stage
from station.yard import reads as yard
from tests.intake import makers as intake
from tests.makers import House
from tests.orders.makers import buyer_of
from tests.release.makers import (
    count_lines,
    given,
    list_links,
    make_green,
    make_pass,
    make_released,
    scan,
    shoot_corners,
)


def test_the_vehicle_leaves_with_its_buyer_in_one_act(house: House) -> None:
    release = make_green(house)
    before = count_lines() + 1  # the identity paper is kept first
    taken = given(house, release)
    with act():
        line = desk.hand_over(house.gate, release, taken)
    assert count_lines() == before + 1
    vehicle = vehicles.get_any(release.vehicle_id)
    assert vehicle.stage is Stage.RELEASED
    assert (release.lot.state, release.taker, release.bay) == (LotState.DELIVERED, "王小明", "A-01")
    assert yard.find_stay(vehicle.id) is None
    last = vehicles.list_custody(f"vehicle:{vehicle.id}")[-1]
    assert (last.taker, last.odometer_km) == ("王小明", 62311)
    command = court_reads.find_command(vehicle.id, CommandKind.RELEASE)
    assert command is not None
    assert command.state is CommandState.DONE
    assert line.command == command.id
    assert line.facts["odometer_before_km"] == 62310
    assert "王小明" not in str(line.facts)
    assert trail.list_values(line)["taker"] == "王小明"


def test_a_pass_opens_the_gate_once(house: House) -> None:
    release = make_green(house)
    text, taken = reads.pass_text(release), given(house, release)
    with act():
        desk.hand_over(house.gate, release, taken)
    assert scan(house, text, release.vehicle.plate).red is Red.USED
    with pytest.raises(Refused, match="left_already"), act():
        desk.hand_over(house.gate, release, taken)
    with pytest.raises(Refused, match="left_already"):
        make_pass(house, release)


MISMATCHES: list[tuple[dict[str, object], str]] = [
    ({"taker": Taker(TakerKind.BUYER, "王大明", "012X")}, "gate_blocked"),
    ({"taker": Taker(TakerKind.BUYER, "王小明", "0123")}, "gate_blocked"),
    ({"taker": Taker(TakerKind.HELPER, "李四", "012X")}, "gate_blocked"),
    ({"taker": Taker(TakerKind.HELPER, "李四", "012X", True)}, "no_authority"),
    ({"paper_media": ""}, "no_identity_paper"),
    ({"taker_sign_name": " "}, "not_signed"),
    ({"staff_sign_name": ""}, "not_signed"),
    ({"leaving": Leaving(62400, 2)}, "leaving_differs"),
    ({"leaving": Leaving(62309, 2)}, "leaving_differs"),
    ({"leaving": Leaving(62311, 1)}, "leaving_differs"),
]


def test_what_does_not_match_keeps_the_vehicle_in(house: House) -> None:
    release = make_green(house)
    taken = given(house, release)
    before = count_lines()
    for change, code in MISMATCHES:
        with pytest.raises(Refused, match=code), act():
            desk.hand_over(house.gate, release, replace(taken, **change))  # type: ignore[arg-type]
    db.session.rollback()
    assert count_lines() == before
    assert vehicles.get_any(release.vehicle_id).stage is Stage.RELEASE_ORDERED
    assert yard.find_stay(release.vehicle_id) is not None
    assert db.session.get_one(Release, release.id).left_at is None


def test_a_helper_with_authority_and_a_reason_may_take_it(house: House) -> None:
    release = make_green(house)
    authority = intake.keep(house.gate, release.vehicle, reads.AUTHORITY, "").id
    taken = given(
        house,
        release,
        taker=Taker(TakerKind.HELPER, "李四", "012x", True),
        authority_media=authority,
        taker_sign_name="李四",
        leaving=Leaving(62400, 1, "库内试车；一把钥匙入库后断裂"),
    )
    with act():
        line = desk.hand_over(house.gate, release, taken)
    assert (release.taker, release.taker_kind) == ("李四", TakerKind.HELPER)
    assert line.facts["differs"] == "里程 钥匙数量"


def test_a_stale_scan_and_a_missing_corner_are_refused(house: House) -> None:
    release = make_released(house)
    taken = given(house, release)
    with pytest.raises(Refused, match="scan_first"), act():
        desk.hand_over(house.gate, release, taken)
    scan(house, make_pass(house, release), release.vehicle.plate)
    shoot_corners(house, release, without=("rear_left",))
    with pytest.raises(Refused, match="corners_missing") as refusal, act():
        desk.hand_over(house.gate, release, taken)
    assert "左后角" in str(refusal.value)
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        assert not reads.scan_holds(release)


def test_papers_of_the_gate_are_for_court_and_station(house: House) -> None:
    release = make_green(house)
    paper = get_media(given(house, release).paper_media)
    corner = next(iter(reads.photos_of(release).values()))
    buyer = buyer_of(house, release.vehicle)
    assert may_read(house.judge, paper)
    assert may_read(house.manager, paper)
    for stranger in (buyer, house.agent, house.other_judge):
        assert not may_read(stranger, paper)
    assert may_read(buyer, corner)
    assert not may_read(house.other_judge, corner)


def test_the_four_corners_of_intake_are_there_to_compare(house: House) -> None:
    release = make_released(house)
    before = reads.before_of(release.vehicle_id)
    assert set(before.photos) == set(rules.CORNERS)
    assert (before.odometer_km, before.keys) == (62310, 2)


def test_a_new_link_stops_the_old_one(house: House) -> None:
    release = make_released(house)
    with act():
        desk.send_link(house.manager, release)
    db.session.rollback()
    assert [link.expires_at > clock.now() for link in list_links()] == [False, True]
