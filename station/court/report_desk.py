"""The second half of a command's life: in hand, reported with evidence, approved or returned."""

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
from station.people.reads import name_of
from station.people.rules import Role
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact

from . import report_reads, reports, rules
from .models import Command
from .report_models import Report
from .reports import ReportState
from .rules import CommandState


def take_up(actor: Actor, command: Command) -> None:
    """Somebody begins with it; the court sees that it is in hand, and whose."""
    check_addressee(actor, command)
    _step(command, CommandState.IN_HAND)
    _write(actor, "court.take_up", command)


def report(actor: Actor, command: Command, words: str, files: Sequence[Media]) -> Report:
    """Put what was done before the judge. Evidence belongs to this vehicle or case."""
    check_addressee(actor, command)
    reports.check_report(command.kind, words, [one.mime for one in files])
    if any(one.vehicle != command.vehicle_id for one in files):
        raise Refused("report_file_other", "这个文件不是这辆车的，请重新选择。", field="files")
    _step(command, CommandState.REPORTED)
    row = Report(
        id=new_id(),
        command_id=command.id,
        state=ReportState.REPORTED,
        words=words.strip(),
        files=[one.id for one in files],
        by_name=actor.name,
        at=clock.now(),
        decided_by="",
        answer="",
    )
    db.session.add(row)
    facts: dict[str, Fact] = {"report": row.id, "files": " ".join(row.files)}
    _write(actor, "court.report", command, facts, {"reason": row.words})
    return row


def approve(actor: Actor, command: Command, report_id: str) -> None:
    """The judge takes what was done as done; the command is closed."""
    row = _decide(actor, command, report_id, ReportState.APPROVED, "")
    _step(command, CommandState.DONE, done_at=clock.now())
    _write(actor, "court.approve", command, {"report": row.id})


def send_back(actor: Actor, command: Command, report_id: str, reason: str) -> None:
    """The judge returns a report with the reason; the command is in hand again."""
    words = reports.check_words(reason, "reason")
    row = _decide(actor, command, report_id, ReportState.RETURNED, words)
    _step(command, CommandState.IN_HAND)
    _write(actor, "court.send_back", command, {"report": row.id}, {"reason": words})


def _decide(actor: Actor, command: Command, report_id: str, to: ReportState, answer: str) -> Report:
    reports.check_approver(command.kind, Role(actor.role))
    row = report_reads.get_report(command, report_id)
    if command.court_id != actor.organisation_id:
        raise Refused("report_approver", "办理结果须由承办法官审核，请交法官处理。", status=403)
    if row.state is not ReportState.REPORTED:
        refuse_stale(f"command:{command.id}", name_of)
    decided = changed(
        update(Report)
        .where(Report.id == row.id, Report.state == ReportState.REPORTED)
        .values(state=to, decided_at=clock.now(), decided_by=actor.name, answer=answer)
    )
    if not decided:
        refuse_stale(f"command:{command.id}", name_of)
    return row


def amend(actor: Actor, command: Command, due: date, note: str, reason: str) -> None:
    """The judge sets another day or other words; the old ones stay on the trail."""
    rules.check_issuer(command.kind, Role(actor.role))
    rules.check_due(due, clock.today())
    words = reports.check_words(reason, "reason")
    if (due, note) == (command.due, command.note):
        raise Refused("nothing_amended", "期限和说明都没有改变，不需要变更。", field="due")
    open_states = tuple(state for state in rules.OPEN if state is not CommandState.REPORTED)
    before = (command.due, command.note)
    amended = changed(
        update(Command)
        .where(
            Command.id == command.id,
            Command.state.in_(open_states),
            Command.due == before[0],
            Command.note == before[1],
        )
        .values(due=due, note=note)
    )
    if not amended:
        raise Refused("command_moved_on", "这条指令的状态刚刚改变，请刷新页面。", status=409)
    facts: dict[str, Fact] = {"due": due.isoformat(), "due_before": before[0].isoformat()}
    private = {"reason": words, "note": note, "note_before": before[1]}
    _write(actor, "court.amend", command, facts, private)


def check_addressee(actor: Actor, command: Command) -> None:
    """Raise `Refused` (403) unless the command is for the actor's organisation to do."""
    if actor.organisation_id != command.addressee_id:
        raise Refused(
            "not_addressee", "这条指令不是发给贵单位办理的，请由收件单位签收和报告。", status=403
        )


def _step(command: Command, to: CommandState, **values: object) -> None:
    rules.COMMAND_STATES.check(command.state, to)
    moved = changed(
        update(Command)
        .where(Command.id == command.id, Command.state == command.state)
        .values(state=to, **values)
    )
    if not moved:
        refuse_stale(f"command:{command.id}", name_of)


def _write(
    actor: Actor,
    act: str,
    command: Command,
    facts: Mapping[str, Fact] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    trail.write(
        actor,
        act,
        f"command:{command.id}",
        vehicle=command.vehicle_id,
        case=command.case_id,
        command=command.id,
        facts={"kind": command.kind.value, **(facts or {})},
        private=private,
    )
