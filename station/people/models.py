"""Organisations, people, memberships, sign-ins and one-time links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import UPKEEP, Model

from .rules import OrganisationKind, Role


class Organisation(Model):
    """A court, a station, an agency … Position in degrees (WGS-84) for check-ins."""

    __tablename__ = "people_organisation"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    founded_at: Mapped[datetime]


class Person(Model):
    """A person; without `login` only a one-time link brings them here."""

    __tablename__ = "people_person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    login: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    made_at: Mapped[datetime]


class Membership(Model):
    """A person in one role of one organisation, until it ends."""

    __tablename__ = "people_membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    role: Mapped[Role]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class SignInRow(Model):
    """An open sign-in of one device; only the SHA-256 of its cookie is kept."""

    __tablename__ = "people_sign_in"

    cookie_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    role: Mapped[Role]
    scope: Mapped[str]
    device: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Link(Model):
    """A one-time link for one subject. Opening spends nothing; the code does."""

    __tablename__ = "people_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    role: Mapped[Role]
    scope: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")


class WrongCode(Model):
    """Tries at a link; counted before they are judged, and even though the try itself is refused."""

    __tablename__ = "people_wrong_code"
    __table_args__ = {"info": UPKEEP}

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Pin(Model):
    """A person's short code for shared devices of their station, hashed; locked after wrong tries."""

    __tablename__ = "people_pin"

    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    pin_hash: Mapped[str]
    set_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]


class WrongPin(Model):
    """Tries at a PIN since the last right one; counted before they are judged."""

    __tablename__ = "people_wrong_pin"
    __table_args__ = {"info": UPKEEP}

    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    count: Mapped[int]


class Device(Model):
    """A shared device of a station. `public_key`: of the key that never leaves it (ECDSA P-256, DER);
    `cookie_hash`: SHA-256 of the secret in its cookie."""

    __tablename__ = "people_device"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    name: Mapped[str]
    public_key: Mapped[bytes]
    cookie_hash: Mapped[str] = mapped_column(unique=True)
    enrolled_by: Mapped[str]
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"device:{self.id}"


class SecondFactor(Model):
    """A person's authenticator. `sealed`: its secret, under the installation's key; `last_step`: the last
    time step whose code was taken, so that none is taken twice."""

    __tablename__ = "people_second_factor"

    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    sealed: Mapped[bytes]
    last_step: Mapped[int]
    made_at: Mapped[datetime]


class RecoveryCode(Model):
    """A code for the day the authenticator is lost, as its SHA-256 with the person's id."""

    __tablename__ = "people_recovery_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"), index=True)
    spent_at: Mapped[datetime | None]


class WrongFactor(Model):
    """Tries at a second factor since `since`; counted before they are judged."""

    __tablename__ = "people_wrong_factor"
    __table_args__ = {"info": UPKEEP}

    person_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime]
