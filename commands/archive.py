"""Backup and restore: database, blobs, keys and checkpoints in one file.

The database is dumped first; blobs are named by content and never change, so those taken after
it hold at least every file the dump names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from flask import Flask

from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings

from .opened import database

FOLDERS = ("blobs", "keys", "checkpoints")
DUMP = "database.dump"


class CannotRestore(RuntimeError):
    """The backup cannot be restored here; the message says why and what to do."""


def backup(app: Flask, file: Path) -> int:
    """Write everything of this installation into `file` (tar); whole or not at all."""
    settings: Settings = app.extensions["settings"]
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        dump = Path(scratch) / DUMP
        _tool("pg_dump", settings.owner_url, ["--format=custom", f"--file={dump}"])
        part = Path(scratch) / "part.tar"
        with tarfile.open(part, "w") as tar:
            tar.add(dump, DUMP)
            for name in FOLDERS:
                if (folder := settings.home / name).exists():
                    tar.add(folder, name)
            if (mark := settings.home / "DEMONSTRATION").exists():
                tar.add(mark, mark.name)
        with part.open("rb") as done:
            os.fsync(done.fileno())
        part.replace(file)
    return 0


def restore(settings: Settings, file: Path, append_only: Sequence[str]) -> int:
    """Restore `file` into an empty data folder and an empty database; refuses any other."""
    if not file.exists():
        raise CannotRestore(f"没有找到备份文件 {file}。 / There is no backup {file}.")
    if any((settings.home / name).exists() for name in ("blobs", "checkpoints", "postgres")):
        raise CannotRestore(
            f"{settings.home} 不是空目录，为免覆盖数据未作恢复。请用 SHUZHAN_HOME 指定新目录。"
            f" / {settings.home} is not empty; set SHUZHAN_HOME to a new folder."
        )
    shutil.rmtree(settings.home / "keys", ignore_errors=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file) as tar:
        tar.extractall(settings.home, filter="data")
    dump = settings.home / DUMP
    with database(settings) as complete:
        _check_empty(complete.owner_url)
        _tool("pg_restore", complete.owner_url, ["--no-owner", "--exit-on-error", str(dump)])
        migrate(complete.owner_url, complete.database_url, append_only)
    dump.unlink()
    return 0


def _check_empty(owner_url: str) -> None:
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        if connection.execute("SELECT to_regclass('trail_line')").fetchone() != (None,):
            raise CannotRestore("数据库里已有数据，未作恢复。 / The database is not empty.")


def _tool(name: str, url: str, words: list[str]) -> None:
    """Run PostgreSQL's own tool, from the package when embedded, else from the PATH."""
    parts = urlsplit(url.replace("+psycopg", ""))
    socket = parse_qs(parts.query).get("host", [""])[0]
    program = str(embedded.programs() / name) if socket else (shutil.which(name) or name)
    target = f"postgresql://{parts.netloc}{parts.path}" + (f"?{parts.query}" if socket else "")
    option = "--dbname"
    subprocess.run([program, f"{option}={target}", *words], check=True)  # noqa: S603
