"""The trail on a real database: append-only, provable, and every alteration seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from station.ground.actors import Actor
from station.ground.database import Unwitnessed, act, db
from station.ground.refused import Refused
from station.people.models import Person
from station.trail import checkpoints, desk, reads
from station.trail.models import Chain, TrailLine, TrailValue
from tests.makers import FOUNDER, House, make_house


@pytest.fixture
def house(ctx: Flask) -> House:
    """Founding a house writes a few chains with private values and devices."""
    made = make_house()
    for number in range(3):
        with act():
            desk.write(
                made.judge,
                "people.sign_out",
                "person:x",
                facts={"n": number},
                private={"plate": "浙A12345"},
            )
    return made


def as_owner(owner_url: str, statement: str, **values: object) -> None:
    """Do something with triggers off, as only a superuser could."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(statement), values)
    engine.dispose()


def judge_chain(house: House) -> str:
    """The chain of the judge's court."""
    return db.session.query(Chain).filter_by(organisation_id=house.court.id).one().id


def test_a_fresh_trail_is_whole(house: House) -> None:
    assert list(reads.find_faults()) == []


def test_numbers_are_gapless_and_each_line_holds_the_hash_of_the_one_before(house: House) -> None:
    rows = db.session.query(TrailLine).filter_by(chain=judge_chain(house)).order_by("number").all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]


ALTERATIONS = {
    "chain": None,
    "number": "number = number + 1000",
    "at": "at = at + interval '1 microsecond'",
    "happened_at": "happened_at = at",
    "clock_doubtful": "clock_doubtful = NOT clock_doubtful",
    "act": "act = 'people.sign_in'",
    "subject": "subject = subject || '1'",
    "vehicle": "vehicle = 'v'",
    "case": "\"case\" = 'k'",
    "command": "command = 'c'",
    "actor": "actor = 'somebody'",
    "role": "role = 'clerk'",
    "organisation": "organisation = 'elsewhere'",
    "device": "device = repeat('0', 64)",
    "address": "address = repeat('0', 64)",
    "facts": "facts = facts || '{\"n\": 7}'",
    "previous": "previous = set_byte(previous, 5, (get_byte(previous, 5) + 1) % 256)",
    "hash": "hash = set_byte(hash, 5, (get_byte(hash, 5) + 1) % 256)",
}


def test_the_table_of_alterations_names_every_column_of_a_line() -> None:
    assert set(ALTERATIONS) == set(TrailLine.__table__.columns.keys())


@pytest.mark.parametrize("column", [name for name, change in ALTERATIONS.items() if change])
def test_altering_any_column_of_a_past_line_is_found(
    house: House, owner_url: str, column: str
) -> None:
    chain = judge_chain(house)
    as_owner(
        owner_url,
        f"UPDATE trail_line SET {ALTERATIONS[column]} WHERE chain = :chain AND number = 2",
        chain=chain,
    )
    db.session.rollback()
    faults = list(reads.find_faults())
    assert [fault.chain for fault in faults] == [chain]
    assert faults[0].number in {2, 3}


def test_moving_a_line_to_another_chain_is_found(house: House, owner_url: str) -> None:
    chain = judge_chain(house)
    other = db.session.query(Chain).filter(Chain.id != chain).first()
    assert other
    as_owner(
        owner_url,
        "UPDATE trail_line SET chain = :other, number = 999 WHERE chain = :chain AND number = 2",
        chain=chain,
        other=other.id,
    )
    db.session.rollback()
    assert {fault.chain for fault in reads.find_faults()} == {chain, other.id}


@pytest.mark.parametrize("column", ["salt", "value"])
def test_altering_a_private_value_is_found(house: House, owner_url: str, column: str) -> None:
    change = "value = '浙A99999'" if column == "value" else "salt = '\\x00'"
    as_owner(owner_url, f"UPDATE trail_value SET {change} WHERE name = 'plate'")
    db.session.rollback()
    assert ["plate" in fault.what for fault in reads.find_faults()] == [True]


def test_erasing_a_value_by_law_leaves_the_chain_whole_and_without_law_it_is_found(
    house: House,
) -> None:
    line = db.session.query(TrailLine).filter(TrailLine.facts.has_key("plate~")).first()
    assert line
    with pytest.raises(Refused, match="erase_without_law"), act():
        desk.erase(house.judge, line, ["plate"], " ")
    assert reads.list_values(line)["plate"] == "浙A12345"
    with act():
        desk.erase(house.judge, line, ["plate"], "个人信息保护法第47条")
    assert "plate" not in reads.list_values(line)
    assert list(reads.find_faults()) == []
    with act():
        other = db.session.query(TrailValue).filter_by(name="plate").first()
        db.session.delete(other)
        desk.write(house.judge, "people.sign_out", "person:x")
    assert ["no act erased it" in fault.what for fault in reads.find_faults()] == [True]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_line SET act = 'x'",
        "DELETE FROM trail_line",
        "TRUNCATE trail_line CASCADE",
    ],
)
def test_neither_the_application_nor_the_owner_can_change_a_line(
    house: House, app: Flask, owner_url: str, statement: str
) -> None:
    db.session.rollback()  # TRUNCATE would wait for what this test has read
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text(statement))
    engine = create_engine(owner_url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    engine.dispose()


def test_a_chain_cannot_shrink_or_jump(house: House) -> None:
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="only grows"):
        connection.execute(text("UPDATE trail_chain SET length = length - 1"))
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("DELETE FROM trail_chain"))


def test_rows_changed_without_a_line_are_rolled_back(house: House) -> None:
    people = db.session.query(Person).count()
    with pytest.raises(Unwitnessed), act():
        db.session.query(Person).update({"phone": "1"})
    with pytest.raises(Unwitnessed):
        db.session.query(Person).update({"phone": "1"})
    db.session.rollback()
    assert db.session.query(Person).filter_by(phone="1").count() == 0
    assert db.session.query(Person).count() == people


def test_an_act_outside_the_vocabulary_is_a_fault_of_the_program(house: House) -> None:
    with pytest.raises(ValueError, match="vocabulary"), act():
        desk.write(house.judge, "court.dance", "case:x")


def test_a_private_value_cannot_take_the_place_of_the_actors_own_address(house: House) -> None:
    with pytest.raises(ValueError, match="name the private value otherwise"), act():
        desk.write(house.judge, "people.sign_out", "person:x", private={"address": "某路 8 号"})


def test_an_organisation_that_was_not_founded_writes_nothing(house: House) -> None:
    with pytest.raises(Refused, match="no_chain"), act():
        desk.write(Actor("p", "", "judge", "nowhere"), "people.sign_out", "person:p")


def test_a_cut_tail_is_seen_against_the_checkpoint(
    house: House, owner_url: str, tmp_path: Path
) -> None:
    key = checkpoints.load_key(tmp_path / "keys")
    assert checkpoints.export(tmp_path / "out", key) > 0
    assert checkpoints.export(tmp_path / "out", key) == 0
    assert list(checkpoints.find_faults(tmp_path / "out", key.public_key())) == []
    chain = judge_chain(house)
    last = db.session.get(Chain, chain)
    assert last
    length = last.length
    as_owner(
        owner_url,
        "DELETE FROM trail_value WHERE chain = :chain AND number = :number",
        chain=chain,
        number=length,
    )
    as_owner(
        owner_url,
        "DELETE FROM trail_line WHERE chain = :chain AND number = :number",
        chain=chain,
        number=length,
    )
    as_owner(
        owner_url,
        "UPDATE trail_chain SET length = length - 1, head ="
        " (SELECT hash FROM trail_line WHERE chain = :chain AND number = :number)"
        " WHERE id = :chain",
        chain=chain,
        number=length - 1,
    )
    db.session.rollback()
    assert list(reads.find_faults()) == []
    faults = list(checkpoints.find_faults(tmp_path / "out", key.public_key()))
    assert [(fault.chain, fault.number) for fault in faults] == [(chain, length)]


def test_a_checkpoint_that_was_edited_is_seen(house: House, tmp_path: Path) -> None:
    key = checkpoints.load_key(tmp_path / "keys")
    checkpoints.export(tmp_path, key)
    path = tmp_path / f"{judge_chain(house)}.jsonl"
    path.write_text(path.read_text().replace('"length": ', '"length": 1'), encoding="utf-8")
    faults = list(checkpoints.find_faults(tmp_path, key.public_key()))
    assert ["signature" in fault.what for fault in faults] == [True]


def test_the_founder_wrote_the_first_line(house: House) -> None:
    chain = db.session.query(Chain).filter_by(organisation_id=desk.INSTALLATION).one()
    first = db.session.get(TrailLine, (chain.id, 1))
    assert first
    assert (first.act, first.actor) == ("trail.found", FOUNDER.person_id)
