"""Issuing the 查验报告 (inspection report) of a gate-in, and keeping what was printed."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.refused import Refused
from station.media import paper_desk
from station.media.door import Kept
from station.people.reads import get_organisation
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.rules import Fact, document_number

from . import reads, reports, rules
from .models import Intake, Report


def issue_report(actor: Actor, intake: Intake) -> Report:
    """Issue the report of a finished gate-in, or a new version of it.

    Refuses (409) before the end, and when nothing that it says has changed.
    """
    before = reads.find_report(intake)
    said = reports.body_of(intake)
    content = reports.digest_of(said)
    finished = intake.finished_at
    rules.check_report(
        finished=finished is not None, same=before is not None and before.content == content
    )
    assert finished is not None
    cover = court.get_cover(actor, intake.vehicle_id, "intake.report")
    version = before.version + 1 if before else 1
    row = Report(
        number=document_number("BG", clock.in_shanghai(finished).date(), intake.id, version),
        intake_id=intake.id,
        version=version,
        content=content,
        at=clock.now(),
        by_name=actor.name,
        sheet_media="",
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "report_twice", "同事刚刚出具了同一份报告，请刷新页面后查看。", status=409
        ) from None
    facts: dict[str, Fact] = {
        "number": row.number,
        "content": content,
        "findings": len(said["findings"]),
        "not_checked": len(said["excused"]),
        "replaces": before.number if before else "",
    }
    trail.write(
        actor,
        "intake.report",
        row.subject,
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=cover.id,
        facts={**facts, **cover.facts},
    )
    return row


def file_report(actor: Actor, intake: Intake, number: str, kept: Kept, line: TrailLine) -> Report:
    """Keep the printed report; its SHA-256 is on the trail. `line`: its issue."""
    report = reads.get_report(intake, number)
    paper = paper_desk.Paper(
        kind=reads.REPORT,
        number=number,
        issuer=get_organisation(intake.station_id).name,
        proves=line,
        vehicle=intake.vehicle_id,
        case=intake.case_id,
        command=line.command,
        replaces=str(line.facts["replaces"]),
    )
    row = paper_desk.file_paper(actor, kept, paper)
    changed(
        update(Report)
        .where(Report.number == number, Report.sheet_media == "")
        .values(sheet_media=row.id)
    )
    return report
