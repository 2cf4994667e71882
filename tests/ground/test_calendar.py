from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.calendar import (
    add_days,
    add_working_hours,
    days_before,
    is_announced,
    is_provisional,
    is_working_day,
    local_date,
    working_days_between,
    working_time,
)
from station.ground.clock import SHANGHAI

DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 9, 28), True),
        (date(2025, 10, 11), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 20), False),
        (date(2026, 3, 7), False),
        (date(2026, 3, 9), True),
    ],
)
def test_working_days_know_the_swapped_weekends(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "n", "unit", "end"),
    [
        (date(2026, 3, 2), 3, "calendar", date(2026, 3, 5)),
        (date(2026, 3, 4), 3, "calendar", date(2026, 3, 9)),
        (date(2025, 9, 26), 5, "calendar", date(2025, 10, 9)),
        (date(2025, 9, 29), 3, "working", date(2025, 10, 10)),
        (date(2025, 10, 9), 2, "working", date(2025, 10, 11)),
        (date(2026, 3, 7), 1, "working", date(2026, 3, 9)),
        (date(2026, 3, 7), 0, "calendar", date(2026, 3, 9)),
    ],
)
def test_periods_leave_out_the_first_day_and_roll_over_holidays(
    start: date, n: int, unit: str, end: date
) -> None:
    assert add_days(start, n, unit) == end  # type: ignore[arg-type]


@given(DAYS, st.integers(0, 60), st.sampled_from(["calendar", "working"]))
def test_a_period_ends_on_a_working_day_and_never_early(start: date, n: int, unit: str) -> None:
    end = add_days(start, n, unit)  # type: ignore[arg-type]
    assert is_working_day(end)
    assert end >= start + timedelta(days=n)


@given(DAYS, st.integers(1, 40))
def test_working_periods_count_exactly_their_days(start: date, n: int) -> None:
    assert working_days_between(start, add_days(start, n, "working")) == n


def test_a_period_does_not_run_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_days(date(2026, 3, 2), -1)


def test_notice_days_before_an_event_never_roll() -> None:
    assert days_before(date(2026, 3, 10), 3) == date(2026, 3, 7)


def test_years_not_announced_make_a_period_provisional() -> None:
    assert is_announced(2026)
    assert not is_announced(2027)
    assert is_provisional(date(2026, 12, 20), date(2027, 1, 5))
    assert not is_provisional(date(2026, 12, 1), date(2026, 12, 31))


def test_dates_are_those_of_shanghai() -> None:
    assert local_date(datetime(2026, 3, 2, 16, 30, tzinfo=UTC)) == date(2026, 3, 3)
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 3, 2, 16, 30))  # noqa: DTZ001 - the point of the test


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (_at(2, 9), 3, _at(2, 12)),
        (_at(2, 9), 4, _at(2, 14, 30)),
        (_at(2, 12, 30), 1, _at(2, 14, 30)),
        (_at(2, 16), 4, _at(3, 11, 30)),
        (_at(6, 17), 4, _at(9, 14)),
        (_at(7, 10), 4, _at(9, 14, 30)),
        (_at(7, 10), 0, _at(7, 10)),
    ],
)
def test_working_hours_skip_nights_noon_and_weekends(
    start: datetime, hours: float, end: datetime
) -> None:
    assert add_working_hours(start, hours) == end


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001
    st.integers(1, 40),
)
def test_the_time_between_is_the_time_added(start: datetime, quarters: int) -> None:
    moment = start.replace(tzinfo=SHANGHAI)
    end = add_working_hours(moment, quarters / 4)
    assert working_time(moment, end) == timedelta(minutes=15 * quarters)
    assert end.tzinfo is UTC
