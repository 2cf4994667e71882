"""Who may take on auxiliary work: admission and barring (办法 arts 6–8, 22–26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.ground.refused import Refused
from station.ground.words import N_

LEAST_CAPITAL_FEN = 500_000_000  # 办法 art 6(2): five million yuan

ACTS = {"agencies.admit": N_("辅助机构入库"), "agencies.bar": N_("暂停或除名辅助机构")}


@dataclass(frozen=True)
class Standing:
    """Where an agency stands. `until`: last day of the agreement; `barred_until`: see art 26."""

    admitted_on: date
    until: date
    barred_until: date | None = None


def check_capital(capital_fen: int) -> None:
    """办法 art 6(2): registered capital of at least five million yuan."""
    if capital_fen < LEAST_CAPITAL_FEN:
        raise Refused(
            "agency_capital", "注册资本不低于人民币500万元的机构才能入库。", field="capital"
        )


def check_assignable(standing: Standing | None, day: date) -> None:
    """Only an admitted agency, inside its agreement and not barred, may be entrusted (art 10)."""
    if standing is None:
        raise Refused("agency_unknown", "该机构不在本院名单库，请从名单库中选择。", field="agency")
    if standing.barred_until and day <= standing.barred_until:
        raise Refused(
            "agency_barred", "该机构正被暂停或除名，不能接受新委托，请另选机构。", field="agency"
        )
    if not standing.admitted_on <= day <= standing.until:
        raise Refused(
            "agency_expired", "该机构的委托协议已到期，请先续签或另选机构。", field="agency"
        )
