"""Questions about addresses and messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import current_app
from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404

from .contact_models import Contact, Message
from .delivery import MessageState, Way

ADMINISTRATORS = ("court_admin", "station_manager", "agency_manager")


def list_ways(actor: Actor) -> list[Way]:
    """What this installation can send by, and this person may choose."""
    settings = current_app.extensions["settings"]
    found = [Way.EMAIL] if settings.smtp_url else []
    found += [Way.SMS] if settings.sms_url else []
    found.append(Way.CHAT)
    return [*found, Way.WEBHOOK] if actor.role in ADMINISTRATORS else found


def list_contacts(actor: Actor) -> Sequence[Contact]:
    """The addresses of this person in this role, newest first."""
    return db.session.scalars(
        select(Contact)
        .where(
            Contact.person_id == actor.person_id,
            Contact.organisation_id == actor.organisation_id,
            Contact.role == actor.role,
            Contact.ended_at.is_(None),
        )
        .order_by(Contact.code_until.desc())
    ).all()


def get_contact(actor: Actor, contact_id: str) -> Contact:
    """One address of the actor's own, else 404."""
    row = db.session.get(Contact, contact_id)
    mine = row is not None and row.person_id == actor.person_id and row.ended_at is None
    contact: Contact = get_or_404(row if mine else None, "这个地址")
    return contact


def list_told(organisation_ids: Collection[str], roles: Collection[str]) -> Sequence[Contact]:
    """Confirmed addresses of people in these roles of these organisations."""
    return db.session.scalars(
        select(Contact).where(
            Contact.organisation_id.in_(organisation_ids),
            Contact.role.in_(roles),
            Contact.confirmed_at.is_not(None),
            Contact.ended_at.is_(None),
        )
    ).all()


def list_messages(actor: Actor, limit: int = 100) -> Sequence[Message]:
    """Messages to the actor's own addresses, and for administrators to all of the organisation's;
    what failed first, then the newest. Codes are left out."""
    question = select(Message).where(
        Message.organisation_id == actor.organisation_id, Message.node != "code"
    )
    if actor.role not in ADMINISTRATORS:
        question = question.join(Contact, Contact.id == Message.contact_id).where(
            Contact.person_id == actor.person_id
        )
    return (
        db.session.scalars(
            question.order_by(Message.state != MessageState.FAILED, Message.made_at.desc()).limit(
                limit
            )
        )
        .unique()
        .all()
    )


def get_message(actor: Actor, message_id: str) -> Message:
    """One message that the actor sees on the list, else 404."""
    row = db.session.get(Message, message_id)
    mine = row is not None and (
        row.contact.person_id == actor.person_id
        or (actor.role in ADMINISTRATORS and row.organisation_id == actor.organisation_id)
    )
    message: Message = get_or_404(row if mine else None, "这条通知")
    return message
