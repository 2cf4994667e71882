"""How a message travels: when it may go, how often it is tried, when it is given up. Pure.

Our own proposal [P], by the manner of mail servers: growing pauses, and an end.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, time, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from station.ground.clock import in_shanghai
from station.ground.refused import Refused
from station.ground.words import N_

QUIET = (time(22, 0), time(7, 30))  # of Shanghai
DIGEST = time(8, 30)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))
MOST_TRIES = len(PAUSES) + 1
LOST_AFTER = timedelta(minutes=10)
"""A message in the hands of a worker for longer was in those of one that died."""
CODE_TRIES, CODE_LASTS = 5, timedelta(minutes=30)
LONGEST = 300  # characters of an address


class Way(StrEnum):
    """Through what."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    WEBHOOK = "webhook"


WAY_WORDS = {
    Way.EMAIL: N_("电子邮件"),
    Way.SMS: N_("短信"),
    Way.CHAT: N_("钉钉、企业微信或飞书群机器人"),
    Way.WEBHOOK: N_("系统接口（带签名）"),
}
CHATS = {"dingtalk", "wecombot", "feishu", "lark"}
"""Kinds of chat addresses of the notification library whose servers are fixed: a typed address
can never reach into our own network."""


class MessageState(StrEnum):
    """How far a message has come. SENDING: in the hands of one worker."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


STATE_WORDS = {
    MessageState.WAITING: N_("待发送"),
    MessageState.SENDING: N_("发送中"),
    MessageState.SENT: N_("已送出"),
    MessageState.FAILED: N_("未能送出"),
}


class Permanent(Exception):
    """It will never arrive: the address does not exist, or the other side refuses it for good."""


class Passing(Exception):
    """It did not arrive this time."""


def first_time(now: datetime, *, urgent: bool, digest: bool) -> datetime:
    """When a message that is made at the aware moment `now` may go: an urgent one at once, one for
    the digest at the next half past eight, another one after the quiet hours."""
    if urgent:
        return now
    here = in_shanghai(now)
    if digest:
        morning = here.replace(hour=DIGEST.hour, minute=DIGEST.minute, second=0, microsecond=0)
        return morning if morning > here else morning + timedelta(days=1)
    begins, ends = QUIET
    if ends <= here.time() < begins:
        return now
    morning = here.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    return morning if here.time() < ends else morning + timedelta(days=1)


def next_time(now: datetime, tries: int) -> datetime | None:
    """When a message that has failed `tries` times is tried again; none when it is given up."""
    return now + PAUSES[tries - 1] if tries < MOST_TRIES else None


def sign(secret: str, moment: int, body: bytes) -> str:
    """The signature of an outgoing call: HMAC-SHA256 over ``<unix seconds>.<body>``, in hexadecimal
    (docs/notices.md)."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


# --- addresses


def read_address(way: Way, text: str, *, local: bool = False) -> str:
    """An address as typed, tidied. `local`: whether calls to this very machine are allowed (tests).
    Raises `Refused` naming the field."""
    value = text.strip()
    if way is Way.SMS:
        value = re.sub(r"[\s-]", "", value)
    if len(value) > LONGEST or not _is_good(way, value, local):
        raise Refused("contact_address", WRONG[way], field="address")
    return value


def _is_good(way: Way, value: str, local: bool) -> bool:
    match way:
        case Way.EMAIL:
            return _is_email(value)
        case Way.SMS:
            return re.fullmatch(r"1[3-9][0-9]{9}", value) is not None
        case Way.CHAT:
            return value.partition("://")[0] in CHATS and len(value) > 16
        case Way.WEBHOOK:
            return _is_outside(value) or (local and _is_here(value))


WRONG = {
    Way.EMAIL: N_("请填写完整的电子邮件地址，例如 wang@example.cn。"),
    Way.SMS: N_("请填写 11 位手机号码。"),
    Way.CHAT: N_(
        "请填写群机器人地址，以 dingtalk://、wecombot:// 或 feishu:// 开头，后接机器人的密钥。"
    ),
    Way.WEBHOOK: N_("请填写以 https:// 开头的外部地址，不能是内网地址。"),
}


def _is_email(text: str) -> bool:
    return re.fullmatch(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text) is not None


def _is_outside(text: str) -> bool:
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host or parts.username:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return not host.endswith((".local", ".internal", ".localhost"))


def _is_here(text: str) -> bool:
    return urlsplit(text).hostname == "127.0.0.1"
