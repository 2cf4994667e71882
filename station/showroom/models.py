"""A vehicle's listing: what the public is told of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .costs import TaxBearer
from .rules import ListingState


class Listing(Model):
    """One listing a vehicle; fields of the draft as in rules.Draft.

    `public_id`: random, in the public address, so that nothing is told by counting. `command_id`:
    the court's command to publish; `sealed`: hash of the draft that the judge saw then.
    `announced_at`: None before the announcement. `version` counts changes, for stale forms.
    """

    __tablename__ = "showroom_listing"
    __table_args__ = (
        CheckConstraint("(state IN ('ordered', 'published')) <= (sealed <> '')", name="sealed"),
        CheckConstraint("state <> 'published' OR announced_at IS NOT NULL", name="announced"),
        Index("ix_showroom_listing_state", "state", "starts_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    state: Mapped[ListingState]
    version: Mapped[int]
    headline: Mapped[str]
    reference: Mapped[int | None]
    start: Mapped[int | None]
    deposit: Mapped[int | None]
    increment: Mapped[int | None]
    announce_on: Mapped[date | None]
    notified_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    viewing: Mapped[str]
    platform: Mapped[str]
    platform_number: Mapped[str]
    platform_url: Mapped[str]
    tax_bearer: Mapped[TaxBearer]
    inspection_until: Mapped[date | None]
    insurance_until: Mapped[date | None]
    fines: Mapped[int | None]
    fines_count: Mapped[int | None]
    checked_on: Mapped[date | None]
    texts: Mapped[dict[str, Any]]
    returned: Mapped[str] = mapped_column(default="")
    command_id: Mapped[str | None] = mapped_column(ForeignKey("court_command.id"))
    sealed: Mapped[str] = mapped_column(default="")
    drafted_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(default="")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"listing:{self.id}"
