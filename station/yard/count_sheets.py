"""The 盘点表 of an approved stock-take as data for its template. Always Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from station.ground import clock, paper
from station.ground.actors import Actor
from station.intake.sheets import show_plate
from station.media.paper_desk import Draft
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.reads import find_last_line

from . import count_reads, counts, reads, rules
from .count_reads import CountSheet, SheetLine
from .models import Count


def make_sheet(body: Mapping[str, Any], line: TrailLine) -> bytes:
    """The 盘点表; `line`: the trail line of issuing it."""
    told = documents.foot(rules.DOCUMENTS[reads.COUNT_SHEET], str(line.facts["number"]), line)
    return paper.make_pdf("count_sheet", {"told": told, **body}, at=line.at)


def draft_of(actor: Actor, count: Count) -> Draft:
    """What the sheet of an approved stock-take of the actor's station says."""
    approval = find_last_line(count.subject, "yard.count")
    assert approval is not None
    body = body_of(count_reads.get_count_sheet(actor, count.id), approval.hash.hex())
    return Draft(count.subject, "yard.count_sheet", "PB", body)


def body_of(sheet: CountSheet, approval: str) -> dict[str, Any]:
    """Everything that the sheet says but its foot. `approval`: hash of the line that approved it."""
    return {
        "facts": [
            ["服务站", sheet.station],
            ["盘点编号", sheet.number],
            ["开始", documents.show_moment(sheet.opened_at)],
            ["盘毕", documents.show_moment(sheet.closed_at)],
            ["账上", f"{sheet.expected} 辆"],
            ["见到", f"{sheet.seen} 辆"],
        ],
        "classes": _classes(sheet),
        "lines": [_line(number, line) for number, line in enumerate(sheet.lines, 1)],
        "signed": [
            ["盘点人一", sheet.first[0]],
            ["签字时间", documents.show_moment(sheet.first[1])],
            ["盘点人二", sheet.second[0]],
            ["签字时间", documents.show_moment(sheet.second[1])],
            ["确认人", sheet.approved[0]],
            ["确认时间", documents.show_moment(sheet.approved[1])],
        ],
        "approval": approval,
    }


def _classes(sheet: CountSheet) -> list[list[str]]:
    well = sum(not line.codes for line in sheet.lines)
    found = [(counts.FLAW_WORDS[flaw], number) for flaw, number in sheet.flaws.items()]
    return [[word, f"{number} 辆"] for word, number in [("相符", well), *found]]


def _line(number: int, line: SheetLine) -> list[str]:
    return [
        str(number),
        show_plate(line.plate) if line.car else line.plate,
        line.vin[-6:] or "—",
        line.model or "—",
        line.bay or "—",
        line.seen_bay or "—",
        _show_time(line.seen_at),
        "、".join(line.flaws) or "相符",
    ]


def _show_time(moment: datetime | None) -> str:
    if moment is None:
        return "没有见到"
    there = clock.in_shanghai(moment)
    return f"{there.month}月{there.day}日 {there:%H:%M}"
