"""Files that come in pieces: half a file waits under the data folder until the rest has come.

What the tus protocol 1.0.0 (core, creation, expiration) asks of a server; no kept Flask library
speaks it. An upload belongs to the person who began it. Whole, it is named by its id in the form it
belongs to, and then meets the same door as a file that came with the form.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

from flask import current_app
from werkzeug.datastructures import FileStorage

from station.ground import clock
from station.ground.actors import Actor
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media import rules, store

KEPT = timedelta(days=7)  # a device that was without signal for longer begins its upload again
LARGEST = rules.VIDEO.largest
MOST_OPEN = 4 * 1024 * rules.MB  # bytes one person may have under way
LEAST_FREE = 1024 * rules.MB  # bytes that stay free on the disk
ID = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Upload:
    """One file under way. `length`: bytes of the whole; `person`: whose it is."""

    id: str
    person: str
    length: int
    name: str
    mime: str
    begun: str

    @property
    def until(self) -> datetime:
        """When what came of it is thrown away."""
        return datetime.fromisoformat(self.begun) + KEPT


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].home / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _part(upload_id: str) -> Path:
    return _folder() / f"{upload_id}.part"


def _told(upload_id: str) -> Path:
    return _folder() / f"{upload_id}.json"


def begin(actor: Actor, length: int, name: str, mime: str) -> Upload:
    """Make room for a file, or refuse it before a byte of it is taken."""
    most = rules.PICTURE.largest if mime.startswith("image/") else LARGEST
    if length <= 0:
        raise rules.refuse("empty_file")
    if length > most:
        raise rules.refuse("file_too_large", limit=most // rules.MB)
    under_way = sum(one.length for one in _list() if one.person == actor.person_id)
    if under_way + length > MOST_OPEN or shutil.disk_usage(_folder()).free - length < LEAST_FREE:
        raise Refused(
            "no_room",
            "服务站暂时存不下更多文件，没有接收。文件还在您的设备上，稍后会自动再发。",
            status=503,
        )
    upload = Upload(new_id(), actor.person_id, length, name[:200], mime, clock.now().isoformat())
    _part(upload.id).touch(mode=0o600)
    _told(upload.id).write_text(json.dumps(asdict(upload)), encoding="utf-8")
    return upload


def find(actor: Actor, upload_id: str) -> Upload:
    """One's own upload. Raises `Refused` (404) for what is none, or somebody else's."""
    upload = _read(_told(upload_id)) if ID.fullmatch(upload_id) else None
    if upload is None or upload.person != actor.person_id:
        raise Refused(
            "upload_gone", "这个文件的上传已过期，请重新上传。文件还在您的设备上。", status=404
        )
    return upload


def offset(upload: Upload) -> int:
    """How many bytes of it are here."""
    return _part(upload.id).stat().st_size


def append(upload: Upload, at: int, stream: IO[bytes]) -> int:
    """Add what the stream gives, as far as it goes; the new offset.

    Raises `Refused`: 423 while another connection writes, 409 when `at` is not where it ends, 413
    for more than was announced.
    """
    with _alone(upload) as file:
        here = os.fstat(file.fileno()).st_size
        if at != here:
            raise Refused("wrong_offset", "上传位置不对，将从断点继续。", status=409)
        file.seek(here)
        while chunk := stream.read(store.CHUNK):
            if here + len(chunk) > upload.length:
                raise rules.refuse("file_too_large", limit=upload.length // rules.MB)
            file.write(chunk)
            here += len(chunk)
        if here == upload.length:
            os.fsync(file.fileno())
    return here


@contextmanager
def _alone(upload: Upload) -> Iterator[BinaryIO]:
    """The file without a buffer: what came before the signal was lost is there."""
    with _part(upload.id).open("r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("upload_busy", "这个文件正在上传，请稍候。", status=423) from None
        yield file


def whole(actor: Actor, told: str) -> tuple[str, FileStorage]:
    """(upload's id, file) of what a form says in its field of uploads: {"id", "field"}.

    Raises `Refused` when it is not the actor's or not whole.
    """
    try:
        said = json.loads(told)
        upload_id, field = str(said["id"]), str(said["field"])
    except (ValueError, TypeError, KeyError):
        raise Refused(
            "upload_gone", "这个文件的上传已过期，请重新上传。文件还在您的设备上。", status=404
        ) from None
    upload = find(actor, upload_id)
    if offset(upload) != upload.length:
        raise Refused("upload_unfinished", "文件还没有传完，将从断点继续。", status=409)
    file = _part(upload.id).open("rb")
    return upload.id, FileStorage(file, upload.name, field, upload.mime)


def remove(upload_id: str) -> None:
    """Its form was acted on, or its time is over."""
    for path in (_part(upload_id), _told(upload_id)):
        path.unlink(missing_ok=True)


def sweep(before: datetime) -> None:
    """Remove what was begun before this time, and parts that nothing tells of."""
    for path in _folder().iterdir():
        upload = _read(path.with_suffix(".json"))
        begun = (
            upload.begun
            if upload
            else datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
        )
        if datetime.fromisoformat(begun) < before:
            path.unlink(missing_ok=True)


def _list() -> Iterator[Upload]:
    for path in _folder().glob("*.json"):
        if upload := _read(path):
            yield upload


def _read(path: Path) -> Upload | None:
    try:
        return Upload(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
