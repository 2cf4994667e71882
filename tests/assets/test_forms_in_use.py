"""Uploads, marks, signatures, positions, scanning and live pages in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode
from playwright.sync_api import Page, Route, expect

from tests.assets.conftest import Sheet
from tests.assets.pictures import box
from tests.browser import chromium

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.jpg"
    cv2.imwrite(str(file), box(5))
    return file


def test_a_chosen_photo_is_sent_at_once(page: Page, sheet: Sheet, photo: Path) -> None:
    address, server = sheet
    page.goto(f"{address}/sheet/shots")
    page.set_input_files("[name=shot5]", photo)
    expect(page.locator("[data-slot=shot5]")).to_have_class("shot shot-sent")
    expect(page.locator("[data-slot=shot5] img")).to_have_attribute("src", "/pictures/photo-3.jpg")
    expect(page.locator("[data-count] b")).to_have_text("4")
    assert len(server.uploads) == 1


def test_a_photo_chosen_before_the_script_has_come_is_sent_too(
    page: Page, sheet: Sheet, photo: Path
) -> None:
    address, server = sheet
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/upload*.js", hold)
    page.goto(f"{address}/sheet/shots", wait_until="commit")
    page.set_input_files("[name=shot5]", photo)
    page.wait_for_function("document.querySelector('[name=shot5]').files.length === 1")
    assert len(server.uploads) == 0
    held[0].continue_()
    expect(page.locator("[data-slot=shot5]")).to_have_class("shot shot-sent")
    assert len(server.uploads) == 1


def test_a_photo_lost_on_the_way_is_sent_again_under_the_same_token(
    page: Page, sheet: Sheet, photo: Path
) -> None:
    address, server = sheet
    server.refuse_next = 1_000_000
    page.goto(f"{address}/sheet/shots")
    tokens: list[str] = []
    page.on("request", lambda one: tokens.append(one.headers.get("x-once", "")))
    page.set_input_files("[name=shot5]", photo)
    expect(page.locator("[data-slot=shot5]")).to_have_class("shot shot-lost")
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", "1")
    server.refuse_next = 0  # the signal is back
    expect(page.locator("[data-slot=shot5]")).to_have_class("shot shot-sent", timeout=30_000)
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", "0")
    sent = [token for token in tokens if token]
    assert len(sent) >= 2
    assert set(sent) == set(server.uploads)


def test_a_refused_photo_says_why_and_keeps_its_slot(page: Page, sheet: Sheet, photo: Path) -> None:
    page.goto(f"{sheet[0]}/sheet/shots")
    page.route(
        "**/upload",
        lambda route: route.fulfill(
            status=422, body=json.dumps({"title": "这不是照片。", "code": "not_a_picture"})
        ),
    )
    page.set_input_files("[name=shot5]", photo)
    expect(page.locator("[data-slot=shot5] .shot-state")).to_have_text("这不是照片。")
    expect(page.locator("[data-count] b")).to_have_text("3")


def masks(page: Page) -> list[list[float]]:
    return json.loads(page.input_value("[name=masks]"))


def test_masks_are_drawn_moved_and_deleted_by_pointer_and_keys(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/marks", wait_until="networkidle")
    stage = page.locator("[data-mask] .marks-stage")
    stage.scroll_into_view_if_needed()
    place = stage.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] * 0.1, place["y"] + place["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.3, place["y"] + place["height"] * 0.35, steps=4)
    page.mouse.up()
    assert masks(page)[1] == pytest.approx([0.1, 0.1, 0.2, 0.25], abs=0.01)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert masks(page)[1] == pytest.approx([0.11, 0.1, 0.2, 0.26], abs=0.01)
    page.keyboard.press("Delete")
    assert masks(page) == [[0.42, 0.52, 0.18, 0.08]]
    page.mouse.click(place["x"] + 5, place["y"] + 5)
    assert len(masks(page)) == 1


def test_a_defect_is_placed_on_a_photo_and_on_the_frame_in_view(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/marks", wait_until="networkidle")
    stage = page.locator("[data-place=photo] .marks-stage")
    size = stage.bounding_box()
    assert size is not None
    stage.click(position={"x": size["width"] / 4, "y": size["height"] / 2})
    assert float(page.input_value("[name=photo_x]")) == pytest.approx(0.25, abs=0.01)
    page.keyboard.press("ArrowDown")
    assert float(page.input_value("[name=photo_y]")) == pytest.approx(0.51, abs=0.01)
    page.click("#spin [data-turn='1']")
    face = page.locator(".spin-face")
    size = face.bounding_box()
    assert size is not None
    face.click(position={"x": size["width"] / 2, "y": size["height"] / 4})
    expect(page.locator("[data-keys] li")).to_have_count(1)
    (key,) = json.loads(page.input_value("[name=keys]")).items()
    assert key == ("1", pytest.approx([0.5, 0.25], abs=0.01))
    page.click("#spin [data-turn='1']")
    expect(page.locator("#spin .pin")).to_be_hidden()


def test_a_signature_becomes_a_picture_and_can_be_cleared(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/marks")
    pad = page.locator(".signpad canvas")
    pad.scroll_into_view_if_needed()
    place = pad.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 40, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 160, place["y"] + 120, steps=5)
    page.mouse.up()
    assert page.input_value("[name=signature]").startswith("data:image/png;base64,")
    page.click("text=重签")
    assert page.input_value("[name=signature]") == ""


def test_a_position_is_filled_in_or_its_absence_is_said(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/marks")
    expect(page.locator(".position-line")).to_contain_text("没有定位")
    assert page.input_value("[name=lat]") == ""
    assert page.input_value("[name=device_time]") != ""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 30.2741, "longitude": 120.1551, "accuracy": 12})
    page.reload()
    expect(page.locator(".position-line")).to_contain_text("误差约 12 米")
    assert page.input_value("[name=lat]") == "30.274100"


def test_no_camera_leaves_the_text_field_and_a_hardware_scanner_goes_on(
    page: Page, sheet: Sheet
) -> None:
    page.goto(f"{sheet[0]}/sheet/marks")
    page.click("[data-scan=f-car] button")
    expect(page.locator("[data-scan=f-car] .hint")).to_contain_text("打不开相机")
    expect(page.locator("#f-car")).to_be_focused()
    page.keyboard.type("CAR-7F3K")
    page.keyboard.press("Enter")
    expect(page.locator("#f-bay")).to_be_focused()
    assert page.url.endswith("/sheet/marks")


def film_of_a_code(text: str, file: Path) -> Path:
    """A one-picture camera film (y4m) that shows a QR code of `text`."""
    code = qrcode.QRCode(box_size=8, border=8)
    code.add_data(text)
    shown = np.array(code.make_image().convert("L"))
    picture = np.full((480, 640), 255, np.uint8)
    top, left = (480 - shown.shape[0]) // 2, (640 - shown.shape[1]) // 2
    picture[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    grey = np.full((240, 320), 128, np.uint8).tobytes()
    body = b"FRAME\n" + picture.tobytes() + grey + grey
    file.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + body * 2)
    return file


def test_the_camera_reads_a_code_into_the_field(sheet: Sheet, tmp_path: Path) -> None:
    film = film_of_a_code("BAY-A12", tmp_path / "code.y4m")
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    with chromium(*camera) as browser:
        page = browser.new_page()
        page.goto(f"{sheet[0]}/sheet/marks")
        page.click("[data-scan=f-bay] button")
        expect(page.locator("#f-bay")).to_have_value("BAY-A12")


def test_two_tabs_share_one_stream_and_both_follow(page: Page, sheet: Sheet) -> None:
    address, server = sheet
    page.goto(f"{address}/sheet/tables")
    page.wait_for_function("() => navigator.locks.query().then((all) => all.held.length === 1)")
    other = page.context.new_page()
    other.goto(f"{address}/sheet/tables")
    other.wait_for_function("() => navigator.locks.query().then((all) => all.pending.length === 1)")
    expect(page.locator("#head time")).to_have_text("2026年11月22日 09:40")
    server.happened.set()
    for tab in (page, other):
        expect(tab.locator("#head time")).to_have_text("2026年11月22日 09:41")
        expect(tab.locator("#live-voice")).to_have_text("页面已更新")
    opened_first, *reopened = server.streams
    assert opened_first == "/live"
    assert len(reopened) <= 1, "only the first tab's own stream, opened again after its end"


def test_a_lost_stream_is_said_beside_the_time(page: Page, sheet: Sheet) -> None:
    page.route("**/live", lambda route: route.abort())
    page.goto(f"{sheet[0]}/sheet/tables")
    expect(page.locator("[data-as-of]")).to_have_class("as-of lost")
    expect(page.locator("[data-as-of]")).to_contain_text("与站内失去联系")
