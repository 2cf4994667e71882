"""The panorama in a real browser: sharpness, memory, failing tiles, no graphics, and the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.assets.conftest import Sheet
from tests.assets.pictures import LEVELS

pytestmark = pytest.mark.browser

MOST = 64
OWN = 4  # blank textures that the drawing library itself keeps
COUNT_TEXTURES = """
window.textures = {live: 0, most: 0};
for (const [name, by] of [['createTexture', 1], ['deleteTexture', -1]]) {
  const real = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    if (by > 0 || (given[0] && this.isTexture(given[0]))) window.textures.live += by;
    window.textures.most = Math.max(window.textures.most, window.textures.live);
    return real.apply(this, given);
  };
}
"""
WITHOUT = (
    "const real = HTMLCanvasElement.prototype.getContext;"
    "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
    " return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest); };"
)
SMALL = (
    "const real = WebGL2RenderingContext.prototype.getParameter;"
    "WebGL2RenderingContext.prototype.getParameter = function (name) {"
    " return name === this.MAX_TEXTURE_SIZE ? 0 : real.call(this, name); };"
)
PRESS = """async ({keys, selector}) => {
  const root = document.querySelector(selector);
  root.dataset.sharp = '';
  for (const key of keys) root.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  while (root.dataset.sharp !== 'yes') await new Promise((next) => setTimeout(next, 5));
}"""
# (presses of "+", views round the horizon, presses of an arrow between them, views up and down)
TOUR = ((0, 4, 5, 3, 4), (3, 6, 3, 5, 2), (3, 9, 2, 9, 1))


def open_panorama(page: Page, address: str) -> None:
    page.goto(f"{address}/sheet/window", wait_until="networkidle")
    page.click(".pano-open")
    page.wait_for_selector(".pano.opened[data-sharp=yes]")


def press(page: Page, *keys: str) -> None:
    """Press all of these and wait until the last view is sharp."""
    page.evaluate(PRESS, {"keys": keys, "selector": "#panorama"})


def textures(page: Page) -> dict[str, int]:
    found: dict[str, int] = page.evaluate("window.textures")
    return found


@pytest.mark.slow
def test_a_tour_of_the_whole_sphere_at_every_level_keeps_memory_bounded(
    page: Page, sheet: Sheet
) -> None:
    page.add_init_script(COUNT_TEXTURES)
    tiles: set[str] = set()
    page.on(
        "request",
        lambda one: tiles.add(one.url.split("/front/")[1]) if "/front/" in one.url else None,
    )
    open_panorama(page, sheet[0])
    press(page, *["-"] * 6)
    for nearer, around, side, views, down in TOUR:
        press(page, *["+"] * nearer, *["ArrowUp"] * 9)
        for _ in range(views):
            for _ in range(around):
                press(page, *["ArrowRight"] * side)
            press(page, *["ArrowDown"] * down)
    for level, (_, cols, rows) in list(enumerate(LEVELS))[1:]:
        wanted = {f"{level}/{col}_{row}.jpg" for col in range(cols) for row in range(rows)}
        assert wanted <= tiles, level
    assert 40 < textures(page)["most"] <= MOST
    front = textures(page)["live"]
    page.evaluate("document.querySelector('#panorama').dataset.sharp = ''")
    page.click("[data-scene=back]")
    page.wait_for_selector(".pano[data-sharp=yes]")
    assert textures(page)["live"] < front / 2  # of the picture before nothing stayed
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(page.locator("#panorama canvas")).to_have_count(0)
    assert textures(page)["live"] <= OWN
    expect(page.locator(".pano-open")).to_be_visible()


def test_one_viewer_shows_every_seat(page: Page, sheet: Sheet) -> None:
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    page.click("[data-scene=back]")  # as a poster first
    expect(page.locator(".pano-stage > img")).to_have_attribute("src", "/pictures/back/poster.jpg")
    page.click(".pano-open")
    page.wait_for_selector(".pano.opened[data-sharp=yes]")
    page.evaluate("document.querySelector('#panorama canvas').dataset.mine = 'yes'")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.evaluate("document.querySelector('#panorama').dataset.sharp = ''")
    page.click("[data-scene=front]")
    page.wait_for_selector(".pano[data-sharp=yes]")
    expect(page.locator("#panorama canvas[data-mine=yes]")).to_have_count(1)
    assert any("/front/manifest.json" in url for url in asked)
    expect(page.locator("[data-scene=front]")).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def dense(browser: Browser) -> Iterator[Page]:
    """A phone with three device pixels a CSS pixel, and fingers."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        has_touch=True,
        is_mobile=True,
    )
    yield context.new_page()
    context.close()


def test_the_level_is_chosen_by_device_pixels(page: Page, dense: Page, sheet: Sheet) -> None:
    found = []
    for one in (page, dense):
        levels: set[str] = set()
        one.on(
            "request",
            lambda request, levels=levels: (
                levels.add(request.url.split("/front/")[1][0]) if "_" in request.url else None
            ),
        )
        open_panorama(one, sheet[0])
        found.append(levels)
    assert found == [{"2"}, {"3"}]


def test_a_tile_that_fails_is_asked_for_again(page: Page, sheet: Sheet) -> None:
    tries: list[str] = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) < 3:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route("**/front/2/4_1.jpg", answer)
    open_panorama(page, sheet[0])
    assert len(tries) == 3
    expect(page.locator(".pano-say")).to_have_text("")


def test_a_tile_that_is_not_there_is_told_and_not_asked_for_without_end(
    page: Page, sheet: Sheet
) -> None:
    tries: list[str] = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/front/2/4_1.jpg", answer)
    page.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    page.click(".pano-open")
    page.wait_for_selector(".pano.opened[data-sharp=no]")
    expect(page.locator(".pano-say")).to_have_text("有几块画面没有载入，网络恢复后会自动补上。")
    assert len(tries) == 1
    page.unroute("**/front/2/4_1.jpg")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector(".pano[data-sharp=yes]")


def test_hotspots_are_buttons_by_yaw_and_the_keyboard_reaches_those_out_of_sight(
    page: Page, sheet: Sheet
) -> None:
    page.goto(f"{sheet[0]}/sheet/marks", wait_until="networkidle")
    open_panorama(page, sheet[0])
    pin = page.locator(".pano-pins button")
    expect(pin).to_have_accessible_name("2 驾驶座坐垫破损")
    expect(pin).to_have_class("pin away")  # at -60°, out of a view of 70°
    pin.focus()
    expect(pin).not_to_have_class("pin away")
    page.wait_for_function("""() => {
      const style = document.querySelector('.pano-pins .pin').style;
      return Math.abs(parseFloat(style.left) - 50) < 1 && Math.abs(parseFloat(style.top) - 50) < 1;
    }""")
    page.keyboard.press("Enter")
    expect(page.locator("[data-close-up-box]")).to_be_visible()


@pytest.mark.parametrize("stub", [WITHOUT, SMALL])
def test_without_webgl_the_poster_stays_and_says_so(page: Page, sheet: Sheet, stub: str) -> None:
    page.add_init_script(stub)
    page.goto(f"{sheet[0]}/sheet/window")
    page.click(".pano-open")
    expect(page.locator(".pano-say")).to_have_text("这台设备打不开全景，上面是静态照片。")
    expect(page.locator(".pano-stage > img")).to_be_visible()
    expect(page.locator(".pano-open")).to_have_count(0)
    page.click("[data-scene=back]")  # the other seat as a still picture
    expect(page.locator(".pano-stage > img")).to_have_attribute("src", "/pictures/back/poster.jpg")
    page.click("[data-scene=front]")
    page.click("[data-close-up=d2]")  # the list does the same without any graphics
    expect(page.locator("[data-close-up-box]")).to_be_visible()


def test_a_lost_context_brings_the_poster_back_and_a_press_opens_it_again(
    page: Page, sheet: Sheet
) -> None:
    open_panorama(page, sheet[0])
    page.evaluate(
        "document.querySelector('#panorama canvas').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context').loseContext()"
    )
    expect(page.locator(".pano-say")).to_have_text("设备收回了画面的内存。再按一次可重新打开。")
    expect(page.locator("#panorama canvas")).to_have_count(0)
    page.click(".pano-open")
    page.wait_for_selector(".pano.opened[data-sharp=yes]")


def test_the_picture_fills_the_screen_and_escape_leaves(page: Page, sheet: Sheet) -> None:
    open_panorama(page, sheet[0])
    page.click("[data-device=full]")
    expect(page.locator("[data-device=full]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(
        "() => document.querySelector('#panorama canvas').clientHeight > innerHeight / 2"
    )
    page.keyboard.press("Escape")
    expect(page.locator("[data-device=full]")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#panorama.full")).to_have_count(0)


def test_the_picture_follows_the_device_as_it_is_turned(dense: Page, sheet: Sheet) -> None:
    dense.goto(f"{sheet[0]}/sheet/window", wait_until="networkidle")
    dense.tap(".pano-open")
    dense.wait_for_selector(".pano.opened[data-sharp=yes]")
    dense.evaluate(
        """() => {
      window.angle = 10;
      document.addEventListener('panorama:turned', ({detail}) => { window.yaw = detail.yaw; });
      setInterval(() => dispatchEvent(new DeviceOrientationEvent('deviceorientation',
        {alpha: window.angle, beta: 90, gamma: 0})), 20);
    }"""
    )
    dense.tap("[data-device=follow]")
    dense.wait_for_function("() => window.yaw !== undefined")
    dense.evaluate("window.angle = 50")
    dense.wait_for_function("() => Math.abs(Math.abs(window.yaw) - 40) < 2")
    dense.tap("[data-device=pair]")
    dense.wait_for_selector(".psv-notification--visible")
    expect(dense.locator(".psv-notification")).to_contain_text("点任意处退出双目观看。")


def test_on_a_desk_nothing_offers_to_follow_the_device(page: Page, sheet: Sheet) -> None:
    open_panorama(page, sheet[0])
    expect(page.locator("[data-turns]")).to_have_count(0)
