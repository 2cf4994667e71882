"""The door: a stream comes in, is hashed while it is written, told by its bytes, tried apart, kept.

No transaction may be open here (a body can take minutes). What is kept and then not named by
any row, because the act was refused, is swept after a day.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from station.ground.database import db
from station.media import apart, formats, store
from station.media.rules import MB, PAPER, PDF, VIDEO, XLSX, Limit, refuse
from station.media.sharpness import Look

PROBE = apart.Bounds(memory=apart.GIB, processor=30, wall=60.0)


@dataclass(frozen=True)
class Kept:
    """A file that is safe on disk. Sizes as shown, in pixels; 0 for a PDF.

    `taken_at`: what the camera wrote, aware; `has_gps`: a place is in the original; `look`: of a
    picture, how sharp it is and what it is like.
    """

    sha256: str
    size: int
    mime: str
    width: int
    height: int
    taken_at: datetime | None
    has_gps: bool
    orientation: int
    look: Look | None = None


def receive_document(pdf: bytes) -> Kept:
    """Keep a document that was just printed."""
    db.session.close()  # it was made from rows that were read
    return receive(io.BytesIO(pdf))


def receive(stream: IO[bytes], *, limit: Limit = PAPER) -> Kept:
    """Keep the stream's bytes, whole and unchanged.

    `limit`: rules.PICTURE, PAPER (a PDF or its picture), VIDEO or SHEET. Raises `Refused` (422)
    for every fault of the file, with its sentence, and leaves nothing behind then.
    """
    here = store.current()
    with _fresh(here.new_temp()) as temp:
        sha256, size, mime = _write(stream, temp, limit)
        if mime == PDF:
            _check_paper(temp)
            kept = Kept(sha256, size, mime, 0, 0, None, False, 1)
        else:
            kept = _tried(temp, sha256, size, mime)
        here.keep(temp, sha256)
    return kept


def _check_paper(temp: Path) -> None:
    # looked at here: its first and last bytes are compared, and nothing is decoded
    with temp.open("rb") as file:
        if not formats.pdf_is_whole(file):
            raise refuse("broken_file")


def _tried(temp: Path, sha256: str, size: int, mime: str) -> Kept:
    told = apart.ask("probe", temp, bounds=PROBE, mime=mime)
    if refused := told.get("refused"):
        raise refuse(refused, **told.get("values", {}))
    taken = told["taken_at"]
    return Kept(
        sha256=sha256,
        size=size,
        mime=mime,
        width=told["width"],
        height=told["height"],
        taken_at=datetime.fromisoformat(taken) if taken else None,
        has_gps=told["has_gps"],
        orientation=told["orientation"],
        look=Look(**told["look"]) if "look" in told else None,
    )


@contextmanager
def _fresh(temp: Path) -> Iterator[Path]:
    try:
        yield temp
    finally:
        temp.unlink(missing_ok=True)


def _write(stream: IO[bytes], temp: Path, limit: Limit) -> tuple[str, int, str]:
    head = _read_head(stream)
    mime = formats.sniff(head)
    if not head:
        raise refuse("empty_file")
    if mime not in limit.sizes:
        raise refuse(limit.refusal)
    most, size, hashing = limit.sizes[mime], 0, hashlib.sha256()
    with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        chunk = head
        while chunk:
            size += len(chunk)
            if size > most:
                raise refuse("file_too_large", limit=most // MB)
            hashing.update(chunk)
            file.write(chunk)
            chunk = stream.read(store.CHUNK)
    return hashing.hexdigest(), size, mime


def _read_head(stream: IO[bytes]) -> bytes:
    """The first bytes, however small the pieces they arrive in."""
    head = b""
    while len(head) < formats.HEAD and (more := stream.read(formats.HEAD - len(head))):
        head += more
    return head


def is_picture(mime: str) -> bool:
    """Whether a kept file is a picture (the only thing that has a public derivative)."""
    return mime not in {PDF, XLSX, *VIDEO.sizes}
