"""The public pages without an account and without scripts, and the pages of station and court."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court import reads as court_reads
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.database import act, db
from station.intake.grading import Mark
from station.intake.standard import Choice
from station.sales import desk as sales_desk
from station.sales import reads as sales
from station.showroom import desk, reads
from station.showroom.models import Listing
from station.showroom.rules import ListingState
from tests.intake.makers import inspect
from tests.makers import PASSWORD, House, make_house
from tests.sales.makers import as_xlsx, keep_sheet, unsold_row
from tests.showroom import makers
from tests.showroom.makers import REASONS, cars

Made = Callable[..., dict[str, str]]


@pytest.fixture
def made(app: Flask) -> Made:
    """Make cars in the application's context and give what an address needs, by car number."""

    def make(maker: Callable[..., Listing], *numbers: int, **changes: object) -> dict[str, str]:
        with app.app_context():
            house = make_house()
            rows = [maker(house, cars.make_car(number), **changes) for number in numbers]
            ids = {f"public{n}": row.public_id for n, row in zip(numbers, rows, strict=True)}
            ids |= {f"vehicle{n}": row.vehicle_id for n, row in zip(numbers, rows, strict=True)}
            db.session.remove()
        return ids

    return make


def sign_in(client: FlaskClient, login: str) -> None:
    """Sign in as one of the house."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303


def text_of(client: FlaskClient, address: str, status: int = 200, **more: str) -> str:
    """The page as text."""
    answer = client.get(address, headers=more)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_an_empty_showroom_says_so_and_how_to_ask(client: FlaskClient) -> None:
    page = text_of(client, "/cars")
    assert "现在没有公示中的车辆" in page
    assert 'href="tel:' in page


def test_a_visitor_finds_a_car_by_chips_and_sees_the_way_back_from_none(
    client: FlaskClient, made: Made
) -> None:
    ids = made(makers.make_published, 0, 2)  # a petrol car and an electric one
    everything = text_of(client, "/cars")
    assert all(ids[name] in everything for name in ("public0", "public2"))
    electric = text_of(client, "/cars?fuel=3")
    assert ids["public2"] in electric
    assert ids["public0"] not in electric
    none = text_of(client, "/cars?fuel=2")
    assert "没有符合条件的车" in none
    assert ids["public0"] not in none
    assert 'href="/cars"' in none


def test_a_visitor_without_scripts_reads_the_whole_page(client: FlaskClient, made: Made) -> None:
    ids = made(makers.make_published, 0)
    page = text_of(client, f"/cars/{ids['public0']}")
    car = cars.make_car(0)
    for words in (
        car.model,
        "尚未评定",
        "没有检查的项目",
        "无钥匙，车门无法打开",
        "未核实",
        "悔拍不退保证金",
        "(2021)浙0105执1000号",
        "https://auction.example/0",
        "估算",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({}, ("一级", "100.0 分")),
        (
            {4: Mark(Choice.SEVERE, codes=("SH",))},
            ("五级（事故车）", "车体骨架有缺陷，属事故车。"),
        ),
        (
            {66: Mark(Choice.UNCHECKED, reason="电瓶亏电")},
            ("检查不完整，不评等级", "电瓶亏电", "仪表板指示灯显示是否正常"),
        ),
    ],
)
def test_the_page_says_the_grade_that_two_persons_signed(
    client: FlaskClient, made: Made, marks: dict[int, Mark], said: tuple[str, ...]
) -> None:
    def published(house: House, car: makers.Car) -> Listing:
        listing = makers.make_published(house, car)
        inspect(house, listing.vehicle, marks)
        return listing

    page = text_of(client, f"/cars/{made(published, 0)['public0']}")
    for words in said:
        assert words in page, words


def test_nothing_personal_and_no_full_number_is_on_the_page(
    client: FlaskClient, made: Made
) -> None:
    ids = made(makers.make_published, 0)
    car = cars.make_car(0)
    for address in ("/cars", f"/cars/{ids['public0']}"):
        page = text_of(client, address)
        for secret in (
            car.plate,
            car.plate[2:],
            car.vin,
            car.vin[-6:],
            "张某某",
            "示例银行",
            "林查",
        ):
            assert secret not in page, secret
        assert ids["vehicle0"] not in page


@pytest.mark.parametrize(
    "maker", [makers.make_drafted, makers.make_ordered], ids=["drafted", "ordered"]
)
def test_what_is_not_published_is_not_there_for_the_public(
    client: FlaskClient, made: Made, maker: Callable[..., Listing]
) -> None:
    ids = made(maker, 0)
    text_of(client, f"/cars/{ids['public0']}", 404)
    text_of(client, f"/cars/{ids['vehicle0']}", 404)
    assert ids["public0"] not in text_of(client, "/cars")


def test_an_edited_bid_changes_the_total_and_a_wrong_one_says_why(
    client: FlaskClient, made: Made
) -> None:
    ids = made(makers.make_published, 0)
    address = f"/cars/{ids['public0']}"

    def total(page: str) -> str:
        row = page.split('class="bill-total"')[1]
        return re.search(r"¥ ([\d,.]+)", row)[1]  # type: ignore[index]

    assert total(text_of(client, address)) == "22,375.00"  # 21,000 + 100 + 25 + 950 + 300
    assert total(text_of(client, f"{address}?bid=30000")) == "31,375.00"
    assert total(text_of(client, f"{address}?bid=30000&service=transfer")) == "31,675.00"
    low = text_of(client, f"{address}?bid=1")
    assert "出价不能低于起拍价" in low
    assert total(low) == "22,375.00"
    text_of(client, f"{address}?bid=%3Cscript%3E&service=%27&lang=en")


def test_the_page_speaks_english_and_the_announcement_stays_chinese(
    client: FlaskClient, made: Made
) -> None:
    ids = made(makers.make_published, 0)
    page = text_of(client, f"/cars/{ids['public0']}?lang=en")
    assert "Known defects" in page
    assert "The deposit is lost on default" in page
    assert "保证金不退" in page


@pytest.mark.parametrize(
    "address",
    ["/showroom", "/showroom/reviews", "/showroom/vehicles/x", "/showroom/reviews/x"],
)
def test_the_public_is_sent_to_sign_in_before_any_inner_page(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).status_code == 302


def test_the_agency_drafts_and_a_refused_form_keeps_what_was_typed(
    client: FlaskClient, made: Made, app: Flask
) -> None:
    ids = made(makers.make_drafted, 0)
    sign_in(client, "agency_manager")
    address = f"/showroom/vehicles/{ids['vehicle0']}"
    assert "云帆 S5" in text_of(client, address)
    answer = client.post(address, data={"version": "1", "headline": "新标题", "start": "两万"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "新标题" in page
    assert "不是金额" in page
    with app.app_context():
        listing = reads.find_listing(ids["vehicle0"])
        assert listing is not None
        assert listing.version == 1
    answer = client.post(address, data={"version": "1", "headline": "新标题", "start": "20000"})
    assert answer.status_code == 303
    assert "新标题" in text_of(client, address)


def test_the_judge_approves_with_reasons_and_the_agency_announces(
    client: FlaskClient, made: Made, app: Flask
) -> None:
    ids = made(makers.make_drafted, 0)
    sign_in(client, "judge")
    address = f"/showroom/reviews/{ids['vehicle0']}"
    assert "公示前核对" in text_of(client, address)
    form = {"version": "1", "answer": "order", "due": (clock.today() + timedelta(2)).isoformat()}
    assert client.post(address, data=form).status_code == 422
    given = {f"reason_{code}": text for code, text in REASONS.items()}
    answer = client.post(address, data={**form, **given})
    assert answer.status_code == 303
    assert "/court/commands/" in answer.location
    with app.app_context():
        command = court_reads.find_command(ids["vehicle0"], CommandKind.PUBLISH)
        assert command is not None
        command_id = command.id
    client.post("/sign-out")
    sign_in(client, "inspector")
    assert client.post(f"/court/commands/{command_id}/acknowledge").status_code == 303
    answer = client.post(f"/showroom/vehicles/{ids['vehicle0']}/announce")
    assert answer.location == f"/cars/{ids['public0']}"
    client.post("/sign-out")
    assert "云帆" in text_of(client, answer.location)


def test_the_judge_takes_a_page_down_and_the_public_sees_it_at_once(
    client: FlaskClient, made: Made
) -> None:
    ids = made(makers.make_published, 0)
    sign_in(client, "judge")
    address = f"/showroom/reviews/{ids['vehicle0']}"
    form = {"version": "3", "answer": "withdraw", "why": "案外人异议"}
    assert client.post(address, data=form).status_code == 303
    assert "案外人异议" in text_of(client, address)
    client.post("/sign-out")
    text_of(client, f"/cars/{ids['public0']}", 404)


@pytest.mark.parametrize("login", ["clerk", "inspector", "agency_manager", "yard_keeper"])
def test_nobody_but_a_judge_orders_or_takes_down(
    client: FlaskClient, made: Made, app: Flask, login: str
) -> None:
    ids = made(makers.make_published, 0)
    sign_in(client, login)
    address = f"/showroom/reviews/{ids['vehicle0']}"
    form = {"version": "3", "answer": "withdraw", "why": "试试"}
    assert client.post(address, data=form).status_code == 403
    with app.app_context():
        assert reads.is_published(ids["vehicle0"])


def test_another_courts_judge_does_not_see_the_listing(
    client: FlaskClient, made: Made, app: Flask
) -> None:
    ids = made(makers.make_drafted, 0)
    sign_in(client, "other_judge")
    text_of(client, f"/showroom/reviews/{ids['vehicle0']}", 404)
    assert ids["vehicle0"] not in text_of(client, "/showroom/reviews")


def test_a_long_name_and_a_page_beyond_the_last_are_shown(client: FlaskClient, made: Made) -> None:
    ids = made(makers.make_published, 0, headline="很长的车名" * 20 + "X" * 20)
    assert "很长的车名" in text_of(client, "/cars?page=99")
    assert "X" * 20 in text_of(client, f"/cars/{ids['public0']}")


def test_an_unsold_car_leaves_the_page_and_may_be_drafted_for_the_next_round(ctx: Flask) -> None:
    house: House = make_house()
    listing = makers.make_published(house)
    lot = sales.find_lot(listing.vehicle_id)
    assert lot is not None
    with clock.moved_to(lot.starts_at + timedelta(hours=25)):
        sheet = keep_sheet(house, as_xlsx([unsold_row(lot)]))
        with act():
            sales_desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
        assert not reads.is_published(listing.vehicle_id)
        assert reads.state_of(listing) is ListingState.WITHDRAWN
        again = makers.a_draft(
            start=1_680_000, deposit=168_000, platform_number="GP-2026-2001", notified_on=None
        )
        with act():
            desk.save(house.agent, listing.vehicle, again, listing.version)
        first = listing.command_id
        second = makers.order(house, listing)
        assert second.id != first
        assert second.kind is CommandKind.PUBLISH
