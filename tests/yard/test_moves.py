"""Moving by scans that follow one another: on the server, and in a browser that stays open."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.ground.settings import Settings
from station.intake import desk as intake_desk
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.yard import book, desk, reads
from station.yard.models import Stay
from tests import serving
from tests.browser import axe, chromium
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import PASSWORD, House, make_house
from tests.yard import makers

JSON = {"Accept": "application/json"}
QUEUED = {**JSON, "X-Queued": "1"}


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


# --- undo, and two people at once


def test_undo_is_a_new_move_that_names_what_it_takes_back(ctx: Flask) -> None:
    house = make_house()
    first, second, _ = makers.make_bays(house)
    row = makers.make_stored(house, first)
    moved = makers.put(house, row.vehicle, second)
    with act():
        back = desk.undo(house.keeper, moved)
    assert back.bay.code == "A-01"
    line = find_last_line(f"stay:{back.id}")
    assert line is not None
    assert (line.act, line.facts["from"], line.facts["undoes"]) == ("yard.move", "A-02", moved.id)
    assert len(reads.list_stays(row.vehicle_id)) == 3


def test_nothing_is_undone_that_has_no_bay_before_or_has_moved_on(ctx: Flask) -> None:
    house = make_house()
    first, second, third = makers.make_bays(house)
    row = makers.make_stored(house, first)
    placed = reads.find_stay(row.vehicle_id)
    assert placed is not None
    moved = makers.put(house, row.vehicle, second)
    makers.put(house, row.vehicle, third)
    before = count_lines()
    for stay, code in ((placed, "no_bay_before"), (moved, "bay_just_taken")):
        with pytest.raises(Refused) as refusal, act():
            desk.undo(house.keeper, stay)
        assert (refusal.value.code, count_lines()) == (code, before)
    here = reads.find_stay(row.vehicle_id)
    assert here is not None
    assert here.bay_id == third.id


def test_a_scan_made_before_a_colleague_moved_the_car_is_shown_to_a_person(ctx: Flask) -> None:
    house = make_house()
    first, second, third = makers.make_bays(house)
    vehicle = makers.make_stored(house, first).vehicle
    makers.put(house, vehicle, second)
    before = count_lines()
    with pytest.raises(Refused) as refusal, act():
        desk.put(house.keeper, vehicle, third, by_label=True, seen_in=first.id)
    assert (refusal.value.code, refusal.value.values["now"]) == ("moved_meanwhile", "A-02")
    assert count_lines() == before
    with act():
        desk.put(house.keeper, vehicle, third, by_label=True, seen_in=second.id)
    assert db.session.scalar(select(func.count()).where(Stay.until.is_(None))) == 1


def test_the_time_of_a_move_without_signal_is_kept_beside_the_servers(ctx: Flask) -> None:
    house = make_house()
    bay = makers.make_bays(house)[0]
    vehicle = gate.make_taken_in(house).vehicle
    claimed = clock.now() - timedelta(hours=2)
    with act():
        stay = desk.put(replace(house.keeper, claimed=claimed), vehicle, bay, by_label=True)
    line = find_last_line(f"stay:{stay.id}")
    assert line is not None
    assert line.happened_at == claimed


# --- what the device is given


def test_the_device_knows_the_stations_cars_bays_and_labels(ctx: Flask) -> None:
    house = make_house()
    bays = makers.make_bays(house, "A", 2)
    vehicle = makers.make_stored(house, bays[1]).vehicle
    with act():
        label = intake_desk.print_label(house.inspector, vehicle).split(":")
    with act():
        sign = desk.print_sign(house.keeper, bays[0]).split(":")
    told = book.read_book(house.keeper)
    assert told["mark"] == label[2]
    assert told["cars"] == [[vehicle.id, "浙A12345", vehicle.vin, label[3], bays[1].id]]
    assert told["bays"] == [[bays[0].id, "A-01", sign[3]], [bays[1].id, "A-02", ""]]


def test_scripts_move_cars_take_them_back_and_ask_what_they_do_not_know(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        again = make_again(house)
        bays = [bay.id for bay in makers.make_bays(again)]
        makers.make_stored(again, makers.make_bays(again, "B", 1)[0])
    sign_in(client, "yard_keeper")
    moved = client.post("/yard/scan", data={"car": "2345", "bay": "A-02"}, headers=QUEUED)
    assert moved.json is not None
    stay = moved.json["location"].partition("done=")[2]
    back = client.post(f"/yard/stays/{stay}/undo", headers=QUEUED)
    assert back.status_code == 200
    first = client.post("/yard/scan", data={"car": "2345", "bay": "A-02", "seen_in": bays[0]})
    assert first.status_code == 409
    assert "同事已把这辆车移到 B-01" in first.text
    told = client.get("/yard/read?text=A-02", headers=JSON)
    assert told.json == {"cars": [], "bays": [[bays[1], "A-02", ""]]}
    refused = client.get("/yard/read?text=https://example.org", headers=JSON)
    assert refused.status_code == 422
    assert "网址" in refused.json["title"]  # type: ignore[index]
    page = client.get("/yard/scan").text
    kept = re.search(r'<script type="application/json" id="book">(.+?)</script>', page)
    assert kept is not None
    assert len(json.loads(kept[1])["bays"]) == 4


# --- in a browser


def scan_by_wedge(page: Page, text: str) -> None:
    """A hardware scanner: keys, then Enter, with the focus nowhere."""
    page.evaluate(
        """(text) => { for (const key of [...text, 'Enter'])
           document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})) }""",
        text,
    )


@pytest.mark.browser
def test_a_keeper_scans_car_after_car_and_every_scan_is_answered(
    app: Flask, settings: Settings, house: House
) -> None:
    with context(app):
        again = make_again(house)
        bays = makers.make_bays(again)
        car = makers.make_stored(again, bays[0]).vehicle
        gate.make_taken_in(again, number=1235, plate="浙B54321")
        with act():
            label = intake_desk.print_label(again.inspector, car)
        with act():
            sign = desk.print_sign(again.keeper, bays[1])
        vehicle_id = car.id
    with serving.serve(settings, worker=False) as url, chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(f"{url}/sign-in")
        page.fill("input[name=login]", "yard_keeper")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").last.click()
        page.goto(f"{url}/yard/scan")
        band, done = page.locator(".band b"), page.locator("[data-done] li")
        for text, word in {
            label: "再扫一次",  # car first
            sign: "好",
            "https://example.org/x": "不对",
            f"SZ2:V:AAAA:{label.split(':')[3]}:HJKMNPQR": "不对",
            "Z-99": "不对",
            "A-03": "再扫一次",  # bay first
            "4321": "好",
        }.items():
            scan_by_wedge(page, text)
            expect(band).to_have_text(word)
        expect(done.nth(1).locator("[data-word]")).to_have_text("已记录")
        done.nth(1).get_by_role("button").click()
        expect(done.nth(0).locator("[data-word]")).to_have_text("已记录")
        page.context.set_offline(True)
        scan_by_wedge(page, label)
        scan_by_wedge(page, "A-02")
        expect(band).to_have_text("好")
        expect(done.nth(0).locator("[data-word]")).to_have_text("待发送")
        page.context.set_offline(False)
        expect(done.nth(0).locator("[data-word]")).to_have_text("已记录", timeout=15_000)
        assert axe(page) == []
    with context(app):
        stays = [stay.bay.code for stay in reversed(reads.list_stays(vehicle_id))]
        assert stays == ["A-01", "A-02", "A-01", "A-02"]
