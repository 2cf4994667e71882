"""What is looked up when every file is held against its row and its line (see `reads.find_faults`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from station.ground.database import db
from station.trail.models import TrailLine
from station.trail.reads import Fault

from . import store
from .models import Derivative

KEEP = "media.keep"


def lines_of(act: str) -> dict[str, TrailLine]:
    """The newest line of an act by its subject."""
    rows = db.session.scalars(
        select(TrailLine).where(TrailLine.act == act).order_by(TrailLine.at, TrailLine.number)
    )
    return {row.subject: row for row in rows}


def kept_twice() -> Sequence[str]:
    """Files with more than the one line that `desk.keep` writes: another one could lend a changed
    row its words."""
    return db.session.scalars(
        select(TrailLine.subject)
        .where(TrailLine.act == KEEP)
        .group_by(TrailLine.subject)
        .having(func.count() > 1)
        .order_by(TrailLine.subject)
    ).all()


def fault(line: TrailLine | None, what: str) -> Fault:
    return Fault(line.chain if line else "-", line.number if line else 0, what)


def fault_of_blob(here: store.Store, sha256: str) -> str | None:
    try:
        found = store.digest(here.path(sha256))
    except FileNotFoundError:
        return "is gone from the store"
    return None if found == sha256 else "was swapped: its bytes do not hash to its name"


def faults_of_derivatives(here: store.Store) -> Iterator[Fault]:
    """What staff and courts look at. Their rows are no part of the trail, their bytes have names."""
    for row in db.session.scalars(select(Derivative).order_by(Derivative.media_id)):
        if what := fault_of_blob(here, row.sha256):
            yield fault(None, f"{row.use} of file {row.media_id} {what}")
