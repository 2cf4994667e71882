"""The court's list of agencies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model


class Admission(Model):
    """An agency on a court's list, under an agreement."""

    __tablename__ = "agencies_admission"

    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), primary_key=True)
    capital_fen: Mapped[int]
    admitted_on: Mapped[date]
    until: Mapped[date]
    barred_until: Mapped[date | None]
    barred_reason: Mapped[str]
