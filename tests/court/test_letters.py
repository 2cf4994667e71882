"""The 委托书: printed when a vehicle is entrusted, read by those concerned, and verified."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court import desk, sheets
from station.court.models import Entrustment, Seizure
from station.ground import paper
from station.ground.database import act, db
from station.ground.refused import Refused
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.trail.rules import Verdict
from tests.court import makers
from tests.makers import PASSWORD, House, make_house


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def device(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return client


def entrust(app: Flask, judge: FlaskClient, house: House) -> tuple[str, str]:
    """The vehicle entrusted in the browser: (entrustment, its number)."""
    with app.app_context():
        seizure = makers.registered(house).id
    form = {
        "agency": house.agency.id,
        "procedure": "网络司法拍卖",
        "scope": "拖车、保管",
        "other": "无",
        "letter": (makers.a_pdf("letter"), "委托书.pdf"),
        "ruling": (makers.a_pdf("ruling"), "裁定书.pdf"),
    }
    assert judge.post(f"/court/seizures/{seizure}/entrust", data=form).status_code == 303
    with app.app_context():
        row = db.session.query(Entrustment).filter_by(state="offered").one()
        return row.id, row.number or ""


def test_entrusting_prints_the_letter_that_the_agency_reads_and_a_stranger_verifies(
    app: Flask, house: House
) -> None:
    judge = device(app, "judge")
    entrustment, number = entrust(app, judge, house)
    with app.app_context():
        row = db.session.get(Entrustment, entrustment)
        assert row is not None
        address = f"/media/{row.sheet_media}/original"
    page = device(app, "agency_manager").get(f"/court/entrustments/{entrustment}").text
    assert number in page
    assert address in page
    for login in ("judge", "agency_manager"):
        with device(app, login).get(address) as answer:
            assert answer.data.startswith(b"%PDF")
    assert device(app, "other_agent").get(address).status_code == 404
    assert device(app, "other_judge").get(address).status_code == 404
    seen = app.test_client().get("/verify", query_string={"n": number})
    assert "司法拍卖辅助工作委托书" in seen.text
    assert house.court.name in seen.text


def test_it_holds_the_four_contents_and_lists_what_goes_with_it(app: Flask, house: House) -> None:
    with app.app_context():
        row = makers.offered(house, makers.registered(house))
        line = find_last_line(f"entrustment:{row.id}", "court.entrust")
        assert line is not None
        data = sheets.letter_data(row, line)
        assert [text for _, text in data["contents"]] == [
            "杭州市拱墅区人民法院",
            makers.LETTER.procedure,
            makers.LETTER.scope,
            makers.LETTER.other,
        ]
        assert [one[1] for one in data["materials"]] == ["法院委托书（上传件）", "执行裁定书"]
        assert data["told"]["number"] == row.number == line.facts["number"]
        assert data["told"]["hash"] == line.hash.hex()
        for name in ("李被执", "王申请"):
            assert name not in str(data)
        data["materials"] *= 20
        pdf = paper.make_pdf("entrustment_sheet", data, at=line.at)
        assert len(re.findall(rb"/Type ?/Page\b", pdf)) > 1


def test_a_letter_after_a_refusal_takes_the_place_of_the_first(app: Flask, house: House) -> None:
    judge = device(app, "judge")
    first, number = entrust(app, judge, house)
    with app.app_context():
        row = db.session.get(Entrustment, first)
        with act():
            desk.decide(house.agent, row, accept=False, reason="车位已满")  # type: ignore[arg-type]
        seizure = db.session.query(Seizure).one()
        row = makers.offered(house, seizure)
        later, newer = row.id, row.number
    answer = judge.post(f"/court/entrustments/{later}/letter")
    assert answer.status_code == 303
    with app.app_context():
        found = documents.find_by_number(number)
        assert found is not None
        assert (found.verdict, found.replaced_by) == (Verdict.SUPERSEDED, newer)


def test_a_letter_is_printed_once(app: Flask, house: House) -> None:
    judge = device(app, "judge")
    entrustment, _ = entrust(app, judge, house)
    with app.app_context():
        lines = db.session.query(TrailLine).count()
    again = [judge.post(f"/court/entrustments/{entrustment}/letter").location for _ in range(2)]
    assert again[0] == again[1]
    with app.app_context():
        assert db.session.query(TrailLine).count() == lines


@pytest.mark.parametrize(
    "fault", [Refused("no_font", "文书字体没有安装。"), RuntimeError("no such file")]
)
def test_without_its_font_the_vehicle_is_entrusted_and_the_letter_offered_again(
    app: Flask,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    def no_font(*_: object, **__: object) -> bytes:
        raise fault

    judge = device(app, "judge")
    with monkeypatch.context() as patch:
        patch.setattr(paper, "make_pdf", no_font)
        entrustment, _ = entrust(app, judge, house)
    assert f"letter of entrustment:{entrustment} not made" in caplog.messages
    assert (
        f"/court/entrustments/{entrustment}/letter"
        in judge.get(f"/court/entrustments/{entrustment}").text
    )
    assert judge.post(f"/court/entrustments/{entrustment}/letter").status_code == 303
