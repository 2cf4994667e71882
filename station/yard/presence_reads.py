"""Questions about presence checks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from station.court.models import Case, Seizure
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.media.models import Media
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle

from . import presence
from .models import Bay, Stay
from .presence import Timing
from .presence_models import Ask, Presence

PICTURE = "presence"


def list_candidates(court_id: str, station_id: str) -> list[Vehicle]:
    """Vehicles of a court that stand in a bay of a station."""
    rows = db.session.scalars(
        select(Vehicle)
        .join(Stay, (Stay.vehicle_id == Vehicle.id) & Stay.until.is_(None))
        .join(Bay, Bay.id == Stay.bay_id)
        .join(Seizure, (Seizure.vehicle_id == Vehicle.id) & (Seizure.rank == 1))
        .join(Case, Case.id == Seizure.case_id)
        .where(Case.court_id == court_id, Bay.station_id == station_id)
        .order_by(Vehicle.id)
    )
    return list(rows)


def list_stations(court_id: str) -> list[str]:
    """Stations in whose bays vehicles of a court stand."""
    return list(
        db.session.scalars(
            select(Bay.station_id)
            .join(Stay, (Stay.bay_id == Bay.id) & Stay.until.is_(None))
            .join(Seizure, (Seizure.vehicle_id == Stay.vehicle_id) & (Seizure.rank == 1))
            .join(Case, Case.id == Seizure.case_id)
            .where(Case.court_id == court_id)
            .distinct()
            .order_by(Bay.station_id)
        )
    )


def list_checks(actor: Actor, limit: int = 20) -> Sequence[Presence]:
    """Checks that the actor's court asked for, or that the actor's station was asked, newest first."""
    mine = actor.organisation_id
    return db.session.scalars(
        select(Presence)
        .where((Presence.court_id == mine) | (Presence.station_id == mine))
        .order_by(Presence.asked_at.desc())
        .limit(limit)
    ).all()


def get_check(actor: Actor, presence_id: str) -> Presence:
    """One check of the actor's court or station; else 404."""
    row = db.session.get(Presence, presence_id)
    mine = row is not None and actor.organisation_id in (row.court_id, row.station_id)
    found: Presence = get_or_404(row if mine else None, "这次现场核查")
    return found


def list_asks(presence_ids: Collection[str]) -> Sequence[Ask]:
    """The vehicles of checks, by model."""
    return (
        db.session.scalars(
            select(Ask).where(Ask.presence_id.in_(presence_ids)).order_by(Ask.presence_id, Ask.id)
        )
        .unique()
        .all()
    )


def get_ask(actor: Actor, ask_id: str) -> Ask:
    """One vehicle of a check of the actor's court or station; else 404."""
    row = db.session.get(Ask, ask_id)
    mine = row is not None and actor.organisation_id in (
        row.presence.court_id,
        row.presence.station_id,
    )
    found: Ask = get_or_404(row if mine else None, "这辆待核查的车")
    return found


def list_open(station_id: str) -> Sequence[Ask]:
    """What a station still has to photograph, the first due on top."""
    return (
        db.session.scalars(
            select(Ask)
            .join(Presence, Presence.id == Ask.presence_id)
            .where(Presence.station_id == station_id, Ask.state.in_(presence.OPEN_STATES))
            .order_by(Presence.due_at, Ask.id)
        )
        .unique()
        .all()
    )


def list_to_judge(vehicle_ids: Collection[str], now: datetime) -> list[Ask]:
    """Answers that the judge has not looked at, and vehicles whose answer is overdue."""
    states = (*presence.TO_JUDGE, *presence.OPEN_STATES)
    rows = db.session.scalars(
        select(Ask).where(Ask.vehicle_id.in_(vehicle_ids), Ask.state.in_(states))
    ).unique()
    return [
        row
        for row in rows
        if row.state in presence.TO_JUDGE or timing_of(row, now) is Timing.OVERDUE
    ]


def timing_of(row: Ask, now: datetime) -> Timing:
    """How an answer stands to its hour."""
    return presence.judge_time(row.presence.due_at, row.answered_at, row.claimed_at, now)


def find_same(picture: Media) -> str:
    """An older file of the same organisation that is the same picture; '' for none."""
    rows = db.session.execute(
        select(Media.id, Media.sha256, Media.likeness)
        .where(
            Media.organisation_id == picture.organisation_id,
            Media.id != picture.id,
            Media.kept_at <= picture.kept_at,
            (Media.likeness != "") | (Media.sha256 == picture.sha256),
        )
        .order_by(Media.kept_at)
    )
    for media_id, sha256, likeness in rows:
        if sha256 == picture.sha256 or presence.is_same_picture(likeness, picture.likeness):
            return str(media_id)
    return ""


def station_of(line: TrailLine) -> set[str]:
    """The station that a check was sent to is told of it at once."""
    row = db.session.get(Presence, line.subject.partition(":")[2])
    return {row.station_id, row.court_id} if row else set()
