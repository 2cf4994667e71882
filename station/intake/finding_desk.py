"""Adding findings, giving them their place in the pictures, and taking wrong ones back."""

from __future__ import annotations

from sqlalchemy import text, update

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media import reads as media
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact
from station.vehicles.models import Vehicle

from . import findings, reads, rules, spots
from .findings import NewFinding, Source
from .models import Finding
from .spots import Pictures, Spot


def add_finding(actor: Actor, vehicle: Vehicle, new: NewFinding, source: Source) -> Finding:
    """Write down something wrong with a vehicle, with its close photo."""
    findings.check_finding(new)
    photo = media.get_media(new.media_id)
    if photo.vehicle != vehicle.id:
        raise Refused("finding_photo_other", "这张照片不是这辆车的，请重新拍摄。", field="photo")
    cover = court.get_cover(actor, vehicle.id, "intake.finding")
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"finding|{vehicle.id}"},
    )
    row = Finding(
        id=new_id(),
        vehicle_id=vehicle.id,
        number=reads.count_findings(vehicle.id) + 1,
        source=source,
        defect=new.defect,
        panel=new.panel,
        size_mm=new.size_mm,
        across_mm=new.across_mm,
        sentence=new.sentence,
        media_id=new.media_id,
        by_person=actor.person_id,
        by_name=actor.name,
        at=clock.now(),
        version=1,
        withdrawn_reason="",
    )
    db.session.add(row)
    facts: dict[str, Fact] = {
        "number": row.number,
        "source": source.value,
        "defect": new.defect.value,
        "panel": new.panel,
        "sentence": new.sentence,
        "photo": new.media_id,
        "sha256": photo.sha256,
    }
    if new.size_mm is not None:
        facts["size_mm"] = new.size_mm
    if new.across_mm is not None:
        facts["across_mm"] = new.across_mm
    _write(actor, "intake.finding", row, cover, facts)
    return row


def place_finding(
    actor: Actor, finding: Finding, spot: Spot, version: int, pictures: Pictures
) -> None:
    """Say where a finding is in the spin, a panorama and its photo. `pictures`: those shown now.

    What `spot` leaves out stays as it was.
    """
    spots.check_spot(spot, pictures)
    cover = court.get_cover(actor, finding.vehicle_id, "intake.place_finding")
    values, facts = _placed(spot)
    _change(finding, version, version=version + 1, **values)
    facts = {"number": finding.number, **facts}
    _write(actor, "intake.place_finding", finding, cover, facts)


def _placed(spot: Spot) -> tuple[dict[str, object], dict[str, Fact]]:
    """What a place changes in the row, and how the trail tells of it."""
    values: dict[str, object] = {}
    facts: dict[str, Fact] = {}
    if spot.spin:
        keys = {str(frame): list(place) for frame, place in sorted(spot.keys.items())}
        values |= {"spin_id": spot.spin if keys else "", "keys": keys}
        told = (f"{frame}:{x:.4f},{y:.4f}" for frame, (x, y) in sorted(spot.keys.items()))
        facts |= {"spin": spot.spin, "keys": " ".join(told)}
    if spot.panorama:
        values |= {"panorama_id": spot.panorama, "yaw": spot.yaw, "pitch": spot.pitch}
        facts |= {"panorama": spot.panorama}
        facts |= {"yaw": f"{spot.yaw:.2f}", "pitch": f"{spot.pitch:.2f}"}
    if spot.photo is not None:
        x, y = spot.photo
        values |= {"photo_x": x, "photo_y": y}
        facts["photo"] = f"{x:.4f},{y:.4f}"
    return values, facts


def withdraw_finding(actor: Actor, finding: Finding, reason: str, version: int) -> None:
    """Take a wrong finding back, with the reason; its number is not given again."""
    why = rules.read_reason(reason)
    cover = court.get_cover(actor, finding.vehicle_id, "intake.withdraw_finding")
    _change(finding, version, version=version + 1, withdrawn_at=clock.now(), withdrawn_reason=why)
    facts: dict[str, Fact] = {"number": finding.number}
    _write(actor, "intake.withdraw_finding", finding, cover, facts, why)


def _change(finding: Finding, seen: int, **values: object) -> None:
    done = changed(
        update(Finding)
        .where(
            Finding.id == finding.id,
            Finding.version == seen,
            Finding.withdrawn_at.is_(None),
        )
        .values(**values)
    )
    if not done:
        refuse_stale(finding.subject, name_of)


def _write(
    actor: Actor,
    act: str,
    finding: Finding,
    cover: court.Cover,
    facts: dict[str, Fact],
    reason: str = "",
) -> None:
    trail.write(
        actor,
        act,
        finding.subject,
        vehicle=finding.vehicle_id,
        case=cover.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
        private={"reason": reason},
    )
