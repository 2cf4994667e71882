"""What a court may command, what a command covers, and what an entrustment must carry.

No command, no move: every physical act names a live command that covers it. Case numbers are
read in `case_numbers` and offered from here. The commands are data: `commands.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.court.case_numbers import KIND_WORDS as KIND_WORDS
from station.court.case_numbers import CaseNumber as CaseNumber
from station.court.case_numbers import read_case_number as read_case_number
from station.court.deadlines import DEADLINES, Deadline, last_day
from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table
from station.ground.words import N_
from station.people.rules import Role
from station.vehicles.rules import IN_HANDS, Stage

TABLE = read_table(__file__, "commands.yaml")


class CommandKind(StrEnum):
    """What a court can command a station to do."""

    TOW_IN = "tow_in"
    PUBLISH = "publish"
    RELEASE = "release"
    BELONGINGS = "belongings"
    RUN_ENGINE = "run_engine"


@dataclass(frozen=True)
class CommandRule:
    """One row of `commands.yaml`.

    `covers`: trail acts it allows (``room.what`` or ``room.*``). `due`: default period.
    `acknowledge`: working hours to sign for it. `ref`: articles.
    """

    zh: str
    issued_by: frozenset[Role]
    covers: tuple[str, ...]
    due: Deadline
    acknowledge: Deadline
    ref: tuple[str, ...]


COMMANDS = {
    CommandKind(name): CommandRule(
        zh=row["zh"],
        issued_by=frozenset(map(Role, row["issued_by"])),
        covers=tuple(row["covers"]),
        due=DEADLINES[row["due"]],
        acknowledge=DEADLINES[row["acknowledge"]],
        ref=tuple(row["ref"]),
    )
    for name, row in TABLE["commands"].items()
}
EMERGENCY_COVERS = frozenset(TABLE["emergency"]["covers"])
EMERGENCY_LASTS = timedelta(hours=DEADLINES[TABLE["emergency"]["lasts"]].amount)
EMERGENCY_REASON = (6, 200)  # characters
IN_YARD = (Stage.STORED, Stage.PUBLISHED, Stage.SOLD, Stage.PAID, Stage.RELEASE_ORDERED)
COMMAND_WORDS = {kind: COMMANDS[kind].zh for kind in CommandKind}


class CommandState(StrEnum):
    """How far a command has come. Done still covers custody; only a revoked one covers nothing."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    REVOKED = "revoked"


COMMAND_STATES = Steps(
    "command_step",
    {
        CommandState.ISSUED: N_("已发出"),
        CommandState.DELIVERED: N_("已送达"),
        CommandState.ACKNOWLEDGED: N_("已签收"),
        CommandState.DONE: N_("已办结"),
        CommandState.REVOKED: N_("已撤销"),
    },
    {
        CommandState.ISSUED: {
            CommandState.DELIVERED,
            CommandState.ACKNOWLEDGED,
            CommandState.REVOKED,
        },
        CommandState.DELIVERED: {CommandState.ACKNOWLEDGED, CommandState.REVOKED},
        CommandState.ACKNOWLEDGED: {CommandState.DONE, CommandState.REVOKED},
    },
)
"""Signing for a command proves its delivery, so ISSUED may become ACKNOWLEDGED directly."""


def covers(kind: CommandKind, act: str) -> bool:
    """Whether a command of `kind` covers the trail act `act` (``room.what``)."""
    room = act.partition(".")[0]
    return any(name in (act, f"{room}.*") for name in COMMANDS[kind].covers)


def covers_in_emergency(act: str) -> bool:
    """Whether `act` may be done without a command once an emergency was reported [P]."""
    return act in EMERGENCY_COVERS


def check_emergency_reason(text: str) -> str:
    """The trimmed reason for acting without a command. Raises `Refused` (field ``reason``)."""
    reason = text.strip()
    low, high = EMERGENCY_REASON
    if not low <= len(reason) <= high:
        raise Refused(
            "emergency_reason",
            "请写明发生了什么、为什么来不及等指令（%(low)d 至 %(high)d 个字），例如“仓库进水，水位已到轮胎”。",
            field="reason",
            low=low,
            high=high,
        )
    return reason


def check_emergency_stage(stage: Stage) -> None:
    """Raise `Refused` (409) unless the vehicle is in the station's hands: nothing else can be in a
    danger that the station may avert."""
    if stage not in IN_HANDS:
        raise Refused(
            "emergency_not_here",
            "这辆车不在本站手中，不能报告紧急处置。请联系承办法官。",
            status=409,
        )


def check_issuer(kind: CommandKind, role: Role) -> None:
    """Raise `Refused` (403) unless `role` may issue `kind` (L18 art 6: the court's own duties)."""
    if role not in COMMANDS[kind].issued_by:
        raise Refused(
            "command_issuer",
            "“%(kind)s”指令只能由承办法官签发，请交法官签发。",
            status=403,
            kind=COMMAND_WORDS[kind],
        )


def default_due(kind: CommandKind, issued: date) -> date:
    """Day by which the command is due when the judge sets no other, by the court calendar."""
    return last_day(COMMANDS[kind].due.id, issued)


def check_due(due: date, issued: date) -> None:
    """Raise `Refused` when the day set lies before the day of issue."""
    if due < issued:
        raise Refused(
            "command_due", "完成期限不能早于签发日，请选择今天或以后的日期。", field="due"
        )


def check_covered(kind: CommandKind, state: CommandState, act: str) -> None:
    """Raise `Refused` (409) unless a command of `kind` in `state` lets `act` happen now.

    办法 art 8(1): the agency works strictly by the court's commands.
    """
    words = {"kind": COMMAND_WORDS[kind]}
    if not covers(kind, act):
        raise Refused(
            "command_not_covering",
            "“%(kind)s”指令不包含这项操作，请申请相应的法院指令后再办。",
            status=409,
            **words,
        )
    if state is CommandState.REVOKED:
        raise Refused(
            "command_revoked",
            "“%(kind)s”指令已被法院撤销，不能据此操作，请联系承办法官。",
            status=409,
            **words,
        )
    if state in (CommandState.ISSUED, CommandState.DELIVERED):
        raise Refused(
            "command_unacknowledged",
            "“%(kind)s”指令尚未签收，请先签收，再按指令操作。",
            status=409,
            **words,
        )


class EmergencyState(StrEnum):
    """What the judge says of acts without a command. Until an objection they are covered."""

    REPORTED = "reported"
    RATIFIED = "ratified"
    OBJECTED = "objected"


EMERGENCY_STATES = Steps(
    "emergency_step",
    {
        EmergencyState.REPORTED: N_("待法官追认"),
        EmergencyState.RATIFIED: N_("法官已追认"),
        EmergencyState.OBJECTED: N_("法官不予认可"),
    },
    {EmergencyState.REPORTED: {EmergencyState.RATIFIED, EmergencyState.OBJECTED}},
)


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


DOCUMENTS = {"entrustment_sheet": N_("司法拍卖辅助工作委托书")}

ACTS = {
    "court.open_case": N_("立案登记"),
    "court.register": N_("登记查封车辆"),
    "court.value": N_("登记估值"),
    "court.entrust": N_("委托辅助机构"),
    "court.accept": N_("接受委托"),
    "court.decline": N_("拒绝委托"),
    "court.issue": N_("签发指令"),
    "court.deliver": N_("指令送达"),
    "court.acknowledge": N_("签收指令"),
    "court.revoke": N_("撤销指令"),
    "court.act_without": N_("报告无指令紧急处置"),
    "court.ratify": N_("追认紧急处置"),
    "court.object": N_("不认可紧急处置"),
}
