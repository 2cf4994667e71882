"""The gate-in of a vehicle: what is recorded screen by screen, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.refused import Refused
from station.ground.words import N_
from station.media import desk as media
from station.media import paper_desk
from station.media.door import Kept
from station.media.labels import Purpose
from station.media.models import Media
from station.notices import desk as notices
from station.people.models import Person
from station.people.reads import get_organisation, name_of
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.reads import refuse_stale
from station.trail.rules import Fact, document_number
from station.vehicles import desk as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import holdings, reads, rules, thing_desk, thing_reads
from .holdings import Answer, Belongings, Keys, Papers, Readings, Seal
from .models import AnswerRow, Belonging, Intake, ReasonRow
from .rules import Step
from .things import ThingKind, number_keys
from .things import check_number as check_thing_number

VALUABLES_FOUND = N_("入库清点发现车内有现金或贵重物品，已装袋封存。请登录系统查看清单。")


def save_readings(actor: Actor, intake: Intake, typed: Readings, version: int) -> None:
    """Write down what the instrument panel shows; what is left out needs a reason."""
    numbers = {code: value for code, value in asdict(typed).items() if value is not None}
    for code, value in numbers.items():
        rules.check_number(code, value)
    if not numbers:
        raise Refused(
            "readings_empty",
            "请至少填一项读数；仪表不亮时，请点“有事项无法查验”并选原因。",
            field="odometer",
        )
    _save(actor, intake, Step.READINGS, typed, version, numbers)


def save_keys(actor: Actor, intake: Intake, typed: Keys, version: int) -> None:
    """Write down how many keys came with the vehicle; none is an answer."""
    rules.check_number("keys", typed.count)
    used = thing_reads.list_tags(intake.station_id, ThingKind.KEY)
    number_keys(typed.count, typed.tags, used)
    _save(actor, intake, Step.KEYS, typed, version, {"count": typed.count, "tags": typed.tags})


def save_papers(actor: Actor, intake: Intake, typed: Papers, version: int) -> None:
    """Write down which papers came with the vehicle; none is an answer."""
    holdings.check_papers(typed)
    _save(
        actor,
        intake,
        Step.PAPERS,
        typed,
        version,
        {"listed": len(typed.there), "there": " ".join(typed.there)},
    )


def save_seal(actor: Actor, intake: Intake, typed: Seal, version: int) -> None:
    """Write down the seal's number once its photo is there, or is excused."""
    holdings.check_seal(typed)
    _check_unused(intake, ThingKind.SEAL, typed.number)
    photo = reads.find_seal_photo(intake)
    if photo is None and "seal_photo" not in reads.list_reasons(intake):
        raise Refused(
            "seal_photo_first", "请先拍下贴好的封条，再填写编号；无法拍照时写明原因。", status=409
        )
    facts: dict[str, Fact] = {"number": typed.number, "photo": photo.id if photo else ""}
    _save(actor, intake, Step.SEAL, typed, version, facts)


def save_belongings(
    actor: Actor, intake: Intake, typed: Belongings, version: int, second: Person
) -> None:
    """Write down what lies in the vehicle, as two persons counted it."""
    rules.check_counters((actor.person_id, second.id))
    holdings.check_items(typed, has_picture=reads.has_things_picture(intake))
    for bag in holdings.bags_of(typed.items):
        _check_unused(intake, ThingKind.BAG, bag)
    db.session.execute(delete(Belonging).where(Belonging.intake_id == intake.id))
    db.session.add_all(
        Belonging(
            intake_id=intake.id,
            number=number,
            station_id=intake.station_id,
            kind=item.kind,
            what=item.what,
            bag=item.bag,
        )
        for number, item in enumerate(typed.items, 1)
    )
    kinds = [item.kind for item in typed.items]
    facts: dict[str, Fact] = {f"{kind}s": kinds.count(kind) for kind in holdings.ItemKind}
    video = reads.find_things_video(intake)
    facts |= {"persons": 2, "second": second.id, "video": video.id if video else ""}
    facts["bags"] = " ".join(holdings.bags_of(typed.items))
    told = "；".join(f"{item.kind}：{item.what}" for item in typed.items)
    if facts["valuables"]:
        _tell_judge(intake)
    _save(actor, intake, Step.BELONGINGS, typed, version, facts, second, {"items": told})


def _check_unused(intake: Intake, kind: ThingKind, number: str) -> None:
    """A seal or a bag has its number once in a station; nobody else takes it until this act ends."""
    media.one_at_a_time("things", intake.station_id)
    used = thing_reads.is_number_used(
        intake.station_id, kind, number, other_than=intake.vehicle_id, intake_id=intake.id
    )
    check_thing_number(kind, number, taken=used)


def _tell_judge(intake: Intake) -> None:
    """Cash and valuables are told at once; what and how much stays behind the sign-in."""
    case = intake.command.case
    notices.enqueue(
        case.court_id,
        addressee=name_of(case.judge_id),
        text=VALUABLES_FOUND,
        subject=f"vehicle:{intake.vehicle_id}",
    )


def _save(
    actor: Actor,
    intake: Intake,
    step: Step,
    typed: Answer,
    version: int,
    facts: Mapping[str, Fact],
    second: Person | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    """One screen's record and its line. `version`: how often it had been saved on the page."""
    act = f"intake.{step}"
    cover = _may_work(actor, intake, act)
    value: dict[str, Any] = {} if step is Step.BELONGINGS else asdict(typed)
    values = {
        "value": value,
        "version": version + 1,
        "by_person": actor.person_id,
        "by_name": actor.name,
        "second_person": second.id if second else "",
        "second_name": second.name if second else "",
        "at": clock.now(),
    }
    if not _store(intake, step, version, values):
        refuse_stale(reads.answer_subject(intake, step), name_of)
    trail.write(
        actor,
        act,
        reads.answer_subject(intake, step),
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
        private=private,
    )


def _store(intake: Intake, step: Step, version: int, values: Mapping[str, Any]) -> bool:
    if version:
        return bool(
            changed(
                update(AnswerRow)
                .where(
                    AnswerRow.intake_id == intake.id,
                    AnswerRow.step == step,
                    AnswerRow.version == version,
                )
                .values(**values)
            )
        )
    added = db.session.execute(
        insert(AnswerRow)
        .values(intake_id=intake.id, step=step, **values)
        .on_conflict_do_nothing()
        .returning(AnswerRow.version)
    ).scalar()
    return added is not None


def check_open(intake: Intake) -> None:
    """Raise `Refused` (409) when the gate-in has ended."""
    if intake.finished_at is not None:
        raise Refused(
            "intake_finished",
            "入库查验已完成，记录不能再改。发现新情况请登记缺陷，或报告站长。",
            status=409,
        )


def _may_work(actor: Actor, intake: Intake, act: str) -> court.Cover:
    """What covers the act; refuses on a finished record and at another station."""
    if intake.station_id != actor.organisation_id:
        raise Refused("intake_elsewhere", "这辆车由别的服务站查验，本站不能填写。", status=409)
    check_open(intake)
    return court.get_cover(actor, intake.vehicle_id, act)


def excuse(actor: Actor, intake: Intake, item: str, text: str) -> None:
    """Write why one item cannot be recorded; it is shown as not checked from now on."""
    reason = rules.check_reason(reads.get_record(intake), item, text)
    cover = _may_work(actor, intake, "intake.excuse")
    values = {"text": reason, "by_name": actor.name, "at": clock.now()}
    db.session.execute(
        insert(ReasonRow)
        .values(intake_id=intake.id, item=item, **values)
        .on_conflict_do_update(index_elements=["intake_id", "item"], set_=values)
    )
    trail.write(
        actor,
        "intake.excuse",
        intake.subject,
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=cover.id,
        facts={
            "item": rules.step_of(item).value,
            "code": item,
            **cover.facts,
        },
        private={"reason": reason},
    )


def finish(actor: Actor, intake: Intake) -> TrailLine:
    """End the gate-in: the vehicle may have a bay now. Refuses naming everything missing."""
    cover = _may_work(actor, intake, "intake.finish")
    record = reads.get_record(intake)
    rules.check_ready_for_bay(record)
    now = clock.now()
    number = document_number("RK", clock.in_shanghai(now).date(), intake.id)
    done = changed(
        update(Intake)
        .where(Intake.id == intake.id, Intake.finished_at.is_(None))
        .values(finished_at=now, finished_by=actor.name, number=number)
    )
    if not done:
        refuse_stale(intake.subject, name_of)
    held = thing_desk.take_over(actor, intake, reads.list_found(intake))
    vehicles.advance(intake.vehicle, Stage.TAKEN_IN)
    facts: dict[str, Fact] = {
        "number": number,
        "photos": len(record.views),
        "not_checked": " ".join(item.code for item in rules.not_checked(record)),
    }
    if record.odometer_km is not None:
        facts["odometer_km"] = record.odometer_km
    return trail.write(
        actor,
        "intake.finish",
        intake.subject,
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=cover.id,
        facts={**facts, **held, **cover.facts},
    )


def file_sheet(actor: Actor, intake: Intake, kept: Kept, line: TrailLine) -> Media:
    """Keep the printed sheet; its SHA-256 is on the trail and it is served ever after. `line`: the
    end of the gate-in."""
    paper = paper_desk.Paper(
        kind=reads.SHEET,
        number=intake.number or "",
        issuer=get_organisation(intake.station_id).name,
        proves=line,
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=intake.command_id,
    )
    row = paper_desk.file_paper(actor, kept, paper)
    changed(
        update(Intake)
        .where(Intake.id == intake.id, Intake.sheet_media == "")
        .values(sheet_media=row.id)
    )
    return row


def print_label(actor: Actor, vehicle: Vehicle) -> str:
    """A new label for the windscreen, the old one is void; the text of its QR."""
    cover = court.get_cover(actor, vehicle.id, "media.issue_code")
    return media.issue_code(
        actor,
        Purpose.VEHICLE,
        f"vehicle:{vehicle.id}",
        vehicle=vehicle.id,
        command=cover.id,
    )
