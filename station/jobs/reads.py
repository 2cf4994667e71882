"""Questions about background work, for the watch and the seeder."""

from __future__ import annotations

from sqlalchemy import text

from station.ground.database import db


def count_waiting() -> int:
    """Jobs that are waiting or running."""
    question = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
    return int(db.session.execute(question).scalar_one())
