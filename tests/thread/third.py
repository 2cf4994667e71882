"""Milestone (c): from the result to the gate."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import zxingcpp
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from demo.cars import Car

from .first import CASE, open_link
from .second import PLATFORM_NUMBER
from .world import World, reload_until, shoot, tile

BUYER = "孙买家"


def care(world: World, car: Car) -> None:
    """Weeks later care is due; it is logged beside the car with a reading and a photo."""
    mechanic = world.staff("mechanic", phone=True)
    mechanic.goto(f"{world.url}/yard/care")
    world.look(mechanic, "care round")
    mechanic.get_by_role("link", name=re.compile(car.model)).first.click()
    mechanic.get_by_label("站到车前扫一下").fill("A-01")
    mechanic.locator("label.check").first.click()
    reading = mechanic.locator('input[name^="value_"]').first
    reading.fill("12.6")
    mechanic.locator("#f-photo").set_input_files(world.pictures["front"])
    world.look(mechanic, "care of a car")
    mechanic.get_by_role("button", name="记录养护").click()
    expect(mechanic.get_by_role("heading", level=1)).to_contain_text("今日养护")


def fill_sheet(path: Path, end: date) -> None:
    """What the outside platform says, in our template."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    values = {
        "拍品编号": PLATFORM_NUMBER,
        "案号": CASE,
        "结果": "成交",
        "成交价（元）": "75500",
        "报名人数": "6",
        "结束时间": f"{end} 10:35",
        "买受人": BUYER,
        "买受人手机号": "13900005678",
        "付款截止日": (end + timedelta(days=10)).isoformat(),
        "买受人证件后四位": "1234",
    }
    for cell in sheet[1]:
        sheet.cell(2, cell.column, values[str(cell.value)])
    book.save(path)


def import_result(world: World, car: Car, paper: Path, end: date) -> None:
    """Preview row by row, then all or nothing; balance received and ruling served."""
    clerk = world.staff("clerk")
    clerk.goto(f"{world.url}/sales/imports/new")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载模板").click()
    sheet = paper.parent / "results.xlsx"
    download.value.save_as(sheet)
    fill_sheet(sheet, end)
    clerk.locator("#f-sheet").set_input_files(sheet)
    world.look(clerk, "import form")
    clerk.get_by_role("button", name="上传并预览").click()
    expect(clerk.get_by_text("都可以导入")).to_be_visible()
    world.look(clerk, "import preview")
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("link", name=re.compile(car.model)).click()
    clerk.get_by_label("到账金额").fill("67000")
    clerk.locator("#f-voucher").set_input_files(paper)
    clerk.get_by_role("button", name="确认到账").click()
    expect(clerk.get_by_role("alert")).to_contain_text("67,500")
    clerk.get_by_label("到账金额").fill("67500")
    clerk.get_by_role("button", name="确认到账").click()
    clerk.locator("#f-ruling").set_input_files(paper)
    clerk.get_by_role("button", name="登记送达").click()
    expect(clerk.get_by_text("款清、裁定已送达")).to_be_visible()
    world.look(clerk, "lot")


def order_release(world: World, car: Car, paper: Path) -> None:
    """Belongings are returned by command; the judge orders release from the checklist."""
    manager = world.staff("station_manager")
    judge = world.staff("judge")
    judge.goto(f"{world.url}/sales/lots")
    judge.get_by_role("link", name=re.compile(car.model)).first.click()
    judge.get_by_role("link", name="去放行清单").click()
    judge.get_by_role("link", name="处置车内物品").click()
    world.look(judge, "belongings to dispose of")
    judge.get_by_label("返还给谁，或怎样处置").fill("返还被执行人，凭身份证领取")
    judge.get_by_role("button", name="签发指令").click()
    manager.goto(f"{world.url}/court/commands")
    manager.get_by_role("button", name="签收").first.click()
    manager.goto(f"{world.url}/release")
    manager.get_by_role("link", name="登记清退").click()
    manager.locator('label.tile:has(input[name="how"])').first.click()
    manager.get_by_label("领取人或接收单位").fill("赵某某")
    manager.locator("#f-paper").set_input_files(paper)
    manager.get_by_role("button", name="登记清退").click()
    judge.goto(f"{world.url}/sales/lots")
    judge.get_by_role("link", name=re.compile(car.model)).first.click()
    judge.get_by_role("link", name="去放行清单").click()
    world.look(judge, "release checklist")
    judge.get_by_role("button", name="令放行").click()
    manager.goto(f"{world.url}/court/commands")
    manager.get_by_role("button", name="签收").first.click()


def buy(world: World, car: Car) -> str:
    """The buyer's one page: next step, three services, payment, the pass."""
    manager = world.staff("station_manager")
    buyer = world.device("buyer", phone=True)
    open_link(world, buyer, manager)
    expect(buyer.get_by_role("heading", level=1)).to_contain_text(car.model)
    world.look(buyer, "buyer's page")
    buyer.get_by_role("link", name="选服务").click()
    for service in ("cleaning", "transfer", "delivery"):
        tile(buyer, service)
    buyer.locator("#f-km").fill("12")
    buyer.locator("#f-address").fill("余杭区某路 8 号")
    world.look(buyer, "services")
    buyer.get_by_role("button", name="看报价").click()
    world.look(buyer, "quote")
    buyer.get_by_role("button", name="确认并付款").click()
    buyer.get_by_role("button", name=re.compile("付款|Pay")).click()
    take = buyer.get_by_role("button", name="取出门证", exact=True)
    buyer.goto(f"{world.url}/my")
    reload_until(buyer, lambda: take.count() == 1)  # the provider's word is on its way
    take.click()
    expect(buyer.locator(".pass svg")).to_be_visible()
    world.look(buyer, "gate pass")
    return read_pass(buyer.locator(".pass svg"), world)


def do_services(world: World, car: Car) -> None:
    """The station does what was ordered and says so, one service after the other."""
    manager = world.staff("station_manager")
    manager.goto(f"{world.url}/orders")
    world.look(manager, "station's orders")
    manager.get_by_role("row", name=re.compile(car.model)).get_by_role("link").click()
    done = manager.get_by_role("button", name="登记完成")
    for left in (3, 2, 1):
        expect(done).to_have_count(left)
        done.first.click()
    expect(done).to_have_count(0)


def read_pass(drawn: Locator, world: World) -> str:
    """The code as the gate's camera reads it from the buyer's screen."""
    picture = Image.open(BytesIO(drawn.screenshot())).convert("RGB")
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, picture.size
    return str(found[0].text)


def leave(world: World, car: Car, code: str, paper: Path) -> None:
    """The gate: a forged pass is red, the real one green; compare, sign, open."""
    gate = world.staff("gate", phone=True)
    _scan(world, gate, code[:-2] + ("AA" if code[-2:] != "AA" else "BB"), car.plate)
    expect(gate.locator(".verdict-red")).to_be_visible()
    world.look(gate, "red")
    _scan(world, gate, code, car.plate)
    expect(gate.locator(".verdict-green")).to_be_visible()
    world.look(gate, "green")
    gate.get_by_role("link", name="核对并交接").click()
    for slot in ("front_left", "front_right", "rear_left", "rear_right"):
        shoot(gate, slot, world.pictures[slot])
    gate.reload()
    world.look(gate, "hand-over")
    gate.locator('label.tile:has(input[name="taker_kind"])').first.click()
    gate.get_by_label("提车人姓名").fill(BUYER)
    gate.locator("#f-tail").fill("1234")
    gate.locator("#f-paper").set_input_files(world.pictures["plate"])
    gate.get_by_label("现在里程").fill(str(car.odometer_km + 1))
    gate.get_by_label("交付钥匙").fill("2")
    gate.locator('input[name="taker_sign_name"]').fill(BUYER)
    gate.locator('input[name="staff_sign_name"]').fill("门岗")
    gate.get_by_role("button", name="交接完成，开门").click()
    expect(gate.get_by_text("已出库").first).to_be_visible()
    world.look(gate, "left")


def leave_twice(world: World, car: Car, code: str) -> None:
    """A pass is good for one car, once."""
    gate = world.staff("gate", phone=True)
    _scan(world, gate, code, car.plate)
    expect(gate.locator(".verdict-red")).to_be_visible()


def _scan(world: World, gate: Page, code: str, car: str) -> None:
    gate.goto(f"{world.url}/gate")
    gate.locator("#f-pass").fill(code)
    gate.locator("#f-car").fill(car)
    gate.get_by_role("button", name="验证").click()


def look_back(world: World, car: Car) -> None:
    """The judge reads the whole story, and the points with the lines they came from."""
    judge = world.staff("judge")
    judge.goto(f"{world.url}/watch/desk")
    world.look(judge, "judge's desk")
    judge.goto(f"{world.url}/watch/vehicles")
    judge.get_by_role("link", name=re.compile(car.model)).first.click()
    world.look(judge, "whole story")
    story = judge.url
    judge.goto(story.replace("/watch/vehicles/", "/scores/vehicles/"))
    world.look(judge, "points")
    for rule in ("PRE-N01", "PRE-T01", "PRE-T02", "PRE-N02", "PRE-N10", "PRE-N12"):
        expect(judge.get_by_text(rule).first).to_be_visible()
    expect(judge.get_by_text("尚未评分").first).to_be_visible()
