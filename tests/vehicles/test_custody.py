"""Chains of custody: a gap is refused by the rule, and by the database when nobody asked the rule."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail import desk as trail
from station.vehicles import desk, reads
from station.vehicles.custody import Holder, Link, find_gaps, next_number, with_vehicle
from tests.intake import makers
from tests.makers import House, make_house

SOME = st.sampled_from([Holder(key, f"{key}的人") for key in "abcd"])


@given(st.lists(st.tuples(SOME, SOME), max_size=30))
def test_whatever_is_tried_the_chain_that_results_has_no_gap(
    tries: list[tuple[Holder, Holder]],
) -> None:
    chain: list[Link] = []
    for giver, taker in tries:
        last = chain[-1] if chain else None
        gap = last is not None and last.taker != giver
        if gap or giver == taker:
            code = "custody_gap" if gap else "custody_same_side"
            with pytest.raises(Refused, match=code):
                next_number(last, giver, taker)
        else:
            chain.append(Link(next_number(last, giver, taker), giver, taker))
    assert find_gaps(chain) == []
    for before, after in pairwise(chain):
        assert (after.giver, after.number) == (before.taker, before.number + 1)


@given(st.lists(SOME, min_size=3, max_size=12), st.data())
def test_a_link_taken_out_of_a_chain_is_found(people: list[Holder], data: st.DataObject) -> None:
    sides = pairwise(people)
    chain = [Link(number, *pair) for number, pair in enumerate(sides, 1)]
    assert find_gaps(chain) == []
    if len(chain) > 1:
        cut = data.draw(st.integers(0, len(chain) - 2))
        assert find_gaps(chain[:cut] + chain[cut + 1 :])


def link(house: House, car: str, giver: Holder, taker: Holder) -> None:
    with act():
        desk.hand_over(f"vehicle:{car}", car, giver, taker, place="", by_name="测试")
        trail.write(house.inspector, "intake.arrive", "test:1", vehicle=car)


def test_a_gap_is_refused_and_nothing_changes(ctx: Flask) -> None:
    house = make_house()
    car = makers.make_arrived(house).vehicle_id
    before = [(row.giver, row.taker) for row in reads.list_custody(f"vehicle:{car}")]
    with pytest.raises(Refused, match="custody_gap"):
        link(house, car, Holder("person:x", "路人"), Holder("person:y", "别人"))
    after = [(row.giver, row.taker) for row in reads.list_custody(f"vehicle:{car}")]
    assert after == before
    assert [row.by_name for row in reads.list_custody(f"vehicle:{car}")] == ["孙拖", "孙拖"]


@pytest.mark.parametrize(
    ("number", "before", "giver", "taker"),
    [
        (3, 2, "person:x", "person:y"),  # from one who never had it
        (4, 3, "person:x", "person:y"),  # a number left out
        (3, None, "person:x", "person:y"),  # as if it were the first
        (3, 1, "person:x", "person:y"),  # past the last link
        (2, 1, "person:x", "person:y"),  # a second link in the same place
    ],
)
def test_the_database_itself_takes_no_link_that_leaves_a_gap(
    ctx: Flask, number: int, before: int | None, giver: str, taker: str
) -> None:
    house = make_house()
    car = makers.make_arrived(house).vehicle_id
    assert len(reads.list_custody(f"vehicle:{car}")) == 2
    with pytest.raises(IntegrityError):
        db.session.execute(
            text(
                "INSERT INTO vehicles_custody (subject, number, before, vehicle_id, giver,"
                " giver_key, taker, taker_key, place, by_name, at) VALUES (:subject, :number,"
                " :before, :car, 'a', :giver, 'b', :taker, '', '', now())"
            ),
            {
                "subject": f"vehicle:{car}",
                "car": car,
                "number": number,
                "before": before,
                "giver": giver,
                "taker": taker,
            },
        )
    db.session.rollback()


def test_what_lies_in_a_vehicle_is_held_by_it() -> None:
    assert with_vehicle("1") == with_vehicle("1") != with_vehicle("2")
