"""Questions about labels: which is valid, and what a scanned text stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused
from station.trail.models import TrailLine

from . import labels, sightings
from .access import label_key
from .faces import Face, labelled
from .labels import Purpose, Scanned, Sighting
from .models import LabelCode

SHOWN = timedelta(days=30)  # [P]


@dataclass(frozen=True)
class Label:
    """A valid code and its face."""

    code: LabelCode
    face: Face


def find_code(purpose: str, subject: str) -> LabelCode | None:
    """The valid label of a thing."""
    return db.session.scalars(
        select(LabelCode).where(
            LabelCode.purpose == purpose,
            LabelCode.subject == subject,
            LabelCode.void_at.is_(None),
        )
    ).first()


def list_valid(purpose: Purpose, subjects: Sequence[str]) -> dict[str, LabelCode]:
    """The valid labels of some things, by subject."""
    rows = db.session.scalars(
        select(LabelCode).where(
            LabelCode.purpose == purpose,
            LabelCode.subject.in_(subjects),
            LabelCode.void_at.is_(None),
        )
    )
    return {row.subject: row for row in rows}


def count_prints(subjects: Sequence[str]) -> dict[str, int]:
    """How often a label was printed for some things, by subject."""
    rows = db.session.execute(
        select(LabelCode.subject, func.count())
        .where(LabelCode.subject.in_(subjects))
        .group_by(LabelCode.subject)
    )
    return {row[0]: row[1] for row in rows}


def get_labels(actor: Actor, codes: Sequence[str]) -> list[Label]:
    """Valid labels of one purpose, of things at the actor's station, in the order asked for.
    Raises `Refused` (404) for any other, a void one among them."""
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(LabelCode).where(LabelCode.id.in_(codes), LabelCode.void_at.is_(None))
        )
    }
    purposes = {row.purpose for row in rows.values()}
    known = labelled()
    if not codes or len(rows) != len(set(codes)) or len(purposes) != 1 or purposes - known.keys():
        get_or_404(None, "这些标签")
    subjects = [rows[code].subject for code in codes]
    faces = known[purposes.pop()].faces(actor, subjects)
    if set(subjects) - faces.keys():
        get_or_404(None, "这些标签")
    return [Label(rows[code], faces[rows[code].subject]) for code in codes]


def list_sightings(actor: Actor) -> Sequence[TrailLine]:
    """Void and forged labels scanned at the actor's station in the last month, newest first."""
    return db.session.scalars(
        select(TrailLine)
        .where(
            TrailLine.act == "media.sight_label",
            TrailLine.organisation == actor.organisation_id,
            TrailLine.at >= clock.now() - SHOWN,
        )
        .order_by(TrailLine.at.desc())
        .limit(20)
    ).all()


def text_of(code: LabelCode) -> str:
    """What the QR of a label says when it is printed now."""
    return labels.text_of(label_key(), code.id, code.purpose)


def read_code(text: str, purpose: str | None = None) -> LabelCode:
    """The label that was scanned, or typed by its eight letters; `.subject` is what it stands on.

    A gate pass must be scanned: typed letters carry no digest. Raises `Refused`: not a label,
    another installation's, unknown or forged, voided by a reprint, or of another purpose than
    asked. A scan of a void or forged label is noted as a sighting.
    """
    scanned = labels.read_label(text)
    if scanned.mark and not labels.same(scanned.mark, labels.mark_of(label_key())):
        raise Refused("label_elsewhere", "这张标签属于别的服务站，不能在本站使用。请扫描本站标签。")
    code = db.session.get(LabelCode, scanned.code)
    if code is None or not _genuine(code, scanned):
        if scanned.text:
            sightings.note(scanned.code, Sighting.FORGED)
        raise Refused(
            "label_unknown", "没有这个标签，或它不是本站签发的。请重新扫描，或请站长核对。"
        )
    if code.void_at is not None:
        sightings.note(code.id, Sighting.VOID)
        raise Refused("label_void", "这张标签已作废，已有新标签。请撕下它，扫描新的标签。")
    if purpose is not None and code.purpose != purpose:
        raise Refused("label_other", labels.WANTED[Purpose(purpose)])
    return code


def _genuine(code: LabelCode, scanned: Scanned) -> bool:
    """Typed letters are believed but for a pass; a label of before only if it was issued then."""
    if not scanned.text:
        return code.purpose != Purpose.PASS
    if scanned.mark:
        return labels.same(scanned.text, text_of(code))
    old = labels.old_text_of(label_key(), code.id, code.purpose)
    return code.is_old and labels.same(scanned.text, old)


def mark() -> str:
    """What labels of this installation say of it: a device tells others' by it."""
    return labels.mark_of(label_key())
