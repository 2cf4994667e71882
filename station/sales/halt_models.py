"""Rows of halts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model

from .halts import HaltKind


class Halt(Model):
    """One decision of the court to halt the sale of a vehicle. `lot_id`: empty when nothing was
    announced yet; `ended_on`: when its cause ended; `over_at`: when the sale was resumed or withdrawn."""

    __tablename__ = "sales_halt"
    __table_args__ = (
        Index(
            "uq_sales_halt_live",
            "vehicle_id",
            unique=True,
            postgresql_where=text("over_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    lot_id: Mapped[str | None] = mapped_column(ForeignKey("sales_lot.id"))
    kind: Mapped[HaltKind]
    ground: Mapped[str]
    words: Mapped[str]
    paper: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    ended_on: Mapped[date | None]
    over_at: Mapped[datetime | None]
