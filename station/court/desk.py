"""Entrusting, and the life of a command; cases are opened in `case_desk` and offered from here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import update

from station.agencies import reads as agencies
from station.agencies.rules import check_assignable
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media import paper_desk
from station.media.door import Kept
from station.media.models import Media
from station.people.models import Organisation
from station.people.reads import get_organisation
from station.people.rules import OrganisationKind, Role
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.rules import document_number
from station.vehicles import desk as vehicles
from station.vehicles import reads as vehicle_reads
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import reads, report_desk, rules
from .case_desk import open_case as open_case
from .case_desk import register as register
from .models import Command, Entrustment, Seizure
from .rules import CommandKind, CommandState, EntrustmentState


def entrust(
    actor: Actor,
    seizure: Seizure,
    agency: Organisation,
    letter: rules.EntrustmentLetter,
    *,
    letter_media: str,
    ruling_media: str,
) -> Entrustment:
    """Offer a vehicle to an agency of the court's list (办法 arts 10, 14)."""
    check_holds(seizure)
    check_assignable(agencies.find_standing(actor.organisation_id, agency.id), clock.today())
    rules.check_entrustment_papers(
        letter, has_letter_file=bool(letter_media), has_ruling_file=bool(ruling_media)
    )
    if reads.find_entrustment(seizure.vehicle_id):
        raise Refused(
            "entrusted_already", "这辆车已委托或正等待机构接受，不能重复委托。", status=409
        )
    entrustment_id, now = new_id(), clock.now()
    number = document_number("WT", clock.in_shanghai(now).date(), entrustment_id)
    row = Entrustment(
        id=entrustment_id,
        case_id=seizure.case_id,
        vehicle_id=seizure.vehicle_id,
        agency_id=agency.id,
        state=EntrustmentState.OFFERED,
        procedure=letter.procedure,
        scope=letter.scope,
        other=letter.other,
        letter_media=letter_media,
        ruling_media=ruling_media,
        number=number,
        offered_at=now,
    )
    db.session.add(row)
    vehicles.let_see(seizure.vehicle_id, agency.id)
    _write(
        actor,
        "court.entrust",
        f"entrustment:{row.id}",
        seizure.vehicle_id,
        seizure.case_id,
        {"agency": agency.id, "letter": letter_media, "ruling": ruling_media, "number": number},
    )
    return row


def file_letter(actor: Actor, entrustment: Entrustment, kept: Kept, line: TrailLine) -> Media:
    """Keep the printed 委托书; its SHA-256 is on the trail. `line`: the act of entrusting."""
    before = reads.find_entrustment_before(entrustment)
    paper = paper_desk.Paper(
        kind=reads.SHEET,
        number=entrustment.number or "",
        issuer=get_organisation(entrustment.case.court_id).name,
        proves=line,
        vehicle=entrustment.vehicle_id,
        case=entrustment.case_id,
        replaces=(before.number or "") if before else "",
    )
    row = paper_desk.file_paper(actor, kept, paper)
    changed(
        update(Entrustment)
        .where(Entrustment.id == entrustment.id, Entrustment.sheet_media == "")
        .values(sheet_media=row.id)
    )
    return row


def check_holds(seizure: Seizure) -> None:
    """Refuse a queued seizure; asked before its papers are kept beside the vehicle, where the
    court that holds it would read them."""
    if seizure.rank != 1:
        raise Refused(
            "queued_seizure", "本案是轮候查封，须等在先查封解除后才能处置这辆车。", status=409
        )


def decide(actor: Actor, entrustment: Entrustment, *, accept: bool, reason: str = "") -> None:
    """The agency accepts, or declines with a reason (办法 art 23(6))."""
    to = EntrustmentState.ACCEPTED if accept else EntrustmentState.REFUSED
    rules.ENTRUSTMENT_STATES.check(entrustment.state, to)
    if not accept and not reason.strip():
        raise Refused(
            "decline_reason", "拒绝委托须写明理由（办法第二十三条第六项）。", field="reason"
        )
    decided = changed(
        update(Entrustment)
        .where(Entrustment.id == entrustment.id, Entrustment.state == EntrustmentState.OFFERED)
        .values(state=to, decided_at=clock.now())
    )
    if not decided:
        raise Refused("decided_already", "这项委托已有人答复，请刷新页面。", status=409)
    if accept:
        vehicles.advance(vehicle_reads.get_any(entrustment.vehicle_id), Stage.ENTRUSTED)
    else:
        vehicles.hide_from(entrustment.vehicle_id, entrustment.agency_id)
    _write(
        actor,
        "court.accept" if accept else "court.decline",
        f"entrustment:{entrustment.id}",
        entrustment.vehicle_id,
        entrustment.case_id,
        private={"reason": reason.strip()},
    )


ORDERED = {CommandKind.TOW_IN: Stage.TOW_ORDERED, CommandKind.RELEASE: Stage.RELEASE_ORDERED}


def issue(
    actor: Actor,
    kind: CommandKind,
    vehicle: Vehicle,
    station: Organisation | None,
    *,
    due: date,
    note: str = "",
    facts: Mapping[str, str | int | bool] | None = None,
) -> Command:
    """Issue a command. Only the court that holds the vehicle, only its judge, one of a kind at a time.

    `station`: who is to do it; none for what the agency does itself.
    """
    rules.check_issuer(kind, Role(actor.role))
    rules.check_due(due, clock.today())
    seizure = reads.get_held(actor, vehicle.id)
    station = _check_doer(kind, station)
    entrustment = _get_accepted(vehicle)
    if kind is CommandKind.RUN_ENGINE:
        _renew_leave(vehicle)
    check_new(vehicle, kind)
    row = Command(
        id=new_id(),
        kind=kind,
        state=CommandState.ISSUED,
        case_id=seizure.case_id,
        vehicle_id=vehicle.id,
        court_id=actor.organisation_id,
        station_id=station.id if station else None,
        agency_id=entrustment.agency_id,
        issued_by=actor.person_id,
        due=due,
        note=note,
        issued_at=clock.now(),
        delivered_to="",
        acknowledged_by="",
    )
    db.session.add(row)
    if station:
        vehicles.let_see(vehicle.id, station.id)
    if kind in ORDERED:
        vehicles.advance(vehicle, ORDERED[kind])
    told = {"kind": kind.value, "due": due.isoformat()}
    told |= {"station": station.id} if station else {}
    told |= {"agency": entrustment.agency_id, **(facts or {})}  # type: ignore[dict-item]
    free = {"note": note}
    _write(actor, "court.issue", f"command:{row.id}", vehicle.id, row.case_id, told, row.id, free)
    return row


def _get_accepted(vehicle: Vehicle) -> Entrustment:
    entrustment = reads.find_entrustment(vehicle.id)
    if entrustment is None or entrustment.state is not EntrustmentState.ACCEPTED:
        raise Refused(
            "not_entrusted", "辅助机构尚未接受委托，不能签发指令。请先完成委托。", status=409
        )
    return entrustment


def check_new(vehicle: Vehicle, kind: CommandKind) -> None:
    """Refuse a command for a vehicle that is gone or not where it could be done, and a second one of
    the same kind."""
    rules.check_where(kind, vehicle.stage)
    if reads.find_command(vehicle.id, kind):
        raise Refused("commanded_already", "同样的指令已经签发，不能重复签发。", status=409)


def _check_doer(kind: CommandKind, station: Organisation | None) -> Organisation | None:
    if rules.COMMANDS[kind].done_by is rules.Doer.AGENCY:
        return None
    if station is None or station.kind is not OrganisationKind.STATION:
        raise Refused("not_a_station", "指令只能发给服务站，请重新选择。", field="station")
    return station


def _renew_leave(vehicle: Vehicle) -> None:
    """Leave to run an engine whose last day is past makes room for the next."""
    old = reads.find_command(vehicle.id, CommandKind.RUN_ENGINE)
    if old is not None and old.due < clock.today():
        take_back(old)


def deliver(actor: Actor, command: Command) -> None:
    """The command was shown on a screen of whom it is for: its receipt, once."""
    report_desk.check_addressee(actor, command)
    if _step(command, CommandState.DELIVERED, delivered_at=clock.now(), delivered_to=actor.name):
        _tell(actor, "court.deliver", command)


def acknowledge(actor: Actor, command: Command) -> None:
    """A person of whom it is for signs for the command; from now on it covers its acts."""
    report_desk.check_addressee(actor, command)
    rules.COMMAND_STATES.check(command.state, CommandState.ACKNOWLEDGED)
    now, name = clock.now(), actor.name
    values = {"acknowledged_at": now, "acknowledged_by": name}
    if command.delivered_at is None:
        values |= {"delivered_at": now, "delivered_to": name}
    if not _step(command, CommandState.ACKNOWLEDGED, **values):
        raise Refused("acknowledged_already", "这条指令已有同事签收。", status=409)
    _tell(actor, "court.acknowledge", command)


def revoke(actor: Actor, command: Command, reason: str) -> None:
    """The judge takes a command back, with the reason; what was done stays done."""
    rules.check_issuer(command.kind, Role(actor.role))
    if not reason.strip():
        raise Refused("revoke_reason", "撤销指令须写明理由。", field="reason")
    rules.COMMAND_STATES.check(command.state, CommandState.REVOKED)
    if not _step(command, CommandState.REVOKED, revoked_at=clock.now()):
        raise Refused("command_moved_on", "这条指令的状态刚刚改变，请刷新页面。", status=409)
    _tell(actor, "court.revoke", command, reason=reason.strip())


def close(command: Command) -> bool:
    """The command's last act is done: part of that act. Whether it was open until now."""
    return _step(command, CommandState.DONE, done_at=clock.now())


def take_back(command: Command) -> bool:
    """What the command had brought about is undone (a car off the public page): part of that act,
    which says why. Even a command that is done, so that a new one may be issued."""
    over = (*rules.OPEN, CommandState.DONE)
    return bool(
        changed(
            update(Command)
            .where(Command.id == command.id, Command.state.in_(over))
            .values(state=CommandState.REVOKED, revoked_at=clock.now())
        )
    )


def _step(command: Command, to: CommandState, **values: object) -> bool:
    before = [state for state in CommandState if to in rules.COMMAND_STATES.next(state)]
    return bool(
        changed(
            update(Command)
            .where(Command.id == command.id, Command.state.in_(before))
            .values(state=to, **values)
        )
    )


def _tell(
    actor: Actor,
    act: str,
    command: Command,
    facts: Mapping[str, str | int | bool] | None = None,
    reason: str = "",
) -> None:
    told = {"kind": command.kind.value, **(facts or {})}
    subject = f"command:{command.id}"
    free = {"reason": reason}
    _write(actor, act, subject, command.vehicle_id, command.case_id, told, command.id, free)


def _write(
    actor: Actor,
    act: str,
    subject: str,
    vehicle: str,
    case: str,
    facts: Mapping[str, str | int | bool] | None = None,
    command: str = "",
    private: Mapping[str, str] | None = None,
) -> None:
    trail.write(
        actor,
        act,
        subject,
        vehicle=vehicle,
        case=case,
        facts=facts,
        private=private,
        command=command,
    )
