"""Questions about bays, what stands in them, and the care that is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.intake.models import Intake
from station.media.models import Media
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage, VehicleKind

from . import count_reads, incident_reads, mileage_reads, permits, plan_reads, presence_reads, rules
from .models import Bay, Care, FollowUp, Stay
from .rules import Due, Occasion, StoredVehicle
from .storage import Storage, clock_of

CARE_PHOTO = "care"
CARE_RECORD = "care_record"
COUNT_SHEET = "count_sheet"

# --- bays


def list_bays(actor: Actor, zone: str = "") -> Sequence[Bay]:
    """Bays of the actor's station by zone and number."""
    question = (
        select(Bay).where(Bay.station_id == actor.organisation_id).order_by(Bay.zone, Bay.number)
    )
    return db.session.scalars(question.where(Bay.zone == zone) if zone else question).all()


def get_bay(actor: Actor, bay_id: str) -> Bay:
    """One bay of the actor's station, else 404."""
    row = db.session.get(Bay, bay_id)
    mine = row if row is not None and row.station_id == actor.organisation_id else None
    bay: Bay = get_or_404(mine, "这个库位")
    return bay


def get_any_bay(bay_id: str) -> Bay:
    """A bay of any station, for what was written down about it."""
    bay: Bay = get_or_404(db.session.get(Bay, bay_id), "这个库位")
    return bay


def find_bay(actor: Actor, code: str) -> Bay | None:
    """The bay with this code at the actor's station."""
    return db.session.scalars(
        select(Bay).where(Bay.station_id == actor.organisation_id, Bay.code == code)
    ).one_or_none()


def find_stay(vehicle_id: str) -> Stay | None:
    """Where a vehicle stands now."""
    return db.session.scalars(
        select(Stay).where(Stay.vehicle_id == vehicle_id, Stay.until.is_(None))
    ).one_or_none()


def find_in_bay(bay_id: str) -> Stay | None:
    """Who stands in a bay now."""
    return db.session.scalars(
        select(Stay).where(Stay.bay_id == bay_id, Stay.until.is_(None))
    ).one_or_none()


def get_stay(actor: Actor, stay_id: str) -> Stay:
    """One stay at the actor's station, past or present, else 404."""
    row = db.session.get(Stay, stay_id)
    mine = row if row is not None and row.bay.station_id == actor.organisation_id else None
    stay: Stay = get_or_404(mine, "这条入位记录")
    return stay


def find_stay_before(stay: Stay) -> Stay | None:
    """Where the vehicle of a stay stood just before it."""
    return db.session.scalars(
        select(Stay)
        .where(Stay.vehicle_id == stay.vehicle_id, Stay.since < stay.since)
        .order_by(Stay.since.desc())
        .limit(1)
    ).first()


def list_stays(vehicle_id: str) -> Sequence[Stay]:
    """Everywhere a vehicle has stood, newest first."""
    return db.session.scalars(
        select(Stay).where(Stay.vehicle_id == vehicle_id).order_by(Stay.since.desc())
    ).all()


def list_present(actor: Actor) -> Sequence[Stay]:
    """Everything that stands in the actor's station now."""
    return (
        db.session.scalars(
            select(Stay)
            .join(Bay, Bay.id == Stay.bay_id)
            .where(Bay.station_id == actor.organisation_id, Stay.until.is_(None))
        )
        .unique()
        .all()
    )


# --- storage


class Stored(Protocol):
    """As much of a vehicle as its storage clock needs."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> VehicleKind:
        """Its tariff depends on this."""


def list_storage(rows: Sequence[Stored]) -> dict[str, Storage]:
    """The storage clocks of those vehicles that were taken in, by id; they stop at the gate."""
    ids = [row.id for row in rows]
    taken, left = _taken_in(ids), _left_on(ids)
    values, today = vehicles.newest_values(ids), clock.today()
    return {
        row.id: clock_of(row.kind, taken[row.id], left.get(row.id, today), values.get(row.id))
        for row in rows
        if row.id in taken
    }


def find_storage(vehicle: Vehicle) -> Storage | None:
    """The storage clock of one vehicle, None before it is taken in."""
    return list_storage([vehicle]).get(vehicle.id)


def _left_on(ids: Sequence[str]) -> dict[str, date]:
    """The day the last stay of vehicles that stand in no bay any more ended."""
    rows = db.session.execute(
        select(Stay.vehicle_id, func.max(Stay.until))
        .where(Stay.vehicle_id.in_(ids))
        .group_by(Stay.vehicle_id)
        .having(func.bool_and(Stay.until.is_not(None)))
    )
    return {car: clock.in_shanghai(at).date() for car, at in rows if at}


# --- care


@dataclass(frozen=True)
class DueCar:
    """One vehicle of a care round: what falls due, what must be looked at again, and what a command
    of the court calls for."""

    stay: Stay
    due: tuple[Due, ...]
    follow_ups: tuple[FollowUp, ...]
    called: tuple[rules.CareTask, ...] = ()

    @property
    def overdue_days(self) -> int:
        """Days of its longest overdue task."""
        return max((due.overdue_days for due in self.due), default=0)

    @property
    def tasks(self) -> list[rules.CareTask]:
        """What is to be done, each once, follow-ups first."""
        ids = [row.task for row in self.follow_ups] + [task.id for task in self.called]
        ids += [due.task.id for due in self.due]
        return [rules.PLAN[task] for task in dict.fromkeys(ids)]


def list_due(actor: Actor, day: date) -> list[DueCar]:
    """What the care round of `day` must do at the actor's station, in walking order."""
    places = plan_reads.walking_places(actor)
    stays = sorted(list_present(actor), key=lambda stay: places[stay.bay_id])
    ids = [stay.vehicle_id for stay in stays]
    stored, again = as_stored_each([stay.vehicle for stay in stays]), _follow_ups(ids, day)
    occasions = permits.list_occasions(ids)
    cars = [
        DueCar(
            stay,
            tuple(rules.due_by(stored[stay.vehicle_id], day)),
            tuple(again.get(stay.vehicle_id, ())),
            tuple(_called(stored[stay.vehicle_id], occasions.get(stay.vehicle_id, {}))),
        )
        for stay in stays
    ]
    return [car for car in cars if car.due or car.follow_ups or car.called]


def list_called(vehicle: Vehicle) -> list[rules.CareTask]:
    """Tasks that a command of the court calls for and nobody has done since."""
    return _called(as_stored(vehicle), permits.list_occasions([vehicle.id]).get(vehicle.id, {}))


def _called(stored: StoredVehicle, at: Mapping[Occasion, datetime]) -> list[rules.CareTask]:
    tasks = {
        task.id: task
        for occasion, moment in at.items()
        for task in rules.called_by(occasion, stored)
        if permits.is_called(moment, stored.last_done.get(task.id))
    }
    return list(tasks.values())


def as_stored(vehicle: Vehicle) -> StoredVehicle:
    """A vehicle as the care plan sees it."""
    return as_stored_each([vehicle])[vehicle.id]


def as_stored_each(rows: Sequence[Vehicle]) -> dict[str, StoredVehicle]:
    """Vehicles as the care plan sees them, by id."""
    ids = [row.id for row in rows]
    done, taken, running = _last_done(ids), _taken_in(ids), permits.may_run(ids)
    return {
        row.id: StoredVehicle(
            energy=row.energy,
            taken_in=taken.get(row.id, clock.in_shanghai(row.stage_since).date()),
            showroom=row.stage is Stage.PUBLISHED,
            can_run=row.id in running,
            last_done=done.get(row.id, {}),
        )
        for row in rows
    }


def _last_done(ids: Sequence[str]) -> dict[str, dict[str, date]]:
    rows = db.session.execute(
        select(Care.vehicle_id, Care.task, func.max(Care.at))
        .where(Care.vehicle_id.in_(ids))
        .group_by(Care.vehicle_id, Care.task)
    )
    found: dict[str, dict[str, date]] = {}
    for car, task, at in rows:
        found.setdefault(car, {})[task] = clock.in_shanghai(at).date()
    return found


def _taken_in(ids: Sequence[str]) -> dict[str, date]:
    rows = db.session.execute(
        select(Intake.vehicle_id, func.max(Intake.finished_at))
        .where(Intake.vehicle_id.in_(ids), Intake.finished_at.is_not(None))
        .group_by(Intake.vehicle_id)
    )
    return {car: clock.in_shanghai(at).date() for car, at in rows if at}


def _follow_ups(ids: Sequence[str], day: date) -> dict[str, list[FollowUp]]:
    found: dict[str, list[FollowUp]] = {}
    for row in list_follow_ups(ids):
        if row.due <= day:
            found.setdefault(row.vehicle_id, []).append(row)
    return found


def list_follow_ups(vehicle_ids: Sequence[str]) -> Sequence[FollowUp]:
    """Readings that somebody must look at again, the earliest first."""
    return db.session.scalars(
        select(FollowUp)
        .where(FollowUp.vehicle_id.in_(vehicle_ids), FollowUp.closed_by.is_(None))
        .order_by(FollowUp.due)
    ).all()


def list_care(vehicle_id: str, limit: int | None = 100) -> Sequence[Care]:
    """The care log of a vehicle, newest first; all of it for None."""
    return db.session.scalars(
        select(Care).where(Care.vehicle_id == vehicle_id).order_by(Care.at.desc()).limit(limit)
    ).all()


def last_seen(vehicle_id: str) -> datetime | None:
    """When somebody of the station last stood before the vehicle."""
    stay = find_stay(vehicle_id)
    return stay.seen_at if stay else None


list_doubtful_odometers = mileage_reads.list_doubtful
list_reported_missing = count_reads.list_reported_missing

# --- who is told, and who reads the files


def told_of_care(line: TrailLine) -> set[str]:
    """A good reading is the station's own; one out of range goes to court and agency too."""
    return set() if line.facts.get("in_range", True) else vehicles.organisations_with(line)


def may_read_care(actor: Actor, media: Media) -> bool:
    """Whoever has to do with the vehicle, but nobody by a link."""
    return not actor.by_link and vehicles.may_see(actor, media.vehicle)


def may_read_count(actor: Actor, media: Media) -> bool:
    """The station that counted: the sheet names the cars of every court."""
    return not actor.by_link and actor.organisation_id == media.organisation_id


AUDIENCES = {
    "yard.care": told_of_care,
    "yard.odometer": mileage_reads.told_of_odometer,
    "yard.presence_ask": presence_reads.station_of,
}
READERS = {
    CARE_PHOTO: may_read_care,
    CARE_RECORD: may_read_care,
    COUNT_SHEET: may_read_count,
    presence_reads.PICTURE: may_read_care,
    incident_reads.PICTURE: may_read_care,
}
