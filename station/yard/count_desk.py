"""Stock-take: opening, two counters, what they see, their signatures, and the manager's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import Fact, judge_claim, time_that_counts
from station.vehicles.models import Vehicle

from . import count_reads, counts, reads
from .counts import COUNT_STATES, CountState, Flaw
from .models import Bay, Count, Counted, Sighting, Stay


def open_count(actor: Actor) -> Count:
    """Begin a stock-take with what stands in the books now; the actor is its first counter."""
    now = clock.now()
    day = f"{clock.today():%Y%m%d}"
    row = Count(
        id=new_id(),
        station_id=actor.organisation_id,
        number=f"PD{day}-{count_reads.count_on_day(actor, day) + 1:02d}",
        state=CountState.OPEN,
        opened_at=now,
        first_person=actor.person_id,
        first_name=actor.name,
        second_person="",
        second_name="",
        approved_by="",
        reason="",
        result={},
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "count_going", "本站还有一次盘点没有确认。请先办完它，再开始新的盘点。", status=409
        ) from None
    books = _copy_books(actor, row)
    _write(actor, "yard.count_open", row, {"number": row.number, "cars": books})
    return row


def _copy_books(actor: Actor, count: Count) -> int:
    present = reads.list_present(actor)
    there = count_reads.list_belonging([stay.vehicle_id for stay in present])
    for stay in present:
        mine = there.get(stay.vehicle_id, count_reads.Belonging())
        db.session.add(
            Counted(
                count_id=count.id,
                vehicle_id=stay.vehicle_id,
                bay_id=stay.bay_id,
                seal=mine.seal,
                odometer=mine.odometer,
                keys=mine.keys,
                accessories=list(mine.accessories),
            )
        )
    db.session.flush()
    return len(present)


def join(actor: Actor, count: Count) -> None:
    """Be the second counter."""
    _check_open(count)
    counts.check_second(count.first_person, count.second_person, actor.person_id)
    taken = changed(
        update(Count)
        .where(Count.id == count.id, Count.second_person == "", Count.state == CountState.OPEN)
        .values(second_person=actor.person_id, second_name=actor.name)
    )
    if not taken:
        raise _moved_on()
    _write(actor, "yard.count_join", count, {"number": count.number})


@dataclass(frozen=True)
class Look:
    """What was seen. `car`: None for one that is in no book, named by `text`."""

    car: Vehicle | None
    bay: Bay | None
    text: str = ""
    seal_ok: bool = True
    keys_ok: bool = True
    accessories_ok: bool = True
    odometer: int | None = None


def see(actor: Actor, count: Count, look: Look) -> Sighting:
    """Write down a car that was seen; seen again, the later sighting counts."""
    _check_open(count)
    counts.check_counter(actor.person_id, count.counters)
    if look.car is None and not look.text.strip():
        raise Refused("count_nothing", "请扫车窗标签，或输入号牌。", field="car")
    now = clock.now()
    row = Sighting(
        id=new_id(),
        count_id=count.id,
        vehicle_id=look.car.id if look.car else None,
        bay_id=look.bay.id if look.bay else None,
        text="" if look.car else look.text.strip()[:40],
        seal_ok=look.seal_ok,
        keys_ok=look.keys_ok,
        accessories_ok=look.accessories_ok,
        odometer=look.odometer,
        by_person=actor.person_id,
        by_name=actor.name,
        at=max(_when(now, actor), count.opened_at),
        kept_at=now,
    )
    db.session.add(row)
    db.session.flush()
    if look.car is not None:
        changed(
            update(Stay)
            .where(Stay.vehicle_id == look.car.id, Stay.until.is_(None), Stay.seen_at < row.at)
            .values(seen_at=row.at)
        )
    _write(actor, "yard.count_see", count, _tell(look), row.vehicle_id or "")
    return row


def _when(now: datetime, actor: Actor) -> datetime:
    """The device's time where the trail believes it, else the server's."""
    time = judge_claim(now, actor.claimed, clock_off=actor.clock_off)
    return time_that_counts(now, time.happened_at, time.doubtful)


def _tell(look: Look) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "seal_ok": look.seal_ok,
        "keys_ok": look.keys_ok,
        "accessories_ok": look.accessories_ok,
    }
    if look.bay is not None:
        facts["bay"] = look.bay.code
    if look.odometer is not None:
        facts["odometer"] = look.odometer
    return facts


def sign(actor: Actor, count: Count) -> bool:
    """A counter has seen all there is; with the second signature the report is frozen. Whether so."""
    _check_open(count)
    counts.check_counter(actor.person_id, count.counters)
    if not count.second_person:
        raise Refused("count_alone", "盘点须有两人。请第二名盘点人先加入。", status=409)
    first = actor.person_id == count.first_person
    column = Count.first_signed_at if first else Count.second_signed_at
    signed = changed(
        update(Count)
        .where(Count.id == count.id, Count.state == CountState.OPEN, column.is_(None))
        .values({column: clock.now()})
    )
    if not signed:
        raise Refused("count_signed", "您已经签过字了，等另一名盘点人签字。", status=409)
    db.session.refresh(count)
    done = count.first_signed_at is not None and count.second_signed_at is not None
    facts: dict[str, Fact] = {"number": count.number, "closed": done}
    if done:
        facts |= _close(count)
    _write(actor, "yard.count_sign", count, facts)
    return done


def _close(count: Count) -> dict[str, Fact]:
    end = clock.now()
    lines = count_reads.compare(count, end)
    _step(count, CountState.COUNTED, closed_at=end, result=count_reads.freeze(lines))
    return {flaw.value: number for flaw, number in counts.tally(lines).items() if number}


def approve(actor: Actor, count: Count) -> None:
    """The manager, who is neither counter, takes the report as it is."""
    counts.check_approver(actor.person_id, count.counters)
    _step(count, CountState.APPROVED, approved_at=clock.now(), approved_by=actor.name)
    tally = counts.tally(count_reads.compare(count))
    facts: dict[str, Fact] = {"number": count.number}
    for line in count_reads.compare(count):
        if line.car and Flaw.MISSING not in line.flaws:  # each vehicle's own story tells of it
            trail.write(actor, "yard.count", f"vehicle:{line.car}", vehicle=line.car, facts=facts)
    _write(actor, "yard.count", count, facts | {flaw.value: n for flaw, n in tally.items()})


def send_back(actor: Actor, count: Count, reason: str) -> None:
    """The manager wants it looked at again: both signatures are gone, what was seen stays."""
    counts.check_approver(actor.person_id, count.counters)
    if not reason.strip():
        raise Refused("count_reason", "请写明为什么退回，盘点人好重新核对。", field="reason")
    _step(
        count,
        CountState.OPEN,
        closed_at=None,
        first_signed_at=None,
        second_signed_at=None,
        result={},
        reason=reason.strip()[:200],
    )
    facts: dict[str, Fact] = {"number": count.number}
    _write(actor, "yard.count_return", count, facts, reason=reason.strip()[:200])


def report_missing(actor: Actor, count: Count, vehicle: Vehicle) -> None:
    """Tell the court that a car was not found."""
    lines = count_reads.compare(count)
    if not any(line.car == vehicle.id and Flaw.MISSING in line.flaws for line in lines):
        raise Refused(
            "not_missing", "这辆车在这次盘点里没有缺失，不用报告。请刷新后核对。", status=409
        )
    if count_reads.list_reported_missing([vehicle.id]):
        raise Refused("missing_told", "已经向法院报告过这辆车缺失。", status=409)
    _write(actor, "yard.report_missing", count, {"number": count.number}, vehicle.id)


def _check_open(count: Count) -> None:
    if count.state is not CountState.OPEN:
        raise Refused(
            "count_closed",
            "这次盘点“%(state)s”，不能再登记。请刷新页面。",
            status=409,
            state=COUNT_STATES.words[count.state],
        )


def _step(count: Count, to: CountState, **values: Any) -> None:
    COUNT_STATES.check(count.state, to)
    moved = changed(
        update(Count)
        .where(Count.id == count.id, Count.state == count.state)
        .values(state=to, **values)
    )
    if not moved:
        raise _moved_on()


def _moved_on() -> Refused:
    return Refused("count_moved_on", "这次盘点刚刚被别人办理，请刷新页面。", status=409)


def _write(
    actor: Actor,
    act: str,
    count: Count,
    facts: dict[str, Fact],
    vehicle: str = "",
    reason: str = "",
) -> None:
    free = {"reason": reason}
    trail.write(actor, act, count.subject, vehicle=vehicle, facts=facts, private=free)
