"""Where files lie, named by their content: a local folder, or a bucket behind one.

A file is written to a temporary name, synced, renamed, and its folder synced, before any row
speaks of it (obstore's local store renames but never syncs, so a local disk is done here).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import obstore
from flask import current_app
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore, from_url

from station.ground.settings import Settings

CHUNK = 1024 * 1024


class Store(Protocol):
    """Blobs and scene folders by the SHA-256 of their content."""

    def new_temp(self) -> Path:
        """A fresh name on the disk where finished files lie."""

    def keep(self, temp: Path, sha256: str) -> None:
        """Move a finished file in; safe on disk when this returns."""

    def path(self, sha256: str) -> Path:
        """A local file with this content. Raises `FileNotFoundError`."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every blob with the time it was last kept."""

    def remove(self, sha256: str, before: datetime) -> bool:
        """Remove a blob that was last kept before this time; whether it went."""

    def sweep_temps(self, before: datetime) -> None:
        """Remove what killed processes left half written before this time."""

    def keep_folder(self, temp: Path) -> str:
        """Move a finished folder in; its name, see `folder_name`."""

    def file_in(self, folder: str, path: str) -> Path:
        """A local file of a kept folder; `path` is relative. Raises `FileNotFoundError`."""

    def folder_is_whole(self, name: str) -> bool:
        """Whether a kept folder still holds exactly the bytes that named it."""

    def folders(self) -> Iterator[tuple[str, datetime]]:
        """Every kept folder with the time it was kept."""

    def remove_folder(self, name: str) -> None:
        """Remove a kept folder."""


def current() -> Store:
    """The store of this installation: object storage when its address is set, else the disk."""
    store: Store | None = current_app.extensions.get("media.store")
    if store is None:
        settings: Settings = current_app.extensions["settings"]
        disk = DiskStore(settings.blobs)
        url = settings.blobs_url
        store = BucketStore(from_url(url), disk) if url else disk
        current_app.extensions["media.store"] = store
    return store


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_name(folder: Path) -> str:
    """SHA-256 over the sorted lines "<sha256>  <relative path>" (sha256sum's own format)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _plain(path: str) -> str:
    """A relative path that leads down only. Raises `FileNotFoundError`."""
    if not all(part.strip(".") and "\\" not in part for part in path.split("/")):
        raise FileNotFoundError(path)
    return path


def _touched(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class DiskStore:
    """A local folder: blobs/ab/cd/<sha256>, blobs/scenes/<name>/, blobs/tmp/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temps, self.scenes = folder / "tmp", folder / "scenes"
        for path in (folder, self.temps, self.scenes):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_temp(self) -> Path:
        """See `Store`."""
        return self.temps / secrets.token_hex(12)

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def keep(self, temp: Path, sha256: str) -> None:
        """See `Store`. An older copy is replaced, so its time is new for the sweep."""
        place = self._place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        temp.chmod(0o440)
        _sync(temp)
        temp.replace(place)
        for folder in (place.parent, place.parent.parent, self.folder):
            _sync(folder)

    def path(self, sha256: str) -> Path:
        """See `Store`."""
        place = self._place(sha256)
        if not place.is_file():
            raise FileNotFoundError(sha256)
        return place

    def names(self) -> Iterator[tuple[str, datetime]]:
        """See `Store`."""
        for place in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            yield place.name, _touched(place)

    def remove(self, sha256: str, before: datetime) -> bool:
        """See `Store`. It is set aside first: if it was kept again meanwhile, it goes back."""
        aside = self.new_temp()
        self._place(sha256).rename(aside)
        if _touched(aside) >= before:
            aside.replace(self._place(sha256))
            return False
        aside.unlink()
        return True

    def sweep_temps(self, before: datetime) -> None:
        """Remove what killed processes left half written."""
        for path in self.temps.iterdir():
            if _touched(path) < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def keep_folder(self, temp: Path) -> str:
        """See `Store`. A folder that is there already is the same: the new one is dropped."""
        name = folder_name(temp)
        for path in [*temp.rglob("*"), temp]:
            _sync(path)
        try:
            temp.rename(self.scenes / name)
        except OSError:
            if not (self.scenes / name).is_dir():
                raise
            shutil.rmtree(temp)
            os.utime(self.scenes / name)
        _sync(self.scenes)
        return name

    def file_in(self, folder: str, path: str) -> Path:
        """See `Store`."""
        place = self.scenes / folder / _plain(path)
        if not place.is_file():
            raise FileNotFoundError(path)
        return place

    def folder_is_whole(self, name: str) -> bool:
        """See `Store`."""
        return (self.scenes / name).is_dir() and folder_name(self.scenes / name) == name

    def folders(self) -> Iterator[tuple[str, datetime]]:
        """See `Store`."""
        for place in self.scenes.iterdir():
            yield place.name, _touched(place)

    def remove_folder(self, name: str) -> None:
        """See `Store`."""
        shutil.rmtree(self.scenes / name)


class BucketStore:
    """Any object store (S3), with a local folder as its cache: the same names, created once."""

    def __init__(self, bucket: ObjectStore, cache: DiskStore) -> None:
        self.bucket, self.cache = bucket, cache

    def new_temp(self) -> Path:
        """See `Store`."""
        return self.cache.new_temp()

    def keep(self, temp: Path, sha256: str) -> None:
        """See `Store`."""
        self._put(temp, f"blobs/{sha256}")
        self.cache.keep(temp, sha256)

    def _put(self, file: Path, key: str) -> None:
        try:
            obstore.put(self.bucket, key, file, mode="create")
        except AlreadyExistsError:
            if obstore.head(self.bucket, key)["size"] != file.stat().st_size:
                raise
            obstore.copy(self.bucket, key, key)  # new time for the sweep

    def path(self, sha256: str) -> Path:
        """See `Store`. Fetched once, and only what hashes to its name is let into the cache."""
        try:
            return self.cache.path(sha256)
        except FileNotFoundError:
            temp = self._fetch(f"blobs/{sha256}")
        if digest(temp) != sha256:
            temp.unlink()
            raise FileNotFoundError(f"{sha256}: the bucket holds other bytes") from None
        self.cache.keep(temp, sha256)
        return self.cache.path(sha256)

    def _fetch(self, key: str) -> Path:
        temp = self.new_temp()
        size = obstore.head(self.bucket, key)["size"]
        with temp.open("wb") as file:
            for start in range(0, size, 8 * CHUNK):
                length = min(8 * CHUNK, size - start)
                file.write(obstore.get_range(self.bucket, key, start=start, length=length))
        return temp

    def names(self) -> Iterator[tuple[str, datetime]]:
        """See `Store`."""
        for some in obstore.list(self.bucket, "blobs"):
            for one in some:
                yield one["path"].rsplit("/", 1)[1], one["last_modified"]

    def remove(self, sha256: str, before: datetime) -> bool:
        """See `Store`."""
        key = f"blobs/{sha256}"
        if obstore.head(self.bucket, key)["last_modified"] >= before:
            return False
        obstore.delete(self.bucket, key)
        return True

    def sweep_temps(self, before: datetime) -> None:
        """Remove half-written files and what the cache has held long enough."""
        self.cache.sweep_temps(before)
        for sha256, kept in list(self.cache.names()):
            if kept < before:
                self.cache.remove(sha256, before)

    def keep_folder(self, temp: Path) -> str:
        """See `Store`. The list of the files goes last: without it the folder is not there."""
        name = folder_name(temp)
        for path in sorted(path for path in temp.rglob("*") if path.is_file()):
            key = f"scenes/{name}/{path.relative_to(temp).as_posix()}"
            self._put(path, key)
        obstore.put(self.bucket, f"complete/{name}", b"")
        return self.cache.keep_folder(temp)

    def file_in(self, folder: str, path: str) -> Path:
        """See `Store`."""
        place = self.cache.scenes / folder / _plain(path)
        if place.is_file():
            return place
        obstore.head(self.bucket, f"complete/{folder}")
        temp = self._fetch(f"scenes/{folder}/{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        temp.replace(place)
        return place

    def folder_is_whole(self, name: str) -> bool:
        """See `Store`. Every file is fetched anew; the cache is not asked."""
        temp = self.new_temp()
        temp.mkdir()
        try:
            for key in self._list(f"scenes/{name}"):
                place = temp / key.removeprefix(f"scenes/{name}/")
                place.parent.mkdir(parents=True, exist_ok=True)
                self._fetch(key).replace(place)
            return folder_name(temp) == name
        finally:
            shutil.rmtree(temp)

    def _list(self, prefix: str) -> list[str]:
        return [one["path"] for some in obstore.list(self.bucket, prefix) for one in some]

    def folders(self) -> Iterator[tuple[str, datetime]]:
        """See `Store`."""
        for some in obstore.list(self.bucket, "complete"):
            for one in some:
                yield one["path"].rsplit("/", 1)[1], one["last_modified"]

    def remove_folder(self, name: str) -> None:
        """See `Store`."""
        obstore.delete(self.bucket, f"complete/{name}")
        if keys := self._list(f"scenes/{name}"):
            obstore.delete(self.bucket, keys)
        shutil.rmtree(self.cache.scenes / name, ignore_errors=True)
