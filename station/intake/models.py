"""Tows, check-ins, the gate-in record with its answers, belongings and findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from station.court.models import Command
from station.ground.database import Model
from station.vehicles.models import Vehicle

from .findings import Defect, Source
from .holdings import ItemKind
from .identity_models import IdentityCheck as IdentityCheck
from .rules import Step, TowState
from .spots import Place
from .standard import Section
from .thing_models import Thing as Thing


class Tow(Model):
    """One drive to fetch a vehicle. `reasons`: photo code → why it could not be taken."""

    __tablename__ = "intake_tow"
    __table_args__ = (
        Index(
            "uq_intake_tow_live",
            "vehicle_id",
            unique=True,
            postgresql_where=text("state IN ('dispatched', 'towing')"),
        ),
        Index("ix_intake_tow_station", "station_id", "state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    command_id: Mapped[str] = mapped_column(ForeignKey("court_command.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    driver_name: Mapped[str]
    driver_phone: Mapped[str]
    state: Mapped[TowState]
    reasons: Mapped[dict[str, Any]]
    dispatched_at: Mapped[datetime]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    command: Mapped[Command] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail, and the scope of its driver's link."""
        return f"tow:{self.id}"


class CheckInRow(Model):
    """A check-in with what its phone said and what that is worth. Degrees are WGS-84.

    `distance_m`: from where it should be, None when nobody can say. `skew_s`: device minus
    server. `odometer_km`: as read through the glass, None when it could not be.
    """

    __tablename__ = "intake_check_in"
    __table_args__ = (CheckConstraint("step IN ('depart', 'arrive')", name="step"),)

    tow_id: Mapped[str] = mapped_column(ForeignKey("intake_tow.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[int | None]
    device_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by_person: Mapped[str]
    by_name: Mapped[str]
    distance_m: Mapped[int | None]
    far: Mapped[bool]
    skew_s: Mapped[int]
    clock_doubtful: Mapped[bool]
    odometer_km: Mapped[int | None]


class Intake(Model):
    """The gate-in record of a vehicle, opened by its arrival."""

    __tablename__ = "intake_intake"
    __table_args__ = (Index("ix_intake_intake_station", "station_id", "finished_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tow_id: Mapped[str] = mapped_column(ForeignKey("intake_tow.id"), unique=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"), index=True)
    command_id: Mapped[str] = mapped_column(ForeignKey("court_command.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[str]
    number: Mapped[str | None] = mapped_column(unique=True)
    sheet_media: Mapped[str]
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")
    command: Mapped[Command] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"intake:{self.id}"


class AnswerRow(Model):
    """What was recorded on one screen of the gate-in; `version` counts its savings.

    `value`: the fields of the screen's dataclass in `holdings`.
    """

    __tablename__ = "intake_answer"

    intake_id: Mapped[str] = mapped_column(ForeignKey("intake_intake.id"), primary_key=True)
    step: Mapped[Step] = mapped_column(primary_key=True)
    version: Mapped[int]
    value: Mapped[dict[str, Any]]
    by_person: Mapped[str]
    by_name: Mapped[str]
    second_person: Mapped[str]
    second_name: Mapped[str]
    at: Mapped[datetime]


class ReasonRow(Model):
    """Why one item of the gate-in could not be recorded; shown later as not checked."""

    __tablename__ = "intake_reason"

    intake_id: Mapped[str] = mapped_column(ForeignKey("intake_intake.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class Report(Model):
    """One issue of the 查验报告 of a gate-in; a later version takes the place of the one before.

    `content`: SHA-256 of what it says, so that the same is not issued twice. `sheet_media`: its
    file, empty until printed.
    """

    __tablename__ = "intake_report"
    __table_args__ = (UniqueConstraint("intake_id", "version"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intake_intake.id"))
    version: Mapped[int]
    content: Mapped[str]
    at: Mapped[datetime]
    by_name: Mapped[str]
    sheet_media: Mapped[str]

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"report:{self.number}"


class Belonging(Model):
    """One line of the list of belongings, as two persons signed it. `bag`: number of the sealed bag
    that it lies in, empty for what stayed in the vehicle."""

    __tablename__ = "intake_belonging"
    __table_args__ = (
        Index("ix_intake_belonging_bag", "station_id", "bag", postgresql_where=text("bag <> ''")),
    )

    intake_id: Mapped[str] = mapped_column(ForeignKey("intake_intake.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[ItemKind]
    what: Mapped[str]
    bag: Mapped[str] = mapped_column(server_default="")


class Inspection(Model):
    """An inspection to the standard; one a vehicle and station is open at a time. `table_version`: of the list of items it follows.

    `grading`: what it came to when two persons signed it, see `inspections.frozen`; empty before.
    """

    __tablename__ = "intake_inspection"
    __table_args__ = (
        Index(
            "uq_intake_inspection_open",
            "vehicle_id",
            "station_id",
            unique=True,
            postgresql_where=text("signed_at IS NULL"),
        ),
        Index("ix_intake_inspection_vehicle", "vehicle_id", "signed_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    command_id: Mapped[str] = mapped_column(ForeignKey("court_command.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("court_case.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("people_organisation.id"))
    table_version: Mapped[int]
    opened_at: Mapped[datetime]
    by_person: Mapped[str]
    by_name: Mapped[str]
    signed_at: Mapped[datetime | None]
    second_person: Mapped[str]
    second_name: Mapped[str]
    number: Mapped[str | None] = mapped_column(unique=True)
    grading: Mapped[dict[str, Any]]
    vehicle: Mapped[Vehicle] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"inspection:{self.id}"


class InspectionPart(Model):
    """What was marked in one section; `version` counts its savings. `marks`: item number (as
    text) → the fields of `grading.Mark` but the flaws of the body, which are findings."""

    __tablename__ = "intake_inspection_part"

    inspection_id: Mapped[str] = mapped_column(ForeignKey("intake_inspection.id"), primary_key=True)
    section: Mapped[Section] = mapped_column(primary_key=True)
    version: Mapped[int]
    marks: Mapped[dict[str, Any]]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class Finding(Model):
    """Something wrong with a vehicle. Its place: see `spots.Spot`.

    `size_mm`, `across_mm`: its longest extent and the one across, for the degree of a flaw.
    `spin_id`, `panorama_id`: the scenes it is placed on, '' for none. `keys`: frame index (as
    text) → [x, y].
    """

    __tablename__ = "intake_finding"
    __table_args__ = (
        UniqueConstraint("vehicle_id", "number"),
        CheckConstraint("(spin_id = '') = (keys = '{}')", name="spin"),
        CheckConstraint(
            "(yaw IS NULL) = (pitch IS NULL) AND (yaw IS NULL) = (panorama_id = '')",
            name="panorama",
        ),
        CheckConstraint("(photo_x IS NULL) = (photo_y IS NULL)", name="photo"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(ForeignKey("vehicles_vehicle.id"))
    number: Mapped[int]
    source: Mapped[Source]
    defect: Mapped[Defect]
    panel: Mapped[str]
    size_mm: Mapped[int | None]
    across_mm: Mapped[int | None]
    sentence: Mapped[str]
    media_id: Mapped[str] = mapped_column(ForeignKey("media_media.id"))
    spin_id: Mapped[str] = mapped_column(default="")
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    panorama_id: Mapped[str] = mapped_column(default="")
    yaw: Mapped[float | None]
    pitch: Mapped[float | None]
    photo_x: Mapped[float | None]
    photo_y: Mapped[float | None]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str]

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"finding:{self.id}"

    @property
    def placed(self) -> bool:
        """Whether it can be shown in a picture other than its own."""
        return self.spin_id != "" or self.panorama_id != ""

    @property
    def inside(self) -> Place | None:
        """Yaw and pitch in degrees in its panorama."""
        return None if self.yaw is None or self.pitch is None else (self.yaw, self.pitch)

    @property
    def in_photo(self) -> Place | None:
        """Where it is in its close photo, fractions from the top left corner."""
        place = self.photo_x, self.photo_y
        return None if place[0] is None or place[1] is None else (place[0], place[1])
