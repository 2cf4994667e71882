"""Statistics: every figure by its definition, and every number opens the vehicles it is made of."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from station.ground import clock
from station.watch import statistic_reads, statistics
from station.watch.statistics import By, Car, Figure, Measure, Order, Period, Round, count
from tests.makers import PASSWORD, House
from tests.release import makers as release

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


SOLD = Round(
    ended_on=day("05-10"),
    start=10_000_000,
    price=12_000_000,
    with_360=True,
    pay_due=day("05-20"),
    balance_on=day("05-21"),
    serve_due=day("05-31"),
    served_on=day("05-30"),
    hand_due=day("06-14"),
)
UNSOLD = Round(ended_on=day("05-03"), start=10_000_000, price=None, with_360=False)
A = Car(
    "a", "case1", "东院", "一站", "甲", day("04-10"), left_on=day("06-20"), rounds=(UNSOLD, SOLD)
)
B = Car("b", "case1", "东院", "一站", "乙", day("05-02"), left_on=day("05-28"), cost=300, value=0)
C = Car(
    "c",
    "case2",
    "西院",
    "",
    "",
    day("05-30"),
    orders=(Order(day("05-31"), None), Order(day("05-30"), day("05-30"))),
    cost=50_000,
    value=1_000_000,
)
CARS = [A, B, C]


@pytest.mark.parametrize(
    ("measure", "value", "cars"),
    [
        (Measure.SOLD, 1, "a"),
        (Measure.AMOUNT, 12_000_000, "a"),
        (Measure.DAYS_TO_SALE, 30.0, "a"),
        (Measure.VIEWS, None, ""),
        (Measure.SUBSCRIPTIONS, None, ""),
        (Measure.TAKEN, 1, "c"),  # the first vehicle of case1 came in April
        (Measure.CLOSED, 0, ""),  # case1 still has a vehicle until June
        (Measure.PENDING, 2, "abc"),
        (Measure.SALE_RATE, 50.0, "a"),
        (Measure.RATE_360, 100.0, "a"),
        (Measure.RATE_PLAIN, 0.0, "a"),
        (Measure.PREMIUM, 20.0, "a"),
        (Measure.COST_SHARE, 5.0, "c"),
        (Measure.ORDERS_ON_TIME, 50.0, "c"),
        (Measure.PAID_ON_TIME, 0.0, "a"),
        (Measure.SERVED_ON_TIME, 100.0, "a"),
        (Measure.HANDED_ON_TIME, None, ""),  # falls due in June
    ],
)
def test_every_figure_by_its_definition(measure: Measure, value: float | None, cars: str) -> None:
    assert count(measure, CARS, MAY) == Figure(value, tuple(cars))


def test_what_falls_due_later_counts_later() -> None:
    june = Period(day("06-01"), day("06-30"))
    assert count(Measure.HANDED_ON_TIME, CARS, june) == Figure(0.0, ("a",))
    assert count(Measure.CLOSED, CARS, june) == Figure(1, ("a", "b"))
    assert count(Measure.PENDING, CARS, june) == Figure(1, ("c",))


def test_every_measure_is_named_and_counts_nothing_of_nothing() -> None:
    assert set(statistics.MEASURES) == set(statistics.COUNTS) == set(Measure)
    for measure in Measure:
        assert not count(measure, [], MAY).value


CASES = st.sampled_from(["case1", "case2", "case3"])
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(CASES, DAYS, st.integers(0, 200) | st.none()), max_size=12), DAYS)
def test_what_was_pending_and_came_less_what_went_is_pending(
    rows: list[tuple[str, date, int | None]], middle: date
) -> None:
    cars = [
        Car(
            str(at),
            case,
            "",
            "",
            "",
            came,
            came + timedelta(days=stay) if stay is not None else None,
        )
        for at, (case, came, stay) in enumerate(rows)
    ]
    before = Period(date(2025, 1, 1), middle)
    after = Period(middle + timedelta(days=1), date(2027, 12, 31))

    def number(measure: Measure, period: Period) -> float:
        return count(measure, cars, period).value or 0

    pending = number(Measure.PENDING, before)
    came, went = number(Measure.TAKEN, after), number(Measure.CLOSED, after)
    assert number(Measure.PENDING, after) == pending + came - went


def test_groups_and_stretches() -> None:
    assert list(statistics.grouped(CARS, By.COURT)) == ["东院", "西院"]
    assert list(statistics.grouped(CARS, By.AGENCY)) == ["", "乙", "甲"]
    quick = replace(A, reached={"court.accept": day("05-01"), "intake.arrive": day("05-04")})
    slow = replace(B, reached={"court.accept": day("05-02"), "intake.arrive": day("05-12")})
    early = replace(C, reached={"intake.arrive": day("04-01")})
    first, second = statistics.stretches([quick, slow, early], MAY)
    assert (first.end, first.cars) == ("court.accept", ("a", "b"))
    assert (second.start, second.days, second.longest) == ("court.accept", 6.5, 10)


def test_months_are_whole_but_for_the_ends_and_no_more_than_asked() -> None:
    found = statistics.months(Period(date(2025, 1, 15), date(2026, 5, 20)))
    assert len(found) == 12
    assert found[-1] == Period(date(2026, 5, 1), date(2026, 5, 20))
    assert found[0].first == date(2025, 6, 1)
    short = statistics.months(Period(date(2026, 4, 15), date(2026, 5, 20)))
    assert [one.first for one in short] == [date(2026, 4, 15), date(2026, 5, 1)]


# --- in the browser


def test_a_number_opens_its_list_for_whom_it_concerns(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        row = release.make_green(house)
        vehicle, model = row.vehicle_id, row.vehicle.model
        (car,) = statistic_reads.list_cars(house.judge)
        assert car.sale is not None
        assert {"court.accept", "intake.arrive", "yard.place", "sold"} <= set(car.reached)
        assert len(statistic_reads.list_cars(house.manager)) == 1
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    first = (clock.today() - timedelta(days=400)).isoformat()
    page = client.get(f"/watch/statistics?from={first}").text
    assert "五项公开指标" in page
    assert "data-chart" in page
    asked = f"measure=sold&from={first}"
    shown = client.get(f"/watch/statistics/list?{asked}").text
    assert vehicle in shown
    assert model in shown
    book = load_workbook(io.BytesIO(client.get(f"/watch/statistics/list.xlsx?{asked}").data))
    assert book.worksheets[0]["A2"].value == model
    bad = client.get("/watch/statistics?from=2027-01-01&to=2026-01-01")
    assert bad.status_code == 422
    with app.test_client() as other:
        other.post("/sign-in", data={"login": "other_judge", "password": PASSWORD})
        assert vehicle not in other.get(f"/watch/statistics/list?{asked}").text
