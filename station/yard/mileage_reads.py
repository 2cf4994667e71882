"""Questions about odometers, and about care that may have been done from a desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.intake import reads as intake
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles

from . import plan, plan_reads
from .mileage import Mileage, Point
from .models import Bay, Care, OdometerRow, Stay

MOVING = ("M04", "M08")  # care that turns the wheels
DOUBTFUL = (Mileage.USED, Mileage.LOWER)


def list_odometers(vehicle_id: str, limit: int = 20) -> Sequence[OdometerRow]:
    """Odometers read in the yard, newest first."""
    return db.session.scalars(
        select(OdometerRow)
        .where(OdometerRow.vehicle_id == vehicle_id)
        .order_by(OdometerRow.at.desc())
        .limit(limit)
    ).all()


def find_last_reading(vehicle_id: str) -> tuple[int | None, datetime | None]:
    """The last odometer (km) and when it was read: in the yard, else at the gate, else nothing."""
    rows = list_odometers(vehicle_id, 1)
    if rows:
        return rows[0].km, rows[0].at
    row = intake.find_intake(vehicle_id)
    if row is None or row.finished_at is None:
        return None, None
    return intake.get_record(row).odometer_km, row.finished_at


def count_movements(vehicle_id: str, since: datetime | None) -> int:
    """Written acts that moved a vehicle since then: into a bay, or care that turns its wheels."""
    begin = since or datetime.min.replace(tzinfo=clock.SHANGHAI)
    moves = select(func.count()).where(Stay.vehicle_id == vehicle_id, Stay.since > begin)
    cared = select(func.count()).where(
        Care.vehicle_id == vehicle_id, Care.task.in_(MOVING), Care.at > begin
    )
    return (db.session.scalar(moves) or 0) + (db.session.scalar(cared) or 0)


def list_doubtful(ids: Collection[str], since: datetime) -> Sequence[OdometerRow]:
    """Odometers since then that movements on site do not explain, newest first."""
    return db.session.scalars(
        select(OdometerRow)
        .where(
            OdometerRow.vehicle_id.in_(ids),
            OdometerRow.state.in_(DOUBTFUL),
            OdometerRow.at >= since,
        )
        .order_by(OdometerRow.at.desc())
    ).all()


def told_of_odometer(line: TrailLine) -> set[str]:
    """The station's own, unless movements on site do not explain it."""
    return vehicles.organisations_with(line) if line.facts.get("doubtful") else set()


# --- care done from a desk


def find_last_care(
    actor: Actor, vehicle_id: str, boxes: dict[str, plan.Box]
) -> tuple[datetime, Point] | None:
    """When and where (metres on the plan) the actor last cared for another car today."""
    row = db.session.execute(
        select(Care.at, Care.bay_id)
        .where(
            Care.by_person == actor.person_id,
            Care.vehicle_id != vehicle_id,
            Care.at > clock.now() - timedelta(hours=12),
        )
        .order_by(Care.at.desc())
        .limit(1)
    ).first()
    return (row[0], boxes[row[1]].middle) if row and row[1] in boxes else None


def draw_boxes(actor: Actor) -> dict[str, plan.Box]:
    """The ground of every bay of the actor's station."""
    return plan.draw(plan_reads.laid_out(actor))


def list_odd(actor: Actor, days: int = 30) -> Sequence[Care]:
    """Care of the last days at the actor's station of which it is doubtful that it was done there."""
    return db.session.scalars(
        select(Care)
        .join(Bay, Bay.id == Care.bay_id)
        .where(
            Bay.station_id == actor.organisation_id,
            Care.odd != "",
            Care.at > clock.now() - timedelta(days=days),
        )
        .order_by(Care.at.desc())
        .limit(200)
    ).all()
