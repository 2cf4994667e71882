"""How what was done by a command is reported, approved or returned. Pure.

The mechanism is our own proposal [P]; that the court decides and the agency works strictly by its
commands: 办法 art 8(1).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_
from station.people.rules import Role

from .rules import COMMAND_WORDS, COMMANDS, CommandKind, Evidence

WORDS = (4, 500)  # characters
MOST_FILES = 12
UNKNOWING, LATEST = timedelta(hours=24), timedelta(hours=72)  # [P]


class ReportState(StrEnum):
    """What the judge says of a report."""

    REPORTED = "reported"
    APPROVED = "approved"
    RETURNED = "returned"


REPORT_STATES = Steps(
    "report_step",
    {
        ReportState.REPORTED: N_("待审核"),
        ReportState.APPROVED: N_("已通过"),
        ReportState.RETURNED: N_("已退回"),
    },
    {ReportState.REPORTED: {ReportState.APPROVED, ReportState.RETURNED}},
)
EVIDENCE_WORDS = {
    Evidence.WORDS: N_("办理情况"),
    Evidence.PHOTO: N_("照片"),
    Evidence.PAPER: N_("文书（PDF）"),
}


def missing_evidence(kind: CommandKind, words: str, mimes: Collection[str]) -> list[str]:
    """Words (msgids) of the evidence that a report of `kind` lacks. `mimes`: of its files."""
    there = {
        Evidence.WORDS: bool(words.strip()),
        Evidence.PHOTO: any(mime.startswith("image/") for mime in mimes),
        Evidence.PAPER: "application/pdf" in mimes,
    }
    return [EVIDENCE_WORDS[one] for one in COMMANDS[kind].evidence if not there[one]]


def check_report(kind: CommandKind, words: str, mimes: Collection[str]) -> None:
    """Raise `Refused` for a kind that its own act closes, for missing evidence, too many files, or
    words that are too short or long."""
    if not COMMANDS[kind].reported:
        raise Refused(
            "closed_by_act",
            "“%(kind)s”指令在办完最后一步时自动办结，不需要另外报告。",
            status=409,
            kind=COMMAND_WORDS[kind],
        )
    if missing := missing_evidence(kind, words, mimes):
        raise Refused(
            "report_evidence",
            "还不能报告，缺少：%(missing)s。请补上再提交。",
            field="words" if missing[0] == EVIDENCE_WORDS[Evidence.WORDS] else "files",
            missing="、".join(missing),
        )
    if len(mimes) > MOST_FILES:
        raise Refused(
            "report_files",
            "一次最多附 %(most)d 个文件，请挑选后再提交。",
            field="files",
            most=MOST_FILES,
        )
    if words.strip():
        check_words(words, "words")


def check_words(text: str, field: str) -> str:
    """The trimmed text of a report, a reason or an answer. Raises `Refused` naming `field`."""
    words = text.strip()
    low, high = WORDS
    if not low <= len(words) <= high:
        raise Refused(
            "report_words",
            "请写 %(low)d 至 %(high)d 个字，说清办了什么或为什么。",
            field=field,
            low=low,
            high=high,
        )
    return words


def check_approver(kind: CommandKind, role: Role) -> None:
    """Raise `Refused` (403) unless `role` may approve or return what was done by `kind`."""
    if role not in COMMANDS[kind].approved_by:
        raise Refused("report_approver", "办理结果须由承办法官审核，请交法官处理。", status=403)


def acted_unknowing(
    claimed: datetime | None, doubtful: bool, revoked: datetime, now: datetime
) -> bool:
    """Whether an act that arrives after its command was revoked was done before that could be known:
    on a device without signal (only then is a time `claimed`), by a clock that can be believed,
    at most a day after the revocation, and told at most three days later than it was done.

    Such an act is kept, flagged and put before the judge: refusing what was done to a car would
    only hide it [P].
    """
    if claimed is None or doubtful or claimed > now:
        return False
    return claimed <= revoked + UNKNOWING and now - claimed <= LATEST
