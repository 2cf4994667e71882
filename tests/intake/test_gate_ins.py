"""Taking a vehicle in: what is recorded, what is refused, and when it is complete."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.court import desk as court
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import desk, finding_desk, holdings, reads, rules
from station.intake.findings import NewFinding, Source
from station.intake.holdings import Belongings, Item, ItemKind, Keys, Papers, Readings, Seal
from station.intake.models import AnswerRow, Intake
from station.intake.rules import Step
from station.media.labels import Purpose
from station.media.models import LabelCode
from station.media.rules import Kind
from station.trail.models import TrailLine
from station.trail.reads import find_faults, find_last_line
from station.vehicles.rules import Energy, Stage, VehicleKind
from tests.intake import makers
from tests.makers import make_house


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def missing_codes(intake: Intake) -> set[str]:
    return {item.code for item in rules.missing_for_bay(reads.get_record(intake))}


def test_a_complete_gate_in_lets_the_vehicle_have_a_bay(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    makers.record_everything(house, intake)
    with act():
        line = desk.finish(house.inspector, intake)
    assert intake.vehicle.stage is Stage.TAKEN_IN
    assert intake.finished_at is not None
    assert intake.number == line.facts["number"]
    assert (line.facts["odometer_km"], line.facts["photos"], line.facts["not_checked"]) == (
        62310,
        16,
        "",
    )
    assert list(find_faults()) == []


def test_an_incomplete_gate_in_is_refused_naming_everything_missing(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, "front")
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        desk.finish(house.inspector, intake)
    missing = str(refusal.value.values["missing"])
    assert refusal.value.code == "intake_incomplete"
    assert "正后方" in missing
    assert "封条编号" in missing
    assert "正前方" not in missing
    assert count_lines() == before
    assert intake.vehicle.stage is Stage.AT_GATE
    assert intake.finished_at is None


def test_a_reason_stands_for_a_missing_item_until_it_is_recorded(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    with act():
        desk.excuse(house.inspector, intake, "odometer", "电瓶亏电，仪表不亮")
    assert "odometer" not in missing_codes(intake)
    found = reads.list_not_checked(intake.vehicle_id)
    assert [(item.code, why) for item, why in found] == [("odometer", "电瓶亏电，仪表不亮")]
    line = find_last_line(intake.subject)
    assert line is not None
    assert (line.act, line.facts["item"], line.facts["code"]) == (
        "intake.excuse",
        "readings",
        "odometer",
    )
    with act():
        desk.save_readings(house.inspector, intake, Readings(120, 50), 0)
    assert reads.list_not_checked(intake.vehicle_id) == []


def test_an_item_that_is_not_asked_of_this_vehicle_cannot_be_excused(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house, kind=VehicleKind.MOTORCYCLE)
    with pytest.raises(Refused) as refusal, act():
        desk.excuse(house.inspector, intake, "photo.boot", "没有行李箱")
    assert refusal.value.code == "reason_item"
    assert reads.list_reasons(intake) == {}


def test_an_electric_car_is_asked_for_its_charge_and_not_for_fuel(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house, energy=Energy.BEV)
    assert "charge" in missing_codes(intake)
    assert "fuel" not in missing_codes(intake)


def test_a_stale_screen_is_refused_naming_who_and_when(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    with act():
        desk.save_keys(house.manager, intake, Keys(1), 0)
    for seen in (0, 7):
        with pytest.raises(Refused) as refusal, act():
            desk.save_keys(house.inspector, intake, Keys(3), seen)
        assert (refusal.value.code, refusal.value.values["who"]) == ("stale", "高站")
    answer = reads.find_answer(intake, Step.KEYS)
    assert answer is not None
    assert (answer.value["count"], answer.version) == (1, 1)


def test_two_screens_of_one_vehicle_are_saved_side_by_side(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    with act():
        desk.save_keys(house.manager, intake, Keys(1), 0)
    with act():
        desk.save_papers(house.inspector, intake, Papers(("manual",)), 0)
    with act():
        desk.save_keys(house.inspector, intake, Keys(2), 1)
    line = find_last_line(reads.answer_subject(intake, Step.KEYS))
    assert line is not None
    assert (line.facts["count"], line.command) == (2, intake.command_id)


@pytest.mark.parametrize(
    ("save", "typed", "code"),
    [
        (desk.save_readings, Readings(), "readings_empty"),
        (desk.save_readings, Readings(3_000_000), "intake_number"),
        (desk.save_readings, Readings(10, 101), "intake_number"),
        (desk.save_keys, Keys(21), "intake_number"),
        (desk.save_papers, Papers(("passport",)), "unknown_paper"),
        (desk.save_papers, Papers(("plates_one", "plates_two")), "plates_twice"),
        (desk.save_seal, Seal("1"), "seal_number"),
        (desk.save_seal, Seal("FT0001"), "seal_photo_first"),
    ],
)
def test_what_cannot_be_is_refused_and_not_written(
    ctx: Flask, save: object, typed: object, code: str
) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        save(house.inspector, intake, typed, 0)  # type: ignore[operator]
    assert refusal.value.code == code
    assert count_lines() == before
    assert db.session.scalar(select(func.count()).select_from(AnswerRow)) == 0


def test_belongings_are_counted_by_two_different_persons(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    me = db.session.get_one(type(makers.second(house)), house.inspector.person_id)
    with pytest.raises(Refused) as refusal, act():
        desk.save_belongings(house.inspector, intake, Belongings(), 0, me)
    assert refusal.value.code == "belongings_two_persons"
    with act():
        desk.save_belongings(house.inspector, intake, Belongings(), 0, makers.second(house))
    assert "belongings" not in missing_codes(intake)


def test_things_on_the_list_must_have_been_filmed_or_photographed(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    things = Belongings((Item(ItemKind.VALUABLE, "现金 300 元", "FB00017"),))
    with pytest.raises(Refused) as refusal, act():
        desk.save_belongings(house.inspector, intake, things, 0, makers.second(house))
    assert refusal.value.code == "belongings_picture"
    video = makers.keep(
        house.inspector, intake.vehicle, Kind.VIDEO, reads.THINGS, b"v", "video/mp4"
    )
    with act():
        desk.save_belongings(house.inspector, intake, things, 0, makers.second(house))
    line = find_last_line(reads.answer_subject(intake, Step.BELONGINGS))
    assert line is not None
    assert (line.facts["persons"], line.facts["video"], line.facts["valuables"]) == (
        2,
        video.id,
        1,
    )
    assert "现金" not in str(line.facts)
    assert [row.what for row in reads.list_belongings(intake)] == ["现金 300 元"]


def test_nothing_is_changed_after_the_end(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    before = count_lines()
    for attempt in (
        lambda: desk.save_keys(house.inspector, intake, Keys(9), 1),
        lambda: desk.excuse(house.inspector, intake, "keys", "没有钥匙"),
        lambda: desk.finish(house.inspector, intake),
    ):
        with pytest.raises(Refused) as refusal, act():
            attempt()
        assert refusal.value.code == "intake_finished"
    assert count_lines() == before


def test_another_station_cannot_fill_the_record(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    stranger = replace(house.inspector, organisation_id=house.agency.id)
    with pytest.raises(Refused) as refusal, act():
        desk.save_keys(stranger, intake, Keys(1), 0)
    assert refusal.value.code == "intake_elsewhere"


def test_a_revoked_command_stops_the_gate_in(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    with act():
        court.revoke(house.judge, intake.command, "债务已清偿")
    with pytest.raises(Refused) as refusal, act():
        desk.save_keys(house.inspector, intake, Keys(1), 0)
    assert refusal.value.code == "command_revoked"
    assert reads.find_answer(intake, Step.KEYS) is None


def test_progress_says_what_each_screen_still_asks_for(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    with act():
        desk.save_papers(house.inspector, intake, Papers(), 0)
    by_step = {p.step: p for p in reads.list_progress(reads.get_record(intake))}
    assert by_step[Step.PAPERS].done
    assert len(by_step[Step.PHOTOS].missing) == 17
    assert [item.code for item in by_step[Step.READINGS].missing] == ["odometer", "fuel"]


# --- findings


def test_findings_are_numbered_in_the_order_they_are_made(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, reads.DAMAGE)
    for source in (Source.TOW, Source.INTAKE):
        with act():
            finding_desk.add_finding(
                house.inspector, intake.vehicle, makers.a_scratch(photo), source
            )
    assert [f.number for f in reads.list_findings(intake.vehicle_id)] == [1, 2]
    line = find_last_line(reads.list_findings(intake.vehicle_id)[1].subject)
    assert line is not None
    assert line.facts["sha256"] == photo.sha256


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"panel": "99"}, "finding_panel"),
        ({"size_mm": 0}, "finding_size"),
        ({"sentence": "字" * 201}, "finding_sentence"),
        ({"media_id": ""}, "finding_photo"),
    ],
)
def test_a_finding_needs_part_size_and_photo(
    ctx: Flask, changes: dict[str, object], code: str
) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, reads.DAMAGE)
    new: NewFinding = replace(makers.a_scratch(photo), **changes)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal, act():
        finding_desk.add_finding(house.inspector, intake.vehicle, new, Source.INTAKE)
    assert refusal.value.code == code
    assert reads.list_findings(intake.vehicle_id) == []


def test_a_photo_of_another_car_is_no_proof(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    other = makers.make_ordered(house, number=1235, plate="浙A54321")
    photo = makers.keep(house.inspector, other.vehicle, Kind.PHOTO, reads.DAMAGE)
    with pytest.raises(Refused) as refusal, act():
        finding_desk.add_finding(
            house.inspector, intake.vehicle, makers.a_scratch(photo), Source.INTAKE
        )
    assert refusal.value.code == "finding_photo_other"


def test_a_wrong_finding_is_taken_back_and_its_number_is_not_given_again(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, reads.DAMAGE)
    with act():
        finding = finding_desk.add_finding(
            house.inspector, intake.vehicle, makers.a_scratch(photo), Source.INTAKE
        )
    with act():
        finding_desk.withdraw_finding(house.inspector, finding, "只是污渍", 1)
    assert reads.list_findings(intake.vehicle_id) == []
    with act():
        again = finding_desk.add_finding(
            house.inspector, intake.vehicle, makers.a_scratch(photo), Source.INTAKE
        )
    assert again.number == 2


# --- label


def test_a_reprinted_label_voids_the_old_one(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    texts = []
    for _ in range(2):
        with act():
            texts.append(desk.print_label(house.inspector, intake.vehicle))
    assert texts[0] != texts[1]
    glass = select(LabelCode).where(LabelCode.purpose == Purpose.VEHICLE)
    rows = db.session.scalars(glass.order_by(LabelCode.issued_at)).all()
    assert [row.void_at is None for row in rows] == [False, True]
    line = find_last_line(f"vehicle:{intake.vehicle_id}")
    assert line is not None
    assert (line.act, line.vehicle, line.facts["voids"]) == (
        "media.issue_code",
        intake.vehicle_id,
        rows[0].id,
    )


def test_every_word_of_the_inventory_names_one_thing() -> None:
    assert len(set(holdings.PAPER_WORDS.values())) == len(holdings.PAPER_WORDS)
