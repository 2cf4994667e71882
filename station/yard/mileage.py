"""The custodian may not use the vehicle (查扣冻规定 art 10): what the odometer says of that, and
whether care was done where the car stands. Pure; limits are data: `maintenance_plan.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.words import N_

from .plan import metres
from .rules import TABLE

LIMIT_KM: int = TABLE["use_ban"]["limit_km"]
WALK: float = TABLE["pace"]["metres_per_second"]
LEAST: int = TABLE["pace"]["seconds_a_car"]
LARGEST_KM = 2_000_000


class Mileage(StrEnum):
    """What a reading says beside the one before it."""

    FIRST = "first"
    ALLOWED = "allowed"
    USED = "used"
    LOWER = "lower"


MILEAGE_WORDS = {
    Mileage.FIRST: N_("首次读数"),
    Mileage.ALLOWED: N_("与挪车相符"),
    Mileage.USED: N_("里程增加超过允许"),
    Mileage.LOWER: N_("里程比上次低"),
}


@dataclass(frozen=True)
class Growth:
    """A judged odometer. `km`: grown since the reading before; `allowed`: at most that."""

    km: int
    allowed: int
    state: Mileage

    @property
    def doubtful(self) -> bool:
        """Whether the court must hear of it."""
        return self.state in (Mileage.USED, Mileage.LOWER)


def judge_odometer(before: int | None, now: int, movements: int) -> Growth:
    """Judge an odometer (km) beside the reading before it; `movements`: written acts since then
    that moved the car. Each may take `LIMIT_KM`; one more kilometre is the odometer's rounding.

    Raises `Refused` (field ``odometer``) for what no odometer shows.
    """
    if not 0 <= now <= LARGEST_KM:
        raise Refused("odometer_number", "里程应为整公里数，请照仪表填写。", field="odometer")
    allowed = LIMIT_KM * movements + 1
    if before is None:
        return Growth(0, allowed, Mileage.FIRST)
    if now < before:
        return Growth(now - before, allowed, Mileage.LOWER)
    state = Mileage.ALLOWED if now - before <= allowed else Mileage.USED
    return Growth(now - before, allowed, state)


def check_lower(growth: Growth, before: int | None, *, looked_twice: bool) -> None:
    """Refuse an odometer that went back until a person has looked again."""
    if growth.state is Mileage.LOWER and not looked_twice:
        raise Refused(
            "odometer_lower",
            "里程比上次读数 %(before)d 公里低。请再看一遍仪表；确实如此，就勾选“已再次核对”保存，系统会报告法官。",
            field="odometer",
            before=before or 0,
        )


class Odd(StrEnum):
    """Why it is doubtful that care was done at the car."""

    TYPED = "typed"
    FAST = "fast"


ODD_WORDS = {
    Odd.TYPED: N_("未扫码，手工输入"),
    Odd.FAST: N_("与上一辆间隔过短"),
}

Point = tuple[float, float]


def odd_care(
    seen_by: str, now: datetime, here: Point, last: tuple[datetime, Point] | None
) -> Odd | None:
    """Whether care at `here` (metres on the plan) is doubtful after the same person's `last` at
    another car: nobody walks faster than `WALK` and does a car in less than `LEAST` seconds."""
    if last is not None:
        needed = LEAST + metres(last[1], here) / WALK
        if abs((now - last[0]).total_seconds()) < needed:
            return Odd.FAST
    return Odd.TYPED if seen_by == "typed" else None
