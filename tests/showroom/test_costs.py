"""The buyer's total, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from station.orders.rules import SERVICES, ServiceKind
from station.showroom.costs import CostFacts, CostLine, TaxBearer, estimate
from station.vehicles.rules import Energy, VehicleKind

DAY = date(2026, 3, 20)
FACTS = CostFacts(
    kind=VehicleKind.CAR,
    energy=Energy.ICE,
    on=DAY,
    inspection_until=date(2027, 1, 31),
    insurance_until=date(2026, 12, 31),
    fines=65_000,
    checked_on=date(2026, 2, 27),
)


def lines(facts: CostFacts = FACTS, price: int = 4_925_300) -> dict[str, CostLine]:
    return {line.code: line for line in estimate(price, facts).lines}


def test_a_car_with_valid_papers_costs_price_plates_papers_and_fines() -> None:
    worked = estimate(4_925_300, FACTS)
    assert worked.total == 4_925_300 + 10_000 + 2_500 + 65_000
    assert [line.code for line in worked.open_lines] == ["vessel"]


def test_expired_papers_are_counted_and_so_are_papers_nobody_checked() -> None:
    expired = replace(FACTS, inspection_until=date(2026, 3, 19), insurance_until=date(2026, 3, 19))
    unknown = replace(FACTS, inspection_until=None, insurance_until=None)
    for facts in (expired, unknown):
        assert lines(facts)["insurance"].fen == 95_000
        assert lines(facts)["inspection"].fen == 30_000
    assert lines(expired)["insurance"].note != lines(unknown)["insurance"].note
    last_day = replace(FACTS, inspection_until=DAY)
    assert lines(last_day)["inspection"].fen == 0


def test_a_van_pays_the_premium_of_large_cars_and_an_electric_car_no_vessel_tax() -> None:
    facts = replace(FACTS, kind=VehicleKind.VAN, insurance_until=None, energy=Energy.BEV)
    assert lines(facts)["insurance"].fen == 110_000
    assert lines(facts)["vessel"].fen == 0


def test_fines_nobody_looked_up_are_open_and_not_nothing() -> None:
    assert lines(replace(FACTS, fines=None))["fines"].fen is None
    assert lines(replace(FACTS, fines=0))["fines"].fen == 0


def test_the_sellers_tax_is_nothing_by_law_and_open_when_the_announcement_shifts_it() -> None:
    assert lines()["seller_tax"].fen == 0
    shifted = lines(replace(FACTS, tax_bearer=TaxBearer.BUYER))["seller_tax"]
    assert shifted.fen is None
    assert shifted.note != lines()["seller_tax"].note


def test_the_agency_never_costs_the_buyer_anything() -> None:
    assert lines()["agency"].fen == 0


def test_chosen_services_come_from_the_stations_tariff_and_repair_is_by_quote() -> None:
    bare = estimate(1, FACTS)
    chosen = estimate(1, FACTS, [ServiceKind.DELIVERY, ServiceKind.CLEANING, ServiceKind.REPAIR])
    added = [line for line in chosen.lines if line.code.startswith("service.")]
    assert [line.code for line in added] == [
        "service.cleaning",
        "service.repair",
        "service.delivery",
    ]
    priced = [SERVICES[kind].price for kind in (ServiceKind.CLEANING, ServiceKind.DELIVERY)]
    assert chosen.total - bare.total == sum(price or 0 for price in priced)
    assert added[1].fen is None


@given(st.integers(0, 10**12), st.sets(st.sampled_from(ServiceKind)))
def test_every_line_names_its_source_and_date_and_the_total_is_their_sum(
    price: int, services: set[ServiceKind]
) -> None:
    worked = estimate(price, FACTS, services)
    assert all(line.source and line.since <= DAY for line in worked.lines)
    assert worked.total == sum(line.fen for line in worked.lines if line.fen is not None)
    assert worked.lines[0].fen == price
