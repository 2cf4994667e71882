"""An application over a running, migrated database, for as long as a command needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask

from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings

CreateApp = Callable[[Settings], Flask]


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """The settings with both addresses filled in; an embedded server is started when none is set.

    A server that was already running is left running.
    """
    if settings.database_url:
        yield replace(settings, owner_url=settings.owner_url or settings.database_url)
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    folder = settings.home / "postgres"
    joined = (folder / "postmaster.pid").exists()
    server = embedded.start(folder)
    try:
        yield replace(settings, database_url=server.app_url, owner_url=server.owner_url)
    finally:
        if not joined:
            server.stop()


@contextmanager
def opened(
    settings: Settings, create_app: CreateApp, append_only: Sequence[str]
) -> Iterator[Flask]:
    """The application inside its context, over the newest schema."""
    with database(settings) as complete:
        migrate(complete.owner_url, complete.database_url, append_only)
        app = create_app(complete)
        with app.app_context():
            yield app
