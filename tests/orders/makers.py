"""Vehicles whose release is ordered, their buyers, and orders in a given state."""

from __future__ import annotations

from station.court.rules import CommandKind
from station.ground.actors import Actor
from station.ground.database import act
from station.orders import desk
from station.orders.models import Order
from station.orders.rules import ServiceKind, Wanted
from station.people.rules import Role
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from tests.makers import House
from tests.sales.makers import make_command, make_served

THREE = (ServiceKind.CLEANING, ServiceKind.TRANSFER, ServiceKind.DELIVERY)
WANTED = Wanted(THREE, km=30, address="拱墅区石祥路 2 号 王小明")
TOTAL = 12_000 + 30_000 + 20_000 + 10 * 500


def buyer_of(house: House, vehicle: Vehicle) -> Actor:
    """Who came by the buyer's one-time link."""
    return Actor(
        "buyer",
        "王小明",
        Role.BUYER,
        house.station.id,
        house.station.short_name,
        device="a phone",
        scope=f"vehicle:{vehicle.id}",
    )


def make_ordered_out(house: House, number: str = "TB-0001", **named: str) -> Vehicle:
    """A vehicle that the judge let go, the command signed for."""
    lot = make_served(house, number, **named)
    make_command(house, vehicles.get_any(lot.vehicle_id), CommandKind.RELEASE)
    return vehicles.get_any(lot.vehicle_id)


def make_order(house: House, vehicle: Vehicle, wanted: Wanted = WANTED) -> Order:
    """Services ordered by the buyer; the first order."""
    with act():
        return desk.place(buyer_of(house, vehicle), vehicle, wanted, shown_total=wanted.total)[0]


def make_paid_order(house: House, vehicle: Vehicle, wanted: Wanted = WANTED) -> Order:
    """Services ordered, and paid at the counter."""
    order = make_order(house, vehicle, wanted)
    with act():
        desk.pay_at_counter(house.manager, order, amount_fen=order.total, receipt="R-1")
    return order
