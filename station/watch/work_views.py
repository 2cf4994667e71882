"""What has to be done for one vehicle, part of the sale by part of the sale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, render_template, request

from station.court import deadlines, work_items
from station.court.conditions import NOT_BUILT
from station.court.work_items import Phase, State, Status, worst_first
from station.ground import clock
from station.ground.articles import cite
from station.ground.doors import admit, current_actor
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import work
from .ways import bp

READERS = (*COURT_ROLES, Role.AGENCY_MANAGER, Role.STATION_MANAGER)
SIDES = (COURT_ROLES, (*STATION_ROLES, Role.TOW_DRIVER), (Role.AGENCY_MANAGER,))
NOW = (State.LATE, State.OPEN, State.PAUSED)
REST = (State.WAITING, State.NOT_CONNECTED, State.NOT_APPLICABLE)


@dataclass(frozen=True)
class Part:
    """One part of the sale: what is to be done now, what a person must look at, what is done, and
    what is neither. Worst first."""

    phase: Phase
    now: list[Status]
    by_hand: list[Status]
    done: list[Status]
    rest: list[Status]


@bp.get("/watch/vehicles/<vehicle_id>/work")
@admit(*READERS)
def work_list(vehicle_id: str) -> str:
    """The work items of one vehicle: open ones first, each with the lines that opened and closed it."""
    actor = current_actor()
    row = vehicles.get_vehicle(actor, vehicle_id)
    told = work.work_of(row)
    mine = request.args.get("whose") == "ours"
    found = of_side(told.found, actor.role) if mine else told.found
    return render_template(
        "watch/work.html",
        vehicle=row,
        plate=vehicle_rules.mask_plate(row.plate, vehicles.audience_of(actor)),
        mine=mine,
        parts=parts_of(found),
        counts=Counter(one.state for one in found),
        lines=told.lines,
        acts=current_app.extensions["trail.acts"],
        items=work_items,
        deadlines=deadlines,
        missing=missing_of,
        cite=cite,
        as_of=clock.now(),
    )


def of_side(found: Sequence[Status], role: str) -> list[Status]:
    """The items that somebody of the reader's own side owes: court, station or agency."""
    side = next(roles for roles in SIDES if role in roles)
    return [one for one in found if one.item.who in side]


def parts_of(found: Sequence[Status]) -> list[Part]:
    """The items of every part of the sale, in its order."""
    return [_part(phase, [one for one in found if one.item.phase is phase]) for phase in Phase]


def _part(phase: Phase, mine: Sequence[Status]) -> Part:
    ordered = worst_first(mine)

    def these(*states: State) -> list[Status]:
        return [one for one in ordered if one.state in states]

    return Part(phase, these(*NOW), these(State.BY_HAND), these(State.DONE), these(*REST))


def missing_of(one: Status) -> list[str]:
    """Words (msgids) of the acts that an item waits for and no room does yet."""
    named = (*one.item.opens, *one.item.closes)
    return list(dict.fromkeys(NOT_BUILT[when.act] for when in named if when.act in NOT_BUILT))
