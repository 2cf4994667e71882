"""Vehicles bear labels behind the windscreen, keys on their ring, sealed bags on their seam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from station.court import reads as court
from station.ground.actors import Actor
from station.ground.database import db
from station.media.faces import Face, Labelled, Thing
from station.media.labels import Purpose
from station.trail.documents import show_day
from station.vehicles import reads as vehicles
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import IN_HANDS

from . import reads, thing_reads
from .sheets import show_plate
from .thing_models import Thing as Held
from .things import ThingKind, ThingState


def list_vehicles(actor: Actor) -> list[Thing]:
    """The vehicles at the actor's station, the last to come first."""
    rows = db.session.scalars(
        select(Vehicle)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id, Vehicle.stage.in_(IN_HANDS))
        .order_by(Vehicle.stage_since.desc(), Vehicle.id)
    )
    return [
        Thing(f"vehicle:{row.id}", show_plate(row.plate), f"{row.model} {row.vin[-6:]}", row.id)
        for row in rows
    ]


def face_vehicles(actor: Actor, subjects: Sequence[str]) -> Mapping[str, Face]:
    """What stands on windscreen labels; no party's name does."""
    ids = [subject.removeprefix("vehicle:") for subject in subjects]
    return {f"vehicle:{one}": face_of(actor, vehicles.get_vehicle(actor, one)) for one in ids}


def face_of(actor: Actor, vehicle: Vehicle) -> Face:
    """The windscreen label of a vehicle."""
    intake = reads.find_intake(vehicle.id)
    held = court.find_holder(vehicle.id)
    day = intake.finished_at if intake else None
    return Face(
        show_plate(vehicle.plate),
        (
            held.case.number if held else "",
            vehicle.model,
            f"车架号尾号 {vehicle.vin[-6:]}",
            f"{show_day(day)} 入库" if day else "入库查验中",
            actor.organisation_name,
        ),
    )


def _list_things(actor: Actor, kind: ThingKind) -> list[Thing]:
    return [
        Thing(row.subject, row.tag, _note(row), row.vehicle_id)
        for row in thing_reads.list_kind(actor.organisation_id, kind)
    ]


def _note(row: Held) -> str:
    hook = f"{row.place} 号钩" if row.place else ""
    return " ".join(part for part in (show_plate(row.vehicle.plate), hook) if part)


def list_keys(actor: Actor) -> list[Thing]:
    """The keys that the actor's station has, by number."""
    return _list_things(actor, ThingKind.KEY)


def list_bags(actor: Actor) -> list[Thing]:
    """The sealed bags that the actor's station has, by number."""
    return _list_things(actor, ThingKind.BAG)


def face_things(actor: Actor, subjects: Sequence[str]) -> Mapping[str, Face]:
    """What stands on key tags and on labels of bags: never what is in a bag."""
    found = {}
    for subject in subjects:
        row = thing_reads.get_thing(actor, subject.removeprefix("thing:"))
        if row.station_id == actor.organisation_id and row.state is not ThingState.GONE:
            since = f"{show_day(row.since)} 封存" if row.kind is ThingKind.BAG else ""
            lines = (show_plate(row.vehicle.plate), f"{row.place} 号钩" if row.place else since)
            found[subject] = Face(row.tag, (*filter(None, lines), actor.organisation_name))
    return found


LABELLED = {
    Purpose.VEHICLE: Labelled(list_vehicles, face_vehicles),
    Purpose.KEY: Labelled(list_keys, face_things),
    Purpose.BAG: Labelled(list_bags, face_things),
}
