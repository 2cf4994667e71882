"""The yard as it is drawn, counted and listed; and cars found while their tail is being typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import Stage
from station.vehicles.vin import normalise

from . import plan
from .models import Bay, PlacedRow, Stay
from .plan import AGE_FROM, Age, Box
from .rules import BayKind

MOST_DRAWN = 240
"""Bays on one page; a larger yard is drawn zone by zone."""
MOST_LISTED = 100
MOST_FOUND = 8

# --- rows


def list_rows(actor: Actor, zone: str = "") -> Sequence[PlacedRow]:
    """Rows of the actor's station, zone by zone, from the north-west."""
    question = select(PlacedRow).where(PlacedRow.station_id == actor.organisation_id)
    if zone:
        question = question.where(PlacedRow.zone == zone)
    return db.session.scalars(
        question.order_by(PlacedRow.zone, PlacedRow.y, PlacedRow.x, PlacedRow.id)
    ).all()


def get_row(actor: Actor, row_id: str) -> PlacedRow:
    """One row of the actor's station, else 404."""
    row = db.session.get(PlacedRow, row_id)
    mine = row if row is not None and row.station_id == actor.organisation_id else None
    found: PlacedRow = get_or_404(mine, "这一排库位")
    return found


def laid_out(actor: Actor, zone: str = "") -> list[plan.Row]:
    """The rows of the actor's station as the plan sees them."""
    bays: dict[str, list[tuple[str, BayKind]]] = {}
    for row_id, bay_id, kind in db.session.execute(
        select(Bay.row_id, Bay.id, Bay.kind)
        .where(Bay.station_id == actor.organisation_id)
        .order_by(Bay.number)
    ):
        bays.setdefault(row_id, []).append((bay_id, kind))
    return [
        plan.Row(row.id, row.placing, tuple(bays.get(row.id, ()))) for row in list_rows(actor, zone)
    ]


def walking_places(actor: Actor) -> dict[str, int]:
    """Bay id → its place in the walk round the actor's station."""
    return {bay: place for place, bay in enumerate(plan.walk(laid_out(actor)))}


# --- what stands where


@dataclass(frozen=True)
class Spot:
    """One bay and who stands there. `days`, `age`: since the car came; empty texts: it is free."""

    bay: str
    code: str
    zone: str
    kind: BayKind
    car: str
    plate: str
    tail: str
    model: str
    days: int
    age: Age | None

    @property
    def name(self) -> str:
        """What people call the car: the end of its plate, else of its VIN."""
        return self.plate[-5:] or self.tail


@dataclass(frozen=True)
class Drawing:
    """Spots with their ground. `width`, `height`: metres."""

    spots: tuple[tuple[Spot, Box], ...]
    width: int
    height: int


def draw(actor: Actor, zone: str = "") -> Drawing:
    """The plan of the actor's station, or of one of its zones drawn from its own corner."""
    boxes = plan.draw(laid_out(actor, zone))
    left = min((box.x for box in boxes.values()), default=0) if zone else 0
    top = min((box.y for box in boxes.values()), default=0) if zone else 0
    seen = _spots(actor).where(Bay.zone == zone) if zone else _spots(actor)
    spots = [_spot(row) for row in db.session.execute(seen.order_by(Bay.zone, Bay.number))]
    at = {bay: Box(b.x - left, b.y - top, b.width, b.height) for bay, b in boxes.items()}
    return Drawing(
        tuple((spot, at[spot.bay]) for spot in spots),
        max((box.right for box in at.values()), default=0),
        max((box.bottom for box in at.values()), default=0),
    )


def _spots(actor: Actor) -> Any:
    return (
        select(
            Bay.id,
            Bay.code,
            Bay.zone,
            Bay.kind,
            Stay.vehicle_id,
            Stay.stored_since,
            Vehicle.plate,
            Vehicle.vin_tail,
            Vehicle.model,
        )
        .outerjoin(Stay, and_(Stay.bay_id == Bay.id, Stay.until.is_(None)))
        .outerjoin(Vehicle, Vehicle.id == Stay.vehicle_id)
        .where(Bay.station_id == actor.organisation_id)
    )


def _spot(row: Any) -> Spot:
    bay, code, zone, kind, car, since, plate, tail, model = row
    if car is None:
        return Spot(bay, code, zone, kind, "", "", "", "", 0, None)
    days = (clock.today() - clock.in_shanghai(since).date()).days
    return Spot(bay, code, zone, kind, car, plate, tail, model, days, plan.age_of(days))


# --- figures, and the list behind each


@dataclass(frozen=True)
class Figures:
    """How full the yard is. `kinds`: kind → (free, all); `ages`: age → cars; `zones`: zone →
    (free, all)."""

    free: int
    total: int
    kinds: dict[BayKind, tuple[int, int]]
    ages: dict[Age, int]
    zones: dict[str, tuple[int, int]]


def count(actor: Actor) -> Figures:
    """The figures of the actor's station."""
    rows = db.session.execute(
        select(Bay.zone, Bay.kind, _age_column(), func.count())
        .outerjoin(Stay, and_(Stay.bay_id == Bay.id, Stay.until.is_(None)))
        .where(Bay.station_id == actor.organisation_id)
        .group_by(Bay.zone, Bay.kind, "age")
    ).all()
    zones, kinds, ages = (
        Counter[tuple[str, bool]](),
        Counter[tuple[BayKind, bool]](),
        Counter[Age](),
    )
    for zone, kind, age, number in rows:
        zones[zone, age is None] += number
        kinds[kind, age is None] += number
        if age is not None:
            ages[Age(age)] += number
    free = sum(number for (_, empty), number in zones.items() if empty)
    return Figures(
        free,
        sum(zones.values()),
        {k: _pair(kinds, k) for k in BayKind if kinds[k, True] + kinds[k, False]},
        {age: ages[age] for age in Age},
        {zone: _pair(zones, zone) for zone in sorted({zone for zone, _ in zones})},
    )


def _pair(counted: Counter[Any], key: object) -> tuple[int, int]:
    return counted[key, True], counted[key, True] + counted[key, False]


def _first_moment(age: Age) -> datetime:
    """Cars that came before this moment are of this age or older."""
    day = clock.today() - timedelta(days=AGE_FROM[age] - 1)
    return datetime.combine(day, time(), clock.SHANGHAI)


def _age_column() -> Any:
    older = [(Stay.stored_since < _first_moment(age), age.value) for age in reversed(Age)]
    return case((Stay.id.is_(None), None), *older, else_=Age.NEW.value).label("age")


def list_spots(actor: Actor, show: str, page: int = 1) -> tuple[list[Spot], int]:
    """Bays behind a figure, by code, `MOST_LISTED` a page; and how many there are.

    `show`: ``all``, ``free``, ``taken``, a kind, an age, or a zone letter; anything else is 404.
    """
    question = _spots(actor).where(get_or_404(_shown(show), "这份清单"))
    total = db.session.scalar(select(func.count()).select_from(question.subquery())) or 0
    ordered = question.order_by(Bay.zone, Bay.number).limit(MOST_LISTED)
    rows = db.session.execute(ordered.offset(MOST_LISTED * (page - 1)))
    return [_spot(row) for row in rows], total


def _shown(show: str) -> Any:
    if show in set(Age):
        return _age_column() == show
    if show in set(BayKind):
        return Bay.kind == BayKind(show)
    if len(show) == 1:
        return Bay.zone == show
    free = Stay.id.is_(None)
    return {"all": Bay.id.is_not(None), "free": free, "taken": ~free}.get(show)


# --- find


@dataclass(frozen=True)
class Hit:
    """A vehicle that was looked for, and where it stands (None: in no bay)."""

    vehicle: Vehicle
    stay: Stay | None


def find_by_tail(actor: Actor, typed: str) -> list[Hit]:
    """Vehicles of the actor's station whose plate or VIN ends in what was typed.

    Up to four letters are the beginning of the last four, so that the list narrows while they
    are typed; more are a whole plate or VIN, of which the last four count.
    """
    plain = re.sub(r"[\\%_]", "", normalise(typed))  # signs of LIKE stand in no plate and no VIN
    if not plain:
        return []
    last = plain[-4:]
    if len(plain) >= 4:
        meant = or_(Vehicle.vin_tail == last, Vehicle.plate_tail == last)
    else:
        begin = f"{last}%"
        meant = or_(Vehicle.vin_tail.like(begin), Vehicle.plate_tail.like(begin))
    rows = db.session.execute(
        select(Vehicle, Stay)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .outerjoin(Stay, and_(Stay.vehicle_id == Vehicle.id, Stay.until.is_(None)))
        .where(Access.organisation_id == actor.organisation_id, meant)
        .order_by(Stay.id.is_(None), Vehicle.stage.in_(GONE), Vehicle.plate_tail, Vehicle.id)
        .limit(MOST_FOUND)
    ).unique()
    return [Hit(vehicle, stay) for vehicle, stay in rows]


GONE = (Stage.RELEASED, Stage.WITHDRAWN)
