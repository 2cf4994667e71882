"""What the search box finds, in the reader's own vehicles and cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from station.court.models import Case, Seizure
from station.ground.actors import Actor
from station.ground.database import db
from station.vehicles.models import Access, Vehicle

from .search import Query, like, may_search_parties

FOUND = 50


@dataclass(frozen=True)
class CaseHit:
    """A case as its reader may see it. `vehicles`: how many of them the reader has to do with."""

    id: str
    number: str
    creditor: str
    debtor: str
    vehicles: int


def find_vehicles(actor: Actor, query: Query) -> Sequence[Vehicle]:
    """Vehicles of the actor's organisation by plate, VIN (from four characters) or model, the ones
    that moved last first."""
    hits: list[ColumnElement[bool]] = [Vehicle.model.ilike(like(query.text), escape="\\")]
    if query.plain:
        hits.append(Vehicle.plate.ilike(like(query.plain), escape="\\"))
    if len(query.plain) >= 4:
        hits.append(Vehicle.vin.like(like(query.plain), escape="\\"))
    return db.session.scalars(
        select(Vehicle)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id, or_(*hits))
        .order_by(Vehicle.stage_since.desc(), Vehicle.id)
        .limit(FOUND)
    ).all()


def find_cases(actor: Actor, query: Query) -> list[CaseHit]:
    """Cases by number, and for the court by party; others' only through a vehicle of theirs."""
    court = may_search_parties(actor.role)
    hits: list[ColumnElement[bool]] = [Case.number.ilike(like(query.text), escape="\\")]
    if court:
        hits += [one.ilike(like(query.text), escape="\\") for one in (Case.creditor, Case.debtor)]
    mine = (
        select(Seizure.id, Seizure.case_id)
        .join(Access, Access.vehicle_id == Seizure.vehicle_id)
        .where(Access.organisation_id == actor.organisation_id, Seizure.rank == 1)
    )
    held = mine.subquery()
    count = func.count(held.c.id)
    question = (
        select(Case, count)
        .outerjoin(held, held.c.case_id == Case.id)
        .where(or_(*hits))
        .group_by(Case.id)
        .order_by(Case.opened_at.desc(), Case.id)
        .limit(FOUND)
    )
    if court:
        question = question.where(Case.court_id == actor.organisation_id)
    else:
        question = question.having(count > 0)
    return [
        CaseHit(
            row.id, row.number, row.creditor if court else "", row.debtor if court else "", number
        )
        for row, number in db.session.execute(question).unique()
    ]


def list_of_case(actor: Actor, case_id: str) -> Sequence[Vehicle]:
    """The vehicles of a case that the actor has to do with."""
    return db.session.scalars(
        select(Vehicle)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .join(Seizure, Seizure.vehicle_id == Vehicle.id)
        .where(
            Access.organisation_id == actor.organisation_id,
            Seizure.case_id == case_id,
            Seizure.rank == 1,
        )
        .order_by(Vehicle.id)
    ).all()
