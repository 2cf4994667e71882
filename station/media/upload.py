"""A form's file is kept at once, in an act of its own, so that it survives a refusal of the form."""

from __future__ import annotations

from flask import g, request

from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.web import keep_typed

from . import desk, door, reads, rules
from .models import Media


def keep_upload(
    actor: Actor,
    name: str,
    *,
    kind: str,
    vehicle: str = "",
    case: str = "",
    command: str = "",
    limit: rules.Limit = rules.PAPER,
) -> str:
    """Keep the file of the form field `name`; its media id.

    A file kept before, when the form was refused, comes back in the hidden field `<name>_kept`
    and is answered when no new one was chosen and it is a paper of the very same kind and thing;
    '' when there is neither. The door's refusals.
    """
    file = request.files.get(name)
    if not file or not file.filename:
        before = reads.find_media(request.form.get(f"{name}_kept", ""))
        same = (actor.organisation_id, kind, vehicle, case)
        fits = before is not None and same == (
            before.organisation_id,
            before.kind,
            before.vehicle,
            before.case,
        )
        return before.id if before is not None and fits else ""
    kept = door.receive(file.stream, limit=limit)
    with act(final=False):
        row = desk.keep(actor, kept, kind=kind, vehicle=vehicle, case=case, command=command)
    keep_typed(f"{name}_kept", row.id)
    return row.id


def keep_uploads(
    actor: Actor, name: str, *, kind: str, vehicle: str, case: str, command: str = ""
) -> list[Media]:
    """Keep every file of the form field `name`, after those that came with it when it was refused
    before (hidden fields `kept`); `kept_before` tells the page of them. The door's refusals.
    """
    fits = (actor.organisation_id, kind, vehicle, case)
    rows = [reads.find_media(one) for one in request.form.getlist("kept")]
    found = [
        row.id
        for row in rows
        if row and (row.organisation_id, row.kind, row.vehicle, row.case) == fits
    ]
    for file in request.files.getlist(name):
        if file.filename:
            db.session.close()  # a body can take minutes
            kept = door.receive(file.stream)
            with act(final=False):
                row = desk.keep(actor, kept, kind=kind, vehicle=vehicle, case=case, command=command)
                found.append(row.id)
    g.uploads_kept = list(dict.fromkeys(found))
    return [reads.get_media(one) for one in g.uploads_kept]


def kept_before() -> list[str]:
    """Ids of the files that `keep_uploads` has kept in this request."""
    found: list[str] = g.get("uploads_kept", [])
    return found
