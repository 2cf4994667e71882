"""Acts on files and labels. A body is received before the act (see `door`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.jobs import desk as jobs
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact

from . import access, door, proposal_reads, reads, rules, scene_desk
from .label_desk import issue_code as issue_code
from .models import Clearance, Media
from .turns import one_at_a_time as one_at_a_time


def keep(
    actor: Actor,
    kept: door.Kept,
    *,
    kind: str,
    slot: str = "",
    vehicle: str = "",
    case: str = "",
    command: str = "",
    claimed: datetime | None = None,
    note: str = "",
    origin: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> Media:
    """Give a received file its row and line; the one there is when the same was kept before.

    The same means: bytes, kind, slot, vehicle, case and the actor's organisation (another
    organisation's file is not ours to answer with). `claimed`: when the device says it was taken;
    `facts`: what the line says besides; `origin`: see Media. `ValueError`: a kind that nobody reads.
    """
    if not access.is_known(kind):
        raise ValueError(f"no room says who reads files of kind {kind!r}")
    same = {
        "sha256": kept.sha256,
        "kind": str(kind),
        "slot": slot,
        "vehicle": vehicle,
        "case": case,
        "organisation_id": actor.organisation_id,
    }
    one_at_a_time("media", *same.values())
    before = db.session.scalars(select(Media).filter_by(**same)).one_or_none()
    if before is not None:
        return before
    media = _row(actor, kept, claimed, **same, command=command, note=note, origin=origin)
    db.session.add(media)
    _queue_work(media)
    _write(actor, "media.keep", media, {**reads.facts_of(media), **(facts or {})}, claimed)
    return media


def _row(actor: Actor, kept: door.Kept, claimed: datetime | None, **said: str) -> Media:
    now = clock.now()
    return Media(
        **said,
        id=new_id(),
        bytes=kept.size,
        mime=kept.mime,
        by_person=actor.person_id,
        by_name=actor.name,
        taken_at=rules.believed(now, kept.taken_at, claimed),
        kept_at=now,
        width=kept.width,
        height=kept.height,
        has_gps=kept.has_gps,
        likeness=kept.look.likeness if kept.look else "",
    )


def _queue_work(media: Media) -> None:
    if media.mime in rules.VIDEOS:
        jobs.queue("media.measure", lock=media.subject, media_id=media.id)
    elif door.is_picture(media.mime):
        jobs.queue("media.derive", lock=media.subject, media_id=media.id)
        if media.kind in rules.PUBLISHABLE:
            queue_look(media.id)


def queue_look(media_id: str) -> None:
    """Let the program look at one picture at a time, when nothing else waits: it takes seconds."""
    jobs.queue("media.propose", lock="media.propose", priority=-10, media_id=media_id)


def _write(
    actor: Actor,
    act: str,
    media: Media,
    facts: Mapping[str, Fact],
    claimed: datetime | None = None,
    subject: str = "",
) -> None:
    trail.write(
        actor,
        act,
        subject or media.subject,
        facts=facts,
        vehicle=media.vehicle,
        case=media.case,
        command=media.command,
        claimed=claimed,
    )


def measure(actor: Actor, media_id: str, duration_ms: int, frames: int) -> None:
    """Write the length that was counted from a video's frames; once."""
    media = _lock_media(media_id)
    if media.duration_ms is not None:
        return
    media.duration_ms = duration_ms
    facts: dict[str, Fact] = {"media": media.id, "duration_ms": duration_ms, "frames": frames}
    _write(actor, "media.measure", media, facts)


def _lock_media(media_id: str) -> Media:
    media: Media = get_or_404(
        db.session.get(Media, media_id, with_for_update=True, populate_existing=True), "这个文件"
    )
    return media


def clear(
    actor: Actor, media_id: str, rectangles: object, version: int, seen: int | None = None
) -> Clearance:
    """Confirm a picture free of faces and plates once `rectangles` are painted over.

    `rectangles`: see rules.read_rectangles. `version`: the confirmation that the page showed, 0
    for none; somebody else's newer one is refused (409) with who and when. `seen`: version of the
    proposals on the page, 0 for none, None when no page showed any; newer ones are refused (409),
    so that nobody confirms past them. What was public before is withdrawn in this very act; the new
    picture is drawn by a job.
    """
    media = _lock_media(media_id)
    check_publishable(media)
    before = db.session.get(Clearance, media_id, populate_existing=True)
    if (before.version if before else 0) != version:
        refuse_stale(media.subject, lambda _: before.by_name if before else "")
    boxes = rules.read_rectangles(rectangles)
    done = {} if seen is None else proposal_reads.made_of(media, boxes, seen)
    if before is not None and before.rectangles == boxes:
        return before
    clearance = before or Clearance(media_id=media.id, version=0)
    clearance.rectangles, clearance.version = boxes, version + 1
    clearance.by_person, clearance.by_name = actor.person_id, actor.name
    clearance.at = clock.now()
    clearance.sha256, clearance.width, clearance.height, clearance.recipe = "", 0, 0, {}
    db.session.add(clearance)
    db.session.flush()
    scene_desk.settle_all_of(media)
    jobs.queue("media.publish", lock=media.subject, media_id=media.id)
    facts: dict[str, Fact] = {
        "media": media.id,
        "sha256": media.sha256,
        "rectangles": rules.as_text(boxes),
        "version": clearance.version,
        **done,
    }
    _write(actor, "media.clear", media, facts)
    return clearance


def check_publishable(media: Media) -> None:
    """Refuse a file that is never made public, e.g. a paper or another room's picture."""
    if media.kind not in rules.PUBLISHABLE or not door.is_picture(media.mime):
        raise Refused(
            "not_publishable", "这类文件不能公开，无需遮挡。请选择车辆照片或全景图。", status=409
        )


def publish(actor: Actor, media_id: str, version: int, drawn: Mapping[str, Any]) -> bool:
    """Give a confirmation its drawn picture; nothing when the confirmation has changed since.

    `drawn`: sha256, width, height, recipe.
    """
    clearance = db.session.get(Clearance, media_id, with_for_update=True, populate_existing=True)
    if clearance is None or clearance.version != version or clearance.sha256:
        return False
    clearance.sha256, clearance.recipe = drawn["sha256"], dict(drawn["recipe"])
    clearance.width, clearance.height = drawn["width"], drawn["height"]
    facts: dict[str, Fact] = {"media": media_id, "sha256": clearance.sha256, "version": version}
    media = reads.get_media(media_id)
    _write(actor, "media.public", media, facts, subject=f"public:{media_id}")
    return True
