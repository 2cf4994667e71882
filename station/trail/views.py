"""Anyone verifies a document's trail line on a public page: is it there, unaltered, in a chain?"""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from station.ground.doors import everyone
from station.ground.web import limiter

from . import reads

bp = Blueprint("trail", __name__)


@bp.get("/verify")
@everyone
@limiter.limit("30/minute")
def verify() -> str:
    """The line whose hash is printed on a document, and whether it is still what was written."""
    fingerprint = request.args.get("h", "").strip()
    line = reads.get_line_by_hash(fingerprint) if fingerprint else None
    return render_template(
        "trail/verify.html",
        fingerprint=fingerprint,
        line=line,
        sound=line is not None and reads.is_sound(line),
        acts=current_app.extensions["trail.acts"],
    )
