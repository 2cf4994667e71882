"""Bays: one vehicle each, two scans in either order, and every wrong scan named."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.court.rules import CommandState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import desk as intake_desk
from station.media import desk as media
from station.media.labels import Purpose
from station.people import desk as people
from station.people.rules import OrganisationKind
from station.trail.models import TrailLine
from station.trail.reads import find_faults, find_last_line
from station.vehicles import desk as vehicles
from station.vehicles.rules import Stage
from station.yard import desk, plan_desk, plan_reads, reads, scans
from station.yard.models import Bay, Stay
from station.yard.rules import BayRow
from tests.intake import makers as gate
from tests.makers import FOUNDER, House, make_house
from tests.yard import makers


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def refused_pair(house: House, first: str, second: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        scans.read_pair(house.keeper, first, second)
    return refusal.value


def test_a_taken_in_vehicle_gets_its_bay_and_the_tow_command_is_done(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = gate.make_taken_in(house)
    stay = makers.put(house, row.vehicle, bay)
    assert row.vehicle.stage is Stage.STORED
    assert row.command.state is CommandState.DONE
    line = find_last_line(f"stay:{stay.id}")
    assert line is not None
    assert (line.act, line.facts["bay"], line.command, line.case) == (
        "yard.place",
        "A-01",
        row.command_id,
        row.case_id,
    )
    assert list(find_faults()) == []


def test_a_vehicle_whose_gate_in_is_not_complete_gets_no_bay(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = gate.make_arrived(house)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, row.vehicle, bay, by_label=True)
    assert refusal.value.code == "intake_incomplete"
    assert "里程读数" in str(refusal.value.values["missing"])
    assert count_lines() == before
    assert reads.find_stay(row.vehicle_id) is None


def test_a_complete_gate_in_must_also_be_finished(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = gate.make_arrived(house)
    gate.record_everything(house, row)
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, row.vehicle, bay, by_label=True)
    assert refusal.value.code == "not_taken_in"


def test_without_a_command_no_vehicle_moves(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = gate.make_taken_in(house)
    stranger = replace(house.keeper, organisation_id=house.other_agency.id)
    with pytest.raises(Refused) as refusal, act():
        desk.put(stranger, row.vehicle, bay, by_label=True)
    assert refusal.value.code == "no_command"


def test_an_occupied_bay_names_the_car_that_stands_there(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    makers.make_stored(house, bay)
    other = gate.make_taken_in(house, number=1235, plate="浙A54321")
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, other.vehicle, bay, by_label=True)
    assert (refusal.value.code, refusal.value.values["car"]) == ("bay_occupied", "浙A12345")
    assert other.vehicle.stage is Stage.TAKEN_IN


def test_a_move_frees_the_old_bay_and_its_undo_is_another_move(ctx: Flask) -> None:
    house = make_house()
    first, second, _ = makers.make_bays(house)
    row = makers.make_stored(house, first)
    makers.put(house, row.vehicle, second)
    stay = makers.put(house, row.vehicle, first)
    assert reads.find_in_bay(second.id) is None
    line = find_last_line(f"stay:{stay.id}")
    assert line is not None
    assert (line.act, line.facts["from"], line.facts["bay"]) == ("yard.move", "A-02", "A-01")
    assert len(reads.list_stays(row.vehicle_id)) == 3
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, row.vehicle, first, by_label=True)
    assert refusal.value.code == "already_there"


def test_two_keepers_at_once_do_not_put_two_cars_into_one_bay(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    cars = [
        gate.make_taken_in(house, number=number, plate=plate).vehicle_id
        for number, plate in ((1234, "浙A12345"), (1235, "浙A54321"))
    ]
    bay_id, results, start = bay.id, list[str](), threading.Barrier(2)
    db.session.remove()

    def work(vehicle_id: str) -> None:
        with ctx.app_context():
            start.wait()
            try:
                with act():
                    car = scans.vehicles.get_any(vehicle_id)
                    desk.put(house.keeper, car, db.session.get_one(Bay, bay_id), by_label=True)
                results.append("put")
            except Refused as refusal:
                results.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(car,)) for car in cars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("put") == 1
    assert set(results) - {"put"} <= {"bay_just_taken", "bay_occupied"}
    assert db.session.scalar(select(func.count()).select_from(Stay)) == 1


def test_bays_are_laid_out_once(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house, "A", 3)
    with pytest.raises(Refused) as refusal, act():
        plan_desk.add_bays(house.manager, [BayRow("B", 1, 2), BayRow("A", 3, 4)])
    assert refusal.value.code == "bay_twice"
    assert [bay.code for bay in reads.list_bays(house.keeper)] == ["A-01", "A-02", "A-03"]


@pytest.mark.parametrize("row", [BayRow("AA", 1, 2), BayRow("A", 0, 2), BayRow("A", 5, 2)])
def test_a_row_that_is_none_is_refused(ctx: Flask, row: BayRow) -> None:
    house = make_house()
    with pytest.raises(Refused) as refusal, act():
        plan_desk.add_bays(house.manager, [row])
    assert refusal.value.code == "bay_row"


# --- scans


def test_label_and_sign_are_understood_in_either_order(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[1]
    row = gate.make_taken_in(house)
    with act():
        label = intake_desk.print_label(house.inspector, row.vehicle)
    with act():
        sign = desk.print_sign(house.keeper, bay)
    for pair in ((label, sign), (sign, label)):
        vehicle, found, by_label = scans.read_pair(house.keeper, *pair)
        assert (vehicle.id, found.id, by_label) == (row.vehicle_id, bay.id, True)


@pytest.mark.parametrize(
    ("car", "place"),
    [
        ("2345", "A-02"),
        ("4847", "a2"),
        ("浙A12345", "Ａ－０２"),
        ("浙A·12345", "A02"),
        ("LSVAA4182E2184847", "A-02"),
        ("a 2", "2345"),
    ],
)
def test_typed_tails_plates_and_bay_codes_do_as_well(ctx: Flask, car: str, place: str) -> None:
    house = make_house()
    bay = makers.make_bays(house)[1]
    row = gate.make_taken_in(house, number=1236, vin="LSVAA4182E2184847")
    vehicle, found, by_label = scans.read_pair(house.keeper, car, place)
    assert (vehicle.id, found.id, by_label) == (row.vehicle_id, bay.id, False)


def test_the_short_code_of_a_label_may_be_typed(ctx: Flask) -> None:
    house = make_house()
    row = gate.make_taken_in(house)
    with act():
        label = intake_desk.print_label(house.inspector, row.vehicle)
    code = label.split(":")[3]
    found = scans.read_scan(house.keeper, f"{code[:4]} {code[4:].lower()}", "car")
    assert [car.id for car in found.cars] == [row.vehicle_id]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("https://example.org/SZ1", "A-01", "label_is_address"),
        ("www.example.org", "A-01", "label_is_address"),
        ("SZ1:ABCD2345:HJKMNP", "A-01", "label_unknown"),
        ("XX9:ABCD2345:HJKMNP", "A-01", "label_foreign"),
        ("2345", "Z-99", "scan_unknown"),
        ("9999", "A-01", "scan_unknown"),
        ("", "A-01", "scan_missing"),
        ("2345", "", "scan_missing"),
        ("2345", "4847", "scan_two_cars"),
        ("A-01", "A-02", "scan_two_bays"),
    ],
)
def test_a_wrong_scan_is_named(ctx: Flask, first: str, second: str, code: str) -> None:
    house = make_house()
    makers.make_bays(house)
    gate.make_taken_in(house, vin="LSVAA4182E2184847")
    assert refused_pair(house, first, second).code == code


def test_a_voided_label_is_refused(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    row = gate.make_taken_in(house)
    texts = []
    for _ in range(2):
        with act():
            texts.append(intake_desk.print_label(house.inspector, row.vehicle))
    refusal = refused_pair(house, texts[0], "A-01")
    assert (refusal.code, refusal.field) == ("label_void", "car")


def test_labels_of_another_station_are_refused(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    with act():
        other = people.found(FOUNDER, OrganisationKind.STATION, "第二服务站")
    stranger = Actor("them", "他站", "yard_keeper", other.id, "第二服务站")
    with act():
        bay = plan_desk.add_bays(stranger, [BayRow("A", 1, 1)])[0]
    with act():
        sign = desk.print_sign(stranger, bay)
    row = gate.make_taken_in(house)
    with act():
        label = intake_desk.print_label(house.inspector, row.vehicle)
    assert refused_pair(house, "2345", sign).code == "label_elsewhere"
    with pytest.raises(Refused) as refusal:
        scans.read_pair(stranger, label, sign)
    assert refusal.value.code == "label_elsewhere"
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, row.vehicle, bay, by_label=True)
    assert refusal.value.code == "bay_elsewhere"


def test_a_key_tag_is_neither_car_nor_bay(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    with act():
        tag = media.issue_code(house.keeper, Purpose.KEY, "key:1")
    assert refused_pair(house, tag, "A-01").code == "scan_neither"


def test_a_tail_of_two_cars_asks_for_the_whole_plate(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    gate.make_taken_in(house)
    gate.make_taken_in(house, number=1235, plate="浙B12345")
    refusal = refused_pair(house, "2345", "A-01")
    assert (refusal.code, refusal.values["count"]) == ("scan_many", 2)


def test_a_plate_tail_that_looks_like_a_bay_is_told_by_the_other_scan(ctx: Flask) -> None:
    house = make_house()
    with act():
        plan_desk.add_bays(house.manager, [BayRow("A", 120, 124)])
    row = gate.make_taken_in(house, plate="浙A1A123")
    vehicle, bay, _ = scans.read_pair(house.keeper, "A123", "A-120")
    assert (vehicle.id, bay.code) == (row.vehicle_id, "A-120")


# --- the board


def test_the_board_shows_cars_days_and_free_bays(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house, "B", 3)[2]
    with clock.moved_to(clock.now() - timedelta(days=9)):
        row = makers.make_stored(house, bay)
    drawn = [(s.code, s.days, bool(s.car)) for s, _ in plan_reads.draw(house.keeper).spots]
    assert drawn == [("B-01", 0, False), ("B-02", 0, False), ("B-03", 9, True)]
    figures = plan_reads.count(house.keeper)
    assert (figures.free, figures.total, figures.zones) == (2, 3, {"B": (2, 3)})
    hits = plan_reads.find_by_tail(house.keeper, "2345")
    assert [(hit.vehicle.id, hit.stay.bay.code if hit.stay else "") for hit in hits] == [
        (row.vehicle_id, "B-03")
    ]
    assert plan_reads.find_by_tail(house.keeper, row.vehicle.vin[-4:].lower())
    assert plan_reads.find_by_tail(house.keeper, " ") == []


def test_a_vehicle_that_leaves_frees_its_bay(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    row = makers.make_stored(house, bay)
    with act():
        left = desk.leave(row.vehicle_id)
        vehicles.let_see(row.vehicle_id, house.station.id)
        desk.trail.write(house.keeper, "yard.move", "stay:x", facts={"left": left})
    assert left == "A-01"
    assert reads.find_in_bay(bay.id) is None
