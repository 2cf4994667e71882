from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from station.ground.database import act
from station.media import jobs, looking, reads, scene_desk
from station.media.rules import Kind, Recipe, SceneKind
from tests.browser import axe, chromium
from tests.makers import PASSWORD
from tests.serving import listen

from . import pictures
from .conftest import CAR, Room

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(room: Room) -> Iterator[Page]:
    """A phone on which the inspector has signed in; addresses are relative to the room's server."""
    with listen(room.app) as here, chromium() as browser:
        opened = browser.new_page(base_url=here, viewport={"width": 390, "height": 800})
        opened.goto("/sign-in")
        opened.fill("[name=login]", "inspector")
        opened.fill("[name=password]", PASSWORD)
        with opened.expect_navigation(wait_until="commit"):
            opened.click("main button")
        yield opened


def test_a_face_is_masked_by_hand_and_the_bar_of_a_scene_follows_its_worker(
    room: Room, page: Page
) -> None:
    with room.app.app_context():
        media_id = room.keep(pictures.scene(900, 600)).id
        source_id = room.keep(pictures.scene(1024, 512), Kind.PANORAMA).id
        for one in (media_id, source_id):
            jobs.derive(one)
        with act():
            scene_id = scene_desk.make_scene(
                room.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [source_id], ""
            ).id
        jobs._tell(scene_id, 35, "level")

    page.goto(f"/media/{media_id}/clear")
    assert axe(page) == []
    page.click("[data-add]")
    page.keyboard.press("ArrowLeft")
    drawn = json.loads(page.input_value("[name=rectangles]"))
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/{source_id}/clear")
    with room.app.app_context():
        clearance = reads.find_clearance(reads.get_media(media_id))
        assert clearance is not None
        assert clearance.rectangles == [pytest.approx(drawn[0], abs=2e-5)]

    page.goto(f"/media/vehicles/{CAR}")
    assert axe(page) == []
    bar = page.locator(f"#scene-{scene_id} [role=progressbar]")
    assert bar.get_attribute("aria-valuenow") == "35"
    with room.app.app_context():
        jobs.build_scene(scene_id)
    page.wait_for_selector(f"#scene-{scene_id} .state-good")
    assert bar.count() == 0
    assert page.locator(f"#scene-{scene_id} img").evaluate("img => img.naturalWidth") == 1280


def test_proposals_are_ticked_moved_and_taken_away_on_the_picture(
    room: Room, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    face, plate = [0.12345, 0.2, 0.1, 0.15], [0.6, 0.7, 0.2, 0.1]
    told = [{"what": "face", "box": face, "sure": 91}, {"what": "plate", "box": plate, "sure": 60}]
    monkeypatch.setattr(looking, "look", lambda path: {"boxes": told, "models": []})
    with room.app.app_context():
        media_id = room.keep(pictures.scene(900, 600)).id
        jobs.derive(media_id)
        looking.propose(media_id)

    def drawn() -> list[list[float]]:
        boxes: list[list[float]] = json.loads(page.input_value("[name=rectangles]"))
        return boxes

    page.goto(f"/media/{media_id}/clear")
    assert axe(page) == []
    assert drawn() == [face, plate]
    assert page.locator(".mask-box.proposed").count() == 2
    assert page.locator(".mask-plan").is_hidden()
    ticks = page.locator(".mask-choices input")
    ticks.nth(1).focus()
    page.keyboard.press("Space")
    assert drawn() == [face]
    page.keyboard.press("Space")
    assert drawn() == [face, plate]
    page.locator(".mask-box").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    assert drawn()[1] == pytest.approx([0.59, 0.7, 0.2, 0.1])
    assert page.locator(".mask-box.proposed").count() == 1
    assert page.locator("[data-note]").nth(1).inner_text() == "已调整"
    page.locator(".mask-box").nth(0).focus()
    page.keyboard.press("Delete")
    assert not ticks.nth(0).is_checked()
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/media/vehicles/{CAR}")
    with room.app.app_context():
        [line] = room.lines("media.clear")
        assert [line.facts[word] for word in ("accepted", "moved", "removed", "added")] == [
            0,
            1,
            1,
            0,
        ]
