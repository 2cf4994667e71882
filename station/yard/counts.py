"""Stock-take: what two people saw, beside what stood in the books when they began. Pure.

Cars that are moved while people walk are no faults: a sighting is compared with the bay in which the
car stood at that very moment. The classes and the rule of two counters and a third who approves are
our proposal [P].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_

from .mileage import LIMIT_KM


class CountState(StrEnum):
    """How far a stock-take has come."""

    OPEN = "open"
    COUNTED = "counted"
    APPROVED = "approved"


COUNT_STATES = Steps(
    "count_step",
    {
        CountState.OPEN: N_("正在盘点"),
        CountState.COUNTED: N_("待站长确认"),
        CountState.APPROVED: N_("已确认"),
    },
    {
        CountState.OPEN: {CountState.COUNTED},
        CountState.COUNTED: {CountState.APPROVED, CountState.OPEN},
    },
)


class Flaw(StrEnum):
    """What is not as it should be, worst first."""

    MISSING = "missing"
    EXTRA = "extra"
    SEAL_BROKEN = "seal_broken"
    ODOMETER = "odometer"
    KEY_MISSING = "key_missing"
    ACCESSORY_MISSING = "accessory_missing"
    WRONG_BAY = "wrong_bay"


FLAW_WORDS = {
    Flaw.MISSING: N_("缺失"),
    Flaw.EXTRA: N_("账外"),
    Flaw.SEAL_BROKEN: N_("封条破损"),
    Flaw.ODOMETER: N_("里程不符"),
    Flaw.KEY_MISSING: N_("钥匙缺失"),
    Flaw.ACCESSORY_MISSING: N_("随车物品缺失"),
    Flaw.WRONG_BAY: N_("库位不符"),
}


@dataclass(frozen=True)
class Expected:
    """A car in the books when the stock-take began. `odometer`: km, None if never read."""

    car: str
    bay: str
    odometer: int | None = None


@dataclass(frozen=True)
class StayFact:
    """A car in a bay for a time; `until` None: still there."""

    car: str
    bay: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Seen:
    """One sighting. `car`: '' for one that is in no book (then `text` names it); `bay`: '' when no
    bay was scanned."""

    car: str
    bay: str
    at: datetime
    text: str = ""
    seal_ok: bool = True
    keys_ok: bool = True
    accessories_ok: bool = True
    odometer: int | None = None


@dataclass(frozen=True)
class Line:
    """One car of the report. `bay`: where it should be, `seen_bay`: where it was seen."""

    car: str
    text: str
    bay: str
    seen_bay: str
    seen_at: datetime | None
    flaws: tuple[Flaw, ...]


def place_at(stays: Sequence[StayFact], car: str, at: datetime) -> str:
    """The bay in which a car stood at a moment, '' for none."""
    for stay in stays:
        if stay.car == car and stay.since <= at and (stay.until is None or at < stay.until):
            return stay.bay
    return ""


def compare(
    books: Sequence[Expected], stays: Sequence[StayFact], seen: Sequence[Seen], end: datetime
) -> list[Line]:
    """The report as of `end`: every car of the books or seen, those with flaws first."""
    last = {one.car or one.text: one for one in sorted(seen, key=lambda one: one.at)}
    known = {one.car: one for one in books}
    cars = dict.fromkeys([*known, *last])
    lines = [_line(car, known.get(car), stays, last.get(car), end) for car in cars]
    found = [line for line in lines if line is not None]
    return sorted(found, key=lambda line: (_rank(line), line.bay or line.seen_bay, line.car))


def _rank(line: Line) -> int:
    order = list(Flaw)
    return min((order.index(flaw) for flaw in line.flaws), default=len(order))


def _line(
    car: str, book: Expected | None, stays: Sequence[StayFact], seen: Seen | None, end: datetime
) -> Line | None:
    if seen is None:
        now = place_at(stays, car, end)
        # one that left the yard while people walked is missing from no bay
        return Line(car, "", now, "", None, (Flaw.MISSING,)) if now else None
    due = place_at(stays, car, seen.at)
    flaws = tuple(flaw for flaw in Flaw if flaw in set(_flaws(book, due, stays, seen)))
    return Line(seen.car, seen.text, due, seen.bay, seen.at, flaws)


def _flaws(
    book: Expected | None, due: str, stays: Sequence[StayFact], seen: Seen
) -> Iterator[Flaw]:
    if not due:
        yield Flaw.EXTRA
    elif seen.bay and seen.bay != due:
        yield Flaw.WRONG_BAY
    if not seen.seal_ok:
        yield Flaw.SEAL_BROKEN
    if not seen.keys_ok:
        yield Flaw.KEY_MISSING
    if not seen.accessories_ok:
        yield Flaw.ACCESSORY_MISSING
    if book is not None and _odometer_differs(book, stays, seen):
        yield Flaw.ODOMETER


def _odometer_differs(book: Expected, stays: Sequence[StayFact], seen: Seen) -> bool:
    if seen.odometer is None or book.odometer is None:
        return False
    moves = sum(stay.car == seen.car and stay.since <= seen.at for stay in stays)
    return not 0 <= seen.odometer - book.odometer <= LIMIT_KM * moves + 1


def tally(lines: Sequence[Line]) -> dict[Flaw, int]:
    """How many cars have each flaw; every class stands there, with 0 too."""
    return {flaw: sum(flaw in line.flaws for line in lines) for flaw in Flaw}


def check_counter(person: str, counters: Mapping[str, object]) -> None:
    """Only the two who count write down what they saw."""
    if person not in counters:
        raise Refused(
            "not_a_counter",
            "只有这次盘点的两名盘点人可以登记和签字。请先加入盘点，或请盘点人操作。",
            status=409,
        )


def check_second(first: str, second: str, person: str) -> None:
    """Raise `Refused` unless `person` may be the second counter."""
    if person == first:
        raise Refused("count_alone", "盘点须有两人，第二名盘点人不能是您自己。", status=409)
    if second:
        raise Refused("count_full", "这次盘点已有两名盘点人。", status=409)


def check_approved(state: CountState) -> None:
    """Only what the manager took is printed."""
    if state is not CountState.APPROVED:
        raise Refused(
            "count_not_approved",
            "这次盘点“%(state)s”，站长确认以后才能出具盘点表。",
            status=409,
            state=COUNT_STATES.words[state],
        )


def check_approver(person: str, counters: Mapping[str, object]) -> None:
    """Whoever counted does not approve."""
    if person in counters:
        raise Refused(
            "count_own", "您参加了这次盘点，不能自己确认。请由另一位站长确认或退回。", status=409
        )
