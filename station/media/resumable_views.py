"""The tus protocol 1.0.0 for the device's queue: https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import binascii
from base64 import b64decode
from email.utils import format_datetime

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor
from station.ground.refused import Refused
from station.people.rules import STATION_ROLES, Role

from . import resumable

bp = Blueprint("uploads", __name__, url_prefix="/uploads")
SENDERS = (*STATION_ROLES, Role.TOW_DRIVER)
VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"


def _answer(status: int, **headers: object) -> Response:
    response = Response(status=status)
    told = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
    told |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
    response.headers.update(told)
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@admit(*SENDERS)
def abilities() -> Response:
    """What this server speaks."""
    return _answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension="creation,expiration",
        Tus_Max_Size=resumable.LARGEST,
    )


@bp.post("")
@admit(*SENDERS)
def begin() -> Response:
    """Announce a file: its length, name and type; refused here when it would be too large."""
    _check_version()
    told = _read_metadata(request.headers.get("Upload-Metadata", ""))
    length = request.headers.get("Upload-Length", "")
    if not length.isdecimal() or len(length) > 15:
        raise Refused("no_length", "没有说明文件大小，无法接收。", status=400)
    upload = resumable.begin(
        current_actor(), int(length), told.get("filename", ""), told.get("filetype", "")
    )
    where = url_for("media.uploads.place", upload_id=upload.id)
    return _answer(201, Location=where, Upload_Expires=format_datetime(upload.until, usegmt=True))


@bp.route("/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
@admit(*SENDERS)
def place(upload_id: str) -> Response:
    """How far it is."""
    upload = resumable.find(current_actor(), upload_id)
    return _answer(200, Upload_Offset=resumable.offset(upload), Upload_Length=upload.length)


@bp.patch("/<upload_id>")
@admit(*SENDERS)
def append(upload_id: str) -> Response:
    """The next piece."""
    _check_version()
    if request.mimetype != PIECE:
        raise Refused("wrong_piece", "上传格式不对，无法接收。", status=415)
    at = request.headers.get("Upload-Offset", "")
    if not at.isdecimal() or len(at) > 15:
        raise Refused("wrong_offset", "上传位置不对，将从断点继续。", status=409)
    upload = resumable.find(current_actor(), upload_id)
    return _answer(
        204,
        Upload_Offset=resumable.append(upload, int(at), request.stream),
        Upload_Expires=format_datetime(upload.until, usegmt=True),
    )


@bp.after_app_request
def forget_uploads(response: Response) -> Response:
    """What came ahead of a form that was acted on has been kept by its door."""
    for upload_id in g.pop("uploads_used", ()) if response.status_code < 400 else ():
        resumable.remove(upload_id)
    return response


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused("wrong_protocol", "上传程序的版本不对，请刷新页面。", status=412)


def _read_metadata(text: str) -> dict[str, str]:
    """`name BASE64,…` as the protocol writes it; what is not that is left out."""
    found = {}
    for pair in text.split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found
