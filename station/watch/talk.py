"""Saying something about a vehicle to all who have to do with it; reminders, and who has read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db, get_or_404
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.vehicles.models import Vehicle

from .models import ReadUntil, Said

LONGEST = 500  # characters
MOST = 200  # on one page


def say(actor: Actor, vehicle: Vehicle, text: str, remind_on: date | None) -> Said:
    """Say it. With a day, it is put before the court again on that day, until it is settled."""
    words = text.strip()
    if not 1 <= len(words) <= LONGEST:
        raise Refused("said_words", "请写 1 至 %(most)d 个字。", field="text", most=LONGEST)
    if remind_on is not None and remind_on < clock.today():
        raise Refused("remind_past", "提醒日期不能早于今天。", field="remind_on")
    row = Said(
        id=new_id(),
        vehicle_id=vehicle.id,
        by_person=actor.person_id,
        by_name=actor.name,
        by_organisation=actor.organisation_name,
        text=words,
        at=clock.now(),
        remind_on=remind_on,
        settled_by="",
    )
    db.session.add(row)
    facts = {"remind_on": remind_on.isoformat()} if remind_on else {}
    trail.write(
        actor,
        "watch.say",
        f"said:{row.id}",
        vehicle=vehicle.id,
        facts=facts,
        private={"text": words},
    )
    return row


def settle(actor: Actor, row: Said) -> None:
    """What was asked is dealt with; its reminder is gone."""
    settled = changed(
        update(Said)
        .where(Said.id == row.id, Said.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by=actor.name)
    )
    if not settled:
        raise Refused("settled_already", "这条留言已经办结，不用再办。", status=409)
    trail.write(actor, "watch.settle", f"said:{row.id}", vehicle=row.vehicle_id)


def mark_read(actor: Actor, vehicle_id: str) -> None:
    """The actor has read what was said so far; part of `upkeep()`."""
    now = clock.now()
    db.session.execute(
        insert(ReadUntil)
        .values(
            vehicle_id=vehicle_id,
            person_id=actor.person_id,
            name=actor.name,
            organisation=actor.organisation_name,
            at=now,
        )
        .on_conflict_do_update(
            index_elements=["vehicle_id", "person_id"], set_={"at": now, "name": actor.name}
        )
    )


# --- questions


def list_said(vehicle_id: str) -> Sequence[Said]:
    """What was said about a vehicle, newest first."""
    return db.session.scalars(
        select(Said)
        .where(Said.vehicle_id == vehicle_id)
        .order_by(Said.at.desc(), Said.id)
        .limit(MOST)
    ).all()


def get_said(vehicle_id: str, said_id: str) -> Said:
    """One thing said about this vehicle, else 404."""
    row = db.session.get(Said, said_id)
    mine = row if row is not None and row.vehicle_id == vehicle_id else None
    said: Said = get_or_404(mine, "这条留言")
    return said


def list_readers(vehicle_id: str) -> Sequence[ReadUntil]:
    """Who has read how far, the latest first."""
    return db.session.scalars(
        select(ReadUntil).where(ReadUntil.vehicle_id == vehicle_id).order_by(ReadUntil.at.desc())
    ).all()


def count_unread(actor: Actor, vehicle_id: str) -> int:
    """How many things others have said since the actor read last."""
    until = db.session.get(ReadUntil, (vehicle_id, actor.person_id))
    question = (
        select(func.count())
        .select_from(Said)
        .where(Said.vehicle_id == vehicle_id, Said.by_person != actor.person_id)
    )
    if until is not None:
        question = question.where(Said.at > until.at)
    return db.session.scalar(question) or 0


def list_reminders(vehicle_ids: Collection[str], today: date) -> Sequence[Said]:
    """What is to be put before the court again by now."""
    return db.session.scalars(
        select(Said).where(
            Said.vehicle_id.in_(vehicle_ids),
            Said.remind_on <= today,
            Said.settled_at.is_(None),
        )
    ).all()
