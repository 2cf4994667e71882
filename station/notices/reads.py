"""Questions to the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404

from .models import Notice


def list_outbox(actor: Actor) -> Sequence[Notice]:
    """Messages this organisation must pass on: unsent first, newest first."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.organisation_id == actor.organisation_id)
        .order_by(Notice.passed_on_at.is_not(None), Notice.made_at.desc())
        .limit(200)
    ).all()


def get_notice(actor: Actor, notice_id: str) -> Notice:
    """One message of the actor's own organisation, else 404."""
    row = db.session.get(Notice, notice_id)
    mine = row if row and row.organisation_id == actor.organisation_id else None
    notice: Notice = get_or_404(mine, "这条消息")
    return notice


def is_waiting(organisation_id: str, subject: str) -> bool:
    """Whether a message about something has not been passed on yet."""
    question = select(Notice.id).where(
        Notice.organisation_id == organisation_id,
        Notice.subject == subject,
        Notice.passed_on_at.is_(None),
    )
    return db.session.scalars(question.limit(1)).first() is not None
