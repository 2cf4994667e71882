"""Vehicles, who may see them, and the unbroken chain of who had them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model

from .rules import Energy, PlateColour, PlateKind, Stage, VehicleKind
from .valuations import Basis

PREFIX = "text_pattern_ops"


class Vehicle(Model):
    """A vehicle. `vin_voucher`: who signed second when the check digit failed, with a photo."""

    __tablename__ = "vehicles_vehicle"
    __table_args__ = (
        CheckConstraint("char_length(vin) = 17", name="vin_length"),
        # by prefix: the first letters are looked for while the rest is still being typed
        Index("ix_vehicles_vehicle_vin_tail", "vin_tail", postgresql_ops={"vin_tail": PREFIX}),
        Index(
            "ix_vehicles_vehicle_plate_tail", "plate_tail", postgresql_ops={"plate_tail": PREFIX}
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vin: Mapped[str] = mapped_column(unique=True)
    vin_tail: Mapped[str]
    vin_voucher: Mapped[str | None]
    vin_photo: Mapped[str | None]
    plate: Mapped[str]
    plate_tail: Mapped[str]
    plate_kind: Mapped[PlateKind | None]
    plate_colour: Mapped[PlateColour | None]
    engine_number: Mapped[str]
    kind: Mapped[VehicleKind]
    energy: Mapped[Energy]
    model: Mapped[str]
    colour: Mapped[str]
    year: Mapped[int | None]
    stage: Mapped[Stage] = mapped_column(index=True)
    stage_since: Mapped[datetime]
    registered_at: Mapped[datetime]
    version: Mapped[int]


class Access(Model):
    """An organisation that has to do with a vehicle and may therefore see it."""

    __tablename__ = "vehicles_access"

    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("people_organisation.id"), primary_key=True, index=True
    )
    since: Mapped[datetime]


class Custody(Model):
    """One hand-over of a vehicle or of a thing that came with it. No gap: the giver of every link is
    the taker of the one before, and a foreign key of the table on itself lets no other link in.

    `subject`: ``vehicle:id``, ``thing:id``. `giver_key`, `taker_key`: who they are, see
    `custody.Holder`; the names beside them are what they were called then. `before`: the number of
    the link before, None for the first. `by_name`: who wrote it down.
    """

    __tablename__ = "vehicles_custody"
    __table_args__ = (
        UniqueConstraint("subject", "number", "taker_key"),
        ForeignKeyConstraint(
            ["subject", "before", "giver_key"],
            [
                "vehicles_custody.subject",
                "vehicles_custody.number",
                "vehicles_custody.taker_key",
            ],
            name="fk_vehicles_custody_no_gap",
        ),
        CheckConstraint(
            "(number = 1) = (before IS NULL) AND (before IS NULL OR before = number - 1)",
            name="unbroken",
        ),
        CheckConstraint("giver_key <> taker_key", name="two_sides"),
        Index("ix_vehicles_custody_vehicle", "vehicle_id", "at"),
    )

    subject: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[int | None]
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    giver: Mapped[str]
    giver_key: Mapped[str]
    taker: Mapped[str]
    taker_key: Mapped[str]
    place: Mapped[str]
    odometer_km: Mapped[int | None]
    by_name: Mapped[str]
    at: Mapped[datetime]


class Valuation(Model):
    """What a vehicle was worth on a day. The newest counts; none is ever changed."""

    __tablename__ = "vehicles_valuation"
    __table_args__ = (Index("ix_vehicles_valuation_vehicle", "vehicle_id", "on", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    fen: Mapped[int]
    basis: Mapped[Basis]
    on: Mapped[date]
    by_name: Mapped[str]
    at: Mapped[datetime]


class LicenceRow(Model):
    """What a vehicle's licence says, see `conformity.Licence`; `version` counts its savings."""

    __tablename__ = "vehicles_licence"

    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    registered: Mapped[date]
    until: Mapped[date]
    use: Mapped[str]
    seats: Mapped[int]
    emission: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
