"""Anyone verifies a document on a public page: by its number, by its file, or by a line's hash."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.digests import digests_files, fingerprint_of
from station.ground.doors import everyone, refill
from station.ground.refused import Refused
from station.ground.web import limiter
from station.ground.words import N_

from . import documents, reads, rules
from .documents import Issued
from .models import TrailLine
from .rules import Verdict

bp = Blueprint("trail", __name__)
LARGEST = 20 * 1024 * 1024  # bytes; ours are far smaller
TOO_LARGE = N_("文件超过 20 MB：本站出具的文书没有这么大的，它不是本站出具的原件。请核对文件。")


@bp.get("/verify")
@everyone
@limiter.limit("30/minute")
def verify() -> tuple[str, int]:
    """What the trail says of a document's number, of a file, or of a line; nothing personal."""
    asked = {name: request.args.get(name, "").strip() for name in ("n", "f", "h")}
    line = reads.find_line_by_hash(asked["h"]) if asked["h"] else None
    issued = None if asked["h"] else _find(asked["n"], asked["f"])
    verdict = _verdict(issued, line) if any(asked.values()) else None
    page = render_template(
        "trail/verify.html",
        **{name: value[:64] for name, value in asked.items()},
        issued=issued,
        line=line,
        verdict=verdict,
        checkpoint=documents.find_checkpoint(shown.chain, clock.now())
        if (shown := line or (issued.line if issued else None))
        else None,
        kinds=current_app.extensions["trail.documents"],
        acts=current_app.extensions["trail.acts"],
        most=LARGEST,
    )
    return page, 404 if verdict is Verdict.UNKNOWN else 200


def _find(number: str, file: str) -> Issued | None:
    if file:
        return documents.find_by_file(rules.read_fingerprint(file))
    return documents.find_by_number(rules.read_document_number(number))


def _verdict(issued: Issued | None, line: TrailLine | None) -> Verdict:
    if issued is not None:
        return issued.verdict
    sound = line is not None and reads.is_sound(line)
    return rules.judge_document(found=line is not None, sound=sound, replaced=False)


@bp.post("/verify")
@everyone
@limiter.limit("10/minute")
@refill("trail.verify")
@digests_files(LARGEST, TOO_LARGE)
def verify_file() -> Response:
    """The same for an uploaded file, whose bytes are hashed as they come in and never kept."""
    seen = fingerprint_of(request, "file")
    if seen is None:
        raise Refused("no_file", "请先选择要核验的文件。", field="file")
    return redirect(url_for("trail.verify", f=seen.hex), 303)
