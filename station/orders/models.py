"""Orders, their services, payments asked for, and what the payment provider reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import UPKEEP, Model
from station.vehicles.models import Vehicle

from .rules import OrderState, PaidHow, ServiceKind


class Item(Model):
    """One service of an order. `price` in fen, None until it is quoted."""

    __tablename__ = "orders_item"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders_order.id"), primary_key=True)
    kind: Mapped[ServiceKind] = mapped_column(primary_key=True)
    price: Mapped[int | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(default="")


class Order(Model):
    """What a buyer pays in one sum. `total` in fen; `number` is what people and banks see.

    `version` grows with every change of price or payment; an idempotency key names it.
    `address`: where to and to whom the vehicle is delivered; erased by law later.
    """

    __tablename__ = "orders_order"
    __table_args__ = (CheckConstraint("total >= 0 AND km >= 0", name="amounts"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    case_id: Mapped[str]
    command_id: Mapped[str]
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    state: Mapped[OrderState]
    total: Mapped[int]
    currency: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    km: Mapped[int]
    address: Mapped[str]
    note: Mapped[str]
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    paid_how: Mapped[PaidHow | None]
    receipt: Mapped[str] = mapped_column(default="")
    items: Mapped[list[Item]] = relationship(lazy="selectin", order_by=Item.kind)
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"order:{self.id}"


class PaymentRow(Model):
    """A payment page that was opened at the provider for one version of an order."""

    __tablename__ = "orders_payment"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders_order.id"), index=True)
    version: Mapped[int]
    amount: Mapped[int]
    url: Mapped[str]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Trouble(Model):
    """A payment that was reported and is not the one asked for; people settle it.

    `message`: sentence (a msgid), its places filled from `details`.
    """

    __tablename__ = "orders_trouble"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders_order.id"), index=True)
    code: Mapped[str]
    message: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class EventRow(Model):
    """The provider's inbox: stored under its unique id before anything is done about it."""

    __tablename__ = "orders_event"
    __table_args__ = {"info": UPKEEP}

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str]
