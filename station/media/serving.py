"""Answers that carry files: hashes as tags, ranges, and headers that keep a file from running."""

from __future__ import annotations

from pathlib import Path

from flask import send_file
from werkzeug.wrappers import Response

from station.ground.database import db

from .models import Media
from .rules import ENDINGS

SANDBOX = "default-src 'none'; sandbox"
PRIVATE = "private, max-age=86400, immutable"
# A browser keeps what it has seen; a shared cache asks again, so that withdrawing works.
PUBLIC = "public, max-age=31536000, s-maxage=300, immutable"
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".json": "application/json"}


def send_original(media: Media, path: Path) -> Response:
    """The original as an attachment, never as a page; parts of it on request (videos)."""
    response = send_file(
        path,
        mimetype=media.mime,
        as_attachment=True,
        download_name=f"{media.id}{ENDINGS[media.mime]}",
        etag=media.sha256,
        conditional=True,
    )
    return _guarded(response, PRIVATE)


def send_picture(path: Path, sha256: str, caching: str) -> Response:
    """A JPEG that we drew."""
    response = send_file(path, mimetype="image/jpeg", etag=sha256, conditional=True)
    return _guarded(response, caching)


def send_scene_file(path: Path, tag: str, caching: str) -> Response:
    """A tile, frame, poster or manifest."""
    response = send_file(path, mimetype=TYPES[path.suffix], etag=tag, conditional=True)
    return _guarded(response, caching)


def _guarded(response: Response, caching: str) -> Response:
    """No connection is held while a file is on its way."""
    db.session.remove()
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = SANDBOX
    if caching == PUBLIC:
        response.headers.pop("Set-Cookie", None)
    else:
        response.headers["Vary"] = "Cookie"
    return response
