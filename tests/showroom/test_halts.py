"""A sale is stayed, suspended, resumed and withdrawn: decision, page, command and deadline together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.court import reads as court
from station.court import rules as court_rules
from station.court.deadlines import DEADLINES, due_of
from station.court.models import Command
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.release import back_desk
from station.release.models import GivenBack
from station.release.rules import Leaving
from station.sales import halt_reads, halts
from station.sales import reads as sales
from station.sales.halt_models import Halt
from station.sales.halts import HaltKind
from station.sales.rules import LOT_STATES, LotState
from station.showroom import halt_desk
from station.showroom import reads as showroom
from station.showroom.halt_desk import Decision
from station.showroom.rules import ListingState
from station.trail import reads as trail
from station.trail.events import events_of
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.watch import reads as watch
from station.watch import rules as watch_rules
from station.yard import reads as yard
from tests.court import makers as court_makers
from tests.intake import makers as intake
from tests.makers import PASSWORD, House, make_house
from tests.showroom import makers

OBJECTION = Decision("objection", "被执行人提出执行异议，正在审查", "")
THIRD = Decision("third_party", "案外人主张所有权，已立案审查", "paper")
SETTLED = Decision("settled", "双方已达成执行和解，不需要拍卖", "paper")


# --- the rules


def test_every_halt_leads_where_a_lot_may_go() -> None:
    for kind in HaltKind:
        for state in halts.RUNNING:
            LOT_STATES.check(state, halts.STATES[kind])
    for state in halts.HALTED:
        LOT_STATES.check(state, LotState.ANNOUNCED)
        LOT_STATES.check(state, LotState.WITHDRAWN)


@pytest.mark.parametrize("kind", HaltKind)
def test_a_decision_needs_its_ground_its_reasons_and_its_paper(kind: HaltKind) -> None:
    with pytest.raises(Refused, match="choose_ground"):
        halts.read_ground(kind, "nothing")
    for ground in halts.GROUNDS[kind].values():
        with pytest.raises(Refused, match="halt_words"):
            halts.check_halt(ground, "  短 ", "paper")
        assert halts.check_halt(ground, " 足够的理由 ", "paper") == "足够的理由"
        if ground.paper:
            with pytest.raises(Refused, match="halt_paper"):
                halts.check_halt(ground, "足够的理由", "")
    assert (kind is HaltKind.STAY) != all(one.paper for one in halts.GROUNDS[kind].values())


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(DAYS)
def test_the_court_has_five_days_to_resume_and_a_holiday_gives_more(ended: date) -> None:
    due = halts.resume_due(ended)
    assert timedelta(days=5) <= due - ended <= timedelta(days=16)


@given(DAYS, DAYS, DAYS)
def test_a_cause_ends_between_the_halt_and_today(on: date, halted: date, today: date) -> None:
    if halted <= on <= today:
        halts.check_ended(on, halted, today)
    else:
        with pytest.raises(Refused, match="halt_ended"):
            halts.check_ended(on, halted, today)


# --- the desks


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def published(house: House) -> str:
    """A vehicle that is on show with its lot announced."""
    return makers.make_published(house).vehicle_id


def lines() -> int:
    return db.session.query(TrailLine).count()


def lot_of(vehicle_id: str) -> LotState:
    db.session.expire_all()
    lot = sales.find_lot(vehicle_id)
    assert lot is not None
    return lot.state


def command_of(vehicle_id: str, kind: CommandKind) -> Command:
    row = court.find_command(vehicle_id, kind)
    assert row is not None
    return row


def test_a_stay_is_on_the_page_at_once_and_resumed_within_five_days(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        vehicle = published(house)
        with act():
            halt_desk.halt(house.judge, vehicle, HaltKind.STAY, OBJECTION)
        assert lot_of(vehicle) is LotState.STAYED
        command = command_of(vehicle, CommandKind.STAY)
        assert (command.addressee_id, command.due) == (house.agency.id, clock.today())
        listing = showroom.find_listing(vehicle)
        assert listing is not None
        page = client.get(f"/cars/{listing.public_id}").text
        assert "拍卖已暂缓或中止" in page
        assert OBJECTION.words in page
        with pytest.raises(Refused, match="nothing_to_halt"), act():
            halt_desk.halt(house.judge, vehicle, HaltKind.STAY, OBJECTION)
        starts = clock.now() + timedelta(days=9)
        with pytest.raises(Refused, match="cause_lasts"), act():
            halt_desk.resume(house.judge, vehicle, starts)
        assert lot_of(vehicle) is LotState.STAYED
        with act():
            halt_desk.end_cause(house.judge, vehicle, clock.today())
        needs = watch_rules.needs(
            watch.gather(house.judge, watch.list_held(house.judge, mine=True)), clock.now()
        )
        (need,) = [one for one in needs if one.concern is watch_rules.Concern.RESUME]
        assert need.day == halts.resume_due(clock.today())
        events = events_of(trail.list_for_vehicle(vehicle))
        due = due_of(DEADLINES["resume"], events, as_of=clock.now())
        assert due is not None
        assert due.day == need.day
        with act():
            halt_desk.resume(house.judge, vehicle, starts)
        assert lot_of(vehicle) is LotState.ANNOUNCED
        assert halt_reads.find_halt(vehicle) is None
        assert command_of(vehicle, CommandKind.RESUME).state is CommandState.ISSUED
        assert court.find_command(vehicle, CommandKind.STAY) is None
        again = showroom.find_listing(vehicle)
        lot = sales.find_lot(vehicle)
        assert again is not None
        assert lot is not None
        assert again.starts_at == lot.starts_at == starts
        assert "拍卖已暂缓" not in client.get(f"/cars/{listing.public_id}").text


def test_a_suspension_without_its_ruling_changes_nothing(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = published(house)
        before = lines()
        bare = Decision("third_party", THIRD.words, "")
        with pytest.raises(Refused, match="halt_paper"), act():
            halt_desk.halt(house.judge, vehicle, HaltKind.SUSPEND, bare)
        assert (lines(), lot_of(vehicle), halt_reads.find_halt(vehicle)) == (
            before,
            LotState.ANNOUNCED,
            None,
        )
        with act():
            halt_desk.halt(house.judge, vehicle, HaltKind.STAY, OBJECTION)
        with act():
            halt_desk.halt(house.judge, vehicle, HaltKind.SUSPEND, THIRD)
        assert lot_of(vehicle) is LotState.SUSPENDED
        assert len(halt_reads.list_halts(vehicle)) == 2
        assert court.find_command(vehicle, CommandKind.STAY) is None


def test_only_the_judge_of_the_court_that_holds_it_decides(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = published(house)
        before = lines()
        for actor in (house.other_judge, house.clerk, house.agent):
            with pytest.raises(Exception), act():  # noqa: B017 - refused or not found
                halt_desk.halt(actor, vehicle, HaltKind.STAY, OBJECTION)
        assert (lines(), lot_of(vehicle)) == (before, LotState.ANNOUNCED)


def giving(house: House, vehicle: Vehicle, **changes: object) -> back_desk.GivingBack:
    """What the gate writes down, faultless but for `changes`."""
    photos = [
        intake.keep(house.keeper, vehicle, "release_photo", corner)
        for corner in ("front_left", "front_right", "rear_left", "rear_right")
    ]
    found: dict[str, object] = {
        "receiver": "李被执",
        "leaving": Leaving(1, 1, "入库时没有读数"),
        "files": "行驶证一本，委托书复印件",
        "paper": "receipt",
        "photos": photos,
        "taker_sign": "李被执",
        "staff_sign": house.keeper.name,
    }
    return back_desk.GivingBack(**(found | changes))  # type: ignore[arg-type]


def test_a_withdrawn_vehicle_goes_back_with_keys_and_papers(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = published(house)
        with act():
            halt_desk.withdraw(house.judge, vehicle, SETTLED)
        assert lot_of(vehicle) is LotState.WITHDRAWN
        listing = showroom.find_listing(vehicle)
        assert listing is not None
        assert listing.state is ListingState.WITHDRAWN
        row = db.session.get_one(Vehicle, vehicle)
        assert row.stage is Stage.STORED
        command = command_of(vehicle, CommandKind.WITHDRAW)
        assert command.addressee_id == house.station.id
        assert command.due == court_rules.default_due(CommandKind.WITHDRAW, clock.today())
        given_ = giving(house, row)
        with pytest.raises(Refused, match="command_unacknowledged"), act():
            back_desk.give_back(house.keeper, vehicle, given_)
        with act():
            court_makers.desk.acknowledge(house.keeper, command)
        for change, code in (
            ({"receiver": " "}, "give_back_field"),
            ({"files": ""}, "give_back_field"),
            ({"taker_sign": ""}, "give_back_field"),
            ({"paper": ""}, "no_receipt_paper"),
            ({"photos": given_.photos[:3]}, "give_back_photos"),
        ):
            before = lines()
            fault = back_desk.GivingBack(**{**vars(given_), **change})
            with pytest.raises(Refused, match=code), act():
                back_desk.give_back(house.keeper, vehicle, fault)
            assert lines() == before
        with act():
            back_desk.give_back(house.keeper, vehicle, given_)
        db.session.expire_all()
        assert db.session.get_one(Vehicle, vehicle).stage is Stage.WITHDRAWN
        assert db.session.get_one(GivenBack, vehicle).receiver == "李被执"
        assert db.session.get_one(Command, command.id).state is CommandState.DONE
        assert yard.find_stay(vehicle) is None
        assert halt_reads.find_halt(vehicle) is None
        line = db.session.query(TrailLine).filter_by(act="release.give_back").one()
        assert line.facts["what"].split() == ["vehicle", "keys", "files"]
        assert "李被执" not in str(line.facts)
        with pytest.raises(Refused), act():
            back_desk.give_back(house.keeper, vehicle, given_)


def test_a_vehicle_that_was_never_fetched_is_withdrawn_where_it_stands(
    app: Flask, house: House
) -> None:
    with app.app_context():
        vehicle = court_makers.commanded(house).vehicle_id
        with act():
            assert halt_desk.withdraw(house.judge, vehicle, SETTLED) is None
        db.session.expire_all()
        assert db.session.get_one(Vehicle, vehicle).stage is Stage.WITHDRAWN
        assert court.find_command(vehicle, CommandKind.TOW_IN) is None
        assert db.session.query(Halt).one().over_at is not None


def test_a_vehicle_on_its_way_is_not_withdrawn(app: Flask, house: House) -> None:
    with app.app_context():
        vehicle = intake.make_towing(house).vehicle_id
        before = lines()
        with pytest.raises(Refused, match="withdraw_stage"), act():
            halt_desk.withdraw(house.judge, vehicle, SETTLED)
        assert (lines(), db.session.query(Halt).count()) == (before, 0)


def test_nothing_is_published_while_a_withdrawal_waits(app: Flask, house: House) -> None:
    with app.app_context():
        listing = makers.make_drafted(house)
        with act():
            halt_desk.withdraw(house.judge, listing.vehicle_id, SETTLED)
        with pytest.raises(Refused, match="sale_halted"):
            makers.order(house, listing)


def test_the_pages_lead_a_judge_and_a_station_through_it(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        vehicle = published(house)
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    root = f"/showroom/vehicles/{vehicle}/halt"
    assert root in client.get(f"/watch/vehicles/{vehicle}").text
    assert f"{root}/withdraw" in client.get(root).text
    bad = client.post(f"{root}/withdraw", data={"ground": "settled", "words": SETTLED.words})
    assert bad.status_code == 422
    assert SETTLED.words in bad.text
    form = {
        "ground": "settled",
        "words": SETTLED.words,
        "paper": (court_makers.a_pdf("settled"), "s.pdf"),
    }
    assert client.post(f"{root}/withdraw", data=form).status_code == 303
    assert "三日内交还" in client.get(root).text
    client.post("/sign-out")
    client.post("/sign-in", data={"login": "station_manager", "password": PASSWORD})
    back = f"/release/vehicles/{vehicle}/give-back"
    assert back in client.get(f"/watch/vehicles/{vehicle}").text
    assert SETTLED.words in client.get(back).text
