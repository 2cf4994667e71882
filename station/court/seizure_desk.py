"""Renewing a seizure before it lapses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed
from station.ground.refused import Refused
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale

from . import seizures
from .models import Seizure


def renew(actor: Actor, seizure: Seizure, until: date, ruling_media: str) -> None:
    """The judge renews a seizure by a ruling; its old end stays on the trail. Queued ones too: what
    takes its turn must not have lapsed meanwhile."""
    before = seizure.until
    seizures.check_renewal(before, until, clock.today())
    if not ruling_media:
        raise Refused("no_ruling", "请上传续行查封裁定书。", field="ruling")
    subject = f"seizure:{seizure.id}"
    renewed = changed(
        update(Seizure).where(Seizure.id == seizure.id, Seizure.until == before).values(until=until)
    )
    if not renewed:
        refuse_stale(subject, name_of)
    trail.write(
        actor,
        "court.renew",
        subject,
        vehicle=seizure.vehicle_id if seizure.rank == 1 else "",
        case=seizure.case_id,
        facts={
            "until": until.isoformat(),
            "until_before": before.isoformat(),
            "ruling": ruling_media,
        },
    )
