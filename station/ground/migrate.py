"""Migrations: Alembic for our tables, the job engine's own schema, then the grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.engine import Engine

from .grants import grant
from .settings import PROJECT

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r'^(revision|down_revision) = "(.+)"$', re.MULTILINE)


def newest() -> str:
    """The revision that no other one follows, read from the files' own words."""
    said: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (PROJECT / "migrations" / "versions").glob("*.py"):
        for word, name in _REVISION.findall(path.read_text(encoding="utf-8")):
            said[word].add(name)
    (head,) = said["revision"] - said["down_revision"]
    return head


def alembic_config(owner_url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config  # noqa: PLC0415 - a second, and only to migrate

    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = owner_url
    return config


def migrate(owner_url: str, app_url: str, append_only: Sequence[str]) -> None:
    """Bring the database to the newest schema; doing it twice changes nothing."""
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        if _revision(engine) != newest():
            from alembic import command  # noqa: PLC0415 - a second, and only to migrate

            command.upgrade(alembic_config(owner_url), "head")
        _install_jobs(engine)
        with engine.begin() as connection:
            grant(connection, append_only, make_url(app_url).username or "")
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found else None


def _install_jobs(engine: Engine) -> None:
    """The job engine's tables, from its package, when they are not there yet."""
    with engine.begin() as connection:
        there = connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar()
        if there is None:
            schema = files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8")
            connection.connection.driver_connection.execute(schema)  # type: ignore[union-attr]
