"""The second factor of a sign-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes.

For court people a password alone is not enough [P]; a code counts once, thirty seconds before and after
its own time (RFC 6238, 5.2), and after five wrong ones there is a pause.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from station.ground.refused import Refused
from station.ground.widths import half_width

from .rules import COURT_ROLES, Role

STEP = 30  # seconds
DRIFT = 1  # steps
MOST_WRONG = 5
PAUSE = timedelta(minutes=15)
TICKET = timedelta(minutes=10)
RECOVERY_CODES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
ISSUER = "数站"

WRONG = Refused(
    "wrong_factor",
    "验证码不对或已经用过。请输入验证器上现在显示的 6 位数字；手机时间不准时请先校准。",
    field="code",
)
LOCKED = Refused(
    "factor_locked",
    "验证码输错次数太多，请 15 分钟后再试。手机丢失请用恢复码，或联系本院管理员重置。",
    status=409,
    field="code",
)


def is_wanted(role: Role, *, required: bool, enrolled: bool) -> bool:
    """Whether a sign-in in `role` asks for a second factor. `required`: the installation's setting."""
    return enrolled or (required and role in COURT_ROLES)


def read_code(typed: str) -> str:
    """A code as typed: half-width, without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", half_width(typed)).upper()[:40]


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, within the drift; `None` for a wrong one."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    totp, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    steps = range(here - DRIFT, here + DRIFT + 1)
    return next((s for s in steps if hmac.compare_digest(totp.at(s * STEP), code)), None)


def enrolment_url(secret: str, login: str) -> str:
    """What the QR code of a new secret says (key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def new_recovery_codes() -> Iterator[str]:
    """Codes for the day the phone is lost, each good once: ten of about 49 bits."""
    for _ in range(RECOVERY_CODES):
        yield "".join(secrets.choice(ALPHABET) for _ in range(10))


def seal(secret: str, key: str) -> bytes:
    """A TOTP secret as it is kept; `key`: the installation's secret key."""
    return _box(key).encrypt(secret.encode())


def unseal(kept: bytes, key: str) -> str:
    """The secret again. Raises `InvalidToken` under another key."""
    return _box(key).decrypt(kept).decode()


def _box(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"second factor").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
