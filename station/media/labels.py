"""Label codes: what they stand on, how they are signed, and what a scanned text says. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from station.ground.ids import SPOKEN
from station.ground.refused import Refused
from station.ground.widths import ascii_upper, half_width
from station.ground.words import N_


class Purpose(StrEnum):
    """What a label stands on."""

    VEHICLE = "vehicle"
    BAY = "bay"
    KEY = "key"
    PASS = "pass"  # noqa: S105 - a gate pass


PURPOSES = {
    Purpose.VEHICLE: N_("车辆标签"),
    Purpose.BAY: N_("车位牌"),
    Purpose.KEY: N_("钥匙牌"),
    Purpose.PASS: N_("出门证"),
}
WANTED = {
    Purpose.VEHICLE: N_("这不是车辆标签。请扫描挡风玻璃上的车辆标签。"),
    Purpose.BAY: N_("这不是车位牌。请扫描车位牌上的码。"),
    Purpose.KEY: N_("这不是钥匙牌。请扫描钥匙牌上的码。"),
    Purpose.PASS: N_("这不是出门证。请扫描买受人出示的出门证。"),
}
LABEL = "SZ1"
CODE_LENGTH = 8
SIGNATURE_LENGTH = 6


def sign_code(key: bytes, code: str, purpose: str) -> str:
    """Six spoken letters of HMAC-SHA-256: a label cannot be made without the station's key."""
    number = int.from_bytes(hmac.new(key, f"{purpose}:{code}".encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(SIGNATURE_LENGTH):
        number, rest = divmod(number, len(SPOKEN))
        letters.append(SPOKEN[rest])
    return "".join(letters)


@dataclass(frozen=True)
class Scanned:
    """What a label's text says; `signature` is empty when a person typed the short code."""

    code: str
    signature: str


def read_label(text: str) -> Scanned:
    """The code in a scanned or typed text. Raises `Refused` for what is not one of our labels."""
    clean = half_width(text).strip()
    if "://" in clean or clean.lower().startswith("www."):
        raise Refused(
            "label_is_address", "扫到的是一个网址，不是本站标签。请对准车辆、车位或钥匙上的标签。"
        )
    parts = ascii_upper(clean.replace(" ", "")).split(":")
    if parts[0] == LABEL and len(parts) == 3:
        code, signature = parts[1], parts[2]
    else:
        code, signature = parts[0] if len(parts) == 1 else "", ""
    if len(code) != CODE_LENGTH or set(code + signature) - set(SPOKEN):
        raise Refused(
            "label_foreign", "这不是本站的标签。请扫描本站标签，或输入标签上的 8 位编码。"
        )
    return Scanned(code, signature)


def same(a: Any, b: Any) -> bool:
    """Whether two short texts are equal, in constant time."""
    return hmac.compare_digest(str(a), str(b))
