"""Questions about background work, for the watch and the seeder."""

from __future__ import annotations

from sqlalchemy import text

from station.ground.database import db


def count_waiting(*, but: str = "") -> int:
    """Jobs that are waiting or running, those of the name `but` left out."""
    question = text(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing') AND task_name <> :but"
    )
    return int(db.session.execute(question, {"but": but}).scalar_one())


def is_queued(name: str) -> bool:
    """Whether a job of this name is waiting or running."""
    question = text(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing') AND task_name = :name"
    )
    return bool(db.session.execute(question, {"name": name}).scalar_one())
