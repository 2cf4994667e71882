"""Questions about reports on commands."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from station.ground.database import db, get_or_404
from station.media.models import Media

from .models import Command
from .report_models import Report
from .reports import ReportState

FILE = "command_report"


def list_reports(command_id: str) -> Sequence[Report]:
    """Every report on a command, newest first."""
    return db.session.scalars(
        select(Report).where(Report.command_id == command_id).order_by(Report.at.desc())
    ).all()


def get_report(command: Command, report_id: str) -> Report:
    """One report on this command, else 404."""
    row = db.session.get(Report, report_id)
    mine = row if row is not None and row.command_id == command.id else None
    report: Report = get_or_404(mine, "这份报告")
    return report


def list_open(command_ids: Collection[str]) -> Sequence[Report]:
    """Reports that wait for the judge."""
    return db.session.scalars(
        select(Report).where(
            Report.command_id.in_(command_ids), Report.state == ReportState.REPORTED
        )
    ).all()


def list_files(vehicle_id: str, ids: Sequence[str]) -> Sequence[Media]:
    """Those of `ids` that were kept for a report on this vehicle."""
    return db.session.scalars(
        select(Media).where(Media.id.in_(ids), Media.vehicle == vehicle_id, Media.kind == FILE)
    ).all()
