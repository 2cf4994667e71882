"""Accounts, sign-in and one-time links."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.ground.database import act, db
from station.ground.refused import Refused
from station.notices.models import Notice
from station.people import desk, reads
from station.people.models import Person, SignInRow
from station.people.rules import OrganisationKind, Role, SignIn
from station.trail import desk as trail_desk
from station.trail.models import TrailLine, TrailValue
from tests.makers import FOUNDER, PASSWORD, House, make_house


@pytest.fixture
def house(ctx: Flask) -> House:
    """The house with its people."""
    return make_house()


def test_a_person_signs_in_and_only_a_hash_of_the_cookie_is_kept(house: House) -> None:
    with act():
        cookie = desk.sign_in(SignIn("judge", PASSWORD), device="pc", address="127.0.0.1")
    actor = reads.find_actor(cookie, device="pc", address="127.0.0.1")
    assert actor
    assert (actor.name, actor.role, actor.organisation_id) == ("陈执", "judge", house.court.id)
    assert db.session.get(SignInRow, cookie) is None


@pytest.mark.parametrize(("login", "password"), [("judge", "wrong wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    house: House, login: str, password: str
) -> None:
    with pytest.raises(Refused) as refusal, act():
        desk.sign_in(SignIn(login, password), device="", address="")
    assert refusal.value.code == "wrong_password"
    assert db.session.query(SignInRow).count() == 0


def test_roles_belong_to_kinds_of_organisation_and_logins_to_one_person(house: House) -> None:
    people = db.session.query(Person).count()
    for role, login, password, code in (
        (Role.JUDGE, "new", PASSWORD, "role_not_here"),
        (Role.GATE, "gate", PASSWORD, "login_taken"),
        (Role.GATE, "new", "short", "short_password"),
    ):
        with pytest.raises(Refused, match=code), act():
            desk.appoint(FOUNDER, house.station, role, "某", login=login, password=password)
    assert db.session.query(Person).count() == people


def test_passwords_are_kept_as_argon2(house: House) -> None:
    person = reads.find_person_by_login("judge")
    assert person
    assert str(person.password_hash).startswith("$argon2id$")


def make_link(house: House) -> Notice:
    """A link for a driver, as its message in the outbox."""
    with act():
        link = desk.make_link(
            house.station, Role.TOW_DRIVER, "tow:1", name="张司机", phone="13800000000", text="拖车"
        )
        trail_desk.write(house.manager, "release.send_link", link.scope)
    return db.session.query(Notice).order_by(Notice.made_at.desc()).first()  # type: ignore[return-value]


def spend(notice: Notice, code: str) -> tuple[str, str]:
    """Type the code."""
    with act():
        return desk.spend_link(
            notice.link.rsplit("/", 1)[1], code, device="phone", address="127.0.0.1"
        )


def test_a_link_is_spent_by_its_code_once_and_opens_only_its_subject(house: House) -> None:
    notice = make_link(house)
    cookie, scope = spend(notice, notice.code.lower())
    assert scope == "tow:1"
    actor = reads.find_actor(cookie, device="phone", address="127.0.0.1")
    assert actor
    assert (actor.role, actor.scope, actor.by_link) == ("tow_driver", "tow:1", True)
    with pytest.raises(Refused, match="link_gone"):
        spend(notice, notice.code)
    assert db.session.query(SignInRow).count() == 1


def test_a_new_link_for_the_same_subject_voids_the_old_one(house: House) -> None:
    old, new = make_link(house), make_link(house)
    with pytest.raises(Refused, match="link_gone"):
        spend(old, old.code)
    spend(new, new.code)


def test_neither_link_nor_code_nor_phone_is_on_the_trail(house: House) -> None:
    notice = make_link(house)
    said = str([line.facts for line in db.session.query(TrailLine)])
    kept = {row.value for row in db.session.query(TrailValue)}
    for secret in (notice.code, notice.link.rsplit("/", 1)[1], notice.phone):
        assert secret not in said
        assert secret not in kept


def test_the_second_person_is_another_colleague(house: House) -> None:
    for login, password, code in (
        ("inspector", PASSWORD, "second_same"),
        ("judge", PASSWORD, "second_elsewhere"),
        ("gate", "wrong wrong", "second_wrong"),
    ):
        with pytest.raises(Refused, match=code):
            desk.second_person(house.inspector, login, password)
    assert desk.second_person(house.inspector, "gate", PASSWORD).id == house.gate.person_id


def test_founding_needs_a_known_kind_and_gives_a_chain(house: House) -> None:
    with act():
        row = desk.found(FOUNDER, OrganisationKind.PROVIDER, "某修理厂")
    with act():
        desk.appoint(FOUNDER, row, Role.PROVIDER, "修", login="repair", password=PASSWORD)
    assert [p.name for p in reads.list_colleagues(row.id, Role.PROVIDER)] == ["修"]


def open_house(app: Flask) -> Notice:
    """A house and a link, for tests with a browser."""
    with app.app_context():
        notice = make_link(make_house())
        db.session.refresh(notice)
        db.session.expunge(notice)
        return notice


def test_opening_a_link_spends_nothing_and_five_wrong_codes_lock_it(
    app: Flask, client: FlaskClient
) -> None:
    notice = open_house(app)
    path = notice.link.removeprefix("http://localhost")
    for _ in range(3):
        assert client.get(path).status_code == 200
    for _ in range(5):
        answer = client.post(path, data={"code": "AAAAAA"})
        assert (answer.status_code, "验证码不对" in answer.text) == (422, True)
    answer = client.post(path, data={"code": notice.code})
    assert (answer.status_code, "锁定" in answer.text) == (409, True)


def test_a_spent_link_stays_open_on_its_own_device(app: Flask, client: FlaskClient) -> None:
    notice = open_house(app)
    path = notice.link.removeprefix("http://localhost")
    answer = client.post(path, data={"code": notice.code})
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get(path).status_code == 410
    assert client.get("/court/cases").status_code == 403


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_never_leads_to_another_site(app: Flask, client: FlaskClient, onward: str) -> None:
    open_house(app)
    form = {"login": "judge", "password": PASSWORD, "next": onward}
    assert client.post("/sign-in", data=form).location == "/"
