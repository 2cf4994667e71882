"""Questions about orders: the buyer's own, the station's list, and what the gate waits for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from station.court import reads as court
from station.court.models import Command
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.people.rules import STATION_ROLES, Role
from station.sales import reads as sales
from station.sales.rules import LotState
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import rules
from .models import EventRow, Item, Order, PaymentRow, Trouble
from .rules import OrderState, ServiceKind

SCOPE = "vehicle:"
OPEN = (OrderState.PLACED, OrderState.QUOTED, OrderState.ACCEPTED)
TO_DO = (OrderState.PAID, OrderState.IN_WORK)


def own_vehicle(actor: Actor) -> Vehicle:
    """The vehicle that a buyer's link opens, else 404."""
    mine = actor.role == Role.BUYER and actor.scope.startswith(SCOPE)
    return vehicles.get_vehicle(actor, actor.scope.removeprefix(SCOPE) if mine else "")


def find_release_command(vehicle_id: str) -> Command | None:
    """The court's order to let the vehicle go."""
    return court.find_command(vehicle_id, CommandKind.RELEASE)


def may_order(vehicle_id: str) -> bool:
    """Whether the buyer owns the vehicle and the court has ordered its release."""
    lot = sales.find_sold(vehicle_id)
    served = lot is not None and lot.state in (LotState.SERVED, LotState.DELIVERED)
    return served and find_release_command(vehicle_id) is not None


def list_for_vehicle(vehicle_id: str) -> Sequence[Order]:
    """Every order for a vehicle, oldest first."""
    return db.session.scalars(
        select(Order).where(Order.vehicle_id == vehicle_id).order_by(Order.placed_at, Order.number)
    ).all()


def list_live(vehicle_id: str) -> list[Order]:
    """Orders that were not cancelled."""
    rows = list_for_vehicle(vehicle_id)
    return [row for row in rows if row.state is not OrderState.CANCELLED]


def ordered_kinds(vehicle_id: str) -> frozenset[ServiceKind]:
    """Services that need not be offered again."""
    return frozenset(item.kind for order in list_live(vehicle_id) for item in order.items)


def find_order(order_id: str) -> Order | None:
    """One order, whoever asks; for desks and the gate."""
    return db.session.get(Order, order_id)


def get_order(actor: Actor, order_id: str) -> Order:
    """One order of the buyer's own vehicle, or of the actor's station; else 404."""
    row = find_order(order_id)
    if row is None:
        mine = False
    elif actor.by_link:
        mine = actor.role == Role.BUYER and actor.scope == f"{SCOPE}{row.vehicle_id}"
    else:
        mine = actor.role in STATION_ROLES and row.station_id == actor.organisation_id
    order: Order = get_or_404(row if mine else None, "这个订单")
    return order


def find_by_number(number: str) -> Order | None:
    """The order that a payment names."""
    return db.session.scalars(select(Order).where(Order.number == number)).one_or_none()


def list_orders(actor: Actor, *, limit: int = 200) -> Sequence[Order]:
    """Orders of the actor's station: waiting for the station, then for the buyer, then the rest."""
    rank = [OrderState.PLACED, OrderState.IN_WORK, OrderState.PAID, OrderState.ACCEPTED]
    order = func.array_position([state.value for state in rank], func.cast(Order.state, db.Text))
    return db.session.scalars(
        select(Order)
        .where(Order.station_id == actor.organisation_id)
        .order_by(order.nulls_last(), Order.placed_at.desc(), Order.number)
        .limit(limit)
    ).all()


def list_troubles(actor: Actor) -> Sequence[Trouble]:
    """Payments of the actor's station that were not the ones asked for, newest first."""
    return db.session.scalars(
        select(Trouble)
        .where(Trouble.station_id == actor.organisation_id)
        .order_by(Trouble.at.desc())
        .limit(50)
    ).all()


def troubles_of(order: Order) -> Sequence[Trouble]:
    """What went wrong with the payments of an order, newest first."""
    return db.session.scalars(
        select(Trouble).where(Trouble.order_id == order.id).order_by(Trouble.at.desc())
    ).all()


def find_payment(session_id: str) -> PaymentRow | None:
    """A payment page that we opened."""
    return db.session.get(PaymentRow, session_id)


def list_payments(order: Order) -> Sequence[PaymentRow]:
    """Payment pages of an order, the newest first."""
    return db.session.scalars(
        select(PaymentRow)
        .where(PaymentRow.order_id == order.id)
        .order_by(PaymentRow.version.desc())
    ).all()


def find_open_payment(order: Order) -> PaymentRow | None:
    """The payment page that still takes money for the order as it stands."""
    found = [row for row in list_payments(order) if row.version == order.version]
    return found[0] if found and found[0].expires_at > clock.now() else None


def next_version(order: Order) -> int:
    """The version that the next payment page is opened for: a lapsed page needs a new one."""
    used = [row.version for row in list_payments(order)]
    return order.version + 1 if order.version in used else order.version


def is_handled(event_id: str) -> bool:
    """Whether an event of the provider was dealt with."""
    row = db.session.get(EventRow, event_id)
    return row is not None and row.handled_at is not None


def count_unpaid(vehicle_id: str) -> int:
    """Orders that the gate waits to be paid."""
    return sum(rules.is_unpaid(order.state) for order in list_live(vehicle_id))


def state_of(order: Order, item: Item) -> OrderState:
    """How far one service of an order has come."""
    return OrderState.DONE if item.done_at else order.state


def count_unfinished(vehicle_id: str) -> int:
    """Services inside the station that the gate waits for."""
    return sum(
        rules.is_unfinished(item.kind, state_of(order, item))
        for order in list_live(vehicle_id)
        for item in order.items
    )


def has_delivery(vehicle_id: str) -> Order | None:
    """The order by which the vehicle is driven to the buyer, if there is one."""
    for order in list_live(vehicle_id):
        if any(item.kind is ServiceKind.DELIVERY for item in order.items):
            return order
    return None
