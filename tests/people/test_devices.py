"""Shared devices: enrolled by a manager, opened by a name and a PIN, signing for people without signal."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient

from station.ground.database import db
from station.ground.refused import Refused
from station.intake.models import Intake
from station.people import pins
from station.people.models import Device, Membership, Pin
from tests.intake import makers
from tests.intake.test_queued import READINGS, lines, queued
from tests.intake.test_views import context, make_again, photo, sign_in
from tests.makers import PASSWORD, House

KEY = ec.generate_private_key(ec.SECP256R1())
JSON = {"Accept": "application/json"}


def spki(key: ec.EllipticCurvePrivateKey = KEY) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


@pytest.fixture
def tablet(app: Flask, house: House) -> FlaskClient:
    """A device of the station, nobody signed in; the inspector and the keeper have PINs."""
    made = app.test_client()
    for login, pin in (("inspector", "271828"), ("yard_keeper", "3141")):
        person = app.test_client()
        sign_in(person, login)
        assert person.post("/pin", data={"pin": pin, "password": PASSWORD}).status_code == 303
    sign_in(made, "station_manager")
    assert made.post("/devices", data={"name": "大门平板", "key": spki()}).status_code == 200
    made.post("/sign-out")
    return made


def person_of(house: House, role: str) -> str:
    return house.people[role].person_id


def enter(tablet: FlaskClient, house: House, role: str, pin: str):  # type: ignore[no-untyped-def]
    told = {"person": person_of(house, role), "pin": pin, "next": "/unsent"}
    return tablet.post("/tablet", data=told, headers=JSON)


@pytest.mark.parametrize("pin", ["", "123", "1234", "7777", "9876", "1234567", "12a4", "１２３５"])
def test_a_pin_has_four_to_six_digits_that_are_not_guessed_at_once(pin: str) -> None:
    with pytest.raises(Refused):
        pins.check_pin(pin)


def test_a_name_and_a_pin_open_the_device_for_that_person(
    app: Flask, tablet: FlaskClient, house: House
) -> None:
    page = tablet.get("/tablet").text
    assert "大门平板" in page
    assert "林查" in page
    assert enter(tablet, house, "inspector", "271828").location == "/unsent"
    assert tablet.get("/hello").json["name"] == "林查"
    assert tablet.post("/tablet/lock").status_code == 303
    assert tablet.get("/hello").json["person"] == ""
    assert enter(tablet, house, "keeper", "3141").status_code == 303
    assert tablet.get("/hello").json["name"] == "马库"
    assert [line.actor for line in lines(app, "people.sign_in_pin")] == [
        person_of(house, "inspector"),
        person_of(house, "keeper"),
    ]


def test_no_other_device_shows_names_or_takes_a_pin(
    app: Flask, tablet: FlaskClient, house: House
) -> None:
    stranger = app.test_client()
    assert "林查" not in stranger.get("/tablet").text
    refused = enter(stranger, house, "inspector", "271828")
    assert (refused.status_code, refused.json["code"]) == (403, "no_device")
    assert lines(app, "people.sign_in_pin") == []


def test_the_sixth_wrong_pin_locks_it_and_stands_on_the_trail(
    app: Flask, tablet: FlaskClient, house: House
) -> None:
    codes = [enter(tablet, house, "inspector", "000000").json["code"] for _ in range(7)]
    assert codes == ["wrong_pin"] * 5 + ["pin_locked"] * 2
    assert enter(tablet, house, "inspector", "271828").json["code"] == "pin_locked"
    (line,) = lines(app, "people.lock_pin")
    assert line.subject == f"person:{person_of(house, 'inspector')}"
    assert line.organisation == house.station.id
    assert lines(app, "people.sign_in_pin") == []
    with context(app):
        pin = db.session.get(Pin, person_of(house, "inspector"))
        assert pin is not None
        assert pin.locked_at is not None
    own = app.test_client()
    sign_in(own, "inspector")
    assert own.post("/pin", data={"pin": "2718", "password": PASSWORD}).status_code == 303
    assert enter(tablet, house, "inspector", "2718").status_code == 303


def test_a_right_pin_lets_tries_count_anew(tablet: FlaskClient, house: House) -> None:
    for _ in range(2):
        for _ in range(5):
            assert enter(tablet, house, "inspector", "000000").status_code == 422
        assert enter(tablet, house, "inspector", "271828").status_code == 303
        tablet.post("/tablet/lock")


def test_a_pin_is_set_by_whoever_knows_the_password(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "inspector")
    refused = client.post("/pin", data={"pin": "2718", "password": "x"}, headers=JSON)
    assert (refused.status_code, refused.json["code"]) == (422, "own_password")
    assert lines(app, "people.set_pin") == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"name": "x", "key": spki()}, "device_name"),
        ({"name": "平板", "key": "AAAA"}, "device_key"),
        ({"name": "平板", "key": "?"}, "device_key"),
        ({"name": "平板", "key": spki(ec.generate_private_key(ec.SECP384R1()))}, "device_key"),
    ],
)
def test_a_device_without_a_name_or_a_key_is_not_enrolled(
    app: Flask, client: FlaskClient, house: House, told: dict[str, str], code: str
) -> None:
    sign_in(client, "station_manager")
    assert client.post("/devices", data=told, headers=JSON).json["code"] == code
    assert lines(app, "people.enrol_device") == []


def test_a_revoked_device_takes_no_pin_and_signs_nothing(
    app: Flask, tablet: FlaskClient, house: House
) -> None:
    with context(app):
        device = db.session.scalars(db.select(Device.id)).one()
    manager = app.test_client()
    sign_in(manager, "station_manager")
    assert manager.post(f"/devices/{device}/revoke").status_code == 303
    again = manager.post(f"/devices/{device}/revoke", headers=JSON)
    assert (again.status_code, again.json["code"]) == (409, "device_revoked")
    assert len(lines(app, "people.revoke_device")) == 1
    assert enter(tablet, house, "inspector", "271828").json["code"] == "no_device"
    said = signed(app, house, "/unsent/settle", {}, "one")
    assert app.test_client().post("/unsent/settle", headers=said).status_code == 403


def signed(  # type: ignore[no-untyped-def]
    app: Flask, house: House, url: str, fields: dict[str, str], token: str, files=(), key=KEY
) -> dict[str, str]:
    """The headers of an act that the tablet signed for the inspector."""
    with context(app):
        device = db.session.scalars(db.select(Device.id)).one()
    said, person = queued(token), person_of(house, "inspector")
    digest = pins.digest_form(fields.items(), files)
    text = pins.signed_text(token, person, url, said["X-Happened-At"], digest)
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(SHA256())))
    raw = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    return said | {
        "X-Person": person,
        "X-Device": device,
        "X-Digest": digest,
        "X-Signature": raw,
        "X-Signed-Url": url,
    }


@pytest.fixture
def gate_in(app: Flask, tablet: FlaskClient, house: House) -> str:
    with context(app):
        return f"/intake/{makers.make_arrived(make_again(house)).id}"


def test_what_the_device_signed_is_its_persons_and_marked(
    app: Flask, house: House, gate_in: str
) -> None:
    url = f"{gate_in}/readings"
    said = signed(app, house, url, READINGS, "one")
    sent = app.test_client().post(url, data=READINGS, headers=said)
    assert sent.status_code == 200, sent.text
    (line,) = lines(app, "intake.readings")
    assert line.actor == person_of(house, "inspector")
    assert (line.facts["identified"], line.facts["signed_by"]) == (
        "pin_without_signal",
        said["X-Device"],
    )


def test_a_signed_photo_is_held_against_its_hash(app: Flask, house: House, gate_in: str) -> None:
    url, body = f"{gate_in}/shots/photos", makers.jpeg(5, (320, 240))
    files = [("front", hashlib.sha256(body).hexdigest())]
    said = signed(app, house, url, {}, "one", files)
    other = app.test_client().post(url, data={"front": photo(6)}, headers=said)
    assert (other.status_code, other.json["code"]) == (403, "signature")
    assert "front" not in [line.facts["slot"] for line in lines(app, "media.keep")]
    assert app.test_client().post(url, data={"front": photo(5)}, headers=said).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"X-Once": "two"},
        {"X-Person": "nobody"},
        {"X-Happened-At": "2026-01-01T00:00:00+00:00"},
        {"X-Signed-Url": "/yard/scan"},
        {"X-Signature": "AAAA"},
        {"X-Device": "nothing"},
    ],
)
def test_a_signature_holds_for_one_act_alone(
    app: Flask, house: House, gate_in: str, change: dict[str, str]
) -> None:
    url = f"{gate_in}/readings"
    said = signed(app, house, url, READINGS, "one") | change
    assert app.test_client().post(url, data=READINGS, headers=said).status_code == 403
    assert lines(app, "intake.readings") == []


def test_another_form_under_a_signature_is_refused(app: Flask, house: House, gate_in: str) -> None:
    url = f"{gate_in}/readings"
    said = signed(app, house, url, READINGS, "one")
    other = {**READINGS, "odometer": "1"}
    refused = app.test_client().post(url, data=other, headers=said)
    assert (refused.status_code, refused.json["code"]) == (403, "signature")
    assert lines(app, "intake.readings") == []


def test_a_signature_counts_only_while_its_person_works_at_the_station(
    app: Flask, house: House, gate_in: str
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        ended = db.update(Membership).where(Membership.person_id == person_of(house, "inspector"))
        connection.execute(ended.values(until=db.func.now()))
    url = f"{gate_in}/readings"
    said = signed(app, house, url, READINGS, "one")
    assert app.test_client().post(url, data=READINGS, headers=said).status_code == 403
    assert lines(app, "intake.readings") == []


def test_the_second_person_signs_by_pin_and_wrong_tries_count(
    app: Flask, tablet: FlaskClient, house: House, gate_in: str
) -> None:
    assert enter(tablet, house, "inspector", "271828").status_code == 303
    assert "第二人 PIN" in tablet.get(f"{gate_in}/belongings").text
    told = {"version": "0", "none": "1", "second_person": person_of(house, "keeper")}
    url = f"{gate_in}/belongings"
    wrong = tablet.post(url, data={**told, "second_pin": "0000"}, headers=JSON)
    assert (wrong.status_code, wrong.json["code"]) == (422, "second_wrong_pin")
    own = told | {"second_person": person_of(house, "inspector"), "second_pin": "271828"}
    assert tablet.post(url, data=own, headers=JSON).json["code"] == "second_same"
    assert lines(app, "intake.belongings") == []
    assert tablet.post(url, data={**told, "second_pin": "3141"}).status_code == 303
    assert len(lines(app, "intake.belongings")) == 1
    with context(app):
        assert db.session.scalars(db.select(Intake)).one() is not None


def test_the_key_of_a_persons_device_memory_is_theirs_alone(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "inspector")
    mine = client.get("/unsent/key")
    assert mine.headers["Cache-Control"] == "no-store"
    other = app.test_client()
    sign_in(other, "station_manager")
    assert mine.json["key"] == client.get("/unsent/key").json["key"]
    assert mine.json["key"] != other.get("/unsent/key").json["key"]


def test_a_refused_act_that_was_settled_otherwise_leaves_its_words_on_the_trail(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "inspector")
    told = {
        "act": "a1",
        "title": "入位",
        "url": "/yard/scan",
        "refused": "bay_taken",
        "typed": "车：1",
    }
    short = client.post("/unsent/settle", data={**told, "reason": "好"}, headers=queued("one"))
    assert (short.status_code, short.json["code"]) == (422, "no_settlement")
    assert lines(app, "people.settle_unsent") == []
    done = client.post(
        "/unsent/settle", data={**told, "reason": "已移到空位"}, headers=queued("two")
    )
    assert done.status_code == 200
    (line,) = lines(app, "people.settle_unsent")
    assert "reason~" in line.facts
    assert "typed~" in line.facts
