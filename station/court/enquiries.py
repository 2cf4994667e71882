"""What is found out about a vehicle before it is put up, whom one asks, and how long an answer
holds (前期调查 by 协查). Pure.

That the condition, the use and the rights in the way of a transfer are investigated: 办法 art 3(2),
LCJ art 3. How an enquiry runs is our own proposal [P].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table
from station.ground.words import N_

from .deadlines import last_day
from .reports import check_words

PAPER = "enquiry_reply"  # kind of the files of an answer
REPLY = "reply_default"
ASKED_OF = 40  # characters
MOST_FEN = 100_000_000_000  # a thousand million yuan is a slip of the finger


@dataclass(frozen=True)
class Subject:
    """One row of the table. `of`: whom one usually asks; `paper`: an answer needs its file;
    `amount`: money may be owed; `until`: the last day it holds must be said."""

    id: str
    zh: str
    of: str
    paper: bool = False
    amount: bool = False
    until: bool = False
    ref: str = ""
    mark: str = ""


SUBJECTS = {row["id"]: Subject(**row) for row in read_table(__file__, "survey.yaml")["subjects"]}


class EnquiryState(StrEnum):
    """Whether it was answered."""

    ASKED = "asked"
    ANSWERED = "answered"


ENQUIRY_STATES = Steps(
    "enquiry_step",
    {EnquiryState.ASKED: N_("待回复"), EnquiryState.ANSWERED: N_("已回复")},
    {EnquiryState.ASKED: {EnquiryState.ANSWERED}},
)


class Outcome(StrEnum):
    """What came of it. UNKNOWN: it cannot be found out, with the reason; never taken as clear."""

    CLEAR = "clear"
    FOUND = "found"
    UNKNOWN = "unknown"


OUTCOME_WORDS = {
    Outcome.CLEAR: N_("没有问题"),
    Outcome.FOUND: N_("有问题或负担"),
    Outcome.UNKNOWN: N_("无法查明"),
}


class Standing(StrEnum):
    """How a subject stands today, what needs somebody first."""

    LATE = "late"
    EXPIRED = "expired"
    OPEN = "open"
    WAITING = "waiting"
    FOUND = "found"
    UNKNOWN = "unknown"
    CLEAR = "clear"


STANDING_WORDS = {
    Standing.LATE: N_("逾期未回复"),
    Standing.EXPIRED: N_("回复已过期，须重查"),
    Standing.OPEN: N_("尚未查明"),
    Standing.WAITING: N_("待回复"),
    Standing.FOUND: N_("有问题或负担"),
    Standing.UNKNOWN: N_("无法查明"),
    Standing.CLEAR: N_("没有问题"),
}
SETTLED = (Standing.FOUND, Standing.UNKNOWN, Standing.CLEAR)


@dataclass(frozen=True)
class Answer:
    """An answer as typed and read. `fen`: what is owed; `until`: last day on which it holds."""

    outcome: Outcome
    words: str
    fen: int | None
    until: date | None


def standing_of(
    state: EnquiryState | None,
    due: date | None,
    outcome: Outcome | None,
    until: date | None,
    today: date,
) -> Standing:
    """How a subject stands whose newest enquiry is so; all None: nobody asked."""
    if state is None:
        return Standing.OPEN
    if state is EnquiryState.ASKED or outcome is None:
        return Standing.LATE if due and due < today else Standing.WAITING
    if until and until < today:
        return Standing.EXPIRED
    return Standing(outcome.value)


def check_ask(about: Iterable[str], due: date, today: date) -> tuple[Subject, ...]:
    """The subjects to be asked. Raises `Refused` for none, for an unknown one, for a past day."""
    wanted = tuple(dict.fromkeys(about))
    if not wanted or not set(wanted) <= set(SUBJECTS):
        raise Refused("no_subject", "请勾选要查的事项。", field="about")
    if due < today:
        raise Refused("ask_due_past", "要求回复的日期不能早于今天，请重新选择。", field="due")
    return tuple(SUBJECTS[one] for one in wanted)


def default_due(today: date) -> date:
    """When a reply is due that is asked for today [P]."""
    return last_day(REPLY, today)


def check_asked_of(text: str) -> str:
    """The office that is asked, trimmed. Raises `Refused` for none, or too long a one."""
    name = text.strip()
    if not 2 <= len(name) <= ASKED_OF:
        raise Refused(
            "asked_of", "请写明向哪个单位查询，2 至 %(most)d 个字。", field="of", most=ASKED_OF
        )
    return name


def check_answer(subject: Subject, answer: Answer, papers: int, today: date) -> None:
    """Raise `Refused` for an answer that says too little to be relied on."""
    unknown = answer.outcome is Outcome.UNKNOWN
    if answer.outcome is not Outcome.CLEAR or answer.words.strip():
        check_words(answer.words, "words")
    if subject.paper and not unknown and not papers:
        raise Refused(
            "answer_paper",
            "“%(about)s”的回复须附原件照片或 PDF，请选择文件。",
            field="files",
            about=subject.zh,
        )
    _check_until(subject, answer, today)
    if answer.fen is not None and not (subject.amount and 0 <= answer.fen <= MOST_FEN):
        raise Refused("answer_amount", "这一项不登记金额，或金额过大，请核对。", field="amount")


def _check_until(subject: Subject, answer: Answer, today: date) -> None:
    if subject.until and answer.outcome is Outcome.CLEAR and answer.until is None:
        raise Refused(
            "answer_until",
            "请填写“%(about)s”有效到哪一天，到期前系统会提醒。",
            field="until",
            about=subject.zh,
        )
    if answer.until and answer.outcome is Outcome.CLEAR and answer.until < today:
        raise Refused(
            "answer_expired",
            "有效期已过，不能登记为没有问题；请改选“有问题或负担”并写明。",
            field="until",
        )


def check_filing(standings: Mapping[str, Standing], answered_since: bool) -> None:
    """Raise `Refused` unless the survey can be filed: every subject settled, and something answered
    since it was filed last."""
    missing = [SUBJECTS[one].zh for one in SUBJECTS if standings[one] not in SETTLED]
    if missing:
        raise Refused(
            "survey_missing",
            "还不能提交，以下事项尚未查明或须重查：%(missing)s。查不到的请登记“无法查明”并写明原因。",
            status=409,
            missing="、".join(missing),
        )
    if not answered_since:
        raise Refused(
            "survey_filed", "前期调查已经提交，此后没有新的回复，不需要再提交。", status=409
        )
