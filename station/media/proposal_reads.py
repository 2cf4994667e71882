"""Questions about what the program would mask."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from station.ground.database import db
from station.trail.rules import Fact

from . import proposals, rules
from .models import Clearance, Media, Proposal


def find(media_id: str) -> Proposal | None:
    """What the program would mask in a picture, once it has looked."""
    return db.session.get(Proposal, media_id, populate_existing=True)


def of_all(media: Sequence[Media]) -> dict[str, Proposal]:
    """What the program would mask, by picture; those it has not looked at are missing."""
    ids = [one.id for one in media]
    rows = db.session.scalars(select(Proposal).where(Proposal.media_id.in_(ids)))
    return {row.media_id: row for row in rows}


def made_of(media: Media, drawn: Sequence[proposals.Rectangle], seen: int) -> dict[str, Fact]:
    """What a person made of the proposals on the page, for the trail. `seen`: their version there,
    0 for none. Raises `Refused` (409) when there are newer ones."""
    found = find(media.id)
    if found is None:
        return {"looked": "no"}
    if found.version != seen:
        proposals.refuse_unseen(found.boxes)
    return proposals.facts(found.boxes, found.models, found.reason, drawn)


def list_unseen() -> Sequence[str]:
    """Pictures that wait for a person and that the program has not looked at, or could not for a
    reason that may be gone; a file that cannot be looked at stays marked with its reason."""
    worth = Proposal.reason.in_(proposals.CURED) | (
        Proposal.reason.in_(proposals.PASSING) & (Proposal.version < proposals.LOOKS)
    )
    return db.session.scalars(
        select(Media.id)
        .outerjoin(Clearance, Clearance.media_id == Media.id)
        .outerjoin(Proposal, Proposal.media_id == Media.id)
        .where(Media.kind.in_(rules.SHOWN), Clearance.media_id.is_(None))
        .where(Proposal.media_id.is_(None) | worth)
        .order_by(Media.kept_at, Media.id)
    ).all()
