"""What a car costs its buyer in all: an estimate, each line with its source and date.

LAW §8: price + plates + papers + [compulsory insurance and vessel tax] if expired + [inspection] if
expired + fines + chosen services + [the seller's tax if the announcement says so]. What nobody has
checked is counted in, and said: a surprise after the sale must be a pleasant one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.ground.tables import read_table
from station.ground.words import N_
from station.orders.rules import SERVICES, ServiceKind
from station.vehicles.rules import Energy, VehicleKind

_TABLE = read_table(__file__, "costs.yaml")
LINES: dict[str, dict[str, str]] = _TABLE["lines"]
SINCE: date = _TABLE["effective_from"]
UNSURE = ("MH", "MU")


class TaxBearer(StrEnum):
    """Who pays the seller's tax by the announcement."""

    BY_LAW = "by_law"
    BUYER = "buyer"


TAX_BEARERS = {
    TaxBearer.BY_LAW: N_("各自依法承担"),
    TaxBearer.BUYER: N_("公告约定由买受人承担"),
}


@dataclass(frozen=True)
class CostFacts:
    """What is known of the car. None: nobody has checked. `on`: the day it would be transferred.

    `fines`: fen of fines that were not paid on `checked_on`.
    """

    kind: VehicleKind
    energy: Energy
    on: date
    inspection_until: date | None = None
    insurance_until: date | None = None
    fines: int | None = None
    checked_on: date | None = None
    tax_bearer: TaxBearer = TaxBearer.BY_LAW


@dataclass(frozen=True)
class CostLine:
    """One line of the estimate. `fen` None: it cannot be said beforehand and is not in the total.

    `note` (a msgid, filled from `on` and `km`) says what was assumed; `unsure`: to be confirmed.
    """

    code: str
    zh: str
    fen: int | None
    source: str
    since: date
    note: str = ""
    on: date | None = None
    km: int = 0
    unsure: bool = False


@dataclass(frozen=True)
class Estimate:
    """All lines in the order they are paid, and the sum of those that have an amount."""

    lines: tuple[CostLine, ...]

    @property
    def total(self) -> int:
        """Fen; a lower bound while `open_lines` is not empty."""
        return sum(line.fen or 0 for line in self.lines)

    @property
    def open_lines(self) -> tuple[CostLine, ...]:
        """Lines without an amount."""
        return tuple(line for line in self.lines if line.fen is None)


VALID = N_("有效期至 %(on)s，暂不用办")
EXPIRED = N_("已于 %(on)s 过期，须先办理")
UNKNOWN = N_("有效期未核实，按需要办理计入")
FINES_KNOWN = N_("%(on)s 查询")
FINES_UNKNOWN = N_("未查询，未计入合计")
TAX_FREE = N_("不在征税范围")
TAX_LATER = N_("金额以税务机关核定为准，未计入合计")
TAX_LAW = N_("依法由出卖方承担")
TAX_ANNOUNCED = N_("依法由出卖方承担；本公告约定由买受人承担，金额以税务机关核定为准，未计入合计")
QUOTED = N_("须先看车报价，未计入合计")
NEARBY = N_("%(km)d 公里以内的价格")
TARIFF = N_("服务站公示价目")


def estimate(price: int, facts: CostFacts, services: Iterable[ServiceKind] = ()) -> Estimate:
    """The estimate for a bid of `price` fen with the chosen services of the station's tariff."""
    lines = [
        _line("price", price),
        *_papers(facts),
        _fines(facts),
        _seller_tax(facts),
        _line("agency", 0),
        *(_service(kind) for kind in ServiceKind if kind in set(services)),
    ]
    return Estimate(tuple(lines))


def _line(code: str, fen: int | None, note: str = "", on: date | None = None) -> CostLine:
    row = LINES[code]
    unsure = row["mark"] in UNSURE
    return CostLine(code, row["zh"], fen, row["source"], SINCE, note, on, unsure=unsure)


def _yuan(code: str, column: str = "yuan") -> int:
    return int(LINES[code][column]) * 100


def _papers(facts: CostFacts) -> Iterator[CostLine]:
    yield _line("plates", _yuan("plates"))
    yield _line("papers", _yuan("papers"))
    yield _line("purchase", 0)
    large = facts.kind in (VehicleKind.VAN, VehicleKind.TRUCK)
    base = _yuan("insurance", "yuan_large" if large else "yuan")
    yield _until("insurance", base, facts.insurance_until, facts.on)
    if facts.energy is Energy.BEV:
        yield _line("vessel", 0, TAX_FREE)
    else:
        yield _line("vessel", None, TAX_LATER)
    yield _until("inspection", _yuan("inspection"), facts.inspection_until, facts.on)


def _until(code: str, fen: int, until: date | None, on: date) -> CostLine:
    if until is None:
        return _line(code, fen, UNKNOWN)
    return _line(code, 0, VALID, until) if until >= on else _line(code, fen, EXPIRED, until)


def _fines(facts: CostFacts) -> CostLine:
    if facts.fines is None:
        return _line("fines", None, FINES_UNKNOWN)
    return _line("fines", facts.fines, FINES_KNOWN if facts.checked_on else "", facts.checked_on)


def _seller_tax(facts: CostFacts) -> CostLine:
    if facts.tax_bearer is TaxBearer.BUYER:
        return _line("seller_tax", None, TAX_ANNOUNCED)
    return _line("seller_tax", 0, TAX_LAW)


def _service(kind: ServiceKind) -> CostLine:
    row = SERVICES[kind]
    note = QUOTED if row.price is None else NEARBY if row.per_km else ""
    return CostLine(f"service.{kind}", row.zh, row.price, TARIFF, SINCE, note, km=row.free_km)
