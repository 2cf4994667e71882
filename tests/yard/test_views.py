"""The pages of the yard: the board, two scans, signs, and the care round."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.ground.database import db
from station.media.models import LabelCode
from station.yard import reads
from station.yard.models import Care, Stay
from station.yard.rules import READING_STATE_WORDS
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House
from tests.yard import makers


def photo(seed: int) -> tuple[io.BytesIO, str]:
    return io.BytesIO(gate.jpeg(seed, (320, 240))), "a.jpg"


def test_two_scans_place_a_car_and_the_page_is_ready_for_the_next(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        makers.make_bays(make_again(house))
        gate.make_taken_in(house)
    sign_in(client, "yard_keeper")
    done = client.post("/yard/scan", data={"car": "A-02", "bay": "2345"})
    assert done.status_code == 303
    page = client.get(done.location).text
    assert "浙A12345 → A-02" in page
    assert "已入位" in page
    assert re.search(r'name="car" value=""', page)
    again = client.post("/yard/scan", data={"car": "2345", "bay": "A-03"})
    assert "已移位" in client.get(again.location).text
    with context(app):
        assert [
            stay.bay.code for stay in db.session.scalars(select(Stay).order_by(Stay.since))
        ] == [
            "A-02",
            "A-03",
        ]


def test_a_refused_scan_keeps_what_was_scanned(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        makers.make_bays(make_again(house))
        gate.make_arrived(house)
    sign_in(client, "yard_keeper")
    refused = client.post("/yard/scan", data={"car": "2345", "bay": "A-01"})
    assert refused.status_code == 409
    assert "不能分配库位，因为还缺" in refused.text
    assert 'value="A-01"' in refused.text
    with context(app):
        assert db.session.scalars(select(Stay)).all() == []


def test_the_board_finds_a_car_by_its_last_four(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        bays = makers.make_bays(make_again(house), "B", 4)
        makers.make_stored(house, bays[2])
    sign_in(client, "gate")
    page = client.get("/yard/?tail=2345").text
    assert "B-03" in page
    assert "最后见到" in page
    assert "没有尾号是 0000 的车辆" in client.get("/yard/?tail=0000").text


def test_the_manager_lays_out_bays_and_prints_each_sign_once(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "station_manager")
    row = {"zone": "c", "first": "１", "last": "3", "kind": "charging"}
    assert client.post("/yard/new", data=row).status_code == 303
    assert client.post("/yard/new", data=row).status_code == 409
    assert client.post("/yard/new", data={**row, "first": "x"}).status_code == 422
    for _ in range(2):
        printed = client.post("/yard/zones/C/signs")
        assert printed.status_code == 303
        assert "3 张" in client.get(printed.location).text
    codes = printed.location.partition("code=")[2]
    pdf = client.get(f"/media/labels/file?code={codes}&paper=bay").data
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 3
    with context(app):
        rows = db.session.scalars(select(LabelCode)).all()
        assert [row.void_at for row in rows] == [None] * 3
        bay_id = rows[0].subject.partition(":")[2]
    again = client.post(f"/yard/bays/{bay_id}/sign")  # another one needs a reason
    assert again.location == f"/media/labels/?kind=bay&subject=bay:{bay_id}"
    assert client.post("/yard/zones/Z/signs").status_code == 404


def test_care_is_logged_where_the_car_stands(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app):
        bays = makers.make_bays(make_again(house))
        vehicle_id = makers.make_stored(house, bays[0]).vehicle_id
    sign_in(client, "mechanic")
    address = f"/yard/care/{vehicle_id}"
    typed = {"task": ["M01", "M05"], "value_M01": "11.9", "note": "右后胎旧"}
    far = client.post(address, data={**typed, "seen": "A-02", "photo": photo(1)})
    assert far.status_code == 422
    assert "请站到车前重新扫描" in far.text
    without = client.post(address, data={**typed, "seen": "A-01"})
    assert "请拍一张照片" in without.text
    unread = client.post(
        address, data={**typed, "value_M01": "", "seen": "A-01", "photo": photo(1)}
    )
    assert unread.status_code == 422
    kept = re.search(r'name="photo_kept" value="([0-9a-f]+)"', unread.text)
    assert kept is not None
    with context(app):
        assert db.session.scalars(select(Care)).all() == []
    done = client.post(address, data={**typed, "seen": "A-01", "photo_kept": kept[1]})
    assert done.status_code == 303
    with context(app):
        rows = {care.task: care.value for care in reads.list_care(vehicle_id)}
        assert rows == {"M01": 11_900, "M05": None}
    page = client.get(address).text
    assert READING_STATE_WORDS["act"] in page
    assert client.get("/yard/care").status_code == 200


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("judge", "/yard/"),
        ("gate", "/yard/scan"),
        ("mechanic", "/yard/scan"),
        ("inspector", "/yard/care"),
        ("yard_keeper", "/yard/new"),
    ],
)
def test_doors_stay_shut_for_other_roles(
    client: FlaskClient, house: House, login: str, path: str
) -> None:
    sign_in(client, login)
    assert client.get(path).status_code == 403
