"""The gate in a keeper's hand: scan, green or red, compare, sign, open."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, db, each_once, get_or_404
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import wants_json
from station.intake.rules import VIEW_WORDS
from station.media import desk as media
from station.media import door
from station.media import reads as media_reads
from station.media.models import Media
from station.media.rules import PAPER, PICTURE
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.trail import reads as trail

from . import desk, forms, reads, rules, sheets
from .models import Release

bp = Blueprint("gate", __name__, url_prefix="/gate")
GATE_ROLES = (Role.GATE, Role.STATION_MANAGER, Role.YARD_KEEPER)
READERS = (*STATION_ROLES, *COURT_ROLES)


@bp.get("/")
@admit(*GATE_ROLES)
def scan_page() -> str:
    """Scan the pass, then the vehicle."""
    return render_template("release/scan.html")


@bp.post("/")
@admit(*GATE_ROLES)
@refill("release.gate.scan_page")
def scan() -> Response:
    """Green leads on to the hand-over; red fills the screen with the word and the reason."""
    actor = current_actor()
    verdict = reads.judge_scan(
        actor, request.form.get("pass", "")[:200], request.form.get("car", "")[:200]
    )
    with act():
        desk.scan(actor, verdict)
    if verdict.red is None and verdict.release is not None:
        return redirect(url_for("release.gate.green", release_id=verdict.release.id), 303)
    page = render_template("release/red.html", verdict=verdict, rules=rules)
    return Response(page, 409, mimetype="text/html")


def _here(release_id: str) -> Release:
    """A release of the actor's own station that has just been scanned."""
    release = reads.get_release(current_actor(), release_id)
    if release.station_id != current_actor().organisation_id:
        get_or_404(None, "这次出库")
    return release


@bp.get("/<release_id>")
@admit(*GATE_ROLES)
def green(release_id: str) -> str:
    """The whole screen green: which vehicle may go, and to whom."""
    release = _here(release_id)
    return render_template(
        "release/green.html", release=release, fresh=reads.scan_holds(release), rules=rules
    )


@bp.get("/<release_id>/hand-over")
@admit(*GATE_ROLES)
def hand_over_page(release_id: str) -> str:
    """Identity, comparison with intake, numbers, both signatures: one act."""
    release = _here(release_id)
    before, now = reads.before_of(release.vehicle_id), reads.photos_of(release)
    return render_template(
        "release/hand_over.html",
        release=release,
        before=before,
        slots=[_slot(corner, now.get(corner)) for corner in rules.CORNERS],
        pairs=[
            (VIEW_WORDS[corner], _picture(before.photos.get(corner)), _picture(now.get(corner)))
            for corner in rules.CORNERS
        ],
        fresh=reads.scan_holds(release),
        takers=rules.TAKER_WORDS,
        has_paper=reads.kept_since_scan(release, reads.IDENTITY) is not None,
        has_authority=reads.kept_since_scan(release, reads.AUTHORITY) is not None,
        by_phone=not (release.lot.buyer and release.lot.buyer.id_tail),
        staff=current_actor().name,
    )


def _slot(corner: str, row: Media | None) -> dict[str, Any]:
    """One place of the photo set, as the macro wants it."""
    small = _picture(row)
    return {
        "name": corner,
        "label": VIEW_WORDS[corner],
        "required": True,
        "state": "sent" if row else "empty",
        **({"thumb": small, "url": small} if small else {}),
    }


def _picture(row: Media | None) -> str:
    """Address of a picture as staff see it; its original until a worker drew the view."""
    if row is None:
        return ""
    if media_reads.find_derivative(row, "view"):
        return url_for("media.derivative", media_id=row.id, use="view")
    return url_for("media.original", media_id=row.id)


@bp.post("/<release_id>/photos")
@admit(*GATE_ROLES)
@refill("release.gate.hand_over_page")
def add_photos(release_id: str) -> Response:
    """Corner photos, one by one from the script or together from the form."""
    actor, release = current_actor(), _here(release_id)
    files = [
        (name, file)
        for name, file in request.files.items(multi=True)
        if file.filename and name in rules.CORNERS
    ]
    if not files:
        raise Refused("no_file", "还没有选择文件。请拍照或选择文件后再提交。", field="file")
    vehicle, case, last = release.vehicle_id, release.case_id, None
    for _, (name, file) in each_once([*enumerate(files)], lambda item: str(item[0])):
        db.session.close()  # no connection is held while a body arrives
        kept = door.receive(cast(BinaryIO, file.stream), limit=PICTURE)
        with act():
            last = media.keep(actor, kept, kind=reads.PHOTO, slot=name, vehicle=vehicle, case=case)
    if wants_json() and last is not None:
        return jsonify(id=last.id, url=url_for("media.original", media_id=last.id))
    return redirect(url_for("release.gate.hand_over_page", release_id=release_id), 303)


@bp.post("/<release_id>/hand-over")
@admit(*GATE_ROLES)
@refill("release.gate.hand_over_page")
def hand_over(release_id: str) -> Response:
    """The vehicle leaves; its sheet is printed and kept at once."""
    actor, release = current_actor(), _here(release_id)
    authority = _has_upload("authority") or reads.kept_since_scan(release, reads.AUTHORITY)
    taker = forms.read_taker(request.form, has_authority=bool(authority))
    leaving = forms.read_leaving(request.form)
    drawn = {
        name: forms.read_signature(request.form, name) for name in ("taker_sign", "staff_sign")
    }
    kept = {
        "paper": _keep_upload(actor, release, "paper", reads.IDENTITY),
        "authority": _keep_upload(actor, release, "authority", reads.AUTHORITY),
        **{name: _keep_drawn(actor, release, name, body) for name, body in drawn.items()},
    }
    with act():
        desk.hand_over(
            actor,
            _here(release_id),
            desk.HandOver(
                taker,
                leaving,
                paper_media=kept["paper"],
                authority_media=kept["authority"],
                taker_sign_media=kept["taker_sign"],
                staff_sign_media=kept["staff_sign"],
                taker_sign_name=request.form.get("taker_sign_name", ""),
                staff_sign_name=request.form.get("staff_sign_name", ""),
            ),
        )
    try:
        _file_sheet(actor, release_id)
    except Refused as refusal:  # the vehicle has left; the next page offers the sheet again
        current_app.logger.warning("hand-over sheet not made: %s", refusal.code)
    return redirect(url_for("release.gate.left", release_id=release_id), 303)


def _has_upload(name: str) -> bool:
    file = request.files.get(name)
    return bool(file and file.filename)


def _keep_upload(actor: Actor, release: Release, name: str, kind: str) -> str:
    """The paper just photographed, or the one kept when this form was refused before."""
    if not _has_upload(name):
        before = reads.kept_since_scan(release, kind)
        return before.id if before else ""
    return _keep(actor, release, cast(BinaryIO, request.files[name].stream), kind, "", PAPER)


def _keep_drawn(actor: Actor, release: Release, name: str, body: bytes) -> str:
    if not body:
        return ""
    return _keep(actor, release, io.BytesIO(body), reads.SIGNATURE, name, PICTURE)


def _keep(
    actor: Actor, release: Release, stream: BinaryIO, kind: str, slot: str, limit: Any
) -> str:
    """Keep a paper at once, so that it survives a refusal of the form; its id."""
    vehicle, case = release.vehicle_id, release.case_id
    kept = door.receive(stream, limit=limit)
    with act(final=False):
        return media.keep(actor, kept, kind=kind, slot=slot, vehicle=vehicle, case=case).id


@bp.get("/<release_id>/left")
@admit(*READERS)
def left(release_id: str) -> str:
    """The vehicle has left: to whom, when, with what, and its sheet."""
    release = reads.get_release(current_actor(), release_id)
    before, now = reads.before_of(release.vehicle_id), reads.photos_of(release)
    return render_template(
        "release/left.html",
        release=release,
        before=before,
        pairs=[
            (VIEW_WORDS[corner], _picture(before.photos.get(corner)), _picture(now.get(corner)))
            for corner in rules.CORNERS
        ],
        rules=rules,
        line=trail.find_last_line(release.subject),
    )


@bp.post("/<release_id>/sheet")
@admit(*READERS)
@refill("release.gate.left")
def print_sheet(release_id: str) -> Response:
    """The 出库交接单; made now when the hand-over could not make it."""
    _file_sheet(current_actor(), release_id)
    release = reads.get_release(current_actor(), release_id)
    if not release.sheet_media:
        raise Refused("not_left", "车辆还没有出库，不能出具出库交接单。", status=409)
    return redirect(url_for("media.original", media_id=release.sheet_media), 303)


def _file_sheet(actor: Actor, release_id: str) -> None:
    release = reads.get_release(actor, release_id)
    line = trail.find_last_line(release.subject, "release.hand_over")
    if release.sheet_media or release.left_at is None or line is None:
        return
    kept = door.receive_document(sheets.make_sheet(release, line))
    with act():
        desk.file_sheet(actor, reads.get_release(actor, release_id), kept, line)
