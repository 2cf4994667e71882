"""Where people want to be told: addresses typed, shown to be theirs, and taken away."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.jobs import desk as jobs
from station.trail import desk as trail

from . import contact_reads, delivery, nodes
from .contact_models import Contact, Message
from .delivery import MessageState, Way

MOST = 8  # addresses a person


def add(actor: Actor, way: Way, address: str, *, digest: bool, language: str = "zh") -> Contact:
    """Add an address. A code goes there; until it is typed here, nothing else does. A webhook is
    the machine of whoever holds its secret and needs no code."""
    settings = current_app.extensions["settings"]
    value = delivery.read_address(way, address, local=settings.testing)
    if way not in contact_reads.list_ways(actor):
        raise Refused(
            "way_closed", "本站没有开通这种通知方式，请选择其他方式，或联系管理员。", field="way"
        )
    if len(contact_reads.list_contacts(actor)) >= MOST:
        raise Refused("contacts_full", "最多登记 %(most)d 个地址，请先停用不用的。", most=MOST)
    now, code = clock.now(), f"{secrets.randbelow(10**6):06d}"
    machine = way is Way.WEBHOOK
    row = Contact(
        id=new_id(),
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        role=actor.role,
        way=way,
        address=value,
        language=language,
        digest=digest,
        secret=secrets.token_urlsafe(32) if machine else "",
        code_hash=_hash(code),
        code_until=now + delivery.CODE_LASTS,
        tries=0,
        confirmed_at=now if machine else None,
    )
    db.session.add(row)
    db.session.flush()
    if not machine:
        _send_code(row, code)
    _write(actor, "notices.add_contact", row)
    return row


def _hash(code: str) -> str:
    key: str = current_app.extensions["settings"].secret_key
    return hmac.new(key.encode(), f"contact {code}".encode(), hashlib.sha256).hexdigest()


def _send_code(row: Contact, code: str) -> None:
    now = clock.now()
    db.session.add(
        Message(
            id=new_id(),
            contact_id=row.id,
            organisation_id=row.organisation_id,
            chain="",
            number=int(now.timestamp()),
            node="code",
            text=nodes.TABLE["code"][row.language].format(code=code),
            urgent=True,
            state=MessageState.WAITING,
            made_at=now,
            not_before=now,
            tries=0,
            trouble="",
            proof="",
        )
    )
    jobs.queue("notices.send", lock="notices.send")


def confirm(actor: Actor, contact_id: str, code: str) -> bool:
    """The code that came shows that the address is theirs; whether it did. A wrong one is counted
    (the caller tells of it afterwards, so that the count stays)."""
    row = contact_reads.get_contact(actor, contact_id)
    if row.confirmed_at is not None:
        return True
    fresh = row.tries < delivery.CODE_TRIES and clock.now() < row.code_until
    good = fresh and hmac.compare_digest(row.code_hash, _hash(code.strip()))
    values = {"confirmed_at": clock.now()} if good else {"tries": row.tries + 1}
    changed(
        update(Contact)
        .where(Contact.id == row.id, Contact.tries == row.tries, Contact.confirmed_at.is_(None))
        .values(**values)
    )
    _write(actor, "notices.confirm_contact" if good else "notices.wrong_code", row)
    return good


def end(actor: Actor, contact_id: str) -> None:
    """Nothing goes there any more; the address itself is forgotten."""
    row = contact_reads.get_contact(actor, contact_id)
    ended = changed(
        update(Contact)
        .where(Contact.id == row.id, Contact.ended_at.is_(None))
        .values(ended_at=clock.now(), address="", secret="")
    )
    if ended:
        db.session.execute(
            update(Message)
            .where(Message.contact_id == row.id, Message.state == MessageState.WAITING)
            .values(state=MessageState.FAILED, trouble="ended", done_at=clock.now())
        )
        _write(actor, "notices.end_contact", row)


def try_again(actor: Actor, message_id: str) -> None:
    """A person asks that a message that was given up is tried anew."""
    row = contact_reads.get_message(actor, message_id)
    now = clock.now()
    again = changed(
        update(Message)
        .where(Message.id == row.id, Message.state == MessageState.FAILED)
        .values(state=MessageState.WAITING, tries=0, not_before=now, done_at=None)
    )
    if not again:
        raise Refused("not_failed", "这条通知没有失败，不需要重发。", status=409)
    jobs.queue("notices.send", lock="notices.send", at=now + timedelta(seconds=1))
    trail.write(actor, "notices.try_again", f"message:{row.id}", facts={"node": row.node})


def _write(actor: Actor, act: str, row: Contact) -> None:
    trail.write(
        actor,
        act,
        f"contact:{row.id}",
        facts={"way": row.way.value},
        private={"contact": row.address} if act == "notices.add_contact" else None,
    )
