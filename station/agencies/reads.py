"""Questions about agencies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from station.ground.database import db
from station.people.models import Organisation

from .models import Admission
from .rules import Standing


def find_standing(court_id: str, agency_id: str) -> Standing | None:
    """Where an agency stands with a court."""
    row = db.session.get(Admission, (court_id, agency_id))
    return Standing(row.admitted_on, row.until, row.barred_until) if row else None


def list_agencies(court_id: str) -> Sequence[Organisation]:
    """Agencies on a court's list, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(Admission, Admission.agency_id == Organisation.id)
        .where(Admission.court_id == court_id)
        .order_by(Organisation.name)
    ).all()
