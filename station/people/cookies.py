"""What a request says of its browser: cookies, signatures, its clock; and what is told to it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from station.ground import clock
from station.trail.rules import read_device_clock

from .device_reads import Signed

SIGN_IN = "sid"
TABLET = "tablet"
UPLOADS = "/media/uploads"  # a large file of a signed act goes ahead of it under the same signature
CHUNK = 1024 * 1024


def browser() -> str:
    """What the browser calls itself."""
    return (request.user_agent.string or "")[:200]


def with_cookie(response: Response, name: str, secret: str, seconds: float) -> Response:
    """Tell the browser a secret that no script reads."""
    settings = current_app.extensions["settings"]
    response.set_cookie(
        name,
        secret,
        max_age=int(seconds),
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )
    return response


def with_sign_in(response: Response, secret: str, seconds: float) -> Response:
    """Sign the browser in."""
    return with_cookie(response, SIGN_IN, secret, seconds)


def own_path(path: str) -> str:
    """Only paths of this site; anything else leads home."""
    parts = urlsplit(path)
    mine = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if mine else url_for("home")


def device_clock() -> dict[str, Any]:
    """What the device's clock says of the act it sends, for the actor."""
    said = request.headers
    told = read_device_clock(
        clock.now(),
        clock.read_claim(said.get("X-Happened-At", "")),
        clock.read_claim(said.get("X-Sent-At", "")),
        went_back="X-Clock-Back" in said,
    )
    return {"claimed": told.claimed, "clock_off": told.off}


def read_signed() -> Signed | None:
    """An act that a device signed, as its headers say it; None when it is not for this address."""
    said = request.headers
    if "X-Signature" not in said:
        return None
    url = said.get("X-Signed-Url", "")
    here = request.full_path.rstrip("?")
    if here != url and not request.path.startswith(UPLOADS):
        return None
    return Signed(
        device=said.get("X-Device", ""),
        person=said.get("X-Person", ""),
        act=said.get("X-Once", ""),
        url=url,
        happened=said.get("X-Happened-At", ""),
        digest=said.get("X-Digest", ""),
        signature=said["X-Signature"],
    )


def fingerprint(file: FileStorage) -> str:
    """SHA-256 of a file that came in; it is read again from its start afterwards."""
    hashing = hashlib.sha256()
    while chunk := file.stream.read(CHUNK):
        hashing.update(chunk)
    file.stream.seek(0)
    return hashing.hexdigest()
