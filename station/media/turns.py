"""Who comes first when two do the very same."""

from __future__ import annotations

from sqlalchemy import text

from station.ground.database import db


def one_at_a_time(*names: str) -> None:
    """Let nobody else do the very same until this act ends."""
    key = "\0".join(names).replace("\0", "|")
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
    )
