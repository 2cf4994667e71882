from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind, CommandState, read_case_number
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import desk as media
from station.media.access import may_read
from station.media.reads import get_media
from station.media.rules import Purpose
from station.notices.models import Notice
from station.orders import desk as orders
from station.orders.rules import ServiceKind, Wanted
from station.people.models import Link
from station.release import desk, reads, rules, steps
from station.release.models import Release
from station.release.rules import Clearing, Leaving, Red, Taker, TakerKind
from station.sales.rules import LotState
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles import desk as vehicle_desk
from station.vehicles import reads as vehicles
from station.vehicles.rules import Stage, read_vin
from station.yard import reads as yard
from tests.intake import makers as intake
from tests.makers import House, make_house
from tests.orders.makers import buyer_of, make_order
from tests.release.makers import (
    OTHER_CAR,
    clear,
    command_clearing,
    given,
    label_of,
    make_green,
    make_owned,
    make_pass,
    make_released,
    scan,
    shoot_corners,
)
from tests.sales.makers import make_paid

CLEANING = Wanted((ServiceKind.CLEANING,))


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def list_links() -> list[Link]:
    """Links for buyers, oldest first."""
    return list(db.session.scalars(select(Link).where(Link.role == "buyer").order_by(Link.made_at)))


# --- the judge


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


# --- the pass and the gate


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


# --- the hand-over


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


# --- the buyer's steps


def named(house: House, release: Release) -> dict[str, str]:
    found = steps.steps_of(release.lot, release, release.vehicle_id)
    return {step.code: step.state.value for step in found}


def test_the_buyer_sees_one_next_step_and_who_is_awaited(house: House) -> None:
    release = make_released(house, signed=False)
    found = steps.next_of(steps.steps_of(release.lot, release, release.vehicle_id))
    assert found is not None
    assert (found.code, found.waits_for) == ("command", steps.STATION)
    command = court_reads.find_command(release.vehicle_id, CommandKind.RELEASE)
    assert command is not None
    with act():
        court.acknowledge(house.keeper, command)
    assert named(house, release)["services"] == "now"
    order = make_order(house, release.vehicle, CLEANING)
    assert named(house, release)["payment"] == "now"
    with act():
        orders.pay_at_counter(house.manager, order, amount_fen=order.total, receipt="R")
    assert named(house, release) | {"service": "stuck", "pass": "now"} == named(house, release)
    make_pass(house, release)
    assert named(house, release)["leave"] == "later"
    with act():
        orders.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    assert named(house, release)["leave"] == "now"


def test_a_pass_without_services_leads_straight_to_the_gate(house: House) -> None:
    release = make_released(house)
    with act():
        media.issue_code(house.manager, Purpose.PASS, release.subject)
    assert named(house, release)["leave"] == "now"
    assert reads.pass_text(release).startswith("SZ2:")
