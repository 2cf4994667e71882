"""Running: the database, the web server and the worker, until somebody says stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from station.ground.migrate import migrate
from station.ground.settings import PROJECT, Settings, read_settings
from station.jobs import engine

from . import demonstration, founding
from .opened import CreateApp, database

THREADS = "400"  # each open event stream holds one; with too few everybody waits
STOP_SECONDS = 10


def work(app: Flask) -> int:
    """The worker process."""
    engine.work(app)
    return 0


def run(settings: Settings, port: int, create_app: CreateApp, append_only: Sequence[str]) -> int:
    """Serve a founded installation until Ctrl-C; stops everything it started, nothing else."""
    with database(settings) as complete:
        migrate(complete.owner_url, complete.database_url, append_only)
        founding.check_founded(create_app(complete))
        return _serve(complete, port)


def run_demonstration(
    home: Path, port: int, create_app: CreateApp, append_only: Sequence[str]
) -> int:
    """Serve the demonstration, founding it at the first run; its history is made by a job."""
    home = home.resolve()
    founding.mark_demonstration(home)
    os.environ["SHUZHAN_HOME"] = str(home)
    settings = replace(read_settings(), base_url=f"http://127.0.0.1:{port}")
    with database(settings) as complete:
        migrate(complete.owner_url, complete.database_url, append_only)
        demonstration.found_demonstration(create_app(complete))
        sys.stdout.write(demonstration.greeting(complete.base_url))
        sys.stdout.flush()
        return _serve(complete, port)


def _serve(settings: Settings, port: int) -> int:
    environment = {
        **os.environ,
        "SHUZHAN_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_url,
        "SHUZHAN_BASE_URL": settings.base_url,
    }
    web = [sys.executable, "-m", "gunicorn", "app:wsgi()", "--bind", f"127.0.0.1:{port}"]
    web += ["--worker-class", "gthread", "--workers", "1", "--threads", THREADS]
    web += ["--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]
    worker = [sys.executable, "-m", "app", "worker"]
    with ExitStack() as stack:
        children = [stack.enter_context(_child(words, environment)) for words in (web, worker)]
        return _wait(children)


@contextmanager
def _child(words: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child in its own session, so that Ctrl-C reaches it only through us, in order."""
    child = subprocess.Popen(words, env=environment, cwd=PROJECT, start_new_session=True)  # noqa: S603
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(children: list[subprocess.Popen[bytes]]) -> int:
    """Until a signal (0) or until one child has died (its code)."""
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    while not asked:
        for child in children:
            try:
                return child.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    return 0
