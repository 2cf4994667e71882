"""Every deadline of the procedure: the rule as data (`deadlines.yaml`), the day as a function.

Days are counted as the procedure law counts them (民事诉讼法 art 85): the day a period begins does
not count, a period that ends on a holiday ends on the next working day, a day that must lie before
an event never moves. A day on which the clock stands still, even for a part of it, does not
count [P].
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from station.court.conditions import When, last_met, read_all
from station.ground.calendar import (
    add_working_hours,
    days_before,
    is_provisional,
    is_working_day,
    local_date,
    next_working_day,
    working_time,
)
from station.ground.clock import SHANGHAI
from station.ground.tables import read_table
from station.ground.words import N_
from station.people.rules import ROLES
from station.trail.events import Event

TABLE = read_table(__file__, "deadlines.yaml")
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


class Unit(StrEnum):
    """What a period is counted in. NAMED: the act that begins it says the day."""

    CALENDAR = "calendar"
    WORKING = "working"
    WORKING_HOURS = "working_hours"
    HOURS = "hours"
    MONTHS = "months"
    YEARS = "years"
    NAMED = "named"


UNIT_WORDS = {
    Unit.CALENDAR: N_("%(n)d 日"),
    Unit.WORKING: N_("%(n)d 个工作日"),
    Unit.WORKING_HOURS: N_("%(n)d 个工作小时"),
    Unit.HOURS: N_("%(n)d 小时"),
    Unit.MONTHS: N_("%(n)d 个月"),
    Unit.YEARS: N_("%(n)d 年"),
    Unit.NAMED: N_("载明的日期"),
}
_BY_HOURS = (Unit.HOURS, Unit.WORKING_HOURS)
_BY_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}

OUTSIDE = {
    "platform": N_("网络拍卖平台"),
    "vehicle_office": N_("车辆管理所"),
    "assessor": N_("评估机构"),
    "enquirer": N_("询价机构"),
    "supervisor": N_("名单库管理法院"),
}
"""Who owes something and has no account here."""

WHO: dict[str, str] = {**{role.value: word for role, word in ROLES.items()}, **OUTSIDE}

MARK_WORDS = {
    "V": N_("见于公布文本"),
    "S": N_("见于行业文件"),
    "MH": N_("通行认识"),
    "MU": N_("待确认"),
    "P": N_("建议"),
}
"""How sure a rule is, by the letters before the colon of its mark (docs/law)."""


def mark_word(mark: str) -> str:
    """A confidence mark in words (a msgid). Raises `KeyError` for one that is not known."""
    return MARK_WORDS[mark.partition(":")[0]]


@dataclass(frozen=True)
class Deadline:
    """One row of the table.

    `amount` of `unit`; `before`: counted back from the event, not on from it. `rolls`: an end on a
    holiday moves to the next working day. `begins`, `ends`: acts of the trail; `event`: what begins
    it where only a person can know. `paused_by`: keys of `PAUSES`. `owes`: key of `WHO`.
    """

    id: str
    zh: str
    ref: str
    mark: str
    amount: int
    unit: Unit
    before: bool
    rolls: bool
    begins: tuple[When, ...]
    event: str
    ends: tuple[When, ...]
    paused_by: tuple[str, ...]
    owes: str

    @property
    def binding(self) -> bool:
        """Whether the law or a source of the trade fixes it, or a judge named the day: what a page
        may show in the colour of the seal."""
        named = self.unit is Unit.NAMED and any(one.act == "court.issue" for one in self.begins)
        return named or self.mark.startswith(("V", "S"))


@dataclass(frozen=True)
class PauseRule:
    """Why a clock stands still: between which acts."""

    zh: str
    begins: tuple[When, ...]
    ends: tuple[When, ...]


@dataclass(frozen=True)
class Pause:
    """The clock stands still from `since` to `until`; None: still now. Both aware."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """When something is due. `by`: to the minute, for rules in hours. `provisional`: the working
    days of a year it touches are not announced yet. `paused`: the clock stands still now."""

    day: date
    by: datetime | None = None
    provisional: bool = False
    paused: bool = False

    def passed(self, now: datetime) -> bool:
        """Whether it is over; the last day itself still is in time."""
        return self.by < now if self.by else self.day < local_date(now)


def _deadline(row: Mapping[str, Any]) -> Deadline:
    unit = Unit(row["unit"])
    mark_word(row["mark"])
    found = Deadline(
        id=row["id"],
        zh=row["zh"],
        ref=row.get("ref", ""),
        mark=row["mark"],
        amount=row.get("amount", 0),
        unit=unit,
        before=row.get("before", False),
        rolls=row.get("rolls", unit not in (*_BY_HOURS, Unit.NAMED) and "before" not in row),
        begins=read_all(row.get("from")),
        event=row.get("event", ""),
        ends=read_all(row.get("to")),
        paused_by=tuple(row.get("paused_by", ())),
        owes=row["owes"],
    )
    _check(found, row)
    return found


def _check(rule: Deadline, row: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a row that says too little or too much."""
    faults = (
        (rule.owes not in WHO, "nobody of that name owes it"),
        (not rule.begins and not rule.event, "nothing begins it"),
        (rule.amount < 0, "periods run forward"),
        (rule.before and rule.unit is not Unit.CALENDAR, "only days are counted back"),
        (rule.unit is Unit.NAMED and "amount" in row, "its day is named, not counted"),
        (rule.unit is not Unit.NAMED and "amount" not in row, "it has no length"),
        (not rule.ref and rule.mark not in ("P", "MU"), "a rule that is not ours has a source"),
        (not set(rule.paused_by) <= set(PAUSES), "an unknown pause"),
    )
    told = [what for wrong, what in faults if wrong]
    if told:
        raise ValueError(f"deadlines.yaml, {rule.id}: {'; '.join(told)}")


PAUSES = {
    name: PauseRule(row["zh"], read_all(row["from"]), read_all(row["to"]))
    for name, row in TABLE["pauses"].items()
}
DEADLINES = {row["id"]: _deadline(row) for row in TABLE["deadlines"]}
if len(DEADLINES) != len(TABLE["deadlines"]):
    raise ValueError("deadlines.yaml: the same id twice")


def acts_of() -> frozenset[str]:
    """Every act that the table names."""
    of_rules = (one for rule in DEADLINES.values() for one in (*rule.begins, *rule.ends))
    of_pauses = (one for rule in PAUSES.values() for one in (*rule.begins, *rule.ends))
    return frozenset(one.act for one in (*of_rules, *of_pauses))


def due(rule: Deadline, begun: datetime, pauses: Sequence[Pause] = (), *, as_of: datetime) -> Due:
    """When `rule` is due that began (or, for a NAMED or `before` rule, whose day is) `begun`.

    `pauses` may overlap and be out of order. One that has not ended is taken to end at `as_of`, so
    that the answer is the earliest that can still come out. Raises `ValueError` for naive times.
    """
    start = local_date(begun)
    if rule.unit is Unit.NAMED:
        return Due(start)
    if rule.before:
        return Due(days_before(start, rule.amount))
    still = _merged(pauses, as_of)
    paused = any(p.since <= as_of and (p.until is None or as_of < p.until) for p in pauses)
    if rule.unit in _BY_HOURS:
        by = _end_in_hours(rule, begun, still)
        unknown = rule.unit is Unit.WORKING_HOURS and is_provisional(start, local_date(by))
        return Due(local_date(by), by, unknown, paused)
    last = _last_day(rule, start, still)
    end = next_working_day(last) if rule.rolls else last
    worked = rule.unit is Unit.WORKING
    unknown = (rule.rolls or worked) and is_provisional(start if worked else last, end)
    return Due(end, None, unknown, paused)


def last_day(rule_id: str, begun: date) -> date:
    """The last day of a rule that is counted in days, for what never pauses."""
    noon = datetime.combine(begun, time(12), SHANGHAI)
    return due(DEADLINES[rule_id], noon, as_of=noon).day


def _merged(pauses: Iterable[Pause], as_of: datetime) -> list[tuple[datetime, datetime]]:
    """The times during which the clock stands still, in order and without overlap."""
    ended = ((p.since, p.until if p.until is not None else max(as_of, p.since)) for p in pauses)
    merged: list[tuple[datetime, datetime]] = []
    for since, until in sorted(pair for pair in ended if pair[0] < pair[1]):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _last_day(rule: Deadline, start: date, still: Sequence[tuple[datetime, datetime]]) -> date:
    """The day on which the period has run, before it rolls."""
    stopped = [(local_date(since), local_date(until - INSTANT)) for since, until in still]
    worked = rule.unit is Unit.WORKING

    def counts(day: date) -> bool:
        runs = not any(since <= day <= until for since, until in stopped)
        return runs and (not worked or is_working_day(day))

    return _after(start, _length(rule, start), counts)


def _length(rule: Deadline, start: date) -> int:
    months = _BY_MONTHS.get(rule.unit)
    if months is None:
        return rule.amount
    return (add_months(start, rule.amount * months) - start).days


def _after(start: date, n: int, counts: Callable[[date], bool]) -> date:
    """The n-th day after `start` that counts."""
    day = start
    for _ in range(n):
        day += timedelta(days=1)
        while not counts(day):
            day += timedelta(days=1)
    return day


def add_months(start: date, n: int) -> date:
    """The same day n months on; the last of the month where there is no such day."""
    years, month = divmod(start.month - 1 + n, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _end_in_hours(
    rule: Deadline, begun: datetime, still: Sequence[tuple[datetime, datetime]]
) -> datetime:
    """The moment at which the hours have run, outside the pauses."""
    worked = rule.unit is Unit.WORKING_HOURS
    at, left = begun, timedelta(hours=rule.amount)
    for since, until in still:
        if until <= at:
            continue
        if since >= _on(at, left, worked):
            break
        if since > at:
            left -= working_time(at, since) if worked else since - at
        at = until
    return _on(at, left, worked).astimezone(UTC)


def _on(at: datetime, hours: timedelta, worked: bool) -> datetime:
    return add_working_hours(at, hours / HOUR) if worked else at + hours


# --- from the trail


def begun_at(
    rule: Deadline, events: Sequence[Event], since: Sequence[When] = ()
) -> datetime | None:
    """When `rule` last began by these acts; None when it has not, or only a person can know.

    `since`: conditions in place of the rule's own (a care task begins anew each time it is done).
    """
    found = last_met(since or rule.begins, events)
    if found is None:
        return None
    when, event = found
    if rule.unit is Unit.NAMED and not (when.at and event.text(when.at)):
        return None  # the act that should name the day named none
    return when.moment(event)


def pauses_of(rule: Deadline, events: Sequence[Event]) -> list[Pause]:
    """The pauses that these acts, oldest first, brought to `rule`."""
    return [one for name in rule.paused_by for one in _pauses(PAUSES[name], events)]


def _pauses(rule: PauseRule, events: Sequence[Event]) -> Iterator[Pause]:
    since: datetime | None = None
    for event in events:
        if since is None and any(one.meets(event) for one in rule.begins):
            since = event.at
        elif since is not None and any(one.meets(event) for one in rule.ends):
            yield Pause(since, max(since, event.at))
            since = None
    if since is not None:
        yield Pause(since)


def due_of(
    rule: Deadline, events: Sequence[Event], *, as_of: datetime, since: Sequence[When] = ()
) -> Due | None:
    """When `rule` is due by these acts, oldest first; None when nothing on the trail says."""
    begun = begun_at(rule, events, since)
    return due(rule, begun, pauses_of(rule, events), as_of=as_of) if begun else None
