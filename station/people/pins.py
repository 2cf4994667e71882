"""PINs and what an enrolled device signs. Pure.

A PIN identifies a person on a device of the station; it is no password: it is asked for on enrolled
devices alone, six wrong tries lock it, and without signal it only identifies while the device's own
key signs. Bounds [P]; NIST SP 800-63B asks for at least six digits of a PIN that authenticates alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from itertools import pairwise

from station.ground.refused import Refused

MOST_WRONG = 6
PIN = re.compile(r"[0-9]{4,6}")
UNSIGNED = {"csrf_token", "once", "_upload"}  # made anew when an act is sent


def check_pin(pin: str) -> None:
    """Four to six digits, not all alike and not a row up or down."""
    if not PIN.fullmatch(pin):
        raise Refused("pin_shape", "PIN 是 4 到 6 位数字。", field="pin")
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refused(
            "pin_easy", "这个 PIN 太好猜，请换一个，不要用相同或连续的数字。", field="pin"
        )


def check_device_name(name: str) -> None:
    """A device is called something that people find it by."""
    if not 2 <= len(name) <= 40:
        raise Refused(
            "device_name", "请给这台设备起个名字（2 到 40 个字），例如“大门平板”。", field="name"
        )


def digest_form(fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]]) -> str:
    """What a device signs of a form: SHA-256 over the sorted digests of its pairs.

    `files`: (field, SHA-256 of the file). Line ends count as one character, as no browser keeps them.
    """
    pairs = [[0, _plain(name), _plain(value)] for name, value in fields if name not in UNSIGNED]
    pairs += [[1, name, value] for name, value in files]
    texts = (json.dumps(pair, ensure_ascii=False, separators=(",", ":")) for pair in pairs)
    lines = sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def signed_text(act: str, person: str, url: str, happened: str, digest: str) -> bytes:
    """The bytes under a device's signature: which act, by whom, where to, when, and what it says."""
    return "\n".join((act, person, url, happened, digest)).encode()
