"""Questions about stock-takes: what was in the books, what was seen, and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.intake.models import AnswerRow, Intake
from station.intake.rules import Step
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle

from . import counts
from .counts import CountState, Expected, Flaw, Line, Seen, StayFact
from .models import Bay, Count, Counted, OdometerRow, Sighting, Stay


def list_counts(actor: Actor, limit: int = 50) -> Sequence[Count]:
    """Stock-takes of the actor's station, newest first."""
    return db.session.scalars(
        select(Count)
        .where(Count.station_id == actor.organisation_id)
        .order_by(Count.opened_at.desc())
        .limit(limit)
    ).all()


def find_going(actor: Actor) -> Count | None:
    """The stock-take that is not approved yet."""
    return db.session.scalars(
        select(Count).where(
            Count.station_id == actor.organisation_id, Count.state != CountState.APPROVED
        )
    ).one_or_none()


def get_count(actor: Actor, count_id: str) -> Count:
    """One stock-take of the actor's station, else 404."""
    row = db.session.get(Count, count_id)
    mine = row if row is not None and row.station_id == actor.organisation_id else None
    found: Count = get_or_404(mine, "这次盘点")
    return found


def count_on_day(actor: Actor, day: str) -> int:
    """How many stock-takes have a number of this day (``20261126``)."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Count.station_id == actor.organisation_id, Count.number.like(f"PD{day}-%")
            )
        )
        or 0
    )


# --- the books


@dataclass(frozen=True)
class Belonging:
    """What belongs to a car by its gate-in and the odometer read last."""

    seal: str = ""
    odometer: int | None = None
    keys: int = 0
    accessories: tuple[str, ...] = ()


def list_belonging(ids: Sequence[str]) -> dict[str, Belonging]:
    """What belongs to each of these vehicles."""
    answers: dict[str, dict[Step, Mapping[str, Any]]] = {}
    for car, step, value in db.session.execute(
        select(Intake.vehicle_id, AnswerRow.step, AnswerRow.value)
        .join(AnswerRow, AnswerRow.intake_id == Intake.id)
        .where(Intake.vehicle_id.in_(ids))
        .order_by(Intake.opened_at)
    ):
        answers.setdefault(car, {})[step] = value
    readings = db.session.execute(
        select(OdometerRow.vehicle_id, OdometerRow.km)
        .where(OdometerRow.vehicle_id.in_(ids))
        .order_by(OdometerRow.at)
    )
    newest = {row[0]: row[1] for row in readings}
    return {car: _belonging(told, newest.get(car)) for car, told in answers.items()}


def _belonging(told: Mapping[Step, Mapping[str, Any]], km: int | None) -> Belonging:
    return Belonging(
        seal=told.get(Step.SEAL, {}).get("number", ""),
        odometer=km if km is not None else told.get(Step.READINGS, {}).get("odometer"),
        keys=int(told.get(Step.KEYS, {}).get("count") or 0),
        accessories=tuple(told.get(Step.PAPERS, {}).get("there", ())),
    )


def list_books(count: Count) -> Sequence[Counted]:
    """What was in the books when a stock-take began."""
    return db.session.scalars(select(Counted).where(Counted.count_id == count.id)).all()


def list_sightings(count: Count) -> Sequence[Sighting]:
    """What was seen, in the order of seeing."""
    return db.session.scalars(
        select(Sighting).where(Sighting.count_id == count.id).order_by(Sighting.at, Sighting.id)
    ).all()


def _stays(count: Count) -> list[StayFact]:
    """Everything that stood in the station since the stock-take began."""
    rows = db.session.execute(
        select(Stay.vehicle_id, Stay.bay_id, Stay.since, Stay.until)
        .join(Bay, Bay.id == Stay.bay_id)
        .where(
            Bay.station_id == count.station_id,
            or_(Stay.until.is_(None), Stay.until > count.opened_at),
        )
    )
    return [StayFact(*row) for row in rows]


# --- the report


def compare(count: Count, end: datetime | None = None) -> list[Line]:
    """The report of a stock-take as it stands: live until both signed, frozen after."""
    if count.result:
        return [_thawed(one) for one in count.result["lines"]]
    books = [Expected(one.vehicle_id, one.bay_id, one.odometer) for one in list_books(count)]
    seen = [
        Seen(
            one.vehicle_id or "",
            one.bay_id or "",
            one.at,
            one.text,
            one.seal_ok,
            one.keys_ok,
            one.accessories_ok,
            one.odometer,
        )
        for one in list_sightings(count)
    ]
    return counts.compare(books, _stays(count), seen, end or clock.now())


def freeze(lines: Sequence[Line]) -> dict[str, Any]:
    """A report as it is kept."""
    return {
        "lines": [
            {
                "car": line.car,
                "text": line.text,
                "bay": line.bay,
                "seen_bay": line.seen_bay,
                "seen_at": line.seen_at.isoformat() if line.seen_at else "",
                "flaws": [flaw.value for flaw in line.flaws],
            }
            for line in lines
        ]
    }


def _thawed(one: Mapping[str, Any]) -> Line:
    at = datetime.fromisoformat(one["seen_at"]) if one["seen_at"] else None
    flaws = tuple(map(Flaw, one["flaws"]))
    return Line(one["car"], one["text"], one["bay"], one["seen_bay"], at, flaws)


@dataclass(frozen=True)
class SheetLine:
    """One car of the 盘点表. `bay`, `seen_bay`: codes; `flaws`: msgids, empty when all is well."""

    plate: str
    vin: str
    model: str
    bay: str
    seen_bay: str
    seen_at: datetime | None
    car: str
    flaws: tuple[str, ...]
    codes: tuple[Flaw, ...]


@dataclass(frozen=True)
class CountSheet:
    """The 盘点表 of a stock-take: all that a page or a document needs."""

    id: str
    number: str
    station: str
    state: CountState
    opened_at: datetime
    closed_at: datetime | None
    first: tuple[str, datetime | None]
    second: tuple[str, datetime | None]
    approved: tuple[str, datetime | None]
    expected: int
    seen: int
    flaws: dict[Flaw, int]
    lines: tuple[SheetLine, ...]


def get_count_sheet(actor: Actor, count_id: str) -> CountSheet:
    """The 盘点表 of one stock-take of the actor's station, else 404."""
    count = get_count(actor, count_id)
    lines = compare(count)
    cars = {line.car for line in lines if line.car}
    vehicles = {
        row.id: row for row in db.session.scalars(select(Vehicle).where(Vehicle.id.in_(cars)))
    }
    bays = db.session.execute(select(Bay.id, Bay.code).where(Bay.station_id == count.station_id))
    codes: dict[str, str] = {row[0]: row[1] for row in bays}
    return CountSheet(
        id=count.id,
        number=count.number,
        station=actor.organisation_name,
        state=count.state,
        opened_at=count.opened_at,
        closed_at=count.closed_at,
        first=(count.first_name, count.first_signed_at),
        second=(count.second_name, count.second_signed_at),
        approved=(count.approved_by, count.approved_at),
        expected=len(list_books(count)),
        seen=sum(line.seen_at is not None for line in lines),
        flaws=counts.tally(lines),
        lines=tuple(_sheet_line(line, vehicles.get(line.car), codes) for line in lines),
    )


def _sheet_line(line: Line, car: Vehicle | None, codes: Mapping[str, str]) -> SheetLine:
    return SheetLine(
        plate=car.plate if car else line.text,
        vin=car.vin if car else "",
        model=car.model if car else "",
        bay=codes.get(line.bay, ""),
        seen_bay=codes.get(line.seen_bay, ""),
        seen_at=line.seen_at,
        car=line.car,
        flaws=tuple(counts.FLAW_WORDS[flaw] for flaw in line.flaws),
        codes=line.flaws,
    )


# --- what the court is told


def list_reported_missing(ids: Sequence[str]) -> Sequence[TrailLine]:
    """Reports that a vehicle was missing and after which nobody has seen it, newest first."""
    return db.session.scalars(
        select(TrailLine)
        .outerjoin(Stay, and_(Stay.vehicle_id == TrailLine.vehicle, Stay.until.is_(None)))
        .where(
            TrailLine.act == "yard.report_missing",
            TrailLine.vehicle.in_(ids),
            or_(Stay.id.is_(None), Stay.seen_at < TrailLine.at),
        )
        .order_by(TrailLine.at.desc())
    ).all()
