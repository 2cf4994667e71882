"""The judge orders that a vehicle be released."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind, CommandState, read_case_number
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.notices.models import Notice
from station.release import desk, reads
from station.release.rules import Clearing
from station.trail import reads as trail
from station.vehicles import desk as vehicle_desk
from station.vehicles import reads as vehicles
from station.vehicles.rules import Stage, read_vin
from tests.makers import House
from tests.release.makers import (
    clear,
    command_clearing,
    count_lines,
    list_links,
    make_owned,
    make_released,
)
from tests.sales.makers import make_paid


def test_an_order_is_one_line_and_invites_the_buyer(house: House) -> None:
    lot = make_owned(house)
    before = count_lines()
    with act():
        command = desk.order(house.judge, vehicles.get_any(lot.vehicle_id), due=clock.today())
    assert count_lines() == before + 1
    assert vehicles.get_any(lot.vehicle_id).stage is Stage.RELEASE_ORDERED
    line = trail.find_last_line(f"command:{command.id}")
    assert line is not None
    assert (line.act, line.facts["check.balance"]) == ("court.issue", True)
    assert line.facts["ruling"] == lot.ruling_media
    (link,) = list_links()
    assert link.scope == f"vehicle:{lot.vehicle_id}"
    notice = db.session.scalars(select(Notice).where(Notice.subject == link.scope)).one()
    assert notice.phone == "13800000001"


def test_a_red_item_cannot_be_overridden(house: House) -> None:
    lot = make_owned(house, cleared=False)
    vehicle = vehicles.get_any(lot.vehicle_id)
    before = count_lines()
    with pytest.raises(Refused, match="release_blocked") as refusal, act():
        desk.order(house.judge, vehicle, due=clock.today(), note="急")
    assert "车内个人物品尚未清退" in str(refusal.value)
    assert count_lines() == before
    assert reads.find_release(vehicle.id) is None
    assert court_reads.find_command(vehicle.id, CommandKind.RELEASE) is None
    clear(house, vehicle)
    assert [check.code for check in reads.checklist(vehicle.id) if check.block] == []


def test_an_unserved_ruling_and_another_hold_stand_in_red(house: House) -> None:
    lot = make_paid(house)
    number = read_case_number("(2022)浙0106执77号", clock.today())
    with act():
        case = court.open_case(house.other_judge, number, creditor="甲", debtor="乙")
    identity = vehicle_desk.Identity(
        vin=read_vin(lot.vehicle.vin, overridden=True),
        plate=None,
        model=lot.vehicle.model,
        kind=lot.vehicle.kind,
        energy=lot.vehicle.energy,
    )
    with act():
        court.register(house.other_judge, case, identity)
    red = {check.code for check in reads.checklist(lot.vehicle_id) if check.block}
    assert red == {"ruling", "hold", "belongings"}
    with pytest.raises(Refused, match="release_blocked"), act():
        desk.order(house.judge, lot.vehicle, due=clock.today())


def test_only_the_judge_of_the_holding_court_orders(house: House) -> None:
    lot = make_owned(house)
    vehicle = vehicles.get_any(lot.vehicle_id)
    for actor, code in ((house.clerk, "command_issuer"), (house.other_judge, "not_found")):
        with pytest.raises(Refused, match=code), act():
            desk.order(actor, vehicle, due=clock.today())
    assert list_links() == []
    assert vehicles.get_any(vehicle.id).stage is Stage.PAID


def test_a_revoked_order_may_be_given_again_with_a_new_link(house: House) -> None:
    release = make_released(house)
    command = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    assert command is not None
    with act():
        court.revoke(house.judge, command, "执行异议")
    vehicle = vehicles.get_any(release.vehicle_id)
    assert reads.may_order(vehicle)
    with act():
        desk.order(house.judge, vehicle, due=clock.today())
    assert vehicle.stage is Stage.RELEASE_ORDERED
    assert not reads.may_order(vehicle)
    assert [link.expires_at > clock.now() for link in list_links()] == [False, True]
    found = reads.find_release(vehicle.id)
    assert found is not None
    assert found.id == release.id


def test_belongings_are_cleared_once_with_a_receipt(house: House) -> None:
    lot = make_owned(house, cleared=False)
    vehicle = vehicles.get_any(lot.vehicle_id)
    assert [one.id for one in reads.list_uncleared(house.keeper)] == [vehicle.id]
    command_clearing(house, vehicle)
    for receiver, paper, code in (("", "p", "no_receiver"), ("赵某", "", "no_receipt_paper")):
        with pytest.raises(Refused, match=code), act():
            desk.clear_belongings(
                house.keeper, vehicle, Clearing.COURT, receiver=receiver, paper_media=paper
            )
    assert reads.find_clearing(vehicle.id) is None
    clear(house, vehicle)
    with pytest.raises(Refused, match="cleared_already"):
        clear(house, vehicle)
    assert reads.list_uncleared(house.keeper) == []
    command = court_reads.find_command(vehicle.id, CommandKind.BELONGINGS)
    assert command is not None
    assert command.state is CommandState.DONE


def test_nothing_of_the_belongings_leaves_without_the_judges_command(house: House) -> None:
    lot = make_owned(house, cleared=False)
    vehicle = vehicles.get_any(lot.vehicle_id)
    before = count_lines()
    with pytest.raises(Refused, match="no_command"), act():
        desk.clear_belongings(
            house.keeper, vehicle, Clearing.RETURNED, receiver="赵某某", paper_media="p"
        )
    with pytest.raises(Refused, match="clearing_words"), act():
        desk.order_clearing(house.judge, vehicle, due=clock.today(), note=" ")
    with pytest.raises(Refused, match="command_issuer"), act():
        desk.order_clearing(house.clerk, vehicle, due=clock.today(), note="返还车主")
    assert (reads.find_clearing(vehicle.id), count_lines()) == (None, before)
