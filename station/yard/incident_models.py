"""Rows of incidents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .incidents import IncidentKind, IncidentState


class Incident(Model):
    """Something that happened to a held vehicle. `pictures`, `after`: ids of files as it was found and
    as it was settled; `before`: the gate-in photo of the same view, or ''. Money in fen."""

    __tablename__ = "yard_incident"
    __table_args__ = (Index("ix_yard_incident_state", "court_id", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    kind: Mapped[IncidentKind]
    state: Mapped[IncidentState]
    happened_on: Mapped[date]
    what: Mapped[str]
    pictures: Mapped[list[Any]]
    before: Mapped[str]
    estimate_fen: Mapped[int | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    decision: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str]
    cost_fen: Mapped[int | None]
    borne_by: Mapped[str]
    after: Mapped[list[Any]]
    settled_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"incident:{self.id}"
