"""Is this the vehicle of the case? Comparing it, and the judge's word on a difference."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import identity_desk, identity_reads, reads
from station.intake.identity import Marks, MismatchState, Verdict, compare, read_scanned
from station.intake.identity_models import IdentityCheck, Mismatch
from station.intake.models import Intake
from station.showroom.reads import evidence_of
from station.trail.models import TrailLine
from station.trail.reads import find_last_line, list_values
from station.vehicles import reads as vehicles
from station.watch import reads as watch
from station.watch import rules as watch_rules
from station.watch.rules import Concern
from tests.intake import makers
from tests.makers import PASSWORD, House, make_house

VIN = "LSVAA4182E2184847"
OTHER = "LSVAA4182E2184848"


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def identify(
    house: House, intake: Intake, read: Marks, reason: str = "", confirmed: bool = False
) -> IdentityCheck:
    with act():
        return identity_desk.compare(
            house.inspector, intake, read, reason=reason, confirmed=confirmed
        )


@given(st.text("ABC123", min_size=1, max_size=9), st.text("ABC123", min_size=1, max_size=9))
def test_two_marks_are_the_same_or_say_where_they_part(known: str, seen: str) -> None:
    one = compare(Marks(known, "", ""), Marks(seen, "", ""))[0]
    if known == seen:
        assert (one.verdict, one.at) == (Verdict.SAME, 0)
    else:
        assert one.verdict is Verdict.DIFFERENT
        assert known[: one.at - 1] == seen[: one.at - 1]
        assert known[one.at - 1 : one.at] != seen[one.at - 1 : one.at]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (VIN, VIN),
        (" lsvaa4182 e2184847 ", VIN),
        (f"合格证 YX1203 {VIN} 白 2018", VIN),
        (f"https://x.cn/?v={VIN}&k=1", VIN),
        ("浙A·12345", "浙A12345"),
    ],
)
def test_a_vin_is_found_in_what_a_code_says(text: str, read: str) -> None:
    assert read_scanned(text) == read


def test_the_right_vehicle_is_compared_and_shown_with_what_was_not(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house, vin=VIN)
    identify(house, intake, Marks(VIN, "", ""), reason="号牌已丢失")
    told = [(item.zh, why) for item, why in reads.list_not_checked(intake.vehicle_id)]
    assert told == [("号牌号码", "号牌已丢失")]
    assert identity_reads.find_mismatch(intake.vehicle_id) is None
    line = db.session.scalars(select(TrailLine).where(TrailLine.act == "intake.identify")).one()
    assert (line.facts["is_vin"], line.facts["is_plate"]) == ("same", "unread")
    assert VIN not in str(line.facts)
    assert list_values(line)["vin_read"] == VIN


@pytest.mark.parametrize(
    ("read", "reason", "confirmed", "code"),
    [
        (Marks("", "", ""), "都读不了", True, "identity_nothing"),
        (Marks(VIN, "", ""), "", False, "identity_unread"),
        (Marks(OTHER, "", "浙A12345"), "", False, "identity_differs"),
    ],
)
def test_a_comparison_that_says_too_little_changes_nothing(
    ctx: Flask, read: Marks, reason: str, confirmed: bool, code: str
) -> None:
    house = make_house()
    intake = makers.make_arrived(house, vin=VIN)
    before = count_lines()
    with pytest.raises(Refused, match=code):
        identify(house, intake, read, reason, confirmed)
    assert (count_lines(), identity_reads.find_check(intake.vehicle_id)) == (before, None)


def test_a_difference_goes_before_the_judge_and_keeps_the_car_off_show(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house, vin=VIN)
    identify(house, intake, Marks(OTHER, "", "浙A12345"), confirmed=True)
    row = identity_reads.find_mismatch(intake.vehicle_id)
    assert row is not None
    assert (row.state, row.marks) == (MismatchState.OPEN, "vin")
    assert not evidence_of(intake.vehicle_id).identity
    held = watch.list_held(house.judge, mine=True)
    needs = watch_rules.needs(watch.gather(house.judge, held), clock.now())
    assert [n.subject for n in needs if n.concern is Concern.IDENTITY] == [row.id]
    identify(house, intake, Marks(VIN, "", "浙A12345"))  # a later look takes nothing back
    assert not evidence_of(intake.vehicle_id).identity
    with act():
        identity_desk.judge(house.judge, row, "登记时录入有误", same=True)
    assert evidence_of(intake.vehicle_id).identity
    line = find_last_line(row.subject)
    assert line is not None
    assert (line.facts["same"], list_values(line)["reason"]) == (True, "登记时录入有误")


def test_another_vehicle_stays_off_show_until_the_judge_says_otherwise(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house, vin=VIN)
    identify(house, intake, Marks(OTHER, "", "浙A12345"), confirmed=True)
    row = identity_reads.find_mismatch(intake.vehicle_id)
    assert row is not None
    before = count_lines()
    with pytest.raises(Refused, match="mismatch_words"), act():
        identity_desk.judge(house.judge, row, " ", same=True)
    assert (count_lines(), row.state) == (before, MismatchState.OPEN)
    with act():
        identity_desk.judge(house.judge, row, "识别代号不是本案车辆", same=False)
    assert identity_reads.is_kept_off_show(intake.vehicle_id)
    with pytest.raises(Refused, match="mismatch_step"), act():
        identity_desk.judge(house.judge, row, "再说一次", same=False)
    with act():
        identity_desk.judge(house.judge, row, "车辆管理所证明系同一车辆", same=True)
    assert not identity_reads.is_kept_off_show(intake.vehicle_id)


def test_two_differences_are_one_question_to_the_judge(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house, vin=VIN)
    identify(house, intake, Marks(OTHER, "", "浙A12345"), confirmed=True)
    identify(house, intake, Marks(OTHER, "", "浙A99999"), confirmed=True)
    assert db.session.scalars(select(Mismatch.marks)).all() == ["vin plate"]


def test_pages_ask_to_look_again_and_the_judge_answers(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        intake_id = makers.make_arrived(house, vin=VIN).id
    client.post("/sign-in", data={"login": "inspector", "password": PASSWORD})
    page = f"/intake/{intake_id}/identity"
    assert VIN not in client.get(page).text
    typed = {"vin": OTHER, "plate": "浙A12345"}
    first = client.post(page, data=typed)
    assert first.status_code == 409
    assert "从第 17 位起不同" in first.text
    assert client.post(page, data={**typed, "confirmed": "1"}).status_code == 303
    assert "待法官认定" in client.get(page).text
    with app.app_context():
        mismatch_id = db.session.scalars(select(Mismatch.id)).one()
        db.session.remove()
    client.post("/sign-out")
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    assert "车辆身份与案件不一致" in client.get("/watch/desk").text
    shown = client.get(f"/intake/mismatches/{mismatch_id}").text
    assert VIN in shown
    assert OTHER in shown
    done = client.post(
        f"/intake/mismatches/{mismatch_id}", data={"words": "录入有误", "verdict": "same"}
    )
    assert done.status_code == 303
    assert "认定为本案车辆" in client.get(done.location).text


def test_a_licence_is_kept_and_its_dates_are_shown(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        car = makers.make_arrived(house).vehicle_id
    client.post("/sign-in", data={"login": "inspector", "password": PASSWORD})
    page = f"/intake/vehicles/{car}/licence"
    typed = {"registered": "2012-05-10", "until": "2022-05-31", "use": "private", "seats": "5"}
    assert client.post(page, data={**typed, "use": "tank"}).status_code == 422
    with app.app_context():
        assert vehicles.find_licence(car) is None
    assert client.post(page, data=typed).status_code == 303
    shown = client.get(f"/watch/vehicles/{car}").text
    assert "2025年5月31日" in shown
    assert "只能交报废机动车回收企业" in shown
    assert client.post(page, data=typed).status_code == 409  # saved meanwhile
