"""The demonstration's cars: always the same, all different, with papers that pass the trade's checks."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from demo.body import shell_of
from demo.cars import COUNT, check_digit, make_car
from demo.views import photograph

CARS = [make_car(number) for number in range(COUNT)]
ORDINARY = r"^浙[A-HJ-L][A-HJ-NP-Z0-9]{5}$"
NEW_ENERGY = r"^浙[A-HJ-L][DF][0-9]{5}$"


def test_a_car_of_one_number_is_always_the_same() -> None:
    assert [make_car(number) for number in range(COUNT)] == CARS


@pytest.mark.parametrize("number", [-1, COUNT])
def test_a_number_outside_the_demonstration_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="cars 0 to 23"):
        make_car(number)


def test_every_vin_is_its_own_and_carries_its_check_digit() -> None:
    assert len({car.vin for car in CARS}) == COUNT
    assert all(re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", car.vin) for car in CARS)
    assert all(check_digit(car.vin) == car.vin[8] for car in CARS)


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "LSJA24U62JG269225", "LZZ1BLMJ4TJ465057"])
def test_the_check_digit_agrees_with_vins_known_to_be_right(vin: str) -> None:
    assert check_digit(vin) == vin[8]


def test_every_plate_is_its_own_and_fits_the_energy_of_its_car() -> None:
    assert len({car.plate for car in CARS}) == COUNT
    for car in CARS:
        assert re.fullmatch(ORDINARY if car.energy == "ICE" else NEW_ENERGY, car.plate), car


def test_all_eight_models_and_at_least_six_paints_are_there() -> None:
    assert len({car.kind for car in CARS}) == 8
    assert len({car.paint for car in CARS}) >= 6
    assert len({(car.kind, car.paint) for car in CARS}) == COUNT


def test_all_six_kinds_of_defect_occur_and_each_car_has_some() -> None:
    assert {d.code for car in CARS for d in car.defects} == {"HH", "BX", "XS", "LW", "AX", "XF"}
    assert all(3 <= len(car.defects) <= 5 for car in CARS)


def test_a_defect_on_a_flank_lies_on_the_surface_that_is_drawn() -> None:
    doors = [(car, d) for car in CARS for d in car.defects if "车门" in d.panel]
    assert doors
    for car, defect in doors:
        x, y, z = defect.place
        spot = shell_of(car.kind).on_side(np.array(x), np.array(z), 1 if y > 0 else -1)
        assert np.linalg.norm(spot - defect.place) < 2e-3


def test_six_cars_are_six_different_pictures() -> None:
    shots = [photograph(CARS[number], "front_left", (320, 240)) for number in (0, 1, 2, 3, 4, 5)]
    for one, other in combinations(shots, 2):
        assert (abs(one.astype(int) - other).max(axis=2) > 40).mean() > 0.08
