"""Questions about inspections to the standard, and what is marked in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.words import N_
from station.vehicles import reads as vehicles

from . import reads
from .grading import Flaw, Grading, Mark, grade, worn
from .models import Finding, Inspection, InspectionPart
from .standard import ITEMS, PARTS, Choice, Item, Section, sections_of

TAKEN_BACK = N_("缺陷登记已撤销，须重新查看")


def list_inspections(vehicle_id: str) -> Sequence[Inspection]:
    """Every inspection of a vehicle, the newest first."""
    return db.session.scalars(
        select(Inspection)
        .where(Inspection.vehicle_id == vehicle_id)
        .order_by(Inspection.opened_at.desc())
    ).all()


def find_signed(vehicle_id: str) -> Inspection | None:
    """The newest inspection that two persons signed: what pages and papers go by."""
    return next((row for row in list_inspections(vehicle_id) if row.signed_at), None)


def list_unchecked(vehicle_id: str) -> list[tuple[Item, str]]:
    """Items that the newest signed inspection says were not checked, and why."""
    row = find_signed(vehicle_id)
    told = row.grading["unchecked"] if row else {}
    return [(ITEMS[int(number)], why) for number, why in told.items()]


def get_inspection(actor: Actor, inspection_id: str) -> Inspection:
    """One inspection of a vehicle that the actor may see; else 404."""
    row = db.session.get(Inspection, inspection_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    inspection: Inspection = get_or_404(row if mine else None, "这份技术查验")
    return inspection


def list_parts(inspection: Inspection) -> dict[Section, InspectionPart]:
    """What has been saved, by section."""
    rows = db.session.scalars(
        select(InspectionPart).where(InspectionPart.inspection_id == inspection.id)
    )
    return {row.section: row for row in rows}


def part_subject(inspection: Inspection, section: Section) -> str:
    """Name of one section's record on the trail."""
    return f"{inspection.subject}:{section}"


def as_value(mark: Mark) -> dict[str, Any]:
    """A mark as its row keeps it."""
    value = asdict(mark)
    del value["flaws"]
    return value


def list_marks(inspection: Inspection) -> dict[int, Mark]:
    """Every mark so far; the flaws of the body are the vehicle's findings."""
    saved = list_parts(inspection).values()
    marks = {int(number): _mark(value) for part in saved for number, value in part.marks.items()}
    return with_flaws(marks, reads.list_findings(inspection.vehicle_id))


def _mark(value: Mapping[str, Any]) -> Mark:
    return Mark(**{**value, "choice": Choice(value["choice"]), "codes": tuple(value["codes"])})


def with_flaws(marks: Mapping[int, Mark], findings: Iterable[Finding]) -> dict[int, Mark]:
    """Marks of the body as the findings have them: each is a flaw of its panel; a panel that was
    marked for a finding taken back since is to be looked at again."""
    flaws: dict[int, list[Flaw]] = {}
    for row in findings:
        if row.panel.isdecimal() and row.size_mm:
            flaw = Flaw(row.defect.value, row.size_mm, row.across_mm)
            flaws.setdefault(int(row.panel), []).append(flaw)
    told = dict(marks)
    for item in PARTS[Section.BODY].items:
        mark = told.get(item.number, Mark(Choice.SOUND))
        if some := flaws.get(item.number):
            told[item.number] = replace(mark, choice=Choice.SEVERE, reason="", flaws=tuple(some))
        elif mark.choice is Choice.SEVERE and not worn(mark.tread_mm):
            told[item.number] = Mark(Choice.UNCHECKED, reason=TAKEN_BACK)
    return told


def list_unmeasured(vehicle_id: str) -> list[Finding]:
    """Findings of the body without a size: no degree can be given to them."""
    return [
        row
        for row in reads.list_findings(vehicle_id)
        if row.panel.isdecimal() and row.size_mm is None
    ]


def grade_so_far(inspection: Inspection) -> Grading:
    """What the marks come to now."""
    return grade(list_marks(inspection), inspection.vehicle.energy)


def list_open_sections(inspection: Inspection) -> list[Section]:
    """Sections that nobody saved yet, in the order of the standard."""
    saved = list_parts(inspection)
    return [s for s in sections_of(inspection.vehicle.energy) if s not in saved]


def frozen(marks: Mapping[int, Mark], grading: Grading) -> dict[str, Any]:
    """What was signed: points, grade, deductions, and what was not checked and why."""
    return {
        "version": grading.version,
        "total": grading.total,
        "grade": grading.grade,
        "name": grading.name,
        "accident": list(grading.accident),
        "scores": {score.section.value: score.points for score in grading.scores},
        "lines": [asdict(line) for score in grading.scores for line in score.lines],
        "unchecked": {
            str(number): mark.reason
            for number, mark in sorted(marks.items())
            if mark.choice is Choice.UNCHECKED
        },
    }
