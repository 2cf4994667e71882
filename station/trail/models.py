"""Chains, lines, and the erasable values beside them.

Lines are append-only: triggers refuse UPDATE, DELETE and TRUNCATE, and the application role is
not granted them (see the migration and `grants.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model


class Chain(Model):
    """One organisation's chain: its length and the hash of its last line."""

    __tablename__ = "trail_chain"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(unique=True)
    length: Mapped[int]
    head: Mapped[bytes]


# A document's line names its number; a stranger asks by it, by the file's hash, or who took its place.
IS_DOCUMENT = text("(facts ->> 'document') IS NOT NULL")


class TrailLine(Model):
    """One act, as `rules.Line` defines it; `hash` is its leaf."""

    __tablename__ = "trail_line"
    __table_args__ = (
        Index("ix_trail_line_vehicle", "vehicle", "at"),
        Index("ix_trail_line_subject", "subject", "at"),
        Index("ix_trail_line_hash", "hash"),
        Index("ix_trail_line_at", "at", postgresql_using="brin"),  # lines come in its order
        *(
            Index(
                f"ix_trail_line_{name}", text(f"(facts ->> '{name}')"), postgresql_where=IS_DOCUMENT
            )
            for name in ("document", "sha256", "replaces")
        ),
    )

    chain: Mapped[str] = mapped_column(ForeignKey("trail_chain.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    happened_at: Mapped[datetime | None]
    clock_doubtful: Mapped[bool]
    act: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    vehicle: Mapped[str]
    case: Mapped[str] = mapped_column(index=True)
    command: Mapped[str]
    actor: Mapped[str]
    role: Mapped[str]
    organisation: Mapped[str]
    device: Mapped[str]
    address: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[bytes]
    hash: Mapped[bytes]


class TrailValue(Model):
    """A personal value and its salt; erasing the row leaves the chain whole."""

    __tablename__ = "trail_value"
    __table_args__ = (
        ForeignKeyConstraint(["chain", "number"], ["trail_line.chain", "trail_line.number"]),
    )

    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    value: Mapped[str]


APPEND_ONLY = ("trail_line",)
