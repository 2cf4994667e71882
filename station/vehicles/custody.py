"""Who has a vehicle, its keys, papers and bags: a chain without a gap. Pure.

查扣冻规定 art 18 asks for the custodian by name; that nobody can appear in the middle of a chain is
ours [P]: ``next.from == previous.to``, for every thing that is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.ground.refused import Refused
from station.ground.words import N_


@dataclass(frozen=True)
class Holder:
    """One side of a hand-over. `key`: who it is, whatever they are called (``organisation:id``,
    ``person:id``, ``tow:id``, ``thing:id/hook``…); `name`: what people read."""

    key: str
    name: str

    @classmethod
    def organisation(cls, organisation_id: str, name: str) -> Holder:
        """A court, a station, an agency."""
        return cls(f"organisation:{organisation_id}", name)

    @classmethod
    def person(cls, person_id: str, name: str) -> Holder:
        """Somebody with an account."""
        return cls(f"person:{person_id}", name)

    @classmethod
    def outsider(cls, why: str, name: str) -> Holder:
        """Somebody without an account. `why`: what made them a side, e.g. ``tow:id``."""
        return cls(why, name)


WITH_VEHICLE = N_("随车")


def with_vehicle(vehicle_id: str) -> Holder:
    """The vehicle itself: what was found in it or on it."""
    return Holder(f"vehicle:{vehicle_id}", WITH_VEHICLE)


@dataclass(frozen=True)
class Link:
    """One hand-over of a chain, oldest first from number 1."""

    number: int
    giver: Holder
    taker: Holder


def next_number(last: Link | None, giver: Holder, taker: Holder) -> int:
    """The number of the link that follows `last`.

    Raises `Refused` (409) for a gap (who gives is not who last took), or for one who would hand
    over to themselves.
    """
    if last is not None and last.taker.key != giver.key:
        raise Refused(
            "custody_gap",
            "保管链不连续：上一环节的接收人是“%(holder)s”，不是“%(giver)s”。请先补齐中间的交接。",
            status=409,
            holder=last.taker.name,
            giver=giver.name,
        )
    if giver.key == taker.key:
        raise Refused(
            "custody_same_side",
            "交出人和接收人都是“%(holder)s”，不用交接。请核对接收人。",
            status=409,
            holder=giver.name,
        )
    return 1 if last is None else last.number + 1


def find_gaps(chain: Sequence[Link]) -> list[int]:
    """Numbers of the links that do not follow from the one before them; empty for a whole chain."""
    broken = []
    for place, link in enumerate(chain):
        before = chain[place - 1] if place else None
        follows = before is None or before.taker.key == link.giver.key
        if link.number != place + 1 or not follows:
            broken.append(link.number)
    return broken
