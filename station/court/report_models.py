"""Rows of reports on commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import Model

from .reports import ReportState


class Report(Model):
    """What was done by a command, with its evidence, before the judge. `files`: ids of media in order;
    `answer`: the judge's words; the words of both lie here and beside their trail lines."""

    __tablename__ = "court_report"
    __table_args__ = (
        Index("ix_court_report_command", "command_id", "at"),
        Index(
            "uq_court_report_open",
            "command_id",
            unique=True,
            postgresql_where=text("state = 'reported'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    command_id: Mapped[str] = mapped_column(ForeignKey("court_command.id"))
    state: Mapped[ReportState]
    words: Mapped[str]
    files: Mapped[list[Any]]
    by_name: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    answer: Mapped[str]
