"""The plan of the history: rows of `plan.yaml`, their cars, and the moments of their steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from demo.cars import Car, make_car
from station.ground.calendar import next_working_day
from station.ground.clock import SHANGHAI, in_shanghai
from station.vehicles.rules import Stage

TABLE = yaml.safe_load(Path(__file__).with_name("plan.yaml").read_text(encoding="utf-8"))
SPAN = timedelta(days=TABLE["span"])


@dataclass(frozen=True)
class Row:
    """One car's fate. `days`: name of a day → days before the founding (below 0: ahead).

    `price`: reference price in yuan. `without`: what cannot be checked at the gate (``keys``,
    ``battery`` or nothing). `queued`: days ago the other court seized it too, 0 never. `half`:
    its gate-in is half recorded. `flat`: its drive battery is found low.
    """

    car: int
    until: Stage
    price: int
    days: Mapping[str, float]
    court: int = 0
    agency: int = 0
    late_tow: bool = False
    declined: bool = False
    without: str = ""
    queued: float = 0
    half: bool = False
    flat: bool = False
    vouched: bool = False

    def has(self, name: str) -> bool:
        """Whether the car comes to this day."""
        return name in self.days


@lru_cache(maxsize=1)
def read_plan() -> tuple[Row, ...]:
    """Every row, in the order of the file."""
    return tuple(Row(**{**row, "until": Stage(row["until"])}) for row in TABLE["cars"])


def car_of(row: Row) -> Car:
    """The car as the renderer knows it; a vouched one's VIN fails its check digit."""
    car = make_car(row.car)
    if not row.vouched:
        return car
    wrong = "0" if car.vin[8] != "0" else "1"
    return replace(car, vin=car.vin[:8] + wrong + car.vin[9:])


def on(now: datetime, days: float, hour: float) -> datetime:
    """The moment `days` before `now` at `hour` o'clock in Shanghai.

    Whole days on a weekend are moved to the Monday after it, if that is before today; fractions
    are counted exactly and need no hour. Days below 0 lie ahead, as they are.
    """
    if days != int(days):
        return now - timedelta(days=days)
    today = in_shanghai(now).date()
    day = today - timedelta(days=int(days))
    worked = next_working_day(day)
    if days > 0 and worked < today and (worked - day).days <= 2:
        day = worked
    at = datetime.combine(day, time(), SHANGHAI) + timedelta(hours=hour)
    return at if days <= 0 else min(at, now - timedelta(minutes=30))
