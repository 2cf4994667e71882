"""Questions about two panoramas laid over one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from station.ground.database import db, get_or_404
from station.trail.reads import Fault, find_last_line

from . import store
from .models import Comparison


def find(before_id: str, after_id: str) -> Comparison | None:
    """What was made of these two, whichever came first."""
    both = (before_id, after_id)
    return db.session.scalars(
        select(Comparison).where(Comparison.before_id.in_(both), Comparison.after_id.in_(both))
    ).first()


def get(comparison_id: str) -> Comparison:
    """One of them. Raises `Refused` (404)."""
    row: Comparison = get_or_404(db.session.get(Comparison, comparison_id), "这次对照")
    return row


def list_changes(row: Comparison) -> list[dict[str, Any]]:
    """The changed places, strongest first: yaw, pitch, width, height in degrees of the earlier
    panorama, share of it, strength (1 is what may be chance)."""
    changes: list[dict[str, Any]] = row.report.get("changes", [])
    return changes


def find_faults() -> Iterator[Fault]:
    """Comparisons whose files or line are not what was made."""
    here = store.current()
    made = select(Comparison).where(Comparison.folder != "").order_by(Comparison.id)
    for row in db.session.scalars(made):
        line = find_last_line(row.subject)
        chain, number = (line.chain, line.number) if line else ("-", 0)
        if line is None or line.facts.get("folder") != row.folder:
            yield Fault(chain, number, f"comparison {row.id} is not the one on the trail")
        elif not here.folder_is_whole(row.folder):
            yield Fault(chain, number, f"comparison {row.id}: its files were altered")
