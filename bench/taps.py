"""How many taps a car takes from the gate to its bay: `make bench-taps`.

A real Chromium as a phone with a camera that sees one sharp picture, the real pages, scripts on. Counted
are presses of the page (each trusted click), the shutter of its guided camera among them, and what the
phone's own camera asks where it is opened (the seal, the two videos): shutter and "use this picture", for
a video start, stop and "use". Typed fields are counted apart, by characters, the second person's
password among them; so are scans, which take no tap. The 113 items of the inspection are not part of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page, expect

import app as composition
from bench import machine
from demo.cars import make_car
from demo.pictures import clip as demo_clip
from station.ground import embedded
from station.ground.database import act
from station.ground.migrate import migrate
from station.ground.settings import Settings
from station.intake.rules import GATE_IN_VIEWS
from station.vehicles.rules import VehicleKind
from station.yard import plan_desk
from station.yard.rules import BayRow
from tests import makers, serving
from tests.browser import chromium, fake_camera
from tests.intake import makers as gate

PHONE = {"width": 390, "height": 844}
CAMERA, FILM = 2, 3  # the shutter, and "use this picture"; start, stop, and "use this video"
COUNT = "document.addEventListener('click', (e) => e.isTrusted && counted(), true)"


class Counted:
    """A page whose presses are counted, by part of the work."""

    def __init__(self, page: Page) -> None:
        self.page, self.part = page, ""
        self.taps, self.shots, self.typed, self.scans = (Counter[str]() for _ in range(4))
        page.expose_function("counted", self.tap)
        page.add_init_script(COUNT)

    def tap(self) -> None:
        """One press of the page."""
        self.taps[self.part] += 1

    def shoot(self, slot: str, file: Path, presses: int = CAMERA) -> None:
        """One picture or video by the phone's camera, until the station has it."""
        place = self.page.locator(f"#slot-{slot}")
        place.locator('input[type="file"]').set_input_files(file)
        place.get_by_text("已发送").first.wait_for()
        self.taps[self.part] += 1  # the press that opened the camera
        self.shots[self.part] += presses

    def guided(self, count: int) -> None:
        """All pictures of a set by the page's own camera."""
        self.page.get_by_role("button", name="连续拍摄").click()
        camera = self.page.get_by_role("dialog")
        for number in range(1, count + 1):
            expect(camera.locator(".camera-title")).to_contain_text(f"{number}. ")
            camera.get_by_role("button", name="拍下").click()
        expect(camera).to_have_count(0)
        expect(self.page.locator(".shot-sent")).to_have_count(count, timeout=60_000)

    def fill(self, selector: str, text: str) -> None:
        """One field, typed."""
        self.page.locator(selector).fill(text)
        self.typed[self.part] += len(text)

    def scan(self, text: str) -> None:
        """One scan of a hardware scanner."""
        self.page.evaluate(
            """(text) => { for (const key of [...text, 'Enter'])
               document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})) }""",
            text,
        )
        self.scans[self.part] += 1


def take_in(at: Counted, url: str, picture: Path, clip: Path) -> None:
    """The gate-in of one car, as its screens ask for it, and its label."""
    page = at.page
    at.part = "open"
    page.goto(f"{url}/intake/")
    page.locator("a.work").first.click()
    page.locator("a.press", has_text="继续").first.click()
    at.part = "photos"
    at.guided(len(GATE_IN_VIEWS[VehicleKind.CAR]))
    at.part = "video"
    at.shoot("walk_round", clip, FILM)
    page.get_by_role("link", name="下一步").click()
    at.part = "readings"
    at.fill("#f-odometer", "62310")
    page.locator("label.tile", has_text="50%").first.click()
    page.get_by_role("button", name="保存读数").click()
    at.part = "keys"
    page.get_by_role("button", name="2 把").click()
    at.part = "papers"
    page.locator("label.tile", has_text="行驶证").first.click()
    page.get_by_role("button", name="保存清单").click()
    _seal_and_sign(at, picture, clip)


def _seal_and_sign(at: Counted, picture: Path, clip: Path) -> None:
    page = at.page
    at.part = "seal"
    at.shoot("seal", picture)
    at.fill("#f-number", "HZ-2026-0042")
    page.get_by_role("button", name="保存封条").click()
    at.part = "belongings"
    at.shoot("things", clip, FILM)
    at.fill("input[name=second_login]", "yard_keeper")
    at.fill("input[name=second_password]", makers.PASSWORD)
    page.get_by_role("button", name="车内没有物品").click()
    at.part = "finish"
    page.get_by_role("button", name="完成查验").click()
    at.part = "label"
    page.get_by_role("button", name="打印车窗标签").click()
    page.locator("main a.press-main").wait_for()
    at.tap()  # the file of its paper


def move(at: Counted, url: str, tail: str) -> None:
    """Car and bay: two scans."""
    at.part = "move"
    at.page.goto(f"{url}/yard/scan")
    at.page.wait_for_selector(".scanner:not([hidden])")
    for text in (tail, "A-01"):
        at.scan(text)
    expect(at.page.locator(".scanner .band b")).to_have_text("好")


def run(settings: Settings, folder: Path) -> Counted:
    """Everything on one phone."""
    picture = folder / "a.jpg"
    picture.write_bytes(gate.jpeg(1, (640, 480)))
    with composition.create_app(settings).app_context():
        house = makers.make_house()
        with act():
            plan_desk.add_bays(house.manager, [BayRow("A", 1, 3)])
        gate.make_arrived(house)
        gate.make_taken_in(house, number=1235, plate="浙A54321")
    clip = folder / "a.webm"
    demo_clip(make_car(3), clip, seconds=95, size=(160, 96))
    with serving.serve(settings) as url, chromium(*fake_camera(folder)) as browser:
        page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()  # type: ignore[arg-type]
        page.goto(f"{url}/sign-in")
        page.fill("input[name=login]", "inspector")
        page.fill("input[name=password]", makers.PASSWORD)
        page.locator("main form button").last.click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        at = Counted(page)
        take_in(at, url, picture, clip)
        move(at, url, "4321")
        return at


def main() -> int:
    """Run and print."""
    composition.load_models()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = embedded.start(folder / "pg")
        try:
            migrate(server.owner_url, server.app_url, composition.append_only())
            home = folder / "home"
            found = run(
                Settings(home, server.app_url, server.owner_url, "bench", testing=True), folder
            )
        finally:
            server.stop()
    print("\n".join(machine.describe()[:1]))
    print(f"{'part':<12}{'presses':>9}{'camera':>9}{'typed':>9}{'scans':>9}")
    parts = dict.fromkeys([*found.taps, *found.typed, *found.scans])
    for part in parts:
        row = (found.taps[part], found.shots[part], found.typed[part], found.scans[part])
        print(f"{part:<12}" + "".join(f"{number:>9}" for number in row))
    total = found.taps.total() + found.shots.total()
    print(f"taps from the list to the bay: {total} (target: 25)")
    print(f"a move: {found.scans['move']} scans, {found.taps['move']} taps (target: 2 scans)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
