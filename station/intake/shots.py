"""Pictures coming in by a form or one by one by a script, for every page of this room."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Blueprint, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, db, each_once
from station.ground.refused import Refused
from station.ground.web import wants_json
from station.media import desk as media
from station.media import door, sharpness
from station.media import reads as media_reads
from station.media.door import Kept
from station.media.models import Media
from station.media.rules import PICTURE, VIDEO, Kind
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles.rules import VehicleKind

from . import reads, rules

bp = Blueprint("intake", __name__, url_prefix="/intake")
INSPECTORS = (Role.INSPECTOR, Role.STATION_MANAGER)
WATCHERS = (*STATION_ROLES, *COURT_ROLES, Role.AGENCY_MANAGER)
SENDERS = (Role.STATION_MANAGER, Role.YARD_KEEPER)


SHARP = f"{sharpness.SIDE} {sharpness.LEAST} {sharpness.CONTRAST}"
"""What the device measures a picture by before it is sent: the bounds of the server."""
LONGEST_REASON = 60


def check_sharp(kept: Kept, reason: str) -> str:
    """What is noted of a picture: nothing, or why a blurred one is used.

    Raises `Refused` for a blurred picture without a reason: the device could not tell, or has no
    script. What is used nevertheless is shown later as not checked.
    """
    if kept.look is None or not sharpness.is_blurred(kept.look):
        return ""
    if len(reason.strip()) < 2:
        raise Refused(
            "picture_blurred",
            "照片模糊，看不清细节。请擦净镜头、拿稳、离近一些重拍；确实只能拍成这样的，写明原因后使用。",
            field="blur_reason",
        )
    return f"照片模糊：{reason.strip()[:LONGEST_REASON]}"


def keep_files(actor: Actor, kind: str, vehicle: str, case: str, command: str) -> list[Media]:
    """Keep every file of the request; its field is its slot. One act a file, before any other."""
    files = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    if not files:
        raise Refused("no_file", "还没有选择文件。请拍照或选择文件后再提交。", field="file")
    found = []
    for _, (name, file) in each_once([*enumerate(files)], lambda item: str(item[0])):
        db.session.close()  # no connection is held while a body arrives
        kept = door.receive(
            cast(BinaryIO, file.stream), limit=VIDEO if kind == Kind.VIDEO else PICTURE
        )
        note = check_sharp(kept, request.form.get("blur_reason", ""))
        with act():
            row = media.keep(
                actor,
                kept,
                kind=kind,
                slot=name,
                vehicle=vehicle,
                case=case,
                command=command,
                note=note,
                facts={"blurred": note} if note else None,
            )
            found.append(row)
    return found


def answer_upload(kept: list[Media], back: str) -> Response:
    """`{id, url}` for the script, the page again for a form."""
    if wants_json():
        row = kept[-1]
        return jsonify(id=row.id, url=url_for("media.original", media_id=row.id))
    return redirect(back, 303)


def slot_of(name: str, label: str, row: Media | None, required: bool = True) -> dict[str, Any]:
    """One place of a photo set, as the macro wants it."""
    thumb = row is not None and media_reads.find_derivative(row, "thumb") is not None
    return {
        "name": name,
        "label": label,
        "required": required,
        "state": "sent" if row else "empty",
        "thumb": url_for("media.derivative", media_id=row.id, use="thumb") if thumb and row else "",
        "url": url_for("media.original", media_id=row.id) if row else "",
    }


def view_slot(view: str, kind: VehicleKind, row: Media | None) -> dict[str, Any]:
    """One view of the guided set, with the outline of how it should look."""
    return slot_of(view, rules.VIEW_WORDS[view], row) | {"ghost": rules.ghost_of(view, kind)}


def keep_photo(actor: Actor, vehicle: str, case: str, command: str) -> str:
    """Keep a finding's photo at once, so that it survives a refusal of the form; its id."""
    upload = request.files.get("photo")
    if not upload or not upload.filename:
        return request.form.get("photo_kept", "")
    db.session.close()
    kept = door.receive(cast(BinaryIO, upload.stream), limit=PICTURE)
    note = check_sharp(kept, request.form.get("blur_reason", ""))
    with act(final=False):
        row = media.keep(
            actor,
            kept,
            kind=Kind.PHOTO,
            slot=reads.DAMAGE,
            vehicle=vehicle,
            case=case,
            command=command,
            note=note,
        )
        g.photo_kept = row.id
    return str(g.photo_kept)
