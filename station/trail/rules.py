"""What a trail line is, byte for byte, and what its hashes mean. Pure: no database, no clock.

Leaf: RFC 9162 §2.1.1, SHA-256 over 0x00 and the canonical JSON (RFC 8785) of the line.
Root: RFC 9162 §2.1.1 Merkle tree hash over the leaf hashes.
Fields are strings, integers and booleans only, `facts` a flat object of them; a field without
a value is left out. Fixed from the first line, so that later proofs need no rewriting.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import rfc8785

from station.ground.widths import ascii_upper, half_width
from station.ground.words import N_

Fact = str | int | bool
LARGEST = 2**53 - 1  # what canonical JSON can carry exactly
CLOCK_SKEW = timedelta(minutes=2)
LONGEST_OFFLINE = timedelta(days=3)
PROMPT = timedelta(seconds=30)
NO_PREVIOUS = b"\0" * 32
ERASED = "trail.erase"
BY_PIN = "pin_without_signal"  # a fact of a line: the device signed, the person gave a PIN alone

ACTS = {
    "trail.found": N_("设立系统"),
    ERASED: N_("依法删除个人信息"),
}


@dataclass(frozen=True)
class Line:
    """One act. Times are aware UTC; `previous` is the hash of the line before (32 bytes).

    `device` and `address` hold salted digests, never the values; so do the facts named by
    `private` when the line was written.
    """

    chain: str
    number: int
    at: datetime
    act: str
    subject: str
    actor: str
    role: str
    organisation: str
    previous: bytes
    happened_at: datetime | None = None
    clock_doubtful: bool = False
    device: str = ""
    address: str = ""
    vehicle: str = ""
    case: str = ""
    command: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


def as_text(moment: datetime) -> str:
    """A time as the trail writes it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def canonical(line: Line) -> bytes:
    """The bytes that are hashed. Raises `ValueError` for a fact that canonical JSON cannot hold."""
    body: dict[str, object] = {
        "chain": line.chain,
        "number": line.number,
        "at": as_text(line.at),
        "act": line.act,
        "subject": line.subject,
        "actor": line.actor,
        "role": line.role,
        "organisation": line.organisation,
        "previous": line.previous.hex(),
        "facts": dict(line.facts),
    }
    for name in ("device", "address", "vehicle", "case", "command"):
        if value := getattr(line, name):
            body[name] = value
    if line.happened_at is not None:
        body["happened_at"] = as_text(line.happened_at)
    if line.clock_doubtful:
        body["clock_doubtful"] = True
    check_facts(line.facts)
    return rfc8785.dumps(body)  # type: ignore[arg-type]


def check_facts(facts: Mapping[str, object]) -> None:
    """Raise `ValueError` unless every fact is a string, a boolean or an exact integer."""
    for name, value in facts.items():
        if isinstance(value, bool | str):
            continue
        if not isinstance(value, int) or abs(value) > LARGEST:
            raise ValueError(f"fact {name!r} is neither text, boolean nor exact integer: {value!r}")


def leaf(line: Line) -> bytes:
    """RFC 9162 leaf hash of the line, 32 bytes."""
    return hashlib.sha256(b"\0" + canonical(line)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 Merkle tree hash of leaf hashes; of none, the hash of the empty string.

    Works level by level from the left, carrying an odd last node up unchanged, which gives the
    same tree as the recursive definition (split at the largest power of two below the length).
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def digest(salt: bytes, name: str, value: str) -> str:
    """Salted digest of a personal value; nothing can be guessed from it without the salt."""
    return hmac.new(salt, f"{name}\0{value}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class ClaimedTime:
    """The device's time as far as it is believed; `doubtful` goes on the trail."""

    happened_at: datetime | None
    doubtful: bool


def judge_claim(at: datetime, claimed: datetime | None, *, clock_off: bool = False) -> ClaimedTime:
    """Whether a device's claimed time counts beside the server's `at`.

    Work done without signal counts at the time it was done (DESIGN: `happened_at`). A claim in
    the future by more than two minutes, one older than three days, and every claim of a clock
    that was seen to be off (`read_device_clock`) is kept but flagged.
    """
    if claimed is None:
        return ClaimedTime(None, clock_off)
    doubtful = clock_off or claimed > at + CLOCK_SKEW or claimed < at - LONGEST_OFFLINE
    return ClaimedTime(claimed, doubtful)


@dataclass(frozen=True)
class DeviceClock:
    """What a device's clock says of an act that it sends; `off`: not to be trusted."""

    claimed: datetime | None
    off: bool


def read_device_clock(
    now: datetime, happened: datetime | None, sent: datetime | None, *, went_back: bool
) -> DeviceClock:
    """When an act was done by its device's word, and whether that clock is off.

    `happened` and `sent`: the device's clock at the act and at its sending; `now`: the server's.
    Off: more than two minutes from the server's, or set back since the act before. An act that was
    sent within half a minute claims nothing: the server's own time says when it was done.
    """
    if happened is None or sent is None:
        return DeviceClock(None, False)
    off = abs(sent - now) > CLOCK_SKEW or went_back or sent < happened
    prompt = timedelta(0) <= sent - happened <= PROMPT
    return DeviceClock(None if prompt and not off else happened, off)


def time_that_counts(at: datetime, happened_at: datetime | None, doubtful: bool) -> datetime:
    """For a deadline: the claimed time, unless the clock was doubtful; never after `at`."""
    if happened_at is None or doubtful:
        return at
    return min(at, happened_at)


# --- documents

NUMBER = re.compile(r"[A-Z]{2}[0-9]{8}-[0-9A-F]{6}(-[0-9]{1,3})?")


class Verdict(StrEnum):
    """What can be said to a stranger about a document."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    UNKNOWN = "unknown"


def document_number(prefix: str, day: date, subject: str, version: int = 1) -> str:
    """``RK20261122-3F2A1B``: two letters of its kind, the day in Shanghai, six digits of the random
    id of what it is about; from the second version on with ``-2``."""
    plain = f"{prefix}{day:%Y%m%d}-{subject[:6].upper()}"
    return plain if version == 1 else f"{plain}-{version}"


def read_document_number(text: str) -> str:
    """A document's number as typed or scanned, in its one form; empty when it cannot be one."""
    plain = re.sub(r"\s", "", ascii_upper(half_width(text[:60])))
    return plain if NUMBER.fullmatch(plain) else ""


def read_fingerprint(text: str) -> str:
    """A SHA-256 as 64 hexadecimal digits; empty when it is none."""
    plain = text[:200].strip().lower()
    return plain if re.fullmatch(r"[0-9a-f]{64}", plain) else ""


def judge_document(*, found: bool, sound: bool, replaced: bool) -> Verdict:
    """`sound`: its two lines (what it proves, and its keeping) are what was written. `replaced`: a
    later document names it as the one that it takes the place of."""
    if not found:
        return Verdict.UNKNOWN
    if not sound:
        return Verdict.ALTERED
    return Verdict.SUPERSEDED if replaced else Verdict.GENUINE
