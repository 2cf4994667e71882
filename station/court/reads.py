"""Questions about cases and commands. Another court's case is answered like one not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused
from station.media.models import Media
from station.vehicles import reads as vehicles

from . import case_sheet, enquiries, reports, rules
from .models import Case, Command, Emergency, Entrustment, Seizure
from .report_reads import FILE
from .rules import CommandKind, CommandState, EmergencyState, EntrustmentState

SHEET = "entrustment_sheet"
REVOKED = "revoked"  # the fact of an act whose command was revoked before it arrived


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


def find_entrustment_before(entrustment: Entrustment) -> Entrustment | None:
    """The entrustment of the same vehicle in the same case that this one takes the place of."""
    return db.session.scalars(
        select(Entrustment)
        .where(
            Entrustment.vehicle_id == entrustment.vehicle_id,
            Entrustment.case_id == entrustment.case_id,
            Entrustment.offered_at < entrustment.offered_at,
        )
        .order_by(Entrustment.offered_at.desc())
        .limit(1)
    ).first()


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


def list_pressing(court_id: str, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Of a court's open commands those that are late, unsigned or reported, as plain columns."""
    return db.session.execute(
        select(
            Command.id,
            Command.vehicle_id,
            Command.kind,
            Command.state,
            Command.issued_at,
            Command.due,
        )
        .where(
            Command.court_id == court_id,
            Command.state.in_(rules.OPEN),
            or_(
                Command.due < today,
                Command.state.in_(rules.WAITING),
                Command.state == CommandState.REPORTED,
            ),
        )
        .order_by(Command.due, Command.issued_at)
    ).all()


def get_command(actor: Actor, command_id: str) -> Command:
    """One command of the actor's court, station or agency, else 404."""
    row = db.session.get(Command, command_id)
    mine = row and actor.organisation_id in (row.station_id, row.agency_id, row.court_id)
    command: Command = get_or_404(row if mine else None, "这条指令")
    return command


def find_command(vehicle_id: str, kind: CommandKind) -> Command | None:
    """The command of a kind on a vehicle that was not revoked; nor done, if it can come again."""
    over = [CommandState.REVOKED]
    if rules.COMMANDS[kind].reported:
        over.append(CommandState.DONE)
    return db.session.scalars(
        select(Command).where(
            Command.vehicle_id == vehicle_id,
            Command.kind == kind,
            Command.state.not_in(over),
        )
    ).one_or_none()


def get_covering(actor: Actor, vehicle_id: str, act: str) -> Command:
    """The command that lets the actor do `act` to the vehicle: no command, no move.

    Refuses with the reason (none, revoked, not acknowledged) when there is none.
    """
    rows = _list_covering(actor, vehicle_id, act)
    if not rows:
        raise Refused(
            "no_command", "没有法院指令允许这项操作。请联系承办法官签发指令后再办。", status=409
        )
    live = [row for row in rows if row.state in rules.SIGNED]
    chosen: Command = (live or rows)[0]
    rules.check_covered(chosen.kind, chosen.state, act)
    return chosen


def _list_covering(actor: Actor, vehicle_id: str, act: str) -> list[Command]:
    mine = actor.organisation_id
    rows = db.session.scalars(
        select(Command).where(Command.vehicle_id == vehicle_id).order_by(Command.issued_at.desc())
    ).unique()
    return [
        row
        for row in rows
        if mine in (row.station_id, row.agency_id) and rules.covers(row.kind, act)
    ]


def _find_taken_back(actor: Actor, vehicle_id: str, act: str) -> Command | None:
    """The command that covered `act` when the device, without signal, did it: revoked since."""
    for row in _list_covering(actor, vehicle_id, act):
        revoked = row.revoked_at if row.acknowledged_at else None
        if revoked and reports.acted_unknowing(
            actor.claimed, actor.clock_off, revoked, clock.now()
        ):
            return row
    return None


@dataclass(frozen=True)
class Cover:
    """What lets an act happen: a court's command, or an emergency that was reported without one.

    `id`: what the trail line names as its command. `facts`: what the line says besides: that there
    was none (the reason stands beside the line of the emergency), or that it had been revoked when
    the act arrived.
    """

    id: str
    case: Case
    command: Command | None
    facts: Mapping[str, bool]

    @property
    def case_id(self) -> str:
        """The case that the act belongs to."""
        return self.case.id


def get_cover(actor: Actor, vehicle_id: str, act: str) -> Cover:
    """The command that lets the actor do `act`, else the emergency reported for the vehicle, else the
    command that was revoked while the device that did it had no signal.

    Refuses as `get_covering` when there is none, and for acts that no emergency covers.
    """
    try:
        command = get_covering(actor, vehicle_id, act)
    except Refused:
        if row := _find_taken_back(actor, vehicle_id, act):
            return Cover(row.id, row.case, row, {REVOKED: True})
        found = find_emergency(actor.organisation_id, vehicle_id)
        if found is None or not rules.covers_in_emergency(act):
            raise
        return Cover(found.subject, found.case, None, {"without_command": True})
    return Cover(command.id, command.case, command, {})


def find_emergency(station_id: str, vehicle_id: str) -> Emergency | None:
    """The emergency that covers acts of a station on a vehicle now: not too long ago, and without
    an objection of the judge."""
    return db.session.scalars(
        select(Emergency)
        .where(
            Emergency.vehicle_id == vehicle_id,
            Emergency.station_id == station_id,
            Emergency.state != EmergencyState.OBJECTED,
            Emergency.at > clock.now() - rules.EMERGENCY_LASTS,
        )
        .order_by(Emergency.at.desc())
        .limit(1)
    ).first()


def find_objection(station_id: str, vehicle_id: str) -> Emergency | None:
    """The emergency that the judge objected to so lately that saying it again would undo the answer."""
    return db.session.scalars(
        select(Emergency)
        .where(
            Emergency.vehicle_id == vehicle_id,
            Emergency.station_id == station_id,
            Emergency.state == EmergencyState.OBJECTED,
            Emergency.decided_at > clock.now() - rules.EMERGENCY_LASTS,
        )
        .limit(1)
    ).first()


def list_emergencies(actor: Actor, *states: EmergencyState) -> Sequence[Emergency]:
    """Emergencies before the actor's court, or of the actor's station, oldest first."""
    mine = actor.organisation_id
    question = (
        select(Emergency)
        .where(or_(Emergency.court_id == mine, Emergency.station_id == mine))
        .order_by(Emergency.at)
    )
    return (
        db.session.scalars(question.where(Emergency.state.in_(states)) if states else question)
        .unique()
        .all()
    )


def list_emergencies_on(vehicle_id: str) -> Sequence[Emergency]:
    """Every emergency reported for a vehicle."""
    return (
        db.session.scalars(select(Emergency).where(Emergency.vehicle_id == vehicle_id))
        .unique()
        .all()
    )


def get_emergency(actor: Actor, emergency_id: str) -> Emergency:
    """One emergency of the actor's court or station, or on a vehicle of the actor's agency; else 404."""
    row = db.session.get(Emergency, emergency_id)
    mine = row is not None and (
        actor.organisation_id in (row.court_id, row.station_id)
        or vehicles.may_see(actor, row.vehicle_id)
    )
    emergency: Emergency = get_or_404(row if mine else None, "这次紧急处置")
    return emergency


def get_judged(actor: Actor, emergency_id: str) -> Emergency:
    """One emergency that the actor's court answers, else 404."""
    row = db.session.get(Emergency, emergency_id)
    mine = row if row is not None and row.court_id == actor.organisation_id else None
    emergency: Emergency = get_or_404(mine, "这次紧急处置")
    return emergency


def may_read_papers(actor: Actor, media: Media) -> bool:
    """Letters and rulings: the organisations that have to do with the vehicle."""
    return not actor.by_link and (
        media.organisation_id == actor.organisation_id or vehicles.may_see(actor, media.vehicle)
    )


def may_read_case_sheet(actor: Actor, media: Media) -> bool:
    """A sheet of cases: the court that brought it."""
    return not actor.by_link and media.organisation_id == actor.organisation_id


PAPERS = ("entrustment_letter", "ruling", "vin", SHEET, FILE, enquiries.PAPER)
READERS = {**dict.fromkeys(PAPERS, may_read_papers), case_sheet.KIND: may_read_case_sheet}


def covering_id(actor: Actor, vehicle_id: str, act: str) -> str:
    """What covers the act, as its line names it, for rooms before this one (media)."""
    return get_cover(actor, vehicle_id, act).id


COVERING = {"court": covering_id}
