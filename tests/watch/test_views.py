"""The desk, the list, the story, the days and the wall, as their readers see them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court import desk as court
from station.court.models import Command
from station.ground import clock
from station.ground.database import act, db
from station.trail import desk as trail
from station.trail.models import TrailLine
from station.vehicles import desk as vehicles
from station.vehicles.models import Vehicle
from tests.court import makers as court_makers
from tests.intake import makers as intake_makers
from tests.makers import PASSWORD, House, make_house
from tests.watch import makers

pytestmark = pytest.mark.slow


@pytest.fixture
def house(app: Flask) -> House:
    """The house, for tests with a browser."""
    with app.app_context():
        return make_house()


@pytest.fixture
def thread(app: Flask, house: House) -> House:
    """The house with vehicles all over the thread."""
    with app.app_context():
        makers.make_thread(house)
    return house


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """As a person would."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def text_of(page: str) -> str:
    """What a reader sees, spaces run together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def whys(page: str) -> list[str]:
    """The lines of the desk in order."""
    return [text_of(one).strip() for one in re.findall(r'need-text"><h2>(.*?)</h2>', page, re.S)]


@pytest.mark.parametrize(
    ("login", "first"),
    [
        ("judge", "/watch/desk"),
        ("clerk", "/watch/desk"),
        ("station_manager", "/watch/yard-day"),
        ("mechanic", "/watch/yard-day"),
        ("agency_manager", "/watch/agency-day"),
    ],
)
def test_everybody_is_led_to_the_page_they_work_from(
    client: FlaskClient, house: House, login: str, first: str
) -> None:
    sign_in(client, login)
    assert client.get("/watch/").location == first
    assert client.get(first).status_code == 200


def test_a_stranger_is_led_to_the_cars_and_finds_the_door(
    client: FlaskClient, house: House
) -> None:
    assert client.get("/watch/").location == "/cars"
    assert 'href="/sign-in"' in client.get("/cars").text
    for path in ("/watch/desk", "/watch/vehicles", "/wall", "/watch/yard-day"):
        assert client.get(path).location.startswith("/sign-in")


def test_the_desk_tells_at_most_ten_lines_worst_first_and_the_rest_on_demand(
    client: FlaskClient, thread: House, app: Flask
) -> None:
    with app.app_context(), clock.moved_to(makers.days_ago(9)):
        for number in (91, 92, 93):
            court_makers.registered(thread, makers.a_vin(number), f"浙A7{number:04d}")
    page = sign_in(client, "judge").get("/watch/desk").text
    lines = whys(page)
    assert len(lines) == 10
    assert lines[0].startswith("“拖车入库”指令未办结")
    assert lines[1:4] == [
        "机构拒绝委托，请另选机构",
        next(line for line in lines if line.endswith("个工作日没有答复委托")),
        "养护读数异常：12V 蓄电池静置电压",
    ]
    more = client.get("/watch/desk?all=1").text
    assert len(whys(more)) > 10
    assert "裁定已送达，待令放行" in text_of(more)


def test_every_line_of_the_desk_leads_to_a_page_that_opens(
    client: FlaskClient, thread: House
) -> None:
    for login in ("judge", "clerk"):
        page = sign_in(client, login).get("/watch/desk?all=1").text
        links = re.findall(r'<a class="press[^"]*" href="([^"]+)"', page)
        assert len(links) >= 10
        for address in links:
            assert client.get(address.replace("&amp;", "&")).status_code == 200, (login, address)


def test_a_clerk_who_cannot_do_it_is_led_to_the_story(client: FlaskClient, thread: House) -> None:
    page = sign_in(client, "clerk").get("/watch/desk?all=1").text
    assert "委托机构</a>" not in page
    assert "看车辆" in page
    assert "登记余款" in page


def test_another_courts_judge_sees_nothing_of_it(
    client: FlaskClient, thread: House, app: Flask
) -> None:
    with app.app_context():
        ids = [row.id for row in db.session.query(Vehicle)]
    page = sign_in(client, "other_judge").get("/watch/desk").text
    assert "没有需要您办的事" in page
    listed = client.get("/watch/vehicles").text
    wall = client.get("/wall").text
    for secret in ("浙A7", "大众", "荣威"):
        assert secret not in page + listed + wall
    assert "没有这样的车辆" in listed
    assert len(ids) == 12
    for vehicle_id in ids:
        assert client.get(f"/watch/vehicles/{vehicle_id}").status_code == 404
        assert client.get(f"/scores/vehicles/{vehicle_id}").status_code == 404


def test_a_queued_court_learns_nothing_of_the_story(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        first = court_makers.registered(house, makers.a_vin(1), "浙A70001")
        with act():
            case = court.open_case(
                house.other_judge,
                court_makers.rules.read_case_number("(2026)浙0106执7号", clock.today()),
                creditor="甲",
                debtor="乙",
            )
        with act():
            second = court_makers.identity(makers.a_vin(1), "浙A70001")
            assert court.register(house.other_judge, case, second).rank == 2
        vehicle_id = first.vehicle_id
    assert sign_in(client, "other_judge").get(f"/watch/vehicles/{vehicle_id}").status_code == 404
    assert whys(client.get("/watch/desk").text) == []


def test_a_count_of_the_desk_is_the_length_of_its_list(client: FlaskClient, thread: House) -> None:
    page = sign_in(client, "judge").get("/watch/desk").text
    counts = re.findall(r'href="(/watch/vehicles\?stage=\w+)".*?<b class="figure">(\d+)</b>', page)
    assert len(counts) == 8
    for address, count in counts:
        assert client.get(address).text.count('class="plate"') == int(count)


def test_the_story_tells_every_act_with_its_proof_and_the_proof_verifies(
    client: FlaskClient, thread: House, app: Flask
) -> None:
    with app.app_context():
        row = db.session.query(Vehicle).filter_by(plate="浙A70075").one()
        lines = db.session.query(TrailLine).filter_by(vehicle=row.id).all()
        proofs = {line.hash.hex()[:16] for line in lines}
        path = f"/watch/vehicles/{row.id}"
    page = sign_in(client, "judge").get(path).text
    assert set(re.findall(r"/verify\?h=([0-9a-f]+)", page)) == proofs
    assert len(re.findall(r'<li id="line-', page)) == len(lines)
    assert "保存影像文件，19 次" in text_of(page)
    newest = client.get(f"/verify?h={next(iter(proofs))}")
    assert "属实" in newest.text
    assert "11.8 V" in page
    assert "孙拖 → 司法数字服务站" in page


def test_personal_values_are_shown_to_court_and_writer_alone(
    client: FlaskClient, thread: House, app: Flask
) -> None:
    with app.app_context():
        path = f"/watch/vehicles/{db.session.query(Vehicle).filter_by(plate='浙A70075').one().id}"
    agent = sign_in(client, "agency_manager").get(path).text
    assert "派出拖车" in agent
    assert "138 0013 8000" not in agent
    assert "30.200000,120.200000" not in agent
    for login in ("judge", "inspector"):
        page = sign_in(client, login).get(path).text
        assert "138 0013 8000" in page
        assert "127.0.0.1" not in page
    assert "127.0.0.1" in sign_in(client, "station_manager").get(path).text


def test_a_reason_with_a_percent_sign_is_told_as_it_was_typed(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        command = intake_makers.make_ordered(house, acknowledged=False)
        path = f"/watch/vehicles/{command.vehicle_id}"
        with act():
            court.revoke(house.judge, command, "车况已变 50% <b>")
    page = sign_in(client, "judge").get(path).text
    assert "理由：车况已变 50% &lt;b&gt;" in page


def test_an_erased_value_says_so_and_the_story_stands(
    client: FlaskClient, thread: House, app: Flask
) -> None:
    with app.app_context():
        row = db.session.query(Vehicle).filter_by(plate="浙A70060").one()
        path = f"/watch/vehicles/{row.id}"
        with act():
            line = (
                db.session.query(TrailLine)
                .filter_by(vehicle=row.id, act="intake.tow_dispatched")
                .one()
            )
            trail.erase(thread.manager, line, ["phone"], "个人信息保护法第47条")
    page = text_of(sign_in(client, "judge").get(path).text)
    assert "138 0013 8000" not in page
    assert "司机 孙拖 · 电话 已依法删除" in page


def test_the_next_step_is_a_button_for_the_one_who_takes_it_and_a_name_for_the_others(
    client: FlaskClient, house: House, app: Flask
) -> None:
    with app.app_context():
        command = intake_makers.make_ordered(house, acknowledged=False)
        path = f"/watch/vehicles/{command.vehicle_id}"
        command_id = command.id
    button = f'href="/court/commands/{command_id}">'
    judge = sign_in(client, "judge").get(path).text
    assert "下一步：签收指令" in judge
    assert "等待：站长" in judge
    station = sign_in(client, "yard_keeper").get(path).text
    assert re.search(r'class="press press-main"[^>]*' + button, station)
    with app.app_context(), act():
        command = db.session.get(Command, command_id)
        assert command is not None
        court.acknowledge(house.keeper, command)
    assert f"/intake/tows/send/{command_id}" in sign_in(client, "yard_keeper").get(path).text
    assert "/intake/tows/send" not in sign_in(client, "mechanic").get(path).text


@pytest.mark.parametrize("login", ["station_manager", "gate", "agency_manager"])
def test_every_figure_of_a_day_leads_to_a_page_that_opens(
    client: FlaskClient, thread: House, login: str
) -> None:
    page = client.get(sign_in(client, login).get("/watch/").location).text
    links = re.findall(r'class="day-figure[^"]*" href="([^"]+)"', page)
    assert len(links) >= 5
    for address in links:
        assert client.get(address).status_code == 200, address


def test_the_wall_shows_six_to_ten_figures_and_nothing_personal(
    client: FlaskClient, thread: House
) -> None:
    for login in ("station_manager", "judge"):
        page = sign_in(client, login).get("/wall").text
        assert 6 <= page.count("wall-figure") <= 10
        assert "data-as-of" in page
        for secret in ("浙A", "LSV", "大众", "陈执", "高站", "执1"):
            assert secret not in page.split("<main")[1]
    assert sign_in(client, "mechanic").get("/wall").status_code == 403
    late = re.search(r'wall-figure seal"[^>]*><b>(\d+)', sign_in(client, "judge").get("/wall").text)
    assert late is not None
    assert late[1] == "1"


def test_a_list_of_two_hundred_is_one_page(client: FlaskClient, house: House, app: Flask) -> None:
    with app.app_context(), act():
        for number in range(205):
            row = vehicles.add(
                court_makers.identity(makers.a_vin(2000 + number), f"浙A8{number:04d}")
            )
            vehicles.let_see(row.id, house.court.id)
        trail.write(house.judge, "yard.add_bays", "vehicle:many")
    page = sign_in(client, "judge").get("/watch/vehicles").text
    assert page.count('class="plate"') == 200
    assert "只列出最近变动的 200 辆，共 205 辆" in page
