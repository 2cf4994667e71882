"""Damage, loss and weather while a vehicle is held: told the same day, decided, settled. Pure.

What happens to a seized thing moves the seizure to what is paid for it (查扣冻规定 art 22), so the court
must know at once; the same day is ours [P].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_

WHAT = (6, 300)  # characters
OLDEST_DAYS = 365


class IncidentKind(StrEnum):
    """What happened."""

    DAMAGE = "damage"
    LOSS = "loss"
    WEATHER = "weather"


INCIDENT_WORDS = {
    IncidentKind.DAMAGE: N_("损坏"),
    IncidentKind.LOSS: N_("丢失"),
    IncidentKind.WEATHER: N_("天气灾害"),
}


class IncidentState(StrEnum):
    """How far it has come."""

    REPORTED = "reported"
    DECIDED = "decided"
    SETTLED = "settled"


INCIDENT_STATES = Steps(
    "incident_step",
    {
        IncidentState.REPORTED: N_("待法官处理"),
        IncidentState.DECIDED: N_("法官已决定"),
        IncidentState.SETTLED: N_("已处理完毕"),
    },
    {
        IncidentState.REPORTED: {IncidentState.DECIDED},
        IncidentState.DECIDED: {IncidentState.SETTLED},
    },
)


@dataclass(frozen=True)
class Told:
    """What the station says. `view`: slot of the gate-in photo that shows the place before, or '';
    `estimate`: fen, None while nobody can say."""

    kind: IncidentKind
    happened_on: date
    what: str
    view: str
    estimate: int | None


def check_told(told: Told, pictures: int, today: date) -> None:
    """Raise `Refused` for an incident without words or picture, or on a day that cannot be."""
    if not WHAT[0] <= len(told.what) <= WHAT[1]:
        raise Refused(
            "incident_what",
            "请写明发生了什么、在哪里、影响到哪（%(low)d 至 %(high)d 个字）。",
            field="what",
            low=WHAT[0],
            high=WHAT[1],
        )
    if told.happened_on > today or (today - told.happened_on).days > OLDEST_DAYS:
        raise Refused("incident_day", "发生日期不能晚于今天，也不会早于一年前。", field="on")
    if told.estimate is not None and told.estimate < 0:
        raise Refused("incident_cost", "金额不能是负数。", field="cost")
    if not pictures:
        raise Refused("incident_picture", "请拍下现状：丢失的，拍原来放的地方。", field="photo")


def days_late(happened_on: date, told_on: date) -> int:
    """Days after the day itself on which it was told; 0 is the same day."""
    return max(0, (told_on - happened_on).days)


def check_words(words: str, field: str) -> str:
    """A decision or a settlement in words, trimmed. Raises `Refused` for none."""
    plain = words.strip()
    if not 2 <= len(plain) <= WHAT[1]:
        raise Refused("incident_words", "请写明决定或处理结果（2 至 300 个字）。", field=field)
    return plain
