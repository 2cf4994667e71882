"""What needs the court: pure facts in, lines out, worst first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from station.court.rules import CommandKind, CommandState, EntrustmentState
from station.ground.clock import SHANGHAI
from station.sales.rules import LotState
from station.showroom.rules import ListingState
from station.vehicles.rules import STAGES, Stage
from station.watch.rules import (
    LINES,
    CommandFact,
    Concern,
    CourtFacts,
    Doubt,
    Expiry,
    ListingFact,
    LotFact,
    MileageFact,
    SeizureFact,
    StorageFact,
    Tone,
    needs,
)
from station.watch.steps import STEP_WORDS, Standing, Step, next_step

NOW = datetime(2026, 3, 11, 10, tzinfo=SHANGHAI)  # a Wednesday
TODAY = NOW.date()


def command(**changes: object) -> CommandFact:
    told: dict[str, object] = {
        "id": "c",
        "vehicle": "v",
        "kind": CommandKind.TOW_IN,
        "state": CommandState.ACKNOWLEDGED,
        "issued_at": NOW - timedelta(days=1),
        "due": TODAY,
    }
    return CommandFact(**{**told, **changes})  # type: ignore[arg-type]


def seizure(**changes: object) -> SeizureFact:
    told: dict[str, object] = {
        "id": "s",
        "case": "k",
        "vehicle": "v",
        "stage": Stage.REGISTERED,
        "since": NOW - timedelta(days=5),
        "until": TODAY + timedelta(days=400),
    }
    return SeizureFact(**{**told, **changes})  # type: ignore[arg-type]


def lot(state: LotState, **changes: object) -> LotFact:
    return LotFact("l", "v", state, NOW - timedelta(days=1), **changes)  # type: ignore[arg-type]


def concerns(facts: CourtFacts) -> list[Concern]:
    return [need.concern for need in needs(facts, NOW)]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (command(due=TODAY - timedelta(days=1)), [Concern.COMMAND_LATE]),
        (command(due=TODAY), []),
        (command(state=CommandState.ISSUED), [Concern.COMMAND_UNSIGNED]),
        (command(state=CommandState.ISSUED, issued_at=NOW - timedelta(minutes=30)), []),
    ],
)
def test_a_command_is_told_when_late_or_unsigned(
    fact: CommandFact, expected: list[Concern]
) -> None:
    assert concerns(CourtFacts(commands=(fact,))) == expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (seizure(), [Concern.NOT_ENTRUSTED]),
        (seizure(answer="refused"), [Concern.DECLINED]),
        (seizure(answer="offered", asked_at=NOW - timedelta(days=3)), [Concern.UNANSWERED]),
        (seizure(answer="offered", asked_at=NOW - timedelta(days=1)), []),
        (seizure(stage=Stage.ENTRUSTED), [Concern.NOT_COMMANDED]),
        (seizure(stage=Stage.STORED), []),
        (seizure(stage=Stage.STORED, until=TODAY), [Concern.SEIZURE_WEEK]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=7)), [Concern.SEIZURE_WEEK]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=8)), [Concern.SEIZURE_ENDS]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=30)), [Concern.SEIZURE_ENDS]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=31)), [Concern.SEIZURE_NEARS]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=90)), [Concern.SEIZURE_NEARS]),
        (seizure(stage=Stage.STORED, until=TODAY + timedelta(days=91)), []),
        (seizure(stage=Stage.RELEASED, until=TODAY), []),
    ],
)
def test_a_seizure_is_told_when_the_court_must_act(
    fact: SeizureFact, expected: list[Concern]
) -> None:
    assert concerns(CourtFacts(seizures=(fact,))) == expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (lot(LotState.ANNOUNCED), [Concern.RESULT]),
        (lot(LotState.SOLD, pay_due=TODAY), [Concern.BALANCE]),
        (lot(LotState.SOLD, pay_due=TODAY - timedelta(days=1)), [Concern.BALANCE_LATE]),
        (lot(LotState.PAID, balance_on=TODAY - timedelta(days=10)), [Concern.RULING]),
        (lot(LotState.PAID, balance_on=TODAY - timedelta(days=11)), [Concern.RULING_LATE]),
        (lot(LotState.SERVED, served_at=NOW - timedelta(days=15)), [Concern.RELEASE]),
        (lot(LotState.SERVED, served_at=NOW - timedelta(days=16)), [Concern.RELEASE_LATE]),
        (lot(LotState.SERVED, served_at=NOW, release_ordered=True), []),
        (lot(LotState.CLOSED), []),
    ],
)
def test_a_lot_is_told_with_the_day_of_the_law(fact: LotFact, expected: list[Concern]) -> None:
    assert concerns(CourtFacts(lots=(fact,))) == expected


def test_bidding_that_is_still_on_asks_for_no_result() -> None:
    fact = LotFact("l", "v", LotState.ANNOUNCED, NOW + timedelta(hours=1))
    assert concerns(CourtFacts(lots=(fact,))) == []


def test_red_comes_first_by_its_day_then_doubts_then_work_by_waiting_time() -> None:
    facts = CourtFacts(
        commands=(command(id="late", due=TODAY - timedelta(days=2)),),
        seizures=(seizure(vehicle="old", since=NOW - timedelta(days=9)), seizure(vehicle="new")),
        lots=(lot(LotState.SOLD, pay_due=TODAY - timedelta(days=5)),),
        listings=(ListingFact("v", NOW - timedelta(days=7), 0),),
        care=(Doubt("v", "v", "x", NOW - timedelta(days=20)),),
    )
    found = needs(facts, NOW)
    assert [one.concern for one in found] == [
        Concern.BALANCE_LATE,
        Concern.COMMAND_LATE,
        Concern.CARE,
        Concern.NOT_ENTRUSTED,
        Concern.LISTING_READY,
        Concern.NOT_ENTRUSTED,
    ]
    assert [one.vehicle for one in found if one.concern is Concern.NOT_ENTRUSTED] == ["old", "new"]
    assert found[0].day == date(2026, 3, 6)


def test_only_a_deadline_is_red() -> None:
    red = {concern for concern, told in LINES.items() if told.tone is Tone.SEAL}
    assert red == {
        Concern.SEIZURE_WEEK,
        Concern.SEIZURE_ENDS,
        Concern.RESUME,
        Concern.COMMAND_LATE,
        Concern.BALANCE_LATE,
        Concern.RULING_LATE,
        Concern.RELEASE_LATE,
    }
    assert set(LINES) == set(Concern)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, [Concern.EXPIRED]),
        (0, [Concern.EXPIRES_WEEK]),
        (7, [Concern.EXPIRES_WEEK]),
        (8, [Concern.EXPIRES_MONTH]),
        (30, [Concern.EXPIRES_MONTH]),
        (31, [Concern.EXPIRES]),
        (90, [Concern.EXPIRES]),
        (91, []),
    ],
)
def test_papers_are_told_at_ninety_thirty_and_seven_days(
    days: int, expected: list[Concern]
) -> None:
    for what in ("年检", "交强险"):
        fact = Expiry("v", what, TODAY + timedelta(days=days), NOW)
        told = needs(CourtFacts(expiries=(fact,)), NOW)
        assert [need.concern for need in told] == expected
        assert [need.day for need in told] == [fact.on for _ in expected]


def test_costly_storage_is_told() -> None:
    (told,) = needs(CourtFacts(storage=(StorageFact("v", NOW, 200, "¥ 1.00"),)), NOW)
    assert told.concern is Concern.SELL_NOW
    assert told.values == {"days": 200, "cost": "¥ 1.00"}


def test_an_odometer_that_movements_do_not_explain_is_told() -> None:
    (told,) = needs(CourtFacts(mileage=(MileageFact("v", 40, 3, NOW),)), NOW)
    assert told.concern is Concern.MILEAGE
    assert told.values == {"growth": 40, "allowed": 3}


def test_a_listing_with_gaps_says_how_many() -> None:
    (need,) = needs(CourtFacts(listings=(ListingFact("v", NOW, 2),)), NOW)
    assert (need.concern, need.values) == (Concern.LISTING_GAPS, {"red": 2})


def test_a_doubtful_check_in_or_label_is_told_for_a_week() -> None:
    week = Doubt("v", "v", "x", NOW - timedelta(days=7))
    older = Doubt("v", "v", "x", NOW - timedelta(days=7, minutes=1))
    assert concerns(CourtFacts(check_ins=(week, older))) == [Concern.CHECK_IN]
    assert concerns(CourtFacts(sightings=(week, older))) == [Concern.LABEL]


@pytest.mark.parametrize(
    ("standing", "step"),
    [
        (Standing(Stage.REGISTERED), Step.ENTRUST),
        (Standing(Stage.REGISTERED, EntrustmentState.OFFERED), Step.ANSWER),
        (Standing(Stage.REGISTERED, EntrustmentState.REFUSED), Step.ENTRUST),
        (Standing(Stage.ENTRUSTED), Step.COMMAND),
        (Standing(Stage.TOW_ORDERED, unsigned=True), Step.SIGN),
        (Standing(Stage.TOW_ORDERED), Step.SEND_TOW),
        (Standing(Stage.TOW_ORDERED, sent=True), Step.FETCH),
        (Standing(Stage.TOWING), Step.FETCH),
        (Standing(Stage.AT_GATE), Step.TAKE_IN),
        (Standing(Stage.TAKEN_IN), Step.PLACE),
        (Standing(Stage.STORED), Step.DRAFT),
        (Standing(Stage.STORED, listing=ListingState.DRAFT), Step.DRAFT),
        (Standing(Stage.STORED, listing=ListingState.DRAFT, complete=True), Step.APPROVE),
        (Standing(Stage.STORED, listing=ListingState.ORDERED), Step.ANNOUNCE),
        (Standing(Stage.STORED, listing=ListingState.ORDERED, unsigned=True), Step.SIGN),
        (Standing(Stage.STORED, listing=ListingState.WITHDRAWN), Step.DRAFT),
        (Standing(Stage.PUBLISHED), Step.RESULT),
        (Standing(Stage.SOLD), Step.BALANCE),
        (Standing(Stage.PAID, lot=LotState.PAID), Step.RULING),
        (Standing(Stage.PAID, lot=LotState.SERVED), Step.ORDER_RELEASE),
        (Standing(Stage.RELEASE_ORDERED), Step.HAND_OVER),
        (Standing(Stage.RELEASED), None),
        (Standing(Stage.QUEUED), None),
        (Standing(Stage.WITHDRAWN), None),
    ],
)
def test_every_stage_has_its_next_step(standing: Standing, step: Step | None) -> None:
    assert next_step(standing) is step


def test_only_an_end_of_life_and_a_queue_have_no_next_step() -> None:
    idle = {stage for stage in Stage if next_step(Standing(stage)) is None}
    assert idle == {Stage.RELEASED, Stage.WITHDRAWN, Stage.QUEUED}
    assert all(STAGES.next(stage) for stage in set(Stage) - idle)
    assert set(STEP_WORDS) == set(Step)
