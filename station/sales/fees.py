"""The agency's fee: brackets of the execution fee, cap of the lot, cap of the case. All in fen.

FEE art 14(1) [V:FEE]; 办法 art 18 to 20 [S:办法]. Brackets run per lot, then the lot cap, then
the case cap, shared by lot fee with the largest remainders first [P]. Never the buyer's cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from station.ground.money import share_out
from station.ground.tables import read_table
from station.ground.words import N_

TABLE = read_table(__file__, "sale_rules.yaml")
_FEE = TABLE["fee"]
LOT_CAP: int = _FEE["lot_cap"] * 100
CASE_CAP: int = _FEE["case_cap"] * 100


class Ending(StrEnum):
    """How the work on a lot ended, as far as the fee asks."""

    SOLD = "sold"
    OFFSET = "offset"
    OFFSET_REFUSED = "offset_refused"
    COURT_STOPPED = "court_stopped"
    CREDITOR_WITHDREW = "creditor_withdrew"


ENDING_WORDS = {
    Ending.SOLD: N_("拍卖、变卖成交"),
    Ending.OFFSET: N_("以物抵债"),
    Ending.OFFSET_REFUSED: N_("流拍且无人接受抵债"),
    Ending.COURT_STOPPED: N_("法院暂缓、中止或撤回"),
    Ending.CREDITOR_WITHDREW: N_("申请执行人撤回"),
}


def execution_fee(price: int) -> int:
    """Execution fee on `price` fen (FEE art 14(1)), half up to the fen; 0 for no price."""
    if price <= 0:
        return 0
    floor, per_mille_fen = _FEE["flat"]["up_to"] * 100, 0
    for row in _FEE["brackets"]:
        ceiling = price if row["up_to"] is None else min(price, row["up_to"] * 100)
        per_mille_fen += max(0, ceiling - floor) * row["per_mille"]
        floor = max(floor, ceiling)
    return int(_FEE["flat"]["yuan"]) * 100 + (per_mille_fen + 500) // 1000


@dataclass(frozen=True)
class Part:
    """One bracket's share of a fee: `low` to `high` of the price in fen at `per_mille`.

    `milli_fen`: the share in thousandths of a fen, not rounded; the flat first bracket has
    `per_mille` 0.
    """

    low: int
    high: int
    per_mille: int
    milli_fen: int

    @property
    def yuan(self) -> str:
        """The share in yuan, with as many decimals as it has and at least two."""
        whole, rest = divmod(self.milli_fen, 100_000)
        return f"{whole:,}.{f'{rest:05d}'.rstrip('0').ljust(2, '0')}"


def fee_parts(price: int) -> list[Part]:
    """How `execution_fee` comes about, bracket by bracket; their sum is the fee before rounding."""
    if price <= 0:
        return []
    floor = _FEE["flat"]["up_to"] * 100
    parts = [Part(0, min(price, floor), 0, int(_FEE["flat"]["yuan"]) * 100_000)]
    for row in _FEE["brackets"]:
        ceiling = price if row["up_to"] is None else min(price, row["up_to"] * 100)
        if ceiling > floor:
            per_mille = row["per_mille"]
            parts.append(Part(floor, ceiling, per_mille, (ceiling - floor) * per_mille))
            floor = ceiling
    return parts


def lot_fee(ending: Ending, base: int, assessed_cost: int = 0) -> int:
    """Ceiling of the agency's fee on one lot, before the case cap.

    `base`: deal price or offset amount. A lot unsold and refused, or stopped by the court,
    costs nothing (办法 art 19, 20); a creditor who withdraws pays the cost that the court
    assessed, `assessed_cost` (办法 art 20).
    """
    if ending is Ending.CREDITOR_WITHDREW:
        return min(assessed_cost, LOT_CAP)
    if ending in (Ending.SOLD, Ending.OFFSET):
        return min(execution_fee(base), LOT_CAP)
    return 0


def case_fees(lot_fees: Sequence[int]) -> list[int]:
    """The lot fees of one case under its cap (办法 art 18); unchanged while it does not bite."""
    if sum(lot_fees) <= CASE_CAP:
        return list(lot_fees)
    return share_out(CASE_CAP, lot_fees)
