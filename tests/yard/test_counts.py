"""Stock-take: classes at once, moves merged by time, two counters, a third who approves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.refused import Refused
from station.ground.settings import Settings
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.watch import reads as watch
from station.watch.rules import Concern, needs
from station.yard import count_desk, count_reads, counts, reads
from station.yard.count_desk import Look
from station.yard.counts import CountState, Expected, Flaw, Seen, StayFact
from station.yard.models import Bay, Count, Sighting
from tests import serving
from tests.browser import axe, chromium
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers

T = datetime(2026, 3, 2, 1, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return T + timedelta(minutes=minutes)


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


# --- rules

STOOD = StayFact("a", "A1", at(-99), None)
MOVED = [StayFact("a", "A1", at(-99), at(10)), StayFact("a", "B1", at(10), None)]


@pytest.mark.parametrize(
    ("stays", "seen", "flaws"),
    [
        ([STOOD], [Seen("a", "A1", at(5))], []),
        ([STOOD], [Seen("a", "", at(5))], []),  # without a bay sign nothing is said of the bay
        ([STOOD], [], [Flaw.MISSING]),
        ([STOOD], [Seen("a", "B1", at(5))], [Flaw.WRONG_BAY]),
        (MOVED, [Seen("a", "A1", at(5))], []),  # seen before it was moved
        (MOVED, [Seen("a", "B1", at(15))], []),  # seen after
        (MOVED, [Seen("a", "A1", at(15))], [Flaw.WRONG_BAY]),
        (MOVED, [], [Flaw.MISSING]),
        ([StayFact("a", "A1", at(-99), at(10))], [], []),  # it left the yard meanwhile
        ([STOOD], [Seen("a", "A1", at(5), seal_ok=False)], [Flaw.SEAL_BROKEN]),
        (
            [STOOD],
            [Seen("a", "A1", at(5), seal_ok=False), Seen("a", "A1", at(6))],
            [],  # the later sighting counts
        ),
        (
            [STOOD],
            [Seen("a", "A1", at(5), keys_ok=False, accessories_ok=False)],
            [Flaw.KEY_MISSING, Flaw.ACCESSORY_MISSING],
        ),
        ([STOOD], [Seen("a", "A1", at(5), odometer=80_003)], []),
        ([STOOD], [Seen("a", "A1", at(5), odometer=80_004)], [Flaw.ODOMETER]),
        ([STOOD], [Seen("a", "A1", at(5), odometer=79_999)], [Flaw.ODOMETER]),
    ],
)
def test_a_sighting_is_compared_with_that_moment(
    stays: list[StayFact], seen: list[Seen], flaws: list[Flaw]
) -> None:
    lines = counts.compare([Expected("a", "A1", 80_000)], stays, seen, at(60))
    assert [flaw for line in lines for flaw in line.flaws] == flaws


def test_cars_in_no_book_are_extra_and_worst_comes_first() -> None:
    seen = [Seen("", "A1", at(3), "苏E99999"), Seen("gate", "A2", at(4)), Seen("b", "A3", at(5))]
    stays = [STOOD, StayFact("b", "A3", at(-9), None)]
    lines = counts.compare([Expected("a", "A1"), Expected("b", "A3")], stays, seen, at(60))
    assert [(line.car or line.text, line.flaws) for line in lines] == [
        ("a", (Flaw.MISSING,)),
        ("苏E99999", (Flaw.EXTRA,)),
        ("gate", (Flaw.EXTRA,)),
        ("b", ()),
    ]
    assert counts.tally(lines)[Flaw.EXTRA] == 2


# --- acts


def begin(house: House) -> Count:
    with act():
        row = count_desk.open_count(house.keeper)
    with act():
        count_desk.join(house.inspector, row)
    return row


def see(who: Actor, count: Count, look: Look, claimed: datetime | None = None) -> Sighting:
    with act():
        return count_desk.see(replace(who, claimed=claimed), count, look)


def sign_both(house: House, count: Count) -> None:
    for who in (house.keeper, house.inspector):
        with act():
            count_desk.sign(who, count)


def refused(run: object, *told: object) -> str:
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        run(*told)  # type: ignore[operator]
    assert count_lines() == before
    return refusal.value.code


def test_two_count_and_a_third_approves(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house)
    here = makers.make_stored(house, bays[0]).vehicle
    lost = makers.make_stored(house, bays[1], number=1235, plate="浙A54321").vehicle
    waiting = gate.make_taken_in(house, number=1236, plate="浙A66666").vehicle
    count = begin(house)
    assert refused(count_desk.open_count, house.mechanic) == "count_going"
    see(house.keeper, count, Look(here, bays[2]))
    see(house.inspector, count, Look(waiting, None))
    assert refused(count_desk.see, house.mechanic, count, Look(here, None)) == "not_a_counter"
    assert refused(count_desk.see, house.keeper, count, Look(None, None, " ")) == "count_nothing"
    assert refused(count_desk.approve, house.manager, count) == "count_step"
    sign_both(house, count)
    assert count.state is CountState.COUNTED
    assert refused(count_desk.see, house.keeper, count, Look(lost, bays[1])) == "count_closed"
    sheet = count_reads.get_count_sheet(house.manager, count.id)
    assert [(line.plate, line.codes) for line in sheet.lines] == [
        ("浙A54321", (Flaw.MISSING,)),
        ("浙A66666", (Flaw.EXTRA,)),
        ("浙A12345", (Flaw.WRONG_BAY,)),
    ]
    assert (sheet.expected, sheet.seen, sheet.lines[2].bay, sheet.lines[2].seen_bay) == (
        2,
        2,
        "A-01",
        "A-03",
    )
    with act():
        count_desk.approve(house.manager, count)
    line = find_last_line(count.subject)
    assert line is not None
    assert (line.act, line.facts["missing"], line.facts["wrong_bay"]) == ("yard.count", 1, 1)
    assert count_reads.get_count_sheet(house.manager, count.id).lines == sheet.lines  # frozen


def test_a_report_goes_back_with_a_reason_and_what_was_seen_stays(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    car = makers.make_stored(house, bay).vehicle
    count = begin(house)
    assert refused(count_desk.sign, house.mechanic, count) == "not_a_counter"
    with act():
        count_desk.sign(house.keeper, count)
    assert refused(count_desk.sign, house.keeper, count) == "count_signed"
    with act():
        count_desk.sign(house.inspector, count)
    assert refused(count_desk.send_back, house.manager, count, " ") == "count_reason"
    with act():
        count_desk.send_back(house.manager, count, "A-01 再看一遍")
    assert (count.state, count.first_signed_at, count.result) == (CountState.OPEN, None, {})
    see(house.inspector, count, Look(car, bay))
    sign_both(house, count)
    assert [line.flaws for line in count_reads.compare(count)] == [()]


def test_nobody_counts_alone_or_approves_their_own(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    with act():
        count = count_desk.open_count(house.manager)
    assert refused(count_desk.join, house.manager, count) == "count_alone"
    assert refused(count_desk.sign, house.manager, count) == "count_alone"
    with act():
        count_desk.join(house.keeper, count)
    assert refused(count_desk.join, house.inspector, count) == "count_full"
    for who in (house.manager, house.keeper):
        with act():
            count_desk.sign(who, count)
    assert refused(count_desk.approve, house.manager, count) == "count_own"
    assert refused(count_desk.send_back, house.manager, count, "why") == "count_own"


def test_a_sighting_without_signal_counts_at_its_own_time(ctx: Flask) -> None:
    house = make_house()
    first, second, _ = makers.make_bays(house)
    car = makers.make_stored(house, first).vehicle
    count = begin(house)
    seen_at = clock.now()
    makers.put(house, car, second)
    late = see(house.keeper, count, Look(car, first), seen_at)
    assert late.at == seen_at
    assert [line.flaws for line in count_reads.compare(count)] == [()]
    wild = see(house.keeper, count, Look(car, first), clock.now() + timedelta(days=3))
    assert wild.at == wild.kept_at  # a clock three days off is not believed
    assert [line.flaws for line in count_reads.compare(count)] == [(Flaw.WRONG_BAY,)]
    stay = reads.find_stay(car.id)
    assert stay is not None
    assert stay.seen_at == wild.at


def test_a_missing_car_is_told_to_the_judge_until_it_is_seen(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house)
    car = makers.make_stored(house, bays[0]).vehicle
    other = makers.make_stored(house, bays[1], number=1235, plate="浙A54321").vehicle
    count = begin(house)
    see(house.keeper, count, Look(other, bays[1]))
    sign_both(house, count)
    assert refused(count_desk.report_missing, house.manager, count, other) == "not_missing"
    with act():
        count_desk.report_missing(house.manager, count, car)
    assert refused(count_desk.report_missing, house.manager, count, car) == "missing_told"

    def told() -> bool:
        held = watch.list_held(house.judge, mine=False)
        found = needs(watch.gather(house.judge, held), clock.now())
        return Concern.MISSING in {need.concern for need in found}

    assert told()
    makers.put(house, car, bays[2])
    assert not told()


def test_the_books_say_what_belongs_to_a_car(ctx: Flask) -> None:
    house = make_house()
    car = makers.make_stored(house, makers.make_bays(house)[0]).vehicle
    count = begin(house)
    (book,) = count_reads.list_books(count)
    assert (book.vehicle_id, book.seal, book.odometer, book.keys, book.accessories) == (
        car.id,
        f"FT{car.vin[-6:]}",
        62_310,
        2,
        ["licence", "plates_two"],
    )


# --- pages


def test_a_count_goes_through_its_pages_without_scripts(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        again = make_again(house)
        bays = makers.make_bays(again)
        makers.make_stored(again, bays[0])
        vehicle_id = makers.make_stored(again, bays[1], number=1235, plate="浙A54321").vehicle_id
    sign_in(client, "yard_keeper")
    opened = client.post("/yard/counts").location
    assert "等第二名盘点人加入" in client.get(opened).text
    sign_in(client, "inspector")
    assert client.get(f"{opened}/walk").status_code == 409
    walk = client.post(f"{opened}/join").location
    see_form = {"car": "2345", "bay": "A-03", "seal_broken": "1"}
    assert client.post(f"{opened}/see", data=see_form).status_code == 303
    assert "已登记" in client.get(f"{walk}?done=1").text
    unknown = client.post(f"{opened}/see", data={"car": "苏E99999"})
    assert unknown.status_code == 404
    extra = {"car": "苏E99999", "extra": "1"}
    assert client.post(f"{opened}/see", data=extra).status_code == 303
    assert client.post(f"{opened}/see", data={"car": "A-01"}).status_code == 422
    client.post(f"{opened}/sign")
    sign_in(client, "yard_keeper")
    client.post(f"{opened}/sign")
    assert "等没有参加盘点的站长确认" in client.get(opened).text
    sign_in(client, "station_manager")
    page = client.get(opened).text
    for word in ("缺失", "账外", "封条破损", "库位不符", "苏E99999"):
        assert word in page
    assert client.post(f"{opened}/missing/{vehicle_id}").status_code == 303
    assert client.post(f"{opened}/return", data={"reason": ""}).status_code == 422
    assert client.post(f"{opened}/approve").status_code == 303
    assert "已确认" in client.get("/yard/counts").text


@pytest.mark.browser
def test_every_scan_of_a_count_is_classed_at_once(
    app: Flask, settings: Settings, house: House
) -> None:
    with context(app):
        again = make_again(house)
        bays = makers.make_bays(again)
        makers.make_stored(again, bays[0])
        makers.make_stored(again, bays[1], number=1235, plate="浙B54321")
        count = begin(again).id
    with serving.serve(settings, worker=False) as url, chromium() as browser:
        page: Page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(f"{url}/sign-in")
        page.fill("input[name=login]", "yard_keeper")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").last.click()
        page.goto(f"{url}/yard/counts/{count}/walk")
        band = page.locator(".band b")
        for text, word in {
            "A-01": "再扫一次",
            "2345": "相符",
            "浙A12345": "扫过了",  # a double scan
            "A-03": "再扫一次",
            "4321": "不对",  # in the wrong bay
            "苏E99999": "不对",
        }.items():
            page.fill("[data-typed]", text)
            page.keyboard.press("Enter")
            expect(band).to_have_text(word)
        page.locator("[data-outside] button").click()
        expect(page.locator("[data-done] li[data-state=sent]")).to_have_count(3)
        assert page.locator("[data-seen-count]").inner_text() == "2"
        assert axe(page) == []
    with context(app):
        lines = count_reads.compare(db.session.get_one(Count, count))
        assert [line.flaws for line in lines] == [(Flaw.EXTRA,), (Flaw.WRONG_BAY,), ()]
        assert db.session.scalar(select(func.count()).select_from(Bay)) == 3
