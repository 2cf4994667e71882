"""Rows of enquiries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model

from .enquiries import EnquiryState, Outcome


class Enquiry(Model):
    """One question about a vehicle and its answer. `about`: key of `enquiries.SUBJECTS`; `due`:
    when the reply is due, none when it was answered without asking; `fen`: what is owed; `until`:
    last day on which the answer holds; `files`: ids of media. A corrected or renewed answer is a
    row of its own: the newest holds."""

    __tablename__ = "court_enquiry"
    __table_args__ = (
        Index("ix_court_enquiry_vehicle", "vehicle_id", "at"),
        Index(
            "uq_court_enquiry_open",
            "vehicle_id",
            "about",
            unique=True,
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"), index=True)
    about: Mapped[str]
    state: Mapped[EnquiryState]
    of: Mapped[str]
    due: Mapped[date | None]
    at: Mapped[datetime]
    by_name: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str]
    outcome: Mapped[Outcome | None]
    words: Mapped[str]
    fen: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[date | None]
    files: Mapped[list[Any]]
