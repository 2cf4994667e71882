"""The engine (Procrastinate) and the worker process.

A killed worker's job stays "doing" until `rescue` finds its heartbeat stalled and queues it
again; so every job must be safe to run twice: outputs named by content, rows changed by condition.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
from flask import Flask

from station.ground.database import db

Job = Callable[..., None]
STALLED_AFTER = 30.0
RETRY = procrastinate.RetryStrategy(max_attempts=4, exponential_wait=3)


def furnish(
    app: Flask, jobs: Mapping[str, Job], periodic: Mapping[str, str], database_url: str
) -> None:
    """Give the application its engine. `jobs`: name → function; `periodic`: name → cron line."""
    dsn = database_url.replace("postgresql+psycopg://", "postgresql://")
    engine = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
    for name, job in jobs.items():
        engine.task(name=name, retry=RETRY)(_in_app(app, job))
        if name in periodic:
            engine.periodic(cron=periodic[name])(_timed(engine, app, job, name))

    @engine.periodic(cron="* * * * *")
    @engine.task(name="jobs.rescue", queueing_lock="jobs.rescue")
    async def rescue(timestamp: int) -> None:
        del timestamp
        await _retry_stalled(engine)

    app.extensions["jobs"] = dict(jobs)
    app.extensions["jobs.engine"] = engine
    # Jobs are queued on the act's own connection, in the worker as well, whose engine is at work
    # on connections of another kind and would not take it.
    queueing = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=dsn))
    app.extensions["jobs.queueing"] = queueing


def _in_app(app: Flask, job: Job) -> Job:
    def run(**arguments: Any) -> None:
        with app.app_context():
            try:
                job(**arguments)
            finally:
                db.session.remove()

    run.__doc__ = job.__doc__
    return run


def _timed(engine: procrastinate.App, app: Flask, job: Job, name: str) -> Any:
    def run(timestamp: int) -> None:
        del timestamp
        _in_app(app, job)()

    return engine.task(name=f"{name}.timed", queueing_lock=f"{name}.timed")(run)


async def _retry_stalled(engine: procrastinate.App, seconds: float = STALLED_AFTER) -> None:
    jobs = await engine.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds)
    for job in jobs:
        logging.getLogger("station.jobs").warning("job %s stalled, queued again", job.id)
        await engine.job_manager.retry_job(job)


def work(
    app: Flask, *, wait: bool = True, concurrency: int = 1, stalled_after: float = STALLED_AFTER
) -> None:
    """Run jobs; `wait=False` stops when the queue is empty (tests, the seeder)."""
    engine: procrastinate.App = app.extensions["jobs.engine"]

    async def run() -> None:
        async with engine.open_async():
            await _retry_stalled(engine, stalled_after)
            await engine.run_worker_async(
                wait=wait,
                concurrency=concurrency,
                install_signal_handlers=wait,
                listen_notify=wait,
                delete_jobs="successful",
                update_heartbeat_interval=5,
                stalled_worker_timeout=STALLED_AFTER,
            )

    # In a thread of its own, because a caller may have an event loop; with the caller's clock.
    context = contextvars.copy_context()
    if wait:
        asyncio.run(run())
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(context.run, asyncio.run, run()).result()
