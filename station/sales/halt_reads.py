"""Questions about halts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from station.ground.database import db
from station.ground.refused import Refused

from .halt_models import Halt


def find_halt(vehicle_id: str) -> Halt | None:
    """The halt of a vehicle's sale that lasts."""
    return db.session.scalars(
        select(Halt).where(Halt.vehicle_id == vehicle_id, Halt.over_at.is_(None))
    ).one_or_none()


def get_halt(vehicle_id: str) -> Halt:
    """The same. Raises `Refused` (409) when there is none."""
    row = find_halt(vehicle_id)
    if row is None:
        raise Refused("not_halted", "这辆车没有暂缓、中止或撤回，请刷新页面。", status=409)
    return row


def list_halts(vehicle_id: str) -> Sequence[Halt]:
    """Every halt of a vehicle's sale, newest first."""
    return db.session.scalars(
        select(Halt).where(Halt.vehicle_id == vehicle_id).order_by(Halt.at.desc())
    ).all()


def list_live(vehicle_ids: Collection[str]) -> Sequence[Halt]:
    """The halts that last, of those vehicles."""
    return db.session.scalars(
        select(Halt).where(Halt.vehicle_id.in_(vehicle_ids), Halt.over_at.is_(None))
    ).all()
