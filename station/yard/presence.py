"""The presence check: the court asks for a picture now, with a code that nobody knew before. Pure.

All of it is ours [P]: LAW §5.5 asks for counts with the court present, 办法 art 8(1) for work by command.
The draw is verifiable: whoever has the seed and the list of vehicles draws the same again. Server
time counts; what a device without signal claims is kept and shown as unverified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_

WINDOW = timedelta(minutes=20)
MOST = 20  # vehicles of one check
CODE_LENGTH = 6
ALIKE_BITS = 3  # of 64: the same picture after another compression
REASON = (4, 200)  # characters


class AskState(StrEnum):
    """How far one vehicle of a check has come."""

    ASKED = "asked"
    OPENED = "opened"
    ANSWERED = "answered"
    EXCUSED = "excused"
    ACCEPTED = "accepted"
    DOUBTED = "doubted"


ASK_STATES = Steps(
    "presence_step",
    {
        AskState.ASKED: N_("待拍照"),
        AskState.OPENED: N_("已取码，待拍照"),
        AskState.ANSWERED: N_("已拍照，待查看"),
        AskState.EXCUSED: N_("说明无法拍照"),
        AskState.ACCEPTED: N_("法官认可"),
        AskState.DOUBTED: N_("法官存疑"),
    },
    {
        AskState.ASKED: {AskState.OPENED, AskState.EXCUSED},
        AskState.OPENED: {AskState.ANSWERED, AskState.EXCUSED},
        AskState.ANSWERED: {AskState.ACCEPTED, AskState.DOUBTED},
        AskState.EXCUSED: {AskState.ACCEPTED, AskState.DOUBTED},
        AskState.DOUBTED: {AskState.ACCEPTED},
    },
)
OPEN_STATES = (AskState.ASKED, AskState.OPENED)
TO_JUDGE = (AskState.ANSWERED, AskState.EXCUSED)


def draw(candidates: Sequence[str], count: int, seed: str) -> list[str]:
    """`count` of `candidates` by the order of SHA-256 over seed and id: the same for everybody who
    has seed and list, whatever the order of the list.

    Raises `Refused` (field ``count``) when fewer are there than are wanted.
    """
    there = sorted(set(candidates))
    check_count(count, len(there))
    return sorted(there, key=lambda one: _ticket(seed, one))[:count]


def _ticket(seed: str, one: str) -> str:
    return hashlib.sha256(f"{seed}|{one}".encode()).hexdigest()


def digest_of(candidates: Sequence[str]) -> str:
    """SHA-256 of the list from which was drawn; it stands on the trail."""
    return hashlib.sha256(" ".join(sorted(set(candidates))).encode()).hexdigest()


def check_count(count: int, there: int) -> None:
    """Raise `Refused` (field ``count``) for none, too many, or more than there are."""
    if not 1 <= count <= MOST:
        raise Refused("presence_count", "一次请点 1 至 %(most)d 辆车。", field="count", most=MOST)
    if count > there:
        raise Refused(
            "presence_few",
            "在这个服务站的本院车辆只有 %(there)d 辆，请减少数量。",
            field="count",
            there=there,
        )


class Timing(StrEnum):
    """What the server's clock says of an answer."""

    WAITING = "waiting"
    IN_TIME = "in_time"
    LATE = "late"
    UNVERIFIED = "unverified"
    OVERDUE = "overdue"


TIMING_WORDS = {
    Timing.WAITING: N_("未到时限"),
    Timing.IN_TIME: N_("按时"),
    Timing.LATE: N_("超时"),
    Timing.UNVERIFIED: N_("时间未经核实"),
    Timing.OVERDUE: N_("超时未答复"),
}


def judge_time(
    due: datetime, answered: datetime | None, claimed: datetime | None, now: datetime
) -> Timing:
    """How an answer stands to its hour. A picture that came late but claims to be taken in time was
    sent without signal, or by a clock that was set: unverified, never in time."""
    if answered is None:
        return Timing.OVERDUE if now > due else Timing.WAITING
    if answered <= due:
        return Timing.IN_TIME
    return Timing.UNVERIFIED if claimed is not None and claimed <= due else Timing.LATE


def distance(a: str, b: str) -> int:
    """Bits in which two 64-bit likenesses (16 hexadecimal digits) differ; 64 when one is unknown."""
    if len(a) != 16 or len(b) != 16:
        return 64
    return (int(a, 16) ^ int(b, 16)).bit_count()


def is_same_picture(a: str, b: str) -> bool:
    """Whether two pictures are the same one, be it compressed anew."""
    return distance(a, b) <= ALIKE_BITS


def check_reason(text: str) -> str:
    """The trimmed reason why no picture can be taken. Raises `Refused` (field ``reason``)."""
    reason = text.strip()
    if not REASON[0] <= len(reason) <= REASON[1]:
        raise Refused(
            "presence_reason",
            "请写明为什么不能拍照（%(low)d 至 %(high)d 个字），例如“车辆正在外修，由顺达修理厂保管”。",
            field="reason",
            low=REASON[0],
            high=REASON[1],
        )
    return reason
