"""What the trail of a vehicle shows that should not be: found by following it, told with its lines.
Pure; the tables are `exceptions.yaml`, all of it our own proposal [P]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from station.court.conditions import When, check_known, last_met, read_all, read_when
from station.court.enquiries import SUBJECTS
from station.ground.calendar import local_date
from station.ground.clock import SHANGHAI
from station.ground.tables import read_table
from station.ground.words import N_
from station.intake.things import THING_WORDS, ThingKind
from station.trail.events import Event
from station.vehicles.rules import Stage

TABLE = read_table(__file__, "exceptions.yaml")
SHOWN = timedelta(days=TABLE["shown_days"])


class Kind(StrEnum):
    """What is wrong, worst first."""

    WITHOUT_COMMAND = "without_command"
    ODOMETER = "odometer"
    EDITED = "edited"
    SKIPPED = "skipped"
    SAME_PICTURE = "same_picture"
    THING_OVERDUE = "thing_overdue"
    LATE_VIEWING = "late_viewing"
    ENQUIRY = "enquiry"
    FAR = "far"
    CLOCK = "clock"
    SILENCE = "silence"


KIND_WORDS = {
    Kind.WITHOUT_COMMAND: N_("无指令或指令已撤销"),
    Kind.ODOMETER: N_("里程异常"),
    Kind.EDITED: N_("提交后改动"),
    Kind.SKIPPED: N_("跳过步骤"),
    Kind.SAME_PICTURE: N_("图片重复使用"),
    Kind.THING_OVERDUE: N_("钥匙证照超时"),
    Kind.LATE_VIEWING: N_("看样逾期"),
    Kind.ENQUIRY: N_("协查逾期或过期"),
    Kind.FAR: N_("位置过远"),
    Kind.CLOCK: N_("时钟不准"),
    Kind.SILENCE: N_("长时间无操作"),
}


@dataclass(frozen=True)
class Odd:
    """One thing that should not be. `zh`: a msgid with `values`; `since`: when it came to be;
    `lines`: names of the trail lines that show it."""

    kind: Kind
    zh: str
    since: datetime
    lines: tuple[str, ...]
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """`act` needs one of each of `needs` before it."""

    act: When
    needs: tuple[When, ...]
    zh: str


@dataclass(frozen=True)
class Edit:
    """`acts` change what `after` handed in."""

    after: When
    acts: tuple[When, ...]
    zh: str


@dataclass(frozen=True)
class Flag:
    """`acts` say of themselves that something was off."""

    kind: Kind
    acts: tuple[When, ...]
    zh: str


ORDERS = [
    Order(read_when(row["act"]), read_all(row["needs"]), row["zh"]) for row in TABLE["skipped"]
]
EDITS = [Edit(read_when(row["after"]), read_all(row["acts"]), row["zh"]) for row in TABLE["edited"]]
FLAGS = [Flag(Kind(row["kind"]), read_all(row["acts"]), row["zh"]) for row in TABLE["flagged"]]
SILENCE = {Stage(stage): timedelta(days=days) for stage, days in TABLE["silence"].items()}
ENQUIRIES = ("court.ask", "court.answer")
THINGS = ("intake.thing_out", "intake.thing_back", "intake.thing_lost", "intake.thing_settle")
VIEWINGS = read_all([{"act": act, "kind": "show"} for act in ("court.issue", "court.amend")])
VIEWED = read_all([{"act": act, "kind": "show"} for act in ("court.report", "court.revoke")])
FACTS = ("without_command", "revoked")
"""Facts of any act: done without a command, or under one that was revoked before it arrived."""


def _acts() -> frozenset[str]:
    whens = [
        *(one for order in ORDERS for one in (order.act, *order.needs)),
        *(one for edit in EDITS for one in (edit.after, *edit.acts)),
        *(one for flag in FLAGS for one in flag.acts),
        *VIEWINGS,
        *VIEWED,
    ]
    return frozenset({one.act for one in whens} | {*ENQUIRIES, *THINGS})


ACTS = _acts()
"""The acts that the rules read; besides them every line with one of FACTS or a doubtful clock."""


def check_table(vocabulary: Iterable[str]) -> None:
    """Raise `ValueError` for an act in the table that no room can do."""
    check_known(ACTS, vocabulary)


def follow(events: Sequence[Event], now: datetime) -> list[Odd]:
    """Everything odd in the events of one vehicle, oldest first in time; the newest first out."""
    found = [
        *_without_command(events),
        *_skipped(events),
        *_edited(events),
        *_flagged(events),
        *_clock(events),
        *_viewings(events, now),
        *_enquiries(events, now),
        *_things(events, now),
    ]
    lasting = (Kind.THING_OVERDUE, Kind.ENQUIRY)
    kept = [one for one in found if one.kind in lasting or one.since >= now - SHOWN]
    return sorted(kept, key=lambda one: one.since, reverse=True)


def silence(stage: Stage, last: Event, now: datetime) -> Odd | None:
    """Nobody has done anything with a vehicle for longer than its stage allows."""
    allowed = SILENCE.get(stage)
    if allowed is None or now - last.at <= allowed:
        return None
    days = (local_date(now) - local_date(last.at)).days
    told: dict[str, str | int] = {"days": days, "allowed": allowed.days}
    zh = N_("已 %(days)d 天没有任何操作，这一阶段最多 %(allowed)d 天")
    return Odd(Kind.SILENCE, zh, last.at + allowed, (last.line,), told)


def _without_command(events: Sequence[Event]) -> Iterator[Odd]:
    for event in events:
        if event.facts.get("without_command"):
            yield Odd(Kind.WITHOUT_COMMAND, N_("紧急情况下无指令操作"), event.at, (event.line,))
        elif event.facts.get("revoked"):
            zh = N_("指令撤销后送达的离线操作")
            yield Odd(Kind.WITHOUT_COMMAND, zh, event.at, (event.line,))


def _skipped(events: Sequence[Event]) -> Iterator[Odd]:
    for order in ORDERS:
        for place, event in enumerate(events):
            before = events[:place]
            if order.act.meets(event) and not all(last_met([one], before) for one in order.needs):
                yield Odd(Kind.SKIPPED, order.zh, event.at, (event.line,))


def _edited(events: Sequence[Event]) -> Iterator[Odd]:
    for edit in EDITS:
        handed_in: Event | None = None
        later: list[Event] = []
        for event in events:
            if edit.after.meets(event):
                handed_in, later = event, []
            elif handed_in and any(one.meets(event) for one in edit.acts):
                later.append(event)
        if handed_in and later:
            lines = (handed_in.line, *(one.line for one in later))
            yield Odd(Kind.EDITED, edit.zh, later[0].at, lines)


def _flagged(events: Sequence[Event]) -> Iterator[Odd]:
    for event in events:
        for flag in FLAGS:
            if any(one.meets(event) for one in flag.acts):
                yield Odd(flag.kind, flag.zh, event.at, (event.line,))


def _clock(events: Sequence[Event]) -> Iterator[Odd]:
    for event in events:
        if event.doubtful:
            zh = N_("设备时间与服务器不符，以服务器时间为准")
            yield Odd(Kind.CLOCK, zh, event.at, (event.line,))


def _viewings(events: Sequence[Event], now: datetime) -> Iterator[Odd]:
    """A viewing that was commanded and is past its day: not reported, or reported late."""
    asked = [event for event in events if any(one.meets(event) for one in VIEWINGS)]
    for subject in dict.fromkeys(event.subject for event in asked):
        mine = [event for event in events if event.subject == subject]
        order = next(event for event in reversed(asked) if event.subject == subject)
        done = last_met(VIEWED, mine)
        due = date.fromisoformat(order.text("due"))
        if done and done[1].act == "court.revoke":
            continue
        if local_date(done[1].at if done else now) > due:
            lines = (order.line, *((done[1].line,) if done else ()))
            zh = N_("看样应在 %(day)s 前办理")
            yield Odd(Kind.LATE_VIEWING, zh, _morning_after(due), lines, {"day": due.isoformat()})


def _enquiries(events: Sequence[Event], now: datetime) -> Iterator[Odd]:
    """Of each subject the newest enquiry, if its reply is late or holds no longer."""
    newest = {event.text("about"): event for event in events if event.act in ENQUIRIES}
    for about, event in newest.items():
        asked = event.act == "court.ask"
        day = event.text("due" if asked else "until")
        subject = SUBJECTS.get(about)
        if not day or subject is None or date.fromisoformat(day) >= local_date(now):
            continue
        zh = N_("%(what)s：%(day)s 前应回复") if asked else N_("%(what)s：回复有效至 %(day)s")
        told = {"what": subject.zh, "day": day}
        yield Odd(Kind.ENQUIRY, zh, _morning_after(date.fromisoformat(day)), (event.line,), told)


def _things(events: Sequence[Event], now: datetime) -> Iterator[Odd]:
    """Keys, papers and plates that are out and should be back."""
    newest = {event.subject: event for event in events if event.act in THINGS}
    for event in newest.values():
        if event.act != "intake.thing_out":
            continue
        until = datetime.fromisoformat(event.text("until")).replace(tzinfo=SHANGHAI)
        if until < now:
            word = THING_WORDS[ThingKind(event.text("kind"))]
            told: dict[str, str | int] = {"what": word, "number": event.text("number")}
            zh = N_("%(what)s %(number)s 应还未还")
            yield Odd(Kind.THING_OVERDUE, zh, until, (event.line,), told)


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)


# --- one picture for two


@dataclass(frozen=True)
class Picture:
    """A picture that was handed in. `likeness`: 16 hexadecimal digits, empty when it says nothing."""

    id: str
    vehicle: str
    sha256: str
    likeness: str
    at: datetime


ALIKE_BITS, BANDS = 3, 4
"""Of 64: the same picture after another compression (as in the presence check). Two that differ in
three bits agree in one of four quarters at least, so only such pairs are compared."""


Pair = tuple[Picture, Picture]


def twins(pictures: Iterable[Picture]) -> list[Pair]:
    """Pairs (later, earlier) of pictures of different vehicles that are the same picture."""
    found: list[Pair] = []
    shelves: dict[str, list[Picture]] = {}
    for one in sorted(pictures, key=lambda picture: (picture.at, picture.id)):
        near = {other.id: other for shelf in _shelves(one) for other in shelves.get(shelf, ())}
        twin = next((other for other in near.values() if _is_twin(one, other)), None)
        if twin is not None:
            found.append((one, twin))
        for shelf in _shelves(one):
            shelves.setdefault(shelf, []).append(one)
    return found


def _shelves(one: Picture) -> list[str]:
    width = 16 // BANDS
    quarters = range(0, len(one.likeness), width)
    return [one.sha256, *(f"{at}:{one.likeness[at : at + width]}" for at in quarters)]


def _is_twin(one: Picture, other: Picture) -> bool:
    if one.vehicle == other.vehicle:
        return False
    if one.sha256 == other.sha256:
        return True
    known = len(one.likeness) == len(other.likeness) == 16
    return known and (int(one.likeness, 16) ^ int(other.likeness, 16)).bit_count() <= ALIKE_BITS


def tell_twins(pairs: Sequence[Pair], lines: tuple[str, ...], car: str) -> Odd:
    """One oddity for all `pairs` (later, earlier) of two vehicles, on that of the later pictures;
    `car`: what the other one is called."""
    told: dict[str, str | int] = {"car": car, "count": len(pairs)}
    zh = N_("有 %(count)d 张图片与另一辆车（%(car)s）的相同")
    return Odd(Kind.SAME_PICTURE, zh, max(later.at for later, _ in pairs), lines, told)
