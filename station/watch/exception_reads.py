"""What the trail shows that should not be, of the vehicles of one organisation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from station.court.models import Case, Seizure
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.media import reads as media
from station.media.likeness import same_picture
from station.media.models import Media
from station.people.rules import COURT_ROLES
from station.trail.events import events_of, name_of
from station.trail.models import TrailLine
from station.vehicles.models import Access, Vehicle

from . import exceptions
from .exceptions import Odd, Pair, Picture
from .rules import GONE

LONGEST = exceptions.SHOWN * 4
"""How old a picture may be to be compared."""


@dataclass(frozen=True)
class Told:
    """An oddity of one vehicle with the trail lines that show it."""

    odd: Odd
    vehicle: Vehicle
    lines: tuple[TrailLine, ...]


def list_odd(actor: Actor) -> list[Told]:
    """Everything odd about the vehicles of the actor's organisation, worst kind first, then the
    newest."""
    cars = {row.id: row for row in _list_cars(actor)}
    found = [*_by_trail(cars), *_silent(cars), *_twins(cars)]
    order = list(exceptions.Kind)
    return sorted(found, key=lambda one: (order.index(one.odd.kind), -one.odd.since.timestamp()))


def _list_cars(actor: Actor) -> Sequence[Vehicle]:
    """Vehicles that the court holds, or that the organisation has to do with."""
    question = select(Vehicle)
    if actor.role in COURT_ROLES:
        question = (
            question.join(Seizure, (Seizure.vehicle_id == Vehicle.id) & (Seizure.rank == 1))
            .join(Case, Case.id == Seizure.case_id)
            .where(Case.court_id == actor.organisation_id)
        )
    else:
        question = question.join(Access, Access.vehicle_id == Vehicle.id).where(
            Access.organisation_id == actor.organisation_id
        )
    return db.session.scalars(question).unique().all()


def _by_trail(cars: dict[str, Vehicle]) -> Iterable[Told]:
    noted = or_(*(TrailLine.facts.has_key(one) for one in exceptions.FACTS))
    lines = db.session.scalars(
        select(TrailLine)
        .where(
            TrailLine.vehicle.in_(cars),
            or_(TrailLine.act.in_(exceptions.ACTS), TrailLine.clock_doubtful, noted),
        )
        .order_by(TrailLine.vehicle, TrailLine.at, TrailLine.chain, TrailLine.number)
    )
    for vehicle, mine in groupby(lines, key=lambda line: line.vehicle):
        rows = list(mine)
        named = {name_of(row): row for row in rows}
        for odd in exceptions.follow(events_of(rows), clock.now()):
            yield Told(odd, cars[vehicle], tuple(named[one] for one in odd.lines))


def _silent(cars: dict[str, Vehicle]) -> Iterable[Told]:
    """Vehicles with which nobody has done anything for too long."""
    here = [car for car in cars.values() if car.stage not in GONE]
    rows = db.session.scalars(
        select(TrailLine)
        .ext(distinct_on(TrailLine.vehicle))
        .where(TrailLine.vehicle.in_([car.id for car in here]))
        .order_by(TrailLine.vehicle, TrailLine.at.desc(), TrailLine.number.desc())
    )
    for row in rows:
        car = cars[row.vehicle]
        odd = exceptions.silence(car.stage, events_of([row])[0], clock.now())
        if odd is not None:
            yield Told(odd, car, (row,))


def _twins(cars: dict[str, Vehicle]) -> Iterable[Told]:
    rows = db.session.execute(
        select(Media.id, Media.vehicle, Media.sha256, Media.likeness, Media.kept_at).where(
            Media.vehicle.in_(cars),
            Media.mime.startswith("image/"),
            Media.kept_at >= clock.now() - LONGEST,
        )
    )
    since = clock.now() - exceptions.SHOWN
    near = exceptions.twins(Picture(*row) for row in rows)
    same = [(one, other) for one, other in near if one.at >= since and _is_same(one, other)]
    lines = _lines_of([one.id for pair in same for one in pair])
    for (later, earlier), pairs in _by_cars(same).items():
        shown = [lines[one.id] for pair in pairs for one in pair if one.id in lines]
        named = tuple(map(name_of, shown))
        other = cars[earlier]
        odd = exceptions.tell_twins(pairs, named, f"{other.model} …{other.vin_tail}")
        yield Told(odd, cars[later], tuple(shown))


def _by_cars(pairs: Iterable[Pair]) -> dict[tuple[str, str], list[Pair]]:
    """Pairs of pictures by the two vehicles."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for later, earlier in pairs:
        found.setdefault((later.vehicle, earlier.vehicle), []).append((later, earlier))
    return found


def _is_same(one: Picture, other: Picture) -> bool:
    return one.sha256 == other.sha256 or _look_again(one.id, other.id)


@lru_cache(maxsize=4096)
def _look_again(one: str, other: str) -> bool:
    """Pictures never change, so that a pair is looked at once by a process."""
    rows = [db.session.get(Media, media_id) for media_id in (one, other)]
    small = [media.read_thumb(row) for row in rows if row is not None]
    drawn = [body for body in small if body is not None]
    return len(drawn) == len(rows) and same_picture(*drawn)


def _lines_of(media_ids: Collection[str]) -> dict[str, TrailLine]:
    """The line under which each file was kept."""
    rows = db.session.scalars(
        select(TrailLine).where(
            TrailLine.subject.in_([f"media:{one}" for one in media_ids]),
            TrailLine.act == "media.keep",
        )
    )
    return {row.subject.partition(":")[2]: row for row in rows}
