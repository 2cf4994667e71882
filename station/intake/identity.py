"""Is this the vehicle of the case? VIN, engine number and plate as read on it, compared. Pure.

What is read is kept as it is, right or wrong: a difference is the judge's to weigh [P]. An engine
number must stand on the list for a vehicle without registration (查扣冻规定 art 9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_
from station.vehicles.vin import normalise

LONGEST = 40
VIN_SHAPE = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])")


class Mark(StrEnum):
    """What a vehicle is known by."""

    VIN = "vin"
    ENGINE = "engine"
    PLATE = "plate"


MARK_WORDS = {
    Mark.VIN: N_("车辆识别代号"),
    Mark.ENGINE: N_("发动机号"),
    Mark.PLATE: N_("号牌号码"),
}


class Verdict(StrEnum):
    """What a comparison says of one mark."""

    SAME = "same"
    DIFFERENT = "different"
    UNREAD = "unread"
    UNKNOWN = "unknown"


VERDICT_WORDS = {
    Verdict.SAME: N_("一致"),
    Verdict.DIFFERENT: N_("不一致"),
    Verdict.UNREAD: N_("未核对"),
    Verdict.UNKNOWN: N_("案件未载明"),
}


@dataclass(frozen=True)
class Marks:
    """The three marks; '' for what the case does not say, or what could not be read."""

    vin: str
    engine: str
    plate: str


@dataclass(frozen=True)
class Compared:
    """One mark compared. `at`: place (from 1) of the first character that differs, 0 for none."""

    mark: Mark
    expected: str
    read: str
    verdict: Verdict
    at: int = 0


def read_scanned(text: str) -> str:
    """A VIN out of a bar code or QR code that says more than the VIN; else the text, normalised."""
    found = VIN_SHAPE.search(text.upper())
    return found[0] if found else normalise(text)[:LONGEST]


def compare(expected: Marks, read: Marks) -> list[Compared]:
    """Every mark compared, in the order of `Mark`."""
    return [_one(mark, getattr(expected, mark), getattr(read, mark)) for mark in Mark]


def _one(mark: Mark, expected: str, read: str) -> Compared:
    known, seen = normalise(expected), normalise(read)
    if not seen:
        return Compared(mark, known, "", Verdict.UNREAD)
    if not known:
        return Compared(mark, "", seen, Verdict.UNKNOWN)
    if known == seen:
        return Compared(mark, known, seen, Verdict.SAME)
    pairs = zip(known, seen, strict=False)
    at = next((place for place, (a, b) in enumerate(pairs, 1) if a != b), 0)
    return Compared(mark, known, seen, Verdict.DIFFERENT, at or min(len(known), len(seen)) + 1)


def differing(compared: list[Compared]) -> list[Compared]:
    """The marks that are not those of the case."""
    return [one for one in compared if one.verdict is Verdict.DIFFERENT]


def check_read(compared: list[Compared], *, reason: str, confirmed: bool) -> None:
    """Raise `Refused` when nothing was read, something was not and no reason says why, or something
    differs and nobody has looked a second time (a slip of the finger is no exception)."""
    unread = [one for one in compared if one.verdict is Verdict.UNREAD and one.expected]
    if all(not one.read for one in compared):
        raise Refused("identity_nothing", "请至少核对一项：扫码或照实物填写。", field="vin")
    if unread and not 2 <= len(reason.strip()) <= 200:
        raise Refused(
            "identity_unread",
            "%(marks)s没有核对，请写明原因，例如“号牌已丢失”“发动机号被遮挡”。",
            field="reason",
            marks="、".join(MARK_WORDS[one.mark] for one in unread),
        )
    wrong = differing(compared)
    if wrong and not confirmed:
        raise Refused(
            "identity_differs",
            "%(marks)s与案件不一致（从第 %(at)d 位起不同）。请对照实物再看一遍；确实如此的，勾选“已再次核对”后保存，系统会报告法官。",
            status=409,
            field="confirmed",
            marks="、".join(MARK_WORDS[one.mark] for one in wrong),
            at=wrong[0].at,
        )


class MismatchState(StrEnum):
    """What the judge says of a difference."""

    OPEN = "open"
    SAME = "same"
    OTHER = "other"


MISMATCH_STATES = Steps(
    "mismatch_step",
    {
        MismatchState.OPEN: N_("待法官认定"),
        MismatchState.SAME: N_("认定为本案车辆"),
        MismatchState.OTHER: N_("认定不是本案车辆"),
    },
    {
        MismatchState.OPEN: {MismatchState.SAME, MismatchState.OTHER},
        MismatchState.OTHER: {MismatchState.SAME},
    },
)


def keeps_off_show(state: MismatchState) -> bool:
    """Whether a difference keeps the vehicle from being published."""
    return state is not MismatchState.SAME


def check_words(words: str) -> str:
    """The judge's reason, trimmed. Raises `Refused` (field ``words``) for none."""
    plain = words.strip()
    if not 2 <= len(plain) <= 200:
        raise Refused("mismatch_words", "请写明认定的依据（2 至 200 个字）。", field="words")
    return plain
