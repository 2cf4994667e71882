"""Opening lots, taking in the platform's results, the balance and the ruling served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.calendar import local_date
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media.models import Media
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import reads, results, rules
from .halt_models import Halt
from .models import Buyer, Lot, ResultImport
from .results import Outcome, ResultRow
from .rules import LotState

ENDS = {
    Outcome.SOLD: (LotState.SOLD, Stage.SOLD),
    Outcome.UNSOLD: (LotState.UNSOLD, Stage.STORED),
    Outcome.WITHDRAWN: (LotState.WITHDRAWN, Stage.STORED),
}
"""What an outcome makes of the lot and of the vehicle: unsold ones go back to the yard's shelf."""

_MOVED_ON = Refused("lot_moved_on", "这个拍品的状态刚刚被别人改变，请刷新页面后再办。", status=409)


def open_lot(
    actor: Actor,
    vehicle: Vehicle,
    *,
    platform_number: str,
    reference_fen: int,
    start_price_fen: int,
    deposit_fen: int,
    announced_on: date,
    starts_at: datetime,
    notified_on: date | None = None,
) -> Lot:
    """Put a vehicle up on the outside platform; part of the announcing act, which writes the line.

    The round follows from the vehicle's earlier lots. Checks the terms (L18 arts 10, 12, 16, 17,
    26), that no other lot of the vehicle is open, and that the platform's number is new.
    `actor` is who announces. The line may carry `facts_of_terms(lot)`.
    """
    number = platform_number.strip()
    _check_new(actor, number, reads.find_lot(vehicle.id))
    before = reads.find_tried(vehicle.id)
    terms = rules.SaleTerms(
        round=rules.round_after(before.round if before else None),
        reference=reference_fen,
        start=start_price_fen,
        deposit=deposit_fen,
        published_on=announced_on,
        starts_on=local_date(starts_at),
        notified_on=notified_on,
        previous_start=before.start if before else None,
        unsold_on=_unsold_on(before),
    )
    rules.check_terms(terms)
    return _add(vehicle, number, terms, starts_at)


def _unsold_on(before: Lot | None) -> date | None:
    """The day the round before failed, if it did."""
    if before is None or before.state is not LotState.UNSOLD or before.ended_at is None:
        return None
    return local_date(before.ended_at)


def _add(vehicle: Vehicle, number: str, terms: rules.SaleTerms, starts_at: datetime) -> Lot:
    seizure = court.find_holder(vehicle.id)
    if seizure is None:
        raise Refused("not_seized", "这辆车没有登记查封，不能公告拍卖。请先登记查封。", status=409)
    lot = Lot(
        id=new_id(),
        vehicle_id=vehicle.id,
        case_id=seizure.case_id,
        platform_number=number,
        round=terms.round,
        state=LotState.ANNOUNCED,
        reference=terms.reference,
        start=terms.start,
        deposit=terms.deposit,
        announced_on=terms.published_on,
        starts_at=starts_at,
    )
    db.session.add(lot)
    try:
        db.session.flush()
    except IntegrityError:
        raise _MOVED_ON from None
    return lot


def _check_new(actor: Actor, number: str, before: Lot | None) -> None:
    """`actor` is named so that every desk reads alike; the announcing room has let them in."""
    del actor
    if not 4 <= len(number) <= 40:
        raise Refused(
            "lot_number",
            "请填写拍卖平台上的拍品编号（4 至 40 个字符）。",
            field="platform_number",
        )
    if db.session.scalars(select(Lot).where(Lot.platform_number == number)).first():
        raise Refused(
            "lot_twice",
            "拍品编号“%(number)s”已被使用，请核对平台上的编号。",
            field="platform_number",
            status=409,
            number=number,
        )
    if before and before.state not in (LotState.UNSOLD, LotState.WITHDRAWN, LotState.DEFAULTED):
        raise Refused("lot_open", "这辆车已有拍品在公告或已成交，不能重复公告。", status=409)


def facts_of_terms(lot: Lot) -> dict[str, Fact]:
    """What the announcing line tells of a lot."""
    return {
        "lot": lot.id,
        "platform_number": lot.platform_number,
        "round": lot.round.value,
        "reference_fen": lot.reference,
        "start_fen": lot.start,
        "deposit_fen": lot.deposit,
        "announced_on": lot.announced_on.isoformat(),
        "starts_on": local_date(lot.starts_at).isoformat(),
    }


def import_results(actor: Actor, sheet: Media, *, previewed_sha256: str) -> ResultImport:
    """Take in every row of a kept sheet, or none.

    `previewed_sha256`: the file that the page showed; another one is refused (409). So is a
    sheet with any row that cannot be taken, and one that was imported before.
    """
    if sheet.sha256 != previewed_sha256:
        raise Refused(
            "sheet_other", "要导入的文件不是刚才预览的那一个。请重新上传并预览。", status=409
        )
    if reads.find_import(actor, sheet):
        raise Refused("sheet_twice", "这个文件已经导入过，没有重复导入。", status=409)
    rows = _all_or_none(reads.preview(actor, sheet))
    sold = sum(row.outcome is Outcome.SOLD for row in rows)
    imported = ResultImport(
        id=new_id(),
        court_id=actor.organisation_id,
        media_id=sheet.id,
        sha256=sheet.sha256,
        rows=len(rows),
        sold=sold,
        unsold=len(rows) - sold,
        at=clock.now(),
        by_person=actor.person_id,
        by_name=actor.name,
    )
    db.session.add(imported)
    db.session.flush()
    lots = reads.lots_by_number(actor, [row.lot_number for row in rows])
    for row in rows:
        _take_in(lots[row.lot_number], row, imported)
    _tell_import(actor, imported, rows)
    return imported


def _all_or_none(verdicts: Sequence[results.RowVerdict]) -> list[ResultRow]:
    good = [verdict.result for verdict in verdicts if verdict.result is not None]
    if len(good) < len(verdicts):
        raise Refused(
            "rows_refused",
            "有 %(count)d 行不能导入，整个文件都没有导入。请按各行说明改好后重新上传。",
            count=len(verdicts) - len(good),
        )
    return good


def _take_in(lot: Lot, row: ResultRow, imported: ResultImport) -> None:
    state, stage = ENDS[row.outcome]
    step(
        lot,
        state,
        import_id=imported.id,
        ended_at=row.ended_at,
        bidders=row.bidders,
        price=row.price,
        pay_due=row.pay_due,
    )
    if row.outcome is Outcome.SOLD:
        lot.buyer = Buyer(
            lot_id=lot.id, name=row.buyer_name, phone=row.buyer_phone, id_tail=row.buyer_id_tail
        )
    vehicles.advance(lot.vehicle, stage)


def step(lot: Lot, to: LotState, **values: object) -> None:
    """Take the lot's next step, if nobody took another one meanwhile."""
    rules.LOT_STATES.check(lot.state, to)
    moved = changed(
        update(Lot).where(Lot.id == lot.id, Lot.state == lot.state).values(state=to, **values)
    )
    if not moved:
        raise _MOVED_ON


def _tell_import(actor: Actor, imported: ResultImport, rows: Sequence[ResultRow]) -> None:
    """One line for the whole file: its hash, the counts, and each lot's outcome and price."""
    facts: dict[str, Fact] = {
        "media": imported.media_id,
        "sha256": imported.sha256,
        "rows": imported.rows,
        "sold": imported.sold,
        "unsold": imported.unsold,
    }
    private: dict[str, str] = {}
    for row in rows:
        told = f"{row.outcome.value} {row.price or 0} {row.bidders}"
        facts[f"lot.{row.lot_number}"] = told
        if row.buyer_name:
            buyer = {"name": row.buyer_name, "phone": row.buyer_phone, "id": row.buyer_id_tail}
            private |= {f"buyer.{row.lot_number}.{what}": value for what, value in buyer.items()}
    trail.write(
        actor, "sales.import_results", f"import:{imported.id}", facts=facts, private=private
    )


def record_balance(
    actor: Actor, lot: Lot, *, amount_fen: int, received_on: date, voucher_media: str
) -> None:
    """The court has the balance: exactly the price less the deposit (L18 arts 23, 25).

    A late balance is taken and said to be late; whether the buyer defaulted, the court decides.
    """
    if lot.price is None or lot.ended_at is None or lot.pay_due is None:
        raise Refused("not_sold", "这个拍品没有成交，不能登记余款。", status=409)
    rules.LOT_STATES.check(lot.state, LotState.PAID)
    rules.check_balance(amount_fen, lot.price, lot.deposit)
    rules.check_past(received_on, clock.today(), local_date(lot.ended_at), "received_on")
    if not voucher_media:
        raise Refused("no_voucher", "请上传余款到账凭证。", field="voucher")
    step(lot, LotState.PAID, balance_on=received_on, voucher_media=voucher_media)
    facts: dict[str, Fact] = {
        "amount_fen": amount_fen,
        "received_on": received_on.isoformat(),
        "late": received_on > lot.pay_due,
        "voucher": voucher_media,
    }
    _write(actor, "sales.balance", lot, facts)


def record_service(actor: Actor, lot: Lot, *, served_at: datetime, ruling_media: str) -> None:
    """The sale ruling reached the buyer: ownership passes (L18 art 22, LPM art 26).

    The ruling is made after full payment (LPM art 20), so the balance comes first.
    """
    if lot.state is LotState.SOLD:
        raise Refused(
            "balance_first",
            "余款尚未确认到账，裁定应在付清后作出（拍变卖规定第二十条）。请先登记余款到账。",
            status=409,
        )
    rules.LOT_STATES.check(lot.state, LotState.RULED)
    rules.LOT_STATES.check(LotState.RULED, LotState.SERVED)
    assert lot.balance_on is not None
    if served_at > clock.now():
        raise Refused("day_future", "日期晚于今天，请核对。", field="served_at")
    rules.check_past(local_date(served_at), clock.today(), lot.balance_on, "served_at")
    if not ruling_media:
        raise Refused("no_ruling", "请上传送达的成交裁定书（含送达回证）。", field="ruling")
    _serve(lot, served_at, ruling_media)
    vehicles.advance(lot.vehicle, Stage.PAID)
    facts: dict[str, Fact] = {"served_at": served_at.isoformat(), "ruling": ruling_media}
    _write(actor, "sales.serve", lot, facts)


def _serve(lot: Lot, served_at: datetime, ruling_media: str) -> None:
    moved = changed(
        update(Lot)
        .where(Lot.id == lot.id, Lot.state == lot.state)
        .values(state=LotState.SERVED, served_at=served_at, ruling_media=ruling_media)
    )
    if not moved:
        raise _MOVED_ON


def withdraw(lot: Lot) -> None:
    """The court took the lot off before a result (L18 art 28, LPM art 17); part of that act."""
    step(lot, LotState.WITHDRAWN, ended_at=clock.now())
    halted = update(Halt).where(Halt.lot_id == lot.id, Halt.over_at.is_(None))
    db.session.execute(halted.values(over_at=clock.now()))


def deliver(lot: Lot) -> None:
    """The vehicle has left with its buyer; part of the gate's act."""
    step(lot, LotState.DELIVERED)


def _write(actor: Actor, act: str, lot: Lot, facts: Mapping[str, Fact]) -> None:
    trail.write(actor, act, lot.subject, vehicle=lot.vehicle_id, case=lot.case_id, facts=facts)
