"""The 盘点表: what it says, when it may be issued, that it is issued once, and that it verifies."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.ground.database import act, db
from station.media.models import Media
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from station.vehicles.models import Vehicle
from station.yard import count_desk, count_reads, count_sheets
from station.yard.count_desk import Look
from station.yard.count_reads import CountSheet, SheetLine
from station.yard.counts import Flaw
from station.yard.models import Count
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House, make_house
from tests.yard import makers
from tests.yard.test_care_record import check_genuine, check_replaced, text_of
from tests.yard.test_counts import begin, see, sign_both

LONG = "QWERTYUIOPASDFGHJKLZXCVBNM0123456789ABCD"


def make_counted(house: House) -> Count:
    """Signed by both: one car missing, one in the wrong bay with a broken seal, one extra, one well."""
    bays = makers.make_bays(house)
    here = makers.make_stored(house, bays[0]).vehicle
    makers.make_stored(house, bays[1], number=1235, plate="浙A54321")
    well = makers.make_stored(house, bays[2], number=1236, plate="浙A66666").vehicle
    count = begin(house)
    see(house.keeper, count, Look(here, bays[2], seal_ok=False))
    see(house.inspector, count, Look(well, bays[2]))
    see(house.inspector, count, Look(None, None, LONG))
    sign_both(house, count)
    return count


def approve(house: House, count: Count) -> CountSheet:
    with act():
        count_desk.approve(house.manager, count)
    return count_reads.get_count_sheet(house.manager, count.id)


def make_approved(house: House) -> Count:
    count = make_counted(house)
    approve(house, count)
    return count


def written() -> tuple[int, ...]:
    """How many lines and files there are."""
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (TrailLine, Media)
    )


def test_it_says_the_result_and_verifies_by_number_and_by_file(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        count = make_approved(make_again(house))
        page, number = f"/yard/counts/{count.id}", count.number
        approval = find_last_line(count.subject, "yard.count")
        assert approval is not None
        proof = approval.hash.hex()
    sign_in(client, "mechanic")
    assert "出具盘点表" in client.get(page).text
    first, same = client.post(f"{page}/sheet"), client.post(f"{page}/sheet")
    assert (first.status_code, same.location) == (303, first.location)
    with client.get(first.location) as file:
        pdf = file.data
    with context(app):
        line = check_genuine(pdf, "count_sheet")
        paper = str(line.facts["number"])
        said = text_of(pdf).replace("\u200b", "")
        names = [one.name for one in (house.keeper, house.inspector, house.manager)]
        for words in (
            *(paper, number, line.hash.hex(), proof, LONG, *names),
            *("第1页/共1页", "样式，未加盖法定电子印章", "上一日存证点"),
            *("账上3辆见到3辆", "相符1辆缺失1辆", "账外1辆封条破损1辆", "库位不符1辆"),
            *("浙A·54321", "没有见到", "封条破损、库位不符", "4辆，有差异的在前"),
        ):
            assert words in said, words
    verify = client.get(f"/verify?n={paper}")
    assert (verify.status_code, "车辆盘点表" in verify.text) == (200, True)
    assert "54321" not in verify.text


@pytest.mark.parametrize("signed", [False, True])
def test_nothing_is_issued_before_the_manager_confirmed(
    app: Flask, client: FlaskClient, house: House, signed: bool
) -> None:
    with context(app):
        again = make_again(house)
        count = make_counted(again) if signed else begin(again)
        page = f"/yard/counts/{count.id}"
    sign_in(client, "yard_keeper")
    with context(app):
        before = written()
    assert "出具盘点表" not in client.get(page).text
    refused = client.post(f"{page}/sheet")
    assert (refused.status_code, "站长确认以后才能出具盘点表" in refused.text) == (409, True)
    with context(app):
        assert written() == before


def test_only_the_station_reads_it_and_a_corrected_plate_takes_the_place_of_the_last(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        address = f"/yard/counts/{make_approved(make_again(house)).id}/sheet"
    sign_in(client, "yard_keeper")
    file = client.post(address).location
    sign_in(client, "judge")
    assert client.post(address).status_code == 403
    assert client.get(file).status_code == 404
    with context(app), act():
        car = db.session.scalars(select(Vehicle).where(Vehicle.plate == "浙A54321")).one()
        car.plate = "浙A54322"
        judge = make_again(house).judge
        trail.write(judge, "intake.judge_identity", f"vehicle:{car.id}", vehicle=car.id)
    sign_in(client, "yard_keeper")
    client.post(address)
    with context(app):
        check_replaced("count_sheet")


def test_an_empty_stock_take_says_so(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    gate.make_taken_in(house)  # waits at the gate: in no bay
    count = begin(house)
    sign_both(house, count)
    approve(house, count)
    draft = count_sheets.draft_of(house.manager, count)
    assert draft.body["lines"] == []
    assert {amount for _, amount in draft.body["classes"]} == {"0 辆"}
    said = text_of(count_sheets.make_sheet(draft.body, line_of(count)))
    assert "账上没有车辆，也没有见到账外车辆。" in said


def line_of(count: Count) -> TrailLine:
    """A line to print under: its number is that of the stock-take."""
    line = find_last_line(count.subject)
    assert line is not None
    return line


def test_a_hundred_cars_fill_pages_that_each_say_which_they_are(ctx: Flask) -> None:
    house = make_house()
    makers.make_bays(house)
    count = begin(house)
    sign_both(house, count)
    sheet = approve(house, count)
    car = SheetLine(
        "", "LSV00000000000000", "云帆 S5", "A-01", "A-01", count.opened_at, "car", (), ()
    )
    well = tuple(replace(car, plate=f"浙A{one:05d}") for one in range(99))
    lost = replace(car, plate="浙AD12345", seen_at=None, flaws=("缺失",), codes=(Flaw.MISSING,))
    flaws = {**sheet.flaws, Flaw.MISSING: 1}
    many = replace(sheet, expected=100, seen=99, flaws=flaws, lines=(lost, *well))
    body = count_sheets.body_of(many, "0" * 64)
    assert body["classes"][:2] == [["相符", "99 辆"], ["缺失", "1 辆"]]
    pdf = count_sheets.make_sheet(body, line_of(count))
    with pypdfium2.PdfDocument(pdf) as document:
        said = [one.get_textpage().get_text_bounded() for one in document]
    assert 3 <= len(said) <= 5
    for page, text in enumerate(said, 1):
        words = "".join(text.split())
        assert f"第{page}页/共{len(said)}页" in words
        assert "见到时间" in words or page == len(said)  # the head of the table is there again
        assert count.number in words
    assert "浙A·00098" in text_of(pdf)
