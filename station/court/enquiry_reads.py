"""Questions about enquiries: the survey of a vehicle as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.trail import reads as trail
from station.vehicles.models import Vehicle

from . import enquiries, reads, rules
from .enquiries import SUBJECTS, EnquiryState, Standing, Subject
from .enquiry_models import Enquiry
from .models import Seizure
from .rules import EntrustmentState


@dataclass(frozen=True)
class Line:
    """One subject of a survey: its newest enquiry, and how it stands today."""

    subject: Subject
    row: Enquiry | None
    standing: Standing


def get_surveyed(actor: Actor, vehicle_id: str) -> Seizure:
    """The holding seizure of a vehicle that the actor surveys: of the actor's court, or entrusted
    to the actor's agency, which has accepted; else 404."""
    held = reads.find_holder(vehicle_id) if may_survey(actor, vehicle_id) else None
    seizure: Seizure = get_or_404(held, "这辆车")
    return seizure


def may_survey(actor: Actor, vehicle_id: str) -> bool:
    """Whether `get_surveyed` would answer the actor."""
    held = reads.find_holder(vehicle_id)
    return held is not None and actor.organisation_id in _surveyors(held)


def _surveyors(held: Seizure) -> tuple[str, ...]:
    row = reads.find_entrustment(held.vehicle_id)
    accepted = row is not None and row.state is EntrustmentState.ACCEPTED
    return (held.case.court_id, row.agency_id) if row and accepted else (held.case.court_id,)


def list_enquiries(vehicle_id: str) -> Sequence[Enquiry]:
    """Every enquiry about a vehicle, newest first."""
    return db.session.scalars(
        select(Enquiry)
        .where(Enquiry.vehicle_id == vehicle_id)
        .order_by(Enquiry.at.desc(), Enquiry.id)
    ).all()


def read_survey(vehicle_id: str, today: date) -> list[Line]:
    """Every subject in the order of the table, with its newest enquiry."""
    newest: dict[str, Enquiry] = {}
    for row in list_enquiries(vehicle_id):
        newest.setdefault(row.about, row)
    return [
        Line(subject, newest.get(key), standing(newest.get(key), today))
        for key, subject in SUBJECTS.items()
    ]


def standing(row: Enquiry | None, today: date) -> Standing:
    """How the subject of this enquiry stands."""
    if row is None:
        return Standing.OPEN
    return enquiries.standing_of(row.state, row.due, row.outcome, row.until, today)


def find_open(vehicle_id: str, about: str) -> Enquiry | None:
    """The enquiry on this subject that waits for its reply."""
    return db.session.scalars(
        select(Enquiry).where(
            Enquiry.vehicle_id == vehicle_id,
            Enquiry.about == about,
            Enquiry.state == EnquiryState.ASKED,
        )
    ).one_or_none()


def filed_at(vehicle_id: str) -> datetime | None:
    """When the survey was filed last."""
    line = trail.find_last_line(f"survey:{vehicle_id}", "court.file_survey")
    return line.at if line else None


def is_fresh(vehicle_id: str) -> bool:
    """Whether something was answered since the survey was filed last."""
    question = (
        select(func.count())
        .select_from(Enquiry)
        .where(Enquiry.vehicle_id == vehicle_id, Enquiry.answered_at.is_not(None))
    )
    since = filed_at(vehicle_id)
    if since is not None:
        question = question.where(Enquiry.answered_at > since)
    return bool(db.session.scalar(question))


def count_settled(vehicle_ids: Collection[str]) -> dict[str, int]:
    """How many subjects of each vehicle are settled today; vehicles of which none is are left out."""
    today = clock.today()
    found = Counter(
        row.vehicle_id for row in _newest(vehicle_ids) if standing(row, today) in enquiries.SETTLED
    )
    return dict(found)


@dataclass(frozen=True)
class Alarm:
    """A subject of a vehicle that needs asking again, or whose reply is late."""

    row: Enquiry
    standing: Standing

    @property
    def since(self) -> datetime:
        """When it began to need somebody."""
        day = self.row.due if self.standing is Standing.LATE else self.row.until
        return datetime.combine(day, time(), clock.SHANGHAI) if day else self.row.at


def list_alarms(vehicle_ids: Collection[str]) -> list[Alarm]:
    """Late replies and answers that hold no longer, of those of the vehicles that are still here."""
    today = clock.today()
    found = [Alarm(row, standing(row, today)) for row in _newest(vehicle_ids)]
    return [one for one in found if one.standing in (Standing.LATE, Standing.EXPIRED)]


def _newest(vehicle_ids: Collection[str]) -> Sequence[Enquiry]:
    """The newest enquiry on each subject, of those of the vehicles that are still here."""
    return db.session.scalars(
        select(Enquiry)
        .ext(distinct_on(Enquiry.vehicle_id, Enquiry.about))
        .join(Vehicle, Vehicle.id == Enquiry.vehicle_id)
        .where(Enquiry.vehicle_id.in_(vehicle_ids), Vehicle.stage.not_in(rules.GONE))
        .order_by(Enquiry.vehicle_id, Enquiry.about, Enquiry.at.desc(), Enquiry.id)
    ).all()
