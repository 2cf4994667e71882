from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.court import desk as court
from station.ground.database import act, db
from station.ground.refused import Refused
from station.orders import desk, reads
from station.orders.models import Order
from station.orders.rules import OrderState, ServiceKind, Wanted
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from tests.makers import House, make_house
from tests.orders.makers import (
    TOTAL,
    WANTED,
    buyer_of,
    make_order,
    make_ordered_out,
    make_paid_order,
)
from tests.sales.makers import make_served

REPAIR = Wanted((ServiceKind.REPAIR,), note="左前门凹陷")


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def test_a_buyer_orders_three_services_at_the_price_that_was_shown(house: House) -> None:
    vehicle = make_ordered_out(house)
    before = count_lines()
    order = make_order(house, vehicle)
    assert count_lines() == before + 1
    assert (order.state, order.total, order.km) == (OrderState.ACCEPTED, TOTAL, 30)
    assert {item.kind: item.price for item in order.items} == {
        ServiceKind.CLEANING: 12_000,
        ServiceKind.TRANSFER: 30_000,
        ServiceKind.DELIVERY: 25_000,
    }
    line = trail.find_last_line(order.subject)
    assert line is not None
    assert line.command == order.command_id
    assert "石祥路" not in str(line.facts)
    assert trail.list_values(line)["deliver_to"] == WANTED.address


@pytest.mark.parametrize(
    ("wanted", "shown", "code"),
    [
        (WANTED, TOTAL - 1, "quote_changed"),
        (Wanted(()), 0, "no_service"),
        (Wanted((ServiceKind.DELIVERY,), km=5), 20_000, "no_address"),
        (Wanted((ServiceKind.DELIVERY,), address="x"), 20_000, "service_distance"),
        (Wanted((ServiceKind.REPAIR,)), 0, "no_repair_note"),
    ],
)
def test_an_order_that_does_not_hold_together_is_refused(
    house: House, wanted: Wanted, shown: int, code: str
) -> None:
    vehicle = make_ordered_out(house)
    before = count_lines()
    with pytest.raises(Refused, match=code), act():
        desk.place(buyer_of(house, vehicle), vehicle, wanted, shown_total=shown)
    assert reads.list_for_vehicle(vehicle.id) == []
    assert count_lines() == before


def test_nothing_is_ordered_before_the_court_orders_release(house: House) -> None:
    vehicle = make_served(house).vehicle
    with pytest.raises(Refused, match="order_early"), act():
        desk.place(buyer_of(house, vehicle), vehicle, WANTED, shown_total=TOTAL)
    assert reads.list_for_vehicle(vehicle.id) == []


def test_a_service_is_ordered_once_until_it_is_cancelled(house: House) -> None:
    vehicle = make_ordered_out(house)
    order = make_order(house, vehicle)
    with pytest.raises(Refused, match="service_ordered"):
        make_order(house, vehicle)
    with act():
        desk.cancel(buyer_of(house, vehicle), order)
    assert make_order(house, vehicle).id != order.id
    assert [row.state for row in reads.list_for_vehicle(vehicle.id)] == [
        OrderState.CANCELLED,
        OrderState.ACCEPTED,
    ]


def test_a_repair_is_quoted_accepted_and_then_due(house: House) -> None:
    vehicle = make_ordered_out(house)
    buyer = buyer_of(house, vehicle)
    order = make_order(house, vehicle, REPAIR)
    assert (order.state, order.total) == (OrderState.PLACED, 0)
    with pytest.raises(Refused, match="order_step"), act():
        desk.accept(buyer, order, shown_total=0)
    for price in (80_000, 90_000):
        with act():
            desk.quote(house.manager, order, price)
    with pytest.raises(Refused, match="quote_changed"), act():
        desk.accept(buyer, order, shown_total=80_000)
    assert order.state is OrderState.QUOTED
    with act():
        desk.accept(buyer, order, shown_total=90_000)
    assert (order.state, order.total, order.items[0].price) == (OrderState.ACCEPTED, 90_000, 90_000)
    with pytest.raises(Refused, match="order_step"), act():
        desk.quote(house.manager, order, 95_000)
    assert order.total == 90_000


def test_priced_and_quoted_services_become_two_orders_of_one_act(house: House) -> None:
    vehicle = make_ordered_out(house)
    wanted = Wanted((ServiceKind.CLEANING, ServiceKind.REPAIR), note="雨刮")
    before = count_lines()
    first = make_order(house, vehicle, wanted)
    assert count_lines() == before + 1
    states = {row.state: row.total for row in reads.list_for_vehicle(vehicle.id)}
    assert states == {OrderState.ACCEPTED: 12_000, OrderState.PLACED: 0}
    assert first.state is OrderState.ACCEPTED


@pytest.mark.parametrize(("off", "receipt"), [(-1, "R-1"), (1, "R-1"), (0, " ")])
def test_the_counter_takes_exactly_the_total_with_a_receipt(
    house: House, off: int, receipt: str
) -> None:
    vehicle = make_ordered_out(house)
    order = make_order(house, vehicle)
    with pytest.raises(Refused, match=r"payment_amount|no_receipt"), act():
        desk.pay_at_counter(house.manager, order, amount_fen=TOTAL + off, receipt=receipt)
    assert (order.state, order.paid_at) == (OrderState.ACCEPTED, None)
    with act():
        desk.pay_at_counter(house.manager, order, amount_fen=TOTAL, receipt="R-1")
    assert (order.state, order.receipt) == (OrderState.PAID, "R-1")
    with pytest.raises(Refused, match="order_step"), act():
        desk.pay_at_counter(house.manager, order, amount_fen=TOTAL, receipt="R-2")


def test_what_was_paid_is_not_cancelled(house: House) -> None:
    vehicle = make_ordered_out(house)
    order = make_paid_order(house, vehicle)
    with pytest.raises(Refused, match="order_step"), act():
        desk.cancel(buyer_of(house, vehicle), order)
    assert order.state is OrderState.PAID


def test_the_gate_waits_for_money_and_for_work_inside(house: House) -> None:
    vehicle = make_ordered_out(house)
    order = make_order(house, vehicle)
    assert (reads.count_unpaid(vehicle.id), reads.count_unfinished(vehicle.id)) == (1, 1)
    with pytest.raises(Refused, match="not_paid_yet"), act():
        desk.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    with act():
        desk.pay_at_counter(house.manager, order, amount_fen=TOTAL, receipt="R-1")
    assert (reads.count_unpaid(vehicle.id), reads.count_unfinished(vehicle.id)) == (0, 1)
    with act():
        desk.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    assert reads.count_unfinished(vehicle.id) == 0
    assert order.state is OrderState.IN_WORK
    with pytest.raises(Refused, match="done_already"), act():
        desk.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    for kind in (ServiceKind.TRANSFER, ServiceKind.DELIVERY):
        with act():
            desk.finish_service(house.mechanic, order, kind)
    assert order.state is OrderState.DONE


def test_no_work_is_done_under_a_revoked_command(house: House) -> None:
    vehicle = make_ordered_out(house)
    order = make_paid_order(house, vehicle)
    command = reads.find_release_command(vehicle.id)
    assert command is not None
    with act():
        court.revoke(house.judge, command, "发现异议")
    with pytest.raises(Refused, match="command_revoked"), act():
        desk.finish_service(house.mechanic, order, ServiceKind.CLEANING)
    assert all(item.done_at is None for item in order.items)


def test_orders_are_for_their_buyer_and_their_station(house: House) -> None:
    vehicle = make_ordered_out(house)
    order = make_order(house, vehicle)
    other = make_ordered_out(house, "TB-0002", plate="浙A23456", case_number="(2021)浙0105执1235号")
    assert reads.get_order(buyer_of(house, vehicle), order.id).id == order.id
    assert reads.get_order(house.gate, order.id).id == order.id
    for stranger in (buyer_of(house, other), house.judge, house.agent):
        with pytest.raises(Refused, match="not_found"):
            reads.get_order(stranger, order.id)
    assert reads.own_vehicle(buyer_of(house, vehicle)).id == vehicle.id
    with pytest.raises(Refused, match="not_found"):
        reads.own_vehicle(house.manager)


def test_the_stations_list_puts_its_own_work_first(house: House) -> None:
    vehicle = make_ordered_out(house)
    make_order(house, vehicle)
    make_order(house, vehicle, REPAIR)
    db.session.rollback()
    states = [row.state for row in reads.list_orders(house.manager)]
    assert states == [OrderState.PLACED, OrderState.ACCEPTED]
    assert db.session.scalar(select(func.count()).select_from(Order)) == 2
    assert vehicles.get_any(vehicle.id).stage == "release_ordered"
