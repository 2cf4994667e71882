"""Questions about lots and results. Another court's lot is answered like one not there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from station.court.models import Case
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.media import reads as media_reads
from station.media.models import Media
from station.people.rules import COURT_ROLES, STATION_ROLES
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.models import Access

from . import fees, results
from .models import Lot, ResultImport
from .rules import Ending, LotState, lot_fee
from .sheet import read_sheet

SHEET, VOUCHER, RULING = "result_sheet", "balance_voucher", "sale_ruling"
TRIED = (LotState.UNSOLD, LotState.DEFAULTED)
SOLD_STATES = (
    LotState.SOLD,
    LotState.PAID,
    LotState.RULED,
    LotState.SERVED,
    LotState.DELIVERED,
    LotState.CLOSED,
)


def find_lot(vehicle_id: str) -> Lot | None:
    """The newest lot of a vehicle, whatever became of it."""
    return db.session.scalars(
        select(Lot)
        .where(Lot.vehicle_id == vehicle_id)
        .order_by(Lot.announced_on.desc(), Lot.starts_at.desc())
        .limit(1)
    ).first()


def find_tried(vehicle_id: str) -> Lot | None:
    """The newest lot of a vehicle that was not withdrawn: one taken off early is no round, so
    the next is measured against the one before it (L18 art 26)."""
    tried = [lot for lot in list_rounds(vehicle_id) if lot.state is not LotState.WITHDRAWN]
    return tried[-1] if tried else None


def find_sold(vehicle_id: str) -> Lot | None:
    """The lot a vehicle was sold by, if it was and nobody defaulted."""
    lot = find_lot(vehicle_id)
    return lot if lot and lot.state in SOLD_STATES else None


def list_rounds(vehicle_id: str) -> Sequence[Lot]:
    """Every round of a vehicle, oldest first."""
    return db.session.scalars(
        select(Lot).where(Lot.vehicle_id == vehicle_id).order_by(Lot.announced_on, Lot.starts_at)
    ).all()


def list_lots(actor: Actor, *, states: Sequence[LotState] = ()) -> Sequence[Lot]:
    """Lots of the actor's court; what waits for the court first, then the newest."""
    question = (
        select(Lot)
        .join(Case, Case.id == Lot.case_id)
        .where(Case.court_id == actor.organisation_id)
        .order_by(
            Lot.state.not_in((LotState.SOLD, LotState.PAID)),
            Lot.pay_due,
            Lot.starts_at.desc(),
            Lot.id,
        )
    )
    if states:
        question = question.where(Lot.state.in_(states))
    return db.session.scalars(question).unique().all()


def get_lot(actor: Actor, lot_id: str) -> Lot:
    """One lot of the actor's court, else 404."""
    row = db.session.get(Lot, lot_id)
    lot: Lot = get_or_404(
        row if row and row.case.court_id == actor.organisation_id else None, "这个拍品"
    )
    return lot


def preview(actor: Actor, sheet: Media) -> list[results.RowVerdict]:
    """What each row of a kept sheet would do now, or why it cannot be taken."""
    rows = read_sheet(media_reads.path_of(sheet))
    numbers = {row["lot_number"].strip() for row in rows}
    lots = db.session.scalars(
        select(Lot)
        .join(Case, Case.id == Lot.case_id)
        .where(Case.court_id == actor.organisation_id, Lot.platform_number.in_(numbers))
    ).unique()
    return results.check_result_rows(
        rows, {lot.platform_number: facts_of(lot) for lot in lots}, clock.now()
    )


def facts_of(lot: Lot) -> results.LotFacts:
    """The lot as the rules of results see it."""
    return results.LotFacts(
        lot.platform_number, lot.case.number, lot.start, lot.state, lot.starts_at
    )


def lots_by_number(actor: Actor, numbers: Sequence[str]) -> dict[str, Lot]:
    """Lots of the actor's court by platform number."""
    rows = db.session.scalars(
        select(Lot)
        .join(Case, Case.id == Lot.case_id)
        .where(Case.court_id == actor.organisation_id, Lot.platform_number.in_(numbers))
    ).unique()
    return {row.platform_number: row for row in rows}


def get_sheet(actor: Actor, media_id: str) -> Media:
    """A sheet of the actor's court, else 404."""
    row = media_reads.find_media(media_id)
    mine = row and row.kind == SHEET and row.organisation_id == actor.organisation_id
    sheet: Media = get_or_404(row if mine else None, "这个表格")
    return sheet


def find_import(actor: Actor, sheet: Media) -> ResultImport | None:
    """The import this very file led to, if it was confirmed."""
    return db.session.scalars(
        select(ResultImport)
        .where(ResultImport.sha256 == sheet.sha256, ResultImport.court_id == actor.organisation_id)
        .limit(1)
    ).first()


def list_imports(actor: Actor) -> Sequence[ResultImport]:
    """Imports of the actor's court, newest first."""
    return db.session.scalars(
        select(ResultImport)
        .where(ResultImport.court_id == actor.organisation_id)
        .order_by(ResultImport.at.desc())
        .limit(50)
    ).all()


def list_of_import(import_id: str) -> Sequence[Lot]:
    """Lots whose result came by this import."""
    return db.session.scalars(
        select(Lot).where(Lot.import_id == import_id).order_by(Lot.platform_number)
    ).all()


def list_of_case(case_id: str) -> Sequence[Lot]:
    """Every lot of a case, oldest first."""
    return db.session.scalars(
        select(Lot).where(Lot.case_id == case_id).order_by(Lot.announced_on, Lot.platform_number)
    ).all()


def ending_of(lot: Lot) -> Ending | None:
    """How the work on a lot ended, for the fee; None while it has not."""
    if lot.state in SOLD_STATES:
        return Ending.SOLD
    if lot.state is LotState.OFFSET:
        return Ending.OFFSET
    if lot.state in (LotState.WITHDRAWN, LotState.STAYED, LotState.SUSPENDED):
        return Ending.COURT_STOPPED
    return Ending.OFFSET_REFUSED if lot.state is LotState.RETURNED else None


def fees_of(lots: Sequence[Lot]) -> list[tuple[Lot, int, int, list[fees.Part]]]:
    """The ledger of a case: lot, its fee under the lot cap, its share under the case cap, parts.

    Ceilings of 办法 art 18, in fen; a lot that has not ended counts as 0 for now.
    """
    own = []
    for lot in lots:
        ending = ending_of(lot)
        own.append(lot_fee(ending, lot.price or 0) if ending else 0)
    parts = [fees.fee_parts(lot.price or 0) for lot in lots]
    return list(zip(lots, own, fees.case_fees(own), parts, strict=True))


def may_read_sheet(actor: Actor, media: Media) -> bool:
    """Sheets name buyers: only the court that keeps them."""
    return media.organisation_id == actor.organisation_id and not actor.by_link


def may_read_sale_paper(actor: Actor, media: Media) -> bool:
    """Vouchers and rulings served: the vehicle's court and station, nobody by a link."""
    roles = (*COURT_ROLES, *STATION_ROLES)
    return not actor.by_link and actor.role in roles and vehicles.may_see(actor, media.vehicle)


def may_read_halt_paper(actor: Actor, media: Media) -> bool:
    """Decisions to halt a sale: everybody inside who has to do with the vehicle."""
    return not actor.by_link and vehicles.may_see(actor, media.vehicle)


def organisations_of_import(line: TrailLine) -> set[str]:
    """Who is told of imported results: everybody who has to do with one of the vehicles."""
    ids = select(Lot.vehicle_id).where(Lot.import_id == line.subject.removeprefix("import:"))
    return set(db.session.scalars(select(Access.organisation_id).where(Access.vehicle_id.in_(ids))))


HALT_PAPER = "halt_paper"
READERS = {
    SHEET: may_read_sheet,
    VOUCHER: may_read_sale_paper,
    RULING: may_read_sale_paper,
    HALT_PAPER: may_read_halt_paper,
}
AUDIENCES = {"sales.import_results": organisations_of_import}
