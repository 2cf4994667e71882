"""The vehicles that a court holds, as little of each as its desk needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from station.court.models import Case, Seizure
from station.ground.actors import Actor
from station.ground.database import db
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage, VehicleKind


@dataclass(frozen=True)
class HeldCar:
    """As much of a vehicle as the desk needs of all of them."""

    id: str
    kind: VehicleKind
    stage: Stage
    stage_since: datetime


@dataclass(frozen=True)
class Held:
    """As much of a seizure that holds its vehicle; of what is shown, the rows are read afterwards."""

    id: str
    case_id: str
    vehicle_id: str
    until: date
    vehicle: HeldCar


def list_held(actor: Actor, *, mine: bool) -> list[Held]:
    """Seizures of the actor's court that hold their vehicle; `mine`: in the actor's own cases."""
    question = (
        select(
            Seizure.id,
            Seizure.case_id,
            Seizure.vehicle_id,
            Seizure.until,
            Vehicle.kind,
            Vehicle.stage,
            Vehicle.stage_since,
        )
        .join(Case, Case.id == Seizure.case_id)
        .join(Vehicle, Vehicle.id == Seizure.vehicle_id)
        .where(Case.court_id == actor.organisation_id, Seizure.rank == 1)
        .order_by(Seizure.seized_on, Seizure.id)
    )
    if mine:
        question = question.where(Case.judge_id == actor.person_id)
    return [
        Held(one, case, car, until, HeldCar(car, kind, stage, since))
        for one, case, car, until, kind, stage, since in db.session.execute(question)
    ]


def list_seizures(vehicle_ids: Collection[str]) -> dict[str, Seizure]:
    """The holding seizures of a few vehicles, by vehicle."""
    rows = db.session.scalars(
        select(Seizure).where(Seizure.vehicle_id.in_(vehicle_ids), Seizure.rank == 1)
    ).unique()
    return {row.vehicle_id: row for row in rows}
