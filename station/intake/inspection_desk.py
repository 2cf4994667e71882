"""Inspecting a vehicle to the standard: begun, marked section by section, signed by two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from station.court import reads as court
from station.court.models import Command
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.people.models import Person
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.reads import refuse_stale
from station.trail.rules import Fact, document_number
from station.vehicles.models import Vehicle

from . import inspections, reads
from .grading import Mark, check_frame, check_mark
from .models import Inspection, InspectionPart
from .reports import digest_of, list_altered
from .standard import ITEMS, PARTS, VERSION, Choice, Section, sections_of


def begin(actor: Actor, vehicle: Vehicle) -> Inspection:
    """Begin an inspection; refuses while another of this vehicle at this station is not signed."""
    command = court.get_covering(actor, vehicle.id, "intake.inspect_begin")
    added: Inspection | None = db.session.scalar(
        insert(Inspection)
        .values(
            id=new_id(),
            vehicle_id=vehicle.id,
            command_id=command.id,
            case_id=command.case_id,
            station_id=actor.organisation_id,
            table_version=VERSION,
            opened_at=clock.now(),
            by_person=actor.person_id,
            by_name=actor.name,
            second_person="",
            second_name="",
            grading={},
        )
        .on_conflict_do_nothing()
        .returning(Inspection)
    )
    if added is None:
        raise Refused(
            "inspection_open", "这辆车已有一份未签署的技术查验，请接着填写那一份。", status=409
        )
    _write(actor, "intake.inspect_begin", added, command, {"table": VERSION})
    return added


def save_part(
    actor: Actor,
    inspection: Inspection,
    section: Section,
    marks: Mapping[int, Mark],
    version: int,
) -> None:
    """Write down one section, every item of it. `version`: how often it had been saved."""
    command = _may_mark(actor, inspection, "intake.inspect")
    energy = inspection.vehicle.energy
    if section not in sections_of(energy) or set(marks) != set(_numbers(section)):
        raise Refused("inspection_item", "查验表中没有这一项，请刷新页面。", field="item")
    seen = inspections.with_flaws(marks, reads.list_findings(inspection.vehicle_id))
    for number, mark in marks.items():
        flawed = section is Section.BODY and seen[number].flaws
        check_mark(number, seen[number] if flawed else mark, energy)
        check_frame(number, mark, inspection.vehicle.kind)
    values: dict[str, Any] = {
        "marks": {str(number): inspections.as_value(mark) for number, mark in marks.items()},
        "version": version + 1,
        "by_person": actor.person_id,
        "by_name": actor.name,
        "at": clock.now(),
    }
    subject = inspections.part_subject(inspection, section)
    if not _store(inspection, section, version, values):
        refuse_stale(subject, name_of)
    facts = _facts(section, marks) | {"content": digest_of(values["marks"])}
    _write(actor, "intake.inspect", inspection, command, facts, subject)


def sign(actor: Actor, inspection: Inspection, second: Person) -> TrailLine:
    """Two persons sign; what it comes to is fixed from now on.

    Refuses while a section was not saved, or a flaw of the body has no size.
    """
    command = _may_mark(actor, inspection, "intake.inspect_sign")
    _check_whole(inspection)
    now = clock.now()
    marks = inspections.list_marks(inspection)
    grading = inspections.grade_so_far(inspection)
    told = inspections.frozen(marks, grading)
    number = document_number("CY", clock.in_shanghai(now).date(), inspection.id)
    done = changed(
        update(Inspection)
        .where(Inspection.id == inspection.id, Inspection.signed_at.is_(None))
        .values(
            signed_at=now,
            by_person=actor.person_id,
            by_name=actor.name,
            second_person=second.id,
            second_name=second.name,
            number=number,
            grading=told,
        )
    )
    if not done:
        refuse_stale(inspection.subject, name_of)
    facts: dict[str, Fact] = {
        "number": number,
        "second": second.id,
        "table": grading.version,
        "content": digest_of(told),
        "accident": " ".join(grading.accident),
        "deductions": " ".join(line.notation for s in grading.scores for line in s.lines),
        **{
            name: " ".join(str(n) for n, mark in sorted(marks.items()) if mark.choice is choice)
            for choice, name in inspections.GIVEN.items()
        },
    }
    if grading.grade is not None and grading.total is not None:
        facts |= {"grade": grading.grade, "total": f"{grading.total / 100:.2f}"}
    return _write(actor, "intake.inspect_sign", inspection, command, facts)


def _numbers(section: Section) -> list[int]:
    return [item.number for item in PARTS[section].items]


def _facts(section: Section, marks: Mapping[int, Mark]) -> dict[str, Fact]:
    by_choice: dict[Choice, list[str]] = {choice: [] for choice in Choice}
    for number, mark in sorted(marks.items()):
        by_choice[mark.choice].append(f"{number}{''.join(mark.codes)}")
    facts: dict[str, Fact] = {
        "section": section.value,
        "sound": len(by_choice[Choice.SOUND]),
        "slight": " ".join(by_choice[Choice.SLIGHT]),
        "severe": " ".join(by_choice[Choice.SEVERE]),
        "not_applicable": " ".join(by_choice[Choice.NOT_APPLICABLE]),
        "unchecked": " ".join(by_choice[Choice.UNCHECKED]),
    }
    values = [(n, mark.value) for n, mark in marks.items() if mark.value is not None]
    facts |= {f"item_{n}": value for n, value in values if ITEMS[n].measured}
    return facts


def _check_whole(inspection: Inspection) -> None:
    left = [PARTS[section].zh for section in inspections.list_open_sections(inspection)]
    if left:
        raise Refused(
            "inspection_incomplete",
            "还不能签署，因为“%(missing)s”还没有填写。不能检查的项目请选“未检”并写明原因。",
            status=409,
            missing="、".join(left),
        )
    altered = [PARTS[section].zh for section in list_altered(inspection)]
    if altered:
        raise Refused(
            "inspection_altered",
            "不能签署：“%(parts)s”现在的内容与留痕不符，可能被改动过。请报告站长，并重新查验这些部分。",
            status=409,
            parts="、".join(altered),
        )
    unmeasured = inspections.list_unmeasured(inspection.vehicle_id)
    if unmeasured:
        raise Refused(
            "inspection_unmeasured",
            "还不能签署，因为第 %(numbers)s 号缺陷没有量大小，无法判定程度。请量好后重新登记。",
            status=409,
            numbers="、".join(str(row.number) for row in unmeasured),
        )


def _may_mark(actor: Actor, inspection: Inspection, act: str) -> Command:
    """The covering command; refuses on a signed inspection and at another station.

    Until this act ends nobody else marks or signs: what is signed is what was marked.
    """
    db.session.refresh(inspection, with_for_update={"of": Inspection})
    if inspection.station_id != actor.organisation_id:
        raise Refused("intake_elsewhere", "这辆车由别的服务站查验，本站不能填写。", status=409)
    if inspection.signed_at is not None:
        raise Refused(
            "inspection_signed", "技术查验已签署，不能再改；情况有变请重新查验一次。", status=409
        )
    return court.get_covering(actor, inspection.vehicle_id, act)


def _store(
    inspection: Inspection, section: Section, version: int, values: Mapping[str, object]
) -> bool:
    if version:
        return bool(
            changed(
                update(InspectionPart)
                .where(
                    InspectionPart.inspection_id == inspection.id,
                    InspectionPart.section == section,
                    InspectionPart.version == version,
                )
                .values(**values)
            )
        )
    return bool(
        db.session.scalar(
            insert(InspectionPart)
            .values(inspection_id=inspection.id, section=section, **values)
            .on_conflict_do_nothing()
            .returning(InspectionPart.version)
        )
    )


def _write(
    actor: Actor,
    act: str,
    inspection: Inspection,
    command: Command,
    facts: Mapping[str, Fact],
    subject: str = "",
) -> TrailLine:
    return trail.write(
        actor,
        act,
        subject or inspection.subject,
        vehicle=inspection.vehicle_id,
        case=inspection.case_id,
        command=command.id,
        facts=facts,
    )
