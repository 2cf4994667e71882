"""The pages of the gate: a driver behind a link, an inspector screen by screen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.ground.database import db
from station.intake import reads, rules
from station.intake.models import Intake, Tow
from station.media.models import Media
from station.notices.models import Notice
from tests.intake import makers
from tests.makers import PASSWORD, House


@contextmanager
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def sign_in(client: FlaskClient, login: str) -> None:
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.text


def photo(seed: int = 1, name: str = "a.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(makers.jpeg(seed, (320, 240))), name


def test_a_driver_goes_from_link_to_gate(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app):
        command_id = makers.make_ordered(make_again(house)).id
    sign_in(client, "yard_keeper")
    assert "派车" in client.get("/intake/tows").text
    sent = client.post(
        f"/intake/tows/send/{command_id}",
        data={"driver_name": "孙拖", "phone": "138 0013 8000", "once": "t1"},
    )
    assert sent.status_code == 303
    with context(app):
        notice = db.session.scalars(select(Notice)).one()
        link, code = notice.link.replace("http://localhost", ""), notice.code
        tow_id = db.session.scalars(select(Tow.id)).one()
    phone = app.test_client()
    assert phone.get(link).status_code == 200
    assert phone.post(link, data={"code": code}).status_code == 303
    assert phone.get("/intake/tow").location == f"/intake/tows/{tow_id}"
    page = phone.get(f"/intake/tows/{tow_id}").text
    assert "起运打卡" in page
    assert "赵某某" not in page
    answer = phone.post(
        f"/intake/tows/{tow_id}/photos",
        data={"front_left": photo(5)},
        headers={"Accept": "application/json", "X-Once": "p1"},
    )
    assert answer.status_code == 200
    assert set(answer.json) == {"id", "url"}
    assert phone.get(answer.json["url"], buffered=True).data == makers.jpeg(5, (320, 240))
    late = phone.post(f"/intake/tows/{tow_id}/depart", data={"lat": "30.2", "lon": "120.2"})
    assert late.status_code == 409
    assert "不能起运，因为还缺 5 张照片" in late.text
    rest = {view: photo(9 + n) for n, view in enumerate(rules.PICKUP_VIEWS[1:5])}
    assert phone.post(f"/intake/tows/{tow_id}/photos", data=rest).status_code == 303
    typed = {"lat": "30.2", "lon": "120.2", "reason.photo.dashboard": "车门锁闭"}
    assert phone.post(f"/intake/tows/{tow_id}/depart", data=typed).status_code == 303
    damage = {"defect": "HH", "panel": "19", "photo": photo(77), "size_mm": "120"}
    assert phone.post(f"/intake/tows/{tow_id}/damage", data=damage).status_code == 303
    assert phone.post(f"/intake/tows/{tow_id}/arrive", data={}).status_code == 303
    assert "未取得定位" in phone.get(f"/intake/tows/{tow_id}").text
    with context(app):
        assert db.session.scalars(select(Intake)).one().tow_id == tow_id


def make_again(house: House) -> House:
    """The house's rows anew in the running context."""
    for name in ("court", "other_court", "station", "agency", "other_agency"):
        setattr(house, name, db.session.merge(getattr(house, name), load=True))
    return house


def test_a_refused_damage_keeps_its_photo_and_what_was_typed(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        row = makers.make_arrived(make_again(house))
        vehicle_id = row.vehicle_id
    sign_in(client, "inspector")
    address = f"/intake/vehicles/{vehicle_id}/findings/new"
    refused = client.post(
        address, data={"photo": photo(3), "sentence": "左门有划痕", "panel": "19"}
    )
    assert refused.status_code == 422
    assert "请选择缺陷种类" in refused.text
    assert "左门有划痕" in refused.text
    kept = re.search(r'name="photo_kept" value="([0-9a-f]+)"', refused.text)
    assert kept is not None
    again = {"photo_kept": kept[1], "sentence": "左门有划痕", "panel": "19", "defect": "HH"}
    assert client.post(address, data=again).status_code == 303
    assert "左前车门：划痕" in client.get(f"/intake/vehicles/{vehicle_id}/findings").text


def test_an_inspector_takes_a_vehicle_in_screen_by_screen(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        row = makers.make_arrived(make_again(house))
        intake_id, vehicle = row.id, row.vehicle
        for n, view in enumerate(rules.GATE_IN_VIEWS[vehicle.kind][1:]):
            makers.keep(house.inspector, vehicle, "photo", view, makers.jpeg(500 + n))
        makers.keep(house.inspector, vehicle, "video", reads.WALK_ROUND, b"v", "video/mp4")
    sign_in(client, "inspector")
    base = f"/intake/{intake_id}"
    assert "还缺 8 项" in client.get(base).text
    first = client.post(
        f"{base}/shots/photos",
        data={"front_left": photo(8)},
        headers={"Accept": "application/json", "X-Once": "x"},
    )
    assert first.status_code == 200
    assert "16" in client.get(f"{base}/photos").text
    steps = [
        ("readings", {"version": "0", "odometer": "62,310", "fuel": "50"}, "keys"),
        ("keys", {"version": "0", "count": "2", "tags": "K-17"}, "papers"),
        ("papers", {"version": "0", "papers": ["licence", "manual"]}, "seal"),
    ]
    for step, data, onward in steps:
        saved = client.post(f"{base}/{step}", data=data)
        assert (saved.status_code, saved.location) == (303, f"{base}/{onward}"), saved.text
    assert client.post(f"{base}/shots/seal", data={"seal": photo(4)}).status_code == 303
    sealed = client.post(f"{base}/seal", data={"version": "0", "number": "ft0001"})
    assert sealed.location == f"{base}/belongings"
    counted = {"version": "0", "none": "1", "second_login": "yard_keeper"}
    wrong = client.post(f"{base}/belongings", data={**counted, "second_password": "no"})
    assert wrong.status_code == 422
    assert "第二人的账号或密码不对" in wrong.text
    signed = client.post(f"{base}/belongings", data={**counted, "second_password": PASSWORD})
    assert (signed.status_code, signed.location) == (303, base)
    assert client.get("/intake/").status_code == 200
    assert client.post(f"{base}/finish").status_code == 303
    page = client.get(base).text
    assert "查验已完成" in page
    sheet = re.search(r'href="(/media/[0-9a-f]+/original)"', page)
    assert sheet is not None
    assert client.get(sheet[1], buffered=True).data.startswith(b"%PDF")


def test_a_stale_screen_keeps_what_was_typed_and_names_the_colleague(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        intake_id = makers.make_arrived(make_again(house)).id
    sign_in(client, "inspector")
    other = app.test_client()
    sign_in(other, "station_manager")
    assert other.post(f"/intake/{intake_id}/keys", data={"count": "1"}).status_code == 303
    stale = client.post(f"/intake/{intake_id}/keys", data={"count": "3", "tags": "K-99"})
    assert stale.status_code == 409
    assert "高站" in stale.text
    assert "K-99" in stale.text


def test_a_double_click_is_one_act(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app):
        intake_id = makers.make_arrived(make_again(house)).id
    sign_in(client, "inspector")
    for _ in range(2):
        answer = client.post(
            f"/intake/{intake_id}/keys", data={"count": "1", "version": "0", "once": "same"}
        )
        assert (answer.status_code, answer.location) == (303, f"/intake/{intake_id}/papers")


def test_reasons_are_pressed_for_several_items_at_once(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        intake_id = makers.make_arrived(make_again(house)).id
    sign_in(client, "inspector")
    address = f"/intake/{intake_id}/photos/excuse"
    assert client.post(address, data={"reason": "locked"}).status_code == 422
    data = {"item": ["photo.cabin_front", "photo.cabin_rear"], "reason": "locked"}
    assert client.post(address, data=data).status_code == 303
    page = client.get(f"/intake/{intake_id}/photos").text
    assert page.count("车门锁闭，无法进入（林查）") == 2
    short = {"item": ["photo.boot"], "reason_text": "x"}
    assert client.post(address, data=short).status_code == 422


def test_something_that_is_no_picture_is_refused_for_its_slot(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        intake_id = makers.make_arrived(make_again(house)).id
    sign_in(client, "inspector")
    answer = client.post(
        f"/intake/{intake_id}/shots/photos",
        data={"front": (io.BytesIO(b"%PDF-1.4 not a picture"), "a.jpg")},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json["code"] == "not_a_picture"
    with context(app):
        assert db.session.scalars(select(Media).where(Media.kind == "photo")).all() == []


def test_the_label_is_printed_by_a_press_and_read_from_its_pdf(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        vehicle_id = makers.make_taken_in(make_again(house)).vehicle_id
    sign_in(client, "yard_keeper")
    address = f"/intake/vehicles/{vehicle_id}/label"
    printed = client.post(address)
    assert printed.status_code == 303
    page = client.get(printed.location).text
    found = re.search(r'href="(/media/labels/file[^"]+paper=glass[^"]+form=pdf)"', page)
    assert found is not None
    pdf = client.get(found[1].replace("&amp;", "&"))
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    again = client.post(address)  # another one needs a reason
    assert again.location == f"/media/labels/?kind=vehicle&subject=vehicle:{vehicle_id}"


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("mechanic", "/intake/{id}/keys"),
        ("judge", "/intake/{id}/keys"),
        ("gate", "/intake/tows/send/{id}"),
        ("agency_manager", "/intake/"),
    ],
)
def test_doors_stay_shut_for_other_roles(
    app: Flask, client: FlaskClient, house: House, login: str, path: str
) -> None:
    with context(app):
        intake_id = makers.make_arrived(make_again(house)).id
    sign_in(client, login)
    assert client.get(path.format(id=intake_id)).status_code == 403


def test_the_court_reads_the_record_and_another_court_does_not(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        intake_id = makers.make_taken_in(make_again(house)).id
    sign_in(client, "judge")
    page = client.get(f"/intake/{intake_id}")
    assert page.status_code == 200
    assert "完成查验" not in page.text
    other = app.test_client()
    sign_in(other, "other_judge")
    assert other.get(f"/intake/{intake_id}").status_code == 404


def test_every_screen_speaks_english(app: Flask, client: FlaskClient, house: House) -> None:
    with context(app):
        row = makers.make_arrived(make_again(house))
        intake_id, vehicle_id = row.id, row.vehicle_id
    sign_in(client, "inspector")
    paths = [f"/intake/{intake_id}", "/intake/", "/intake/tows"]
    paths += [f"/intake/{intake_id}/{step}" for step in rules.Step]
    paths += [
        f"/intake/vehicles/{vehicle_id}/findings",
        f"/intake/vehicles/{vehicle_id}/findings/new",
    ]
    for path in paths:
        page = client.get(f"{path}?lang=en")
        assert page.status_code == 200, path
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
        assert heading is not None
        plain = re.sub(r"<[^>]+>|浙A·12345|\s", "", heading[1])
        assert not re.search(r"[\u4e00-\u9fff]", plain), (path, plain)
