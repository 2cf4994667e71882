"""Passwords and PINs are kept as argon2 hashes only."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

hasher = PasswordHasher()
# Verified when there is nothing to verify, so that both answers take the same time.
nobody = hasher.hash(secrets.token_urlsafe(32))


def hash_secret(typed: str) -> str:
    """What is kept of a password or PIN."""
    return hasher.hash(typed)


def is_secret(hashed: str | None, typed: str) -> bool:
    """Whether this was hashed; no, after the same time, for whoever has no password or PIN."""
    try:
        return hasher.verify(hashed or nobody, typed) and bool(hashed)
    except VerifyMismatchError:
        return False
