"""The work of one sale, item by item: what the trail says is open, done, late, or cannot be said.

The catalogue is data (`work_items*.yaml`); nothing is ticked by hand. Acts open an item and close
it; only an act that says so opens one again. What only a person can know, and what no room writes
down yet, says so and is never late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from station.court.conditions import NOT_BUILT, When, check_known, read_all
from station.court.deadlines import DEADLINES, WHO, Deadline, Due, due_of, mark_word
from station.ground.tables import read_table
from station.ground.words import N_
from station.trail.events import Event
from station.vehicles.rules import Energy

TABLE = read_table(__file__, "work_items.yaml")
STAGES: dict[str, str] = TABLE["stages"]
PROOFS: dict[str, str] = TABLE["proof"]


class Phase(StrEnum):
    """Part of the sale."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


PHASE_WORDS = {Phase.BEFORE: N_("拍前"), Phase.DURING: N_("拍中"), Phase.AFTER: N_("拍后")}
OVER = {
    Phase.BEFORE: read_all(["release.hand_over", "release.give_back"]),
    Phase.DURING: read_all(["release.hand_over", "release.give_back"]),
    Phase.AFTER: read_all(["sales.close", "release.give_back"]),
}
"""After which acts an item of the phase that never came up will not come up any more."""


class State(StrEnum):
    """How an item stands, worst first."""

    LATE = "late"
    OPEN = "open"
    PAUSED = "paused"
    BY_HAND = "by_hand"
    DONE = "done"
    WAITING = "waiting"
    NOT_CONNECTED = "not_connected"
    NOT_APPLICABLE = "not_applicable"


STATE_WORDS = {
    State.LATE: N_("已逾期"),
    State.OPEN: N_("待办"),
    State.PAUSED: N_("期限暂停"),
    State.BY_HAND: N_("须人工核对"),
    State.DONE: N_("已办"),
    State.WAITING: N_("尚未开始"),
    State.NOT_CONNECTED: N_("尚未接入留痕"),
    State.NOT_APPLICABLE: N_("不适用"),
}


@dataclass(frozen=True)
class WorkItem:
    """One row of the catalogue.

    `who`: key of `WHO`. `opens`, `closes`, `reopens`, `voids`: acts. `due`: its deadline, counted
    from `since` where that is not empty. `hand`: only a person can know that it is done. `proof`:
    keys of `PROOFS`. `each`: told of every thing (key, report …) on its own; one that is open keeps
    the item open. `tells`: who is told when it is done. `scores`: checkpoints it counts for.
    `energies`: only vehicles driven so; empty: all.
    """

    id: str
    phase: Phase
    stage: str
    zh: str
    who: str
    opens: tuple[When, ...]
    closes: tuple[When, ...]
    reopens: tuple[When, ...]
    voids: tuple[When, ...]
    due: Deadline | None
    since: tuple[When, ...]
    hand: bool
    each: bool
    proof: tuple[str, ...]
    ref: str
    mark: str
    tells: tuple[str, ...]
    scores: tuple[str, ...]
    energies: frozenset[Energy]

    @property
    def connected(self) -> bool:
        """Whether acts that rooms do can open it and, unless a person must, close it."""
        begins = any(one.act not in NOT_BUILT for one in self.opens)
        return begins and (self.hand or any(one.act not in NOT_BUILT for one in self.closes))


def _item(phase: Phase, row: Mapping[str, Any]) -> WorkItem:
    found = WorkItem(
        id=row["id"],
        phase=phase,
        stage=row["id"].partition(".")[0],
        zh=row["zh"],
        who=row["who"],
        opens=read_all(row["opens"]),
        closes=read_all(row.get("closes")),
        reopens=read_all(row.get("reopens")),
        voids=read_all(row.get("voids")),
        due=DEADLINES[row["due"]] if "due" in row else None,
        since=read_all(row.get("since")),
        hand=row.get("hand", False),
        each=row.get("each", False),
        proof=tuple(row["proof"]),
        ref=row.get("ref", ""),
        mark=row["mark"],
        tells=tuple(row.get("tells", ())),
        scores=tuple(row.get("scores", ())),
        energies=frozenset(map(Energy, row.get("energies", ()))),
    )
    _check(found)
    return found


def _check(item: WorkItem) -> None:
    """Raise `ValueError` for a row that cannot be meant."""
    mark_word(item.mark)
    faults = (
        (item.stage not in STAGES, "an unknown stage"),
        (not {item.who, *item.tells} <= set(WHO), "nobody of that name"),
        (not item.proof or not set(item.proof) <= set(PROOFS), "an unknown proof, or none"),
        (not item.opens, "nothing opens it"),
        (item.hand == bool(item.closes), "either acts close it or a person"),
        (not item.ref and item.mark.startswith(("V", "S")), "a rule that is not ours has a source"),
    )
    told = [what for wrong, what in faults if wrong]
    if told:
        raise ValueError(f"work items, {item.id}: {'; '.join(told)}")


def _catalogue(rows: Iterable[tuple[Phase, Mapping[str, Any]]]) -> dict[str, WorkItem]:
    """The items by id. Raises `ValueError` for an id that stands twice."""
    found: dict[str, WorkItem] = {}
    for phase, row in rows:
        if row["id"] in found:
            raise ValueError(f"work items: {row['id']} stands twice")
        found[row["id"]] = _item(phase, row)
    return found


ITEMS = _catalogue(
    (phase, row)
    for phase in Phase
    for row in read_table(__file__, f"work_items_{phase}.yaml")["items"]
)


_HEEDED = {
    item.id: frozenset(one.act for one in (*item.opens, *item.closes, *item.reopens, *item.voids))
    for item in ITEMS.values()
}
"""The acts that can move an item: most of a trail concerns few of them."""


def check_catalogue(vocabulary: Collection[str], checkpoints: Collection[str]) -> None:
    """Raise `ValueError` for acts or scoring checkpoints that do not exist: asked at the start by
    who knows all rooms."""
    for item in ITEMS.values():
        acts = (*item.opens, *item.closes, *item.reopens, *item.voids, *item.since)
        check_known((one.act for one in acts), vocabulary)
        if unknown := set(item.scores) - set(checkpoints):
            raise ValueError(f"work items, {item.id}: no such checkpoints: {sorted(unknown)}")


# --- by the trail


@dataclass(frozen=True)
class Status:
    """How one item stands. `opened`, `closed`: the acts that did it; a not applicable item is
    closed by the act that made it so, if one did. `overran`: it was done, but late."""

    item: WorkItem
    state: State
    opened: Event | None = None
    closed: Event | None = None
    due: Due | None = None
    overran: bool = False


def statuses(
    events: Iterable[Event], as_of: datetime, energy: Energy | None = None
) -> list[Status]:
    """Every item of the catalogue by the acts on one vehicle up to the aware moment `as_of`.

    `energy`: what drives the vehicle, None when it is not known. Events are taken by time; those of
    the same moment stay in the order given (the trail's).
    """
    past = sorted((event for event in events if event.at <= as_of), key=lambda event: event.at)
    return [_status(item, past, as_of, energy) for item in ITEMS.values()]


def worst_first(found: Iterable[Status]) -> list[Status]:
    """By state, then by the day it is due; what has no day comes after what has one."""
    order = list(State)

    def key(one: Status) -> tuple[int, bool, str]:
        return order.index(one.state), one.due is None, one.due.day.isoformat() if one.due else ""

    return sorted(found, key=key)


def _status(
    item: WorkItem, past: Sequence[Event], as_of: datetime, energy: Energy | None
) -> Status:
    if item.energies and energy is not None and energy not in item.energies:
        return Status(item, State.NOT_APPLICABLE)
    if item.each:
        past = _of_one_thing(item, past)
    found = walk(item, [event for event in past if event.act in _HEEDED[item.id]])
    if found.state is State.WAITING:
        over = any(one.meets(event) for event in past for one in OVER[item.phase])
        found = replace(found, state=State.NOT_APPLICABLE if over else State.WAITING)
    if found.state is State.DONE:
        return _done(found, past)
    if not item.connected and found.state is not State.NOT_APPLICABLE:
        return replace(found, state=State.NOT_CONNECTED)
    return _open(found, past, as_of) if found.state is State.OPEN else found


def _of_one_thing(item: WorkItem, past: Sequence[Event]) -> list[Event]:
    """The acts on the thing that decides: one that is open, the first opened; else the last done."""
    things = dict.fromkeys(event.subject for event in past if event.act in _HEEDED[item.id])
    groups = [[event for event in past if event.subject == thing] for thing in things]

    def weight(events: Sequence[Event]) -> tuple[bool, float]:
        found = walk(item, events)
        if found.state is State.OPEN and found.opened is not None:
            return True, -found.opened.at.timestamp()
        return False, found.closed.at.timestamp() if found.closed else 0.0

    return max(groups, key=weight, default=[])


def walk(item: WorkItem, past: Iterable[Event]) -> Status:
    """An item by its acts alone, oldest first: WAITING, OPEN, DONE or NOT_APPLICABLE."""
    now = Status(item, State.WAITING)
    for event in past:
        again = item.reopens if now.state is State.DONE else item.opens
        if now.state is not State.OPEN and _meets(again, event):
            now = Status(item, State.OPEN, event)
        if now.state is State.OPEN and _meets(item.closes, event):
            now = replace(now, state=State.DONE, closed=event)
        elif now.state in (State.OPEN, State.WAITING) and _meets(item.voids, event):
            now = replace(now, state=State.NOT_APPLICABLE, closed=event)
    return now


def _meets(conditions: Iterable[When], event: Event) -> bool:
    return any(one.meets(event) for one in conditions)


def _done(found: Status, past: Sequence[Event]) -> Status:
    """What is done, and whether it was late by what was known then."""
    assert found.closed is not None
    then = found.closed.at
    due = _due(found.item, [event for event in past if event.at <= then], then)
    return replace(found, due=due, overran=due is not None and due.passed(then))


def _open(found: Status, past: Sequence[Event], as_of: datetime) -> Status:
    if found.item.hand:
        return replace(found, state=State.BY_HAND)
    due = _due(found.item, past, as_of)
    state = State.OPEN
    if due is not None:
        state = State.PAUSED if due.paused else State.LATE if due.passed(as_of) else State.OPEN
    return replace(found, state=state, due=due)


def _due(item: WorkItem, events: Sequence[Event], as_of: datetime) -> Due | None:
    return due_of(item.due, events, as_of=as_of, since=item.since) if item.due else None
