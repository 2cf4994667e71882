from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from station.court import reads as court
from station.court.rules import CommandKind
from station.ground.database import db
from station.media.models import Media
from station.notices.models import Notice
from station.release import reads
from station.release.models import Release
from station.release.rules import CORNERS
from tests.intake.makers import jpeg
from tests.makers import PASSWORD, House, make_house
from tests.release.makers import make_owned, make_released
from tests.sales.makers import a_pdf
from tests.stripe_stand_in import StandIn, running

Made = Callable[[Callable[[House], object]], str]


@pytest.fixture
def made(app: Flask) -> Made:
    """Found the house and make a state in one context; the vehicle's id."""

    def make(maker: Callable[[House], object]) -> str:
        with app.app_context():
            row = maker(make_house())
            return str(row.vehicle_id)  # type: ignore[attr-defined]

    return make


@pytest.fixture
def provider(app: Flask) -> Iterator[StandIn]:
    before = app.extensions["settings"]
    with running() as stand_in:
        app.extensions["settings"] = replace(
            before,
            stripe_key=stand_in.key,
            stripe_api=stand_in.url,
            stripe_webhook_secret=stand_in.secret,
        )
        yield stand_in
    app.extensions["settings"] = before


def enter(client: FlaskClient, login: str) -> None:
    client.post("/sign-in", data={"login": login, "password": PASSWORD})


def come_by_link(app: Flask, client: FlaskClient, vehicle_id: str) -> None:
    """The buyer opens the link of the outbox with its code."""
    with app.app_context():
        notice = (
            db.session.query(Notice).filter_by(subject=f"vehicle:{vehicle_id}").one()  # type: ignore[no-untyped-call]
        )
        path, code = notice.link.replace("http://localhost", ""), notice.code
    assert client.post(path, data={"code": code}).status_code == 303


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def test_the_judge_orders_from_a_green_checklist(
    app: Flask, client: FlaskClient, made: Made
) -> None:
    vehicle = made(make_owned)
    enter(client, "judge")
    page = text_of(client, f"/release/vehicles/{vehicle}")
    assert "全部具备" in page
    assert page.count("看凭据") == 3
    due = page.split('name="due" type="date" value="')[1][:10]
    answer = client.post(f"/release/vehicles/{vehicle}", data={"due": due, "once": "1"})
    assert answer.status_code == 303
    assert "已令放行" in text_of(client, f"/release/vehicles/{vehicle}")
    again = client.post(f"/release/vehicles/{vehicle}", data={"due": due, "once": "2"})
    assert again.status_code == 409
    enter(client, "clerk")
    assert "令放行</button>" not in text_of(client, f"/release/vehicles/{vehicle}")
    enter(client, "other_judge")
    assert client.get(f"/release/vehicles/{vehicle}").status_code == 404


def returned(client: FlaskClient, vehicle: str) -> int:
    """The status of the answer when the belongings are said to be returned."""
    data = {"how": "returned", "receiver": "赵某", "paper": (io.BytesIO(a_pdf()), "r.pdf")}
    return client.post(f"/release/vehicles/{vehicle}/belongings", data=data).status_code


def test_a_red_checklist_offers_no_order(client: FlaskClient, made: Made) -> None:
    vehicle = made(lambda house: make_owned(house, cleared=False))
    enter(client, "judge")
    page = text_of(client, f"/release/vehicles/{vehicle}")
    assert "1 项没有具备" in page
    assert "车内个人物品尚未清退" in page
    assert 'name="due"' not in page
    answer = client.post(f"/release/vehicles/{vehicle}", data={"due": "2099-01-01"})
    assert answer.status_code == 409
    enter(client, "yard_keeper")
    assert "雨伞" in text_of(client, f"/release/vehicles/{vehicle}/belongings")
    assert returned(client, vehicle) == 409  # no command, no move
    enter(client, "judge")
    order = {"due": "2099-01-01", "note": "返还被执行人", "once": "3"}
    there = f"/release/vehicles/{vehicle}/belongings/order"
    assert client.post(there, data=order).status_code == 303
    enter(client, "yard_keeper")
    (signing,) = re.findall(r"/court/commands/\w+/acknowledge", text_of(client, "/court/commands"))
    assert client.post(signing).status_code == 303
    assert returned(client, vehicle) == 303
    enter(client, "judge")
    assert "全部具备" in text_of(client, f"/release/vehicles/{vehicle}")


def shown_pass(page: str) -> str:
    """What a phone reads from the QR that the page draws."""
    drawn = page.split('<section class="pass"')[1].split("</section>", maxsplit=1)[0]
    found = re.search(r'viewBox="0 0 ([\d.]+) .*? d="([^"]+)"', drawn, re.S)
    assert found is not None
    scale = 400 / float(found[1])
    picture = Image.new("L", (400, 400), 255)
    for x, y, w, h in squares(found[2]):
        corner = (round(x * scale), round(y * scale))
        picture.paste(0, (*corner, round((x + w) * scale), round((y + h) * scale)))
    return str(zxingcpp.read_barcodes(picture)[0].text)


def squares(path: str) -> Iterator[tuple[float, float, float, float]]:
    """Rectangles of a path made of `Mx,yHxVyHxz`."""
    for part in re.findall(r"M([\d.]+),([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+z", path):
        x, y, right, bottom = map(float, part)
        yield x, y, right - x, bottom - y


def test_a_buyer_orders_in_six_taps_pays_online_and_leaves_by_the_pass(
    app: Flask, client: FlaskClient, made: Made, provider: StandIn
) -> None:
    vehicle = made(make_released)
    buyer = app.test_client()
    come_by_link(app, buyer, vehicle)
    assert "选服务" in text_of(buyer, "/my")  # tap 1 opens the tiles, then three tiles
    page = text_of(buyer, "/my/services")
    assert "¥ 120.00" in page
    assert "指标证明" in page
    chosen = {
        "services": ["cleaning", "transfer", "delivery"],
        "km": "30",
        "address": "石祥路 2 号 王小明",
    }
    quote = buyer.post("/my/quote", data=chosen)  # tap 5
    assert quote.status_code == 200
    assert "¥ 670.00" in quote.get_data(as_text=True)
    placed = buyer.post("/my/orders", data=chosen | {"total_fen": "67000", "once": "a"})  # tap 6
    assert placed.status_code == 303
    assert placed.location.startswith(f"{provider.url}/pay/cs_test_")
    event = provider.pay(placed.location.rsplit("/", 1)[1])
    body, header = provider.signed(event)
    for _ in range(2):  # the provider repeats itself
        told = client.post("/stripe/webhook", data=body, headers={"Stripe-Signature": header})
        assert (told.status_code, told.get_json()["outcome"]) == (200, "paid")
    assert client.post("/stripe/webhook", data=body).status_code == 400
    order = re.search(r"/my/orders/([0-9a-f]+)", text_of(buyer, "/my")).group(1)  # type: ignore[union-attr]
    assert "网上付款" in text_of(buyer, f"/my/orders/{order}?paid=1")
    assert buyer.post("/my/pass", data={"once": "b"}).status_code == 303
    page = text_of(buyer, "/my")
    assert "等服务站" in page
    enter(client, "mechanic")
    assert client.post(f"/orders/{order}/done", data={"kind": "cleaning"}).status_code == 303
    leave_by(app, client, vehicle, shown_pass(text_of(buyer, "/my")))
    assert "都办完了" in text_of(buyer, "/my")


def leave_by(app: Flask, client: FlaskClient, vehicle: str, text: str) -> None:
    """The gate scans, compares, signs and opens."""
    with app.app_context():
        row = reads.find_release(vehicle)
        assert row is not None
        assert text == reads.pass_text(row)
        release = row.id
    enter(client, "gate")
    red = client.post("/gate/", data={"pass": text, "car": "浙A00000"})
    assert red.status_code == 409
    assert "不能放行" in red.get_data(as_text=True)
    green = client.post("/gate/", data={"pass": text, "car": "浙A12345"})
    assert green.status_code == 303
    assert "可以放行" in text_of(client, green.location)
    for seed, corner in enumerate(CORNERS):
        answer = client.post(
            f"/gate/{release}/photos",
            data={corner: (io.BytesIO(jpeg(900 + seed)), "c.jpg")},
            headers={"Accept": "application/json"},
        )
        assert answer.get_json()["id"]
    page = text_of(client, f"/gate/{release}/hand-over")
    assert page.count('class="compare"') == 4
    filled = {
        "taker_kind": "buyer",
        "taker": "王小明",
        "tail": "012X",
        "odometer_km": "62310",
        "keys": "2",
        "taker_sign_name": "王小明",
        "staff_sign_name": "门岗",
    }
    wrong = filled | {"tail": "9999", "paper": (io.BytesIO(jpeg(77)), "id.jpg")}
    answer = client.post(f"/gate/{release}/hand-over", data=wrong)
    assert answer.status_code == 409
    assert "身份不符" in answer.get_data(as_text=True)
    done = client.post(f"/gate/{release}/hand-over", data=filled)  # the photo was kept before
    assert done.status_code == 303, done.get_data(as_text=True)
    assert "下载出库交接单" in text_of(client, done.location)
    again = client.post("/gate/", data={"pass": text, "car": "浙A12345"})
    assert again.status_code == 409
    assert "这张出门证已用过" in again.get_data(as_text=True)
    with app.app_context():
        kept = db.session.get_one(Release, release)
        sheet = db.session.get_one(Media, kept.sheet_media)
        assert (sheet.mime, sheet.kind) == ("application/pdf", reads.SHEET)
        command = court.find_command(vehicle, CommandKind.RELEASE)
        assert command is not None
        assert command.state == "done"


def test_without_a_payment_key_the_counter_takes_the_money(
    app: Flask, client: FlaskClient, made: Made
) -> None:
    vehicle = made(make_released)
    buyer = app.test_client()
    come_by_link(app, buyer, vehicle)
    assert "全部选上" in text_of(buyer, "/my/services")
    assert text_of(buyer, "/my/services?all=1").count(" checked") == 5
    refused = buyer.post("/my/quote", data={"services": ["delivery"], "km": "30"})
    assert refused.status_code == 422
    assert 'value="30"' in refused.get_data(as_text=True)
    placed = buyer.post("/my/orders", data={"services": ["cleaning"], "total_fen": "12000"})
    assert placed.location.startswith("/my/orders/")
    assert "在柜台付款" in text_of(buyer, placed.location)
    order = placed.location.rsplit("/", 1)[1]
    assert buyer.post(f"/my/orders/{order}/pay").status_code == 409
    enter(client, "gate")
    assert client.post(f"/orders/{order}/counter").status_code == 403
    enter(client, "station_manager")
    assert "清洗" in text_of(client, "/orders")
    for amount, status in (("119.99", 409), ("120", 303)):
        data = {"amount": amount, "receipt": "R-1"}
        assert client.post(f"/orders/{order}/counter", data=data).status_code == status
    assert "柜台付款" in text_of(client, f"/orders/{order}")


def test_a_buyer_opens_only_their_own_pages(app: Flask, client: FlaskClient, made: Made) -> None:
    vehicle = made(make_released)
    come_by_link(app, client, vehicle)
    for path in ("/orders", "/gate/", "/release", f"/release/vehicles/{vehicle}"):
        assert client.get(path).status_code == 403
    assert client.get("/my/orders/0000").status_code == 404
    assert "提车要带什么" in text_of(client, "/my")


def test_the_station_sees_what_every_vehicle_waits_for(client: FlaskClient, made: Made) -> None:
    made(make_released)
    enter(client, "station_manager")
    page = text_of(client, "/release")
    assert "浙A12345" in page
    assert "可以放行" in page
    release = re.search(r"/release/([0-9a-f]{20})/link", page).group(1)  # type: ignore[union-attr]
    assert client.post(f"/release/{release}/link").status_code == 303
