"""The work items of one vehicle, read from its trail each time they are asked for.

Two things stand on the trail in a way of their own. A sheet of auction results is one line for many
lots, without a vehicle: what it told of this vehicle's lot is taken out of it, with the lot's own
days. And an order names its services by its number: they are told by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from station.court.work_items import Status, statuses
from station.ground import clock
from station.sales import reads as sales
from station.sales.models import Lot
from station.trail import reads as trail
from station.trail.events import Event, events_of, name_of
from station.trail.models import TrailLine
from station.trail.rules import Fact
from station.vehicles.models import Vehicle

ORDERED, RESULTS = "order.", "sales.import_results"


@dataclass(frozen=True)
class Work:
    """How every item of a vehicle stands, and the trail lines by the names that events give them."""

    found: list[Status]
    lines: dict[str, TrailLine]


def work_of(vehicle: Vehicle) -> Work:
    """The work items of a vehicle by now."""
    lines = list(trail.list_for_vehicle(vehicle.id))
    sheets = dict(_sheets(sales.list_rounds(vehicle.id)))
    results = [_result(lot, line) for lot, line in sheets.items()]
    events = [*name_services(events_of(lines)), *results]
    named = {name_of(line): line for line in (*lines, *sheets.values())}
    return Work(statuses(events, clock.now(), vehicle.energy), named)


def _sheets(lots: Sequence[Lot]) -> Iterator[tuple[Lot, TrailLine]]:
    """The line of the sheet that brought each lot's result."""
    for lot in lots:
        if lot.import_id and (line := trail.find_last_line(f"import:{lot.import_id}", RESULTS)):
            yield lot, line


def _result(lot: Lot, line: TrailLine) -> Event:
    """What a sheet told of one lot: as it stands on the trail, and the days of its row."""
    (event,) = events_of([line])
    outcome, price, bidders = event.text(f"lot.{lot.platform_number}").split()
    facts: dict[str, Fact] = {
        "outcome": outcome,
        "price": int(price),
        "bidders": int(bidders),
        "round": lot.round.value,
    }
    if lot.ended_at:
        facts["ended_at"] = lot.ended_at.isoformat()
    if lot.pay_due:
        facts["pay_due"] = lot.pay_due.isoformat()
    return replace(event, facts=facts)


def name_services(events: Iterable[Event]) -> Iterator[Event]:
    """Acts on an order, each with the services that the order asks for: ``wants.cleaning``."""
    asked: dict[str, dict[str, Fact]] = {}
    for event in events:
        if event.act.startswith("orders."):
            asked |= dict(_asked(event.facts))
            numbers = [event.text("number"), *(name for name, _ in _asked(event.facts))]
            wants = {
                name: told for number in numbers for name, told in asked.get(number, {}).items()
            }
            yield replace(event, facts={**event.facts, **wants})
        else:
            yield event


def _asked(facts: Mapping[str, Fact]) -> Iterator[tuple[str, dict[str, Fact]]]:
    """(number of an order, its services) as placing it told them: ``cleaning:12000 repair:quote``."""
    for name, told in facts.items():
        if name.startswith(ORDERED):
            kinds = [part.partition(":")[0] for part in str(told).split()]
            yield name.removeprefix(ORDERED), {f"wants.{kind}": True for kind in kinds}
