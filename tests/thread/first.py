"""Milestone (a): from the command to the bay."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from demo.cars import Car

from .world import World, shoot, tile

CASE = "(2021)浙0105执1234号"


def open_case(world: World, car: Car, paper: Path) -> None:
    """The judge opens a case, registers the vehicle and entrusts it; the agency accepts."""
    judge = world.staff("judge")
    judge.goto(f"{world.url}/court/cases/new")
    judge.get_by_label("案号").fill("（2021）浙0105执1234号")
    judge.get_by_label("申请执行人").fill("杭州某银行股份有限公司")
    judge.get_by_label("被执行人").fill("赵某某")
    judge.get_by_role("button", name="登记案件").click()
    expect(judge.get_by_role("heading", level=1)).to_have_text(CASE)
    judge.get_by_role("link", name="登记查封车辆").click()
    judge.get_by_label("车辆识别代号").fill(car.vin.lower())
    judge.get_by_label("号牌号码").fill(car.plate)
    judge.get_by_label("品牌型号").fill(car.model)
    judge.get_by_label("车身颜色").fill(car.paint)
    judge.get_by_label("年款").fill(str(car.year))
    tile(judge, "car")
    tile(judge, car.energy.lower())
    world.look(judge, "vehicle form")
    judge.get_by_role("button", name="登记车辆").click()
    judge.get_by_role("link", name="委托辅助机构").click()
    judge.get_by_role("radio", name="浙江中拍辅助服务有限公司").check()
    judge.locator("#f-letter").set_input_files(paper)
    judge.locator("#f-ruling").set_input_files(paper)
    world.look(judge, "entrustment form")
    judge.get_by_role("button", name="发出委托").click()
    agent = world.staff("agency_manager")
    agent.goto(f"{world.url}/court/entrustments")
    agent.get_by_role("link", name=car.model).click()
    agent.get_by_role("button", name="接受委托").click()
    expect(agent.get_by_text("已接受委托").first).to_be_visible()


def command_tow(world: World, car: Car) -> None:
    """The command appears on the station's screen without reload, and its receipt is recorded."""
    screen = world.staff("station_manager")
    screen.goto(f"{world.url}/court/commands")
    expect(screen.get_by_text("没有待办的指令")).to_be_visible()
    judge = world.staff("judge")
    judge.goto(f"{world.url}/court/cases")
    judge.get_by_role("link", name=CASE).click()
    judge.get_by_role("link", name="签发拖车入库指令").click()
    judge.get_by_role("button", name="签发指令").click()
    expect(judge.get_by_role("heading", level=1)).to_contain_text("拖车入库")
    expect(screen.get_by_text(car.model)).to_be_visible()
    world.look(screen, "station's screen of commands")
    expect(judge.get_by_text("已送达，待签收")).to_be_visible()
    screen.get_by_role("button", name="签收").click()
    expect(judge.get_by_text("已签收，办理中")).to_be_visible()


def open_link(world: World, page: Page, screen: Page) -> None:
    """Take link and code from the outbox; opening spends nothing, the code does."""
    screen.goto(f"{world.url}/outbox")
    world.look(screen, "outbox")
    card = screen.locator("article").first
    link = card.locator('a[href*="/l/"]').get_attribute("href") or ""
    code = card.locator("b.figure").inner_text()
    card.get_by_role("button", name="已转交本人").click()
    page.request.get(link)  # a chat's preview
    page.goto(link)
    world.look(page, "one-time link")
    page.get_by_label("验证码").fill(code.lower())
    page.get_by_role("button", name="打开").click()


def tow(world: World, car: Car) -> None:
    """Six photos and a damage before hook-up, two check-ins with position."""
    screen = world.staff("station_manager")
    screen.goto(f"{world.url}/intake/tows")
    screen.get_by_role("link", name="派车").first.click()
    screen.get_by_label("司机姓名").fill("张师傅")
    screen.get_by_label("司机电话").fill("13800001234")
    screen.get_by_role("button", name="派车").click()
    driver = world.device("driver", phone=True)
    open_link(world, driver, screen)
    expect(driver.get_by_role("heading", level=1)).to_contain_text(car.plate[2:])
    driver.get_by_role("button", name="起运打卡").click()
    expect(driver.get_by_role("alert")).to_be_visible()
    pictures = world.pictures
    for slot in ("front_left", "front_right", "rear_left", "rear_right", "plate"):
        shoot(driver, slot, pictures[slot])
    shoot(driver, "dashboard", pictures["instrument_panel"])
    world.look(driver, "driver's page")
    driver.get_by_role("button", name="起运打卡").click()
    expect(driver.get_by_text("拖车途中").first).to_be_visible()
    driver.get_by_role("button", name="到站打卡").click()
    expect(driver.get_by_text("已到站").first).to_be_visible()


GATE_IN = {
    "front_left": "front_left", "rear_right": "rear_right", "front": "front", "rear": "rear",
    "left": "left", "right": "right", "wheel_front_left": "wheel_fl",
    "wheel_front_right": "wheel_fr", "wheel_rear_left": "wheel_rl",
    "wheel_rear_right": "wheel_rr", "dashboard": "odometer", "vin": "vin", "plate": "plate",
    "cabin_front": "seats_front", "cabin_rear": "seats_rear", "boot": "boot",
}  # fmt: skip


def take_in(world: World, car: Car) -> None:
    """The inspector's set; no bay before it is complete; then the label."""
    inspector = world.staff("inspector", phone=True)
    inspector.goto(f"{world.url}/intake/")
    inspector.get_by_role("link", name=re.compile(car.plate[2:])).first.click()
    world.look(inspector, "intake progress")
    inspector.get_by_role("link", name=re.compile("继续")).click()
    for slot, name in GATE_IN.items():
        shoot(inspector, slot, world.pictures[name])
    world.look(inspector, "intake photos")
    inspector.locator('input[type="file"][accept="video/*"]').first.set_input_files(
        world.pictures["clip"]
    )
    inspector.locator('form[action$="film"] .shot-state').get_by_text("已发送").wait_for()
    inspector.get_by_role("link", name="下一步").click()
    inspector.locator("#f-odometer").fill(str(car.odometer_km))
    inspector.locator("label.tile", has_text="50%").first.click()
    inspector.get_by_role("button", name="保存读数").click()
    inspector.get_by_role("button", name="2 把").click()
    inspector.locator("label.tile", has_text="行驶证").first.click()
    inspector.get_by_role("button", name="保存清单").click()
    shoot(inspector, "seal", world.pictures["front_left"])
    inspector.locator("#f-number").fill("HZ-2026-0042")
    inspector.get_by_role("button", name="保存封条").click()
    inspector.locator('input[type="file"][accept="video/*"]').first.set_input_files(
        world.pictures["clip"]
    )
    inspector.locator('form[action$="things_film"] .shot-state').get_by_text("已发送").wait_for()
    inspector.locator("#f-things").fill("雨伞\n儿童座椅")
    inspector.get_by_label("第二人账号").fill("yard_keeper")
    inspector.get_by_label("第二人密码").fill("a long enough password")
    world.look(inspector, "belongings")
    inspector.get_by_role("button", name="两人签名保存").click()
    world.look(inspector, "intake complete")
    inspector.get_by_role("button", name="完成查验").click()
    expect(inspector.get_by_text("查验已完成")).to_be_visible()


def put_in_bay(world: World, car: Car) -> None:
    """Print the label, scan car and bay; a second car cannot take the same bay."""
    inspector = world.staff("inspector", phone=True)
    inspector.get_by_role("button", name="打印车窗标签").click()
    inspector.get_by_role("heading", name="车辆标签").wait_for()
    world.look(inspector, "label files")
    with inspector.expect_download() as download:
        inspector.locator("main a.press-main").click()
    label = Path(download.value.path()).read_bytes()
    assert label.startswith(b"%PDF")
    keeper = world.staff("yard_keeper", phone=True)
    keeper.goto(f"{world.url}/yard/scan")
    world.look(keeper, "scan")
    said = keeper.locator(".scanner .band")
    for text, answer in {
        "HTTPS://EXAMPLE.COM/X": "网址",
        "A-01": "请扫车窗标签",
        car.plate[-4:]: "停到 A-01",
    }.items():
        keeper.locator("[data-typed]").fill(text)
        keeper.keyboard.press("Enter")
        expect(said).to_contain_text(answer)
    expect(keeper.locator("[data-done] li").first).to_contain_text("已记录")
    keeper.goto(f"{world.url}/yard/")
    world.look(keeper, "yard board")
