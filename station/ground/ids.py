"""Identifiers seen outside are random: they tell nothing and cannot be counted through."""

from __future__ import annotations

import secrets

# No 0/O, 1/I/L: read aloud over a radio, typed with gloves.
SPOKEN = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> str:
    """20 hexadecimal digits, 80 random bits."""
    return secrets.token_hex(10)


def new_code(length: int = 6) -> str:
    """A short code that a person reads and types."""
    return "".join(secrets.choice(SPOKEN) for _ in range(length))
