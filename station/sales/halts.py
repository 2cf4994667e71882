"""When an auction is stayed, suspended, withdrawn and resumed. Pure.

L18 art 28: the court decides, the reason is published, and it resumes within five days after the cause
has ended. LPM arts 17, 19: withdrawal. L18 art 36: objections.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from station.court.deadlines import last_day
from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.words import N_

from .rules import LotState

WORDS = (4, 300)  # characters


class HaltKind(StrEnum):
    """How an auction is halted."""

    STAY = "stay"
    SUSPEND = "suspend"
    WITHDRAW = "withdraw"


HALT_WORDS = {
    HaltKind.STAY: N_("暂缓拍卖"),
    HaltKind.SUSPEND: N_("中止拍卖"),
    HaltKind.WITHDRAW: N_("撤回拍卖"),
}
STATES = {
    HaltKind.STAY: LotState.STAYED,
    HaltKind.SUSPEND: LotState.SUSPENDED,
    HaltKind.WITHDRAW: LotState.WITHDRAWN,
}
RUNNING = (LotState.ANNOUNCED, LotState.BIDDING)
HALTED = (LotState.STAYED, LotState.SUSPENDED)


@dataclass(frozen=True)
class Ground:
    """One row of the table. `paper`: the decision must be there."""

    id: str
    zh: str
    mark: str
    paper: bool = False
    ref: str = ""


GROUNDS = {
    HaltKind(kind): {row["id"]: Ground(**row) for row in rows}
    for kind, rows in read_table(__file__, "halts.yaml")["grounds"].items()
}


def read_ground(kind: HaltKind, code: str) -> Ground:
    """The ground of that code. Raises `Refused` for none."""
    found = GROUNDS[kind].get(code)
    if found is None:
        raise Refused("choose_ground", "请选择事由。", field="ground")
    return found


def check_halt(ground: Ground, words: str, paper: str) -> str:
    """The trimmed words of a decision. Raises `Refused` for too few, or a paper that is missing."""
    text = words.strip()
    low, high = WORDS
    if not low <= len(text) <= high:
        raise Refused(
            "halt_words",
            "请写明具体理由，%(low)d 至 %(high)d 个字。理由会公布，请不要写人名和证件号。",
            field="words",
            low=low,
            high=high,
        )
    if ground.paper and not paper:
        raise Refused("halt_paper", "请上传裁定书或决定书。", field="paper")
    return text


def check_ended(on: date, halted_on: date, today: date) -> None:
    """Raise `Refused` unless the cause can have ended on that day."""
    if not halted_on <= on <= today:
        raise Refused(
            "halt_ended", "事由消失的日期应在暂缓或中止之后，且不晚于今天。", field="ended_on"
        )


def resume_due(ended_on: date) -> date:
    """The last day to resume (L18 art 28: five days after the cause ended)."""
    return last_day("resume", ended_on)


def check_resumed(ended_on: date | None, starts_at: datetime, now: datetime) -> None:
    """Raise `Refused` unless the auction may be resumed to start at `starts_at`."""
    if ended_on is None:
        raise Refused(
            "cause_lasts",
            "请先登记事由消失的日期，再恢复拍卖。",
            status=409,
        )
    if starts_at <= now:
        raise Refused("resume_past", "恢复后的开拍时间应晚于现在。", field="starts_at")
