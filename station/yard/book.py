"""What a device needs to know a scan without asking: the cars, bays and labels of one station."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, and_, literal, select

from station.ground.actors import Actor
from station.ground.database import db
from station.media import reads as media
from station.media.labels import Purpose
from station.media.models import LabelCode
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import IN_HANDS

from . import plan_reads
from .models import Bay, Stay


def read_book(actor: Actor) -> dict[str, Any]:
    """The snapshot that goes to the device.

    `mark`: of this installation's labels. `cars`: [id, plate, VIN, label's code, id of its bay];
    `bays`: [id, code, label's code], in walking order; a text is empty when there is none.
    """
    places = plan_reads.walking_places(actor)
    bays = sorted(_bays(actor), key=lambda row: places[row[0]])
    return {"mark": media.mark(), "cars": _cars(actor), "bays": bays}


def _cars(actor: Actor) -> list[list[str]]:
    rows = db.session.execute(
        select(Vehicle.id, Vehicle.plate, Vehicle.vin, LabelCode.id, Stay.bay_id)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .outerjoin(Stay, and_(Stay.vehicle_id == Vehicle.id, Stay.until.is_(None)))
        .outerjoin(LabelCode, _label_of(Purpose.VEHICLE, Vehicle.id))
        .where(Access.organisation_id == actor.organisation_id, Vehicle.stage.in_(IN_HANDS))
        .order_by(Vehicle.id)
    )
    return [[text or "" for text in row] for row in rows]


def _bays(actor: Actor) -> list[list[str]]:
    rows = db.session.execute(
        select(Bay.id, Bay.code, LabelCode.id)
        .outerjoin(LabelCode, _label_of(Purpose.BAY, Bay.id))
        .where(Bay.station_id == actor.organisation_id)
    )
    return [[text or "" for text in row] for row in rows]


def _label_of(purpose: Purpose, thing: Any) -> Any:
    return and_(
        LabelCode.purpose == purpose,
        LabelCode.subject == literal(f"{purpose.value}:", String) + thing,
        LabelCode.void_at.is_(None),
    )
