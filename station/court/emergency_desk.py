"""Acting without a command in an emergency: said with its reason, and answered by the judge."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text, update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.vehicles.models import Vehicle

from . import reads, rules
from .models import Emergency
from .rules import EmergencyState


def report(actor: Actor, vehicle: Vehicle, reason: str) -> Emergency:
    """Say why the station must act on a vehicle without a command; from now on its acts name this
    report instead, and the judge is asked (办法 art 8(1); the exception is ours [P])."""
    why = rules.check_emergency_reason(reason)
    rules.check_emergency_stage(vehicle.stage)
    seizure = reads.find_holder(vehicle.id)
    if seizure is None:
        raise Refused(
            "emergency_no_court", "这辆车没有承办法院，不能报告紧急处置。请先核对车辆。", status=409
        )
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"emergency|{vehicle.id}"},
    )
    if reads.find_emergency(actor.organisation_id, vehicle.id):
        raise Refused(
            "emergency_reported",
            "这辆车已报告过紧急处置，24 小时内可直接办理，不用再报告。",
            status=409,
        )
    if reads.find_objection(actor.organisation_id, vehicle.id):
        raise Refused(
            "emergency_objected",
            "法官刚刚没有认可这辆车的紧急处置，24 小时内不能再报告。确有新的危险，请直接联系承办法官签发指令。",
            status=409,
        )
    row = Emergency(
        id=new_id(),
        state=EmergencyState.REPORTED,
        case_id=seizure.case_id,
        vehicle_id=vehicle.id,
        court_id=seizure.case.court_id,
        station_id=actor.organisation_id,
        reason=why,
        by_person=actor.person_id,
        by_name=actor.name,
        at=clock.now(),
        decided_by="",
        answer="",
    )
    db.session.add(row)
    until = clock.in_shanghai(row.at + rules.EMERGENCY_LASTS)
    _write(actor, "court.act_without", row, why, {"until": f"{until:%Y-%m-%d %H:%M}"})
    return row


def answer(actor: Actor, emergency: Emergency, words: str, *, agree: bool) -> None:
    """The judge confirms what was done, or objects with the reason: then nothing more is covered.
    What was done stays done and on the trail."""
    to = EmergencyState.RATIFIED if agree else EmergencyState.OBJECTED
    rules.EMERGENCY_STATES.check(emergency.state, to)
    if not agree and not words.strip():
        raise Refused("objection_reason", "不认可紧急处置须写明理由。", field="answer")
    decided = changed(
        update(Emergency)
        .where(Emergency.id == emergency.id, Emergency.state == EmergencyState.REPORTED)
        .values(state=to, decided_at=clock.now(), decided_by=actor.name, answer=words.strip())
    )
    if not decided:
        raise Refused("emergency_answered", "这次紧急处置已有人答复，请刷新页面。", status=409)
    act = "court.ratify" if agree else "court.object"
    _write(actor, act, emergency, words.strip(), {})


def _write(
    actor: Actor, act: str, emergency: Emergency, reason: str, facts: Mapping[str, str]
) -> None:
    trail.write(
        actor,
        act,
        emergency.subject,
        vehicle=emergency.vehicle_id,
        case=emergency.case_id,
        facts=facts,
        private={"reason": reason},
    )
