"""A store alone; and the room inside the whole application, with neighbours that tests decide."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import desk, door, jobs, rules
from station.media.models import Media
from station.media.store import DiskStore
from station.people import desk as people
from station.people.rules import OrganisationKind, Role
from station.trail import desk as trail
from station.trail.models import TrailLine
from tests.makers import FOUNDER, PASSWORD

from . import pictures

CAR = "car-1"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskStore]:
    """A store on disk, current in a context without a database."""
    app = Flask("bare")
    app.extensions["media.store"] = store = DiskStore(tmp_path / "blobs")
    with app.app_context():
        yield store


@dataclass
class Room:
    """The room with a station and an agency in it; `published` holds the shown vehicles."""

    app: Flask
    store: DiskStore
    published: set[str] = field(default_factory=set)
    inspector: Actor = FOUNDER
    stranger: Actor = FOUNDER

    def found(self) -> None:
        """Two organisations with one person each; they may read what their own kept."""
        with act():
            trail.found_chain(trail.INSTALLATION)
            trail.write(FOUNDER, "trail.found", "installation", facts={"demonstration": False})
        self.inspector = self._appoint(
            OrganisationKind.STATION, "数字服务站", "林查", Role.INSPECTOR
        )
        self.stranger = self._appoint(OrganisationKind.AGENCY, "中拍", "吴辅", Role.AGENCY_MANAGER)

    def _appoint(self, kind: OrganisationKind, name: str, person: str, role: Role) -> Actor:
        with act():
            organisation = people.found(FOUNDER, kind, name)
        with act():
            row = people.appoint(
                FOUNDER, organisation, role, person, login=role.value, password=PASSWORD
            )
        return Actor(row.id, person, role, organisation.id, name, "tablet", "127.0.0.1")

    def keep(self, data: bytes | Image.Image, kind: str = rules.Kind.SHOW, **more: Any) -> Media:
        """Receive and keep a file of the car, as the inspector unless `actor` says otherwise."""
        body = data if isinstance(data, bytes) else pictures.coded(data, quality=92)
        kept = door.receive(io.BytesIO(body), limit=rules.limit_for(kind))
        actor = more.pop("actor", self.inspector)
        with act():
            return desk.keep(actor, kept, kind=kind, **{"vehicle": CAR, **more})

    def clear(self, media: Media, rectangles: object = (), version: int = 0) -> None:
        """Confirm a picture as the inspector and let the worker draw it."""
        with act():
            desk.clear(self.inspector, media.id, [list(one) for one in rectangles], version)  # type: ignore[attr-defined]
        jobs.publish(media.id)

    def lines(self, name: str = "") -> list[TrailLine]:
        """Trail lines of this room, or of one act, oldest first."""
        question = select(TrailLine).where(TrailLine.act.startswith(name or "media."))
        return list(db.session.scalars(question.order_by(TrailLine.at, TrailLine.number)))


@pytest.fixture
def room(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The room; not inside the application's context (see `kept`)."""
    made = Room(app, DiskStore(tmp_path / "blobs"))

    def may_read(actor: Actor, media: Media) -> bool:
        return actor.organisation_id == media.organisation_id

    def covering(actor: Actor, vehicle: str, asked: str) -> str:
        assert asked.startswith("media.")
        if vehicle != CAR:
            raise Refused("no_command", "没有指令。", status=409)
        return f"command-{actor.role}"

    neighbours = {
        "media.store": made.store,
        "media.readers": dict.fromkeys(rules.Kind, may_read),
        "media.public": {"showroom": made.published.__contains__},
        "media.covering": {"court": covering},
        "media.names": {"vehicles": lambda vehicle: "浙A·12345" if vehicle == CAR else None},
    }
    for name, value in neighbours.items():
        monkeypatch.setitem(app.extensions, name, value)
    with app.app_context():
        made.found()
    return made


@pytest.fixture
def inside(room: Room) -> Iterator[Room]:
    """The room inside the application's context, for tests of desks and reads."""
    with room.app.app_context():
        yield room
        db.session.rollback()
