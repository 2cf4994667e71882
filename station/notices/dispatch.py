"""Following the trail for what is to be told, and handing messages to their channels.

Followed line by line and chain by chain, so nothing is missed and nothing is told twice: where a
chain was left is kept in the same transaction as the messages. A message is in the hands of one
worker at a time; one whose worker died in the middle is tried again, so that it may come twice, and
never not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.database import changed, db, upkeep
from station.ground.ids import new_id
from station.jobs import desk as jobs
from station.trail.models import Chain, TrailLine

from . import contact_reads, delivery, nodes, senders
from .contact_models import Contact, FollowedChain, Message
from .delivery import MessageState, Passing, Permanent, Way
from .nodes import Node

AT_ONCE = 500
SYSTEM = "code"


def follow() -> None:
    """Look through the lines since last time and write the messages that they bring about."""
    with upkeep():
        _begin()
    while True:
        with upkeep():
            lines = _list_new()
            made = sum(_tell(line) for line in lines)
            _keep_place(lines)
            if made:
                jobs.queue("notices.send", lock="notices.send")
        if not lines:
            return


def _begin() -> None:
    """At the very first time what lies behind is not told any more; a chain begun later is told of
    from its first line."""
    if db.session.scalar(select(func.count()).select_from(FollowedChain)):
        return
    for chain in db.session.scalars(select(Chain)).all():
        db.session.add(FollowedChain(chain=chain.id, number=chain.length))


def _list_new() -> Sequence[TrailLine]:
    """The next lines of one chain that has grown; none when none has."""
    seen = func.coalesce(FollowedChain.number, 0)
    grown = db.session.execute(
        select(Chain.id, seen)
        .outerjoin(FollowedChain, FollowedChain.chain == Chain.id)
        .where(Chain.length > seen)
        .limit(1)
    ).first()
    if grown is None:
        return []
    return db.session.scalars(
        select(TrailLine)
        .where(TrailLine.chain == grown[0], TrailLine.number > grown[1])
        .order_by(TrailLine.number)
        .limit(AT_ONCE)
    ).all()


def _keep_place(lines: Sequence[TrailLine]) -> None:
    last = {line.chain: line.number for line in lines}
    for chain, number in last.items():
        db.session.execute(
            insert(FollowedChain)
            .values(chain=chain, number=number)
            .on_conflict_do_update(index_elements=["chain"], set_={"number": number})
        )


def _tell(line: TrailLine) -> int:
    if line.act not in nodes.ACTS:
        return 0
    made = 0
    for node in nodes.find_nodes(line.act, line.facts):
        concerned = current_app.extensions["notices.audience"](line)
        for contact in contact_reads.list_told(concerned, node.to):
            if contact.person_id != line.actor:  # who did it knows
                made += _add(line, node, contact)
    return made


def _add(line: TrailLine, node: Node, contact: Contact) -> int:
    now = clock.now()
    added = db.session.execute(
        insert(Message)
        .values(
            id=new_id(),
            contact_id=contact.id,
            organisation_id=contact.organisation_id,
            chain=line.chain,
            number=line.number,
            node=node.id,
            text=_text(line, node, contact),
            urgent=node.urgent,
            state=MessageState.WAITING,
            made_at=now,
            not_before=delivery.first_time(
                now, urgent=node.urgent, digest=contact.digest and contact.way is not Way.WEBHOOK
            ),
            tries=0,
            trouble="",
            proof="",
        )
        .on_conflict_do_nothing()
        .returning(Message.id)
    )
    return len(added.all())


def _text(line: TrailLine, node: Node, contact: Contact) -> str:
    if contact.way is Way.SMS:
        return node.short(contact.language)
    names = current_app.extensions["notices.cars"].values()
    car = next((found for name in names if (found := name(line.vehicle))), "")
    return node.text(contact.language, car, line.facts)


# --- sending


def send_due() -> None:
    """Hand every message that is due to its channel."""
    while (ids := _claim()) is not None:
        rows = [row for one in ids if (row := db.session.get(Message, one)) is not None]
        proof, trouble, over = _hand_over(rows)
        with upkeep():
            _settle(ids, proof, trouble, over)


def _claim() -> list[str] | None:
    """The next message, with those that go to the same address in the same digest; none when
    nothing is due."""
    now = clock.now()
    lost = and_(
        Message.state == MessageState.SENDING, Message.not_before < now - delivery.LOST_AFTER
    )
    due = and_(Message.state == MessageState.WAITING, Message.not_before <= now)
    with upkeep():
        first = db.session.scalars(
            select(Message)
            .where(or_(due, lost))
            .order_by(Message.urgent.desc(), Message.not_before)
            .limit(1)
        ).first()
        if first is None:
            return None
        together = first.contact.digest and not first.urgent
        same = and_(Message.contact_id == first.contact_id, Message.urgent.is_(False), due)
        rows = db.session.scalars(
            update(Message)
            .where(or_(due, lost), same if together else Message.id == first.id)
            .values(state=MessageState.SENDING, tries=Message.tries + 1, not_before=now)
            .returning(Message.id)
        ).all()
    return list(rows)


def _hand_over(rows: Sequence[Message]) -> tuple[str, str, bool]:
    """(proof, trouble, whether it is over); one of the first two is empty."""
    if not rows or rows[0].contact.ended_at is not None:
        return "", "ended", True
    try:
        return senders.send(rows[0].contact, rows), "", True
    except Permanent as error:
        return "", str(error)[:300], True
    except Passing as error:
        return "", str(error)[:300], False
    except (
        Exception
    ) as error:  # a library's own; told by its kind, for its words may hold an address
        logging.getLogger("station.notices").warning("sending failed: %s", type(error).__name__)
        return "", type(error).__name__, False


def _settle(ids: Sequence[str], proof: str, trouble: str, over: bool) -> None:
    now = clock.now()
    for one in ids:
        row = db.session.get(Message, one)
        if row is None:
            continue
        again = None if over else delivery.next_time(now, row.tries)
        state = MessageState.SENT if proof else MessageState.FAILED
        changed(
            update(Message)
            .where(Message.id == one, Message.state == MessageState.SENDING)
            .values(
                state=MessageState.WAITING if again else state,
                not_before=again or row.not_before,
                trouble=trouble,
                proof=proof,
                done_at=None if again else now,
            )
        )
