"""What the judge is told of things held: what is missing, and what is sealed and waits."""

from __future__ import annotations

from collections.abc import Collection

from flask import current_app
from sqlalchemy import select

from station.court.models import Command
from station.court.reads import REVOKED
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import db
from station.intake import identity_reads, thing_reads
from station.intake.holdings import ItemKind
from station.intake.identity import MARK_WORDS, Mark
from station.intake.models import AnswerRow, Belonging, Intake
from station.intake.rules import Step
from station.intake.thing_models import Thing
from station.intake.things import THING_WORDS, ThingState
from station.release.models import ClearedBelongings
from station.trail.models import TrailLine
from station.vehicles.models import Custody
from station.vehicles.reads import list_chains
from station.yard import incident_reads, presence_reads
from station.yard.incidents import INCIDENT_WORDS
from station.yard.presence import ASK_STATES, OPEN_STATES, TIMING_WORDS, Timing

from .rules import FLAG_SHOWN, Doubt, ThingFact, ValuablesFact


def list_missing(ids: Collection[str]) -> list[ThingFact]:
    """Keys, papers and plates out too long, and those lost."""
    return [
        ThingFact(
            row.id,
            row.vehicle_id,
            THING_WORDS[row.kind],
            row.name,
            row.holder,
            row.state is ThingState.LOST,
            row.since if row.due_at is None else row.due_at,
        )
        for row in thing_reads.list_missing(ids, clock.now())
    ]


def list_valuables(ids: Collection[str]) -> list[ValuablesFact]:
    """Cash and valuables of vehicles over which the judge has given no command."""
    commanded = select(Command.vehicle_id).where(
        Command.kind == CommandKind.BELONGINGS, Command.state != CommandState.REVOKED
    )
    rows = db.session.execute(
        select(Intake.vehicle_id, Belonging.bag, AnswerRow.at)
        .join(Belonging, Belonging.intake_id == Intake.id)
        .join(AnswerRow, (AnswerRow.intake_id == Intake.id) & (AnswerRow.step == Step.BELONGINGS))
        .where(
            Intake.vehicle_id.in_(ids),
            Belonging.kind == ItemKind.VALUABLE,
            Intake.vehicle_id.not_in(commanded),
            Intake.vehicle_id.not_in(select(ClearedBelongings.vehicle_id)),
        )
        .order_by(Intake.vehicle_id, Belonging.number)
    )
    found: dict[str, ValuablesFact] = {}
    for vehicle, bag, at in rows:
        before = found.get(vehicle)
        bags = dict.fromkeys([*(before.bags.split("、") if before else ()), bag or "—"])
        found[vehicle] = ValuablesFact(vehicle, "、".join(bags), at)
    return list(found.values())


def list_identities(ids: Collection[str]) -> list[Doubt]:
    """Vehicles whose VIN, engine number or plate is not that of the case."""
    return [
        Doubt(
            row.vehicle_id,
            row.id,
            "、".join(MARK_WORDS[Mark(one)] for one in row.marks.split()),
            row.at,
        )
        for row in identity_reads.list_open(ids)
    ]


def list_incidents(ids: Collection[str]) -> list[Doubt]:
    """What happened to vehicles and waits for the judge."""
    return [
        Doubt(row.vehicle_id, row.id, INCIDENT_WORDS[row.kind], row.at)
        for row in incident_reads.list_undecided(ids)
    ]


def list_presence(ids: Collection[str]) -> list[Doubt]:
    """Answers to presence checks that wait for the judge's look, or that did not come in time."""
    now = clock.now()
    return [
        Doubt(
            row.vehicle_id,
            row.presence_id,
            TIMING_WORDS[Timing.OVERDUE]
            if row.state in OPEN_STATES
            else ASK_STATES.words[row.state],
            row.answered_at or row.presence.due_at,
        )
        for row in presence_reads.list_to_judge(ids, now)
    ]


def list_unknowing(ids: Collection[str]) -> list[Doubt]:
    """Acts that devices without signal did by a command that had been revoked when they arrived."""
    rows = db.session.scalars(
        select(TrailLine)
        .where(
            TrailLine.vehicle.in_(ids),
            TrailLine.at >= clock.now() - FLAG_SHOWN,
            TrailLine.facts[REVOKED].as_boolean(),
        )
        .order_by(TrailLine.at)
    )
    acts = current_app.extensions["trail.acts"]
    return [Doubt(row.vehicle, row.vehicle, acts[row.act], row.at) for row in rows]


def list_held(vehicle_id: str) -> list[tuple[Thing, list[Custody]]]:
    """Everything held for a vehicle with the chain of each, keys first."""
    chains = list_chains(vehicle_id)
    return [(row, chains.get(row.subject, [])) for row in thing_reads.list_things(vehicle_id)]
