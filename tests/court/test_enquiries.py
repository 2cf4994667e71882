"""A vehicle is surveyed: everything is asked about, answered with its paper, kept fresh and filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.court import enquiries, enquiry_desk, enquiry_reads
from station.court.enquiries import (
    SUBJECTS,
    Answer,
    EnquiryState,
    Outcome,
    Standing,
    check_answer,
    check_ask,
    check_filing,
    standing_of,
)
from station.court.enquiry_models import Enquiry
from station.court.models import Seizure
from station.court.work_items import ITEMS
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media.models import Media
from station.trail.models import TrailLine
from station.watch import reads as watch
from station.watch import rules as watch_rules
from tests.court import makers
from tests.makers import PASSWORD, House, make_house
from tests.translations.test_words import english

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)
CLEAR = Answer(Outcome.CLEAR, "", None, None)


# --- the rules


def test_every_work_item_of_the_survey_has_its_subject_and_every_subject_its_english() -> None:
    about = {
        dict(one.facts)["about"]
        for item in ITEMS.values()
        for one in item.closes
        if one.act == "court.answer" and "about" in dict(one.facts)
    }
    assert about == set(SUBJECTS)
    for subject in SUBJECTS.values():
        assert english()[subject.zh], subject
        assert english()[subject.of], subject


@pytest.mark.parametrize(
    ("state", "due", "outcome", "until", "expected"),
    [
        (None, None, None, None, Standing.OPEN),
        (EnquiryState.ASKED, TODAY, None, None, Standing.WAITING),
        (EnquiryState.ASKED, TODAY - DAY, None, None, Standing.LATE),
        (EnquiryState.ANSWERED, TODAY - DAY, Outcome.CLEAR, None, Standing.CLEAR),
        (EnquiryState.ANSWERED, None, Outcome.CLEAR, TODAY, Standing.CLEAR),
        (EnquiryState.ANSWERED, None, Outcome.CLEAR, TODAY - DAY, Standing.EXPIRED),
        (EnquiryState.ANSWERED, None, Outcome.FOUND, None, Standing.FOUND),
        (EnquiryState.ANSWERED, None, Outcome.UNKNOWN, None, Standing.UNKNOWN),
    ],
)
def test_how_a_subject_stands(
    state: EnquiryState | None,
    due: date | None,
    outcome: Outcome | None,
    until: date | None,
    expected: Standing,
) -> None:
    assert standing_of(state, due, outcome, until, TODAY) is expected


@pytest.mark.parametrize(
    ("about", "given", "papers", "field"),
    [
        ("mortgage", CLEAR, 0, "files"),
        ("mortgage", replace(CLEAR, outcome=Outcome.FOUND), 1, "words"),
        ("mortgage", replace(CLEAR, outcome=Outcome.UNKNOWN), 0, "words"),
        ("insurance", CLEAR, 0, "until"),
        ("insurance", replace(CLEAR, until=TODAY - DAY), 0, "until"),
        ("title", replace(CLEAR, fen=100), 1, "amount"),
        ("fines", replace(CLEAR, fen=10**15), 1, "amount"),
        ("scrap", replace(CLEAR, words="x"), 0, "words"),
    ],
)
def test_an_answer_that_says_too_little_is_refused(
    about: str, given: Answer, papers: int, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_answer(SUBJECTS[about], given, papers, TODAY)
    assert refused.value.field == field


def test_what_cannot_be_found_out_needs_its_reason_and_no_paper() -> None:
    unknown = Answer(Outcome.UNKNOWN, "登记系统停机，三次查询未果", None, None)
    for subject in SUBJECTS.values():
        check_answer(subject, unknown, 0, TODAY)


@given(st.dictionaries(st.sampled_from(sorted(SUBJECTS)), st.sampled_from(Standing)))
def test_a_survey_is_filed_only_when_everything_is_settled(told: dict[str, Standing]) -> None:
    standings = {one: told.get(one, Standing.CLEAR) for one in SUBJECTS}
    if set(standings.values()) <= set(enquiries.SETTLED):
        check_filing(standings, True)
        with pytest.raises(Refused, match="survey_filed"):
            check_filing(standings, False)
    else:
        with pytest.raises(Refused, match="survey_missing"):
            check_filing(standings, True)


@pytest.mark.parametrize("about", [[], ["nothing"], ["title", "nothing"]])
def test_nobody_asks_about_nothing(about: list[str]) -> None:
    with pytest.raises(Refused, match="no_subject"):
        check_ask(about, TODAY, TODAY)
    with pytest.raises(Refused, match="ask_due_past"):
        check_ask(["title"], TODAY - DAY, TODAY)


# --- the desk and the pages


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def lines(act_name: str = "") -> int:
    asked = db.session.query(TrailLine)
    return (asked.filter_by(act=act_name) if act_name else asked).count()


def sign_in(client: FlaskClient, login: str) -> None:
    client.post("/sign-in", data={"login": login, "password": PASSWORD})


def a_paper(house: House, seizure: Seizure) -> Media:
    kept = makers.kept_paper(house, seizure, enquiries.PAPER)
    row = db.session.get(Media, kept)
    assert row is not None
    return row


def settle_all(house: House, seizure: Seizure, but: str = "") -> None:
    """Every subject answered as clear, except one."""
    paper = a_paper(house, seizure)
    until = clock.today() + timedelta(days=100)
    for subject in SUBJECTS.values():
        if subject.id != but:
            with act():
                given = replace(CLEAR, until=until if subject.until else None)
                enquiry_desk.answer(house.agent, seizure, subject.id, given, [paper])


def test_the_agency_asks_answers_and_files_in_the_browser(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        vehicle = seizure.vehicle_id
    sign_in(client, "agency_manager")
    assert f"/court/vehicles/{vehicle}/survey" in client.get("/court/entrustments").text
    address = f"/court/vehicles/{vehicle}/survey"
    due = (clock.today() + timedelta(days=5)).isoformat()
    page = client.post(f"{address}/ask", data={"about": ["fines", "quota"], "due": due})
    assert page.status_code == 303
    page = client.post(f"{address}/ask", data={"about": ["title", "fines"], "due": due})
    assert page.status_code == 409
    assert "正在等回复" in page.text
    with app.app_context():
        assert lines("court.ask") == 2  # and nothing of the second try
    form = {"outcome": "found", "words": "三起未处理违法，记 3 分", "amount": "600"}
    page = client.post(f"{address}/fines", data=form)
    assert page.status_code == 422
    assert "须附原件" in page.text
    assert "三起未处理违法" in page.text
    page = client.post(f"{address}/fines", data=form | {"files": (makers.a_photo(), "r.jpg")})
    assert page.status_code == 303
    page = client.get(address)
    assert "三起未处理违法" in page.text
    assert "600" in page.text
    page = client.post(address)
    assert page.status_code == 409
    assert "还不能提交" in page.text
    with app.app_context():
        row = db.session.query(Enquiry).filter_by(about="fines").one()
        assert (row.fen, row.state, len(row.files)) == (60_000, EnquiryState.ANSWERED, 1)
        line = db.session.query(TrailLine).filter_by(act="court.answer").one()
        assert line.facts["about"] == "fines"
        assert "三起" not in str(line.facts)  # what a person wrote lies beside the line


def test_a_refused_answer_keeps_the_files_that_came_with_it(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        vehicle = makers.entrusted(house).vehicle_id
    sign_in(client, "agency_manager")
    address = f"/court/vehicles/{vehicle}/survey/mortgage"
    form = {"outcome": "found", "words": "", "files": (makers.a_photo(), "r.jpg")}
    page = client.post(address, data=form)
    assert page.status_code == 422
    kept = page.text.partition('name="kept" value="')[2].partition('"')[0]
    assert kept
    form = {"outcome": "found", "words": "抵押给拱墅商业银行", "kept": kept}
    assert client.post(address, data=form).status_code == 303
    with app.app_context():
        assert db.session.query(Enquiry).one().files == [kept]
        assert db.session.query(Media).filter_by(kind=enquiries.PAPER).count() == 1


def test_a_survey_is_filed_once_until_something_new_is_answered(app: Flask, house: House) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        settle_all(house, seizure)
        with act():
            enquiry_desk.file_survey(house.agent, seizure)
        line = db.session.query(TrailLine).filter_by(act="court.file_survey").one()
        assert set(line.facts) == set(SUBJECTS)
        with pytest.raises(Refused, match="survey_filed"), act():
            enquiry_desk.file_survey(house.agent, seizure)
        found = Answer(Outcome.FOUND, "新增一起违法", 20_000, None)
        paper = a_paper(house, seizure)
        with act():
            enquiry_desk.answer(house.judge, seizure, "fines", found, [paper])
        with act():
            enquiry_desk.file_survey(house.agent, seizure)
        assert lines("court.file_survey") == 2


def test_what_is_late_or_runs_out_is_on_the_judges_desk(app: Flask, house: House) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        vehicle, today = seizure.vehicle_id, clock.today()
        settle_all(house, seizure, but="quota")
        with act():
            enquiry_desk.ask(house.agent, seizure, ["quota"], "小客车办", today)
        assert enquiry_reads.count_settled([vehicle]) == {vehicle: len(SUBJECTS) - 1}
        assert enquiry_reads.list_alarms([vehicle]) == []
        with clock.moved_to(clock.now() + timedelta(days=2)):
            (late,) = enquiry_reads.list_alarms([vehicle])
            assert late.standing is Standing.LATE
        with clock.moved_to(clock.now() + timedelta(days=120)):
            alarms = enquiry_reads.list_alarms([vehicle])
            assert {one.row.about for one in alarms} == {"quota", "insurance", "inspection"}
            held = watch.list_held(house.judge, mine=True)
            needs = watch_rules.needs(watch.gather(house.judge, held), clock.now())
            assert watch_rules.Concern.ENQUIRY in {one.concern for one in needs}


def test_strangers_and_agencies_that_have_not_accepted_see_nothing(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.app_context():
        seizure = makers.registered(house)
        makers.offered(house, seizure)
        vehicle = seizure.vehicle_id
    for login, answer in (("agency_manager", 404), ("station_manager", 403), ("judge", 200)):
        with app.test_client() as other:
            sign_in(other, login)
            assert other.get(f"/court/vehicles/{vehicle}/survey").status_code == answer, login
    sign_in(client, "agency_manager")
    form = {"outcome": "clear"}
    assert client.post(f"/court/vehicles/{vehicle}/survey/scrap", data=form).status_code == 404
    with app.app_context():
        assert db.session.query(Enquiry).count() == 0


def test_a_file_of_another_vehicle_answers_nothing(app: Flask, house: House) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        other = makers.registered(house, makers.OTHER_VIN, "浙A54321")
        paper = a_paper(house, other)
        before = lines()
        with pytest.raises(Refused, match="report_file_other"), act():
            enquiry_desk.answer(house.agent, seizure, "title", CLEAR, [paper])
        assert (lines(), db.session.query(Enquiry).count()) == (before, 0)
        with act():
            enquiry_desk.answer(house.judge, seizure, "use", CLEAR, [])
        assert db.session.query(Enquiry).one().by_name == house.judge.name
