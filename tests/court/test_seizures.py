"""A seizure is renewed by a ruling before it lapses, for two years at most."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.court import seizure_desk, seizures
from station.court.models import Seizure
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail.models import TrailLine
from tests.court import makers
from tests.makers import PASSWORD, House, make_house

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS, DAYS)
def test_a_renewal_is_later_than_the_end_and_no_longer_than_two_years(
    before: date, until: date, today: date
) -> None:
    allowed = today <= before < until <= seizures.latest_end(today)
    if allowed:
        seizures.check_renewal(before, until, today)
        assert (until - today).days <= 731
    else:
        with pytest.raises(Refused):
            seizures.check_renewal(before, until, today)


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def lines() -> int:
    return db.session.query(TrailLine).count()


def test_the_judge_renews_it_and_the_old_end_stays_on_the_trail(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        row = makers.registered(house)
        seizure, case = row.id, row.case_id
        soon = clock.today() + timedelta(days=20)
        with act():
            db.session.query(Seizure).filter_by(id=seizure).update({"until": soon})
            makers.desk._write(house.judge, "court.value", "test", row.vehicle_id, case)
        db.session.remove()
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    assert f"/court/seizures/{seizure}/renew" in client.get(f"/court/cases/{case}").text
    until = clock.today() + timedelta(days=700)
    with app.app_context():
        before = lines()
    page = client.post(f"/court/seizures/{seizure}/renew", data={"until": until.isoformat()})
    assert page.status_code == 422
    assert "请上传续行查封裁定书" in page.text
    long = clock.today() + timedelta(days=800)
    form = {"until": long.isoformat(), "ruling": (makers.a_pdf("renew"), "r.pdf")}
    page = client.post(f"/court/seizures/{seizure}/renew", data=form)
    assert page.status_code == 422
    assert "不得超过两年" in page.text
    with app.app_context():
        assert db.session.get_one(Seizure, seizure).until == soon
        assert lines() == before + 1  # the ruling was kept, and nothing else
    form = {"until": until.isoformat(), "ruling": (makers.a_pdf("renew"), "r.pdf")}
    assert client.post(f"/court/seizures/{seizure}/renew", data=form).status_code == 303
    with app.app_context():
        assert db.session.get_one(Seizure, seizure).until == until
        line = db.session.query(TrailLine).filter_by(act="court.renew").one()
        assert line.facts["until_before"] == soon.isoformat()
        assert line.facts["ruling"]


def test_one_that_lapsed_or_was_renewed_meanwhile_is_refused(app: Flask, house: House) -> None:
    with app.app_context():
        row = makers.registered(house)
        ruling = makers.kept_paper(house, row, "ruling")
        late = clock.today() + timedelta(days=730)
        stale = db.session.get_one(Seizure, row.id)
        db.session.expunge(stale)
        sooner = clock.today() + timedelta(days=10)
        with act():
            db.session.query(Seizure).filter_by(id=row.id).update({"until": sooner})
            makers.desk._write(house.judge, "court.value", "test", row.vehicle_id, row.case_id)
        stale.until = clock.today() + timedelta(days=100)
        before = lines()
        with pytest.raises(Refused, match="stale"), act():
            seizure_desk.renew(house.judge, stale, late, ruling)
        with act():
            gone = clock.today() - timedelta(days=1)
            db.session.query(Seizure).filter_by(id=row.id).update({"until": gone})
            makers.desk._write(house.judge, "court.value", "test", row.vehicle_id, row.case_id)
        with pytest.raises(Refused, match="seizure_lapsed"), act():
            seizure_desk.renew(house.judge, db.session.get_one(Seizure, row.id), late, ruling)
        assert lines() == before + 1
