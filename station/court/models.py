"""Cases, the vehicles seized in them, entrustments and commands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.people.models import Organisation
from station.vehicles.models import Vehicle

from .enquiry_models import Enquiry as Enquiry
from .report_models import Report as Report
from .rules import REPORTED, CommandKind, CommandState, EmergencyState, EntrustmentState

EMERGENCY = "emergency"
LIVE = (
    "state <> 'revoked' AND NOT (state = 'done' AND kind IN ("
    + ", ".join(f"'{kind}'" for kind in REPORTED)
    + "))"
)
"""One command of a kind on a vehicle; one that a report closed makes room for the next."""


class Case(Model):
    """An enforcement case of one court. `number`: canonical 案号."""

    __tablename__ = "court_case"
    __table_args__ = (UniqueConstraint("court_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    judge_id: Mapped[str] = mapped_column(ForeignKey("people_person.id"))
    number: Mapped[str]
    creditor: Mapped[str]
    debtor: Mapped[str]
    opened_at: Mapped[datetime]


class Seizure(Model):
    """A vehicle seized in a case. Rank 1 holds it; later ones queue (查扣冻规定 art 26)."""

    __tablename__ = "court_seizure"
    __table_args__ = (
        UniqueConstraint("case_id", "vehicle_id"),
        UniqueConstraint("vehicle_id", "rank"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"), index=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    rank: Mapped[int]
    seized_on: Mapped[date]
    until: Mapped[date]
    case: Mapped[Case] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")


class Entrustment(Model):
    """One vehicle entrusted to one agency, with the letter's contents and both papers.

    `number`: of the 委托书 that is printed from it; `sheet_media`: its file, empty until printed.
    """

    __tablename__ = "court_entrustment"
    __table_args__ = (
        Index(
            "uq_court_entrustment_live",
            "vehicle_id",
            unique=True,
            postgresql_where=text("state IN ('offered', 'accepted')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    state: Mapped[EntrustmentState]
    procedure: Mapped[str]
    scope: Mapped[str]
    other: Mapped[str]
    letter_media: Mapped[str]
    ruling_media: Mapped[str]
    number: Mapped[str | None] = mapped_column(unique=True)
    sheet_media: Mapped[str] = mapped_column(server_default="")
    offered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    agency: Mapped[Organisation] = relationship(lazy="joined")


class Command(Model):
    """A court's command on one vehicle, to one station, under the agency it is entrusted to.

    `station_id`: none when the agency itself does it (`rules.Doer`).
    """

    __tablename__ = "court_command"
    __table_args__ = (
        Index("ix_court_command_station", "station_id", "state", "issued_at"),
        Index(
            "uq_court_command_live",
            "vehicle_id",
            "kind",
            unique=True,
            postgresql_where=text(LIVE),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[CommandKind]
    state: Mapped[CommandState]
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"), index=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    station_id: Mapped[str | None] = mapped_column(ForeignKey("people_organisation.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"), index=True)
    issued_by: Mapped[str] = mapped_column(ForeignKey("people_person.id"))
    due: Mapped[date]
    note: Mapped[str]
    issued_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_to: Mapped[str]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str]
    done_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def addressee_id(self) -> str:
        """The organisation that signs for it and does it."""
        return self.station_id or self.agency_id


class Emergency(Model):
    """Acts on one vehicle without a command, with the reason; put before the judge of the case.

    `answer`: the judge's words.
    """

    __tablename__ = "court_emergency"
    __table_args__ = (Index("ix_court_emergency_vehicle", "vehicle_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[EmergencyState]
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    court_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    reason: Mapped[str]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    answer: Mapped[str]
    case: Mapped[Case] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail, and what its acts name in place of a command."""
        return f"{EMERGENCY}:{self.id}"
