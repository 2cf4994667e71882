"""What people say to one another about a vehicle, and how far each has read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import UPKEEP, Model


class Said(Model):
    """One thing said. `remind_on`: the day on which it is put before the court again; `settled_at`:
    when somebody said that it is dealt with. `text` lies beside its trail line as well."""

    __tablename__ = "watch_said"
    __table_args__ = (Index("ix_watch_said_vehicle", "vehicle_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    by_person: Mapped[str]
    by_name: Mapped[str]
    by_organisation: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    remind_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str]


class ReadUntil(Model):
    """Up to which moment a person has read what was said about a vehicle."""

    __tablename__ = "watch_read"
    __table_args__ = {"info": UPKEEP}

    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    organisation: Mapped[str]
    at: Mapped[datetime]
