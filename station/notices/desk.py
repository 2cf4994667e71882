"""Filling and emptying the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail

from .models import Notice
from .rules import Channel


def enqueue(
    organisation_id: str,
    *,
    addressee: str,
    text: str,
    subject: str,
    phone: str = "",
    link: str = "",
    code: str = "",
    expires_at: datetime | None = None,
) -> Notice:
    """Put a message into the outbox, as part of the caller's act (whose line tells of it)."""
    row = Notice(
        id=new_id(),
        organisation_id=organisation_id,
        channel=Channel.BY_HAND,
        addressee=addressee,
        phone=phone,
        text=text,
        link=link,
        code=code,
        subject=subject,
        made_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(row)
    return row


def pass_on(actor: Actor, notice: Notice) -> None:
    """Say that the message was handed to its addressee; once."""
    done = changed(
        update(Notice)
        .where(Notice.id == notice.id, Notice.passed_on_at.is_(None))
        .values(passed_on_at=clock.now(), passed_on_by=actor.name)
    )
    if not done:
        raise Refused("already_passed_on", "这条消息已有人转交，无需重复。", status=409)
    trail.write(actor, "notices.pass_on", f"notice:{notice.id}", facts={"about": notice.subject})
