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
from .grading import Flaw, Grading, Line, Mark, Score, grade, worn
from .models import Finding, Inspection, InspectionPart
from .standard import ITEMS, PARTS, Choice, Item, Section, sections_of

GIVEN = {Choice.UNCHECKED: "unchecked", Choice.NOT_APPLICABLE: "not_applicable"}
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


def grading_of(inspection: Inspection) -> Grading:
    """What an inspection came to when it was signed, else what the marks come to now: a finding
    made or taken back later changes nothing that two persons signed."""
    return grade_so_far(inspection) if inspection.signed_at is None else _thawed(inspection.grading)


def reasons_in(inspection: Inspection, choice: Choice) -> dict[int, str]:
    """Items that were not checked, or not applicable, and why; of a signed inspection those that it
    was signed with."""
    if inspection.signed_at is None:
        return _reasons(list_marks(inspection), choice)
    told = inspection.grading[GIVEN[choice]]
    return {number: told[str(number)] for number in sorted(map(int, told))}


def _reasons(marks: Mapping[int, Mark], choice: Choice) -> dict[int, str]:
    """Item → why it was answered so; items that need no reason are left out."""
    given = ((n, mark.reason) for n, mark in sorted(marks.items()) if mark.choice is choice)
    return {number: reason for number, reason in given if reason}


def flaws_of(inspection: Inspection) -> list[tuple[str, str]]:
    """(panel, defect code) of each flaw of the body, as `body_map.draw` takes them."""
    if inspection.signed_at is None:
        return [(row.panel, row.defect.value) for row in reads.list_findings(inspection.vehicle_id)]
    lines = [line for score in grading_of(inspection).scores for line in score.lines]
    return [(str(one.item), _code(one)) for one in lines if ITEMS[one.item].section is Section.BODY]


def _code(line: Line) -> str:
    """The defect code in a notation of the body, e.g. XS in 21XS2."""
    return line.notation.removeprefix(str(line.item))[:-1]


def list_open_sections(inspection: Inspection) -> list[Section]:
    """Sections that nobody saved yet, in the order of the standard."""
    saved = list_parts(inspection)
    return [s for s in sections_of(inspection.vehicle.energy) if s not in saved]


def frozen(marks: Mapping[int, Mark], grading: Grading) -> dict[str, Any]:
    """What was signed: points, grade, deductions, and what was not checked or not applicable and why."""
    return {
        "version": grading.version,
        "total": grading.total,
        "grade": grading.grade,
        "name": grading.name,
        "accident": list(grading.accident),
        "scores": {score.section.value: score.points for score in grading.scores},
        "lines": [asdict(line) for score in grading.scores for line in score.lines],
        "open": list(grading.open),
        **{
            name: {str(number): why for number, why in _reasons(marks, choice).items()}
            for choice, name in GIVEN.items()
        },
    }


def _thawed(told: Mapping[str, Any]) -> Grading:
    """What `frozen` wrote down."""
    lines = [Line(**line) for line in told["lines"]]
    scores = tuple(
        Score(
            section,
            told["scores"][section],
            tuple(line for line in lines if ITEMS[line.item].section is section),
            tuple(number for number in told["open"] if ITEMS[number].section is section),
        )
        for section in Section
        if section in told["scores"]
    )
    accident, total = tuple(told["accident"]), told["total"]
    return Grading(scores, accident, total, told["grade"], told["name"], told["version"])
