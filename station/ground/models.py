"""The ground's own rows: form tokens that were acted on, and what the installation is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from .database import UPKEEP, Model


class Once(Model):
    """A form token: taken in the transaction of its act, so a double click is one act."""

    __tablename__ = "ground_once"
    __table_args__ = {"info": UPKEEP}

    token: Mapped[str] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    location: Mapped[str | None]
