"""Things held for a vehicle: taken over at the end of the gate-in, out and back, lost, given away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media import desk as media
from station.media.labels import Purpose as LabelPurpose
from station.people.models import Organisation
from station.people.reads import get_organisation, list_colleagues, name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.custody import Holder, with_vehicle
from station.vehicles.models import Vehicle

from . import thing_reads, things
from .holdings import PAPER_WORDS, PLATES
from .models import Intake
from .thing_models import Thing
from .things import Added, Found, Loan, ThingKind, ThingState

CABINET = "钥匙柜 %s 号钩"


def take_over(actor: Actor, intake: Intake, found: Found) -> dict[str, Fact]:
    """What came with the vehicle is in the station's hands from now on, as part of the act that ends
    the gate-in; what its line says of it. Each key gets a number, a hook and a code for its label."""
    media.one_at_a_time("things", intake.station_id)
    into = Into(intake.vehicle_id, intake.case_id, get_organisation(intake.station_id))
    made = [*_keys(into, found), *_papers(into, found), *_sealed(into, found)]
    for row in made:
        _take_in(actor, row, with_vehicle(row.vehicle_id))
    return {
        f"{kind}_numbers": " ".join(row.name for row in made if row.kind is kind)
        for kind in ThingKind
        if any(row.kind is kind for row in made)
    }


@dataclass(frozen=True)
class Into:
    """Where a thing is taken in: for which vehicle and case, at which station."""

    vehicle_id: str
    case_id: str
    station: Organisation


def _keys(into: Into, found: Found) -> list[Thing]:
    used = thing_reads.list_tags(into.station.id, ThingKind.KEY)
    tags = things.number_keys(found.keys, found.tags, used)
    hooks = things.free_hooks(found.keys, thing_reads.list_hooks(into.station.id))
    word = things.THING_WORDS[ThingKind.KEY]
    return [
        _new(into, ThingKind.KEY, tag, word, hook) for tag, hook in zip(tags, hooks, strict=True)
    ]


def _papers(into: Into, found: Found) -> list[Thing]:
    kinds = {code: ThingKind.PLATE if code in PLATES else ThingKind.PAPER for code in found.papers}
    return [_new(into, kind, "", PAPER_WORDS[code]) for code, kind in kinds.items()]


def _sealed(into: Into, found: Found) -> list[Thing]:
    rows = [_new(into, ThingKind.BAG, tag, what) for tag, what in found.bags.items()]
    word = things.THING_WORDS[ThingKind.SEAL]
    return [*rows, *([_new(into, ThingKind.SEAL, found.seal, word)] if found.seal else [])]


def _new(into: Into, kind: ThingKind, tag: str, what: str, place: str = "") -> Thing:
    here = _station(into.station)
    holder = with_vehicle(into.vehicle_id) if kind is ThingKind.SEAL else here
    return Thing(
        id=new_id(),
        vehicle_id=into.vehicle_id,
        case_id=into.case_id,
        station_id=into.station.id,
        kind=kind,
        tag=tag,
        what=what,
        place=place,
        state=ThingState.HELD,
        holder=holder.name,
        holder_key=holder.key,
        note="",
        settled="",
        since=clock.now(),
        version=1,
    )


def _take_in(actor: Actor, row: Thing, giver: Holder) -> None:
    """The first link of its chain. A seal goes the other way: from the station onto the vehicle."""
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "thing_taken",
            "钥匙牌、封条或物品袋的编号刚刚被别的车用了，请核对编号后再办。",
            status=409,
        ) from None
    taker = Holder(row.holder_key, row.holder)
    first = _station(get_organisation(row.station_id)) if row.kind is ThingKind.SEAL else giver
    _chain(actor, row, first, taker)
    if row.kind is ThingKind.KEY:
        media.issue_code(actor, LabelPurpose.KEY, row.subject, vehicle=row.vehicle_id, write=False)


def _station(station: Organisation) -> Holder:
    return Holder.organisation(station.id, station.short_name)


def add(actor: Actor, vehicle: Vehicle, new: Added) -> Thing:
    """Something that came after the gate-in, e.g. a second key that the court brings."""
    cover = court.get_cover(actor, vehicle.id, "intake.thing_add")
    things.check_added(new)
    media.one_at_a_time("things", actor.organisation_id)
    used = thing_reads.list_tags(actor.organisation_id, new.kind)
    tag, hook = new.tag, ""
    if new.kind is ThingKind.KEY:
        tag = things.number_keys(1, new.tag, used)[0]
        hook = things.free_hooks(1, thing_reads.list_hooks(actor.organisation_id))[0]
    into = Into(vehicle.id, cover.case_id, get_organisation(actor.organisation_id))
    row = _new(into, new.kind, tag, new.what or things.THING_WORDS[new.kind], hook)
    _take_in(actor, row, Holder.outsider(f"outsider:{new.giver}", new.giver))
    facts: dict[str, Fact] = {"kind": new.kind.value, "number": row.tag, "what": row.what}
    _write(actor, "intake.thing_add", row, {**facts, **cover.facts}, cover.id, {"giver": new.giver})
    return row


def lend(actor: Actor, row: Thing, loan: Loan, *, by_label: bool) -> None:
    """A key, paper or plate goes out to somebody by name, what for and until when."""
    _check_here(actor, row)
    things.check_loan(row.kind, row.state, loan)
    if loan.person and loan.person not in {one.id for one in list_colleagues(row.station_id)}:
        raise Refused("loan_stranger", "领用人不是本站人员，请重新选择。", field="person")
    cover = court.get_cover(actor, row.vehicle_id, "intake.thing_out")
    now = clock.now()
    taker = _taker(loan)
    _step(
        row,
        ThingState.OUT,
        purpose=loan.purpose,
        out_at=now,
        due_at=now + timedelta(hours=loan.hours),
        holder=taker.name,
        holder_key=taker.key,
    )
    _chain(actor, row, _station(get_organisation(row.station_id)), taker)
    facts: dict[str, Fact] = {
        "kind": row.kind.value,
        "number": row.name,
        "to": loan.person,
        "purpose": loan.purpose.value,
        "until": f"{clock.in_shanghai(now + timedelta(hours=loan.hours)):%Y-%m-%d %H:%M}",
        "by_label": by_label,
    }
    private = {} if loan.person else {"name": taker.name}
    _write(actor, "intake.thing_out", row, {**facts, **cover.facts}, cover.id, private)


def _taker(loan: Loan) -> Holder:
    if loan.person:
        return Holder.person(loan.person, name_of(loan.person))
    name = loan.name.strip()
    return Holder.outsider(f"outsider:{name}", name)


def give_back(actor: Actor, row: Thing, *, by_label: bool) -> None:
    """It is back at its place. Needs no command: what is out must always be able to come back."""
    _check_here(actor, row)
    things.THING_STATES.check(row.state, ThingState.HELD)
    late = things.is_overdue(row.state, row.due_at, clock.now())
    here, giver = _station(get_organisation(row.station_id)), Holder(row.holder_key, row.holder)
    was_lost = row.state is ThingState.LOST
    _step(
        row,
        ThingState.HELD,
        holder=here.name,
        holder_key=here.key,
        due_at=None,
        settled="",
    )
    if giver.key != here.key:
        _chain(actor, row, giver, here)
    facts: dict[str, Fact] = {
        "kind": row.kind.value,
        "number": row.name,
        "late": late,
        "was_lost": was_lost,
        "by_label": by_label,
    }
    _write(actor, "intake.thing_back", row, facts, _covering(row))


def report_lost(actor: Actor, row: Thing, why: str) -> None:
    """It cannot be found: the judge sees it at once, and the vehicle stays until that is settled."""
    _check_here(actor, row)
    reason = why.strip()
    if not 6 <= len(reason) <= 200:
        raise Refused(
            "lost_reason",
            "请写明何时发现、找过哪里、最后在谁手里（6 至 200 个字）。",
            field="why",
        )
    _step(row, ThingState.LOST, note=reason, settled="")
    facts: dict[str, Fact] = {"kind": row.kind.value, "number": row.name}
    _write(actor, "intake.thing_lost", row, facts, _covering(row), {"reason": reason})


def settle(actor: Actor, row: Thing, words: str) -> None:
    """The judge says how a loss is settled: it no longer keeps the vehicle in."""
    answer = words.strip()
    court.get_held(actor, row.vehicle_id)
    if row.state is not ThingState.LOST or row.settled:
        raise Refused("thing_not_lost", "这件保管物没有待处理的遗失报告，请刷新页面。", status=409)
    if not 2 <= len(answer) <= 200:
        raise Refused("settle_words", "请写明如何处理（2 至 200 个字）。", field="words")
    done = changed(
        update(Thing)
        .where(Thing.id == row.id, Thing.state == ThingState.LOST, Thing.settled == "")
        .values(settled=answer, version=Thing.version + 1)
    )
    if not done:
        refuse_stale(row.subject, name_of)
    facts: dict[str, Fact] = {"kind": row.kind.value, "number": row.name}
    _write(actor, "intake.thing_settle", row, facts, "", {"reason": answer})


def part_with(actor: Actor, rows: Sequence[Thing], taker: Holder) -> str:
    """Things leave the station for good, as part of another room's act; their names."""
    for row in rows:
        things.THING_STATES.check(row.state, ThingState.GONE)
        giver = Holder(row.holder_key, row.holder)
        _step(row, ThingState.GONE, holder=taker.name, holder_key=taker.key)
        _chain(actor, row, giver, taker)
    return " ".join(row.name for row in rows)


def _chain(actor: Actor, row: Thing, giver: Holder, taker: Holder) -> None:
    where = CABINET % row.place if row.kind is ThingKind.KEY and row.place else ""
    vehicles.hand_over(row.subject, row.vehicle_id, giver, taker, place=where, by_name=actor.name)


def _check_here(actor: Actor, row: Thing) -> None:
    if row.station_id != actor.organisation_id:
        raise Refused("thing_elsewhere", "这件保管物在别的服务站，本站不能登记。", status=409)


def _step(row: Thing, to: ThingState, **values: object) -> None:
    """Change the row if nobody else did meanwhile."""
    things.THING_STATES.check(row.state, to)
    moved = changed(
        update(Thing)
        .where(Thing.id == row.id, Thing.state == row.state, Thing.version == row.version)
        .values(state=to, since=clock.now(), version=Thing.version + 1, **values)
    )
    if not moved:
        refuse_stale(row.subject, name_of)


def _covering(row: Thing) -> str:
    """The command under which the thing is held, if there still is one."""
    found = court.find_command(row.vehicle_id, CommandKind.TOW_IN)
    return found.id if found else ""


def _write(
    actor: Actor,
    act: str,
    row: Thing,
    facts: Mapping[str, Fact],
    command: str,
    private: Mapping[str, str] | None = None,
) -> None:
    trail.write(
        actor,
        act,
        row.subject,
        vehicle=row.vehicle_id,
        case=row.case_id,
        command=command,
        facts=facts,
        private=private,
    )
