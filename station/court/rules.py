"""What a court may command, what a command covers, and what an entrustment must carry.

No command, no move: every physical act names a live command that covers it. Case numbers are
read in `case_numbers` and offered from here. The commands are data: `commands.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from station.court.case_numbers import KIND_WORDS as KIND_WORDS
from station.court.case_numbers import CaseNumber as CaseNumber
from station.court.case_numbers import read_case_number as read_case_number
from station.court.deadlines import DEADLINES, Deadline, last_day
from station.court.letters import ENTRUSTMENT_STATES as ENTRUSTMENT_STATES
from station.court.letters import LETTER_WORDS as LETTER_WORDS
from station.court.letters import EntrustmentLetter as EntrustmentLetter
from station.court.letters import EntrustmentState as EntrustmentState
from station.court.letters import check_entrustment_papers as check_entrustment_papers
from station.court.letters import missing_entrustment_papers as missing_entrustment_papers
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
    SURVEY = "survey"
    ENQUIRE = "enquire"
    POST_NOTICE = "post_notice"
    SHOW = "show"
    REPAIR = "repair"
    TEST_DRIVE = "test_drive"
    STAY = "stay"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"


class Doer(StrEnum):
    """Who signs for a command and does what it says."""

    STATION = "station"
    AGENCY = "agency"


class Where(StrEnum):
    """Where a vehicle must be for a command to make sense."""

    HELD = "held"
    IN_YARD = "in_yard"


class Evidence(StrEnum):
    """What a report must carry to close a command."""

    WORDS = "words"
    PHOTO = "photo"
    PAPER = "paper"


REPORT = "report"


@dataclass(frozen=True)
class CommandRule:
    """One row of `commands.yaml`.

    `done_by`: who signs for it. `covers`: trail acts it allows (``room.what`` or ``room.*``). `due`:
    default period. `acknowledge`: working hours to sign for it. `closed_by`: the acts that close it;
    none when a report with `evidence` does, which `approved_by` approves. `ref`: articles.
    """

    zh: str
    issued_by: frozenset[Role]
    done_by: Doer
    covers: tuple[str, ...]
    due: Deadline
    acknowledge: Deadline
    where: Where
    closed_by: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    approved_by: frozenset[Role]
    ref: tuple[str, ...]

    @property
    def reported(self) -> bool:
        """Whether a report closes it; then it may be issued again afterwards."""
        return not self.closed_by


def _read_rule(row: dict[str, Any]) -> CommandRule:
    closing = row["closed_by"]
    return CommandRule(
        zh=row["zh"],
        issued_by=frozenset(map(Role, row["issued_by"])),
        done_by=Doer(row["done_by"]),
        covers=tuple(row["covers"]),
        due=DEADLINES[row["due"]],
        acknowledge=DEADLINES[row["acknowledge"]],
        where=Where(row["where"]),
        closed_by=() if closing == REPORT else tuple(closing),
        evidence=tuple(map(Evidence, row.get("evidence", ()))),
        approved_by=frozenset(map(Role, row.get("approved_by", ()))),
        ref=tuple(row["ref"]),
    )


COMMANDS = {CommandKind(name): _read_rule(row) for name, row in TABLE["commands"].items()}
REPORTED = tuple(kind for kind in CommandKind if COMMANDS[kind].reported)
"""Kinds that a report closes."""
OWN_PAGE = {CommandKind(name) for name, row in TABLE["commands"].items() if row.get("own_page")}
BY_FORM = (
    CommandKind.TOW_IN,
    CommandKind.RUN_ENGINE,
    *(kind for kind in REPORTED if kind not in OWN_PAGE),
)
"""Kinds that are issued by themselves; the others from their checklists."""
EMERGENCY_COVERS = frozenset(TABLE["emergency"]["covers"])
EMERGENCY_LASTS = timedelta(hours=DEADLINES[TABLE["emergency"]["lasts"]].amount)
EMERGENCY_REASON = (6, 200)  # characters
GONE = (Stage.RELEASED, Stage.WITHDRAWN)
IN_YARD = (Stage.STORED, Stage.PUBLISHED, Stage.SOLD, Stage.PAID, Stage.RELEASE_ORDERED)
COMMAND_WORDS = {kind: COMMANDS[kind].zh for kind in CommandKind}


class CommandState(StrEnum):
    """How far a command has come. Done still covers custody; only a revoked one covers nothing."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    IN_HAND = "in_hand"
    REPORTED = "reported"
    DONE = "done"
    REVOKED = "revoked"


COMMAND_STATES = Steps(
    "command_step",
    {
        CommandState.ISSUED: N_("已发出"),
        CommandState.DELIVERED: N_("已送达"),
        CommandState.ACKNOWLEDGED: N_("已签收"),
        CommandState.IN_HAND: N_("办理中"),
        CommandState.REPORTED: N_("已报告，待法官审核"),
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
        CommandState.ACKNOWLEDGED: {
            CommandState.IN_HAND,
            CommandState.REPORTED,
            CommandState.DONE,
            CommandState.REVOKED,
        },
        CommandState.IN_HAND: {CommandState.REPORTED, CommandState.DONE, CommandState.REVOKED},
        CommandState.REPORTED: {CommandState.DONE, CommandState.IN_HAND, CommandState.REVOKED},
    },
)
"""Signing for a command proves its delivery, so ISSUED may become ACKNOWLEDGED directly. A report that
the judge returns puts it back IN_HAND."""
WAITING = (CommandState.ISSUED, CommandState.DELIVERED)
BEGUN = (CommandState.ACKNOWLEDGED, CommandState.IN_HAND, CommandState.REPORTED)
OPEN = (*WAITING, *BEGUN)
SIGNED = (*BEGUN, CommandState.DONE)
"""What covers acts: signed for and not revoked."""


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


def check_where(kind: CommandKind, stage: Stage) -> None:
    """Raise `Refused` (409) when the vehicle is gone, or not where the command could be carried out."""
    if stage in GONE:
        raise Refused(
            "vehicle_gone",
            "这辆车已经出库或撤回，不能再签发指令。请核对车辆和案号。",
            status=409,
        )
    if COMMANDS[kind].where is Where.IN_YARD and stage not in IN_YARD:
        raise Refused(
            "not_in_yard",
            "车辆还没有入位，或已经出库，现在不能签发“%(kind)s”指令。请在车辆入位后再签发。",
            status=409,
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
    if state in WAITING:
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


DOCUMENTS = {"entrustment_sheet": N_("司法拍卖辅助工作委托书")}

ACTS = {
    "court.open_case": N_("立案登记"),
    "court.import_cases": N_("导入案件和车辆"),
    "court.register": N_("登记查封车辆"),
    "court.renew": N_("续行查封"),
    "court.value": N_("登记估值"),
    "court.ask": N_("发出协查"),
    "court.answer": N_("登记协查回复"),
    "court.file_survey": N_("提交前期调查"),
    "court.entrust": N_("委托辅助机构"),
    "court.accept": N_("接受委托"),
    "court.decline": N_("拒绝委托"),
    "court.issue": N_("签发指令"),
    "court.deliver": N_("指令送达"),
    "court.acknowledge": N_("签收指令"),
    "court.revoke": N_("撤销指令"),
    "court.amend": N_("变更指令"),
    "court.take_up": N_("开始办理指令"),
    "court.report": N_("报告指令办理结果"),
    "court.approve": N_("审核通过指令办理结果"),
    "court.send_back": N_("退回指令办理结果"),
    "court.act_without": N_("报告无指令紧急处置"),
    "court.ratify": N_("追认紧急处置"),
    "court.object": N_("不认可紧急处置"),
}
