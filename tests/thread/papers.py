"""The four papers of the thread: opened by whoever holds them, verified by a stranger."""

from __future__ import annotations

import re
from pathlib import Path

import zxingcpp
from playwright.sync_api import Locator, Page, expect
from pypdfium2 import PdfDocument

from demo.cars import Car

from .first import CASE
from .world import World

SEALLESS = "样式，未加盖法定电子印章"


def letter(world: World, car: Car) -> None:
    """The judge opens the 委托书 that the acceptance printed."""
    judge = world.staff("judge")
    judge.goto(f"{world.url}/court/cases")
    judge.get_by_role("link", name=CASE).click()
    judge.locator('main a[href*="/court/entrustments/"]').first.click()
    world.look(judge, "entrustment")
    _verify(world, judge, judge.get_by_role("link", name=re.compile("^委托书 ")), car.vin)


def intake_papers(world: World, car: Car) -> None:
    """The inspector opens the 入库单, and issues the 查验报告 again, now with the defect."""
    page = world.staff("inspector", phone=True)
    page.goto(f"{world.url}/intake/")
    page.get_by_role("link", name=re.compile(car.plate[2:])).first.click()
    world.look(page, "gate-in done")
    _verify(world, page, page.get_by_role("link", name=re.compile("^入库单 ")), car.vin)
    again = page.get_by_role("button", name="重新出具查验报告")
    number = _verify(world, page, again, car.vin)
    assert number.endswith("-2")
    stranger = world.people["stranger"]
    stranger.goto(f"{world.url}/verify?n={number.removesuffix('-2')}")
    expect(stranger.locator("#verdict")).to_contain_text("已被新文书替代")


def hand_over(world: World, car: Car) -> None:
    """The gate, still on the page of the car that left, opens the 出库交接单."""
    gate = world.staff("gate", phone=True)
    _verify(world, gate, gate.get_by_role("link", name="下载出库交接单"), car.vin)


def _verify(world: World, page: Page, link: Locator, vin: str) -> str:
    """Read the paper, then ask the public page by its number, by its bytes and by other bytes."""
    with page.expect_download() as download:
        link.click()
    path = Path(download.value.path())
    number = _read(path, vin)
    stranger = world.people.get("stranger") or world.device("stranger", phone=True)
    stranger.goto(f"{world.url}/verify")
    stranger.get_by_label("文书编号").fill(number.lower())
    stranger.get_by_role("button", name="核验编号").click()
    expect(stranger.locator("#verdict")).to_contain_text("编号属实")
    expect(stranger.locator("#verdict")).to_contain_text(number)
    expect(stranger.locator("main")).not_to_contain_text(vin)
    _ask_by_file(stranger, path.read_bytes(), "这份文件与本站出具时一字不差")
    world.look(stranger, "verified")
    _ask_by_file(stranger, path.read_bytes() + b"\n", "不是本站出具的原件")
    return number


def _read(path: Path, vin: str) -> str:
    """The number in the code of the first sheet; it is printed too, with vehicle and no-seal line."""
    with PdfDocument(path) as paper:
        text = "".join(sheet.get_textpage().get_text_bounded() for sheet in paper)
        codes = zxingcpp.read_barcodes(paper[0].render(scale=3).to_pil())
    (address,) = {code.text for code in codes}
    number = re.search(r"/verify\?n=([A-Z]{2}\d{8}-[0-9A-F]{6}(?:-\d+)?)$", address)
    assert number, address
    assert number[1] in text
    assert vin in text
    assert SEALLESS in re.sub(r"\s", "", text)
    return number[1]


def _ask_by_file(stranger: Page, content: bytes, answer: str) -> None:
    paper = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": content}
    stranger.locator("#f-file").set_input_files(paper)  # type: ignore[arg-type]
    stranger.get_by_role("button", name="核验文件").click()
    expect(stranger.locator("#verdict")).to_contain_text(answer)
