"""Migrations: from empty they make exactly what the models say, and the guards beside it."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

import app as composition
from station.ground import embedded
from station.ground.database import db
from station.ground.migrate import alembic_config, migrate, newest


@pytest.fixture
def empty(server: embedded.Embedded, worker_id: str) -> tuple[str, str]:
    """The addresses of a new, empty database: (application role, owner)."""
    name = f"empty_{worker_id}"
    with psycopg.connect(server.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    here = f"/{embedded.DATABASE}?"
    return server.app_url.replace(here, f"/{name}?"), server.owner_url.replace(here, f"/{name}?")


def test_upgrading_from_empty_gives_the_models_and_doing_it_twice_changes_nothing(
    empty: tuple[str, str],
) -> None:
    app_url, owner_url = empty
    migrate(owner_url, app_url, composition.append_only())
    migrate(owner_url, app_url, composition.append_only())

    def ours(name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and str(name).startswith("procrastinate_"))

    with create_engine(owner_url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_type": True}
        )
        assert compare_metadata(context, db.metadata) == []
        triggers = connection.execute(
            text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'trail_%'")
        ).scalars()
        assert set(triggers) == {
            "trail_line_append_only",
            "trail_line_no_truncate",
            "trail_chain_grows",
            "trail_chain_stays",
        }


def test_there_is_one_line_of_revisions() -> None:
    script = ScriptDirectory.from_config(alembic_config("postgresql://"))
    assert script.get_heads() == [newest()]
    assert len(list(script.walk_revisions())) >= len(composition.ROOMS) + 1


def test_the_application_role_may_append_to_the_trail_and_nothing_else(
    database_urls: tuple[str, str],
) -> None:
    with create_engine(database_urls[1], poolclass=NullPool).connect() as connection:
        rights = connection.execute(
            text(
                "SELECT privilege_type FROM information_schema.role_table_grants"
                " WHERE grantee = :role AND table_name = 'trail_line'"
            ),
            {"role": embedded.APP_ROLE},
        ).scalars()
        assert set(rights) == {"SELECT", "INSERT"}
        owner = connection.execute(
            text("SELECT tableowner FROM pg_tables WHERE tablename = 'trail_line'")
        ).scalar()
        assert owner != embedded.APP_ROLE
