"""Cases, entrustments and commands on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from station.agencies import desk as agencies
from station.court import desk, reads, rules
from station.court.models import Case, Command, Entrustment, Seizure
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.desk import Identity
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage, Vin, read_vin
from tests.court import makers
from tests.makers import House, make_house


@pytest.fixture
def house(ctx: Flask) -> House:
    """The house with its people."""
    return make_house()


def lines() -> int:
    """How many lines the trail has."""
    return db.session.query(TrailLine).count()


def test_a_case_is_opened_once_in_a_court_and_its_parties_stay_out_of_the_hash(
    house: House,
) -> None:
    case = makers.open_case(house)
    line = trail.find_last_line(f"case:{case.id}")
    assert line
    assert line.act == "court.open_case"
    assert "王申请" not in str(line.facts)
    assert trail.list_values(line)["creditor"] == "王申请"
    before = lines()
    with pytest.raises(Refused, match="case_twice"):
        makers.open_case(house)
    assert (db.session.query(Case).count(), lines()) == (1, before)


def test_a_second_case_on_a_held_vehicle_queues_and_learns_nothing_of_the_first(
    house: House,
) -> None:
    first = makers.registered(house)
    with act():
        other = desk.open_case(
            house.other_judge,
            rules.read_case_number("(2026)浙0106执77号", clock.today()),
            creditor="甲",
            debtor="乙",
        )
    with act():
        second = desk.register(house.other_judge, other, makers.identity())
    assert (first.rank, second.rank) == (1, 2)
    assert db.session.query(Vehicle).count() == 1
    line = trail.find_last_line(f"seizure:{second.id}")
    assert line
    assert line.vehicle == ""
    assert first.case.number not in str(line.facts)
    with pytest.raises(Refused, match="not_found"):
        vehicles.get_vehicle(house.other_judge, first.vehicle_id)
    before = lines()
    with pytest.raises(Refused, match="queued_seizure"), act():
        desk.entrust(
            house.other_judge,
            second,
            house.agency,
            makers.LETTER,
            letter_media="x",
            ruling_media="y",
        )
    assert lines() == before


def test_the_same_case_cannot_seize_a_vehicle_twice(house: House) -> None:
    seizure = makers.registered(house)
    with pytest.raises(Refused, match="seized_already"), act():
        desk.register(house.judge, seizure.case, makers.identity())
    assert db.session.query(Seizure).count() == 1


def test_a_failed_check_digit_needs_a_voucher_and_a_photo(house: House) -> None:
    case = makers.open_case(house)
    wrong = makers.VIN[:8] + "9" + makers.VIN[9:]
    vin = read_vin(wrong, overridden=True)
    with pytest.raises(Refused) as refusal, act():
        desk.register(house.judge, case, identity_of(vin))
    assert refusal.value.code == "vin_check"
    assert refusal.value.values["expected"] == "2"
    assert db.session.query(Vehicle).count() == 0
    with act():
        row = desk.register(house.judge, case, identity_of(vin, voucher="p", photo="m"))
    assert row.vehicle.vin_voucher == "p"


def identity_of(vin: Vin, **more: str) -> Identity:
    """An identity with this VIN."""
    return replace(makers.identity(), vin=vin, **more)  # type: ignore[arg-type]


def test_another_court_sees_neither_case_nor_command_nor_vehicle(house: House) -> None:
    command = makers.commanded(house)
    with pytest.raises(Refused, match="not_found"):
        reads.get_case(house.other_judge, command.case_id)
    with pytest.raises(Refused, match="not_found"):
        reads.get_command(house.other_judge, command.id)
    with pytest.raises(Refused, match="not_found"):
        vehicles.get_vehicle(house.other_judge, command.vehicle_id)
    assert list(reads.list_cases(house.other_judge)) == []


def test_an_agency_is_entrusted_accepts_and_only_then_can_be_commanded(house: House) -> None:
    seizure = makers.registered(house)
    row = makers.offered(house, seizure)
    with pytest.raises(Refused, match="not_entrusted"):
        makers.commanded(house, seizure=seizure)
    with act():
        desk.decide(house.agent, row, accept=True)
    assert vehicles.get_any(seizure.vehicle_id).stage is Stage.ENTRUSTED
    with pytest.raises(Refused, match="entrustment_step"), act():
        desk.decide(house.agent, row, accept=False, reason="晚了")
    with pytest.raises(Refused, match="entrusted_already"):
        makers.offered(house, seizure)


def test_declining_needs_a_reason_and_frees_the_vehicle_for_another_agency(house: House) -> None:
    seizure = makers.registered(house)
    row = makers.offered(house, seizure)
    with pytest.raises(Refused, match="decline_reason"), act():
        desk.decide(house.agent, row, accept=False, reason=" ")
    with act():
        desk.decide(house.agent, row, accept=False, reason="场地已满")
    assert reads.find_entrustment(seizure.vehicle_id) is None
    makers.offered(house, seizure)


def test_a_barred_or_unknown_agency_is_not_entrusted(house: House) -> None:
    seizure = makers.registered(house)
    with act():
        until = clock.today() + timedelta(days=1825)
        agencies.bar(house.court_admin, house.agency.id, until=until, reason="围标")
    with pytest.raises(Refused, match="agency_barred"):
        makers.offered(house, seizure)
    assert db.session.query(Entrustment).count() == 0


def test_a_command_is_issued_delivered_and_signed_for_with_its_receipt(house: House) -> None:
    command = makers.commanded(house)
    assert command.vehicle.stage is Stage.TOW_ORDERED
    with act():
        desk.deliver(house.gate, command)
    db.session.refresh(command)
    assert (command.state, command.delivered_to) == (CommandState.DELIVERED, "门岗")
    with act():
        desk.deliver(house.keeper, command)
    db.session.refresh(command)
    assert command.delivered_to == "门岗"
    with act():
        desk.acknowledge(house.manager, command)
    acts = [line.act for line in trail.list_for_vehicle(command.vehicle_id)]
    assert acts[-3:] == ["court.issue", "court.deliver", "court.acknowledge"]
    with pytest.raises(Refused, match="command_step"), act():
        desk.acknowledge(house.manager, command)


def test_without_a_signed_command_nothing_may_be_done(house: House) -> None:
    seizure = makers.entrusted(house)
    with pytest.raises(Refused, match="no_command"):
        reads.get_covering(house.keeper, seizure.vehicle_id, "yard.place")
    command = makers.commanded(house, seizure=seizure)
    with pytest.raises(Refused, match="command_unacknowledged"):
        reads.get_covering(house.keeper, seizure.vehicle_id, "yard.place")
    with act():
        desk.acknowledge(house.manager, command)
    assert reads.get_covering(house.keeper, seizure.vehicle_id, "yard.place").id == command.id
    with pytest.raises(Refused, match="no_command"):
        reads.get_covering(house.keeper, seizure.vehicle_id, "release.hand_over")


def test_only_the_judge_of_the_holding_court_issues_and_only_once(house: House) -> None:
    seizure = makers.entrusted(house)
    vehicle = vehicles.get_any(seizure.vehicle_id)
    for actor, code in ((house.clerk, "command_issuer"), (house.other_judge, "not_found")):
        with pytest.raises(Refused, match=code), act():
            desk.issue(actor, CommandKind.TOW_IN, vehicle, house.station, due=clock.today())
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(Refused, match="command_due"), act():
        desk.issue(house.judge, CommandKind.TOW_IN, vehicle, house.station, due=yesterday)
    assert db.session.query(Command).count() == 0
    makers.commanded(house, seizure=seizure)
    with pytest.raises(Refused, match="commanded_already"):
        makers.commanded(house, seizure=seizure)


def test_a_revoked_command_covers_nothing_and_says_why(house: House) -> None:
    command = makers.acknowledged(house)
    with pytest.raises(Refused, match="revoke_reason"), act():
        desk.revoke(house.judge, command, "")
    with act():
        desk.revoke(house.judge, command, "当事人和解")
    with pytest.raises(Refused, match="command_revoked"):
        reads.get_covering(house.keeper, command.vehicle_id, "yard.place")
    line = trail.find_last_line(f"command:{command.id}")
    assert line
    assert trail.list_values(line)["reason"] == "当事人和解"
    assert "和解" not in str(line.facts)
