"""The storage clock: days, cost, and when it says to sell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.court import reads as court
from station.court import value_desk
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from station.trail.reads import find_faults
from station.vehicles import reads as vehicles
from station.vehicles.models import Valuation
from station.vehicles.rules import VehicleKind
from station.vehicles.valuations import Basis
from station.yard import reads
from station.yard.storage import LONGEST, PER_DAY, SHARE, TOW, clock_of
from tests.intake import makers
from tests.makers import PASSWORD, make_house

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("kind", "later", "days", "cost"),
    [
        (VehicleKind.CAR, 0, 1, 32_000),
        (VehicleKind.CAR, 9, 10, 50_000),
        (VehicleKind.TRUCK, 9, 10, 70_000),
        (VehicleKind.MOTORCYCLE, 29, 30, 45_000),
    ],
)
def test_the_first_day_counts_and_towing_is_paid_once(
    kind: VehicleKind, later: int, days: int, cost: int
) -> None:
    told = clock_of(kind, DAY, DAY + timedelta(days=later), None)
    assert (told.days, told.cost, told.sell_now) == (days, cost, False)


def test_it_says_to_sell_when_the_cost_reaches_its_share_and_says_why() -> None:
    value = 1_000_000  # ten thousand yuan
    early = clock_of(VehicleKind.CAR, DAY, DAY + timedelta(days=33), value)
    assert (early.sell_now, early.limit_on) == (False, DAY + timedelta(days=34))
    told = clock_of(VehicleKind.CAR, DAY, DAY + timedelta(days=34), value)
    assert told.sell_now
    assert told.share_percent == SHARE
    assert told.reasons[0].values["cost"] == "¥ 1,000.00"


def test_long_storage_says_to_sell_whatever_the_cost() -> None:
    told = clock_of(VehicleKind.CAR, DAY, DAY + timedelta(days=LONGEST), 10**10)
    assert [reason.values for reason in told.reasons] == [{"days": LONGEST + 1, "limit": LONGEST}]


@given(st.sampled_from(list(VehicleKind)), st.integers(1, 10**9), st.integers(0, 2000))
def test_the_day_of_the_line_is_the_first_on_which_the_cost_reaches_it(
    kind: VehicleKind, value: int, later: int
) -> None:
    told = clock_of(kind, DAY, DAY + timedelta(days=later), value)
    assert told.limit_on is not None
    reached = told.cost * 100 >= value * SHARE
    assert reached == (DAY + timedelta(days=later) >= told.limit_on)
    assert told.cost == TOW + told.days * PER_DAY[kind]


def test_the_newest_valuation_counts_and_none_is_lost(ctx: Flask) -> None:
    house = make_house()
    vehicle = makers.make_taken_in(house).vehicle
    seizure = court.get_held(house.judge, vehicle.id)
    today = clock.today()
    with act():
        value_desk.value(house.judge, seizure, 5_000_000, Basis.APPRAISED, today)
    with act():
        value_desk.value(house.judge, seizure, 9_000_000, Basis.ESTIMATE, today - timedelta(days=9))
    told = reads.find_storage(vehicle)
    assert told is not None
    assert (told.value, told.days) == (5_000_000, 1)
    assert len(vehicles.list_valuations([vehicle.id])) == 2
    assert list(find_faults()) == []


@pytest.mark.parametrize(
    ("fen", "late", "code"), [(0, 0, "value_nothing"), (100, 1, "value_in_future")]
)
def test_no_value_and_a_day_to_come_are_refused_and_nothing_is_written(
    ctx: Flask, fen: int, late: int, code: str
) -> None:
    house = make_house()
    seizure = court.get_held(house.judge, makers.make_taken_in(house).vehicle_id)
    before = db.session.scalar(select(func.count()).select_from(TrailLine))
    on = clock.today() + timedelta(days=late)
    with pytest.raises(Refused) as no, act():
        value_desk.value(house.judge, seizure, fen, Basis.ESTIMATE, on)
    assert no.value.code == code
    assert db.session.scalar(select(func.count()).select_from(TrailLine)) == before
    assert db.session.scalar(select(func.count()).select_from(Valuation)) == 0


def test_a_judge_writes_a_value_down_and_the_vehicles_page_holds_it_against_the_cost(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        vehicle_id = makers.make_taken_in(make_house()).vehicle_id
        db.session.remove()
    assert client.post("/sign-in", data={"login": "judge", "password": PASSWORD}).status_code == 303
    page = client.get(f"/watch/vehicles/{vehicle_id}").text
    assert "保管费用" in page
    assert "未登记" in page
    form = {"amount": "2000", "basis": "estimate", "on": clock.today().isoformat()}
    wrong = client.post(f"/court/vehicles/{vehicle_id}/value", data=form | {"basis": ""})
    assert wrong.status_code == 422
    assert 'value="2000"' in wrong.text
    assert client.post(f"/court/vehicles/{vehicle_id}/value", data=form).status_code == 303
    page = client.get(f"/watch/vehicles/{vehicle_id}").text
    assert "宜尽快处置" in page
    assert "占估值 ¥ 2,000.00 的 16%" in page
