"""The court calendar: working days, periods and working hours. No clock inside.

Dates are dates of Asia/Shanghai. The rules for counting are those of the civil procedure law
(民事诉讼法 art. 85 [MH]): the first day does not count, and a period whose last day is a holiday
ends on the next working day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

import holidays

from station.ground.clock import SHANGHAI, in_shanghai
from station.ground.tables import read_table

Unit = Literal["calendar", "working"]

_TABLE = read_table(__file__, "working_days.yaml")
_HOURS = [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in _TABLE["hours"]]


def local_date(moment: datetime) -> date:
    """The Shanghai date of an aware moment. Raises `ValueError` for a naive one."""
    return in_shanghai(moment).date()


def is_announced(year: int) -> bool:
    """Whether the State Council's 调休 for `year` is known; if not, its days are provisional."""
    return year <= _TABLE["announced_through"] or year in _TABLE["years"]


def is_provisional(start: date, end: date) -> bool:
    """Whether a period from `start` to `end` touches a year that is not announced yet."""
    return not all(is_announced(year) for year in range(start.year, end.year + 1))


def is_working_day(day: date) -> bool:
    """Whether courts and offices work on `day`, with 调休 and our own table counted."""
    off, working = _year(day.year)
    return day in working or (day.weekday() < 5 and day not in off)


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """(free days, weekend days that are worked) of one year."""
    own = _TABLE["years"].get(year, {})
    known = holidays.country_holidays("CN", years=year)
    worked = {day for day in known.weekend_workdays if day.year == year}
    off = ({day for day in known if day.year == year} - worked) | set(own.get("off", ()))
    working = (worked | set(own.get("working", ()))) - set(own.get("off", ()))
    return frozenset(off - working), frozenset(working)


def next_working_day(day: date) -> date:
    """`day` itself when it is worked, else the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_days(start: date, n: int, unit: Unit = "calendar") -> date:
    """Last day of a period of `n` days that begins with `start` (民事诉讼法 art. 85).

    `start` does not count. A calendar period that ends on a holiday rolls to the next working
    day; a period of working days counts working days only. Raises `ValueError` for n < 0.
    """
    if n < 0:
        raise ValueError("periods run forward; for notice days see days_before")
    if unit == "calendar":
        return next_working_day(start + timedelta(days=n))
    day = start
    for _ in range(n):
        day = next_working_day(day + timedelta(days=1))
    return next_working_day(day)


def days_before(event: date, n: int) -> date:
    """Latest day that leaves `n` full days before `event`, e.g. 3 days before publication.

    It never rolls: moving it later would shorten the notice that the rule protects.
    """
    return event - timedelta(days=n)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=i)) for i in range(1, days + 1))


def add_working_hours(start: datetime, hours: float) -> datetime:
    """Moment (UTC) at which `hours` working hours have passed since the aware `start`.

    Time outside the court's hours does not count, so a period that ends exactly with the
    office day ends then and not the next morning. Raises `ValueError` for a naive `start` or
    negative `hours`.
    """
    if hours < 0:
        raise ValueError("hours run forward")
    left = timedelta(hours=hours)
    if not left:
        return start.astimezone(UTC)
    for opens, end in _office_hours(local_date(start)):
        begin = max(opens, start)
        if begin < end:
            if left <= end - begin:
                return (begin + left).astimezone(UTC)
            left -= end - begin
    raise AssertionError("office hours never end")


def working_time(start: datetime, end: datetime) -> timedelta:
    """Office time between two aware moments; zero when `end` is not later."""
    total, last = timedelta(), local_date(end)
    for begin, close in _office_hours(local_date(start)):
        if begin.date() > last:
            return total
        total += max(timedelta(), min(close, end) - max(begin, start))
    raise AssertionError("office hours never end")


def _office_hours(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Office hours from `day` on, in order, without end."""
    while True:
        day = next_working_day(day)
        for begin, end in _HOURS:
            yield (
                datetime.combine(day, begin, SHANGHAI),
                datetime.combine(day, end, SHANGHAI),
            )
        day += timedelta(days=1)
