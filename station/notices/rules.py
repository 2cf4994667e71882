"""What can be told, through what."""

from __future__ import annotations

from enum import StrEnum

from station.ground.words import N_


class Channel(StrEnum):
    """How a message travels; `by_hand`: staff pass it on from the outbox page."""

    BY_HAND = "by_hand"


CHANNELS = {Channel.BY_HAND: N_("由站内人员转交")}

ACTS = {"notices.pass_on": N_("转交消息")}
