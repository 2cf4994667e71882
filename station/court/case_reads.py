"""Questions about cases that an import asks."""

from __future__ import annotations

from sqlalchemy import select

from station.ground import clock, sheet_in
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.media import reads as media
from station.media.models import Media
from station.vehicles.models import Vehicle

from . import case_sheet
from .case_numbers import read_case_number
from .case_sheet import Known, RowVerdict
from .models import Case, Seizure


def get_sheet(actor: Actor, media_id: str) -> Media:
    """A sheet of cases that the actor's court has kept, else 404."""
    row = media.find_media(media_id)
    mine = row is not None and (row.kind, row.organisation_id) == (
        case_sheet.KIND,
        actor.organisation_id,
    )
    sheet: Media = get_or_404(row if mine else None, "这个表格")
    return sheet


def find_case(actor: Actor, number: str) -> Case | None:
    """The case of the actor's court with this number."""
    return db.session.scalars(
        select(Case).where(Case.court_id == actor.organisation_id, Case.number == number)
    ).one_or_none()


def preview(actor: Actor, sheet: Media) -> list[RowVerdict]:
    """What each row of a kept sheet would do now, or why it cannot be taken."""
    rows = sheet_in.read_sheet(
        media.path_of(sheet),
        case_sheet.COLUMNS,
        optional=case_sheet.OPTIONAL,
        most=case_sheet.MOST_ROWS,
        formulas=True,
    )
    return case_sheet.check_rows(rows, known_of(actor), clock.today())


def known_of(actor: Actor) -> Known:
    """What the actor's court has already."""
    cases = db.session.scalars(select(Case).where(Case.court_id == actor.organisation_id)).all()
    seized = db.session.execute(
        select(Case.number, Vehicle.vin)
        .join(Seizure, Seizure.case_id == Case.id)
        .join(Vehicle, Vehicle.id == Seizure.vehicle_id)
        .where(Case.court_id == actor.organisation_id)
    )
    today = clock.today()
    return Known(
        {case.number: (case.creditor, case.debtor) for case in cases},
        {(number, vin) for number, vin in seized},
        {read_case_number(case.number, today).court_code for case in cases},
    )
