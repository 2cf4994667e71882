"""The outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model

from .contact_models import Contact as Contact
from .rules import Channel


class Notice(Model):
    """A message that must reach somebody. `organisation_id` is who passes it on."""

    __tablename__ = "notices_notice"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(index=True)
    channel: Mapped[Channel]
    addressee: Mapped[str]
    phone: Mapped[str]
    text: Mapped[str]
    link: Mapped[str]
    code: Mapped[str]
    subject: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    passed_on_at: Mapped[datetime | None]
    passed_on_by: Mapped[str | None]
