"""Periods: how they are counted over years, what pauses do to them, and the table itself."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app as composition
from station.court.conditions import NOT_BUILT, When, check_known, read_all, read_when
from station.court.deadlines import (
    DEADLINES,
    MARK_WORDS,
    PAUSES,
    TABLE,
    Deadline,
    Due,
    Pause,
    Unit,
    _deadline,
    acts_of,
    add_months,
    begun_at,
    due,
    due_of,
    last_day,
    mark_word,
    pauses_of,
)
from station.ground.calendar import (
    add_days,
    add_working_hours,
    is_announced,
    is_working_day,
    local_date,
)
from station.ground.clock import SHANGHAI
from station.trail.events import Event
from tests.translations.test_words import english

STARTS = st.integers(0, 8 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
)
COUNTED = st.sampled_from([r for r in DEADLINES.values() if r.unit is not Unit.NAMED])
FORWARD = COUNTED.filter(lambda rule: not rule.before and rule.amount < 400)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=20))


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    """A few pauses, some of them overlapping, out of order, empty, or not ended."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        since = draw(STARTS)
        ended = draw(st.booleans())
        found.append(Pause(since, since + draw(LENGTHS) if ended else None))
    return found


def at(day: int, hour: int = 10) -> datetime:
    """A moment of March 2026 in Shanghai; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def end_of(found: Due) -> datetime:
    return found.by or datetime.combine(found.day, datetime.min.time(), SHANGHAI)


@settings(deadline=None)  # the first look into a year reads its holidays
@given(FORWARD, STARTS, pauses())
def test_nothing_is_due_before_it_began(
    rule: Deadline, begun: datetime, still: list[Pause]
) -> None:
    found = due(rule, begun, still, as_of=begun)
    assert found.day >= local_date(begun)
    assert found.by is None or found.by >= begun


@settings(deadline=None)
@given(FORWARD, STARTS, pauses(), STARTS)
def test_a_pause_only_moves_a_deadline_later(
    rule: Deadline, begun: datetime, still: list[Pause], as_of: datetime
) -> None:
    never = due(rule, begun, as_of=as_of)
    with_all = due(rule, begun, still, as_of=as_of)
    with_fewer = due(rule, begun, still[:-1], as_of=as_of)
    assert end_of(never) <= end_of(with_fewer) <= end_of(with_all)


@settings(deadline=None)
@given(FORWARD, STARTS, LENGTHS, pauses(), STARTS)
def test_what_begins_later_is_not_due_earlier(
    rule: Deadline, begun: datetime, gap: timedelta, still: list[Pause], as_of: datetime
) -> None:
    # A period of months has as many days as its months have: a pause that only the earlier one
    # met may then end it later. Counted in days or hours there is no such case.
    met = [] if rule.unit in (Unit.MONTHS, Unit.YEARS) else still
    first, second = (due(rule, one, met, as_of=as_of) for one in (begun, begun + gap))
    assert end_of(first) <= end_of(second)


@settings(deadline=None)
@given(COUNTED, STARTS, pauses())
def test_what_rolls_never_ends_on_a_holiday(
    rule: Deadline, begun: datetime, still: list[Pause]
) -> None:
    if rule.rolls:
        assert is_working_day(due(rule, begun, still, as_of=begun).day)


@settings(deadline=None)
@given(COUNTED, STARTS, pauses())
def test_an_end_in_a_year_not_announced_is_provisional_where_working_days_matter(
    rule: Deadline, begun: datetime, still: list[Pause]
) -> None:
    found = due(rule, begun, still, as_of=begun)
    asks = rule.rolls or rule.unit in (Unit.WORKING, Unit.WORKING_HOURS)
    if not asks:
        assert not found.provisional
    elif not is_announced(found.day.year):
        assert found.provisional
    elif is_announced(local_date(begun).year):
        assert not found.provisional


@settings(deadline=None)
@given(COUNTED, STARTS, st.lists(st.integers(0, 400), min_size=2, max_size=2))
def test_an_open_pause_moves_the_end_on_as_time_goes_by(
    rule: Deadline, begun: datetime, days: list[int]
) -> None:
    still = [Pause(begun + timedelta(hours=1))]
    early, late = (begun + timedelta(days=n, hours=2) for n in sorted(days))
    first, second = (due(rule, begun, still, as_of=one) for one in (early, late))
    assert end_of(first) <= end_of(second)
    if not rule.before:
        assert first.paused
        assert second.paused


@settings(deadline=None)
@given(STARTS, st.integers(0, 60))
def test_without_pauses_days_and_hours_are_those_of_the_court_calendar(
    begun: datetime, n: int
) -> None:
    start = local_date(begun)
    for unit in ("calendar", "working"):
        rule = dataclasses.replace(DEADLINES["ruling"], amount=n, unit=Unit(unit), rolls=True)
        assert due(rule, begun, as_of=begun).day == add_days(start, n, unit)  # type: ignore[arg-type]
    hours = dataclasses.replace(DEADLINES["acknowledge"], amount=n)
    assert due(hours, begun, as_of=begun).by == add_working_hours(begun, n)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 40))
def test_months_go_to_the_same_day_or_the_last_of_the_month(start: date, n: int) -> None:
    end = add_months(start, n)
    assert (end.year - start.year) * 12 + end.month - start.month == n
    assert end.day == start.day or (end.day < start.day and (end + timedelta(1)).day == 1)


def test_the_day_a_period_begins_does_not_count_and_a_holiday_end_rolls() -> None:
    assert last_day("ruling", date(2026, 3, 2)) == date(2026, 3, 12)
    assert last_day("hand_over", date(2026, 3, 6)) == date(2026, 3, 23)  # the 21st is a Saturday


def test_a_seizure_ends_on_its_day_even_on_a_holiday() -> None:
    found = due(DEADLINES["seizure_lasts"], datetime(2024, 10, 3, tzinfo=SHANGHAI), as_of=at(2))
    assert found == Due(date(2026, 10, 3))
    assert not is_working_day(found.day)


def test_notice_days_are_counted_back_and_never_move() -> None:
    starts = datetime(2026, 3, 16, 10, tzinfo=SHANGHAI)
    assert due(DEADLINES["announce_first"], starts, as_of=at(2)).day == date(2026, 3, 1)


def test_days_on_which_the_clock_stands_still_do_not_count() -> None:
    rule = DEADLINES["survey"]
    still = [Pause(at(4, 15), at(6, 9)), Pause(at(5), at(5, 11))]
    assert due(rule, at(2), as_of=at(3)).day == date(2026, 3, 12)
    assert due(rule, at(2), still, as_of=at(9)) == Due(date(2026, 3, 16))  # the 15th is a Sunday


def test_a_pause_that_ends_at_midnight_does_not_take_the_next_day() -> None:
    still = [Pause(at(4, 15), at(6, 0))]
    assert due(DEADLINES["survey"], at(2), still, as_of=at(9)).day == date(2026, 3, 16)
    rule = dataclasses.replace(DEADLINES["survey"], rolls=False)
    assert due(rule, at(2), still, as_of=at(9)).day == date(2026, 3, 14)


def test_working_hours_go_on_where_a_pause_left_them() -> None:
    begun, still = at(2, 16), [Pause(at(2, 17), at(3, 10))]
    found = due(DEADLINES["acknowledge"], begun, still, as_of=at(4))
    # one hour on the Monday, two on the Tuesday before noon, one after
    assert found.by == at(3, 14).replace(minute=30)
    assert found.by.tzinfo is UTC
    assert not found.passed(found.by)
    assert found.passed(found.by + timedelta(seconds=1))


def test_the_last_day_itself_is_in_time() -> None:
    found = Due(date(2026, 3, 12))
    assert not found.passed(at(12, 23))
    assert found.passed(at(13, 0))


# --- from acts


def test_a_command_says_its_own_day() -> None:
    events = [
        Event("court.issue", at(2), {"kind": "tow_in", "due": "2026-03-20"}),
        Event("court.issue", at(3), {"kind": "tow_in", "due": "2026-03-05"}),
        Event("court.issue", at(4), {"kind": "publish", "due": "2026-03-30"}),
    ]
    assert due_of(DEADLINES["tow_command"], events, as_of=at(9)) == Due(date(2026, 3, 5))
    assert due_of(DEADLINES["release_command"], events, as_of=at(9)) is None
    nameless = [Event("court.issue", at(2), {"kind": "tow_in"})]
    assert due_of(DEADLINES["tow_command"], nameless, as_of=at(9)) is None


def test_a_period_begins_when_the_thing_happened_not_when_it_was_written() -> None:
    served = Event("sales.serve", at(9), {"served_at": at(6).isoformat()})
    assert begun_at(DEADLINES["hand_over"], [served]) == at(6)
    paid = Event("sales.balance", at(9), {"received_on": "2026-03-02"})
    found = due_of(DEADLINES["ruling"], [paid], as_of=at(9))
    assert found is not None
    assert found.day == date(2026, 3, 12)


def test_what_only_a_person_can_know_is_not_guessed() -> None:
    rule = DEADLINES["appraisal_more"]
    assert rule.event
    assert due_of(rule, [Event("showroom.announce", at(2))], as_of=at(9)) is None


def test_pauses_are_read_from_the_acts_that_begin_and_end_them() -> None:
    events = [
        Event("sales.resume", at(2)),  # ends nothing
        Event("sales.stay", at(3)),
        Event("sales.suspend", at(4)),  # the clock stands still already
        Event("sales.resume", at(6)),
        Event("showroom.submit", at(9)),
    ]
    assert pauses_of(DEADLINES["closed"], events) == [Pause(at(9)), Pause(at(3), at(6))]
    assert pauses_of(DEADLINES["ruling"], events) == []


def test_conditions_ask_for_facts() -> None:
    event = Event("showroom.announce", at(2), {"photos": 8, "round": "first", "lot": ""})
    assert When("showroom.announce").meets(event)
    assert read_when({"act": "showroom.announce", "photos": ">=8", "round": "first"}).meets(event)
    assert not read_when({"act": "showroom.announce", "photos": ">=9"}).meets(event)
    assert not read_when({"act": "showroom.announce", "lot": "*"}).meets(event)
    assert not read_when({"act": "showroom.announce", "round": "second"}).meets(event)
    assert not When("showroom.draft").meets(event)
    assert read_all(None) == ()
    assert read_all("a.b") == (When("a.b"),)


# --- the table


def test_every_rule_says_how_sure_it_is_and_every_pause_is_used() -> None:
    assert {mark_word(rule.mark) for rule in DEADLINES.values()} == set(MARK_WORDS.values())
    assert {name for rule in DEADLINES.values() for name in rule.paused_by} == set(PAUSES)


GOOD = {"id": "x", "zh": "某事", "mark": "P", "amount": 3, "unit": "calendar"}
GOOD |= {"from": ["court.accept"], "owes": "judge"}


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"owes": "somebody"}, "nobody of that name"),
        ({"from": []}, "nothing begins it"),
        ({"amount": -1}, "run forward"),
        ({"unit": "working", "before": True}, "counted back"),
        ({"unit": "named"}, "named, not counted"),
        ({"mark": "V:L18"}, "has a source"),
        ({"paused_by": ["lunch"]}, "unknown pause"),
    ],
)
def test_a_row_that_says_too_little_or_too_much_stops_the_program(
    wrong: dict[str, object], what: str
) -> None:
    assert _deadline(GOOD).rolls
    with pytest.raises(ValueError, match=what):
        _deadline(GOOD | wrong)


def test_a_mark_or_a_unit_that_is_not_known_stops_the_program() -> None:
    with pytest.raises(KeyError):
        _deadline(GOOD | {"mark": "X"})
    with pytest.raises(ValueError, match="fortnights"):
        _deadline(GOOD | {"unit": "fortnights"})
    with pytest.raises(ValueError, match="no length"):
        _deadline({name: value for name, value in GOOD.items() if name != "amount"})


def test_every_act_named_is_one_that_rooms_do_or_that_is_not_built_yet() -> None:
    vocabulary = composition.gather("rules", "ACTS")
    check_known(acts_of(), vocabulary)
    with pytest.raises(ValueError, match=r"court\.dance"):
        check_known(["court.accept", "court.dance", *NOT_BUILT], vocabulary)


def test_an_act_that_was_built_has_left_the_list_of_those_that_are_not() -> None:
    assert set(NOT_BUILT) & set(composition.gather("rules", "ACTS")) == set()


def test_every_word_of_the_tables_has_its_english() -> None:
    words = {rule.zh for rule in (*DEADLINES.values(), *PAUSES.values())}
    words |= {rule.event for rule in DEADLINES.values() if rule.event} | set(NOT_BUILT.values())
    assert sorted(word for word in words if not english().get(word)) == []


def test_the_table_holds_as_many_rules_as_it_has_rows() -> None:
    assert len(DEADLINES) == len(TABLE["deadlines"]) > 70
