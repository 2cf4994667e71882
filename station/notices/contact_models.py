"""Rows of addresses, messages, and how far the trail was followed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import UPKEEP, Model

from .delivery import MessageState, Way


class Contact(Model):
    """Where a person of an organisation wants to be told. `code_hash`, `tries`: of the code that
    shows that the address is theirs; `secret`: a webhook's key; `digest`: what is not urgent comes
    once a morning."""

    __tablename__ = "notices_contact"
    __table_args__ = (Index("ix_notices_contact_organisation", "organisation_id", "role"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[str]
    role: Mapped[str]
    way: Mapped[Way]
    address: Mapped[str]
    language: Mapped[str]
    digest: Mapped[bool]
    secret: Mapped[str]
    code_hash: Mapped[str]
    code_until: Mapped[datetime]
    tries: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Message(Model):
    """One message to one address. `chain`, `number`: the trail line it tells of, empty for a code;
    `not_before`: when it may be tried next; `proof`: what the other side said when it took it."""

    __tablename__ = "notices_message"
    __table_args__ = (
        UniqueConstraint("contact_id", "chain", "number", "node"),
        Index(
            "ix_notices_message_due",
            "not_before",
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        {"info": UPKEEP},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("notices_contact.id"))
    organisation_id: Mapped[str] = mapped_column(index=True)
    chain: Mapped[str]
    number: Mapped[int]
    node: Mapped[str]
    text: Mapped[str]
    urgent: Mapped[bool]
    state: Mapped[MessageState]
    made_at: Mapped[datetime]
    not_before: Mapped[datetime]
    tries: Mapped[int]
    trouble: Mapped[str]
    proof: Mapped[str]
    done_at: Mapped[datetime | None]
    contact: Mapped[Contact] = relationship(lazy="joined")


class FollowedChain(Model):
    """Up to which line a chain was looked through for what is to be told."""

    __tablename__ = "notices_followed"
    __table_args__ = {"info": UPKEEP}

    chain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
