"""Opening cases and registering the vehicles seized in them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media.models import Media
from station.trail import desk as trail
from station.vehicles import desk as vehicles
from station.vehicles import reads as vehicle_reads
from station.vehicles.rules import join_hold

from . import case_reads, reads, rules
from .models import Case, Seizure

SEIZURE_DAYS = 730  # CPI 485: at most two years for movables


def open_case(actor: Actor, number: rules.CaseNumber, *, creditor: str, debtor: str) -> Case:
    """Open a case of the actor's court; refuses a number the court has already."""
    text = str(number)
    twice = select(Case).where(Case.court_id == actor.organisation_id, Case.number == text)
    if db.session.scalars(twice).first():
        raise Refused(
            "case_twice",
            "%(number)s 已经登记过，请在案件列表中打开它。",
            field="number",
            status=409,
            number=text,
        )
    row = Case(
        id=new_id(),
        court_id=actor.organisation_id,
        judge_id=actor.person_id,
        number=text,
        creditor=creditor,
        debtor=debtor,
        opened_at=clock.now(),
    )
    db.session.add(row)
    names = {"creditor": creditor, "debtor": debtor}
    trail.write(
        actor,
        "court.open_case",
        f"case:{row.id}",
        case=row.id,
        facts={"number": text},
        private=names,
    )
    return row


def register(actor: Actor, case: Case, identity: vehicles.Identity) -> Seizure:
    """Register a seized vehicle in a case. One already held is joined as a queued seizure,
    and nothing of the other case is told (查扣冻规定 art 26)."""
    vehicle = vehicle_reads.find_by_vin(identity.vin.text) or vehicles.add(identity)
    if db.session.scalars(
        select(Seizure).where(Seizure.case_id == case.id, Seizure.vehicle_id == vehicle.id)
    ).first():
        raise Refused(
            "seized_already", "本案已登记过这辆车，请勿重复登记。", field="vin", status=409
        )
    rank = join_hold(reads.count_seizures(vehicle.id))
    today = clock.today()
    row = Seizure(
        id=new_id(),
        case_id=case.id,
        vehicle_id=vehicle.id,
        rank=rank,
        seized_on=today,
        until=today + timedelta(days=SEIZURE_DAYS),
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "vehicle_moved_on", "这辆车的状态刚刚被别人改变，请刷新页面后再办。", status=409
        ) from None
    if rank == 1:
        vehicles.let_see(vehicle.id, actor.organisation_id)
    facts: dict[str, str | int | bool] = {"rank": rank, "vouched": bool(identity.voucher)}
    if identity.photo:
        facts |= {"vin_photo": identity.photo, "voucher": str(identity.voucher)}
    private = {"vin": vehicle.vin, "plate": vehicle.plate}
    trail.write(
        actor,
        "court.register",
        f"seizure:{row.id}",
        vehicle=vehicle.id if rank == 1 else "",
        case=case.id,
        facts=facts,
        private=private,
    )
    return row


def import_cases(actor: Actor, sheet: Media, *, previewed_sha256: str) -> list[Case]:
    """Open every case and register every vehicle of a kept sheet, or none; each with its own line.

    `previewed_sha256`: the file that the page showed; another one is refused (409), and so is a sheet
    with any row that cannot be taken.
    """
    if sheet.sha256 != previewed_sha256:
        raise Refused(
            "sheet_other", "要导入的文件不是刚才预览的那一个。请重新上传并预览。", status=409
        )
    verdicts = case_reads.preview(actor, sheet)
    rows = [one.row for one in verdicts if one.row is not None]
    if len(rows) < len(verdicts):
        raise Refused(
            "rows_refused",
            "有 %(count)d 行不能导入，整个文件都没有导入。请按各行说明改好后重新上传。",
            count=len(verdicts) - len(rows),
        )
    cases: dict[str, Case] = {}
    for row in rows:
        number = str(row.number)
        if number not in cases:
            cases[number] = case_reads.find_case(actor, number) or open_case(
                actor, row.number, creditor=row.creditor, debtor=row.debtor
            )
        register(actor, cases[number], row.identity)
    trail.write(
        actor,
        "court.import_cases",
        f"media:{sheet.id}",
        facts={"sha256": sheet.sha256, "rows": len(rows), "cases": len(cases)},
    )
    return list(cases.values())
