"""The court stays, suspends, resumes or withdraws a sale: the decision, what the public page says, and
the command that has it carried out, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from station.court import desk as court
from station.court import reads as court_reads
from station.court.models import Command, Seizure
from station.court.rules import OPEN, CommandKind, default_due
from station.ground import clock
from station.ground.actors import Actor
from station.ground.refused import Refused
from station.intake import reads as intake
from station.people import reads as people_reads
from station.sales import halt_desk, halt_reads
from station.sales.halts import HaltKind
from station.vehicles import desk as vehicles
from station.vehicles.rules import Stage

from . import desk, reads
from .rules import ListingState

COMMANDS = {HaltKind.STAY: CommandKind.STAY, HaltKind.SUSPEND: CommandKind.SUSPEND}
NOT_HERE = (Stage.REGISTERED, Stage.ENTRUSTED, Stage.TOW_ORDERED)
ON_SHELF = (Stage.STORED, Stage.PUBLISHED)


@dataclass(frozen=True)
class Decision:
    """What the judge decided. `ground`: key of the table; `paper`: id of the ruling, or empty."""

    ground: str
    words: str
    paper: str


def halt(actor: Actor, vehicle_id: str, kind: HaltKind, said: Decision) -> Command:
    """Stay or suspend: the agency changes the platform and the display the same day."""
    held = court_reads.get_held(actor, vehicle_id)
    halt_desk.halt(actor, held, kind, said.ground, said.words, said.paper)
    for other in (*COMMANDS.values(), CommandKind.RESUME):
        _take_back(vehicle_id, other)
    return _command(actor, held, COMMANDS[kind], said.words)


def resume(actor: Actor, vehicle_id: str, starts_at: datetime) -> Command:
    """The sale goes on; the agency has the platform say so."""
    held = court_reads.get_held(actor, vehicle_id)
    row = halt_reads.get_halt(vehicle_id)
    halt_desk.resume(actor, row, starts_at)
    if listing := reads.find_listing(vehicle_id):
        desk.reschedule(listing, starts_at)
    for other in COMMANDS.values():
        _take_back(vehicle_id, other)
    day = f"{clock.in_shanghai(starts_at):%Y-%m-%d %H:%M}"
    return _command(actor, held, CommandKind.RESUME, f"恢复后开拍时间：{day}")


def withdraw(actor: Actor, vehicle_id: str, said: Decision) -> Command | None:
    """The sale ends. A vehicle in the yard is to be given back within three days (办法 art 17); one
    that was never fetched stays where it is, and there is no command."""
    held = court_reads.get_held(actor, vehicle_id)
    vehicle = held.vehicle
    if vehicle.stage not in (*NOT_HERE, *ON_SHELF) or intake.find_live_tow(vehicle_id):
        raise Refused(
            "withdraw_stage",
            "车辆正在拖车、查验或交付途中，现在不能撤回。请等入位后，或在成交前办理。",
            status=409,
        )
    halt_desk.halt(actor, held, HaltKind.WITHDRAW, said.ground, said.words, said.paper)
    _take_down(actor, vehicle_id, said.words)
    here = vehicle.stage not in NOT_HERE
    for command in court_reads.list_commands(actor, states=OPEN, vehicle_id=vehicle_id):
        if not (here and command.kind is CommandKind.TOW_IN):  # it covers the custody until the end
            court.take_back(command)
    if not here:
        halt_desk.close(halt_reads.get_halt(vehicle_id))
        vehicles.advance(vehicle, Stage.WITHDRAWN)
        return None
    return _command(actor, held, CommandKind.WITHDRAW, said.words)


def _take_down(actor: Actor, vehicle_id: str, words: str) -> None:
    listing = reads.find_listing(vehicle_id)
    if listing and listing.state in (ListingState.ORDERED, ListingState.PUBLISHED):
        desk.withdraw(actor, listing, words)


def _take_back(vehicle_id: str, kind: CommandKind) -> None:
    old = court_reads.find_command(vehicle_id, kind)
    if old is not None:
        court.take_back(old)


def _command(actor: Actor, held: Seizure, kind: CommandKind, note: str) -> Command:
    tow = court_reads.find_command(held.vehicle_id, CommandKind.TOW_IN)
    if tow is None:
        raise Refused("not_in_station", "车辆不在服务站，请先核对。", status=409)
    by_station = kind is CommandKind.WITHDRAW
    station = people_reads.get_organisation(tow.addressee_id) if by_station else None
    due = default_due(kind, clock.today())
    return court.issue(actor, kind, held.vehicle, station, due=due, note=note)


def end_cause(actor: Actor, vehicle_id: str, on: date) -> None:
    """The judge says when the cause of a stay or suspension ended."""
    court_reads.get_held(actor, vehicle_id)
    halt_desk.end_cause(actor, halt_reads.get_halt(vehicle_id), on)
