"""The storage clock: days, what they cost, and when waiting costs more than it is worth.

Storage is a necessary cost of the debtor (L18 art 7), so every day comes out of what the
creditor gets. Rates and lines are data: `storage.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from station.ground.money import format_yuan
from station.ground.tables import read_table
from station.ground.words import N_
from station.vehicles.rules import VehicleKind

TABLE = read_table(__file__, "storage.yaml")
PER_DAY = {VehicleKind(kind): yuan * 100 for kind, yuan in TABLE["per_day"].items()}
TOW: int = TABLE["tow"] * 100
SHARE: int = TABLE["sell_now"]["share_percent"]
LONGEST: int = TABLE["sell_now"]["days"]


@dataclass(frozen=True)
class Reason:
    """Why to sell now. `zh`: a msgid; `values`: what fills its places."""

    zh: str
    values: dict[str, str | int]


@dataclass(frozen=True)
class Storage:
    """What keeping a vehicle has cost. Money in fen.

    `days`: the first counts, and so does the one it leaves on. `value`: the newest valuation, None
    without one. `limit_on`: the day on which the cost reaches its share of the value.
    """

    since: date
    days: int
    per_day: int
    cost: int
    value: int | None
    limit_on: date | None
    reasons: tuple[Reason, ...]

    @property
    def share_percent(self) -> int | None:
        """Cost as whole percent of the value, rounded down."""
        return None if self.value is None else self.cost * 100 // self.value

    @property
    def sell_now(self) -> bool:
        """Whether waiting is no longer worth it."""
        return bool(self.reasons)


def clock_of(kind: VehicleKind, since: date, today: date, value: int | None) -> Storage:
    """The storage clock of a vehicle taken in on `since`, as of `today` (or its last day)."""
    days = (today - since).days + 1
    per_day = PER_DAY[kind]
    cost = TOW + days * per_day
    return Storage(
        since, days, per_day, cost, value, _limit_on(since, per_day, value), _why(days, cost, value)
    )


def _limit_on(since: date, per_day: int, value: int | None) -> date | None:
    """First day at whose count the cost reaches SHARE percent of the value."""
    if value is None:
        return None
    left = max(0, -(-value * SHARE // 100) - TOW)
    days = max(1, -(-left // per_day))
    return since + timedelta(days=days - 1)


def _why(days: int, cost: int, value: int | None) -> tuple[Reason, ...]:
    found = []
    if value is not None and cost * 100 >= value * SHARE:
        told: dict[str, str | int] = {
            "cost": format_yuan(cost),
            "value": format_yuan(value),
            "share": cost * 100 // value,
            "limit": SHARE,
        }
        found.append(
            Reason(
                N_("保管费用已累计 %(cost)s，占估值 %(value)s 的 %(share)d%%，警戒线 %(limit)d%%"),
                told,
            )
        )
    if days > LONGEST:
        found.append(
            Reason(
                N_("已存放 %(days)d 天，超过 %(limit)d 天，车辆还在贬值"),
                {"days": days, "limit": LONGEST},
            )
        )
    return tuple(found)
