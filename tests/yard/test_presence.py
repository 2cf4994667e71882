"""The court asks for pictures now: drawn verifiably, with a code, judged by the server's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import sharpness
from station.notices import reads as notices
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.watch import reads as watch
from station.watch import rules as watch_rules
from station.watch.rules import Concern
from station.yard import presence, presence_desk, presence_reads
from station.yard.presence import AskState, Timing
from station.yard.presence_models import Ask, Presence
from tests.intake import makers as intake
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
IDS = st.lists(st.text("abcdef0123456789", min_size=4, max_size=4), min_size=3, unique=True)


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


# --- the draw


@given(IDS, st.text(min_size=1), st.data())
def test_whoever_has_seed_and_list_draws_the_same(
    there: list[str], seed: str, data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, min(len(there), presence.MOST)))
    shuffled = data.draw(st.permutations(there))
    drawn = presence.draw(there, count, seed)
    assert drawn == presence.draw(shuffled, count, seed)
    assert len(set(drawn)) == count
    assert set(drawn) <= set(there)
    assert presence.digest_of(there) == presence.digest_of(shuffled)


def test_the_draw_is_the_one_that_its_documentation_says() -> None:
    assert presence.draw(["a", "b", "c", "d"], 2, "seed") == ["c", "d"]


def test_every_vehicle_is_drawn_about_as_often_as_another() -> None:
    there = [f"{n:02d}" for n in range(10)]
    counts = dict.fromkeys(there, 0)
    for seed in range(2000):
        for one in presence.draw(there, 3, str(seed)):
            counts[one] += 1
    assert all(500 < count < 700 for count in counts.values())


def test_more_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(Refused, match="presence_few"):
        presence.draw(["a"], 2, "s")
    with pytest.raises(Refused, match="presence_count"):
        presence.draw(["a"], 0, "s")


# --- the clock


@pytest.mark.parametrize(
    ("answered", "claimed", "now", "timing"),
    [
        (None, None, 19, Timing.WAITING),
        (None, None, 21, Timing.OVERDUE),
        (20, None, 30, Timing.IN_TIME),
        (20, 99, 30, Timing.IN_TIME),  # the server's clock is the one that counts
        (21, None, 30, Timing.LATE),
        (21, 21, 30, Timing.LATE),
        (90, 15, 99, Timing.UNVERIFIED),  # sent when the signal was back
    ],
)
def test_the_servers_clock_judges(
    answered: int | None, claimed: int | None, now: int, timing: Timing
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else NOON + timedelta(minutes=minutes)

    due = NOON + presence.WINDOW
    judged = presence.judge_time(due, at(answered), at(claimed), NOON + timedelta(minutes=now))
    assert judged is timing


# --- the picture


def striped(step: int = 12, shift: int = 0) -> Image.Image:
    """A picture with sharp edges."""
    image = Image.new("L", (600, 400), 40)
    for x in range(shift, 600, step):
        image.paste(200 + x % 50, (x, 20 + x % 90, x + step // 2, 380 - x % 70))
    return image


def test_a_blurred_picture_is_told_from_a_sharp_one_and_from_a_wall() -> None:
    sharp = striped()
    blurred = sharp.filter(ImageFilter.GaussianBlur(6))
    wall = Image.new("L", (600, 400), 120)
    assert not sharpness.is_blurred(sharpness.look_at(sharp))
    assert sharpness.is_blurred(sharpness.look_at(blurred))
    assert not sharpness.is_blurred(sharpness.look_at(wall))
    assert sharpness.look_at(wall).likeness == ""


def test_the_same_picture_made_smaller_is_known_and_another_is_not() -> None:
    first = sharpness.look_at(striped(37)).likeness
    smaller = sharpness.look_at(striped(37).resize((300, 200))).likeness
    other = sharpness.look_at(striped(53, 9)).likeness
    assert presence.is_same_picture(first, smaller)
    assert not presence.is_same_picture(first, other)
    assert not presence.is_same_picture("", "")


# --- asking and answering


def make_asked(house: House, count: int = 1) -> Presence:
    bays = makers.make_bays(house, "A", 2)
    makers.make_stored(house, bays[0])
    makers.make_stored(house, bays[1], number=1235, plate="浙A23456")
    with act():
        return presence_desk.ask(house.judge, house.station.id, count=count)


def only_ask(row: Presence) -> Ask:
    (found,) = presence_reads.list_asks([row.id])
    return found


def test_a_drawn_check_can_be_drawn_again_from_its_line(ctx: Flask) -> None:
    house = make_house()
    row = make_asked(house)
    line = find_last_line(row.subject)
    assert line is not None
    seed, wanted = str(line.facts["seed"]), str(line.facts["vehicles"]).split()
    assert presence.draw(row.candidates, 1, seed) == wanted
    assert line.facts["list"] == presence.digest_of(row.candidates)
    assert [n.subject for n in notices.list_outbox(house.manager) if n.subject == row.subject]
    assert [one.id for one in presence_reads.list_open(house.station.id)] == [only_ask(row).id]


def test_code_picture_and_the_judges_look_make_one_answer(ctx: Flask) -> None:
    house = make_house()
    ask = only_ask(make_asked(house))
    picture = intake.keep(house.keeper, ask.vehicle, presence_reads.PICTURE, ask.id)
    before = count_lines()
    with pytest.raises(Refused, match="presence_step"), act():
        presence_desk.answer(house.keeper, ask, picture, None)  # before the code was taken
    assert (count_lines(), ask.media_id) == (before, "")
    with act():
        presence_desk.open_code(house.keeper, ask)
    with act():
        presence_desk.answer(house.keeper, ask, picture, None)
    assert presence_reads.timing_of(ask, clock.now()) is Timing.IN_TIME
    held = watch.list_held(house.judge, mine=True)
    needs = watch_rules.needs(watch.gather(house.judge, held), clock.now())
    assert [n.subject for n in needs if n.concern is Concern.PRESENCE] == [ask.presence_id]
    with pytest.raises(Refused, match="presence_doubt"), act():
        presence_desk.judge(house.judge, ask, " ", accept=False)
    with act():
        presence_desk.judge(house.judge, ask, "验证码看不清", accept=False)
    assert ask.state is AskState.DOUBTED
    with act():
        presence_desk.judge(house.judge, ask, "", accept=True)
    line = find_last_line(ask.subject)
    assert line is not None
    assert (line.act, line.facts["accepted"]) == ("yard.presence_judge", True)


def test_a_picture_used_before_is_shown_as_such(ctx: Flask) -> None:
    house = make_house()
    ask = only_ask(make_asked(house))
    old = intake.keep(house.keeper, ask.vehicle, "care", "walk", intake.jpeg(77))
    new = intake.keep(house.keeper, ask.vehicle, presence_reads.PICTURE, ask.id, intake.jpeg(77))
    with act():
        presence_desk.open_code(house.keeper, ask)
    with act():
        presence_desk.answer(house.keeper, ask, new, None)
    assert ask.same_as == old.id


def test_only_vehicles_of_this_court_in_this_station_are_asked_for(ctx: Flask) -> None:
    house = make_house()
    row = make_asked(house)
    before = count_lines()
    with pytest.raises(Refused, match="presence_elsewhere"), act():
        presence_desk.ask(house.judge, house.station.id, chosen=["nothing"])
    with pytest.raises(Refused, match="presence_few"), act():
        presence_desk.ask(house.other_judge, house.station.id, count=1)
    with pytest.raises(Refused, match="presence_reason"), act():
        presence_desk.excuse(house.keeper, only_ask(row), "修")
    assert count_lines() == before


def test_pages_lead_from_the_question_to_code_and_picture(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        house = make_house()
        row = make_asked(house)
        ask_id, check_id, code = only_ask(row).id, row.id, only_ask(row).code
    client.post("/sign-in", data={"login": "yard_keeper", "password": PASSWORD})
    assert code not in client.get(f"/yard/presence/cars/{ask_id}").text
    assert code not in client.get(f"/yard/presence/{check_id}").text
    assert client.post(f"/yard/presence/cars/{ask_id}/open").status_code == 303
    assert code in client.get(f"/yard/presence/cars/{ask_id}").text
    missing = client.post(f"/yard/presence/cars/{ask_id}/answer", data={})
    assert (missing.status_code, "车和验证码都要在画面里" in missing.text) == (422, True)
    why = {"reason": "车辆正在外修"}
    assert client.post(f"/yard/presence/cars/{ask_id}/excuse", data=why).status_code == 303
    client.post("/sign-out")
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    page = client.get(f"/yard/presence/{check_id}").text
    assert "车辆正在外修" in page
    assert "随机抽取，可以重算" in page
    assert "现场核查：说明无法拍照" in client.get("/watch/desk").text
