"""Label codes: what they stand on, how they are signed, and what a scanned text says. Pure.

A QR says ``SZ2:V:7KQ2:ABCD2345:HJKMNPQR``: what it stands on (one letter), the mark of the
installation that printed it, a random code and a keyed digest. These 28 letters fit a QR of 25 × 25
modules at level Q, so that 14 mm of tape still have modules of half a millimetre.

The digest is an HMAC-SHA-256 cut to eight letters (39.6 bits) and no Ed25519 signature: a signature
of 64 bytes needs 45 × 45 modules, and only the station, which holds the key, has to check it: what
a label stands on and whether it is void lie in its database anyway.

It stops: making up a label, turning a short code that was seen or read aloud into a label that
scans, turning a key's tag into a car's, and another installation's label. It does not stop: a copy
of a valid label (nothing printed can); therefore a reprint voids the code, and a void one that is
scanned is written down as a sighting. Nor does it stop whoever reads the key's file.

Labels printed before (``SZ1:code:digest``, six letters, without a mark) are valid until their
thing gets a new label.
"""

from __future__ import annotations

import hashlib
import hmac
import re
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
    BAG = "bag"
    PASS = "pass"  # noqa: S105 - a gate pass


PURPOSES = {
    Purpose.VEHICLE: N_("车辆标签"),
    Purpose.BAY: N_("车位牌"),
    Purpose.KEY: N_("钥匙牌"),
    Purpose.BAG: N_("封存袋标签"),
    Purpose.PASS: N_("出门证"),
}
WANTED = {
    Purpose.VEHICLE: N_("这不是车辆标签。请扫描挡风玻璃上的车辆标签。"),
    Purpose.BAY: N_("这不是车位牌。请扫描车位牌上的码。"),
    Purpose.KEY: N_("这不是钥匙牌。请扫描钥匙牌上的码。"),
    Purpose.BAG: N_("这不是封存袋标签。请扫描封存袋上的码。"),
    Purpose.PASS: N_("这不是出门证。请扫描买受人出示的出门证。"),
}
LETTERS = {
    Purpose.VEHICLE: "V",
    Purpose.BAY: "B",
    Purpose.KEY: "K",
    Purpose.BAG: "S",
    Purpose.PASS: "P",
}


class Sighting(StrEnum):
    """Why the scan of a label is worth a line on the trail."""

    VOID = "void"
    FORGED = "forged"


SIGHTINGS = {
    Sighting.VOID: N_("作废的标签仍在使用，可能被复制"),
    Sighting.FORGED: N_("标签的校验码不对，可能是伪造的"),
}
TOLD = {
    Sighting.VOID: "已作废，却又被扫到，可能有人使用复制的标签",
    Sighting.FORGED: "校验码不对，可能是伪造的",
}
LABEL, OLD_LABEL = "SZ2", "SZ1"
MOST = 100  # labels in one file
LONGEST = 100  # letters of a reason
CODE_LENGTH = 8
MARK_LENGTH = 4
SIGNATURE_LENGTH, OLD_SIGNATURE_LENGTH = 8, 6
ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.|(weixin|alipays?|mailto|tel):|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/|$)"
)


def _spell(key: bytes, said: str, length: int) -> str:
    number = int.from_bytes(hmac.new(key, said.encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(SPOKEN))
        letters.append(SPOKEN[rest])
    return "".join(letters)


def mark_of(key: bytes) -> str:
    """The four letters by which labels of this installation (of this key) know one another."""
    return _spell(key, "mark", MARK_LENGTH)


def text_of(key: bytes, code: str, purpose: Purpose) -> str:
    """What the QR of a label says: `SZ2:<letter>:<mark>:<code>:<digest>`."""
    said = f"{LABEL}:{LETTERS[purpose]}:{mark_of(key)}:{code}"
    return f"{said}:{_spell(key, said, SIGNATURE_LENGTH)}"


def old_text_of(key: bytes, code: str, purpose: Purpose) -> str:
    """What the QR of a label says that was printed before marks: `SZ1:<code>:<digest>`."""
    return f"{OLD_LABEL}:{code}:{_spell(key, f'{purpose}:{code}', OLD_SIGNATURE_LENGTH)}"


@dataclass(frozen=True)
class Scanned:
    """What a label's text says. `text`: all of it, empty when a person typed the short code.
    `mark`: who printed it, empty on labels of before."""

    code: str
    text: str = ""
    mark: str = ""


def read_label(text: str) -> Scanned:
    """The code in a scanned or typed text. Raises `Refused` for what is not one of our labels."""
    clean = half_width(text).strip()
    if ADDRESS.match(clean.lower()):
        raise Refused(
            "label_is_address", "扫到的是一个网址，不是本站标签。请对准车辆、车位或钥匙上的标签。"
        )
    plain = ascii_upper(clean.replace(" ", ""))
    scanned = _take_apart(plain.split(":"), plain)
    if scanned is None:
        raise Refused(
            "label_foreign", "这不是本站的标签。请扫描本站标签，或输入标签上的 8 位编码。"
        )
    return scanned


def _take_apart(parts: list[str], plain: str) -> Scanned | None:
    match parts:
        case [code] if _spoken(code, CODE_LENGTH):
            return Scanned(code)
        case ["SZ1", code, digest]:
            if _spoken(code, CODE_LENGTH) and _spoken(digest, OLD_SIGNATURE_LENGTH):
                return Scanned(code, plain)
        case ["SZ2", letter, mark, code, digest] if letter in LETTERS.values():
            lengths = ((mark, MARK_LENGTH), (code, CODE_LENGTH), (digest, SIGNATURE_LENGTH))
            if all(_spoken(part, length) for part, length in lengths):
                return Scanned(code, plain, mark)
    return None


def _spoken(part: str, length: int) -> bool:
    return len(part) == length and not set(part) - set(SPOKEN)


def check_printing(chosen: int, valid: int, reason: str) -> str:
    """The reason as it is kept. Raises `Refused` (422): nothing chosen, more than one file holds,
    or a reason missing or too short where `valid` labels would be voided."""
    told = " ".join(reason.split())
    _check_chosen(chosen)
    if valid and not 2 <= len(told) <= LONGEST:
        raise Refused(
            "label_reason",
            "选中的有 %(count)d 项已有有效标签，重印会作废旧标签。请写明重印的原因（2 至 100 字）。",
            field="reason",
            count=valid,
        )
    return told


def check_opening(chosen: int, valid: int) -> None:
    """Raise `Refused` (422) unless everything chosen has a label whose file can be opened."""
    _check_chosen(chosen)
    if valid < chosen:
        raise Refused(
            "label_missing",
            "选中的有 %(count)d 项还没有标签，请点“打印选中的标签”。",
            field="subject",
            count=chosen - valid,
        )


def _check_chosen(chosen: int) -> None:
    if not 0 < chosen <= MOST:
        raise Refused(
            "label_none",
            "请选择要打印的标签，一次最多 %(most)d 张。",
            field="subject",
            most=MOST,
        )


def tell_sighting(why: Sighting, code: str, purpose: Purpose | None, vehicle: str) -> str:
    """The message to the manager; messages are always Chinese."""
    what = PURPOSES[purpose] if purpose else "标签"
    stood = f"（{vehicle}）" if vehicle else ""
    return f"{what} {show_code(code)}{stood}{TOLD[why]}。请到现场核对，收回这张标签。"


def show_code(code: str) -> str:
    """A short code in two groups, for reading aloud."""
    return f"{code[:4]} {code[4:]}"


def same(a: Any, b: Any) -> bool:
    """Whether two short texts are equal, in constant time."""
    return hmac.compare_digest(str(a), str(b))
