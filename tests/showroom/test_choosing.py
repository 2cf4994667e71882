"""Finding a car by three groups of chips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.showroom.choosing import AGES, FUELS, PRICES, Choice, Traits, fits, most_similar
from station.vehicles.rules import Energy, VehicleKind

CAR = Traits(4_925_300, 2019, Energy.ICE, VehicleKind.CAR)


@given(st.integers(0, 10**11), st.integers(1980, 2027), st.sampled_from(Energy))
def test_every_car_meets_exactly_one_chip_of_each_group(
    start: int, year: int, energy: Energy
) -> None:
    car = Traits(start, year, energy, VehicleKind.CAR)
    for name, bands in (("price", PRICES), ("year", AGES), ("fuel", FUELS)):
        assert sum(fits(car, Choice(**{name: key}), 2026) for key in bands) == 1


@pytest.mark.parametrize(
    ("choice", "met"),
    [
        (Choice(), True),
        (Choice(price="2"), True),
        (Choice(price="1"), False),
        (Choice(price="2", year="3", fuel="1"), True),
        (Choice(price="2", year="3", fuel="3"), False),
    ],
)
def test_all_pressed_chips_must_be_met(choice: Choice, met: bool) -> None:
    assert fits(CAR, choice, 2026) is met


def test_a_car_of_unknown_year_is_only_found_without_a_chip_of_years() -> None:
    car = Traits(4_925_300, None, Energy.ICE, VehicleKind.CAR)
    assert fits(car, Choice(price="2"), 2026)
    assert not any(fits(car, Choice(year=key), 2026) for key in AGES)


def test_pressing_a_chip_chooses_it_and_pressing_it_again_lets_go() -> None:
    chosen = Choice(fuel="3").pressed("price", "2")
    assert chosen.query == {"price": "2", "fuel": "3"}
    assert chosen.pressed("price", "2").query == {"fuel": "3"}
    assert chosen.pressed("price", "1").query == {"price": "1", "fuel": "3"}


def test_similar_cars_are_of_the_same_kind_first_then_energy_then_price() -> None:
    others = [
        (Traits(4_900_000, 2019, Energy.ICE, VehicleKind.TRUCK), "truck"),
        (Traits(5_000_000, 2019, Energy.BEV, VehicleKind.CAR), "electric"),
        (Traits(9_000_000, 2019, Energy.ICE, VehicleKind.CAR), "dear"),
        (Traits(4_800_000, 2012, Energy.ICE, VehicleKind.CAR), "near"),
    ]
    assert most_similar(CAR, others) == ["near", "dear", "electric"]
    assert most_similar(CAR, []) == []
