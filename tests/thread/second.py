"""Milestone (b): from pictures to the approved public page."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page, TimeoutError, expect

from demo.cars import Car

from .world import World, reload_until, tile

PLATFORM_NUMBER = "HZ-2026-0001"


def add_pictures(world: World, car: Car) -> None:
    """Ten photos, the walk-around, the cabin and the video; the worker makes both scenes."""
    page = world.staff("inspector", phone=True)
    page.goto(f"{world.url}/watch/vehicles")
    page.get_by_role("link", name=re.compile(car.model)).first.click()
    page.get_by_role("link", name=re.compile("影像|照片和全景")).first.click()
    shown = ["front_left", "front_right", "rear_left", "rear_right", "front", "rear", "left"]
    shown += ["right", "seats_front", "seats_rear"]
    _add(world, page, "show", shown)
    _add(world, page, "spin", sorted(name for name in world.pictures if "spin_" in name))
    _add(world, page, "panorama", ["panorama"])
    _add(world, page, "video", ["clip"])
    for recipe in ("series", "ready"):
        form = page.locator(f'form:has(input[name="recipe"][value="{recipe}"])')
        form.get_by_role("button", name="提交制作").click()
    world.look(page, "media page")
    reload_until(page, lambda: page.get_by_text("未公开").count() == 2)


def _add(world: World, page: Page, kind: str, names: list[str]) -> None:
    before = page.locator(".photo-wall li").count()
    tile(page, kind)
    page.locator("#f-file").set_input_files([world.pictures[name] for name in names])
    page.get_by_role("button", name="上传").click()
    expect(page.locator(".photo-wall li")).to_have_count(before + len(names), timeout=60_000)


def note_defect(world: World, car: Car) -> None:
    """The inspector writes down a defect and places it in the picture."""
    page = world.staff("inspector", phone=True)
    page.goto(f"{world.url}/intake/")
    page.goto(f"{world.url}/watch/vehicles")
    page.get_by_role("link", name=re.compile(car.model)).first.click()
    page.get_by_role("link", name=re.compile("缺陷")).first.click()
    page.get_by_role("link", name="登记缺陷").first.click()
    world.look(page, "defect form")
    page.locator('label.tile:has(input[name="defect"])').first.click()
    page.locator('label.tile:has(input[name="panel"])').nth(3).click()
    page.locator('input[type="file"]').first.set_input_files(world.pictures["front_right"])
    page.get_by_role("button", name=re.compile("保存|登记")).first.click()
    page.wait_for_url(re.compile("place|findings"))
    world.look(page, "defect placed")


def clear_pictures(world: World, car: Car) -> None:
    """A person looks at each public picture; on the first a plate is masked by hand."""
    page = world.staff("inspector", phone=True)
    page.goto(f"{world.url}/watch/vehicles")
    page.get_by_role("link", name=re.compile(car.model)).first.click()
    page.get_by_role("link", name=re.compile("影像|照片和全景")).first.click()
    page.get_by_role("link", name="开始确认").click()
    world.look(page, "confirm a picture")
    first = True
    while page.get_by_role("button", name="已看过，可以公开").count():
        if first:
            _mask(page)
            first = False
        _confirm(page)
    reload_until(page, lambda: page.get_by_text("可公开").count() == 2)


def _confirm(page: Page) -> None:
    """Look and confirm; where masks were proposed meanwhile the page says so, and one looks again."""
    here = page.url
    page.get_by_role("button", name="已看过，可以公开").click()
    try:
        page.wait_for_url(lambda address: address != here)
    except TimeoutError:
        expect(page.get_by_role("alert").first).to_be_visible()
        page.goto(here)


def _mask(page: Page) -> None:
    picture = page.locator("img").first
    box = picture.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.75, steps=4)
    page.mouse.up()
    value = page.locator('input[name="rectangles"]').input_value()
    assert value.count("[") >= 2, value


def draft(world: World, car: Car, today: date) -> None:
    """The agency drafts prices, dates and texts."""
    agent = world.staff("agency_manager")
    agent.goto(f"{world.url}/showroom")
    agent.get_by_role("link", name=re.compile(car.model)).first.click()
    for label, value in (
        ("参考价", "86000"),
        ("起拍价", "61000"),
        ("保证金", "8000"),
        ("加价幅度", "500"),
    ):
        agent.get_by_label(label).first.fill(value)
    agent.get_by_label("公告日").fill(today.isoformat())
    agent.get_by_label("开拍时间").fill(f"{today + timedelta(days=16)}T10:00")
    agent.get_by_label("最后通知当事人的日期").fill((today - timedelta(days=4)).isoformat())
    agent.get_by_label("网络拍卖平台").fill("某拍卖平台")
    agent.get_by_label("平台拍品编号").fill(PLATFORM_NUMBER)
    agent.get_by_label("平台链接").fill("https://auction.example/lot/1")
    agent.get_by_label("看样安排").fill("工作日 9:00-17:00，请先打站内电话预约。")
    for text in agent.locator('textarea[name^="text_"]').all():
        if not text.input_value():
            text.fill("详见执行裁定书和本院公告；无其他事项。")
    world.look(agent, "draft of a listing")
    agent.get_by_role("button", name="保存草稿").click()
    agent.get_by_role("link", name="公开图片已逐张由人确认").click()
    agent.get_by_role("button", name="已看过，可以公开").click()
    agent.wait_for_url(lambda address: not address.endswith("/clear"))


def approve_and_announce(world: World, car: Car) -> None:
    """The judge orders publication from the checklist; the announcement is an act."""
    judge = world.staff("judge")
    judge.goto(f"{world.url}/showroom/reviews")
    judge.get_by_role("link", name=re.compile(car.model)).first.click()
    approve = judge.get_by_role("button", name="批准并签发公示指令")
    reload_until(judge, lambda: approve.count() == 1)  # the last public picture is being drawn
    world.look(judge, "publication checklist")
    for reason in judge.locator('input[name^="reason_"]').all():
        reason.fill("已电话核实，予以公示")
    approve.click()
    manager = world.staff("station_manager")
    manager.goto(f"{world.url}/court/commands")
    manager.get_by_role("button", name="签收").click()
    agent = world.staff("agency_manager")
    agent.goto(f"{world.url}/showroom")
    agent.get_by_role("link", name=re.compile(car.model)).first.click()
    agent.get_by_role("button", name="发布拍卖公告").click()
    agent.wait_for_url(re.compile("/cars/"))


def visit(world: World, car: Car) -> str:
    """A bidder without account: in three taps to the car; defects first; both scenes turn."""
    phone = world.device("bidder", phone=True)
    phone.goto(world.url)
    world.look(phone, "public list")
    phone.get_by_role("link", name=re.compile(car.model)).first.click()
    address = phone.url
    spin = phone.locator("[data-spin]").first
    expect(spin).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("0571"))).not_to_have_count(0)
    expect(phone.get_by_role("heading", name=re.compile("已知缺陷"))).to_be_visible()
    assert car.plate not in phone.content()
    world.look(phone, "public car")
    phone.get_by_label("我的出价").fill("70000")
    phone.get_by_role("button", name="重新计算").click()
    expect(phone.locator("#cost")).to_contain_text("70,0")
    plain = world.browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("[data-spin] img").count() >= 8
    plain.close()
    return address
