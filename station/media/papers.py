"""A document from the words it says to its kept file: issue, print, keep, each once."""

from __future__ import annotations

from collections.abc import Callable

from station.ground.actors import Actor
from station.ground.database import act
from station.people.reads import get_organisation
from station.trail import documents
from station.trail.models import TrailLine

from . import door, paper_desk
from .paper_desk import Draft, Paper


def open_paper(actor: Actor, kind: str, draft: Draft, make: Callable[[TrailLine], bytes]) -> str:
    """The id of the document's file; it is issued and printed unless it was with these very words.

    `make`: the PDF, from the line of issuing it. What could not be printed is printed the next time.
    """
    with act():
        line = paper_desk.issue_paper(actor, draft)
    issued = documents.find_by_number(str(line.facts["number"]))
    if issued is not None:
        return issued.media
    kept = door.receive_document(make(line))
    paper = Paper(
        kind=kind,
        number=str(line.facts["number"]),
        issuer=get_organisation(line.organisation).name,
        proves=line,
        vehicle=draft.vehicle,
        case=draft.case,
        replaces=str(line.facts["replaces"]),
    )
    with act():
        return paper_desk.file_paper(actor, kept, paper).id
