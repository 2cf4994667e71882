"""Spin, panorama and defects in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from station.intake.spots import track
from tests.assets.conftest import Sheet
from tests.assets.sheet_server import BUILT

pytestmark = pytest.mark.browser

DRAWN = """() => {
  const canvas = document.querySelector('.spin-stage canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 401) sum = (sum * 31 + pixels[at]) >>> 0;
  return sum;
}"""


EVERY_FRAME = (
    "() => performance.getEntriesByType('resource')"
    ".filter((one) => one.name.includes('/pictures/spin')).length >= 24"
)


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
    page.wait_for_function(EVERY_FRAME)
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
    page.on("request", lambda one: asked.append(one.url) if "/front/" in one.url else None)
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    assert [url for url in asked if "poster" not in url] == []
    page.click("[data-defect=d2]")
    page.wait_for_selector(".pano.opened")
    page.wait_for_load_state("networkidle")
    assert any("/front/2/" in url for url in asked)
    page.wait_for_function("""() => {
      const pin = document.querySelector('.pano-pins .pin').getBoundingClientRect();
      const view = document.querySelector('.pano-view').getBoundingClientRect();
      return Math.abs(pin.left + pin.width / 2 - view.left - view.width / 2) < 3
        && Math.abs(pin.top + pin.height / 2 - view.top - view.height / 2) < 3;
    }""")


def test_without_scripts_every_frame_and_the_poster_are_there(sheet: Sheet, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{sheet[0]}/sheet/window")
    expect(plain.locator(".spin-strip img")).to_have_count(24)
    expect(plain.locator(".pano-stage > img")).to_be_visible()
    expect(plain.locator(".pano-open")).to_be_hidden()
    expect(plain.locator(".spin-bar").first).to_be_hidden()
    expect(plain.locator("noscript img[src='/pictures/back/poster.jpg']")).to_be_visible()
    plain.close()


def pin_places(page: Page) -> tuple[float, float]:
    """Where the pin of the spin is, as fractions of the stage."""
    left, top = page.evaluate(
        "() => { const s = document.querySelector('#spin .pin').style;"
        " return [parseFloat(s.left), parseFloat(s.top)]; }"
    )
    return left / 100, top / 100


def test_looking_closer_fetches_the_full_frame_and_the_pins_go_with_it(
    page: Page, sheet: Sheet
) -> None:
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    page.click("[data-defect=d1]")
    page.wait_for_function("() => document.querySelector('#spin').dataset.frame === '5'")
    page.wait_for_function(EVERY_FRAME)
    x, y = pin_places(page)
    page.focus(".spin-face")
    with page.expect_request("**/spin-5.jpg?full"):
        page.keyboard.press("+")
    scale = float(page.get_attribute("#spin", "data-scale") or 0)
    assert scale == pytest.approx(1.5)
    assert pin_places(page) == pytest.approx(
        (0.5 + scale * (x - 0.5), 0.5 + scale * (y - 0.5)), abs=1e-3
    )
    before = pin_places(page)
    page.keyboard.press("ArrowRight")  # moves the picture, not the car
    assert frame(page) == 5
    assert pin_places(page)[0] < before[0] - 0.1
    page.click("[data-turn='1']")  # the car turns, and the pin with it
    assert frame(page) == 6
    assert "1.5" in (page.get_attribute(".spin-face", "aria-valuetext") or "")
    page.keyboard.press("Escape")
    page.focus(".spin-face")
    page.keyboard.press("0")
    assert page.get_attribute("#spin", "data-scale") == "1.00"


def test_wheel_double_press_and_two_fingers_look_closer_and_a_drag_moves_the_picture(
    page: Page, sheet: Sheet
) -> None:
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    box = page.locator(".spin-face").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.dblclick(*middle)
    page.wait_for_function("() => document.querySelector('#spin').dataset.scale === '2.50'")
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=4)
    page.mouse.up()
    assert frame(page) == 0
    page.mouse.wheel(0, -200)
    page.wait_for_function("() => +document.querySelector('#spin').dataset.scale > 3")
    page.mouse.dblclick(*middle)
    page.wait_for_function("() => document.querySelector('#spin').dataset.scale === '1.00'")
    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 60)):
        points = [{"x": middle[0] + side * apart, "y": middle[1], "id": side} for side in (-1, 1)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("() => +document.querySelector('#spin').dataset.scale > 2.5")


def test_a_place_is_pressed_on_two_frames_and_moves_evenly_between_them(
    page: Page, sheet: Sheet
) -> None:
    page.goto(f"{sheet[0]}/sheet/marks", wait_until="networkidle")
    keys: dict[int, tuple[float, float]] = {}
    for turns, (x, y) in ((0, (0.25, 0.5)), (4, (0.5, 0.25))):
        for _ in range(turns):
            page.click("#spin [data-turn='1']")
        face = page.locator("#spin .spin-face")
        box = face.bounding_box()
        assert box is not None
        face.click(position={"x": x * box["width"], "y": y * box["height"]})
        page.wait_for_function(
            "(count) => document.querySelectorAll('[data-keys] li').length === count",
            arg=len(keys) + 1,
        )
        keys[turns] = (x, y)
    told = json.loads(page.input_value("input[name=keys]"))
    assert {int(at): tuple(place) for at, place in told.items()} == {
        at: pytest.approx(place, abs=0.01) for at, place in keys.items()
    }
    page.click("#spin [data-turn='-1']")
    page.click("#spin [data-turn='-1']")
    mark = page.locator("#spin .pin.between")
    expect(mark).to_be_visible()
    wanted = track({int(at): place for at, place in told.items()}, 24)[2]
    assert pin_places(page) == pytest.approx(wanted, abs=1e-3)
    mark.focus()
    page.keyboard.press("ArrowDown")  # what was worked out is now set by hand
    expect(page.locator("[data-keys] li")).to_have_count(3)
    page.locator("[data-keys] button").nth(1).click()
    expect(page.locator("[data-keys] li")).to_have_count(2)
    assert set(json.loads(page.input_value("input[name=keys]"))) == {"0", "4"}


def two_spins(angles: list[list[int]]) -> str:
    """A page of two linked spins of four frames, taken at these angles."""
    script = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))["spin.js"]
    strip = "".join(f'<img src="/pictures/spin-{n}.jpg" alt="">' for n in range(4))
    spins = "".join(
        f'<figure data-spin id="{name}" data-angles="{told}"><div class="spin-stage">'
        f'<img src="/pictures/spin-0.jpg" alt="{name}"></div><span data-where></span>'
        f"<noscript>{strip}</noscript></figure>"
        for name, told in zip(("earlier", "later"), angles, strict=True)
    )
    loaded = f'<script type="module" src="/assets/{script}"></script>'
    return f'<!doctype html><meta charset="utf-8"><div data-linked>{spins}</div>{loaded}'


@pytest.mark.parametrize(
    ("angles", "shown"),
    [([[0, 80, 170, 300], [0, 290, 160, 75]], "3"), ([[], []], "1")],
    ids=["by angle", "by share"],
)
def test_a_linked_spin_turns_to_the_same_side_of_the_car(
    page: Page, sheet: Sheet, angles: list[list[int]], shown: str
) -> None:
    page.route(
        "**/two", lambda route: route.fulfill(body=two_spins(angles), content_type="text/html")
    )
    page.goto(f"{sheet[0]}/two", wait_until="networkidle")
    page.focus("#earlier .spin-face")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#earlier", "data-frame") == "1"
    assert page.get_attribute("#later", "data-frame") == shown
    page.focus("#later .spin-face")
    page.keyboard.press("Home")
    assert page.get_attribute("#earlier", "data-frame") == "0"
