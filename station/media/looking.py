"""The jobs that let the program look at pictures before a person does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from station.ground import clock
from station.ground.database import db, upkeep

from . import apart, desk, proposal_reads, reads, store
from .models import Proposal

# A sphere of 6144 columns takes about a minute on two free processors; more are not always free.
LOOK = apart.Bounds(memory=2 * apart.GIB, processor=1200, wall=900.0)


def propose(media_id: str) -> None:
    """Keep what the program would mask in a picture; nothing when a person was faster."""
    media = reads.find_media(media_id)
    if media is None or reads.is_cleared(media):
        return
    path = store.current().path(media.sha256)
    db.session.close()
    told = look(path)
    with upkeep():
        _note(media_id, told)


def look(path: Path) -> dict[str, Any]:
    """What `detect` answers for a file, from its cage."""
    return apart.ask("look", path, bounds=LOOK, module="station.media.detect")


def _note(media_id: str, told: Mapping[str, Any]) -> None:
    before = proposal_reads.find(media_id)
    db.session.merge(
        Proposal(
            media_id=media_id,
            boxes=told.get("boxes", []),
            models=told.get("models", []),
            reason=told.get("refused", ""),
            at=clock.now(),
            version=before.version + 1 if before else 1,
        )
    )


def look_over() -> None:
    """Queue what waits for a person and was never looked at, e.g. kept by an older version, or in
    vain for a reason that may be gone."""
    with upkeep():
        for media_id in proposal_reads.list_unseen():
            desk.queue_look(media_id)
