"""Whether a vehicle may be registered over: inspection mark, years of use, emission. Pure.

Sources: 道路交通安全法实施条例 (RTR art 16: cycles), 机动车登记规定 (REG arts 26, 27, 29: what stops a
transfer), 机动车强制报废标准规定 (SCR arts 4, 5, 7: when a vehicle must be scrapped). Cycles, years and
kilometres are data: `conformity.yaml`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.words import N_

from .rules import Energy, VehicleKind

TABLE = read_table(__file__, "conformity.yaml")
USE_WORDS: dict[str, str] = {code: row["zh"] for code, row in TABLE["uses"].items()}
EMISSION_WORDS: dict[str, str] = {code: row["zh"] for code, row in TABLE["emissions"].items()}
WARN_DAYS: tuple[int, ...] = tuple(TABLE["warn_days"])
SEATS = (1, 100)


@dataclass(frozen=True)
class Licence:
    """What the vehicle licence (行驶证) and the vehicle's papers say. `until`: last day of the
    inspection mark; `use`, `emission`: keys of the table, emission '' when nobody knows it."""

    registered: date
    until: date
    use: str
    seats: int
    emission: str = ""


class Weight(StrEnum):
    """How much a remark weighs, worst first."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """One thing that follows from the licence. `zh`: msgid with `values`; `on`: its day, if it has
    one; `article`: its source, see docs/law."""

    code: str
    weight: Weight
    zh: str
    article: str
    on: date | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def check_licence(licence: Licence, today: date) -> None:
    """Raise `Refused` for a licence that cannot be as typed."""
    if licence.registered > today:
        raise Refused("licence_registered", "注册日期不能晚于今天，请核对。", field="registered")
    if not licence.registered < licence.until < today + timedelta(days=366 * 7):
        raise Refused(
            "licence_until",
            "检验有效期至应晚于注册日期，且不会超过七年以后，请照行驶证副页核对。",
            field="until",
        )
    if licence.use not in USE_WORDS:
        raise Refused("licence_use", "请点选使用性质，照行驶证填写。", field="use")
    if licence.emission and licence.emission not in EMISSION_WORDS:
        raise Refused("licence_emission", "请点选排放标准；不清楚的可以不选。", field="emission")
    if not SEATS[0] <= licence.seats <= SEATS[1]:
        raise Refused("licence_seats", "核定载人数应在 1 至 100 之间，请核对。", field="seats")


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = end_of_month(date(year, month + 1, 1)).day
    return date(year, month + 1, min(day.day, last))


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def cycle_of(kind: VehicleKind, licence: Licence) -> Mapping[str, Any]:
    """The row of cycles that such a vehicle follows (RTR art 16)."""
    if kind is VehicleKind.MOTORCYCLE:
        name = "motorcycle"
    elif kind is VehicleKind.TRUCK or licence.use in ("freight", "hazard"):
        name = "truck"
    elif licence.use != "private":
        name = "commercial"
    elif licence.seats > TABLE["small_seats"]:
        name = "large_private"
    else:
        name = "private_van" if kind is VehicleKind.VAN else "small_private"
    row: Mapping[str, Any] = TABLE["cycles"][name]
    return row


def months_at(row: Mapping[str, Any], registered: date, day: date) -> int:
    """Months for which a mark given on `day` is good, by the vehicle's age then."""
    months = 0
    for age, length in row["steps"]:
        if day >= add_months(registered, 12 * age):
            months = length
    return months


def scrap_risk_on(kind: VehicleKind, licence: Licence) -> date:
    """The day on which three cycles in a row after the last mark have gone by without another: the
    vehicle must then be scrapped and is registered over no more (SCR art 4; REG art 29)."""
    row, day = cycle_of(kind, licence), licence.until
    at_end = (day + timedelta(days=1)).day == 1  # marks end with a month
    for _ in range(TABLE["missed_cycles"]):
        day = add_months(day, months_at(row, licence.registered, day))
        day = end_of_month(day) if at_end else day
    return day


def years_of_use(kind: VehicleKind, licence: Licence) -> int | None:
    """Years after which such a vehicle is scrapped, None without a limit in years (SCR art 5)."""
    small = licence.seats <= TABLE["small_seats"]
    if kind is VehicleKind.MOTORCYCLE:
        found: object = TABLE["years"]["private"]["motorcycle"]
    elif licence.use == "private" and kind is VehicleKind.TRUCK:
        found = TABLE["years"]["freight"]
    elif licence.use == "private":
        found = TABLE["years"]["private"][kind.value] if small else TABLE["years"]["large_private"]
    else:
        row = TABLE["years"][licence.use]
        found = row if isinstance(row, int) else row["small" if small else "large"]
    return found if isinstance(found, int) else None


def limit_on(kind: VehicleKind, licence: Licence) -> date | None:
    """The last day of a vehicle's years of use (SCR art 5)."""
    years = years_of_use(kind, licence)
    return None if years is None else add_months(licence.registered, 12 * years)


EXPIRED = N_("检验有效期已过：检验合格并投保交强险后，才能办理转让登记。")
EXPIRES = N_("检验有效期将满：满前三个月内可以申请检验。")
VALID = N_("检验有效期内。")
SCRAPPED = N_(
    "连续 %(cycles)d 个检验周期没有取得合格标志，已达强制报废标准，只能交报废机动车回收企业。"
)
SCRAP_NEARS = N_("再不检验，将连续 %(cycles)d 个周期没有合格标志，到期强制报废。")
SCRAP_DATE = N_("一直不检验的，这一天达到强制报废标准。")
OVER = N_("已超过使用年限，强制报废，不能办理转让登记。")
LAST_YEAR = N_("距使用年限不足一年，不能办理转让登记。")
YEARS = N_("使用年限届满日。")
NO_LIMIT = N_("没有使用年限限制；行驶 %(km)d 公里引导报废。")
MOVE_FREE = N_("国五以上（含新能源）非营运小型车，迁入不受排放限制；限购城市除外。")
MOVE_LIMITED = N_("排放标准为%(stage)s，能否迁入由当地规定，公告中应提示买受人。")
MOVE_UNKNOWN = N_("排放标准未查明，公告中应提示买受人自行核实。")


def conformity_of(kind: VehicleKind, energy: Energy, licence: Licence, today: date) -> list[Remark]:
    """Everything that follows from the licence on `today`, worst first."""
    found = [
        *_mark(licence, today),
        *_scrap(kind, licence, today),
        *_years(kind, licence, today),
        *_emission(kind, energy, licence),
    ]
    return sorted(found, key=lambda remark: list(Weight).index(remark.weight))


def _mark(licence: Licence, today: date) -> Iterator[Remark]:
    until = licence.until
    if until < today:
        yield Remark("mark_expired", Weight.WARN, EXPIRED, "REG art 26; REG art 27", until)
    elif until <= today + timedelta(days=WARN_DAYS[0]):
        yield Remark("mark_expires", Weight.WARN, EXPIRES, "REG art 54", until)
    else:
        yield Remark("mark_valid", Weight.NOTE, VALID, "RTR art 16", until)


def _scrap(kind: VehicleKind, licence: Licence, today: date) -> Iterator[Remark]:
    on = scrap_risk_on(kind, licence)
    values = {"cycles": TABLE["missed_cycles"]}
    if on <= today:
        yield Remark("scrapped", Weight.STOP, SCRAPPED, "SCR art 4; REG art 29", on, values)
    elif licence.until < today and on <= today + timedelta(days=WARN_DAYS[0]):
        yield Remark("scrap_nears", Weight.STOP, SCRAP_NEARS, "SCR art 4", on, values)
    else:
        yield Remark("scrap_risk", Weight.NOTE, SCRAP_DATE, "SCR art 4", on)


def _years(kind: VehicleKind, licence: Licence, today: date) -> Iterator[Remark]:
    on = limit_on(kind, licence)
    if on is None:
        km = TABLE["guide_km"].get(licence.use, TABLE["guide_km"]["private"])
        yield Remark("no_limit", Weight.NOTE, NO_LIMIT, "SCR art 5; SCR art 7", None, {"km": km})
    elif on <= today:
        yield Remark("over", Weight.STOP, OVER, "SCR art 5; REG art 29", on)
    elif on <= today + timedelta(days=TABLE["last_year_days"]):
        yield Remark("last_year", Weight.STOP, LAST_YEAR, "REG art 29", on)
    else:
        yield Remark("years", Weight.NOTE, YEARS, "SCR art 5", on)


def _emission(kind: VehicleKind, energy: Energy, licence: Licence) -> Iterator[Remark]:
    stage = "none" if energy is Energy.BEV else licence.emission
    small = licence.seats <= TABLE["small_seats"] and kind in (VehicleKind.CAR, VehicleKind.VAN)
    if not stage:
        yield Remark("emission_unknown", Weight.WARN, MOVE_UNKNOWN, "P")
    elif TABLE["emissions"][stage]["free"] and small and licence.use == "private":
        yield Remark("emission_free", Weight.NOTE, MOVE_FREE, "P")
    else:
        values = {"stage": EMISSION_WORDS[stage]}
        yield Remark("emission_limited", Weight.WARN, MOVE_LIMITED, "P", None, values)
