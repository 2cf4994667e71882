"""Court people sign in with a second factor: enrolled once, a code once, a pause after wrong ones."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.ground.settings import read_settings
from station.people import factor_desk, factors, reads
from station.people.models import RecoveryCode, SecondFactor, SignInRow
from station.people.rules import Role
from station.trail.models import TrailLine
from tests.conftest import with_settings
from tests.makers import PASSWORD, House, make_house

NOW = datetime(2026, 11, 26, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house of an installation that asks court people for a second factor."""
    monkeypatch.setitem(app.extensions, "settings", with_settings(app, second_factor=True))
    with app.app_context():
        made = make_house()
        db.session.remove()
    return made


def sign_in(client: FlaskClient, login: str = "judge") -> str:
    """Account and password; where it leads."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": "/wall"})
    assert answer.status_code == 303
    return answer.location


def enrol(client: FlaskClient) -> tuple[str, list[str]]:
    """Enrol at the first sign-in: (secret, recovery codes)."""
    assert sign_in(client) == "/sign-in/second"
    page = client.get("/sign-in/second").text
    told = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)
    assert told is not None
    assert "<svg" in page
    secret = told[1].replace(" ", "")
    answer = client.post("/sign-in/second", data={"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    codes = re.findall(r'<li class="figure">([0-9A-Z]{5}-[0-9A-Z]{5})</li>', answer.text)
    assert len(codes) == factors.RECOVERY_CODES
    return secret, codes


def later(seconds: int) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def test_the_first_sign_in_enrols_and_the_next_asks_for_a_code_once(
    app: Flask, client: FlaskClient, guarded: House
) -> None:
    secret, _ = enrol(client)
    assert client.get("/watch/desk").status_code == 200
    client.post("/sign-out")
    assert sign_in(client) == "/sign-in/second"
    assert client.get("/watch/desk").status_code != 200  # the password alone opens nothing
    page = client.get("/sign-in/second").text
    assert secret not in page.replace(" ", "")
    used = pyotp.TOTP(secret).now()
    assert client.post("/sign-in/second", data={"code": used}).status_code == 422
    with clock.running(lambda: datetime.now(clock.SHANGHAI) + timedelta(seconds=60)):
        assert sign_in(client) == "/sign-in/second"
        fresh = pyotp.TOTP(secret).at(later(0))
        answer = client.post("/sign-in/second", data={"code": f"{fresh[:3]} {fresh[3:]}"})
        assert (answer.status_code, answer.location) == (303, "/wall")
    with app.app_context():
        kept = db.session.query(SecondFactor).one()
        assert secret.encode() not in kept.sealed
        acts = {row.act for row in db.session.query(TrailLine)}
        assert {"people.enrol_factor", "people.sign_in_second"} <= acts


def test_a_recovery_code_is_good_once(app: Flask, client: FlaskClient, guarded: House) -> None:
    _, codes = enrol(client)
    for status in (303, 422):
        client.post("/sign-out")
        sign_in(client)
        answer = client.post("/sign-in/second", data={"code": codes[0].lower()})
        assert answer.status_code == status
    with app.app_context():
        assert (
            db.session.query(RecoveryCode).filter(RecoveryCode.spent_at.is_not(None)).count() == 1
        )


def test_after_five_wrong_codes_there_is_a_pause_for_right_ones_too(
    app: Flask, client: FlaskClient, guarded: House
) -> None:
    _, codes = enrol(client)
    client.post("/sign-out")
    sign_in(client)
    with app.app_context():
        before = db.session.query(SignInRow).count(), db.session.query(TrailLine).count()
    for _ in range(factors.MOST_WRONG):
        answer = client.post("/sign-in/second", data={"code": "000000"})
        assert answer.status_code == 422
    answer = client.post("/sign-in/second", data={"code": codes[0]})
    assert answer.status_code == 409
    assert "15 分钟" in answer.text
    with app.app_context():
        after = db.session.query(SignInRow).count(), db.session.query(TrailLine).count()
    assert after == before
    with clock.running(lambda: datetime.now(clock.SHANGHAI) + factors.PAUSE * 1.1):
        sign_in(client)
        assert client.post("/sign-in/second", data={"code": codes[0]}).status_code == 303


def test_nothing_opens_the_second_page_but_a_right_password(
    client: FlaskClient, guarded: House
) -> None:
    assert client.get("/sign-in/second").status_code == 403
    client.set_cookie("second", "forged")
    assert client.post("/sign-in/second", data={"code": "123456"}).status_code == 403
    wrong = client.post("/sign-in", data={"login": "judge", "password": "wrong wrong"})
    assert wrong.status_code == 422
    assert client.get("/sign-in/second").status_code == 403


def test_stations_and_installations_without_the_setting_are_not_asked(
    app: Flask, client: FlaskClient, guarded: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in(client, "yard_keeper") == "/wall"
    client.post("/sign-out")
    monkeypatch.setitem(app.extensions, "settings", with_settings(app, second_factor=False))
    assert sign_in(client, "judge") == "/wall"


def test_an_administrator_resets_a_lost_one_and_nobody_their_own_or_another_courts(
    app: Flask, client: FlaskClient, guarded: House
) -> None:
    enrol(client)
    with app.app_context():
        judge, admin = reads.get_person(guarded.judge.person_id), guarded.court_admin
        foreign = replace(admin, organisation_id=guarded.other_court.id)
        for actor, code in ((foreign, "not_found"), (guarded.judge, "own_factor")):
            with pytest.raises(Refused, match=code), act():
                factor_desk.reset(actor, judge)
        assert db.session.query(SecondFactor).count() == 1
        with act():
            factor_desk.reset(admin, judge)
        assert db.session.query(SecondFactor).count() == 0
        assert db.session.query(RecoveryCode).count() == 0
        with pytest.raises(Refused, match="no_factor"), act():
            factor_desk.reset(admin, judge)
    client.post("/sign-out")
    enrol(client)


def test_a_real_installation_asks_and_the_demonstration_does_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    real, shown = tmp_path_factory.mktemp("real"), tmp_path_factory.mktemp("shown")
    (shown / "DEMONSTRATION").write_text("x")
    assert read_settings({"SHUZHAN_HOME": str(real)}).second_factor
    assert not read_settings({"SHUZHAN_HOME": str(shown)}).second_factor
    off = {"SHUZHAN_HOME": str(real), "SHUZHAN_SECOND_FACTOR": "0"}
    assert not read_settings(off).second_factor


@given(st.integers(-5, 5), st.integers(0, 29))
def test_a_code_counts_within_one_step_of_its_own_time(steps: int, into: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    moment = datetime.fromtimestamp(1_800_000_000 // 30 * 30 + into, clock.SHANGHAI)
    code = pyotp.TOTP(secret).at(moment + timedelta(seconds=30 * steps))
    found = factors.step_of(secret, code, moment)
    if abs(steps) <= factors.DRIFT:
        assert found == int(moment.timestamp()) // 30 + steps
    else:
        assert found is None


@given(st.text(max_size=50))
def test_no_other_text_is_a_code(text: str) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    read = factors.read_code(text)
    if factors.step_of(secret, read, NOW) is not None:
        assert re.fullmatch("[0-9]{6}", read)


@pytest.mark.parametrize("role", list(Role))
def test_court_roles_are_asked_when_it_is_required_and_whoever_has_one_always(role: Role) -> None:
    court = role in {Role.JUDGE, Role.CLERK, Role.COURT_ADMIN}
    assert factors.is_wanted(role, required=True, enrolled=False) == court
    assert not factors.is_wanted(role, required=False, enrolled=False)
    assert factors.is_wanted(role, required=False, enrolled=True)
    assert factors.unseal(factors.seal("x", "key"), "key") == "x"
