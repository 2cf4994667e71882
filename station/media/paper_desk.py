"""Documents that the house prints: filed once under their number, and verified ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from station.ground import clock
from station.ground.actors import Actor
from station.ground.ids import new_id
from station.trail import desk as trail
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.trail.rules import document_number

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


@dataclass(frozen=True)
class Draft:
    """What a document would say now. `subject`: what it is about, as the trail names it; `act`: the
    act of issuing it, which it proves; `prefix`: two letters of its number; `body`: everything it
    says but its foot; `vehicle`, `case`: empty for what concerns no single one."""

    subject: str
    act: str
    prefix: str
    body: Mapping[str, Any]
    vehicle: str = ""
    case: str = ""


def issue_paper(actor: Actor, draft: Draft) -> TrailLine:
    """The line of issuing a document; the one before when what it says has not changed since.

    A document with other words gets another number and takes the place of the last one.
    """
    desk.one_at_a_time("paper", draft.act, draft.subject)
    content = hashlib.sha256(rfc8785.dumps(dict(draft.body))).hexdigest()
    last = find_last_line(draft.subject, draft.act)
    if last is not None and last.facts["content"] == content:
        return last
    return trail.write(
        actor,
        draft.act,
        draft.subject,
        vehicle=draft.vehicle,
        case=draft.case,
        facts={
            "number": document_number(draft.prefix, clock.today(), new_id()),
            "content": content,
            "replaces": str(last.facts["number"]) if last else "",
        },
    )
