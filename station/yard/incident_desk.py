"""Telling the court what happened to a vehicle, its decision, and how it was settled."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.ground.words import N_
from station.media.models import Media
from station.notices import desk as notices
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact
from station.vehicles.models import Vehicle

from . import incident_reads, incidents
from .incident_models import Incident
from .incidents import IncidentState, Told

TOLD = N_("服务站报告一辆在库车辆发生异常（损坏、丢失或天气灾害）。请登录系统查看并处理。")


def report(actor: Actor, vehicle: Vehicle, told: Told, pictures: Sequence[Media]) -> Incident:
    """The station tells what happened; the judge gets it at once, with the picture from before."""
    incidents.check_told(told, len(pictures), clock.today())
    if any(one.vehicle != vehicle.id for one in pictures):
        raise Refused("incident_photo_other", "这张照片不是这辆车的，请重新拍摄。", field="photo")
    holder = court.find_holder(vehicle.id)
    held = court.find_command(vehicle.id, CommandKind.TOW_IN)
    if holder is None or held is None or held.station_id != actor.organisation_id:
        raise Refused("incident_not_here", "这辆车不由本站保管，不能报告异常。", status=409)
    row = Incident(
        id=new_id(),
        vehicle_id=vehicle.id,
        case_id=holder.case_id,
        court_id=holder.case.court_id,
        station_id=actor.organisation_id,
        kind=told.kind,
        state=IncidentState.REPORTED,
        happened_on=told.happened_on,
        what=told.what,
        pictures=[one.id for one in pictures],
        before=incident_reads.find_before(vehicle.id, told.view) if told.view else "",
        estimate_fen=told.estimate,
        by_name=actor.name,
        at=clock.now(),
        decision="",
        decided_by="",
        outcome="",
        borne_by="",
        after=[],
        settled_by="",
    )
    db.session.add(row)
    notices.enqueue(
        row.court_id, addressee=name_of(holder.case.judge_id), text=TOLD, subject=row.subject
    )
    facts: dict[str, Fact] = {
        "kind": row.kind.value,
        "happened_on": row.happened_on.isoformat(),
        "days_late": incidents.days_late(row.happened_on, clock.today()),
        "photos": " ".join(row.pictures),
        "before": row.before,
    }
    if row.estimate_fen is not None:
        facts["amount_fen"] = row.estimate_fen
    _write(actor, "yard.incident", row, facts, row.what, held.id)
    return row


def decide(actor: Actor, row: Incident, words: str) -> None:
    """The judge says what is to be done, and who bears it."""
    decision = incidents.check_words(words, "decision")
    values = {"decision": decision, "decided_by": actor.name, "decided_at": clock.now()}
    _step(row, IncidentState.DECIDED, **values)
    _write(actor, "yard.incident_decide", row, {}, decision)


def settle(
    actor: Actor, row: Incident, words: str, cost: int, borne_by: str, after: Sequence[Media]
) -> None:
    """The station says how it ended, what it cost, who bore it, and shows it."""
    if row.station_id != actor.organisation_id:
        raise Refused("incident_not_here", "这辆车不由本站保管，不能报告异常。", status=409)
    outcome = incidents.check_words(words, "outcome")
    if cost < 0:
        raise Refused("incident_cost", "金额不能是负数。", field="cost")
    if not borne_by.strip():
        raise Refused("incident_bearer", "请写明费用由谁负担；没有费用写“无”。", field="borne_by")
    if not after:
        raise Refused("incident_after", "请拍下处理后的样子。", field="photo")
    _step(
        row,
        IncidentState.SETTLED,
        outcome=outcome,
        cost_fen=cost,
        borne_by=borne_by.strip()[:40],
        after=[one.id for one in after],
        settled_by=actor.name,
        settled_at=clock.now(),
    )
    facts: dict[str, Fact] = {"amount_fen": cost, "photos": " ".join(one.id for one in after)}
    _write(actor, "yard.incident_settle", row, facts, outcome)


def _step(row: Incident, to: IncidentState, **values: object) -> None:
    incidents.INCIDENT_STATES.check(row.state, to)
    moved = changed(
        update(Incident)
        .where(Incident.id == row.id, Incident.state == row.state)
        .values(state=to, **values)
    )
    if not moved:
        refuse_stale(row.subject, name_of)


def _write(
    actor: Actor, act: str, row: Incident, facts: dict[str, Fact], reason: str, command: str = ""
) -> None:
    trail.write(
        actor,
        act,
        row.subject,
        vehicle=row.vehicle_id,
        case=row.case_id,
        command=command,
        facts=facts,
        private={"reason": reason},
    )
