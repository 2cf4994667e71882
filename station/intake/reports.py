"""The 查验报告 (inspection report) as data for its template. Always Chinese.

It says what was seen at the gate and what could not be, with reasons. It grades nothing: it names the
grade of the technical inspection, and before that one is signed says that there is none yet. No
debtor's name stands on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from station.ground import paper
from station.media import reads as media
from station.media.models import Media
from station.trail import documents
from station.trail import reads as trail
from station.trail.models import TrailLine

from . import inspections, reads, rules, sheets
from .findings import DEFECT_WORDS, PANEL_WORDS, SOURCE_WORDS
from .models import Finding, Inspection, Intake, Report
from .rules import Step
from .standard import Section


def make_report(intake: Intake, report: Report, line: TrailLine) -> bytes:
    """The report; `line`: the trail line of its issue."""
    title = rules.DOCUMENTS[reads.REPORT]
    told = documents.foot(title, report.number, line)
    signed = [
        ["查验员", intake.finished_by],
        ["完成时间", documents.show_moment(intake.finished_at)],
        ["报告出具人", report.by_name],
        ["出具时间", documents.show_moment(report.at)],
    ]
    data = {**body_of(intake), "told": told, "signed": signed}
    pictures = {
        f"{row.sha256}.jpg": small
        for row in list_pictures(intake)
        if (small := media.read_thumb(row)) is not None
    }
    return paper.make_pdf("inspection_report", data, at=line.at, pictures=pictures)


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of what a report or a signed inspection says, in canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(dict(body))).hexdigest()


def list_altered(inspection: Inspection) -> list[Section]:
    """Sections whose marks are not those that their last line on the trail was written for: the
    digest is computed anew. Lines from before there was a digest say nothing."""
    found = []
    for section, part in inspections.list_parts(inspection).items():
        line = trail.find_last_line(inspections.part_subject(inspection, section))
        told = line.facts.get("content") if line else None
        if told is not None and told != digest_of(part.marks):
            found.append(section)
    return found


def is_as_signed(inspection: Inspection) -> bool:
    """Whether a signed inspection says what its line was written for; true for one not signed."""
    line = trail.find_last_line(inspection.subject, "intake.inspect_sign")
    told = line.facts.get("content") if line else None
    return told is None or told == digest_of(inspection.grading)


def is_drawn(intake: Intake) -> bool:
    """Whether a worker has drawn the small picture of everything that the report shows."""
    return all(media.find_derivative(row, "thumb") for row in list_pictures(intake))


def body_of(intake: Intake) -> dict[str, Any]:
    """Everything that the report says but its foot and signatures."""
    return {
        "facts": [
            *sheets.facts_of(intake),
            ["入库单编号", intake.number or ""],
            ["评级", _grade(intake)],
        ],
        "graded": _grade(intake) != NO_GRADE,
        "answers": [
            [rules.STEP_WORDS[step], sheets.show_answer(row)]
            for step in Step
            if (row := reads.find_answer(intake, step)) and step is not Step.BELONGINGS
        ],
        "belongings": _belongings(intake),
        "excused": [[item.zh, why] for item, why in reads.list_excused(intake)],
        "findings": [_finding(row) for row in reads.list_findings(intake.vehicle_id)],
        "photos": [
            [rules.VIEW_WORDS[view], row.sha256, _drawn(row)]
            for view, row in reads.gate_photos(intake).items()
        ],
    }


NO_GRADE = "尚未出具"


def _grade(intake: Intake) -> str:
    """What the newest signed inspection of this stay came to, and which one."""
    row = inspections.find_signed(intake.vehicle_id)
    if row is None or row.opened_at < intake.opened_at:
        return NO_GRADE
    return f"{row.grading['name'] or '不作评级'}（{row.number}）"


def _belongings(intake: Intake) -> str:
    if reads.find_answer(intake, Step.BELONGINGS) is None:
        return "未清点，原因见“未能查验的事项”。"
    count = len(reads.list_belongings(intake))
    return f"{count} 项，清单见入库单。" if count else "两人清点，车内没有物品。"


def _finding(row: Finding) -> dict[str, Any]:
    photo = media.get_media(row.media_id)
    return {
        "number": str(row.number),
        "what": DEFECT_WORDS[row.defect],
        "where": PANEL_WORDS[row.panel],
        "size": f"约 {row.size_mm} mm" if row.size_mm else "大小未量",
        "sentence": row.sentence,
        "found": f"{SOURCE_WORDS[row.source]}，{documents.show_moment(row.at)}，{row.by_name}",
        "photo": photo.sha256,
        "drawn": _drawn(photo),
    }


def _drawn(photo: Media) -> bool:
    return media.find_derivative(photo, "thumb") is not None


def list_pictures(intake: Intake) -> list[Media]:
    """Everything that the report shows: the photo set, and a photo of each finding."""
    found = [media.get_media(row.media_id) for row in reads.list_findings(intake.vehicle_id)]
    return [*reads.gate_photos(intake).values(), *found]
