"""What a vehicle is worth, by whom and when: the four ways of the law, and an estimate.

参考价规定 art 2: the parties agree, an authority is asked, platforms are asked online, or an appraiser
is commissioned. An estimate [P] serves the storage clock alone until one of them is there.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.words import N_


class Basis(StrEnum):
    """How a value was found."""

    AGREED = "agreed"
    TARGETED = "targeted"
    ONLINE = "online"
    APPRAISED = "appraised"
    ESTIMATE = "estimate"


BASIS_WORDS = {
    Basis.AGREED: N_("当事人议价"),
    Basis.TARGETED: N_("定向询价"),
    Basis.ONLINE: N_("网络询价"),
    Basis.APPRAISED: N_("委托评估"),
    Basis.ESTIMATE: N_("估计（非参考价）"),
}


def check_valuation(fen: int, on: date, today: date) -> None:
    """Raise `Refused` (fields ``amount``, ``on``) for no value, or a day that has not come."""
    if fen <= 0:
        raise Refused("value_nothing", "估值应大于 0 元，请核对后重填。", field="amount")
    if on > today:
        raise Refused("value_in_future", "估值日期不能晚于今天，请改正。", field="on")
