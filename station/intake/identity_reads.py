"""Questions about identity checks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import identity
from .identity import Compared, Marks, MismatchState, Verdict
from .identity_models import IdentityCheck, Mismatch


def find_check(vehicle_id: str) -> IdentityCheck | None:
    """The newest identity check of a vehicle."""
    return db.session.scalars(
        select(IdentityCheck)
        .where(IdentityCheck.vehicle_id == vehicle_id)
        .order_by(IdentityCheck.at.desc())
        .limit(1)
    ).first()


def compared(vehicle: Vehicle, check: IdentityCheck) -> list[Compared]:
    """What a check says now, against the vehicle of the case."""
    expected = Marks(vehicle.vin, vehicle.engine_number, vehicle.plate)
    return identity.compare(expected, Marks(check.vin, check.engine, check.plate))


def list_unread(vehicle_id: str) -> list[tuple[str, str]]:
    """(msgid of the mark, reason) of what the newest check could not read."""
    check = find_check(vehicle_id)
    if check is None:
        return []
    found = compared(vehicles.get_any(vehicle_id), check)
    return [
        (identity.MARK_WORDS[one.mark], check.reason)
        for one in found
        if one.verdict is Verdict.UNREAD and one.expected
    ]


def find_mismatch(vehicle_id: str) -> Mismatch | None:
    """The newest difference of a vehicle."""
    return db.session.scalars(
        select(Mismatch)
        .where(Mismatch.vehicle_id == vehicle_id)
        .order_by(Mismatch.at.desc())
        .limit(1)
    ).first()


def is_kept_off_show(vehicle_id: str) -> bool:
    """Whether a difference that the judge has not explained keeps the vehicle unpublished."""
    rows = db.session.scalars(select(Mismatch.state).where(Mismatch.vehicle_id == vehicle_id))
    return any(identity.keeps_off_show(state) for state in rows)


def list_open(vehicle_ids: Collection[str]) -> Sequence[Mismatch]:
    """Differences that wait for the judge."""
    return (
        db.session.scalars(
            select(Mismatch).where(
                Mismatch.vehicle_id.in_(vehicle_ids), Mismatch.state == MismatchState.OPEN
            )
        )
        .unique()
        .all()
    )


def get_mismatch(actor: Actor, mismatch_id: str) -> Mismatch:
    """One difference on a vehicle that the actor may see; else 404."""
    row = db.session.get(Mismatch, mismatch_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    mismatch: Mismatch = get_or_404(row if mine else None, "这项身份异常")
    return mismatch


def get_judged(actor: Actor, mismatch_id: str) -> Mismatch:
    """One difference that the actor's court weighs; else 404."""
    row = db.session.get(Mismatch, mismatch_id)
    mine = row if row is not None and row.court_id == actor.organisation_id else None
    mismatch: Mismatch = get_or_404(mine, "这项身份异常")
    return mismatch
