"""Spin, panorama and defects in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.assets.conftest import Sheet

pytestmark = pytest.mark.browser

DRAWN = """() => {
  const canvas = document.querySelector('.spin-stage canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 401) sum = (sum * 31 + pixels[at]) >>> 0;
  return sum;
}"""


def frame(page: Page) -> int:
    return int(page.get_attribute("#spin", "data-frame") or -1)


def test_the_first_frame_comes_first_and_the_rest_only_after_a_touch(
    page: Page, sheet: Sheet
) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/pictures/spin" in one.url else None)
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    frames = [url.rsplit("-", 1)[1].removesuffix(".jpg") for url in asked]
    assert frames[0] == "0"
    assert sorted(set(frames), key=int) == ["0", "3", "6", "9", "12", "15", "18", "21"]
    page.click("[data-turn='1']")
    page.wait_for_function(
        "() => performance.getEntriesByType('resource')"
        ".filter((one) => one.name.includes('/pictures/spin')).length >= 24"
    )
    assert len(set(asked)) == 24


def test_the_car_turns_by_keys_by_buttons_and_by_drag(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    before = page.evaluate(DRAWN)
    page.focus(".spin-face")
    page.keyboard.press("ArrowRight")
    assert frame(page) == 1
    page.wait_for_function(f"(before) => ({DRAWN})() !== before", arg=before)
    page.click("[data-turn='-1']")
    page.click("[data-turn='-1']")
    assert frame(page) == 23
    box = page.locator(".spin-face").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 190, box["y"] + 100, steps=8)
    page.wait_for_function("() => document.querySelector('#spin').dataset.frame === '3'")
    page.mouse.up()
    where = page.get_attribute(".spin-face", "aria-valuetext")
    assert where is not None
    assert "24" in where


def test_a_defect_is_one_tap_from_its_place_and_its_close_up(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    expect(page.locator("#spin .pin")).to_be_hidden()
    page.click("[data-defect=d1]")
    page.wait_for_function("() => document.querySelector('#spin').dataset.frame === '5'")
    expect(page.locator("#spin .pin")).to_be_visible()
    expect(page.locator("#defect-d1")).to_have_class("defect chosen")
    page.click("#spin .pin")
    expect(page.locator("[data-close-up-box]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-close-up-box]")).to_be_hidden()


def test_the_panorama_opens_on_a_press_and_turns_to_a_defect(page: Page, sheet: Sheet) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/pano/" in one.url else None)
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    assert asked == []
    page.click("[data-defect=d2]")
    page.wait_for_selector(".pano.opened")
    page.wait_for_load_state("networkidle")
    assert any("/pano/0/" in url or "/pano/1/" in url for url in asked)
    page.wait_for_function("""() => {
      const pin = document.querySelector('.pano-pin .pin').getBoundingClientRect();
      const view = document.querySelector('.pano-view').getBoundingClientRect();
      return Math.abs(pin.left + pin.width / 2 - view.left - view.width / 2) < 3
        && Math.abs(pin.top + pin.height / 2 - view.top - view.height / 2) < 3;
    }""")


def test_without_webgl_the_poster_stays_and_says_so(page: Page, sheet: Sheet) -> None:
    page.add_init_script(
        "const real = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest); };"
    )
    page.goto(f"{sheet[0]}/sheet/window")
    page.click(".pano-open")
    expect(page.locator(".pano-say")).to_have_text("这台设备打不开全景，上面是静态照片。")
    expect(page.locator(".pano-stage > img")).to_be_visible()
    expect(page.locator(".pano-open")).to_have_count(0)


def test_without_scripts_every_frame_and_the_poster_are_there(sheet: Sheet, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{sheet[0]}/sheet/window")
    expect(plain.locator(".spin-strip img")).to_have_count(24)
    expect(plain.locator(".pano-stage > img")).to_be_visible()
    expect(plain.locator(".pano-open")).to_be_hidden()
    expect(plain.locator(".spin-bar").first).to_be_hidden()
    plain.close()
