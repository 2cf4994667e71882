"""Halting and resuming a lot: parts of the acts of the room that commands it carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import update

from station.court.models import Seizure
from station.ground import clock
from station.ground.actors import Actor
from station.ground.calendar import local_date
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import Fact

from . import desk, halt_reads, halts, reads
from .halt_models import Halt
from .halts import HaltKind
from .models import Lot

ACTS = {
    HaltKind.STAY: "sales.stay",
    HaltKind.SUSPEND: "sales.suspend",
    HaltKind.WITHDRAW: "sales.withdraw",
}


def halt(actor: Actor, held: Seizure, kind: HaltKind, ground: str, words: str, paper: str) -> Halt:
    """The court stays, suspends or withdraws the sale. What is stayed may be suspended, and both may
    be withdrawn; the halt before then is over."""
    why = halts.read_ground(kind, ground)
    said = halts.check_halt(why, words, paper)
    lot = _lot_to_halt(held.vehicle_id, kind)
    before = halt_reads.find_halt(held.vehicle_id)
    if before is not None:
        _end(before)
    if lot is not None and lot.state is not halts.STATES[kind]:
        desk.step(lot, halts.STATES[kind], **_ending(kind))
    row = Halt(
        id=new_id(),
        vehicle_id=held.vehicle_id,
        case_id=held.case_id,
        lot_id=lot.id if lot else None,
        kind=kind,
        ground=ground,
        words=said,
        paper=paper,
        by_name=actor.name,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    facts: dict[str, Fact] = {"ground": ground, "paper": paper, "lot": lot.id if lot else ""}
    _write(actor, ACTS[kind], row, facts, {"reason": said})
    return row


def _ending(kind: HaltKind) -> dict[str, object]:
    return {"ended_at": clock.now()} if kind is HaltKind.WITHDRAW else {}


def _lot_to_halt(vehicle_id: str, kind: HaltKind) -> Lot | None:
    """The lot that is halted; none only where a sale that was not announced is withdrawn."""
    lot = reads.find_lot(vehicle_id)
    may = (*halts.RUNNING, *(halts.HALTED if kind is not HaltKind.STAY else ()))
    if lot is not None and lot.state in may and lot.state is not halts.STATES[kind]:
        return lot
    over = lot is None or lot.state in (halts.STATES[HaltKind.WITHDRAW], *reads.TRIED)
    if kind is HaltKind.WITHDRAW and over:
        return None
    raise Refused(
        "nothing_to_halt",
        "这辆车现在没有可以这样办理的拍卖，请核对拍品状态。",
        status=409,
    )


def end_cause(actor: Actor, row: Halt, on: date) -> None:
    """The cause has ended on that day: five days to resume (L18 art 28)."""
    halts.check_ended(on, local_date(row.at), clock.today())
    told = changed(
        update(Halt)
        .where(Halt.id == row.id, Halt.over_at.is_(None), Halt.ended_on.is_(None))
        .values(ended_on=on)
    )
    if not told:
        raise Refused("halt_moved_on", "这项决定刚刚被别人办理，请刷新页面。", status=409)
    _write(actor, "sales.cause_ended", row, {"on": on.isoformat()})


def resume(actor: Actor, row: Halt, starts_at: datetime) -> None:
    """The auction goes on, to start at another time."""
    halts.check_resumed(row.ended_on, starts_at, clock.now())
    lot = db.session.get_one(Lot, row.lot_id)
    desk.step(lot, halts.RUNNING[0], starts_at=starts_at)
    _end(row)
    assert row.ended_on is not None
    late = clock.today() > halts.resume_due(row.ended_on)
    facts: dict[str, Fact] = {"lot": lot.id, "starts_at": starts_at.isoformat(), "late": late}
    _write(actor, "sales.resume", row, facts)


def close(row: Halt) -> None:
    """A withdrawn vehicle was given back: part of that act."""
    _end(row)


def _end(row: Halt) -> None:
    ended = changed(
        update(Halt).where(Halt.id == row.id, Halt.over_at.is_(None)).values(over_at=clock.now())
    )
    if not ended:
        raise Refused("halt_moved_on", "这项决定刚刚被别人办理，请刷新页面。", status=409)


def _write(
    actor: Actor,
    act: str,
    row: Halt,
    facts: Mapping[str, Fact],
    private: Mapping[str, str] | None = None,
) -> None:
    trail.write(
        actor,
        act,
        f"halt:{row.id}",
        vehicle=row.vehicle_id,
        case=row.case_id,
        facts={"kind": row.kind.value, **facts},
        private=private,
    )
