"""Acts on two panoramas laid over one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.jobs import desk as jobs
from station.trail import desk as trail
from station.trail.rules import Fact

from . import comparison_reads as reads
from . import desk
from .models import Comparison, Scene
from .rules import SceneKind, State


def order(actor: Actor, one: Scene, other: Scene) -> Comparison:
    """Have two panoramas laid over one another; a worker does it. What is there is answered with.

    A failed one is tried again. Raises `Refused` (409) for anything but two finished panoramas of
    the same vehicle and seat.
    """
    before, after = sorted((one, other), key=lambda scene: (scene.taken_at, scene.id))
    check_pair(before, after)
    desk.one_at_a_time("comparison", before.id, after.id)
    row = reads.find(before.id, after.id)
    if row is not None and row.state is not State.FAILED:
        return row
    row = _again(row) if row else _new(actor, before, after)
    db.session.flush()
    jobs.queue("media.compare", lock=row.subject, comparison_id=row.id)
    facts: dict[str, Fact] = {"before": before.id, "after": after.id, "version": row.version}
    trail.write(actor, "media.compare", row.subject, vehicle=row.vehicle, facts=facts)
    return row


def check_pair(before: Scene, after: Scene) -> None:
    """Refuse what cannot be laid over one another."""
    panoramas = all(one.kind is SceneKind.PANORAMA and one.folder for one in (before, after))
    same = (before.vehicle, before.seat) == (after.vehicle, after.seat)
    if not panoramas or not same or before.id == after.id:
        raise Refused(
            "not_a_pair", "只能对照同一辆车、同一位置的两次全景。请重新选择日期。", status=409
        )


def _new(actor: Actor, before: Scene, after: Scene) -> Comparison:
    row = Comparison(
        id=new_id(),
        vehicle=before.vehicle,
        before_id=before.id,
        after_id=after.id,
        state=State.QUEUED,
        organisation_id=actor.organisation_id,
        by_person=actor.person_id,
        by_name=actor.name,
        asked_at=clock.now(),
        version=1,
    )
    db.session.add(row)
    return row


def _again(row: Comparison) -> Comparison:
    row.state, row.version = State.QUEUED, row.version + 1
    row.reason, row.reason_values = "", {}
    return row


def finish(actor: Actor, row: Comparison, folder: str, report: Mapping[str, Any]) -> bool:
    """Give a comparison its folder; nothing when another run of the job was first."""
    values = {"state": State.READY, "folder": folder, "report": dict(report)}
    if not _settle(row, values):
        return False
    facts: dict[str, Fact] = {"folder": folder, "changes": len(report.get("changes", []))}
    trail.write(actor, "media.compared", row.subject, vehicle=row.vehicle, facts=facts)
    return True


def fail(actor: Actor, row: Comparison, code: str, reason: str, values: Mapping[str, Any]) -> bool:
    """Say why two panoramas could not be laid over one another."""
    told = {"state": State.FAILED, "reason": reason, "reason_values": dict(values)}
    if not _settle(row, told):
        return False
    facts: dict[str, Fact] = {"reason": code, "version": row.version}
    trail.write(actor, "media.compare_failed", row.subject, vehicle=row.vehicle, facts=facts)
    return True


def _settle(row: Comparison, values: Mapping[str, Any]) -> int:
    waiting = (Comparison.id == row.id, Comparison.version == row.version)
    return changed(
        update(Comparison)
        .where(*waiting, Comparison.state == State.QUEUED)
        .values(**values, made_at=clock.now())
    )
