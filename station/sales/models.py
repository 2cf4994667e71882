"""Lots, their buyers, and the imports that brought the results."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.court.models import Case
from station.ground.database import Model
from station.vehicles.models import Vehicle

from .halt_models import Halt as Halt
from .rules import LotState, Round


class ResultImport(Model):
    """One confirmed sheet of results. `sha256` is the file that was previewed."""

    __tablename__ = "sales_import"

    id: Mapped[str] = mapped_column(primary_key=True)
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    media_id: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[int]
    sold: Mapped[int]
    unsold: Mapped[int]
    at: Mapped[datetime]
    by_person: Mapped[str]
    by_name: Mapped[str]


class Buyer(Model):
    """Who bought a lot; erased by law later. `id_tail`: last four of the identity paper, or ""."""

    __tablename__ = "sales_buyer"

    lot_id: Mapped[str] = mapped_column(ForeignKey("sales_lot.id"), primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    id_tail: Mapped[str]


class Lot(Model):
    """One vehicle in one round on an outside platform. Amounts in fen.

    `reference`: reference price; `start`, `deposit`: as announced; `price`: deal price.
    `balance_on`: day the court got the balance; `served_at`: ownership passes (L18 art 22).
    """

    __tablename__ = "sales_lot"
    __table_args__ = (
        CheckConstraint("start > 0 AND deposit > 0", name="terms"),
        CheckConstraint("(price IS NULL) = (pay_due IS NULL)", name="sold"),
        Index(
            "uq_sales_lot_live",
            "vehicle_id",
            unique=True,
            postgresql_where=text("state NOT IN ('unsold', 'withdrawn', 'defaulted', 'revoked')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"), index=True)
    platform_number: Mapped[str] = mapped_column(unique=True)
    round: Mapped[Round]
    state: Mapped[LotState] = mapped_column(index=True)
    reference: Mapped[int]
    start: Mapped[int]
    deposit: Mapped[int]
    announced_on: Mapped[date]
    starts_at: Mapped[datetime]
    import_id: Mapped[str | None] = mapped_column(ForeignKey("sales_import.id"))
    ended_at: Mapped[datetime | None]
    bidders: Mapped[int | None]
    price: Mapped[int | None]
    pay_due: Mapped[date | None]
    balance_on: Mapped[date | None]
    voucher_media: Mapped[str] = mapped_column(default="")
    served_at: Mapped[datetime | None]
    ruling_media: Mapped[str] = mapped_column(default="")
    case: Mapped[Case] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    buyer: Mapped[Buyer | None] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"lot:{self.id}"
