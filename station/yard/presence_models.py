"""Rows of presence checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .presence import AskState


class Presence(Model):
    """One check. `seed`: what the vehicles were drawn by, empty when the judge chose them;
    `candidates`: ids from which was drawn or chosen, sorted."""

    __tablename__ = "yard_presence"
    __table_args__ = (Index("ix_yard_presence_station", "station_id", "due_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    seed: Mapped[str]
    candidates: Mapped[list[Any]]
    by_person: Mapped[str]
    by_name: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"presence:{self.id}"


class Ask(Model):
    """One vehicle of a check. `code`: shown once, when somebody opens it; `same_as`: an older file of
    the station that is the same picture; `answered_at`: server time, `claimed_at`: the device's."""

    __tablename__ = "yard_ask"
    __table_args__ = (
        UniqueConstraint("presence_id", "vehicle_id"),
        CheckConstraint("(media_id <> '') <= (answered_at IS NOT NULL)", name="answered"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    presence_id: Mapped[str] = mapped_column(ForeignKey("yard_presence.id"), index=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    code: Mapped[str]
    state: Mapped[AskState]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str]
    media_id: Mapped[str]
    reason: Mapped[str]
    answered_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    answered_by: Mapped[str]
    same_as: Mapped[str]
    words: Mapped[str]
    judged_by: Mapped[str]
    judged_at: Mapped[datetime | None]
    presence: Mapped[Presence] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"ask:{self.id}"
