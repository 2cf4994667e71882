"""Who acts in the history: the demonstration's accounts, found by their logins."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db
from station.notices.models import Notice
from station.people import reads
from station.people.models import Link, Organisation, Person
from station.people.rules import OrganisationKind, Role

DEVICES = {
    "judge": ("法院办公电脑", "10.3.1.21"),
    "judge2": ("法院办公电脑", "10.4.1.8"),
    "clerk": ("法院办公电脑", "10.3.1.37"),
    "agent": ("笔记本电脑", "115.236.4.18"),
    "agent2": ("笔记本电脑", "183.129.7.66"),
    "manager": ("站长电脑", "10.8.0.10"),
    "inspector": ("查验平板 1 号", "10.8.0.31"),
    "keeper": ("库管手机", "10.8.0.32"),
    "mechanic": ("养护手机", "10.8.0.33"),
    "gate": ("门岗平板", "10.8.0.40"),
}
ELSEWHERE = ("手机", "223.104.160.9")
COURTS = (("judge", "clerk"), ("judge2", "clerk"))
AGENTS = ("agent", "agent2")


def find_cast() -> dict[str, Actor]:
    """An actor for every account of the demonstration, by login."""
    return {login: _actor(login) for login in DEVICES}


def _actor(login: str) -> Actor:
    person = get_person(login)
    membership = reads.list_memberships(person)[0]
    here = membership.organisation
    device, address = DEVICES[login]
    return Actor(person.id, person.name, membership.role, here.id, here.short_name, device, address)


def get_person(login: str) -> Person:
    """The account of this name; the demonstration's founding made it."""
    person = reads.find_person_by_login(login)
    if person is None:
        raise LookupError(f"the demonstration was founded without {login}")
    return person


def get_station() -> Organisation:
    """The one station."""
    return reads.list_organisations(OrganisationKind.STATION)[0]


def find_message(scope: str) -> Notice:
    """The newest message with a link for a scope, as the outbox page shows it."""
    row = db.session.scalars(
        select(Notice)
        .where(Notice.subject == scope, Notice.link != "")
        .order_by(Notice.made_at.desc())
        .limit(1)
    ).first()
    if row is None:
        raise LookupError(f"no link was sent for {scope}")
    return row


def behind_link(scope: str, role: Role) -> Actor:
    """Whoever spent the newest link of a scope, with a phone in the hand."""
    link = db.session.scalars(
        select(Link)
        .where(Link.scope == scope, Link.role == role, Link.spent_at.is_not(None))
        .order_by(Link.spent_at.desc())
        .limit(1)
    ).one()
    here = get_station()
    device, address = ELSEWHERE
    return Actor(
        link.person_id,
        link.person.name,
        role,
        here.id,
        here.short_name,
        device,
        address,
        scope,
    )
