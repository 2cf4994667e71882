"""Queueing: a job is deferred on the act's own connection, so row, line and job commit together."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from station.ground.database import db


def queue(
    name: str,
    *,
    lock: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **arguments: str | int,
) -> int:
    """Queue the job `name` inside the running act; its id.

    `lock`: no two jobs with the same lock run at once. `priority`: those of a higher one go first.
    Raises `ValueError` for a name no room
    declared.
    """
    if name not in current_app.extensions["jobs"]:
        raise ValueError(f"no room declares the job {name!r}")
    queueing = current_app.extensions["jobs.queueing"]
    connection = db.session.connection().connection.driver_connection
    task = queueing.configure_task(
        name,
        allow_unknown=True,
        lock=lock,
        schedule_at=at,
        priority=priority,
        connection=connection,
    )
    return int(task.defer(**arguments))
