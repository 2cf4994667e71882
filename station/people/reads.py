"""Questions about people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404

from .models import Link, Membership, Organisation, Person, SignInRow
from .rules import MACHINES, OrganisationKind, Role


def fingerprint(secret: str) -> str:
    """How a random secret (cookie, link) is stored: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_actor(cookie: str | None, *, device: str, address: str) -> Actor | None:
    """The person whose device holds this cookie, if the sign-in is still open."""
    row = db.session.get(SignInRow, fingerprint(cookie)) if cookie else None
    if row is None or row.until < clock.now():
        return None
    return Actor(
        person_id=row.person_id,
        name=row.person.name,
        role=row.role,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.short_name,
        device=device,
        address=address,
        scope=row.scope,
    )


def get_person(person_id: str) -> Person:
    """One person or 404."""
    row: Person = get_or_404(db.session.get(Person, person_id), "这位同事")
    return row


def find_person(person_id: str) -> Person | None:
    """One person."""
    return db.session.get(Person, person_id) if person_id else None


def list_in_roles(*roles: Role) -> Sequence[Person]:
    """Everybody who works anywhere now in one of these roles, by name."""
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.until.is_(None), Membership.role.in_(roles))
        .order_by(Person.name)
        .distinct()
    ).all()


def find_person_by_login(login: str) -> Person | None:
    """The account of this name."""
    return db.session.scalars(select(Person).where(Person.login == login)).one_or_none()


def list_memberships(person: Person) -> Sequence[Membership]:
    """Where this person works now, oldest first."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id, Membership.until.is_(None))
        .order_by(Membership.since)
    ).all()


def list_organisations(kind: OrganisationKind) -> Sequence[Organisation]:
    """All organisations of a kind, by name."""
    return db.session.scalars(
        select(Organisation).where(Organisation.kind == kind).order_by(Organisation.name)
    ).all()


def get_organisation(organisation_id: str) -> Organisation:
    """One organisation or 404."""
    row: Organisation = get_or_404(db.session.get(Organisation, organisation_id), "这个单位")
    return row


def list_colleagues(organisation_id: str, *roles: Role) -> Sequence[Person]:
    """People who work there now in one of these roles (any role when none is named)."""
    question = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Membership.until.is_(None))
        .order_by(Person.name)
        .distinct()
    )
    return db.session.scalars(
        question.where(Membership.role.in_(roles)) if roles else question
    ).all()


def find_link(token: str) -> Link | None:
    """A one-time link that is not yet spent or expired."""
    row = db.session.get(Link, fingerprint(token))
    return row if row and row.spent_at is None and row.expires_at > clock.now() else None


def names_of(person_ids: set[str]) -> dict[str, str]:
    """Names for timelines, by person id."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {**MACHINES, **{row.id: row.name for row in rows}}


def organisation_names() -> dict[str, str]:
    """Short names of all organisations, by id."""
    rows = db.session.execute(select(Organisation.id, Organisation.short_name))
    return {row.id: row.short_name for row in rows}


def name_of(person_id: str) -> str:
    """A person's name, or their role's stand-in when they are not a person of ours."""
    row = db.session.get(Person, person_id)
    return row.name if row else MACHINES.get(person_id, person_id)
