"""Migrations: Alembic for our tables, the job engine's own schema, then the grants."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.engine import Engine

from .grants import grant
from .settings import PROJECT


def alembic_config(owner_url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = owner_url
    return config


def migrate(owner_url: str, app_url: str, append_only: Sequence[str]) -> None:
    """Bring the database to the newest schema; doing it twice changes nothing."""
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        command.upgrade(alembic_config(owner_url), "head")
        _install_jobs(engine)
        with engine.begin() as connection:
            grant(connection, append_only, make_url(app_url).username or "")
    finally:
        engine.dispose()


def _install_jobs(engine: Engine) -> None:
    """The job engine's tables, from its package, when they are not there yet."""
    with engine.begin() as connection:
        there = connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar()
        if there is None:
            schema = files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8")
            connection.connection.driver_connection.execute(schema)  # type: ignore[union-attr]
