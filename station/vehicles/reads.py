"""Questions about vehicles. A vehicle that is not yours is answered like one that is not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.trail.models import TrailLine

from .conformity import Licence, Remark, conformity_of
from .custody import Holder, Link
from .models import Access, Custody, LicenceRow, Valuation, Vehicle
from .rules import Audience, Stage
from .vin import normalise


def find_by_vin(vin: str) -> Vehicle | None:
    """The vehicle with this normalised VIN, whoever it belongs to; for registering only."""
    return db.session.scalars(select(Vehicle).where(Vehicle.vin == vin)).one_or_none()


def may_see(actor: Actor, vehicle_id: str) -> bool:
    """Whether the actor's organisation (or their one-time link) has to do with the vehicle."""
    if actor.by_link:
        return actor.scope == f"vehicle:{vehicle_id}"
    return db.session.get(Access, (vehicle_id, actor.organisation_id)) is not None


def get_vehicle(actor: Actor, vehicle_id: str) -> Vehicle:
    """One vehicle that the actor may see, else 404."""
    row = db.session.get(Vehicle, vehicle_id) if may_see(actor, vehicle_id) else None
    vehicle: Vehicle = get_or_404(row, "这辆车")
    return vehicle


def get_any(vehicle_id: str) -> Vehicle:
    """One vehicle, for desks and jobs that have already asked who acts."""
    vehicle: Vehicle = get_or_404(db.session.get(Vehicle, vehicle_id), "这辆车")
    return vehicle


def list_vehicles(
    actor: Actor, *, stages: Sequence[Stage] = (), tail: str = "", limit: int = 500
) -> Sequence[Vehicle]:
    """Vehicles of the actor's organisation, by stage or by the last four of plate or VIN."""
    question = (
        select(Vehicle)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id)
        .order_by(Vehicle.stage_since.desc(), Vehicle.id)
        .limit(limit)
    )
    if stages:
        question = question.where(Vehicle.stage.in_(stages))
    if last := normalise(tail)[-4:]:
        question = question.where(or_(Vehicle.vin_tail == last, Vehicle.plate_tail == last))
    return db.session.scalars(question).all()


def organisations_with(line: TrailLine) -> set[str]:
    """Who has to do with the vehicle of a trail line: they are told of it."""
    if not line.vehicle:
        return set()
    return set(
        db.session.scalars(select(Access.organisation_id).where(Access.vehicle_id == line.vehicle))
    )


def audience_of(actor: Actor | None) -> Audience:
    """For whom a page is made, by the reader's role."""
    if actor is None or actor.by_link:
        return Audience.PUBLIC
    return Audience.COURT if actor.role in {"judge", "clerk", "court_admin"} else Audience.AGENCY


def list_custody(subject: str) -> Sequence[Custody]:
    """One chain of custody, oldest first. `subject`: ``vehicle:id`` or ``thing:id``."""
    return db.session.scalars(
        select(Custody).where(Custody.subject == subject).order_by(Custody.number)
    ).all()


def list_chains(vehicle_id: str) -> dict[str, list[Custody]]:
    """Every chain of a vehicle and of what came with it, by subject."""
    rows = db.session.scalars(
        select(Custody)
        .where(Custody.vehicle_id == vehicle_id)
        .order_by(Custody.subject, Custody.number)
    )
    found: dict[str, list[Custody]] = {}
    for row in rows:
        found.setdefault(row.subject, []).append(row)
    return found


def as_link(row: Custody) -> Link:
    """A hand-over as the rules see it."""
    return Link(row.number, Holder(row.giver_key, row.giver), Holder(row.taker_key, row.taker))


def find_last_link(subject: str) -> Link | None:
    """The newest hand-over of a chain: its taker has the thing."""
    row = db.session.scalars(
        select(Custody).where(Custody.subject == subject).order_by(Custody.number.desc()).limit(1)
    ).first()
    return as_link(row) if row else None


def find_name(vehicle_id: str) -> str | None:
    """Model and plate, for rooms before this one (media's pages)."""
    row = db.session.get(Vehicle, vehicle_id)
    return f"{row.model} {row.plate}".strip() if row else None


def find_model(vehicle_id: str) -> str:
    """The model alone, for messages that leave the house."""
    row = db.session.get(Vehicle, vehicle_id)
    return row.model if row else ""


NAMES = {"vehicles": find_name}
CARS = {"vehicles": find_model}


def list_valuations(vehicle_ids: Collection[str]) -> Sequence[Valuation]:
    """What vehicles were said to be worth, the newest first."""
    return db.session.scalars(
        select(Valuation)
        .where(Valuation.vehicle_id.in_(vehicle_ids))
        .order_by(Valuation.on.desc(), Valuation.at.desc())
    ).all()


def newest_values(vehicle_ids: Collection[str]) -> dict[str, int]:
    """The newest value of each vehicle that has one, in fen."""
    found: dict[str, int] = {}
    for row in list_valuations(vehicle_ids):
        found.setdefault(row.vehicle_id, row.fen)
    return found


def find_licence(vehicle_id: str) -> LicenceRow | None:
    """What the vehicle's licence says, if somebody wrote it down."""
    return db.session.get(LicenceRow, vehicle_id)


def list_remarks(vehicle: Vehicle, today: date) -> list[Remark]:
    """What follows from the licence for the sale, worst first; nothing while nobody wrote it down."""
    row = find_licence(vehicle.id)
    if row is None:
        return []
    licence = Licence(row.registered, row.until, row.use, row.seats, row.emission)
    return conformity_of(vehicle.kind, vehicle.energy, licence, today)
