"""The vehicle identification number: reading it, its check digit, and when a person must vouch.

Algorithm and letters: [V:VIN], GB 16735-2019; the tables are data in `plates_vin.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.widths import ascii_upper, half_width
from station.ground.words import N_

TABLE = read_table(__file__, "plates_vin.yaml")
_VIN = TABLE["vin"]
_VALUES = {str(n): n for n in range(10)} | _VIN["translit"]
_PUNCTUATION = re.compile(r"[\s\-‐‑‒–—−_·•・.．★☆*]")


@dataclass(frozen=True)
class Vin:
    """A VIN of the right shape.

    `text`: 17 characters, normalised. `region`: ``china``, ``north_america`` or ``other``, by
    its first character. `expected`: the check digit it should have at position 9.
    """

    text: str
    region: str
    expected: str

    @property
    def checks(self) -> bool:
        """Whether position 9 is the expected check digit."""
        return self.text[8] == self.expected

    def __str__(self) -> str:
        return self.text


def normalise(text: str) -> str:
    """Half-width capitals without spaces, hyphens, dots and the ★ or * stamped around a VIN."""
    return ascii_upper(_PUNCTUATION.sub("", half_width(text)))


def check_digit(vin: str) -> str:
    """Check digit (0–9 or X) that belongs at position 9 of 17 allowed characters [V:VIN]."""
    total = sum(_VALUES[c] * w for c, w in zip(vin, _VIN["weights"], strict=True))
    return "X" if total % 11 == 10 else str(total % 11)


def read_vin(text: str, *, overridden: bool = False) -> Vin:
    """Read a VIN as typed, scanned or recognised.

    `overridden`: a photo and a second signature vouch for a failed check digit (GB 16735-2019
    [V:VIN]; imported vehicles need not have one and pass without).
    Raises `Refused` (field ``vin``): ``vin_length``, ``vin_character`` (names character and
    position), ``vin_check`` (shows the expected digit).
    """
    plain = normalise(text)
    if not plain:
        _refuse_vin_length(plain)
    for position, char in enumerate(plain, 1):
        if char not in _VALUES:
            _refuse_vin_character(char, position)
    if len(plain) != _VIN["length"]:
        _refuse_vin_length(plain)
    vin = Vin(plain, _VIN["regions"].get(plain[0], "other"), check_digit(plain))
    if needs_override(vin) and not overridden:
        raise Refused(
            "vin_check",
            "车辆识别代号校验不符：第 9 位应为“%(expected)s”，现为“%(found)s”。"
            "请核对实物；确认无误的，请拍照并由第二人签名后登记。",
            field="vin",
            expected=vin.expected,
            found=plain[8],
        )
    return vin


def needs_override(vin: Vin) -> bool:
    """Whether registering `vin` takes a photo and a second signature.

    The check digit is compulsory for vehicles built in China and North America only.
    """
    return not vin.checks and _VIN["policy"][vin.region] == "error_with_override"


def vin_warnings(vin: Vin) -> list[str]:
    """Sentences (msgids) for a person to read beside an accepted VIN; empty when all is usual."""
    found = []
    if not vin.checks:
        found.append(N_("校验位不符；进口车辆可以没有校验位，请对照实物和登记证书核对。"))
    if vin.region == "china" and not re.match(_VIN["usual_cn"], vin.text):
        found.append(N_("末尾几位不是常见的数字序列，请再核对一次。"))
    return found


def _refuse_vin_length(plain: str) -> NoReturn:
    raise Refused(
        "vin_length",
        "车辆识别代号应为 17 位，现为 %(found)d 位。请核对是否漏填或多填。",
        field="vin",
        found=len(plain),
    )


def _refuse_vin_character(char: str, position: int) -> NoReturn:
    likely = _VIN["look_alikes"].get(char)
    if likely:
        raise Refused(
            "vin_character",
            "车辆识别代号第 %(position)d 位是“%(char)s”：不使用字母 I、O、Q，"
            "请核对是否应为数字“%(likely)s”。",
            field="vin",
            position=position,
            char=char,
            likely=likely,
        )
    raise Refused(
        "vin_character",
        "车辆识别代号第 %(position)d 位“%(char)s”不是数字或大写字母，请改正。",
        field="vin",
        position=position,
        char=char,
    )
