"""Questions about cases and commands. Another court's case is answered like one not there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused
from station.media.models import Media
from station.vehicles import reads as vehicles

from . import rules
from .models import Case, Command, Entrustment, Seizure
from .rules import CommandKind, CommandState, EntrustmentState


def list_cases(actor: Actor) -> Sequence[Case]:
    """Cases of the actor's court, newest first."""
    return db.session.scalars(
        select(Case).where(Case.court_id == actor.organisation_id).order_by(Case.opened_at.desc())
    ).all()


def get_case(actor: Actor, case_id: str) -> Case:
    """One case of the actor's court, else 404."""
    row = db.session.get(Case, case_id)
    case: Case = get_or_404(
        row if row and row.court_id == actor.organisation_id else None, "这个案件"
    )
    return case


def list_seizures(case: Case) -> Sequence[Seizure]:
    """Vehicles seized in a case."""
    return db.session.scalars(
        select(Seizure).where(Seizure.case_id == case.id).order_by(Seizure.seized_on, Seizure.id)
    ).all()


def get_seizure(actor: Actor, seizure_id: str) -> Seizure:
    """One seizure in a case of the actor's court, else 404."""
    row = db.session.get(Seizure, seizure_id)
    mine = row if row and row.case.court_id == actor.organisation_id else None
    seizure: Seizure = get_or_404(mine, "这项查封")
    return seizure


def count_seizures(vehicle_id: str) -> int:
    """How many cases have seized a vehicle; never which."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Seizure).where(Seizure.vehicle_id == vehicle_id)
        )
        or 0
    )


def find_holder(vehicle_id: str) -> Seizure | None:
    """The seizure that holds the vehicle."""
    return db.session.scalars(
        select(Seizure).where(Seizure.vehicle_id == vehicle_id, Seizure.rank == 1)
    ).one_or_none()


def get_held(actor: Actor, vehicle_id: str) -> Seizure:
    """The holding seizure, if it is the actor's court's; else 404."""
    row = find_holder(vehicle_id)
    mine = row if row and row.case.court_id == actor.organisation_id else None
    seizure: Seizure = get_or_404(mine, "这辆车")
    return seizure


def find_entrustment(vehicle_id: str) -> Entrustment | None:
    """The live entrustment of a vehicle."""
    live = (EntrustmentState.OFFERED, EntrustmentState.ACCEPTED)
    return db.session.scalars(
        select(Entrustment).where(Entrustment.vehicle_id == vehicle_id, Entrustment.state.in_(live))
    ).one_or_none()


def list_entrustments(actor: Actor) -> Sequence[Entrustment]:
    """Entrustments to the actor's agency, waiting ones first."""
    return db.session.scalars(
        select(Entrustment)
        .where(Entrustment.agency_id == actor.organisation_id)
        .order_by(Entrustment.state != EntrustmentState.OFFERED, Entrustment.offered_at.desc())
    ).all()


def get_entrustment(actor: Actor, entrustment_id: str) -> Entrustment:
    """One entrustment to the actor's agency or by the actor's court, else 404."""
    row = db.session.get(Entrustment, entrustment_id)
    mine = row and actor.organisation_id in (row.agency_id, row.case.court_id)
    entrustment: Entrustment = get_or_404(row if mine else None, "这项委托")
    return entrustment


def list_commands(
    actor: Actor, *, states: Sequence[CommandState] = (), vehicle_id: str = ""
) -> Sequence[Command]:
    """Commands that concern the actor's court, station or agency; unacknowledged first."""
    mine = actor.organisation_id
    question = (
        select(Command)
        .where(or_(Command.station_id == mine, Command.agency_id == mine, Command.court_id == mine))
        .order_by(Command.acknowledged_at.is_not(None), Command.due, Command.issued_at)
    )
    if states:
        question = question.where(Command.state.in_(states))
    if vehicle_id:
        question = question.where(Command.vehicle_id == vehicle_id)
    return db.session.scalars(question).unique().all()


def get_command(actor: Actor, command_id: str) -> Command:
    """One command of the actor's court, station or agency, else 404."""
    row = db.session.get(Command, command_id)
    mine = row and actor.organisation_id in (row.station_id, row.agency_id, row.court_id)
    command: Command = get_or_404(row if mine else None, "这条指令")
    return command


def find_command(vehicle_id: str, kind: CommandKind) -> Command | None:
    """The command of a kind on a vehicle that was not revoked."""
    return db.session.scalars(
        select(Command).where(
            Command.vehicle_id == vehicle_id,
            Command.kind == kind,
            Command.state != CommandState.REVOKED,
        )
    ).one_or_none()


def get_covering(actor: Actor, vehicle_id: str, act: str) -> Command:
    """The command that lets the actor do `act` to the vehicle: no command, no move.

    Refuses with the reason (none, revoked, not acknowledged) when there is none.
    """
    mine = actor.organisation_id
    rows = [
        row
        for row in db.session.scalars(
            select(Command)
            .where(Command.vehicle_id == vehicle_id)
            .order_by(Command.issued_at.desc())
        ).unique()
        if mine in (row.station_id, row.agency_id) and rules.covers(row.kind, act)
    ]
    if not rows:
        raise Refused(
            "no_command", "没有法院指令允许这项操作。请联系承办法官签发指令后再办。", status=409
        )
    live = [row for row in rows if row.state in (CommandState.ACKNOWLEDGED, CommandState.DONE)]
    chosen: Command = (live or rows)[0]
    rules.check_covered(chosen.kind, chosen.state, act)
    return chosen


def may_read_papers(actor: Actor, media: Media) -> bool:
    """Letters and rulings: the organisations that have to do with the vehicle."""
    return not actor.by_link and (
        media.organisation_id == actor.organisation_id or vehicles.may_see(actor, media.vehicle)
    )


READERS = {"entrustment_letter": may_read_papers, "ruling": may_read_papers, "vin": may_read_papers}


def covering_id(actor: Actor, vehicle_id: str, act: str) -> str:
    """The id of the covering command, for rooms before this one (media)."""
    return get_covering(actor, vehicle_id, act).id


COVERING = {"court": covering_id}
