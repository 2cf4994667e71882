"""The plan of the yard: rows on a grid, the way round, figures, and the editor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.yard import plan, plan_desk, plan_reads, reads
from station.yard.models import Bay, PlacedRow
from station.yard.plan import Age, Box, Direction, Placing
from station.yard.rules import BayKind, BayRow
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House, make_house
from tests.yard import makers


def row(name: str, at: Placing, count: int = 3, kind: BayKind = BayKind.ORDINARY) -> plan.Row:
    return plan.Row(name, at, tuple((f"{name}{n}", kind) for n in range(1, count + 1)))


# --- drawing


@pytest.mark.parametrize(
    ("at", "boxes"),
    [
        (Placing(2, 1), [Box(2, 1, 3, 6), Box(5, 1, 3, 6)]),
        (Placing(2, 1, gap=1), [Box(2, 1, 3, 6), Box(6, 1, 3, 6)]),
        (Placing(2, 1, Direction.WEST), [Box(5, 1, 3, 6), Box(2, 1, 3, 6)]),
        (Placing(0, 0, Direction.SOUTH), [Box(0, 0, 6, 3), Box(0, 3, 6, 3)]),
        (Placing(0, 0, Direction.NORTH), [Box(0, 3, 6, 3), Box(0, 0, 6, 3)]),
    ],
)
def test_numbers_rise_to_where_the_row_says(at: Placing, boxes: list[Box]) -> None:
    drawn = plan.draw_row(row("A", at, 2))
    assert [drawn["A1"], drawn["A2"]] == boxes


def test_a_large_bay_takes_more_ground_than_its_neighbours() -> None:
    mixed = plan.Row("A", Placing(0, 0), (("a", BayKind.LARGE), ("b", BayKind.ORDINARY)))
    assert plan.draw_row(mixed) == {"a": Box(0, 0, 4, 12), "b": Box(4, 0, 3, 6)}


def test_a_walk_goes_up_one_row_and_down_the_next_wherever_they_stand() -> None:
    rows = [
        row("C", Placing(0, 12)),
        row("A", Placing(0, 0)),
        row("B", Placing(0, 6)),
        row("D", Placing(30, 0, Direction.SOUTH)),
    ]
    assert plan.walk(rows) == [
        "A1",
        "A2",
        "A3",
        "B3",
        "B2",
        "B1",
        "C1",
        "C2",
        "C3",
        "D3",
        "D2",
        "D1",
    ]
    assert plan.walk([plan.Row("E", Placing(0, 0), ())]) == []


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (Placing(8, 5), "row_overlap"),
        (Placing(398, 0), "row_outside"),
        (Placing(-1, 0), "row_outside"),
        (Placing(0, 20, gap=10), "row_gap"),
    ],
)
def test_a_row_lies_on_the_plan_and_on_free_ground(at: Placing, code: str) -> None:
    there = [row("A", Placing(0, 0))]
    with pytest.raises(Refused) as refusal:
        plan.check_placing(row("B", at), there, {"A3": "A-03"})
    assert refusal.value.code == code


def test_rows_may_touch_and_the_program_finds_ground_of_its_own() -> None:
    there = [row("A", Placing(0, 0))]
    plan.check_placing(row("B", Placing(9, 0)), there, {})
    assert plan.next_place(there) == Placing(0, 12)
    assert plan.next_place([]) == Placing(0, 0)


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.NEW), (30, Age.NEW), (31, Age.MONTH), (91, Age.QUARTER), (181, Age.HALF_YEAR)],
)
def test_cars_age_by_days(days: int, age: Age) -> None:
    assert plan.age_of(days) is age


# --- laying out


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def test_a_row_is_placed_and_its_act_is_on_the_trail(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house, "A", 3)
    made = plan_reads.list_rows(house.manager)[0]
    with act():
        plan_desk.place_row(house.manager, made, Placing(30, 4, Direction.SOUTH, 1))
    line = find_last_line(made.subject)
    assert line is not None
    assert (line.act, line.facts["from"], line.facts["to"]) == (
        "yard.place_row",
        "0,0 east 0",
        "30,4 south 1",
    )
    assert db.session.get_one(PlacedRow, made.id).version == 2


def test_ground_that_is_taken_changes_nothing(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house, "A", 3)
    makers.make_bays(house, "B", 3)
    second = plan_reads.list_rows(house.manager, "B")[0]
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        plan_desk.place_row(house.manager, second, Placing(6, 0))
    assert (refusal.value.code, refusal.value.values["bay"]) == ("row_overlap", "A-03")
    with pytest.raises(Refused) as refusal, act():
        plan_desk.add_bays(house.manager, [BayRow("C", 1, 3)], [Placing(0, 0)])
    assert refusal.value.code == "row_overlap"
    assert count_lines() == before
    assert db.session.get_one(PlacedRow, second.id).placing == Placing(0, 12)
    assert len(reads.list_bays(house.manager)) == 6


def test_a_plan_that_somebody_changed_meanwhile_is_not_changed_blindly(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house, "A", 3)
    made = plan_reads.list_rows(house.manager)[0]
    stale = PlacedRow(
        **{c: getattr(made, c) for c in ("id", "x", "y", "direction", "gap", "version")}
    )
    with act():
        plan_desk.place_row(house.manager, made, Placing(10, 0))
    with pytest.raises(Refused) as refusal, act():
        plan_desk.place_row(house.manager, stale, Placing(20, 0))
    assert refusal.value.code == "plan_changed"
    assert db.session.get_one(PlacedRow, made.id).x == 10


def test_only_a_row_that_was_never_used_is_taken_away(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house, "A", 2)
    makers.make_bays(house, "B", 2)
    makers.make_stored(house, bays[0])
    used, unused = plan_reads.list_rows(house.manager)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        plan_desk.remove_row(house.manager, used)
    assert (refusal.value.code, count_lines()) == ("row_used", before)
    subject = unused.subject
    with act():
        plan_desk.remove_row(house.manager, unused)
    assert [bay.code for bay in reads.list_bays(house.manager)] == ["A-01", "A-02"]
    line = find_last_line(subject)
    assert line is not None
    assert line.facts["bays"] == "B-01 B-02"


def test_a_bay_gets_a_charger_and_its_act_says_so(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    with act():
        plan_desk.change_bay(house.manager, bay, BayKind.CHARGING)
    assert db.session.get_one(Bay, bay.id).kind is BayKind.CHARGING
    with pytest.raises(Refused) as refusal, act():
        plan_desk.change_bay(house.manager, bay, BayKind.CHARGING)
    assert refusal.value.code == "bay_same_kind"
    makers.make_bays(house, "B", 1)
    with act():
        plan_desk.place_row(
            house.manager, plan_reads.list_rows(house.manager, "B")[0], Placing(0, 6)
        )
    with pytest.raises(Refused) as refusal, act():
        plan_desk.change_bay(house.manager, bay, BayKind.LARGE)  # it would reach into row B
    assert refusal.value.code == "row_overlap"
    assert db.session.get_one(Bay, bay.id).kind is BayKind.CHARGING


@pytest.mark.parametrize("last", [51, 999])
def test_a_row_is_not_longer_than_people_walk(ctx: Flask, last: int) -> None:
    house = make_house()
    with pytest.raises(Refused) as refusal, act():
        plan_desk.add_bays(house.manager, [BayRow("A", 1, last)])
    assert (refusal.value.code, len(reads.list_bays(house.manager))) == ("row_long", 0)


# --- figures, lists and find


def test_every_figure_opens_its_list(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house, "A", 3)
    with act():
        plan_desk.change_bay(house.manager, bays[2], BayKind.QUARANTINE)
    vehicle = makers.make_stored(house, bays[0]).vehicle
    with clock.moved_to(clock.now() + timedelta(days=100)):
        makers.put(house, vehicle, bays[1])  # moved since: it does not grow younger
        figures = plan_reads.count(house.keeper)
        assert (figures.free, figures.total, figures.ages[Age.QUARTER]) == (2, 3, 1)
        assert figures.kinds[BayKind.QUARANTINE] == (1, 1)
        shown = {
            show: [spot.code for spot in plan_reads.list_spots(house.keeper, show)[0]]
            for show in ("all", "free", "taken", "quarantine", "quarter", "half_year", "A")
        }
        assert shown == {
            "all": ["A-01", "A-02", "A-03"],
            "free": ["A-01", "A-03"],
            "taken": ["A-02"],
            "quarantine": ["A-03"],
            "quarter": ["A-02"],
            "half_year": [],
            "A": ["A-01", "A-02", "A-03"],
        }
    with pytest.raises(Refused) as refusal:
        plan_reads.list_spots(house.keeper, "nothing")
    assert refusal.value.status == 404


def test_cars_are_found_while_the_tail_is_typed(ctx: Flask) -> None:
    house = make_house()
    gate.make_taken_in(house)
    gate.make_taken_in(house, number=1235, plate="浙B12399")
    for typed, plates in {
        "2": ["浙A12345", "浙B12399"],
        "23": ["浙A12345", "浙B12399"],
        "2 34": ["浙A12345"],
        "2345": ["浙A12345"],
        "浙A·12345": ["浙A12345"],
        "%": [],
        "999": [],
    }.items():
        found = plan_reads.find_by_tail(house.keeper, typed)
        assert [hit.vehicle.plate for hit in found] == plates, typed
    stranger = replace(house.keeper, organisation_id=house.other_agency.id)
    assert plan_reads.find_by_tail(stranger, "2345") == []


# --- pages


def test_the_manager_edits_the_plan_by_forms(app: Flask, client: FlaskClient, house: House) -> None:
    sign_in(client, "station_manager")
    assert "还没有划定库位" in client.get("/yard/").text
    row_form = {"zone": "A", "first": "1", "last": "4", "kind": "covered"}
    place = {"x": "10", "y": "2", "gap": "1", "direction": "south"}
    assert client.post("/yard/new", data={**row_form, **place}).location == "/yard/plan"
    assert "向东 10 米，向南 2 米" in client.get("/yard/plan").text
    with context(app):
        row_id, bay_id = db.session.execute(
            select(Bay.row_id, Bay.id).where(Bay.code == "A-01")
        ).one()
    wrong = client.post(f"/yard/rows/{row_id}", data={**place, "x": "1.5"})
    assert wrong.status_code == 422
    assert 'value="1.5"' in wrong.text
    assert client.post(f"/yard/rows/{row_id}", data={**place, "x": "20"}).status_code == 303
    assert "向东 20 米" in client.get("/yard/plan").text
    changed = client.post(f"/yard/bays/{bay_id}/kind", data={"kind": "quarantine"})
    assert changed.status_code == 303
    page = client.get("/yard/?elder=1").text
    assert "隔离车位" in page
    assert page.count('<rect class="spot spot-free') == 4 + 2  # bays, and kinds
    assert client.post(f"/yard/rows/{row_id}/remove").status_code == 303
    assert "还没有划定库位" in client.get("/yard/").text


def test_a_car_is_found_in_a_part_of_a_page(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app):
        makers.make_stored(make_again(house), makers.make_bays(make_again(house))[1])
    sign_in(client, "gate")
    part = client.get("/yard/find?tail=23").text
    assert "A-02" in part
    assert "<html" not in part
    assert "没有尾号是 99 的车辆" in client.get("/yard/find?tail=99").text
    assert client.get("/yard/find?tail=").text.strip() == ""
    listed = client.get("/yard/bays?show=taken").text
    assert "A-02" in listed
    assert client.get("/yard/bays?show=x%00").status_code == 400
    assert client.get("/yard/bays?show=nothing").status_code == 404


def test_a_large_yard_is_drawn_zone_by_zone(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app), act():
        rows = [BayRow(zone, first, first + 49) for zone in "ABC" for first in (1, 51)]
        plan_desk.add_bays(make_again(house).manager, rows)
    sign_in(client, "gate")
    page = client.get("/yard/").text
    assert "A-100" in page
    assert "B-100" not in page
    assert "B-100" in client.get("/yard/?zone=B").text
