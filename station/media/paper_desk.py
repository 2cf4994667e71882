"""Documents that the house prints: filed once under their number, and verified ever after."""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.actors import Actor
from station.trail import documents
from station.trail.models import TrailLine

from . import desk, door, reads
from .models import Media


@dataclass(frozen=True)
class Paper:
    """A document to be filed. `proves`: the line whose hash it prints. `issuer`: the full name of
    who issues it. `replaces`: the number of the document that it takes the place of."""

    kind: str
    number: str
    issuer: str
    proves: TrailLine
    vehicle: str
    case: str
    command: str = ""
    replaces: str = ""


def file_paper(actor: Actor, kept: door.Kept, paper: Paper) -> Media:
    """Keep a printed document: its number, its SHA-256 and what it proves are on the trail. A number
    is given once: a document that is filed already is answered as it is."""
    desk.one_at_a_time("document", paper.number)
    filed = documents.find_by_number(paper.number)
    if filed is not None:
        return reads.get_media(filed.media)
    return desk.keep(
        actor,
        kept,
        kind=paper.kind,
        slot=paper.number,
        vehicle=paper.vehicle,
        case=paper.case,
        command=paper.command,
        facts=documents.facts_of(paper.number, paper.issuer, paper.proves, paper.replaces),
    )
