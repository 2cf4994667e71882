"""Placing and moving vehicles, and writing down care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from station.court import desk as court
from station.court import reads as court_reads
from station.court.reads import Cover
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.intake import reads as intake
from station.intake.rules import check_ready_for_bay
from station.media import desk as media
from station.media import reads as media_reads
from station.media.labels import Purpose
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import mileage_reads, permits, reads, rules
from .mileage import Odd, odd_care
from .models import Bay, Care, FollowUp, Stay
from .rules import CareTask, Reading


def print_sign(actor: Actor, bay: Bay) -> str:
    """A new sign for a bay, the old one is void; the text of its QR."""
    return media.issue_code(actor, Purpose.BAY, bay.subject)


def put(
    actor: Actor,
    vehicle: Vehicle,
    bay: Bay,
    *,
    by_label: bool,
    seen_in: str | None = None,
    undoes: str = "",
) -> Stay:
    """Put a vehicle into a bay: its first (`yard.place`) or another (`yard.move`).

    `by_label`: both were scanned, not typed. `seen_in`: id of the bay in which the device believed
    it ('' for none); None when it was not asked. `undoes`: the stay that this takes back. Refuses without a finished gate-in, naming what is missing, an occupied
    bay, the bay it stands in already, and a car that somebody else moved meanwhile.
    """
    before = reads.find_stay(vehicle.id)
    _check_seen(bay, before, seen_in)
    name = "yard.move" if before else "yard.place"
    cover = court_reads.get_cover(actor, vehicle.id, name)
    _check_station(actor, bay, before)
    if before is None:
        _check_taken_in(vehicle)
    _check_free(bay, vehicle)
    row = _stand(actor, vehicle, bay, before)
    if before is None:
        vehicles.advance(vehicle, Stage.STORED)
        if cover.command is not None and cover.command.kind is CommandKind.TOW_IN:
            court.close(cover.command)
    facts: dict[str, Fact] = {"bay": bay.code, "by_label": by_label}
    if before is not None:
        facts["from"] = before.bay.code
    if undoes:
        facts["undoes"] = undoes
    _write(actor, name, f"stay:{row.id}", vehicle.id, cover, facts)
    return row


def undo(actor: Actor, stay: Stay) -> Stay:
    """Take a move back, by another move into the bay before: nothing on the trail is erased."""
    before = reads.find_stay_before(stay)
    if before is None:
        raise Refused(
            "no_bay_before",
            "这是这辆车在本站的第一个库位，没有原库位可退。放错了，请扫它实际所在的库位。",
            status=409,
        )
    if stay.until is not None:
        raise _moved_on()
    vehicle = stay.vehicle
    return put(actor, vehicle, before.bay, by_label=False, seen_in=stay.bay_id, undoes=stay.id)


def _check_seen(bay: Bay, before: Stay | None, seen_in: str | None) -> None:
    """Refuse a move of a car that does not stand where the device saw it any more."""
    there = before.bay_id if before else ""
    if seen_in is None or there in (seen_in, bay.id):
        return
    raise Refused(
        "moved_meanwhile",
        "您扫描之前，同事已把这辆车移到 %(now)s。请核对实车：确实要移到 %(bay)s，就再扫一次。",
        status=409,
        now=before.bay.code if before else "",
        bay=bay.code,
    )


def _check_station(actor: Actor, bay: Bay, before: Stay | None) -> None:
    elsewhere = before is not None and before.bay.station_id != actor.organisation_id
    if bay.station_id != actor.organisation_id or elsewhere:
        raise Refused("bay_elsewhere", "这辆车或这个库位属于别的服务站，请重新扫描。", status=409)


def _check_taken_in(vehicle: Vehicle) -> None:
    if vehicle.stage is Stage.TAKEN_IN:
        return
    row = intake.find_intake(vehicle.id)
    if row is not None and row.finished_at is None:
        check_ready_for_bay(intake.get_record(row))
    raise Refused(
        "not_taken_in",
        "这辆车还没有完成入库查验，不能分配库位。请先完成查验。",
        status=409,
        field="car",
    )


def _check_free(bay: Bay, vehicle: Vehicle) -> None:
    there = reads.find_in_bay(bay.id)
    if there is None:
        return
    if there.vehicle_id == vehicle.id:
        raise Refused("already_there", "这辆车已经在 %(bay)s，无需移位。", status=409, bay=bay.code)
    raise Refused(
        "bay_occupied",
        "%(bay)s 已停有 %(car)s，一个库位只能停一辆车。请核对实车，或另选库位。",
        status=409,
        field="bay",
        bay=bay.code,
        car=there.vehicle.plate or there.vehicle.vin[-6:],
    )


def _stand(actor: Actor, vehicle: Vehicle, bay: Bay, before: Stay | None) -> Stay:
    now = clock.now()
    if before is not None and not _end(before.id):
        raise _moved_on()
    row = Stay(
        id=new_id(),
        bay_id=bay.id,
        vehicle_id=vehicle.id,
        stored_since=before.stored_since if before else now,
        since=now,
        until=None,
        seen_at=now,
        by_name=actor.name,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise _moved_on() from None
    return row


def _end(stay_id: str) -> bool:
    return bool(
        changed(
            update(Stay).where(Stay.id == stay_id, Stay.until.is_(None)).values(until=clock.now())
        )
    )


def _moved_on() -> Refused:
    return Refused(
        "bay_just_taken", "同事刚刚移动了这辆车或占用了这个库位。请刷新后重新扫描。", status=409
    )


def leave(vehicle_id: str) -> str:
    """The vehicle leaves its bay, as part of another room's act; the bay's code, or empty."""
    stay = reads.find_stay(vehicle_id)
    if stay is None or not _end(stay.id):
        return ""
    return stay.bay.code


# --- care


@dataclass(frozen=True)
class Done:
    """A task as done: its reading (None when the task takes none), photo and note."""

    task: CareTask
    value: int | None
    media_id: str
    note: str = ""


def judge(done: Done) -> Reading | None:
    """The judged reading. Raises `Refused` when it is asked for and missing, or impossible."""
    if not done.task.reading:
        return None
    if done.value is None:
        raise Refused(
            "reading_missing",
            "请填写“%(reading)s”的读数。",
            field=f"value_{done.task.id}",
            reading=rules.READING_WORDS[done.task.reading],
        )
    return rules.judge_reading(done.task.reading, done.value)


def care(
    actor: Actor,
    vehicle: Vehicle,
    done: Done,
    *,
    seen_by: str,
) -> Care:
    """Write down a task of the plan, done on the vehicle where it stands.

    `seen_by`: how the keeper showed to stand before it: ``label``, ``bay`` or ``typed``. A
    reading out of range opens a follow-up and is told to the court; a good one closes it.
    """
    stay = reads.find_stay(vehicle.id)
    if stay is None or stay.bay.station_id != actor.organisation_id:
        raise Refused("care_not_here", "这辆车不在本站库位上，不能登记养护。", status=409)
    if done.task.running:
        permits.get_leave(actor, vehicle.id)
    rules.check_task(done.task, reads.as_stored(vehicle))
    reading = judge(done)
    if media_reads.get_media(done.media_id).vehicle != vehicle.id:
        raise Refused("care_photo_other", "这张照片不是这辆车的，请重新拍摄。", field="photo")
    cover = _cover(actor, vehicle, done.task)
    odd = _odd(actor, stay, seen_by, actor.claimed or clock.now())
    row = Care(
        id=new_id(),
        vehicle_id=vehicle.id,
        bay_id=stay.bay_id,
        command_id=cover.command.id if cover.command else None,
        task=done.task.id,
        reading=done.task.reading,
        value=done.value if reading else None,
        state=reading.state if reading else None,
        media_id=done.media_id,
        note=done.note,
        by_person=actor.person_id,
        by_name=actor.name,
        at=clock.now(),
        seen_by=seen_by,
        odd=odd or "",
    )
    db.session.add(row)
    db.session.flush()
    changed(update(Stay).where(Stay.id == stay.id).values(seen_at=row.at))
    facts: dict[str, Fact] = {"task": row.task, "bay": stay.bay.code, "seen_by": seen_by}
    facts |= {"photo": row.media_id, **_settle(row, reading)}
    if odd is not None:
        facts["odd"] = odd.value
    name = permits.ENGINE if done.task.running else "yard.care"
    _write(actor, name, row.subject, vehicle.id, cover, facts)
    return row


def _cover(actor: Actor, vehicle: Vehicle, task: CareTask) -> Cover:
    """What lets the task happen: an engine is started by its own command alone, the first start
    of which is what that command asked for."""
    if not task.running:
        return court_reads.get_cover(actor, vehicle.id, "yard.care")
    leave = permits.get_leave(actor, vehicle.id)
    court.close(leave)
    return Cover(leave.id, leave.case, leave, {})


def _odd(actor: Actor, stay: Stay, seen_by: str, at: datetime) -> Odd | None:
    boxes = mileage_reads.draw_boxes(actor)
    last = mileage_reads.find_last_care(actor, stay.vehicle_id, boxes)
    return odd_care(seen_by, at, boxes[stay.bay_id].middle, last)


def _settle(row: Care, reading: Reading | None) -> dict[str, Fact]:
    """Close the follow-up that this care answers, and open one that its reading asks for."""
    changed(
        update(FollowUp)
        .where(
            FollowUp.vehicle_id == row.vehicle_id,
            FollowUp.task == row.task,
            FollowUp.closed_by.is_(None),
        )
        .values(closed_by=row.id)
    )
    if reading is None:
        return {}
    facts: dict[str, Fact] = {"reading": reading.code, "value": reading.value}
    facts |= {"state": reading.state.value, "in_range": reading.in_range}
    due = rules.follow_up_on(reading, clock.today())
    if due is not None:
        follow_up = FollowUp(
            opened_by=row.id, vehicle_id=row.vehicle_id, task=row.task, due=due, closed_by=None
        )
        db.session.add(follow_up)
        facts["again_by"] = due.isoformat()
    return facts


def _write(
    actor: Actor,
    act: str,
    subject: str,
    vehicle: str,
    cover: Cover,
    facts: dict[str, Fact],
) -> None:
    trail.write(
        actor,
        act,
        subject,
        vehicle=vehicle,
        case=cover.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
    )
