"""A real PostgreSQL for every test that asks for it: one server a run, one database a worker.

The database is migrated once into a template; each worker copies it, and each test that wrote
leaves it empty again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fasteners
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

import app as composition
from station.ground import embedded
from station.ground.database import db
from station.ground.migrate import migrate
from station.ground.settings import Settings
from station.media import looking
from station.people import passwords
from tests.makers import House, make_house

TEMPLATE = "shuzhan_template"


@pytest.fixture(scope="session")
def pg_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's data folder, shared by all workers of one run; reachable when run as root."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"solo-{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"shuzhan-{os.geteuid()}" / run
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def server(pg_folder: Path, worker_id: str) -> Iterator[embedded.Embedded]:
    """The running server; the template is made by whichever worker comes first."""
    composition.load_models()
    users = pg_folder / "users"
    with fasteners.InterProcessLock(pg_folder / "lock"):
        running = embedded.start(pg_folder / "pg")
        users.mkdir(exist_ok=True)
        (users / worker_id).touch()
        if not (pg_folder / "ready").exists():
            _make_template(running)
            (pg_folder / "ready").touch()
    yield running
    with fasteners.InterProcessLock(pg_folder / "lock"):
        (users / worker_id).unlink()
        if not any(users.iterdir()):
            running.stop()
            (pg_folder / "ready").unlink()


def _make_template(running: embedded.Embedded) -> None:
    owner = running.owner_url.replace(f"/{embedded.DATABASE}?", f"/{TEMPLATE}?")
    app_url = running.app_url.replace(f"/{embedded.DATABASE}?", f"/{TEMPLATE}?")
    with psycopg.connect(running.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(owner, app_url, composition.append_only())


@pytest.fixture(scope="session")
def database_urls(server: embedded.Embedded, worker_id: str) -> tuple[str, str]:
    """This worker's own database: (application role, owner)."""
    name = f"test_{worker_id}"
    with psycopg.connect(server.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    here = f"/{embedded.DATABASE}?"
    return server.app_url.replace(here, f"/{name}?"), server.owner_url.replace(here, f"/{name}?")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this worker's installation."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def settings(database_urls: tuple[str, str], home: Path) -> Settings:
    """Settings of the installation under test."""
    app_url, owner_url = database_urls
    return Settings(
        home=home,
        database_url=app_url,
        owner_url=owner_url,
        secret_key="for tests only",
        base_url="http://localhost",
        testing=True,
    )


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Iterator[Flask]:
    """The application, made once a worker; tests ask for `app`."""
    made = composition.create_app(settings)
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application over an empty database. Not inside its context: see `ctx`.

    Its worker looks for no faces and plates, which takes seconds a picture; tests of that do.
    """
    monkeypatch.setattr(looking, "look", lambda path: {"boxes": [], "models": []})
    yield whole_app
    with whole_app.app_context():
        db.session.remove()
    _empty(settings.owner_url)


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """The application inside its context, for tests of desks and reads (not with `client`)."""
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests whose pages open contexts of their own."""
    with app.app_context():
        made = make_house()
        _ = [one.id for one in (made.court, made.station, made.agency)]  # loaded before they go
        db.session.remove()
    return made


@pytest.fixture
def owner_url(settings: Settings) -> str:
    """The owner's address, to do what the application cannot."""
    return settings.owner_url


def _empty(owner_url: str) -> None:
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        connection.execute("SET lock_timeout = '20s'")
        connection.execute("SET session_replication_role = replica")
        names = [
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> 'alembic_version'"
            )
        ]
        asks = " UNION ALL ".join(
            f"(SELECT '{name}' AS name FROM \"{name}\" LIMIT 1)" for name in names
        )
        for row in connection.execute(asks).fetchall():
            connection.execute(f'DELETE FROM "{row[0]}"')


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """Hash passwords with argon2 at its cheapest: what is tested is that they are hashed."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.nobody = passwords.hasher.hash("nobody's password")


def with_settings(app: Flask, **changes: object) -> Settings:
    """The application's settings with some changed."""
    return replace(app.extensions["settings"], **changes)  # type: ignore[arg-type]
