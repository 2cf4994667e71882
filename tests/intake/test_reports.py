"""The 查验报告: what it says, what it prints, and that a later one takes its place."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from station.ground import paper
from station.ground.database import act, db, upkeep
from station.ground.refused import Refused
from station.intake import desk, finding_desk, reads, report_desk, reports, rules
from station.intake.findings import Defect, NewFinding, Source
from station.intake.models import Intake, Report
from station.media import store
from station.media.models import Derivative, Media
from station.media.rules import Kind
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.trail.rules import Verdict
from tests.intake import makers
from tests.makers import House, make_house

LONG = "左前翼子板与保险杠结合处漆面开裂，露出底漆，" * 9


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def draw(media: Media) -> None:
    """The thumb as the worker would draw it."""
    kept = makers.kept(makers.jpeg(7, (48, 36)))
    row = Derivative(
        media_id=media.id, use="thumb", sha256=kept.sha256, width=48, height=36, recipe={}
    )
    with upkeep() as session:
        session.merge(row)


def scratch(house: House, intake: Intake, number: int, sentence: str = "") -> None:
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, f"{reads.DAMAGE}{number}")
    new = NewFinding(Defect.SCRATCH, "19", 120, sentence, photo.id)
    with act():
        finding_desk.add_finding(house.inspector, intake.vehicle, new, Source.INTAKE)


def issued(house: House, intake: Intake) -> tuple[Report, TrailLine]:
    with act():
        report = report_desk.issue_report(house.inspector, intake)
    line = find_last_line(report.subject, "intake.report")
    assert line is not None
    return report, line


def filed(house: House, intake: Intake) -> Report:
    report, line = issued(house, intake)
    kept = makers.kept(reports.make_report(intake, report, line), "application/pdf")
    with act():
        return report_desk.file_report(house.inspector, intake, report.number, kept, line)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", pdf))


def test_it_says_what_was_seen_and_what_could_not_be_and_no_grade(house: House) -> None:
    intake = makers.make_taken_in(house)
    scratch(house, intake, 1, "一道细划痕")
    report, line = issued(house, intake)
    body = reports.body_of(intake)
    assert ["评级", "尚未出具"] in body["facts"]
    assert ["仪表读数", "里程 62310 公里，油量 50%"] in body["answers"]
    assert body["belongings"] == "2 项，清单见入库单。"
    assert "雨伞" not in str(body)
    assert "赵某某" not in str(body)
    assert [one["what"] for one in body["findings"]] == ["划痕"]
    assert len(body["photos"]) == 16
    told = documents.foot("车辆查验报告", report.number, line)
    assert (told["number"], told["hash"]) == (report.number, line.hash.hex())
    assert line.facts["number"] == report.number
    assert reports.make_report(intake, report, line) == reports.make_report(intake, report, line)


def test_it_names_the_grade_once_a_technical_inspection_is_signed(house: House) -> None:
    intake = makers.make_taken_in(house)
    filed(house, intake)
    row = makers.inspect(house, intake.vehicle, {})
    body = reports.body_of(intake)
    assert ["评级", f"一级（{row.number}）"] in body["facts"]
    assert body["graded"]
    assert filed(house, intake).version == 2


def test_what_could_not_be_checked_stands_there_with_its_reason(house: House) -> None:
    intake = makers.make_arrived(house)
    for item in rules.missing_for_bay(reads.get_record(intake)):
        with act():
            desk.excuse(house.inspector, intake, item.code, "电瓶亏电，车门打不开")
    with act():
        desk.finish(house.inspector, intake)
    body = reports.body_of(intake)
    assert ["里程读数", "电瓶亏电，车门打不开"] in body["excused"]
    assert len(body["excused"]) == 16 + 8
    assert body["belongings"].startswith("未清点")
    assert body["photos"] == []
    report, line = issued(house, intake)
    assert reports.make_report(intake, report, line).startswith(b"%PDF")


@pytest.mark.parametrize("count", [0, 60])
def test_no_findings_and_sixty_long_ones_are_printed_over_whole_pages(
    house: House, count: int
) -> None:
    intake = makers.make_taken_in(house)
    for number in range(count):
        scratch(house, intake, number, LONG[:200])
    report, line = issued(house, intake)
    pdf = reports.make_report(intake, report, line)
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) > count // 8


def test_drawn_pictures_are_in_it_and_others_are_said_to_be_on_their_way(house: House) -> None:
    intake = makers.make_taken_in(house)
    scratch(house, intake, 1)
    assert not reports.is_drawn(intake)
    report, line = issued(house, intake)
    without = reports.make_report(intake, report, line)
    for row in reports.list_pictures(intake):
        draw(row)
    with act():
        find = reads.list_findings(intake.vehicle_id)[0]
        finding_desk.withdraw_finding(house.inspector, find, "登记错了部位", find.version)
    assert reports.is_drawn(intake)
    again, line = issued(house, intake)
    pdf = reports.make_report(intake, again, line)
    assert b"/DCTDecode" in pdf
    assert b"/DCTDecode" not in without


def test_a_later_report_takes_the_place_of_the_former(house: House) -> None:
    intake = makers.make_taken_in(house)
    first = filed(house, intake)
    scratch(house, intake, 1)
    second = filed(house, intake)
    assert second.number == f"{first.number}-2"
    assert reads.find_report(intake) == second
    old, new = map(documents.find_by_number, (first.number, second.number))
    assert old is not None
    assert new is not None
    assert (old.verdict, old.replaced_by) == (Verdict.SUPERSEDED, second.number)
    assert new.verdict is Verdict.GENUINE
    kept = store.current().path(new.sha256).read_bytes()
    assert kept.startswith(b"%PDF")


def refusals(house: House, intake: Intake, code: str) -> None:
    before = db.session.query(TrailLine).count(), db.session.query(Report).count()
    with pytest.raises(Refused) as refusal, act():
        report_desk.issue_report(house.inspector, intake)
    assert refusal.value.code == code
    assert (db.session.query(TrailLine).count(), db.session.query(Report).count()) == before


def test_the_same_is_not_issued_twice(house: House) -> None:
    intake = makers.make_taken_in(house)
    filed(house, intake)
    refusals(house, intake, "report_unchanged")


def test_there_is_no_report_before_the_gate_in_has_ended(house: House) -> None:
    refusals(house, makers.make_arrived(house), "report_early")


def test_markup_in_what_people_typed_stays_text(house: House) -> None:
    intake = makers.make_taken_in(house)
    scratch(house, intake, 1, '#panic("no") $x$ *bold* ]')
    report, line = issued(house, intake)
    assert reports.make_report(intake, report, line).startswith(b"%PDF")


def test_a_picture_from_outside_is_never_given_to_the_printer(house: House) -> None:
    intake = makers.make_taken_in(house)
    with pytest.raises(Exception, match="pictures/none"):
        paper.make_pdf(
            "inspection_report",
            {**reports.body_of(intake), "photos": [["x", "none", True]], "told": {}, "signed": []},
            at=intake.opened_at,
        )
