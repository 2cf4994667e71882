"""Keys and backups: who on the machine may read them."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from commands import archive
from station.ground.settings import Settings, kept_secret
from station.media import access
from station.media.store import DiskStore
from station.trail import checkpoints


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    before = os.umask(0o022)
    kept_secret(folder)
    checkpoints.load_key(folder / "keys")
    os.umask(before)
    return folder


def test_keys_are_their_owners_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Flask("bare")
    bare.extensions["settings"] = Settings(home=home)
    with bare.app_context():
        access.label_key()
    assert mode(home / "keys") == 0o700
    found = {path.name: mode(path) for path in (home / "keys").iterdir()}
    assert found == {"cookie.secret": 0o600, "trail_ed25519.pem": 0o600, "label.key": 0o600}


def test_files_of_the_store_are_closed_to_others_on_the_machine(tmp_path: Path) -> None:
    before = os.umask(0o022)
    DiskStore(tmp_path / "blobs")
    os.umask(before)
    assert mode(tmp_path / "blobs") == 0o700


def dumped(name: str, url: str, words: list[str]) -> None:
    """PostgreSQL's tool, as far as files are concerned."""
    for word in words:
        if word.startswith("--file="):
            Path(word.removeprefix("--file=")).write_bytes(b"everything")


def test_a_backup_holds_the_keys_and_is_its_owners_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_tool", dumped)
    bare = Flask("bare")
    bare.extensions["settings"] = Settings(home=home, owner_url="postgresql+psycopg://x@/y")
    before = os.umask(0o022)
    archive.backup(bare, tmp_path / "backup.tar")
    os.umask(before)
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert "keys/trail_ed25519.pem" in tar.getnames()
    assert mode(tmp_path / "backup.tar") == 0o600


def test_the_databases_password_is_not_in_the_list_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[Any] = []

    def run(words: list[str], **options: Any) -> None:
        ran.append((words, options["env"]["PGPASSWORD"]))

    monkeypatch.setattr(subprocess, "run", run)
    url = "postgresql+psycopg://owner:s%40cret@db.example:5433/shuzhan"
    archive._tool("pg_dump", url, ["--format=custom"])
    [(words, password)] = ran
    assert "cret" not in " ".join(words)
    assert password == "s@cret"


@pytest.fixture
def unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restoring, as far as files are concerned."""

    @contextmanager
    def database(settings: Settings) -> Iterator[Settings]:
        yield settings

    monkeypatch.setattr(archive, "database", database)
    monkeypatch.setattr(archive, "_tool", dumped)
    monkeypatch.setattr(archive, "_check_empty", lambda url: None)
    monkeypatch.setattr(archive, "migrate", lambda *_: None)


@pytest.mark.usefixtures("unpacking")
def test_restored_keys_are_closed_whatever_the_archive_says(home: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(archive.DUMP))
        for path in (home / "keys", home / "keys" / "trail_ed25519.pem"):
            member = tar.gettarinfo(path, path.relative_to(home).as_posix())
            member.mode = 0o755 if member.isdir() else 0o644
            with (home / "keys" / "trail_ed25519.pem").open("rb") as file:
                tar.addfile(member, None if member.isdir() else file)
    copy = tmp_path / "copy"
    before = os.umask(0o022)
    archive.restore(Settings(home=copy), tmp_path / "b.tar", [])
    os.umask(before)
    assert mode(copy / "keys") == 0o700
    assert mode(copy / "keys" / "trail_ed25519.pem") == 0o600


@pytest.mark.usefixtures("unpacking")
@pytest.mark.parametrize("name", ["../outside", "keys/../../outside"])
def test_an_archive_writes_nothing_outside_of_the_data_folder(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(archive.CannotRestore):
        archive.restore(Settings(home=tmp_path / "in" / "home"), tmp_path / "b.tar", [])
    assert not list(tmp_path.rglob("outside"))
