"""Documents about a vehicle as it stands, issued again only when they would say something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from station.court import reads as court
from station.ground.actors import Actor
from station.media import papers
from station.media.paper_desk import Draft
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle


@dataclass(frozen=True)
class VehiclePaper:
    """A kind of document. `act`: of issuing it; `prefix`: two letters of its number. `body`: what it
    says but its foot; `make`: its PDF, from the line of issuing it."""

    kind: str
    act: str
    prefix: str
    body: Callable[[Vehicle], Mapping[str, Any]]
    make: Callable[[Vehicle, TrailLine], bytes]


def open_about(actor: Actor, vehicle_id: str, paper: VehiclePaper) -> str:
    """The id of the file that says how the vehicle stands now; 404 for another's vehicle."""
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    held = court.find_holder(vehicle_id)
    draft = Draft(
        f"vehicle:{vehicle_id}",
        paper.act,
        paper.prefix,
        paper.body(vehicle),
        vehicle_id,
        held.case_id if held else "",
    )
    return papers.open_paper(
        actor,
        paper.kind,
        draft,
        lambda line: paper.make(vehicles.get_vehicle(actor, vehicle_id), line),
    )
