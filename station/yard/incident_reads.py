"""Questions about incidents."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.intake import reads as intake
from station.media import reads as media
from station.media.models import Media
from station.vehicles.reads import may_see

from .incident_models import Incident
from .incidents import IncidentState

PICTURE = "incident"


def list_incidents(vehicle_id: str) -> Sequence[Incident]:
    """What happened to a vehicle, newest first."""
    return (
        db.session.scalars(
            select(Incident).where(Incident.vehicle_id == vehicle_id).order_by(Incident.at.desc())
        )
        .unique()
        .all()
    )


def list_at(actor: Actor, limit: int = 50) -> Sequence[Incident]:
    """Incidents of the actor's station or before the actor's court, open ones first."""
    mine = actor.organisation_id
    return (
        db.session.scalars(
            select(Incident)
            .where((Incident.station_id == mine) | (Incident.court_id == mine))
            .order_by(Incident.state == IncidentState.SETTLED, Incident.at.desc())
            .limit(limit)
        )
        .unique()
        .all()
    )


def list_undecided(vehicle_ids: Collection[str]) -> Sequence[Incident]:
    """Incidents that wait for the judge."""
    return (
        db.session.scalars(
            select(Incident).where(
                Incident.vehicle_id.in_(vehicle_ids), Incident.state == IncidentState.REPORTED
            )
        )
        .unique()
        .all()
    )


def get_incident(actor: Actor, incident_id: str) -> Incident:
    """One incident on a vehicle that the actor may see; else 404."""
    row = db.session.get(Incident, incident_id)
    mine = row is not None and not actor.by_link and may_see(actor, row.vehicle_id)
    incident: Incident = get_or_404(row if mine else None, "这起异常")
    return incident


def get_judged(actor: Actor, incident_id: str) -> Incident:
    """One incident that the actor's court decides; else 404."""
    row = db.session.get(Incident, incident_id)
    mine = row if row is not None and row.court_id == actor.organisation_id else None
    incident: Incident = get_or_404(mine, "这起异常")
    return incident


def find_before(vehicle_id: str, view: str) -> str:
    """The gate-in photo of a view: how it was before; '' when there is none."""
    row = intake.find_intake(vehicle_id)
    photo = intake.gate_photos(row).get(view) if row else None
    return photo.id if photo else ""


def list_views(vehicle_id: str) -> list[str]:
    """Views of the gate-in that were photographed."""
    row = intake.find_intake(vehicle_id)
    return list(intake.gate_photos(row)) if row else []


def list_files(vehicle_id: str, ids: Collection[str]) -> list[Media]:
    """Files of a vehicle by id, in the order they were kept."""
    return [row for row in media.list_media(vehicle_id, PICTURE) if row.id in set(ids)]
