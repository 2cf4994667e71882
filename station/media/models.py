"""Files and what was made of them. Originals never change; everything else can be made again.

`vehicle`, `case` and `command` are ids of later rooms, kept as text: this room asks nothing of
them and is told who may read (see `access`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.database import UPKEEP, Model

from .labels import Purpose
from .rules import Recipe, SceneKind, Seat, State


class Media(Model):
    """An original, byte for byte. `sha256` names its blob.

    `slot`: which picture of a set it is (`front`, `odometer`, `07`). `width`, `height`: pixels as
    shown, 0 for a PDF. `taken_at`: what the camera wrote or the device claims. `origin`: of a frame
    taken out of a video, "the video's id@milliseconds"; empty for what came in by the door.
    `likeness`: a picture in 64 bits, see `sharpness.Look`; empty when it says nothing.
    """

    __tablename__ = "media_media"
    __table_args__ = (
        UniqueConstraint(
            "sha256", "kind", "slot", "vehicle", "case", "organisation_id", name="uq_media_same"
        ),
        Index("ix_media_media_vehicle", "vehicle", "kind"),
        Index("ix_media_media_case", "case"),
        CheckConstraint("length(sha256) = 64 AND bytes > 0", name="blob"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    bytes: Mapped[int]
    mime: Mapped[str]
    kind: Mapped[str]
    slot: Mapped[str] = mapped_column(default="")
    vehicle: Mapped[str] = mapped_column(default="")
    case: Mapped[str] = mapped_column(default="")
    command: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[str]
    by_person: Mapped[str]
    by_name: Mapped[str]
    taken_at: Mapped[datetime | None]
    kept_at: Mapped[datetime]
    width: Mapped[int]
    height: Mapped[int]
    duration_ms: Mapped[int | None]
    has_gps: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="", server_default="")
    likeness: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"media:{self.id}"

    @property
    def time(self) -> datetime:
        """When the picture is from: taken, or kept when nobody knows better."""
        return self.taken_at or self.kept_at


class Derivative(Model):
    """A small picture for staff: `use` thumb or view. Made again at will, so no line tells of it."""

    __tablename__ = "media_derivative"
    __table_args__ = {"info": UPKEEP}

    media_id: Mapped[str] = mapped_column(ForeignKey("media_media.id"), primary_key=True)
    use: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    width: Mapped[int]
    height: Mapped[int]
    recipe: Mapped[dict[str, Any]]


class Clearance(Model):
    """A person found this picture free of faces and plates, or masked them by hand.

    The public picture belongs to it: `sha256` is empty until it is drawn, and again as soon as
    the rectangles change. `version` counts the confirmations.
    """

    __tablename__ = "media_clearance"

    media_id: Mapped[str] = mapped_column(ForeignKey("media_media.id"), primary_key=True)
    rectangles: Mapped[list[Any]]
    by_person: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(default="", index=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    recipe: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Proposal(Model):
    """What the program would mask in a picture; a suggestion that nobody has to follow.

    `boxes`: {what, box: [x, y, w, h], sure: per cent}, surest first. `reason`: code of the refusal
    when the program could not look; boxes are empty then. `version` counts the looks. Made
    again at will, so no line tells of it; what a person did with it, the confirmation tells.
    """

    __tablename__ = "media_proposal"
    __table_args__ = {"info": UPKEEP}

    media_id: Mapped[str] = mapped_column(ForeignKey("media_media.id"), primary_key=True)
    boxes: Mapped[list[Any]]
    models: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    version: Mapped[int]


class Scene(Model):
    """A panorama or a spin. Folders are named by content: `folder` for staff, `public_folder`.

    `reason`: sentence (a msgid) of the failure, its places filled from `reason_values`.
    `taken_at`: the latest of its sources. `seat`: from where a panorama was taken, None unsaid.
    `sources`: a spin's video until its frames are taken out of it and kept as photos; from then on
    those.
    """

    __tablename__ = "media_scene"
    __table_args__ = (
        Index("ix_media_scene_vehicle", "vehicle", "kind"),
        CheckConstraint("state <> 'working'", name="stored_state"),
        CheckConstraint("(state = 'ready') = (folder <> '')", name="folder"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle: Mapped[str]
    kind: Mapped[SceneKind]
    seat: Mapped[Seat | None]
    recipe: Mapped[Recipe]
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    reason_code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    reason_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    folder: Mapped[str] = mapped_column(default="", index=True)
    public_folder: Mapped[str] = mapped_column(default="", index=True)
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sources: Mapped[list[Any]]
    command: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[str]
    by_person: Mapped[str]
    by_name: Mapped[str]
    taken_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"scene:{self.id}"

    @property
    def way(self) -> int:
        """Of a spin: from frame to frame the near side of the vehicle moves to the right (1) or to
        the left (-1), as it does for who walks anticlockwise, seen from above. A series of photos
        does not say which way it goes and counts as that."""
        return -int(self.manifest.get("way", 1))


class Comparison(Model):
    """Two panoramas of one vehicle laid over one another. `folder`: the pair and the map of change.

    `report`: as the engine wrote it, empty until it is made. `reason`: sentence (a msgid) of the
    failure, its places filled from `reason_values`.
    """

    __tablename__ = "media_comparison"
    __table_args__ = (
        UniqueConstraint("before_id", "after_id"),
        CheckConstraint("state <> 'working'", name="stored_state"),
        CheckConstraint("(state = 'ready') = (folder <> '')", name="folder"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vehicle: Mapped[str]
    before_id: Mapped[str] = mapped_column(ForeignKey("media_scene.id"))
    after_id: Mapped[str] = mapped_column(ForeignKey("media_scene.id"))
    state: Mapped[State]
    reason: Mapped[str] = mapped_column(default="")
    reason_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    folder: Mapped[str] = mapped_column(default="", index=True)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    organisation_id: Mapped[str]
    by_person: Mapped[str]
    by_name: Mapped[str]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    version: Mapped[int]

    @property
    def subject(self) -> str:
        """Its name on the trail."""
        return f"comparison:{self.id}"


class Progress(Model):
    """How far a worker is with a scene: `share` 0…100 and the name of the step."""

    __tablename__ = "media_progress"
    __table_args__ = {"info": UPKEEP}

    scene_id: Mapped[str] = mapped_column(ForeignKey("media_scene.id"), primary_key=True)
    share: Mapped[int]
    step: Mapped[str]
    at: Mapped[datetime]


class LabelCode(Model):
    """The code on a label; one is valid for a purpose and subject, a reprint voids the last.

    `organisation_id`, `by_name`: whose person had it printed, empty for labels from before these
    were kept. `reason`: why it was printed again, empty for the first.
    """

    __tablename__ = "media_label_code"
    __table_args__ = (
        Index(
            "uq_media_label_code_valid",
            "purpose",
            "subject",
            unique=True,
            postgresql_where=text("void_at IS NULL"),
        ),
        Index("ix_media_label_code_subject", "subject"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose]
    subject: Mapped[str]
    issued_at: Mapped[datetime]
    void_at: Mapped[datetime | None]
    vehicle: Mapped[str] = mapped_column(server_default="")
    organisation_id: Mapped[str] = mapped_column(server_default="")
    by_name: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")

    @property
    def is_old(self) -> bool:
        """Whether it was issued before labels bore a mark."""
        return not self.organisation_id
