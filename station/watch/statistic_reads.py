"""What the rooms know of the vehicles of one organisation, as statistics count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from station.court.models import Case, Command, Entrustment, Seizure
from station.court.rules import CommandKind, CommandState, EntrustmentState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.calendar import local_date
from station.ground.database import db
from station.people.models import Organisation
from station.people.rules import COURT_ROLES
from station.release.rules import hand_over_due
from station.sales.models import Lot
from station.sales.rules import LotState, ruling_due
from station.trail.models import TrailLine
from station.vehicles.models import Access, Vehicle
from station.yard import reads as yard

from .rules import GONE
from .statistics import MILESTONES, Car, Order, Round

ANNOUNCE, SOLD = "showroom.announce", "sold"
OVER = (LotState.WITHDRAWN, LotState.REVOKED)


def list_cars(actor: Actor) -> list[Car]:
    """Every vehicle that the actor's court holds, or that the organisation has to do with."""
    held = _list_held(actor)
    ids = [seizure.vehicle_id for seizure in held]
    names = {row.id: row.name for row in db.session.scalars(select(Organisation))}
    stations, agencies = _stations(ids), _agencies(ids)
    reached, with_360 = _reached(ids)
    rounds, orders = _rounds(ids, with_360), _orders(ids)
    storage = yard.list_storage([seizure.vehicle for seizure in held])
    found = []
    for seizure in held:
        car = seizure.vehicle_id
        clocked = storage.get(car)
        sold = next((one.ended_on for one in reversed(rounds[car]) if one.price is not None), None)
        found.append(
            Car(
                id=car,
                case=seizure.case_id,
                court=names[seizure.case.court_id],
                station=names.get(stations.get(car, ""), ""),
                agency=names.get(agencies.get(car, ""), ""),
                taken_on=seizure.seized_on,
                left_on=_left_on(seizure.vehicle),
                reached={**reached[car], **({SOLD: sold} if sold else {})},
                rounds=tuple(rounds[car]),
                orders=tuple(orders[car]),
                cost=clocked.cost if clocked else None,
                value=clocked.value if clocked else None,
            )
        )
    return found


def _list_held(actor: Actor) -> Collection[Seizure]:
    question = select(Seizure).where(Seizure.rank == 1).join(Case, Case.id == Seizure.case_id)
    if actor.role in COURT_ROLES:
        question = question.where(Case.court_id == actor.organisation_id)
    else:
        question = question.join(Access, Access.vehicle_id == Seizure.vehicle_id).where(
            Access.organisation_id == actor.organisation_id
        )
    return db.session.scalars(question).unique().all()


def _left_on(vehicle: Vehicle) -> date | None:
    return local_date(vehicle.stage_since) if vehicle.stage in GONE else None


def _stations(ids: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(
        select(Command.vehicle_id, Command.station_id).where(
            Command.vehicle_id.in_(ids),
            Command.kind == CommandKind.TOW_IN,
            Command.state != CommandState.REVOKED,
        )
    )
    return {car: station or "" for car, station in rows}


def _agencies(ids: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(
        select(Entrustment.vehicle_id, Entrustment.agency_id).where(
            Entrustment.vehicle_id.in_(ids), Entrustment.state == EntrustmentState.ACCEPTED
        )
    )
    return {row.vehicle_id: row.agency_id for row in rows}


def _reached(ids: Collection[str]) -> tuple[dict[str, dict[str, date]], dict[str, bool]]:
    """The first day of each milestone by vehicle, and by lot whether it was announced with 360°."""
    rows = db.session.execute(
        select(TrailLine.vehicle, TrailLine.act, TrailLine.at, TrailLine.facts)
        .where(TrailLine.vehicle.in_(ids), TrailLine.act.in_(MILESTONES))
        .order_by(TrailLine.at)
    )
    reached: dict[str, dict[str, date]] = defaultdict(dict)
    with_360: dict[str, bool] = {}
    for car, act, at, facts in rows:
        reached[car].setdefault(act, local_date(at))
        if act == ANNOUNCE:
            with_360[str(facts.get("lot", ""))] = bool(facts.get("views_360"))
    return reached, with_360


def _rounds(ids: Collection[str], with_360: dict[str, bool]) -> dict[str, list[Round]]:
    rows: Iterable[Lot] = db.session.scalars(
        select(Lot)
        .where(Lot.vehicle_id.in_(ids), Lot.state.not_in(OVER))
        .order_by(Lot.announced_on, Lot.starts_at)
    ).unique()
    found: dict[str, list[Round]] = defaultdict(list)
    for lot in rows:
        found[lot.vehicle_id].append(_round(lot, with_360.get(lot.id, False)))
    return found


def _round(lot: Lot, with_360: bool) -> Round:
    served = local_date(lot.served_at) if lot.served_at else None
    return Round(
        ended_on=local_date(lot.ended_at) if lot.ended_at else None,
        start=lot.start,
        price=lot.price,
        with_360=with_360,
        pay_due=lot.pay_due,
        balance_on=lot.balance_on,
        serve_due=ruling_due(lot.balance_on) if lot.balance_on else None,
        served_on=served,
        hand_due=hand_over_due(served) if served else None,
    )


def _orders(ids: Collection[str]) -> dict[str, list[Order]]:
    rows = db.session.execute(
        select(Command.vehicle_id, Command.due, Command.done_at).where(
            Command.vehicle_id.in_(ids), Command.state != CommandState.REVOKED
        )
    )
    found: dict[str, list[Order]] = defaultdict(list)
    for car, due, done in rows:
        found[car].append(Order(due, clock.in_shanghai(done).date() if done else None))
    return found
