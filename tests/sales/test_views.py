from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from station.ground.database import db
from station.sales.models import Lot
from tests.makers import PASSWORD, House, make_house
from tests.sales.makers import a_pdf, as_xlsx, make_announced, make_paid, make_sold, sold_row


@pytest.fixture
def made(app: Flask) -> Callable[[Callable[[House], Lot]], Lot]:
    """Found the house and make a lot in one context; the lot's plain values stay readable."""

    def make(maker: Callable[[House], Lot]) -> Lot:
        with app.app_context():
            lot = maker(make_house())
            db.session.refresh(lot)
            db.session.expunge_all()
            return lot

    return make


Made = Callable[[Callable[[House], Lot]], Lot]


def enter(client: FlaskClient, login: str) -> None:
    client.post("/sign-in", data={"login": login, "password": PASSWORD})


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def upload(client: FlaskClient, body: bytes) -> str:
    """The address of the preview."""
    answer = client.post(
        "/sales/imports/new", data={"sheet": (io.BytesIO(body), "results.xlsx"), "once": "one"}
    )
    assert answer.status_code == 303
    return answer.location


def test_a_sheet_is_previewed_then_imported(client: FlaskClient, made: Made) -> None:
    lot = made(make_announced)
    body, lot_id = as_xlsx([sold_row(lot)]), lot.id
    enter(client, "clerk")
    address = upload(client, body)
    page = text_of(client, address)
    assert "1 行都可以导入" in page
    assert "王小明" not in page
    assert "¥ 49,253.00" in page
    assert "已公告" in text_of(client, f"/sales/lots/{lot_id}")
    sha256 = page.split('name="sha256" value="')[1][:64]
    answer = client.post(address, data={"sha256": sha256, "once": "two"})
    assert answer.status_code == 303
    assert "已导入 1 行" in text_of(client, address)
    assert "王小明" in text_of(client, f"/sales/lots/{lot_id}")
    again = client.post(address, data={"sha256": sha256, "once": "two"})
    assert again.status_code == 303
    late = client.post(address, data={"sha256": sha256, "once": "three"})
    assert late.status_code == 409


def test_a_preview_with_a_fault_says_why_and_offers_no_confirmation(
    client: FlaskClient, made: Made
) -> None:
    lot = made(make_announced)
    rows = [sold_row(lot, price=1000), sold_row(lot, lot_number="TB-9")]
    body, lot_id = as_xlsx(rows), lot.id
    enter(client, "clerk")
    address = upload(client, body)
    page = text_of(client, address)
    assert "2 行有问题" in page
    assert "成交价低于起拍价 ¥ 35,000.00" in page
    assert "找不到拍品“TB-9”" in page
    assert f'action="{address}"' not in page
    sha256 = "0" * 64
    assert client.post(address, data={"sha256": sha256}).status_code == 409
    assert "已公告" in text_of(client, f"/sales/lots/{lot_id}")


def test_a_file_that_is_no_workbook_is_refused_on_the_form(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_house()
    enter(client, "clerk")
    answer = client.post(
        "/sales/imports/new", data={"sheet": (io.BytesIO(a_pdf()), "results.xlsx")}
    )
    assert answer.status_code == 422
    assert "这不是可用的表格" in answer.get_data(as_text=True)
    assert client.post("/sales/imports/new", data={}).status_code == 422


def test_the_template_is_handed_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_house()
    enter(client, "clerk")
    book = load_workbook(io.BytesIO(client.get("/sales/template.xlsx").data))
    assert book.worksheets[0]["A1"].value == "拍品编号"


def test_the_clerk_records_money_and_ruling(client: FlaskClient, made: Made) -> None:
    lot_id = made(make_sold).id
    enter(client, "clerk")
    page = text_of(client, f"/sales/lots/{lot_id}")
    assert "¥ 44,253.00" in page
    day = page.split('name="received_on" type="date" value="')[1][:10]
    wrong = client.post(
        f"/sales/lots/{lot_id}/balance",
        data={
            "amount": "44252.99",
            "received_on": day,
            "voucher": (io.BytesIO(a_pdf()), "v.pdf"),
        },
    )
    assert wrong.status_code == 422
    assert 'value="44252.99"' in wrong.get_data(as_text=True)
    right = {"amount": "44,253", "received_on": day, "voucher": (io.BytesIO(a_pdf()), "v.pdf")}
    assert client.post(f"/sales/lots/{lot_id}/balance", data=right).status_code == 303
    page = text_of(client, f"/sales/lots/{lot_id}")
    assert "登记裁定送达" in page
    moment = page.split('name="served_at" type="datetime-local" value="')[1][:16]
    served = {"served_at": moment, "ruling": (io.BytesIO(a_pdf("r")), "r.pdf")}
    assert client.post(f"/sales/lots/{lot_id}/service", data=served).status_code == 303
    assert "款清、裁定已送达" in text_of(client, f"/sales/lots/{lot_id}")


def test_lots_and_ledger_show_the_ceiling_and_its_brackets(client: FlaskClient, made: Made) -> None:
    lot = made(make_paid)
    lot_id, case_id = lot.id, lot.case_id
    enter(client, "judge")
    assert "已付清" in text_of(client, "/sales/lots")
    for address in (f"/sales/lots/{lot_id}", f"/sales/cases/{case_id}/ledger"):
        page = text_of(client, address)
        assert "¥ 588.795" in page
        assert "¥ 638.80" in page


@pytest.mark.parametrize("login", ["station_manager", "agency_manager", "other_judge"])
def test_others_do_not_see_a_courts_lot(client: FlaskClient, made: Made, login: str) -> None:
    lot_id = made(make_sold).id
    enter(client, login)
    assert client.get(f"/sales/lots/{lot_id}").status_code in {403, 404}


def test_pages_without_lots_say_what_would_be_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_house()
    enter(client, "judge")
    assert "公告发布后，拍品会出现在这里。" in text_of(client, "/sales/lots")
