"""Comparing a vehicle with its case at the gate, and the judge's word on a difference."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.conformity import Licence
from station.vehicles.models import Vehicle

from . import identity
from .identity import Marks, MismatchState
from .identity_models import IdentityCheck, Mismatch
from .models import Intake


def compare(
    actor: Actor, intake: Intake, read: Marks, *, reason: str, confirmed: bool
) -> IdentityCheck:
    """Write down what was read on the vehicle. What differs from the case goes before the judge in
    the same act; the gate-in goes on, publishing does not."""
    if intake.station_id != actor.organisation_id:
        raise Refused("intake_elsewhere", "这辆车由别的服务站查验，本站不能填写。", status=409)
    car = intake.vehicle
    expected = Marks(car.vin, car.engine_number, car.plate)
    found = identity.compare(expected, read)
    identity.check_read(found, reason=reason, confirmed=confirmed)
    cover = court.get_cover(actor, car.id, "intake.identify")
    by_mark = {one.mark.value: one.read for one in found}
    row = IdentityCheck(
        id=new_id(),
        intake_id=intake.id,
        vehicle_id=car.id,
        reason=reason.strip(),
        by_name=actor.name,
        at=clock.now(),
        **by_mark,
    )
    db.session.add(row)
    db.session.flush()
    facts: dict[str, Fact] = {f"is_{one.mark}": one.verdict.value for one in found}
    facts |= {f"read_{one.mark}": bool(one.read) for one in found}
    wrong = identity.differing(found)
    facts |= {"differs": bool(wrong)}
    if wrong:
        facts["mismatch"] = _open(row, cover, " ".join(one.mark for one in wrong))
    trail.write(
        actor,
        "intake.identify",
        f"identity:{row.id}",
        vehicle=car.id,
        case=cover.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
        private={f"{name}_read": text for name, text in by_mark.items()} | {"reason": row.reason},
    )
    return row


def _open(check: IdentityCheck, cover: court.Cover, marks: str) -> str:
    """Put a difference before the judge; one that already waits takes this check's place."""
    values = {"check_id": check.id, "marks": marks, "at": check.at}
    waiting = (
        update(Mismatch)
        .where(Mismatch.vehicle_id == check.vehicle_id, Mismatch.state == MismatchState.OPEN)
        .values(**values)
        .returning(Mismatch.id)
    )
    found: str | None = db.session.scalar(waiting)
    if found is not None:
        return found
    added: str | None = db.session.scalar(
        insert(Mismatch)
        .values(
            id=new_id(),
            vehicle_id=check.vehicle_id,
            case_id=cover.case_id,
            court_id=cover.case.court_id,
            state=MismatchState.OPEN,
            words="",
            decided_by="",
            **values,
        )
        .on_conflict_do_nothing()
        .returning(Mismatch.id)
    )
    if added is None:
        raise Refused("stale_identity", "同事刚刚也核对了这辆车，请刷新页面。", status=409)
    return added


def judge(actor: Actor, mismatch: Mismatch, words: str, *, same: bool) -> None:
    """The judge says whether this is the vehicle of the case, and why."""
    plain = identity.check_words(words)
    to = MismatchState.SAME if same else MismatchState.OTHER
    identity.MISMATCH_STATES.check(mismatch.state, to)
    done = changed(
        update(Mismatch)
        .where(Mismatch.id == mismatch.id, Mismatch.state == mismatch.state)
        .values(state=to, words=plain, decided_by=actor.name, decided_at=clock.now())
    )
    if not done:
        refuse_stale(mismatch.subject, name_of)
    facts: dict[str, Fact] = {"same": same, "marks": mismatch.marks}
    trail.write(
        actor,
        "intake.judge_identity",
        mismatch.subject,
        vehicle=mismatch.vehicle_id,
        case=mismatch.case_id,
        facts=facts,
        private={"reason": plain},
    )


def note_licence(actor: Actor, vehicle: Vehicle, licence: Licence, version: int) -> None:
    """Write down what the vehicle licence says; the dates that follow are computed when shown."""
    cover = court.get_cover(actor, vehicle.id, "intake.licence")
    subject = f"licence:{vehicle.id}"
    if not vehicles.note_licence(vehicle.id, licence, version, actor.name):
        refuse_stale(subject, name_of)
    facts: dict[str, Fact] = {
        "registered": licence.registered.isoformat(),
        "until": licence.until.isoformat(),
        "use": licence.use,
        "seats": licence.seats,
        "emission": licence.emission,
    }
    trail.write(
        actor,
        "intake.licence",
        subject,
        vehicle=vehicle.id,
        case=cover.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
    )
