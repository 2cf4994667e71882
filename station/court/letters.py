"""How far an entrustment has come, and what its letter must carry. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_


class EntrustmentState(StrEnum):
    """How far the entrustment of one vehicle to one agency has come."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    HANDED_BACK = "handed_back"


ENTRUSTMENT_STATES = Steps(
    "entrustment_step",
    {
        EntrustmentState.OFFERED: N_("待接受委托"),
        EntrustmentState.ACCEPTED: N_("已接受委托"),
        EntrustmentState.REFUSED: N_("已拒绝委托"),
        EntrustmentState.HANDED_BACK: N_("已交回"),
    },
    {
        EntrustmentState.OFFERED: {EntrustmentState.ACCEPTED, EntrustmentState.REFUSED},
        EntrustmentState.ACCEPTED: {EntrustmentState.HANDED_BACK},
    },
)


@dataclass(frozen=True)
class EntrustmentLetter:
    """The four contents of a 委托书 (办法 art 14); "无" is an answer to the last, silence is not.

    `court`: entrusting court. `procedure`: legal procedure and matters to complete. `scope`:
    range of the work and what is asked of it. `other`: what else must be clear.
    """

    court: str
    procedure: str
    scope: str
    other: str


LETTER_WORDS = {
    "court": N_("委托单位"),
    "procedure": N_("法律程序和应完成的事项"),
    "scope": N_("辅助工作范围和工作要求"),
    "other": N_("其他需要明确的事项"),
}
LETTER_PAPER = N_("委托书文件")
RULING_PAPER = N_("执行裁定书文件")


def missing_entrustment_papers(
    letter: EntrustmentLetter, *, has_letter_file: bool, has_ruling_file: bool
) -> list[str]:
    """Names (msgids) of what an entrustment lacks; empty when it is complete (办法 art 14)."""
    missing = [zh for name, zh in LETTER_WORDS.items() if not getattr(letter, name).strip()]
    if not has_letter_file:
        missing.append(LETTER_PAPER)
    if not has_ruling_file:
        missing.append(RULING_PAPER)
    return missing


def check_entrustment_papers(
    letter: EntrustmentLetter, *, has_letter_file: bool, has_ruling_file: bool
) -> None:
    """Raise `Refused` naming what is missing from 委托书 or ruling (办法 art 14)."""
    missing = missing_entrustment_papers(
        letter, has_letter_file=has_letter_file, has_ruling_file=has_ruling_file
    )
    if missing:
        raise Refused(
            "entrustment_papers",
            "委托材料不全，缺少：%(missing)s。请补齐后再委托或接受。",
            missing="、".join(missing),
        )
