"""How files come in: those that only their hash is wanted of, and those that came ahead in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import IO, Any, cast

from flask import Request, current_app, g
from werkzeug.datastructures import ImmutableMultiDict


class Fingerprint:
    """Stands where an uploaded file would be written, and keeps its SHA-256 alone."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take some bytes in."""
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def seek(self, *_: int) -> int:
        """There is nothing to go back to."""
        return 0

    def close(self) -> None:
        """There is nothing to close."""

    @property
    def hex(self) -> str:
        """The SHA-256 of what came in, as 64 hexadecimal digits."""
        return self._hash.hexdigest()


def digests_files(limit: int, too_large: str) -> Callable[[Any], Any]:
    """Give this view only the fingerprints of the files it is sent (`fingerprint_of`).

    `limit`: bytes of a whole body, whoever sends it. `too_large`: what is said beyond (a msgid).
    """

    def mark(view: Any) -> Any:
        view.body, view.digests, view.too_large = limit, True, too_large
        return view

    return mark


UPLOADS = "_upload"  # the form field that names files which came ahead of their form, in pieces


class StationRequest(Request):
    """A request whose files are hashed instead of stored where the view asked for that, and whose
    files may have come ahead of it."""

    def _load_form_data(self) -> None:
        """A file that came ahead stands where it would stand had it come with the form."""
        fresh = "form" not in self.__dict__
        super()._load_form_data()
        told = self.form.getlist(UPLOADS) if fresh else []
        if not told or g.get("actor") is None:
            return
        opened = [current_app.extensions["uploads"](g.actor, one) for one in told]
        g.uploads_used = [upload_id for upload_id, _ in opened]
        came = [*self.files.items(multi=True), *((file.name, file) for _, file in opened)]
        self.__dict__["files"] = ImmutableMultiDict(came)

    def _get_file_stream(self, *args: Any, **words: Any) -> IO[bytes]:
        view = current_app.view_functions.get(self.endpoint or "")
        if getattr(view, "digests", False):
            return cast(IO[bytes], Fingerprint())
        return super()._get_file_stream(*args, **words)


def fingerprint_of(request: Request, name: str) -> Fingerprint | None:
    """What came in by the file field `name`; None when nothing was chosen."""
    file = request.files.get(name)
    return cast(Fingerprint, file.stream) if file is not None and file.filename else None
