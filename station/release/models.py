"""Releases: what the judge let go, its pass at the gate, and the hand-over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.sales.models import Lot
from station.vehicles.models import Vehicle

from .rules import Clearing, TakerKind


class Release(Model):
    """One lot on its way out. The pass is a label of purpose `pass` on `subject`.

    `scanned_at`: when the gate last saw pass and vehicle together. The rest is written when the
    vehicle leaves; `taker` is erased by law later.
    """

    __tablename__ = "release_release"

    id: Mapped[str] = mapped_column(primary_key=True)
    lot_id: Mapped[str] = mapped_column(ForeignKey("sales_lot.id"), unique=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str]
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    ordered_at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    taker_kind: Mapped[TakerKind | None]
    taker: Mapped[str] = mapped_column(default="")
    handed_by: Mapped[str] = mapped_column(default="")
    odometer_km: Mapped[int | None]
    keys: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    bay: Mapped[str] = mapped_column(default="")
    paper_media: Mapped[str] = mapped_column(default="")
    authority_media: Mapped[str] = mapped_column(default="")
    taker_sign: Mapped[str] = mapped_column(default="")
    staff_sign: Mapped[str] = mapped_column(default="")
    sheet_media: Mapped[str] = mapped_column(default="")
    lot: Mapped[Lot] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail and on its pass."""
        return f"release:{self.id}"


class ClearedBelongings(Model):
    """What lay in a vehicle has left it, and how; part of what the gate asks."""

    __tablename__ = "release_cleared"

    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    how: Mapped[Clearing]
    receiver: Mapped[str]
    paper_media: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class GivenBack(Model):
    """A withdrawn vehicle went back, to whom, and with what; `receiver` is erased by law later."""

    __tablename__ = "release_given_back"

    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    command_id: Mapped[str]
    receiver: Mapped[str]
    files: Mapped[str]
    odometer_km: Mapped[int]
    keys: Mapped[int]
    reason: Mapped[str]
    paper_media: Mapped[str]
    photos: Mapped[list[Any]]
    taker_sign: Mapped[str]
    staff_sign: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
