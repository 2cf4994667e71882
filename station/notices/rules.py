"""What can be told, through what."""

from __future__ import annotations

from enum import StrEnum

from station.ground.words import N_


class Channel(StrEnum):
    """How a message travels; `by_hand`: staff pass it on from the outbox page."""

    BY_HAND = "by_hand"


CHANNELS = {Channel.BY_HAND: N_("由站内人员转交")}

ACTS = {
    "notices.pass_on": N_("转交消息"),
    "notices.add_contact": N_("登记通知地址"),
    "notices.confirm_contact": N_("验证通知地址"),
    "notices.wrong_code": N_("通知地址验证码不对"),
    "notices.end_contact": N_("停用通知地址"),
    "notices.try_again": N_("重发通知"),
}
