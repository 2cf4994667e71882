"""Running: the database, the web server and the worker, until somebody says stop."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from station.ground.database import db
from station.ground.migrate import migrate
from station.ground.settings import Settings, read_settings
from station.jobs import engine

from . import demonstration, founding
from .children import Child, tend
from .lan import Certificate, certify, find_addresses, invite
from .opened import CreateApp, database

THREADS = 400  # each open event stream holds one; with too few everybody waits
JOBS_AT_ONCE = 2  # most of them wait for a decoder in a process of its own


def work(app: Flask) -> int:
    """The worker process."""
    engine.work(app)
    return 0


def run(
    settings: Settings, port: int, lan: bool, create_app: CreateApp, append_only: Sequence[str]
) -> int:
    """Serve a founded installation until Ctrl-C; stops everything it started, nothing else."""
    settings, certificate = _open_to_phones(settings, port) if lan else (settings, None)
    with database(settings) as complete:
        migrate(complete.owner_url, complete.database_url, append_only)
        app = create_app(complete)
        founding.check_founded(app)
        return _serve(app, port, certificate)


def _open_to_phones(settings: Settings, port: int) -> tuple[Settings, Certificate]:
    """The settings under which phones on the local network come in, and the server's certificate."""
    certificate = certify(settings.keys, find_addresses())
    url = f"https://{certificate.addresses[0]}:{port}"
    sys.stdout.write(invite(url))
    here = replace(settings, base_url=url, secure_cookies=True, local_network=True)
    return here, certificate


def run_demonstration(
    home: Path, port: int, lan: bool, create_app: CreateApp, append_only: Sequence[str]
) -> int:
    """Serve the demonstration, founding it at the first run; its history is made by a job."""
    home = home.resolve()
    founding.mark_demonstration(home)
    os.environ["SHUZHAN_HOME"] = str(home)
    settings = replace(read_settings(), base_url=f"http://127.0.0.1:{port}")
    settings, certificate = _open_to_phones(settings, port) if lan else (settings, None)
    with database(settings) as complete:
        migrate(complete.owner_url, complete.database_url, append_only)
        app = create_app(complete)
        demonstration.found_demonstration(app)
        sys.stdout.write(demonstration.greeting(complete.base_url))
        return _serve(app, port, certificate)


class _Web(BaseApplication):  # type: ignore[misc]
    """The web server over an application that is there already."""

    def __init__(self, app: Flask, port: int, certificate: Certificate | None) -> None:
        self.application = app
        self.options: dict[str, Any] = {
            # beyond this machine only when asked to, and then never in the clear
            "bind": f"0.0.0.0:{port}" if certificate else f"127.0.0.1:{port}",
            "certfile": str(certificate.chain) if certificate else None,
            "keyfile": str(certificate.key) if certificate else None,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": 3,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.application


def _serve(app: Flask, port: int, certificate: Certificate | None) -> int:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared with a forked child
    return tend(
        [
            Child("web server", lambda: _Web(app, port, certificate).run()),
            Child("worker", lambda: engine.work(app, concurrency=JOBS_AT_ONCE)),
        ]
    )
