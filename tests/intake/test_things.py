"""Keys, papers, plates, seals and bags: numbered, lent by name and hour, missed, and handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.court import reads as court
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import desk, thing_desk, thing_reads, things
from station.intake.holdings import Belongings, Item, ItemKind, Keys, Seal
from station.intake.models import Intake
from station.intake.thing_models import Thing
from station.intake.things import Added, Loan, Purpose, ThingKind, ThingState
from station.media import reads as media
from station.media.labels import Purpose as LabelPurpose
from station.media.rules import Kind
from station.notices import reads as notices
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.vehicles import reads as vehicles
from station.vehicles.custody import find_gaps
from tests.intake import makers
from tests.makers import PASSWORD, House, make_house


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def keys_of(intake: Intake) -> list[Thing]:
    return [row for row in thing_reads.list_things(intake.vehicle_id) if row.kind is ThingKind.KEY]


def loan(house: House, hours: int = 4) -> Loan:
    return Loan(house.mechanic.person_id, "", Purpose.CARE, hours)


def lend(house: House, key: Thing, hours: int = 4) -> None:
    with act():
        thing_desk.lend(house.keeper, key, loan(house, hours), by_label=True)


# --- numbers


@given(st.integers(0, 20), st.sets(st.from_regex(r"K-\d{4}", fullmatch=True), max_size=8))
def test_numbers_given_are_as_many_as_keys_and_none_was_taken(count: int, taken: set[str]) -> None:
    tags = things.number_keys(count, "", taken)
    assert len(set(tags)) == count
    assert not set(tags) & taken


def test_typed_tags_come_first_and_the_rest_is_numbered_on() -> None:
    assert things.number_keys(3, "a17，b-2", {"K-0007"}) == ["A17", "B-2", "K-0008"]
    with pytest.raises(Refused, match="key_tags_many"):
        things.number_keys(1, "A B", set())
    with pytest.raises(Refused, match="key_tag_taken"):
        things.number_keys(2, "A", {"A"})
    assert things.free_hooks(3, {"1", "3"}) == ["2", "4", "5"]


# --- taken over at the gate


def test_the_end_of_a_gate_in_takes_over_every_thing_with_a_chain(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    rows = thing_reads.list_things(intake.vehicle_id)
    told = [(row.kind.value, row.tag, row.place) for row in rows]
    assert told == [
        ("key", "K-0001", "1"),
        ("key", "K-0002", "2"),
        ("paper", "", ""),
        ("plate", "", ""),
        ("seal", f"FT{intake.vehicle.vin[-6:]}", ""),
    ]
    for row in rows:
        chain = thing_reads.chain_of(row)
        assert find_gaps([vehicles.as_link(link) for link in chain]) == []
        sides = ("随车", "司法数字服务站")
        assert (chain[0].giver, chain[0].taker) == (
            sides[::-1] if row.kind is ThingKind.SEAL else sides
        )
    code = media.find_code(LabelPurpose.KEY, rows[0].subject)
    assert code is not None
    assert thing_reads.find_scanned(house.keeper, media.text_of(code)) == (rows[0], True)
    assert thing_reads.find_scanned(house.keeper, " k-0002 ") == (rows[1], False)
    line = find_last_line(intake.subject)
    assert line is not None
    assert line.facts["key_numbers"] == "K-0001 K-0002"


def test_a_second_vehicle_gets_other_numbers_and_other_hooks(ctx: Flask) -> None:
    house = make_house()
    makers.make_taken_in(house)
    other = makers.make_taken_in(house, number=1235, plate="浙A23456")
    assert [(row.tag, row.place) for row in keys_of(other)] == [("K-0003", "3"), ("K-0004", "4")]


def test_a_tag_that_hangs_on_another_key_is_refused(ctx: Flask) -> None:
    house = make_house()
    makers.make_taken_in(house)
    intake = makers.make_arrived(house, number=1235, plate="浙A23456")
    before = count_lines()
    with pytest.raises(Refused, match="key_tag_taken"), act():
        desk.save_keys(house.inspector, intake, Keys(1, "k-0001"), 0)
    assert count_lines() == before


def test_a_seal_number_is_used_once_in_a_station(ctx: Flask) -> None:
    house = make_house()
    first = makers.make_taken_in(house)
    number = Seal(f"FT{first.vehicle.vin[-6:]}")
    intake = makers.make_arrived(house, number=1235, plate="浙A23456")
    makers.keep(house.inspector, intake.vehicle, "seal", "seal")
    before = count_lines()
    with pytest.raises(Refused, match="thing_number_used"), act():
        desk.save_seal(house.inspector, intake, number, 0)
    assert count_lines() == before


def test_valuables_are_bagged_told_to_the_judge_and_their_bag_is_known(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    makers.record_everything(house, intake)
    cash = Item(ItemKind.VALUABLE, "现金 300 元", "FB00017")
    box = Item(ItemKind.CLOSED, "上锁的工具箱")
    with act():
        desk.save_belongings(
            house.inspector, intake, Belongings((cash, box)), 1, makers.second(house)
        )
    told = [n for n in notices.list_outbox(house.judge) if n.addressee == "陈执"]
    assert len(told) == 1
    assert "300" not in told[0].text
    with act():
        desk.finish(house.inspector, intake)
    (bag,) = thing_reads.list_bags(intake.vehicle_id)
    assert (bag.tag, bag.what) == ("FB00017", "现金 300 元")
    other = makers.make_arrived(house, number=1235, plate="浙A23456")
    makers.keep(house.inspector, other.vehicle, Kind.BELONGINGS, "things")
    before = count_lines()
    with pytest.raises(Refused, match="thing_number_used"), act():
        desk.save_belongings(house.inspector, other, Belongings((cash,)), 0, makers.second(house))
    bare = Belongings((Item(ItemKind.VALUABLE, "金戒指"),))
    with pytest.raises(Refused, match="bag_missing"), act():
        desk.save_belongings(house.inspector, other, bare, 0, makers.second(house))
    assert count_lines() == before


# --- out and back


def test_a_key_goes_out_by_name_and_comes_back_to_its_hook(ctx: Flask) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    lend(house, key)
    assert (key.state, key.holder, key.purpose) == (ThingState.OUT, "罗养", Purpose.CARE)
    assert thing_reads.list_keeping(key.vehicle_id) == [key]
    line = find_last_line(key.subject)
    assert line is not None
    assert line.facts["to"] == house.mechanic.person_id
    assert court.get_command(house.keeper, line.command).vehicle_id == key.vehicle_id
    with act():
        thing_desk.give_back(house.gate, key, by_label=True)
    assert (key.state, key.holder, key.due_at) == (ThingState.HELD, "司法数字服务站", None)
    chain = [(link.giver, link.taker) for link in thing_reads.chain_of(key)]
    assert chain == [
        ("随车", "司法数字服务站"),
        ("司法数字服务站", "罗养"),
        ("罗养", "司法数字服务站"),
    ]


def test_a_key_that_is_out_does_not_go_out_again(ctx: Flask) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    lend(house, key)
    before = count_lines()
    with pytest.raises(Refused, match="thing_step"):
        lend(house, key)
    assert (count_lines(), len(thing_reads.chain_of(key))) == (before, 2)


def test_two_who_take_one_key_at_once_do_not_both_get_it(ctx: Flask) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    db.session.expunge(key)  # one tablet still shows the key in its place
    again = db.session.get_one(Thing, key.id)
    lend(house, again)
    before = count_lines()
    with pytest.raises(Refused, match="stale"):
        lend(house, key)
    assert (count_lines(), len(thing_reads.chain_of(again))) == (before, 2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": "nobody"}, "loan_stranger"),
        ({"person": "", "name": "张"}, "loan_nobody"),
        ({"hours": 0}, "loan_hours"),
        ({"hours": 169}, "loan_hours"),
    ],
)
def test_a_loan_names_somebody_and_an_hour(
    ctx: Flask, changes: dict[str, object], code: str
) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    given = {"person": house.mechanic.person_id, "name": "", "purpose": Purpose.MOVE, "hours": 4}
    before = count_lines()
    with pytest.raises(Refused, match=code), act():
        thing_desk.lend(
            house.keeper,
            key,
            Loan(**(given | changes)),
            by_label=False,  # type: ignore[arg-type]
        )
    assert (count_lines(), key.state) == (before, ThingState.HELD)


def test_bags_and_seals_are_not_lent(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    seal = next(r for r in thing_reads.list_things(intake.vehicle_id) if r.kind is ThingKind.SEAL)
    with pytest.raises(Refused, match="thing_not_lent"):
        lend(house, seal)
    assert seal.state is ThingState.HELD


def test_a_key_that_is_late_is_shown_at_once_and_told_to_the_judge_an_hour_later(
    ctx: Flask,
) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    lend(house, key, hours=1)
    now = clock.now()
    for after, late, told in ((59, 0, 0), (61, 1, 0), (119, 1, 0), (121, 1, 1)):
        then = now + timedelta(minutes=after)
        assert thing_reads.count_overdue(house.station.id, then) == late
        assert len(thing_reads.list_missing([key.vehicle_id], then)) == told


def test_a_lost_key_keeps_the_vehicle_in_until_the_judge_has_settled_it(ctx: Flask) -> None:
    house = make_house()
    key = keys_of(makers.make_taken_in(house))[0]
    lend(house, key)
    with pytest.raises(Refused, match="lost_reason"), act():
        thing_desk.report_lost(house.keeper, key, "丢了")
    with act():
        thing_desk.report_lost(house.keeper, key, "罗养说落在试车场，找过三遍")
    assert thing_reads.list_missing([key.vehicle_id], clock.now()) == [key]
    assert thing_reads.list_keeping(key.vehicle_id) == [key]
    with act():
        thing_desk.settle(house.judge, key, "由服务站赔偿配制费用")
    assert thing_reads.list_missing([key.vehicle_id], clock.now()) == []
    assert thing_reads.list_keeping(key.vehicle_id) == []
    with pytest.raises(Refused, match="thing_not_lost"), act():
        thing_desk.settle(house.judge, key, "再说一次")
    with act():
        thing_desk.give_back(house.keeper, key, by_label=False)
    links = [vehicles.as_link(row) for row in thing_reads.chain_of(key)]
    assert (key.state, find_gaps(links)) == (ThingState.HELD, [])


def test_a_second_key_can_come_later_from_a_named_person(ctx: Flask) -> None:
    house = make_house()
    car = makers.make_taken_in(house).vehicle
    with pytest.raises(Refused, match="thing_giver"), act():
        thing_desk.add(house.keeper, car, Added(ThingKind.KEY, "", "", ""))
    with pytest.raises(Refused, match="thing_kind"), act():
        thing_desk.add(house.keeper, car, Added(ThingKind.BAG, "X1", "", "周书"))
    with act():
        row = thing_desk.add(house.keeper, car, Added(ThingKind.KEY, "", "", "拱墅法院 周书"))
    assert (row.tag, row.place) == ("K-0003", "3")
    assert thing_reads.chain_of(row)[0].giver == "拱墅法院 周书"


# --- pages


def sign_in(client: FlaskClient, login: str) -> None:
    client.post("/sign-in", data={"login": login, "password": PASSWORD})


def test_two_scans_take_a_key_out_and_bring_it_back(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        key = keys_of(makers.make_taken_in(house))[0]
        key_id, mechanic = key.id, house.mechanic.person_id
    sign_in(client, "yard_keeper")
    opened = client.post("/intake/keys/scan", data={"key": "K-0001"})
    assert opened.status_code == 303
    page = client.get(opened.location).get_data(as_text=True)
    assert "罗养" in page
    out = client.post(
        f"/intake/things/{key_id}/out",
        data={"person": mechanic, "purpose": "care", "hours": "4", "label": "1"},
    )
    assert out.status_code == 303
    assert "罗养 领用" in client.get("/intake/keys").get_data(as_text=True)
    back = client.post("/intake/keys/scan", data={"key": "K-0001"})
    told = client.get(back.location).get_data(as_text=True)
    assert "请挂回 1 号钩" in told
    unknown = client.post("/intake/keys/scan", data={"key": "K-9999"})
    assert (unknown.status_code, "不是本站在管的" in unknown.get_data(as_text=True)) == (404, True)


def test_another_station_sees_no_key(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        key_id = keys_of(makers.make_taken_in(house))[0].id
    sign_in(client, "other_judge")
    assert client.get(f"/intake/things/{key_id}").status_code == 404
