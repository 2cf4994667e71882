"""Rows of the things held for a vehicle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .things import Purpose, ThingKind, ThingState


class Thing(Model):
    """One key, paper, plate, seal or sealed bag. Who had it before stands in its chain of custody.

    `tag`: its number, empty where papers have none. `what`: what it is, in words. `place`: hook or
    compartment, kept while it is out. `holder`, `holder_key`: who has it now. `purpose`, `out_at`,
    `due_at`: of the last loan. `settled`: what the judge said of a loss. `version` counts its acts.
    """

    __tablename__ = "intake_thing"
    __table_args__ = (
        Index(
            "uq_intake_thing_tag",
            "station_id",
            "kind",
            "tag",
            unique=True,
            postgresql_where=text("tag <> '' AND (state <> 'gone' OR kind IN ('seal', 'bag'))"),
        ),
        Index(
            "uq_intake_thing_hook",
            "station_id",
            "place",
            unique=True,
            postgresql_where=text("kind = 'key' AND place <> '' AND state IN ('held', 'out')"),
        ),
        Index("ix_intake_thing_vehicle", "vehicle_id"),
        Index(
            "ix_intake_thing_out", "station_id", "due_at", postgresql_where=text("state = 'out'")
        ),
        CheckConstraint("(state = 'out') <= (due_at IS NOT NULL)", name="out_until"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    kind: Mapped[ThingKind]
    tag: Mapped[str]
    what: Mapped[str]
    place: Mapped[str]
    state: Mapped[ThingState]
    holder: Mapped[str]
    holder_key: Mapped[str]
    purpose: Mapped[Purpose | None]
    out_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    note: Mapped[str]
    settled: Mapped[str]
    since: Mapped[datetime]
    version: Mapped[int]
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail, on its label and in its chain."""
        return f"thing:{self.id}"

    @property
    def name(self) -> str:
        """Its number, or what it is where it has none."""
        return self.tag or self.what
