"""The points of vehicles, counted anew from the trail each time they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from station.court.models import Case, Entrustment
from station.court.rules import EntrustmentState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.people.rules import COURT_ROLES, Role
from station.trail import reads as trail
from station.trail.events import events_of, name_of
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from .rules import LotScore, score_lot

ENTRUSTED = (EntrustmentState.ACCEPTED, EntrustmentState.HANDED_BACK)


TOLD = ("chain", "number", "act", "subject", "at", "happened_at", "clock_doubtful", "facts")


def get_entrusted(actor: Actor, vehicle_id: str) -> Vehicle:
    """A vehicle whose points the actor may see, else 404.

    An agency sees those of the work that it took on; what it declined is not its lot.
    """
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    if actor.role == Role.AGENCY_MANAGER:
        mine = select(Entrustment.id).where(
            Entrustment.vehicle_id == vehicle_id,
            Entrustment.agency_id == actor.organisation_id,
            Entrustment.state.in_(ENTRUSTED),
        )
        get_or_404(db.session.scalars(mine.limit(1)).first(), "这辆车")
    return vehicle


@dataclass(frozen=True)
class LotPoints:
    """One vehicle's points and every trail line about it, by the name a score gives it."""

    score: LotScore
    lines: dict[str, TrailLine]


def points_of(vehicle: Vehicle) -> LotPoints:
    """The points of a vehicle by now."""
    lines = trail.list_for_vehicle(vehicle.id)
    score = score_lot(events_of(lines), clock.now())
    return LotPoints(score, {name_of(line): line for line in lines})


def list_entrusted(actor: Actor) -> Sequence[Entrustment]:
    """Work that an agency took on: the actor's own, or for a court what it entrusted; by agency,
    the newest first."""
    question = (
        select(Entrustment)
        .join(Case, Case.id == Entrustment.case_id)
        .where(Entrustment.state.in_(ENTRUSTED))
        .order_by(Entrustment.agency_id, Entrustment.decided_at.desc())
    )
    court = actor.role in COURT_ROLES
    mine = Case.court_id if court else Entrustment.agency_id
    return db.session.scalars(question.where(mine == actor.organisation_id)).unique().all()


def score_all(vehicle_ids: Sequence[str]) -> dict[str, LotScore]:
    """The points of many vehicles by one question to the trail.

    Lines of single files, most of a trail, are left out: no rule reads them. Of each line only
    what `TOLD` names is asked.
    """
    rows = db.session.execute(
        select(TrailLine.vehicle, *(getattr(TrailLine, name) for name in TOLD))
        .where(TrailLine.vehicle.in_(vehicle_ids), TrailLine.act.not_like("media.%"))
        .order_by(TrailLine.vehicle, TrailLine.at, TrailLine.chain, TrailLine.number)
    )
    events = {key: events_of(group) for key, group in groupby(rows, key=lambda row: row.vehicle)}
    now = clock.now()
    return {one: score_lot(events.get(one, []), now) for one in vehicle_ids}
