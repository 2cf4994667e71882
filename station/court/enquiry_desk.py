"""Asking about a vehicle, writing down what was answered, filing the survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.media.models import Media
from station.media.turns import one_at_a_time
from station.people.reads import name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact

from . import enquiries, enquiry_reads, rules
from .enquiries import Answer, EnquiryState, Subject
from .enquiry_models import Enquiry
from .models import Seizure


def ask(actor: Actor, held: Seizure, about: Sequence[str], of: str, due: date) -> list[Enquiry]:
    """Ask one office about one or more subjects; empty `of`: whom one usually asks about each.

    A subject that waits for its reply is refused, and then nothing is asked.
    """
    _begin(held)
    wanted = enquiries.check_ask(about, due, clock.today())
    named = enquiries.check_asked_of(of) if of.strip() else ""
    return [_ask(actor, held, subject, named or subject.of, due) for subject in wanted]


def _ask(actor: Actor, held: Seizure, subject: Subject, of: str, due: date) -> Enquiry:
    if enquiry_reads.find_open(held.vehicle_id, subject.id):
        raise Refused(
            "already_asked",
            "“%(about)s”已经发出协查，正在等回复；收到后请直接登记回复。",
            status=409,
            about=subject.zh,
        )
    row = _row(actor, held, subject, of, due)
    _write(actor, "court.ask", row, {"due": due.isoformat()}, {"of": of})
    return row


def _row(actor: Actor, held: Seizure, subject: Subject, of: str, due: date | None) -> Enquiry:
    row = Enquiry(
        id=new_id(),
        vehicle_id=held.vehicle_id,
        case_id=held.case_id,
        about=subject.id,
        state=EnquiryState.ASKED,
        of=of,
        due=due,
        at=clock.now(),
        by_name=actor.name,
        answered_by="",
        words="",
        files=[],
    )
    db.session.add(row)
    db.session.flush()
    return row


def answer(
    actor: Actor, held: Seizure, about: str, given: Answer, files: Sequence[Media]
) -> Enquiry:
    """Write down what was found out; what was found out without asking needs no enquiry first."""
    _begin(held)
    (subject,) = enquiries.check_ask([about], clock.today(), clock.today())
    enquiries.check_answer(subject, given, len(files), clock.today())
    if any(one.vehicle != held.vehicle_id for one in files):
        raise Refused("report_file_other", "这个文件不是这辆车的，请重新选择。", field="files")
    row = enquiry_reads.find_open(held.vehicle_id, about)
    row = row or _row(actor, held, subject, subject.of, None)
    _settle(actor, row, given, files)
    facts: dict[str, Fact] = {"outcome": given.outcome.value, "files": " ".join(row.files)}
    if given.fen is not None:
        facts["fen"] = given.fen
    if given.until is not None:
        facts["until"] = given.until.isoformat()
    _write(actor, "court.answer", row, facts, {"words": row.words} if row.words else None)
    return row


def _settle(actor: Actor, row: Enquiry, given: Answer, files: Sequence[Media]) -> None:
    settled = changed(
        update(Enquiry)
        .where(Enquiry.id == row.id, Enquiry.state == EnquiryState.ASKED)
        .values(
            state=EnquiryState.ANSWERED,
            answered_at=clock.now(),
            answered_by=actor.name,
            outcome=given.outcome,
            words=given.words.strip(),
            fen=given.fen,
            until=given.until,
            files=[one.id for one in files],
        )
    )
    if not settled:
        refuse_stale(f"enquiry:{row.id}", name_of)
    db.session.refresh(row)


def file_survey(actor: Actor, held: Seizure) -> None:
    """Put the finished survey before the court: every subject settled, each with its answer."""
    _begin(held)
    vehicle = held.vehicle_id
    lines = enquiry_reads.read_survey(vehicle, clock.today())
    standings = {one.subject.id: one.standing for one in lines}
    enquiries.check_filing(standings, enquiry_reads.is_fresh(vehicle))
    trail.write(
        actor,
        "court.file_survey",
        f"survey:{vehicle}",
        vehicle=vehicle,
        case=held.case_id,
        facts={about: standing.value for about, standing in standings.items()},
    )


def _begin(held: Seizure) -> None:
    one_at_a_time("survey", held.vehicle_id)
    if held.vehicle.stage in rules.GONE:
        raise Refused("vehicle_gone", "这辆车已经离站，不能再办理前期调查。", status=409)


def _write(
    actor: Actor,
    act: str,
    row: Enquiry,
    facts: Mapping[str, Fact],
    private: Mapping[str, str] | None,
) -> None:
    trail.write(
        actor,
        act,
        f"enquiry:{row.id}",
        vehicle=row.vehicle_id,
        case=row.case_id,
        facts={"about": row.about, **facts},
        private=private,
    )
