"""Which vehicles this week's walk has still to pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from station.court.deadlines import DEADLINES
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.trail.models import TrailLine

from . import plan_reads, reads
from .models import Stay

WEEK = timedelta(days=DEADLINES["count_weekly"].amount)


@dataclass(frozen=True)
class Walked:
    """A vehicle in its bay; `at`: when a walk passed it last, none never."""

    stay: Stay
    at: datetime | None

    def is_due(self, now: datetime) -> bool:
        """Whether it was not passed within the week [P]."""
        return now - (self.at or self.stay.since) > WEEK if self.at else True


def list_walk(actor: Actor) -> list[Walked]:
    """Every vehicle of the station in walking order."""
    places = plan_reads.walking_places(actor)
    stays = sorted(reads.list_present(actor), key=lambda stay: places[stay.bay_id])
    last = _last_walks([stay.vehicle_id for stay in stays])
    return [Walked(stay, last.get(stay.vehicle_id)) for stay in stays]


def _last_walks(ids: Collection[str]) -> dict[str, datetime]:
    rows = db.session.execute(
        select(TrailLine.vehicle, func.max(TrailLine.at))
        .where(
            TrailLine.act == "yard.walk",
            TrailLine.vehicle.in_(ids),
            TrailLine.at > clock.now() - 2 * WEEK,
        )
        .group_by(TrailLine.vehicle)
    )
    return {vehicle: at for vehicle, at in rows}  # noqa: C416 - a result has keys of its own
