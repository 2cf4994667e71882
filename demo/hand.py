"""The hand that makes history: every deed is one act, done once, never before the last line.

Each deed's token is written in the deed's own transaction, beside the tokens of forms; a history
that was cut off anywhere goes on exactly there.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select, text

from demo import people
from demo.plan import car_of
from demo.shots import Album, Shot
from demo.story import Step
from station.court import reads as court
from station.court.models import Case, Seizure
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.media import desk as media
from station.media import door
from station.media import reads as media_reads
from station.media.door import Kept
from station.media.models import Media
from station.media.rules import PAPER, PICTURE, VIDEO, Limit
from station.trail.models import Chain, TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

TOKEN = "demo:"  # noqa: S105 - a name, no secret
RECEIVERS = 2


def read_done() -> set[str]:
    """The tokens of everything that was done."""
    rows = db.session.execute(
        text("SELECT token FROM ground_once WHERE token LIKE :like"), {"like": f"{TOKEN}%"}
    )
    return {row[0] for row in rows}


def note(token: str) -> None:
    """Write a token inside the running transaction."""
    db.session.execute(
        text("INSERT INTO ground_once (token, taken_at) VALUES (:token, now())"),
        {"token": token},
    )


def after_all(earliest: datetime | None = None) -> datetime:
    """A second after the newest line of any chain, and not before `earliest`."""
    # The running act may have lengthened its chain for the line that asks for its time.
    newest = select(func.max(TrailLine.at)).join(
        Chain, (Chain.id == TrailLine.chain) & (TrailLine.number >= Chain.length - 1)
    )
    with db.session.no_autoflush:  # a clock must not write
        last = db.session.execute(newest).scalar_one()
    then: datetime = last + timedelta(seconds=1)
    return then if earliest is None else max(then, earliest)


class Hand:
    """One step of one car. `moment`: where the history's clock stands in it. `now`: the moment
    when the demonstration was founded, which the history leads up to."""

    def __init__(
        self,
        step: Step,
        now: datetime,
        cast: Mapping[str, Actor],
        album: Album,
        done: set[str],
    ) -> None:
        self.row, self.key, self.shots, self.sizes = step.row, step.key, step.shots, step.sizes
        self.moment, self.now = step.at, now
        self.cast, self.album, self.done = cast, album, done
        self.car = car_of(step.row)

    def random(self, what: str) -> random.Random:
        """Chance that always falls the same way."""
        return random.Random(f"{self.row.car} {what}")

    # --- who

    @property
    def judge(self) -> Actor:
        """The judge of this car's court."""
        return self.cast[people.COURTS[self.row.court][0]]

    @property
    def clerk(self) -> Actor:
        """The clerk of this car's court."""
        return self.cast[people.COURTS[self.row.court][1]]

    @property
    def agent(self) -> Actor:
        """The manager of the agency that does the work."""
        return self.cast[people.AGENTS[self.row.agency]]

    # --- what is there already

    @property
    def vehicle(self) -> Vehicle:
        """The car's row."""
        found = vehicles.find_by_vin(self.car.vin)
        assert found is not None
        return found

    @property
    def seizure(self) -> Seizure:
        """The seizure that holds the car."""
        found = court.find_holder(self.vehicle.id)
        assert found is not None
        return found

    @property
    def case(self) -> Case:
        """The case in which the car is seized."""
        return self.seizure.case

    def newest(self, kind: str) -> Media:
        """The newest file of a kind of this car."""
        return media_reads.list_media(self.vehicle.id, kind)[-1]

    # --- deeds

    def is_done(self, name: str) -> bool:
        """Whether a deed of this step was done before."""
        return f"{TOKEN}{self.key}.{name}" in self.done

    def once(self, name: str, deed: Callable[[], Any], *, after: float = 45) -> None:
        """Do a deed in an act of its own, `after` seconds of history; nothing if it was done."""
        if self.is_done(name):
            return
        token = f"{TOKEN}{self.key}.{name}"
        wanted = self.moment + timedelta(seconds=after)
        with clock.running(lambda: after_all(wanted)), act():
            note(token)
            deed()
            self.moment = clock.now()
        self.done.add(token)

    def keep(
        self, actor: Actor, kind: str, slots: Mapping[str, Shot], *, after: float = 20
    ) -> None:
        """Bring pictures or films of this car in by the door, each an act."""
        todo = {s: shot for s, shot in slots.items() if not self.is_done(f"keep {kind} {s}")}
        bodies = [(self.album.get(shot), VIDEO if shot.film else PICTURE) for shot in todo.values()]
        for slot, kept in zip(todo, _receive_all(bodies), strict=True):
            self._keep_one(actor, kept, kind, slot, after)

    def _keep_one(self, actor: Actor, kept: Kept, kind: str, slot: str, after: float) -> None:
        def deed() -> None:
            vehicle = self.vehicle.id
            covering = court.get_covering(actor, vehicle, "media.keep")
            media.keep(
                actor,
                kept,
                kind=kind,
                slot=slot.partition("#")[0],  # several of one slot: `damage#1`, `damage#2`
                vehicle=vehicle,
                case=covering.case_id,
                command=covering.id,
            )

        self.once(f"keep {kind} {slot}", deed, after=after)

    def receive(self, body: bytes, limit: Limit = PAPER) -> Kept:
        """Let one paper or sheet in by the door."""
        db.session.close()
        return door.receive(io.BytesIO(body), limit=limit)

    def file(
        self,
        actor: Actor,
        kind: str,
        body: Callable[[], bytes],
        *,
        vehicle: bool = True,
        case: str = "",
        limit: Limit = PAPER,
        name: str = "",
    ) -> None:
        """Bring a paper or a sheet in by the door; of this car and its case unless said else."""
        if self.is_done(f"file {kind} {name}"):
            return
        kept = self.receive(body(), limit)

        def deed() -> None:
            of, within = (self.vehicle.id, self.case.id) if vehicle else ("", case)
            media.keep(actor, kept, kind=kind, vehicle=of, case=within)

        self.once(f"file {kind} {name}", deed)


def _receive_all(bodies: Sequence[tuple[Path, Limit]]) -> list[Kept]:
    """Let several files in at once: the door waits for the decoder of each."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.close()  # no connection is held while bodies arrive

    def receive(one: tuple[Path, Limit]) -> Kept:
        with app.app_context(), one[0].open("rb") as stream:
            return door.receive(stream, limit=one[1])

    with ThreadPoolExecutor(RECEIVERS) as several:
        return list(several.map(receive, bodies))
