"""Dates that follow from a vehicle licence, each by its article."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.vehicles.conformity import (
    USE_WORDS,
    Licence,
    Weight,
    add_months,
    check_licence,
    conformity_of,
    limit_on,
    scrap_risk_on,
)
from station.vehicles.rules import Energy, VehicleKind

CAR, VAN, TRUCK, BIKE = (VehicleKind(k) for k in ("car", "van", "truck", "motorcycle"))
TODAY = date(2026, 3, 2)


def licence(registered: str, until: str, use: str = "private", seats: int = 5) -> Licence:
    return Licence(date.fromisoformat(registered), date.fromisoformat(until), use, seats, "n4")


@pytest.mark.parametrize(
    ("kind", "given", "scrap"),
    [
        # small private: a mark every two years to the tenth year, then yearly
        (CAR, licence("2020-05-10", "2024-05-31"), "2030-05-31"),
        (CAR, licence("2014-05-10", "2022-05-31"), "2026-05-31"),
        (CAR, licence("2012-05-10", "2022-05-31"), "2025-05-31"),
        # vans keep the older rule: yearly after six years, twice a year after fifteen
        (VAN, licence("2018-05-10", "2024-05-31", seats=7), "2027-05-31"),
        (VAN, licence("2009-05-10", "2024-05-31", seats=7), "2025-11-30"),
        # more than nine seats, freight, commercial, motorcycles
        (VAN, licence("2020-05-10", "2024-05-31", seats=17), "2027-05-31"),
        (TRUCK, licence("2013-05-10", "2024-05-31", "freight", 3), "2025-11-30"),
        (CAR, licence("2020-05-10", "2024-05-31", "taxi"), "2026-05-31"),
        (BIKE, licence("2021-05-10", "2025-05-31", seats=2), "2028-05-31"),
    ],
)
def test_three_cycles_without_a_mark_end_a_vehicle(
    kind: VehicleKind, given: Licence, scrap: str
) -> None:
    assert scrap_risk_on(kind, given).isoformat() == scrap


@pytest.mark.parametrize(
    ("kind", "use", "seats", "limit"),
    [
        (CAR, "private", 5, None),
        (VAN, "private", 17, "2040-02-29"),
        (CAR, "taxi", 5, "2028-02-29"),
        (CAR, "rental", 5, "2035-02-28"),
        (CAR, "coach", 7, "2030-02-28"),
        (VAN, "coach", 30, "2035-02-28"),
        (CAR, "training", 5, "2030-02-28"),
        (TRUCK, "private", 3, "2035-02-28"),
        (TRUCK, "freight", 3, "2035-02-28"),
        (TRUCK, "hazard", 3, "2030-02-28"),
        (BIKE, "private", 2, "2033-02-28"),
    ],
)
def test_years_of_use_go_by_kind_and_use(
    kind: VehicleKind, use: str, seats: int, limit: str | None
) -> None:
    found = limit_on(kind, licence("2020-02-29", "2026-02-28", use, seats))
    assert (found.isoformat() if found else None) == limit


@pytest.mark.parametrize(
    ("kind", "given", "codes"),
    [
        (CAR, licence("2020-05-10", "2026-05-31"), {"mark_expires", "scrap_risk", "no_limit"}),
        (CAR, licence("2020-05-10", "2026-05-30"), {"mark_expires", "scrap_risk", "no_limit"}),
        (CAR, licence("2020-05-10", "2026-06-30"), {"mark_valid", "scrap_risk", "no_limit"}),
        (CAR, licence("2020-05-10", "2026-03-01"), {"mark_expired", "scrap_risk", "no_limit"}),
        (CAR, licence("2012-05-10", "2022-05-31"), {"mark_expired", "scrapped", "no_limit"}),
        (CAR, licence("2014-05-10", "2022-05-31"), {"mark_expired", "scrap_nears", "no_limit"}),
        (CAR, licence("2018-03-02", "2026-06-30", "taxi"), {"mark_valid", "scrap_risk", "over"}),
        (
            CAR,
            licence("2018-03-03", "2026-06-30", "taxi"),
            {"mark_valid", "scrap_risk", "last_year"},
        ),
        (CAR, licence("2019-03-03", "2026-06-30", "taxi"), {"mark_valid", "scrap_risk", "years"}),
    ],
)
def test_what_a_licence_means_today(kind: VehicleKind, given: Licence, codes: set[str]) -> None:
    remarks = conformity_of(kind, Energy.ICE, given, TODAY)
    assert {one.code for one in remarks} == codes | {"emission_limited"}
    weights = [list(Weight).index(one.weight) for one in remarks]
    assert weights == sorted(weights)
    assert all(one.article for one in remarks)


@pytest.mark.parametrize(
    ("energy", "stage", "use", "code"),
    [
        (Energy.ICE, "n6", "private", "emission_free"),
        (Energy.ICE, "n5", "private", "emission_free"),
        (Energy.ICE, "n4", "private", "emission_limited"),
        (Energy.ICE, "n6", "taxi", "emission_limited"),
        (Energy.ICE, "", "private", "emission_unknown"),
        (Energy.BEV, "", "private", "emission_free"),
    ],
)
def test_moving_in_goes_by_emission(energy: Energy, stage: str, use: str, code: str) -> None:
    given = Licence(date(2020, 5, 10), date(2026, 6, 30), use, 5, stage)
    assert code in {one.code for one in conformity_of(CAR, energy, given, TODAY)}


@given(
    st.sampled_from(list(VehicleKind)),
    st.sampled_from(sorted(USE_WORDS)),
    st.integers(1, 60),
    st.dates(date(2000, 1, 1), date(2025, 12, 31)),
    st.integers(1, 3000),
)
def test_scrap_comes_at_least_three_half_years_after_the_mark(
    kind: VehicleKind, use: str, seats: int, registered: date, days: int
) -> None:
    given = Licence(registered, registered + timedelta(days=days), use, seats)
    risk = scrap_risk_on(kind, given)
    assert add_months(given.until, 18) <= add_months(risk, 1)
    assert risk <= add_months(given.until, 73)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (licence("2026-03-03", "2028-03-03"), "licence_registered"),
        (licence("2020-05-10", "2020-05-10"), "licence_until"),
        (licence("2020-05-10", "2034-05-10"), "licence_until"),
        (licence("2020-05-10", "2026-05-10", "tank"), "licence_use"),
        (licence("2020-05-10", "2026-05-10", seats=0), "licence_seats"),
        (Licence(date(2020, 5, 10), date(2026, 5, 10), "private", 5, "n9"), "licence_emission"),
    ],
)
def test_a_licence_that_cannot_be_is_refused(given: Licence, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_licence(given, TODAY)
