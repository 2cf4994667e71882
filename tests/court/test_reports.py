"""A command's second half: in hand, reported with evidence, approved or returned, amended; and acts
that devices without signal did by a command that had been revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.court import desk, reads, report_desk, report_reads, reports, rules
from station.court.models import Command
from station.court.report_models import Report
from station.court.reports import ReportState
from station.court.rules import CommandKind, CommandState, Evidence
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import desk as media
from station.media import door
from station.media.models import Media
from station.media.rules import PICTURE
from station.trail.models import TrailLine
from station.trail.reads import list_values
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.watch import reads as watch
from station.watch import rules as needs
from station.watch.rules import Concern
from station.yard import mileage_desk
from tests.court import makers
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers as yard_makers

NOW = datetime(2026, 3, 11, 10, tzinfo=clock.SHANGHAI)
FOUND = "车辆权属、抵押和违法记录均已查明，详见附件。"


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def kept(house: House, vehicle_id: str, *, photo: bool = False) -> Media:
    """A file of the agency for a report."""
    file = makers.a_photo() if photo else makers.a_pdf("survey")
    received = door.receive(file, limit=PICTURE) if photo else door.receive(file)
    with act():
        return media.keep(house.agent, received, kind=report_reads.FILE, vehicle=vehicle_id)


def survey(house: House, *, signed: bool = True) -> Command:
    """A survey commanded of the agency."""
    seizure = makers.entrusted(house)
    with act():
        row = desk.issue(
            house.judge,
            CommandKind.SURVEY,
            vehicles.get_any(seizure.vehicle_id),
            None,
            due=clock.today() + timedelta(days=10),
        )
    if signed:
        with act():
            desk.acknowledge(house.agent, row)
    return row


def reported(house: House) -> tuple[Command, Report]:
    command = survey(house)
    paper = kept(house, command.vehicle_id)
    with act():
        row = report_desk.report(house.agent, command, FOUND, [paper])
    return command, row


def refuse(code: str, deed: Callable[[], object]) -> None:
    """The deed is refused; no line was written, and no report or command has changed."""

    def all_of() -> tuple[object, ...]:
        commands = db.session.query(Command.id, Command.state, Command.due, Command.note).all()
        made = db.session.query(Report.id, Report.state).all()
        return db.session.query(TrailLine).count(), commands, made

    before = all_of()
    with pytest.raises(Refused) as refusal, act():
        deed()
    assert refusal.value.code == code
    assert all_of() == before


def acts_of(command: Command) -> list[str]:
    rows = db.session.query(TrailLine).filter_by(subject=f"command:{command.id}")
    return [row.act.removeprefix("court.") for row in rows.order_by(TrailLine.at, TrailLine.number)]


# --- the life


def test_a_survey_is_done_by_the_agency_returned_once_and_approved(house: House) -> None:
    command = survey(house)
    assert (command.station_id, command.addressee_id) == (None, house.agency.id)
    with act():
        report_desk.take_up(house.agent, command)
    paper = kept(house, command.vehicle_id)
    with act():
        first = report_desk.report(house.agent, command, FOUND, [paper])
    with act():
        report_desk.send_back(house.judge, command, first.id, "缺少抵押查询结果")
    assert (command.state, first.state) == (CommandState.IN_HAND, ReportState.RETURNED)
    with act():
        second = report_desk.report(house.agent, command, "已补充抵押查询结果。", [paper])
    with act():
        report_desk.approve(house.judge, command, second.id)
    assert (command.state, second.state) == (CommandState.DONE, ReportState.APPROVED)
    assert command.done_at is not None
    told = ["issue", "acknowledge", "take_up", "report", "send_back", "report", "approve"]
    assert acts_of(command) == told
    line = db.session.query(TrailLine).filter_by(act="court.send_back").one()
    assert "抵押" not in str(line.facts)
    assert list_values(line)["reason"] == "缺少抵押查询结果"


def test_the_same_may_be_commanded_again_once_it_is_done_and_not_before(house: House) -> None:
    command, row = reported(house)
    vehicle = vehicles.get_any(command.vehicle_id)

    def again() -> Command:
        return desk.issue(house.judge, CommandKind.SURVEY, vehicle, None, due=clock.today())

    refuse("commanded_already", again)
    with act():
        report_desk.approve(house.judge, command, row.id)
    db.session.expire_all()
    with act():
        second = again()
    assert reads.find_command(vehicle.id, CommandKind.SURVEY) == second


def test_a_report_without_its_evidence_is_refused(house: House) -> None:
    command = survey(house)
    photo = kept(house, command.vehicle_id, photo=True)
    paper = kept(house, command.vehicle_id)
    other = makers.registered(house, makers.OTHER_VIN, "浙A99999")
    foreign = kept(house, other.vehicle_id)
    for words, files, code in (
        (FOUND, [photo], "report_evidence"),
        ("", [paper], "report_evidence"),
        ("好", [paper], "report_words"),
        (FOUND, [foreign], "report_file_other"),
    ):
        refuse(
            code,
            lambda words=words, files=files: report_desk.report(house.agent, command, words, files),  # type: ignore[misc]
        )


def test_only_whom_it_is_for_signs_and_reports_and_only_the_court_that_issued_it_approves(
    house: House,
) -> None:
    command = survey(house, signed=False)
    refuse("not_addressee", lambda: desk.acknowledge(house.manager, command))
    with act():
        desk.acknowledge(house.agent, command)
    paper = kept(house, command.vehicle_id)
    refuse("not_addressee", lambda: report_desk.report(house.manager, command, FOUND, [paper]))
    with act():
        row = report_desk.report(house.agent, command, FOUND, [paper])
    refuse("report_approver", lambda: report_desk.approve(house.other_judge, command, row.id))
    refuse("report_approver", lambda: report_desk.approve(house.clerk, command, row.id))
    tow = makers.commanded(house, seizure=reads.find_holder(command.vehicle_id))
    refuse("not_addressee", lambda: desk.acknowledge(house.agent, tow))
    with act():
        desk.acknowledge(house.manager, tow)
    refuse("closed_by_act", lambda: report_desk.report(house.manager, tow, FOUND, []))


def test_of_two_judges_who_decide_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    command, row = reported(house)
    with act():
        report_desk.send_back(replace(house.judge, name="同庭"), command, row.id, "照片看不清")
    refuse("stale", lambda: report_desk.approve(house.judge, command, row.id))
    assert row.answer == "照片看不清"


def test_amending_keeps_the_old_day_and_words_on_the_trail(house: House) -> None:
    command = survey(house)
    before, after = command.due, clock.today() + timedelta(days=20)
    past = clock.today() - timedelta(days=1)
    why = "需要等车管所回函"
    refuse("command_due", lambda: report_desk.amend(house.judge, command, past, "", why))
    refuse("nothing_amended", lambda: report_desk.amend(house.judge, command, before, "", why))
    refuse("command_issuer", lambda: report_desk.amend(house.agent, command, after, "", why))
    with act():
        report_desk.amend(house.judge, command, after, "先查抵押", why)
    line = db.session.query(TrailLine).filter_by(act="court.amend").one()
    assert line.facts["due_before"] == before.isoformat()
    assert list_values(line)["note"] == "先查抵押"
    assert (command.due, command.note) == (after, "先查抵押")


@pytest.mark.parametrize("kind", [*rules.REPORTED, CommandKind.RUN_ENGINE])
def test_a_car_that_is_gone_can_be_commanded_no_more(house: House, kind: CommandKind) -> None:
    seizure = makers.entrusted(house)
    vehicle = vehicles.get_any(seizure.vehicle_id)
    with act():
        db.session.query(Vehicle).filter_by(id=vehicle.id).update({"stage": Stage.RELEASED})
        desk._write(house.judge, "court.value", "test", vehicle.id, seizure.case_id)
    db.session.expire_all()
    refuse(
        "vehicle_gone",
        lambda: desk.issue(house.judge, kind, vehicle, house.station, due=clock.today()),
    )


# --- revoked while a device had no signal


def test_what_was_done_without_signal_by_a_command_revoked_meanwhile_is_kept_and_flagged(
    house: House,
) -> None:
    car = yard_makers.make_stored(house, yard_makers.make_bays(house)[0]).vehicle
    command = reads.find_command(car.id, CommandKind.TOW_IN)
    assert command is not None
    with act():
        desk.take_back(command)
        desk._write(house.judge, "court.revoke", f"command:{command.id}", car.id, command.case_id)
    refuse(
        "command_revoked",
        lambda: mileage_desk.read_odometer(house.keeper, car, 86_240),
    )
    away = replace(house.keeper, claimed=clock.now() - timedelta(minutes=20))
    with act():
        mileage_desk.read_odometer(away, car, 86_240)
    line = db.session.query(TrailLine).filter_by(act="yard.odometer").one()
    assert (line.command, line.facts["revoked"]) == (command.id, True)
    held = watch.list_held(house.judge, mine=True)
    found = needs.needs(watch.gather(house.judge, held), clock.now())
    assert Concern.REVOKED_ACT in {one.concern for one in found}
    off = replace(away, clock_off=True)
    refuse("command_revoked", lambda: mileage_desk.read_odometer(off, car, 86_300))


@given(
    before=st.integers(-10_000, 10_000),
    late=st.integers(-60, 10_000),
    doubtful=st.booleans(),
    told=st.booleans(),
)
def test_only_a_believed_time_near_the_revocation_excuses(
    before: int, late: int, doubtful: bool, told: bool
) -> None:
    revoked = NOW - timedelta(minutes=before)
    claimed = NOW - timedelta(minutes=late) if told else None
    excused = reports.acted_unknowing(claimed, doubtful, revoked, NOW)
    if claimed is None or doubtful or late < 0:
        assert not excused
    else:
        near = claimed - revoked <= timedelta(hours=24)
        assert excused == (near and late <= 72 * 60)


@pytest.mark.parametrize("kind", rules.REPORTED)
def test_every_reported_kind_says_who_does_it_what_proves_it_and_who_approves(
    kind: CommandKind,
) -> None:
    rule = rules.COMMANDS[kind]
    assert rule.evidence
    assert rule.approved_by
    mimes = {"image/jpeg", "application/pdf"}
    reports.check_report(kind, FOUND, mimes)
    assert reports.missing_evidence(kind, "", ()) == [
        reports.EVIDENCE_WORDS[one] for one in rule.evidence
    ]
    assert set(rule.evidence) <= set(Evidence)


# --- in the browser, without scripts


def sign_in(client: FlaskClient, login: str) -> None:
    client.post("/sign-out")
    assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303


def test_from_the_choice_of_a_command_to_its_approval(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        seizure = makers.entrusted(house)
        vehicle, case = seizure.vehicle_id, seizure.case_id
        db.session.remove()
    sign_in(client, "judge")
    assert f"/court/vehicles/{vehicle}/commands" in client.get(f"/court/cases/{case}").text
    choice = client.get(f"/court/vehicles/{vehicle}/commands").text
    assert "车辆还没有入位" in choice  # a repair must wait until it stands in the yard
    form = re.search(r'href="([^"]+kind=survey)"', choice)
    assert form is not None
    page = client.get(form[1]).text
    due = re.search(r'name="due"[^>]*value="([^"]+)"', page) or re.search(
        r'value="([^"]+)"[^>]*name="due"', page
    )
    assert due is not None
    answer = client.post(form[1], data={"due": due[1], "note": "先查抵押"})
    assert answer.status_code == 303
    command = answer.location

    sign_in(client, "agency_manager")
    assert "前期调查" in client.get("/court/commands").text
    assert client.post(f"{command}/acknowledge").status_code == 303
    files = {"words": FOUND, "files": [(makers.a_photo(), "a.jpg")]}
    refused = client.post(f"{command}/report", data=files)
    assert refused.status_code == 422
    assert FOUND in refused.text
    assert "已收到 1 个文件" in refused.text
    again = re.findall(r'name="kept" value="([^"]+)"', refused.text)
    files = {"words": FOUND, "kept": again, "files": [(makers.a_pdf(), "a.pdf")]}
    assert client.post(f"{command}/report", data=files).status_code == 303

    sign_in(client, "judge")
    assert "“前期调查”已办完报告，待审核" in client.get("/watch/desk").text
    page = client.get(command).text
    approve = re.search(r'action="([^"]+/approve)"', page)
    seen = re.search(r'name="report" value="([^"]+)"', page)
    assert approve is not None
    assert seen is not None
    assert client.post(approve[1], data={"report": seen[1]}).status_code == 303
    assert "已办结" in client.get(command).text
    with app.app_context():
        row = db.session.query(Report).one()
        assert (row.state, len(row.files)) == (ReportState.APPROVED, 2)
