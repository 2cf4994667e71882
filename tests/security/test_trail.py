"""What somebody who holds the database or the disk might do, and `trail verify` must name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.ground.database import act, db
from station.people.models import Organisation
from station.trail import checkpoints, desk, reads
from station.trail.models import Chain, TrailLine
from tests.makers import House, make_house

from .conftest import Owner


@pytest.fixture
def inside(ctx: Flask) -> House:
    """The house in a context, with an erased value in its court's chain."""
    made = make_house()
    with act():
        line = desk.write(made.judge, "people.sign_out", "person:x", private={"plate": "浙A1"})
    with act():
        desk.write(made.inspector, "people.sign_out", "person:y")
    with act():
        desk.erase(made.judge, line, ["plate"], "个人信息保护法第47条")
    return made


def chain_of(organisation: Organisation) -> str:
    return db.session.query(Chain).filter_by(organisation_id=organisation.id).one().id


def faults() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(fault.chain, fault.number) for fault in reads.find_faults()]


@pytest.mark.parametrize(
    "facts", ["{}", '{"chain": 1}', '{"chain": "x", "number": "y", "names": 1}']
)
def test_an_erasing_line_with_broken_facts_is_named_and_stops_no_proof(
    inside: House, as_owner: Owner, facts: str
) -> None:
    chain = chain_of(inside.court)
    number = db.session.query(TrailLine.number).filter_by(act="trail.erase").scalar()
    assert as_owner(f"UPDATE trail_line SET facts = '{facts}' WHERE act = 'trail.erase'") == 1
    assert (chain, number - 1) in faults() or (chain, number) in faults()


def test_a_line_that_was_made_an_erasing_one_is_named(inside: House, as_owner: Owner) -> None:
    chain = chain_of(inside.station)
    as_owner(f"UPDATE trail_line SET act = 'trail.erase' WHERE chain = '{chain}' AND number = 1")
    assert (chain, 1) in faults()


def test_chains_whose_organisations_were_exchanged_are_named(
    inside: House, as_owner: Owner
) -> None:
    one, two = chain_of(inside.court), chain_of(inside.station)
    court, station = inside.court.id, inside.station.id
    as_owner("UPDATE trail_chain SET organisation_id = 'between' WHERE id = '" + one + "'")
    as_owner(f"UPDATE trail_chain SET organisation_id = '{court}' WHERE id = '{two}'")
    as_owner(f"UPDATE trail_chain SET organisation_id = '{station}' WHERE id = '{one}'")
    assert {chain for chain, _ in faults()} == {one, two}


@pytest.mark.parametrize("moment", ["infinity", "0044-03-15 12:00 BC"])
def test_a_time_that_nobody_can_read_is_named(inside: House, as_owner: Owner, moment: str) -> None:
    chain = chain_of(inside.court)
    change = f"UPDATE trail_line SET at = '{moment}' WHERE chain = '{chain}' AND number = 1"
    assert as_owner(change) == 1
    assert (chain, 1) in faults()


BROKEN = {
    "no JSON": "nonsense",
    "no object": "[]",
    "no signature": '{"chain": "%(chain)s", "length": 1, "root": "", "at": ""}',
    "no length": '{"chain": "%(chain)s", "signature": ""}',
    "no number": '{"chain": "%(chain)s", "length": "x", "signature": "AAAA"}',
    "no base64": '{"chain": "%(chain)s", "length": 1, "root": "", "at": "", "signature": "A"}',
    "a fraction": '{"chain": "%(chain)s", "length": 1e999, "signature": "AAAA"}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_checkpoint_is_a_fault_and_hides_no_other(
    inside: House, as_owner: Owner, tmp_path: Path, text: str
) -> None:
    key = checkpoints.load_key(tmp_path / "keys")
    checkpoints.export(tmp_path, key)
    one, two = sorted([chain_of(inside.court), chain_of(inside.station)])
    path = tmp_path / f"{one}.jsonl"
    path.write_text(text % {"chain": one} + "\n" + path.read_text(), encoding="utf-8")
    other = tmp_path / f"{two}.jsonl"
    told = {**json.loads(other.read_text()), "root": "00" * 32}
    other.write_text(json.dumps(told) + "\n", encoding="utf-8")
    found = checkpoints.find_faults(tmp_path, key.public_key())
    assert {fault.chain for fault in found} == {one, two}


def test_a_checkpoint_of_another_chain_stands_for_none(inside: House, tmp_path: Path) -> None:
    key = checkpoints.load_key(tmp_path / "keys")
    checkpoints.export(tmp_path, key)
    one, two = chain_of(inside.court), chain_of(inside.station)
    (tmp_path / f"{one}.jsonl").write_text((tmp_path / f"{two}.jsonl").read_text())
    found = list(checkpoints.find_faults(tmp_path, key.public_key()))
    assert [(fault.chain, "another chain" in fault.what) for fault in found] == [(one, True)]


def test_the_application_role_cannot_switch_triggers_off_or_own_the_trail(inside: House) -> None:
    db.session.rollback()
    for statement in (
        "SET session_replication_role = replica",
        "ALTER TABLE trail_line DISABLE TRIGGER ALL",
        "DROP TRIGGER trail_line_append_only ON trail_line",
        "CREATE TABLE public.x (a int)",
        "TRUNCATE trail_value",
        "UPDATE alembic_version SET version_num = 'x'",
        "SET ROLE postgres",
    ):
        with db.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))
