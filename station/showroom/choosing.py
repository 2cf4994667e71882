"""How a person finds a car: three groups of chips, and cars like the one in view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from station.ground.words import N_
from station.vehicles.rules import Energy, VehicleKind

MOST_SIMILAR = 3


@dataclass(frozen=True)
class Band:
    """A chip. Price bands in yuan, age bands in years since the model year: low ≤ x < high."""

    zh: str
    low: float = 0
    high: float = math.inf
    energies: frozenset[Energy] = frozenset()


PRICES = {
    "1": Band(N_("3 万以下"), high=30_000),
    "2": Band(N_("3–8 万"), 30_000, 80_000),
    "3": Band(N_("8–15 万"), 80_000, 150_000),
    "4": Band(N_("15 万以上"), 150_000),
}
AGES = {
    "1": Band(N_("3 年内"), low=-math.inf, high=4),  # next year's models are sold already
    "2": Band(N_("4–6 年"), 4, 7),
    "3": Band(N_("7–10 年"), 7, 11),
    "4": Band(N_("10 年以上"), 11),
}
FUELS = {
    "1": Band(N_("燃油"), energies=frozenset({Energy.ICE})),
    "2": Band(N_("混动"), energies=frozenset({Energy.HEV, Energy.PHEV})),
    "3": Band(N_("纯电"), energies=frozenset({Energy.BEV})),
}
GROUPS = {
    "price": (N_("价格"), PRICES),
    "year": (N_("车龄"), AGES),
    "fuel": (N_("能源"), FUELS),
}


@dataclass(frozen=True)
class Choice:
    """The chips pressed: keys of the bands, empty for any."""

    price: str = ""
    year: str = ""
    fuel: str = ""

    def pressed(self, group: str, key: str) -> Choice:
        """The choice after a press of a chip: chosen, or let go when it was."""
        return replace(self, **{group: "" if getattr(self, group) == key else key})

    @property
    def query(self) -> dict[str, str]:
        """Arguments of the address."""
        return {name: key for name in GROUPS if (key := getattr(self, name))}


@dataclass(frozen=True)
class Traits:
    """What a car is chosen by. `start`: start price in fen; `year`: model year if known."""

    start: int
    year: int | None
    energy: Energy
    kind: VehicleKind


def fits(traits: Traits, choice: Choice, this_year: int) -> bool:
    """Whether a car meets every chip. One of unknown year meets no chip of years."""
    price, year, fuel = (bands.get(getattr(choice, name)) for name, (_, bands) in GROUPS.items())
    if price and not price.low * 100 <= traits.start < price.high * 100:
        return False
    if year and (traits.year is None or not year.low <= this_year - traits.year < year.high):
        return False
    return fuel is None or traits.energy in fuel.energies


Car = TypeVar("Car")


def most_similar(
    traits: Traits, others: Iterable[tuple[Traits, Car]], most: int = MOST_SIMILAR
) -> Sequence[Car]:
    """The cars most like this one: first the same kind and energy, then the nearest price."""

    def distance(other: Traits) -> float:
        apart = abs(math.log(max(other.start, 1) / max(traits.start, 1)))
        return apart + (other.kind != traits.kind) * 2 + (other.energy != traits.energy)

    return [car for _, car in sorted(others, key=lambda one: distance(one[0]))[:most]]
