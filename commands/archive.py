"""Backup and restore: database, blobs, keys and checkpoints in one file.

Checkpoints are taken first, then the database, so that no checkpoint names a line the dump lacks;
blobs are named by content and never change, so those taken last hold every file the dump names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from flask import Flask
from psycopg.conninfo import conninfo_to_dict

from station.ground import embedded
from station.ground.migrate import migrate
from station.ground.settings import Settings

from .opened import database

NAMES = {
    name: f"PG{name.upper()}"
    for name in ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey")
}
DUMP = "database.dump"


class CannotRestore(RuntimeError):
    """The backup cannot be restored here; the message says why and what to do."""


def backup(app: Flask, file: Path) -> int:
    """Write everything of this installation into `file` (tar); whole or not at all."""
    settings: Settings = app.extensions["settings"]
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        dump, part = Path(scratch) / DUMP, Path(scratch) / "part.tar"
        with tarfile.open(part, "w", dereference=True) as tar:
            if settings.checkpoint_folder.exists():
                tar.add(settings.checkpoint_folder, "checkpoints")
            _tool("pg_dump", settings.owner_url, ["--format=custom", f"--file={dump}"])
            tar.add(dump, DUMP)
            for name in ("blobs", "keys", "DEMONSTRATION"):
                if (path := settings.home / name).exists():
                    tar.add(path, name)
        with part.open("rb") as done:
            os.fsync(done.fileno())
        part.chmod(0o600)  # it holds the keys
        part.replace(file)
    if settings.blobs_url:
        sys.stdout.write(
            "文件在对象存储中，不在此备份内，请另行备份。 / Files in the bucket are not in it.\n"
        )
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
        _unpack(tar, settings.home)
    _close(settings.home)
    dump = settings.home / DUMP
    with database(settings) as complete:
        _check_empty(complete.owner_url)
        _tool("pg_restore", complete.owner_url, ["--no-owner", "--exit-on-error", str(dump)])
        migrate(complete.owner_url, complete.database_url, append_only)
    dump.unlink()
    return 0


def _close(home: Path) -> None:
    """Keys and files to their owner alone, whatever the archive says of them."""
    for folder in (home / "keys", home / "blobs"):
        if folder.exists():
            folder.chmod(0o700)
    for key in (home / "keys").glob("*"):
        key.chmod(0o600)


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Files and folders inside `folder` only (PEP 706; Python before 3.11.4 has no filters)."""
    inside = folder.resolve()
    for member in tar.getmembers():
        lands_inside = (inside / member.name).resolve().is_relative_to(inside)
        if not (member.isfile() or member.isdir()) or not lands_inside:
            raise CannotRestore(
                f"备份中有不该有的内容：{member.name}。 / A strange entry: {member.name}."
            )
    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter="data")
    else:
        tar.extractall(folder)  # noqa: S202 - every member was looked at above


def _check_empty(owner_url: str) -> None:
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        if connection.execute("SELECT to_regclass('trail_line')").fetchone() != (None,):
            raise CannotRestore("数据库里已有数据，未作恢复。 / The database is not empty.")


def _tool(name: str, url: str, words: list[str]) -> None:
    """Run PostgreSQL's own tool, from the package when embedded, else from the PATH.

    The address goes by environment, where other users of the machine do not read its password.
    """
    said = conninfo_to_dict(url.replace("+psycopg", ""))
    embedded_here = str(said.get("host", "")).startswith("/")
    program = str(embedded.programs() / name) if embedded_here else (shutil.which(name) or name)
    told = {NAMES[key]: str(value) for key, value in said.items() if key in NAMES}
    subprocess.run(  # noqa: S603
        [program, f"--dbname={said['dbname']}", *words], check=True, env={**os.environ, **told}
    )
