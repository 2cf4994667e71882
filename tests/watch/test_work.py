"""The work items of one vehicle: from its trail alone, and only for who has to do with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court.work_items import ITEMS, State, Status
from station.ground import clock
from station.ground.database import db
from station.trail.events import Event
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from station.watch.work import name_services, work_of
from station.watch.work_views import parts_of
from tests.makers import PASSWORD, House, make_house
from tests.release import makers as release_makers
from tests.sales import makers as sales_makers
from tests.watch import makers
from tests.yard import makers as yard_makers

pytestmark = pytest.mark.slow


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests with a browser."""
    with app.app_context():
        return make_house()


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """As a person would."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def states_of(vehicle: Vehicle) -> dict[str, Status]:
    return {one.item.id: one for one in work_of(vehicle).found}


def stored(house: House) -> Vehicle:
    bay = yard_makers.make_bays(house)[0]
    return yard_makers.make_stored(house, bay, vin=makers.a_vin(1)).vehicle


def test_a_real_vehicle_in_its_bay_has_done_its_intake_and_waits_for_its_sale(ctx: Flask) -> None:
    found = states_of(stored(make_house()))
    done = {name for name, one in found.items() if one.state is State.DONE}
    assert {
        "seizure.register", "entrust.letter", "entrust.ruling", "entrust.answer", "command.tow",
        "command.tow_signed", "tow.dispatch", "tow.there", "tow.depart", "tow.arrive", "intake.keys",
        "intake.seal", "intake.belongings", "intake.finish", "intake.bay",
    } <= done  # fmt: skip
    assert found["inspect.sign"].state is State.OPEN
    assert found["care.outside"].state is State.OPEN
    assert found["price.entered"].state is State.OPEN
    assert found["announce.publish"].state is State.WAITING
    assert found["survey.mortgage"].state is State.OPEN
    assert found["entrust.materials"].state is State.NOT_CONNECTED
    assert found["seizure.ownership"].state is State.BY_HAND
    assert {one.item.id for one in found.values()} == set(ITEMS)


def test_care_that_nobody_gave_is_late_and_told_first(ctx: Flask) -> None:
    with makers.ago(14):
        vehicle = stored(make_house())
    part = parts_of(work_of(vehicle).found)[0]
    assert part.now[0].state is State.LATE
    late = {one.item.id for one in part.now if one.state is State.LATE}
    assert {"care.outside", "care.seals", "inspect.sign"} <= late
    assert "care.battery" not in late


def test_the_sheet_of_results_is_told_of_the_lot_it_sold(ctx: Flask) -> None:
    lot = sales_makers.make_sold(make_house(), "TB-0001")
    found = states_of(lot.vehicle)
    for name in ("result.price", "result.first", "result.buyer", "result.due"):
        assert found[name].state is State.DONE, name
    assert found["balance.paid"].state is State.OPEN
    assert found["balance.paid"].due is not None
    assert found["balance.paid"].due.day == lot.pay_due
    assert found["again.second"].state is State.WAITING
    assert found["price.appraised"].state in (State.OPEN, State.NOT_APPLICABLE)


def test_a_served_ruling_opens_the_release_and_counts_its_days_from_service(ctx: Flask) -> None:
    lot = sales_makers.make_served(make_house(), "TB-0002")
    found = states_of(lot.vehicle)
    assert found["ruling.served"].state is State.DONE
    assert found["release.hand_over"].state is State.OPEN
    assert found["release.hand_over"].due is not None
    assert lot.served_at is not None
    assert found["release.hand_over"].due.day >= lot.served_at.date() + timedelta(days=15)
    assert found["release.order"].state is State.OPEN


def test_a_vehicle_at_the_gate_has_been_checked_before_its_release(ctx: Flask) -> None:
    release = release_makers.make_green(make_house())
    found = states_of(release.vehicle)
    for name in ("release.money", "release.ruling", "release.holds", "release.things"):
        assert found[name].state is State.DONE, name
    assert found["release.scan"].state is State.DONE
    assert found["release.signatures"].state is State.OPEN


def test_services_of_an_order_are_told_by_name_and_cancelled_with_it() -> None:
    now = clock.now()
    placed = {
        "number": "F1",
        "order.F1": "cleaning:12000 delivery:20000",
        "order.F2": "repair:quote",
    }
    events = [
        Event("orders.place", now, placed),
        Event("orders.cancel", now, {"number": "F2"}),
        Event("orders.done", now, {"number": "F1", "service": "cleaning"}),
        Event("yard.care", now, {"task": "M01"}),
    ]
    place, cancel, done, care = (event.facts for event in name_services(events))
    wanted = {name for name in place if name.startswith("wants.")}
    assert wanted == {"wants.cleaning", "wants.delivery", "wants.repair"}
    assert cancel == {"number": "F2", "wants.repair": True}
    assert done["service"] == "cleaning"
    assert care == {"task": "M01"}


# --- the page


def open_page(client: FlaskClient, login: str, vehicle_id: str) -> str:
    answer = sign_in(client, login).get(f"/watch/vehicles/{vehicle_id}/work")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("login", ["judge", "clerk", "agency_manager", "station_manager"])
def test_the_page_tells_every_item_with_lines_that_stand_in_the_story(
    client: FlaskClient, app: Flask, house: House, login: str
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
        before = db.session.query(TrailLine).count()
    page = open_page(client, login, vehicle_id)
    for item in ITEMS.values():
        assert item.zh in page
    story = client.get(f"/watch/vehicles/{vehicle_id}").text
    assert f'href="/watch/vehicles/{vehicle_id}/work"' in story
    linked = set(re.findall(rf'href="/watch/vehicles/{vehicle_id}#(line-[^"]+)"', page))
    assert len(linked) > 10
    assert linked <= set(re.findall(r'id="(line-[^"]+)"', story))
    with app.app_context():
        assert db.session.query(TrailLine).count() <= before + 1  # the sign-in


def test_what_is_to_be_done_stands_before_what_is_done_and_the_law_is_named(
    client: FlaskClient, app: Flask, house: House
) -> None:
    with app.app_context(), makers.ago(14):
        vehicle_id = stored(house).id
    page = open_page(client, "judge", vehicle_id)
    first = page.index("拍前：待办事项")
    assert first < page.index("养护：外观与渗漏巡检") < page.index("拍前：已办")
    assert "查封 · 《查封、扣押、冻结财产规定》第18条<" in page
    assert "入库 · 《查封、扣押、冻结财产规定》第9条（建议）" in page


@pytest.mark.parametrize(
    ("login", "theirs", "others"),
    [
        ("judge", "查封到期前续封或处置完毕", "养护：胎压"),
        ("station_manager", "养护：胎压", "查封到期前续封或处置完毕"),
        ("agency_manager", "公开照片不少于 8 张", "养护：胎压"),
    ],
)
def test_a_reader_can_see_the_work_of_their_own_side_alone(
    client: FlaskClient, app: Flask, house: House, login: str, theirs: str, others: str
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
    page = sign_in(client, login).get(f"/watch/vehicles/{vehicle_id}/work?whose=ours").text
    assert theirs in page
    assert others not in page


def late_tones(page: str) -> dict[str, str]:
    """Tone → all late rows of a page that are shown in it."""
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", page, re.S)
    found: dict[str, str] = {}
    for row in rows:
        if "</svg>已逾期" in row:
            (tone,) = re.findall(r"state state-(\w+)\"", row)
            found[tone] = found.get(tone, "") + row
    return found


def test_a_red_mark_is_for_the_law_and_a_judges_day_alone(
    client: FlaskClient, app: Flask, house: House
) -> None:
    with app.app_context():
        sold = sales_makers.make_sold(
            house, "TB-0003", plate="浙A70081", case_number="(2021)浙0105执1502号"
        ).vehicle_id
        with makers.ago(14):
            waiting = stored(house).id
    ours = late_tones(open_page(client, "judge", waiting))
    assert set(ours) == {"wait"}
    assert "建议" in ours["wait"]
    with clock.moved_to(clock.now() + timedelta(days=40)):
        law = late_tones(open_page(client, "judge", sold))
    assert "付清余款" in law["seal"]
    assert "《网络司法拍卖规定》第25条<" in law["seal"]


def test_the_page_in_english_has_no_chinese_left_but_names(
    client: FlaskClient, app: Flask, house: House
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
    page = sign_in(client, "judge").get(f"/watch/vehicles/{vehicle_id}/work?lang=en").text
    assert "Work items" in page
    for item in ITEMS.values():
        assert f">{item.zh}<" not in page


def test_who_has_nothing_to_do_with_the_vehicle_sees_no_item(
    client: FlaskClient, app: Flask, house: House
) -> None:
    with app.app_context():
        vehicle_id = stored(house).id
        declined = makers.make_declined(house).vehicle_id
    for login, one in [
        ("other_judge", vehicle_id),
        ("other_agent", vehicle_id),
        ("agency_manager", declined),
    ]:
        assert sign_in(client, login).get(f"/watch/vehicles/{one}/work").status_code == 404
    assert sign_in(client, "mechanic").get(f"/watch/vehicles/{vehicle_id}/work").status_code == 403
