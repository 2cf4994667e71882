"""Rows of identity checks and of what differed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .identity import MismatchState


class IdentityCheck(Model):
    """VIN, engine number and plate as read on a vehicle. `reason`: why something was not read."""

    __tablename__ = "intake_identity"
    __table_args__ = (Index("ix_intake_identity_vehicle", "vehicle_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intake_intake.id"))
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    vin: Mapped[str]
    engine: Mapped[str]
    plate: Mapped[str]
    reason: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class Mismatch(Model):
    """A difference put before the judge; one a vehicle is open at a time. `marks`: which, by code."""

    __tablename__ = "intake_mismatch"
    __table_args__ = (
        Index(
            "uq_intake_mismatch_open",
            "vehicle_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("intake_identity.id"))
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    marks: Mapped[str]
    state: Mapped[MismatchState]
    at: Mapped[datetime]
    words: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    check: Mapped[IdentityCheck] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"mismatch:{self.id}"
