"""Bays, who stands in them, care that was done, and what must be looked at again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.ground.database import Model
from station.vehicles.models import Vehicle

from .counts import CountState
from .incident_models import Incident as Incident
from .mileage import Mileage
from .plan import Direction, Placing
from .presence_models import Ask as Ask
from .rules import BayCode, BayKind, ReadingState

NOW = text("until IS NULL")


class PlacedRow(Model):
    """A row of bays on the plan. `x`, `y`: its north-western corner, metres; `gap`: metres
    between two bays; `version` counts its placings."""

    __tablename__ = "yard_row"
    __table_args__ = (
        CheckConstraint("x >= 0 AND y >= 0 AND gap >= 0", name="place"),
        Index("ix_yard_row_station", "station_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    zone: Mapped[str]
    x: Mapped[int]
    y: Mapped[int]
    direction: Mapped[Direction]
    gap: Mapped[int]
    version: Mapped[int]

    @property
    def placing(self) -> Placing:
        """Where it stands, as the plan sees it."""
        return Placing(self.x, self.y, self.direction, self.gap)

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"row:{self.id}"


class Bay(Model):
    """One bay of a station. `code`: as painted, ``A-07``."""

    __tablename__ = "yard_bay"
    __table_args__ = (
        UniqueConstraint("station_id", "code"),
        Index("ix_yard_bay_row", "row_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    row_id: Mapped[str] = mapped_column(ForeignKey("yard_row.id"))
    code: Mapped[str]
    zone: Mapped[str]
    number: Mapped[int]
    kind: Mapped[BayKind]

    @property
    def place(self) -> BayCode:
        """Its code as the rules see it."""
        return BayCode(self.zone, self.number)

    @property
    def subject(self) -> str:
        """Its name on the trail and on its sign."""
        return f"bay:{self.id}"


class Stay(Model):
    """A vehicle in a bay. One bay has one vehicle and one vehicle one bay, by unique indexes.

    `stored_since`: when it came into its first bay here; moves keep it. `seen_at`: when somebody
    last stood before it (a move, care, a stock-take).
    """

    __tablename__ = "yard_stay"
    __table_args__ = (
        Index("uq_yard_stay_bay", "bay_id", unique=True, postgresql_where=NOW),
        Index("uq_yard_stay_vehicle", "vehicle_id", unique=True, postgresql_where=NOW),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    bay_id: Mapped[str] = mapped_column(ForeignKey("yard_bay.id"))
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    stored_since: Mapped[datetime]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    by_name: Mapped[str]
    bay: Mapped[Bay] = relationship(lazy="joined")
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")


class Care(Model):
    """A task of the plan that was done. `value`: in the unit of the plan's table. `command_id`: None
    when it was done in an emergency, which its line names. `seen_by`: how somebody showed to stand
    before the car. `odd`: why that is doubtful (`mileage.Odd`), or empty."""

    __tablename__ = "yard_care"
    __table_args__ = (
        Index("ix_yard_care_vehicle", "vehicle_id", "task", "at"),
        Index("ix_yard_care_person", "by_person", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    bay_id: Mapped[str] = mapped_column(ForeignKey("yard_bay.id"))
    command_id: Mapped[str | None] = mapped_column(ForeignKey("court_command.id"))
    task: Mapped[str]
    reading: Mapped[str]
    value: Mapped[int | None]
    state: Mapped[ReadingState | None]
    media_id: Mapped[str] = mapped_column(ForeignKey("media_media.id"))
    note: Mapped[str]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    seen_by: Mapped[str] = mapped_column(server_default="")
    odd: Mapped[str] = mapped_column(server_default="")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"care:{self.id}"


class OdometerRow(Model):
    """An odometer as read in the yard, km. `growth`: since the reading before, of which `allowed`."""

    __tablename__ = "yard_odometer"
    __table_args__ = (Index("ix_yard_odometer_vehicle", "vehicle_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    km: Mapped[int]
    growth: Mapped[int]
    allowed: Mapped[int]
    state: Mapped[Mileage]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class FollowUp(Model):
    """A task that must be done again because of a reading; closed by the care that does it."""

    __tablename__ = "yard_follow_up"
    __table_args__ = (
        Index(
            "uq_yard_follow_up_open",
            "vehicle_id",
            "task",
            unique=True,
            postgresql_where=text("closed_by IS NULL"),
        ),
    )

    opened_by: Mapped[str] = mapped_column(ForeignKey("yard_care.id"), primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    task: Mapped[str]
    due: Mapped[date]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("yard_care.id"))
    care: Mapped[Care] = relationship(lazy="joined", foreign_keys=[opened_by])


class Count(Model):
    """A stock-take. `result`: its report, frozen when both counters signed; empty before.

    `reason`: why the manager sent it back last.
    """

    __tablename__ = "yard_count"
    __table_args__ = (
        UniqueConstraint("station_id", "number"),
        Index(
            "uq_yard_count_going",
            "station_id",
            unique=True,
            postgresql_where=text("state <> 'approved'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    number: Mapped[str]
    state: Mapped[CountState]
    opened_at: Mapped[datetime]
    first_person: Mapped[str]
    first_name: Mapped[str]
    first_signed_at: Mapped[datetime | None]
    second_person: Mapped[str]
    second_name: Mapped[str]
    second_signed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str]
    reason: Mapped[str]
    result: Mapped[dict[str, Any]]

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"count:{self.id}"

    @property
    def counters(self) -> dict[str, str]:
        """Who counts: person → name."""
        pairs = {self.first_person: self.first_name, self.second_person: self.second_name}
        return {person: name for person, name in pairs.items() if person}


class Counted(Model):
    """A car in the books when a stock-take began, with what belongs to it."""

    __tablename__ = "yard_counted"

    count_id: Mapped[str] = mapped_column(ForeignKey("yard_count.id"), primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), primary_key=True)
    bay_id: Mapped[str] = mapped_column(ForeignKey("yard_bay.id"))
    seal: Mapped[str]
    odometer: Mapped[int | None]
    keys: Mapped[int]
    accessories: Mapped[list[Any]]


class Sighting(Model):
    """A car that was seen in a stock-take. `at`: when it was seen, by the device if its clock can
    be believed; `kept_at`: when the server heard of it. `text`: what was read of a car in no book."""

    __tablename__ = "yard_sighting"
    __table_args__ = (Index("ix_yard_sighting_count", "count_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    count_id: Mapped[str] = mapped_column(ForeignKey("yard_count.id"))
    vehicle_id: Mapped[str | None] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    bay_id: Mapped[str | None] = mapped_column(ForeignKey("yard_bay.id"))
    text: Mapped[str]
    seal_ok: Mapped[bool]
    keys_ok: Mapped[bool]
    accessories_ok: Mapped[bool]
    odometer: Mapped[int | None]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    kept_at: Mapped[datetime]
