"""What the court's commands and the gate-in say of a car's care: leave to run its engine, keys,
and the occasions that call for making it ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from station.court.models import Command
from station.court.rules import SIGNED, CommandKind, CommandState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.refused import Refused
from station.intake.models import AnswerRow, Intake
from station.intake.rules import Step

from .rules import Occasion

ENGINE = "yard.run_engine"
CALLING = {
    CommandKind.PUBLISH: Occasion.BEFORE_VIEWING,
    CommandKind.RELEASE: Occasion.BEFORE_RELEASE,
}


def may_run(ids: Sequence[str]) -> set[str]:
    """Vehicles whose engine may be started today: there is a key, and the court allows it."""
    allowed = select(Command.vehicle_id).where(
        Command.vehicle_id.in_(ids),
        Command.kind == CommandKind.RUN_ENGINE,
        Command.state.in_(SIGNED),
        Command.due >= clock.today(),
    )
    rows = db.session.execute(
        select(Intake.vehicle_id, AnswerRow.value)
        .join(AnswerRow, AnswerRow.intake_id == Intake.id)
        .where(Intake.vehicle_id.in_(allowed), AnswerRow.step == Step.KEYS)
        .order_by(Intake.opened_at)
    )
    keys = {vehicle: int(value.get("count") or 0) for vehicle, value in rows}
    return {vehicle for vehicle, count in keys.items() if count > 0}


def get_leave(actor: Actor, vehicle_id: str) -> Command:
    """The command that lets the actor start the engine today; no emergency stands for it.

    Refuses when there is none, or its last day is past.
    """
    row = db.session.scalars(
        select(Command)
        .where(
            Command.vehicle_id == vehicle_id,
            Command.station_id == actor.organisation_id,
            Command.kind == CommandKind.RUN_ENGINE,
            Command.state.in_(SIGNED),
        )
        .limit(1)
    ).first()
    if row is None:
        raise Refused(
            "no_leave_to_run",
            "没有签收过的“准许热车”指令，不能启动发动机。请联系承办法官签发，签收后再办。",
            status=409,
            field="task",
        )
    if row.due < clock.today():
        raise Refused(
            "leave_to_run_over",
            "“准许热车”指令已于 %(day)s 到期，不能再启动发动机。请联系承办法官重新签发。",
            status=409,
            field="task",
            day=row.due.isoformat(),
        )
    return row


def list_occasions(ids: Sequence[str]) -> dict[str, dict[Occasion, datetime]]:
    """Vehicle → occasion → when the court's command called for it."""
    found: dict[str, dict[Occasion, datetime]] = {}
    rows = db.session.execute(
        select(Command.vehicle_id, Command.kind, Command.issued_at).where(
            Command.vehicle_id.in_(ids),
            Command.kind.in_(CALLING),
            Command.state != CommandState.REVOKED,
        )
    )
    for vehicle, kind, at in rows:
        found.setdefault(vehicle, {})[CALLING[kind]] = at
    return found


def is_called(at: datetime, done_on: date | None) -> bool:
    """Whether an occasion of that moment still asks for its task."""
    return done_on is None or done_on < clock.in_shanghai(at).date()
