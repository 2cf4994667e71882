"""Questions to the trail: timelines, last lines, and whether it is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.exc import DataError

from station.ground import clock
from station.ground.database import db
from station.ground.refused import Refused

from . import rules
from .models import Chain, TrailLine, TrailValue

PAGE = 500


@dataclass(frozen=True)
class Fault:
    """Something on the trail is not as it was written."""

    chain: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"chain {self.chain} line {self.number}: {self.what}"


def find_last_line(subject: str, act: str = "") -> TrailLine | None:
    """The newest line about a subject, of one act if asked: who changed it, and when."""
    question = select(TrailLine).where(TrailLine.subject == subject)
    if act:
        question = question.where(TrailLine.act == act)
    return db.session.scalars(question.order_by(TrailLine.at.desc()).limit(1)).first()


def list_for_vehicle(vehicle: str) -> Sequence[TrailLine]:
    """Every act on a vehicle, oldest first, across all chains."""
    return db.session.scalars(
        select(TrailLine)
        .where(TrailLine.vehicle == vehicle)
        .order_by(TrailLine.at, TrailLine.chain, TrailLine.number)
    ).all()


def list_under(vehicle: str, command: str) -> list[TrailLine]:
    """Acts on a vehicle that name one command (or what stood in its place), oldest first."""
    return [line for line in list_for_vehicle(vehicle) if line.command == command]


def list_for_case(case: str) -> Sequence[TrailLine]:
    """Every act in a case, oldest first."""
    return db.session.scalars(
        select(TrailLine).where(TrailLine.case == case).order_by(TrailLine.at, TrailLine.number)
    ).all()


def find_line_by_hash(fingerprint: str) -> TrailLine | None:
    """The line whose leaf hash begins with `fingerprint` (at least 16 hexadecimal digits)."""
    digits = fingerprint.strip().lower()
    if len(digits) < 16 or len(digits) % 2 or not set(digits) <= set("0123456789abcdef"):
        return None
    low = bytes.fromhex(digits)
    high = low + b"\xff" * (32 - len(low))
    return db.session.scalars(
        select(TrailLine).where(TrailLine.hash.between(low, high)).limit(1)
    ).first()


def list_values(line: TrailLine) -> dict[str, str]:
    """The personal values beside a line that were not erased."""
    rows = db.session.scalars(
        select(TrailValue).where(TrailValue.chain == line.chain, TrailValue.number == line.number)
    )
    return {row.name: row.value for row in rows}


def as_line(row: TrailLine) -> rules.Line:
    """The row as the rules see it."""
    return rules.Line(
        chain=row.chain,
        number=row.number,
        at=row.at.astimezone(UTC),
        happened_at=row.happened_at,
        clock_doubtful=row.clock_doubtful,
        act=row.act,
        subject=row.subject,
        vehicle=row.vehicle,
        case=row.case,
        command=row.command,
        actor=row.actor,
        role=row.role,
        organisation=row.organisation,
        device=row.device,
        address=row.address,
        facts=row.facts,
        previous=row.previous,
    )


def find_faults() -> Iterator[Fault]:
    """Walk every chain from its first line; the first fault of a chain ends that chain's walk."""
    erased = _list_erased()
    for chain in db.session.scalars(select(Chain).order_by(Chain.id)):
        fault = _first_fault(chain, erased)
        if fault:
            yield fault


def _first_fault(chain: Chain, erased: set[tuple[str, str, str]]) -> Fault | None:
    previous, number, home = rules.NO_PREVIOUS, 0, chain.organisation_id
    values = _values_by_line(chain.id)
    try:
        for row in _walk(chain.id):
            number += 1
            what = (
                _fault_of_line(row, number, previous)
                or (None if row.organisation == home else "belongs to another organisation")
                or _fault_of_values(row, values.get(row.number, []), erased)
            )
            if what:
                return Fault(chain.id, number, what)
            previous = row.hash
    except DataError:  # e.g. a time before the year 1, which no desk can write
        return Fault(chain.id, number + 1, "cannot be read, or one soon after it")
    if (number, previous) != (chain.length, chain.head):
        return Fault(
            chain.id, number + 1, f"the chain says {chain.length} lines, {number} are there"
        )
    return None


def _walk(chain: str) -> Iterator[TrailLine]:
    """A chain's lines in order, a page at a time, so that a long one fits in memory."""
    last = -1
    while True:
        page = db.session.scalars(
            select(TrailLine)
            .where(TrailLine.chain == chain, TrailLine.number > last)
            .order_by(TrailLine.number)
            .limit(PAGE)
        ).all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].number


def _fault_of_line(row: TrailLine, number: int, previous: bytes) -> str | None:
    if row.number != number:
        return f"expected number {number}, found {row.number}"
    if row.previous != previous:
        return "does not follow the line before"
    try:
        fresh = rules.leaf(as_line(row))
    except (ValueError, TypeError, AttributeError) as error:
        return f"cannot be written canonically: {error}"
    return None if row.hash == fresh else "was altered: its hash does not match"


def is_sound(row: TrailLine) -> bool:
    """Whether a line still is what was written, and its neighbours still hold it in the chain."""
    place = select(TrailLine.hash).where(
        TrailLine.chain == row.chain, TrailLine.number == row.number - 1
    )
    before = db.session.scalar(place) or rules.NO_PREVIOUS
    return _fault_of_line(row, row.number, before) is None


def _fault_of_values(
    row: TrailLine, values: Sequence[TrailValue], erased: set[tuple[str, str, str]]
) -> str | None:
    wanted = {name[:-1]: value for name, value in row.facts.items() if name.endswith("~")}
    wanted |= {name: v for name in ("device", "address") if (v := getattr(row, name))}
    for value in values:
        if rules.digest(value.salt, value.name, value.value) != wanted.pop(value.name, None):
            return f"the value of {value.name!r} beside it was altered"
    for name in wanted:
        if (row.chain, str(row.number), name) not in erased:
            return f"the value of {name!r} is gone and no act erased it"
    return None


def _values_by_line(chain: str) -> dict[int, list[TrailValue]]:
    rows = db.session.scalars(
        select(TrailValue).where(TrailValue.chain == chain).order_by(TrailValue.number)
    )
    return {number: list(group) for number, group in groupby(rows, key=lambda row: row.number)}


def _list_erased() -> set[tuple[str, str, str]]:
    """(chain, number, name) of what was erased. An altered line may lack any of its facts."""
    facts = db.session.scalars(select(TrailLine.facts).where(TrailLine.act == rules.ERASED))
    return {
        (str(told.get("chain")), str(told.get("number")), name)
        for told in facts
        if isinstance(told, dict)
        for name in str(told.get("names")).split()
    }


def list_leaves(chain: str, length: int | None = None) -> list[bytes]:
    """Leaf hashes of a chain in order, the first `length` of them."""
    question = select(TrailLine.hash).where(TrailLine.chain == chain).order_by(TrailLine.number)
    return list(db.session.scalars(question.limit(length) if length is not None else question))


def refuse_stale(subject: str, name_of: Callable[[str], str]) -> NoReturn:
    """Say who changed the subject meanwhile, and when. `name_of`: person id → name."""
    line = find_last_line(subject)
    raise Refused(
        "stale",
        "您打开页面后，%(who)s 于 %(when)s 已作修改。请刷新查看最新内容，再决定是否继续；您填写的内容还在。",
        status=409,
        who=name_of(line.actor) if line else "",
        when=clock.in_shanghai(line.at).strftime("%m月%d日 %H:%M:%S") if line else "",
    )
