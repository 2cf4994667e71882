"""Inspecting to the standard: marked by section, findings as flaws, signed by two, then fixed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import body_map, finding_desk, inspection_desk, inspections, reads, reports
from station.intake.findings import Source
from station.intake.grading import Mark, check_frame
from station.intake.models import Inspection, InspectionPart
from station.intake.reports import digest_of
from station.intake.standard import (
    ITEMS,
    PARTS,
    TABLE,
    Choice,
    Section,
    sections_of,
)
from station.media.rules import Kind
from station.people import desk as people
from station.people.rules import OrganisationKind
from station.trail.models import TrailLine
from station.trail.reads import find_faults
from station.vehicles.rules import Energy, VehicleKind
from tests.intake import makers
from tests.makers import FOUNDER, PASSWORD, House, make_house
from tests.translations.test_words import english


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def begin(house: House, **changes: object) -> Inspection:
    intake = makers.make_arrived(house, **changes)
    with act():
        return inspection_desk.begin(house.inspector, intake.vehicle)


def find(house: House, row: Inspection, panel: str, long: int | None, across: int | None) -> None:
    photo = makers.keep(house.inspector, row.vehicle, Kind.PHOTO, reads.DAMAGE)
    seen = makers.a_scratch(photo)
    with act():
        finding_desk.add_finding(
            house.inspector,
            row.vehicle,
            replace(seen, panel=panel, size_mm=long, across_mm=across),
            Source.INTAKE,
        )


@pytest.mark.parametrize("energy", [Energy.ICE, Energy.BEV])
def test_a_faultless_vehicle_is_signed_as_grade_1_and_its_line_says_so(
    ctx: Flask, energy: Energy
) -> None:
    house = make_house()
    row = begin(house, energy=energy, plate="浙AD12345" if energy is Energy.BEV else "浙A12345")
    makers.fill(house, row, {})
    with act():
        line = inspection_desk.sign(house.inspector, row, makers.second(house))
    assert (line.act, line.facts["grade"], line.facts["total"]) == (
        "intake.inspect_sign",
        1,
        "100.00",
    )
    assert line.facts["number"] == row.number
    assert row.grading["name"] == "一级"
    assert line.facts["content"] == digest_of(row.grading)
    assert inspections.find_signed(row.vehicle_id) == row
    assert list(find_faults()) == []


def test_findings_of_the_body_are_its_flaws_and_cost_by_their_size(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    makers.fill(house, row, {})
    find(house, row, "19", 120, 90)
    find(house, row, "cabin", 400, None)
    told = inspections.grade_so_far(row)
    assert [line.notation for score in told.scores for line in score.lines] == ["19HH2"]
    assert told.total == 99_00
    assert next(p for p in body_map.draw([("19", "HH")]) if p.item == 19).codes == "HH"


def test_a_flaw_needs_its_finding_and_one_taken_back_opens_the_panel_again(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    marks = makers.sound(Section.BODY) | {19: Mark(Choice.SEVERE)}
    before = count_lines()
    with pytest.raises(Refused) as no, act():
        inspection_desk.save_part(house.inspector, row, Section.BODY, marks, 0)
    assert (no.value.code, count_lines()) == ("inspection_defect", before)
    find(house, row, "19", 120, 90)
    with act():
        inspection_desk.save_part(house.inspector, row, Section.BODY, marks, 0)
    finding = reads.list_findings(row.vehicle_id)[0]
    with act():
        finding_desk.withdraw_finding(house.inspector, finding, "看错了", finding.version)
    assert 19 in inspections.grade_so_far(row).open


def test_what_does_not_start_is_signed_without_a_grade(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    dead = Mark(Choice.UNCHECKED, reason="无法启动")
    makers.fill(house, row, dict.fromkeys(range(65, 85), dead))
    with act():
        line = inspection_desk.sign(house.inspector, row, makers.second(house))
    assert "grade" not in line.facts
    assert str(line.facts["unchecked"]).startswith("65 66")
    assert row.grading["unchecked"]["65"] == "无法启动"


def test_signing_is_refused_while_a_section_or_a_size_is_missing_and_writes_nothing(
    ctx: Flask,
) -> None:
    house = make_house()
    row = begin(house)
    before = count_lines()
    with pytest.raises(Refused) as no, act():
        inspection_desk.sign(house.inspector, row, makers.second(house))
    assert no.value.code == "inspection_incomplete"
    assert "车体骨架" in str(no.value.values["missing"])
    assert count_lines() == before
    makers.fill(house, row, {})
    find(house, row, "14", None, None)
    before = count_lines()
    with pytest.raises(Refused) as no, act():
        inspection_desk.sign(house.inspector, row, makers.second(house))
    assert no.value.code == "inspection_unmeasured"
    assert (row.signed_at, count_lines()) == (None, before)


def test_a_signed_inspection_stays_as_it_is_and_a_new_one_can_begin(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    makers.fill(house, row, {})
    with pytest.raises(Refused) as no, act():
        inspection_desk.begin(house.inspector, row.vehicle)
    assert no.value.code == "inspection_open"
    with act():
        inspection_desk.sign(house.inspector, row, makers.second(house))
    before = count_lines()
    marks = makers.sound(Section.CABIN) | {50: Mark(Choice.SEVERE)}
    with pytest.raises(Refused) as no, act():
        inspection_desk.save_part(house.inspector, row, Section.CABIN, marks, 1)
    assert (no.value.code, count_lines()) == ("inspection_signed", before)
    with act():
        again = inspection_desk.begin(house.inspector, row.vehicle)
    assert again.id != row.id
    assert inspections.find_signed(row.vehicle_id) == row


def test_a_signed_inspection_shows_what_was_signed_whatever_is_found_later(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        house = make_house()
        row = begin(house)
        none = Mark(Choice.NOT_APPLICABLE, reason="无天窗")
        makers.fill(house, row, {51: Mark(Choice.UNCHECKED, reason="无钥匙"), 58: none})
        find(house, row, "19", 120, 90)
        with act():
            inspection_desk.sign(house.inspector, row, makers.second(house))
        signed = inspections.grading_of(row)
        assert signed == inspections.grade_so_far(row)
        find(house, row, "20", 400, 300)
        finding = reads.list_findings(row.vehicle_id)[0]
        with act():
            finding_desk.withdraw_finding(house.inspector, finding, "已修复", finding.version)
        assert inspections.grading_of(row) == signed
        assert inspections.flaws_of(row) == [("19", "HH")]
        assert inspections.reasons_in(row, Choice.UNCHECKED) == {51: "无钥匙"}
        assert inspections.reasons_in(row, Choice.NOT_APPLICABLE) == {58: "无天窗"}
        at = f"/intake/inspections/{row.id}"
        db.session.remove()
    client.post("/sign-in", data={"login": "inspector", "password": PASSWORD})
    page = client.get(at).text
    assert "19HH2" in page
    assert "20HH3" not in page
    assert "天窗是否移动灵活、关闭正常：无天窗" in page
    assert "须重新查看" not in page


def test_who_marks_while_two_persons_sign_is_refused_and_changes_nothing(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    makers.fill(house, row, {})
    lines = count_lines()
    marks = makers.sound(Section.CABIN) | {50: Mark(Choice.SEVERE)}
    with act():
        assert row.signed_at is None
        with db.engine.begin() as beside:
            beside.execute(update(Inspection).values(signed_at=clock.now()))
        with pytest.raises(Refused) as no:
            inspection_desk.save_part(house.inspector, row, Section.CABIN, marks, 1)
    assert (no.value.code, count_lines()) == ("inspection_signed", lines)
    part = db.session.get(InspectionPart, (row.id, Section.CABIN))
    assert part is not None
    assert (part.version, part.marks["50"]["choice"]) == (1, "A")


def test_a_stale_section_says_who_saved_it_and_keeps_theirs(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    with act():
        inspection_desk.save_part(
            house.inspector, row, Section.CABIN, makers.sound(Section.CABIN), 0
        )
    marks = makers.sound(Section.CABIN) | {50: Mark(Choice.SEVERE)}
    with pytest.raises(Refused) as no, act():
        inspection_desk.save_part(house.manager, row, Section.CABIN, marks, 0)
    assert no.value.code == "stale"
    part = db.session.get(InspectionPart, (row.id, Section.CABIN))
    assert part is not None
    assert (part.version, part.marks["50"]["choice"]) == (1, "A")


def test_marks_changed_behind_the_trail_are_found_and_not_signed(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    makers.fill(house, row, {})
    assert reports.list_altered(row) == []
    part = InspectionPart.inspection_id == row.id, InspectionPart.section == Section.CABIN
    with db.engine.begin() as beside:
        told = beside.execute(select(InspectionPart.marks).where(*part)).scalar_one()
        told["50"]["choice"] = "B"
        beside.execute(update(InspectionPart).where(*part).values(marks=told))
    db.session.expire_all()
    before = count_lines()
    assert reports.list_altered(row) == [Section.CABIN]
    with pytest.raises(Refused, match="inspection_altered"), act():
        inspection_desk.sign(house.inspector, row, makers.second(house))
    assert (count_lines(), row.signed_at) == (before, None)


def test_what_two_persons_signed_is_compared_with_their_line(ctx: Flask) -> None:
    house = make_house()
    car = makers.make_taken_in(house).vehicle
    row = makers.inspect(house, car, {})
    assert reports.is_as_signed(row)
    with db.engine.begin() as beside:
        beside.execute(update(Inspection).values(grading={**row.grading, "grade": 1, "total": 1}))
    db.session.expire_all()
    assert not reports.is_as_signed(row)


def test_the_frame_of_a_car_always_applies() -> None:
    absent = Mark(Choice.NOT_APPLICABLE, reason="没有这一项")
    for kind in (VehicleKind.CAR, VehicleKind.VAN):
        with pytest.raises(Refused, match="inspection_frame"):
            check_frame(1, absent, kind)
        check_frame(1, Mark(Choice.UNCHECKED, reason="被装饰板遮挡"), kind)
        check_frame(50, absent, kind)
    for kind in (VehicleKind.TRUCK, VehicleKind.MOTORCYCLE):
        check_frame(13, absent, kind)


def test_an_unsigned_inspection_of_another_station_is_not_in_the_way(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    with act():
        other = people.found(FOUNDER, OrganisationKind.STATION, "另一家服务站")
    values = {c.name: getattr(row, c.name) for c in Inspection.__table__.columns}
    with db.engine.begin() as beside:
        beside.execute(insert(Inspection).values(**{**values, "id": "x", "station_id": other.id}))
    with pytest.raises(Refused, match="inspection_open"), act():
        inspection_desk.begin(house.inspector, row.vehicle)
    assert len(inspections.list_inspections(row.vehicle_id)) == 2


def test_items_left_out_and_other_stations_are_refused(ctx: Flask) -> None:
    house = make_house()
    row = begin(house)
    before = count_lines()
    with pytest.raises(Refused) as no, act():
        inspection_desk.save_part(house.inspector, row, Section.CABIN, {50: Mark(Choice.SOUND)}, 0)
    assert no.value.code == "inspection_item"
    stranger = replace(house.inspector, organisation_id="elsewhere")
    with pytest.raises(Refused) as no, act():
        inspection_desk.save_part(stranger, row, Section.CABIN, makers.sound(Section.CABIN), 0)
    assert (no.value.code, count_lines()) == ("intake_elsewhere", before)


def test_an_inspector_fills_a_section_and_signs_from_the_pages(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        house = make_house()
        vehicle_id = makers.make_arrived(house).vehicle_id
        db.session.remove()
    assert (
        client.post("/sign-in", data={"login": "inspector", "password": PASSWORD}).status_code
        == 303
    )
    listed = f"/intake/vehicles/{vehicle_id}/inspections"
    assert "还没有技术查验" in client.get(listed).text
    at = client.post(listed).location
    silent = client.post(f"{at}/cabin", data={"version": "0", "c50": "C"})
    assert silent.status_code == 422
    assert "还有 13 项没有选" in silent.text
    assert 'value="C" checked' in silent.text
    for section in sections_of(Energy.ICE):
        page = client.get(f"{at}/{section}")
        assert page.status_code == 200
        data = {"version": "0", "rest": "sound"}
        if section is Section.CABIN:
            data |= {"c50": "C", "c51": "unchecked", "reason": "无钥匙"}
        answer = client.post(f"{at}/{section}", data=data)
        assert answer.status_code == 303, answer.text
    assert answer.location == at
    signed = client.post(
        f"{at}/sign", data={"second_login": "inspector", "second_password": PASSWORD}
    )
    assert signed.status_code == 422
    signed = client.post(
        f"{at}/sign", data={"second_login": "yard_keeper", "second_password": PASSWORD}
    )
    assert signed.status_code == 303
    page = client.get(at).text
    assert "不完整，不评等级" in page
    assert "51 车内后视镜、座椅是否完整、无破损、功能正常：无钥匙" in page
    assert "50C" in page


def test_everything_of_the_standard_has_its_english() -> None:
    words = {part.zh for part in PARTS.values()}
    words |= {
        word for part in PARTS.values() for word in (*part.words.values(), *part.codes.values())
    }
    words |= {text for item in ITEMS.values() for text in (item.zh, item.safety) if text}
    words |= {item.unit for item in ITEMS.values() if item.unit not in ("", "%")}
    words |= {row["zh"] for row in (*TABLE["grades"], TABLE["accident"])}
    assert {word for word in words if not english().get(word)} == set()
