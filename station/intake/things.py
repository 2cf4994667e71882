"""Things held for a vehicle: keys, papers, plates, seals, sealed bags. Pure.

The seizure covers what belongs to the vehicle (查扣冻规定 art 20); keys are treated like cash: each
has a number and a hook, goes out to somebody by name, for a purpose, until a time, and is missed
when it does not come back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.widths import ascii_upper, half_width
from station.ground.words import N_

LONGEST_LOAN = timedelta(days=7)  # [P] a repair outside; the judge sees what is kept longer
ALARM_AFTER = timedelta(hours=1)  # [P] the station has an hour before the judge is told
LONGEST_NAME = 40
LONGEST_TAG = 20


class ThingKind(StrEnum):
    """What is held."""

    KEY = "key"
    PAPER = "paper"
    PLATE = "plate"
    SEAL = "seal"
    BAG = "bag"


THING_WORDS = {
    ThingKind.KEY: N_("钥匙"),
    ThingKind.PAPER: N_("证照"),
    ThingKind.PLATE: N_("号牌"),
    ThingKind.SEAL: N_("封条"),
    ThingKind.BAG: N_("物品袋"),
}
LENT = frozenset({ThingKind.KEY, ThingKind.PAPER, ThingKind.PLATE})
"""What may go out for a while; a bag leaves by command alone, a seal is cut or it holds."""
ONCE = frozenset({ThingKind.SEAL, ThingKind.BAG})
"""Numbers that are used once in a station, for ever: a second one would be a forgery or a slip."""


class ThingState(StrEnum):
    """Where a thing stands."""

    HELD = "held"
    OUT = "out"
    LOST = "lost"
    GONE = "gone"


THING_STATES = Steps(
    "thing_step",
    {
        ThingState.HELD: N_("在保管处"),
        ThingState.OUT: N_("借出"),
        ThingState.LOST: N_("遗失"),
        ThingState.GONE: N_("已交出"),
    },
    {
        ThingState.HELD: {ThingState.OUT, ThingState.LOST, ThingState.GONE},
        ThingState.OUT: {ThingState.HELD, ThingState.LOST},
        ThingState.LOST: {ThingState.HELD},
    },
)


class Purpose(StrEnum):
    """What a thing is taken out for."""

    MOVE = "move"
    CARE = "care"
    INSPECT = "inspect"
    VIEWING = "viewing"
    REPAIR = "repair"
    COURT = "court"


PURPOSE_WORDS = {
    Purpose.MOVE: N_("移车"),
    Purpose.CARE: N_("养护"),
    Purpose.INSPECT: N_("查验"),
    Purpose.VIEWING: N_("看样"),
    Purpose.REPAIR: N_("维修"),
    Purpose.COURT: N_("法院调取"),
}
LOANS = {1: N_("1 小时"), 4: N_("4 小时"), 24: N_("到明天此时"), 168: N_("7 天")}
"""Hours for which a thing is lent, one tap each."""


@dataclass(frozen=True)
class Found:
    """What the screens of a gate-in say came with the vehicle. `papers`: codes of the list; `bags`:
    number of a sealed bag → what is in it."""

    keys: int
    tags: str
    papers: tuple[str, ...]
    seal: str
    bags: Mapping[str, str]


@dataclass(frozen=True)
class Added:
    """Something that came later. `giver`: who brought it, in words."""

    kind: ThingKind
    tag: str
    what: str
    giver: str


def check_added(new: Added) -> None:
    """Raise `Refused` unless a person says what came and who brought it."""
    if new.kind not in LENT:
        raise Refused("thing_kind", "这里只补登钥匙、证照和号牌。", field="kind")
    if not 2 <= len(new.giver) <= LONGEST_NAME:
        raise Refused("thing_giver", "请写明是谁交来的，例如“拱墅法院 周书”。", field="giver")
    if new.kind is not ThingKind.KEY and not new.what:
        raise Refused("thing_what", "请写明是什么证照或号牌。", field="what")
    if len(new.what) > LONGEST_NAME:
        raise Refused("thing_long", "名称太长，请缩短到 40 个字以内。", field="what")


@dataclass(frozen=True)
class Loan:
    """Who takes a thing out, what for, and for how many hours. `person`: an account's id, empty for
    an outsider."""

    person: str
    name: str
    purpose: Purpose
    hours: int


def check_loan(kind: ThingKind, state: ThingState, loan: Loan) -> None:
    """Raise `Refused` unless a thing of `kind` may go out so."""
    if kind not in LENT:
        raise Refused(
            "thing_not_lent",
            "%(kind)s不能借出。物品袋凭法院指令交出，封条拆除后另贴新封条。",
            status=409,
            kind=THING_WORDS[kind],
        )
    THING_STATES.check(state, ThingState.OUT)
    if not loan.person and not 2 <= len(loan.name.strip()) <= LONGEST_NAME:
        raise Refused(
            "loan_nobody", "请选择领用人；不是本站人员的，写明姓名和单位。", field="outsider"
        )
    if not timedelta(0) < timedelta(hours=loan.hours) <= LONGEST_LOAN:
        raise Refused("loan_hours", "请选择归还时限，最长 7 天。", field="hours")


def is_overdue(state: ThingState, due_at: datetime | None, now: datetime) -> bool:
    """Whether a thing should be back by now: the station's screen says so at once."""
    return state is ThingState.OUT and due_at is not None and due_at < now


def is_told(state: ThingState, due_at: datetime | None, now: datetime) -> bool:
    """Whether the judge is told that a thing is not back."""
    return is_overdue(state, due_at, now - ALARM_AFTER)


def keeps_vehicle(state: ThingState, settled: bool) -> bool:
    """Whether a thing keeps its vehicle from leaving: it is out, or it was lost and the judge has not
    said how that is settled. What belongs to the vehicle is delivered with it (查扣冻规定 art 20)."""
    return state is ThingState.OUT or (state is ThingState.LOST and not settled)


# --- numbers


def read_tag(text: str) -> str:
    """A number as printed on a tag, a seal or a bag: half-width capitals without spaces."""
    return re.sub(r"\s", "", ascii_upper(half_width(text)))[:LONGEST_TAG]


def read_tags(text: str) -> list[str]:
    """The numbers that a person typed, several at once, each once, in their order."""
    found = (read_tag(part) for part in re.split(r"[\s,，、;；/]+", text))
    return list(dict.fromkeys(tag for tag in found if tag))


def number_keys(count: int, typed: str, taken: Iterable[str]) -> list[str]:
    """A tag for each of `count` keys: those typed first, then the next free ``K-0001``.

    `taken`: tags in use at the station. Raises `Refused` (field ``tags``) for more tags than keys, or
    one that hangs on another key.
    """
    tags, used = read_tags(typed), set(taken)
    if len(tags) > count:
        raise Refused(
            "key_tags_many",
            "写了 %(tags)d 个钥匙牌，但只有 %(keys)d 把钥匙，请核对。",
            field="tags",
            tags=len(tags),
            keys=count,
        )
    for tag in tags:
        if tag in used:
            raise Refused(
                "key_tag_taken", "钥匙牌“%(tag)s”正在使用，请换一块。", field="tags", tag=tag
            )
    return [*tags, *next_tags(count - len(tags), used | set(tags))]


def next_tags(count: int, used: Collection[str]) -> list[str]:
    """The next free numbers after the highest in use, so that an old tag is not mistaken for a new."""
    numbers = [int(found[1]) for tag in used if (found := re.fullmatch(r"K-(\d{4,})", tag))]
    first = max(numbers, default=0) + 1
    return [f"K-{number:04d}" for number in range(first, first + count)]


def free_hooks(count: int, taken: Collection[str]) -> list[str]:
    """The lowest hooks of the cabinet on which nothing hangs."""
    found: list[str] = []
    number = 1
    while len(found) < count:
        if str(number) not in taken:
            found.append(str(number))
        number += 1
    return found


def check_number(kind: ThingKind, tag: str, *, taken: bool) -> None:
    """Raise `Refused` (field ``number``) for a seal or a bag whose number was used before."""
    if kind in ONCE and taken:
        raise Refused(
            "thing_number_used",
            "%(kind)s编号“%(tag)s”本站已经用过。编号只用一次，请核对实物；写错的请改正。",
            field="number",
            kind=THING_WORDS[kind],
            tag=tag,
        )
