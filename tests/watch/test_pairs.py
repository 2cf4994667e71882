"""The same view at two dates: which pictures go together, and the page in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from station.ground.database import db
from station.ground.settings import Settings
from station.media import reads as media
from station.media.models import Comparison, Scene
from station.media.rules import SceneKind, State
from station.watch import pairs
from station.watch.pairs import Pair, Series
from tests.browser import axe, chromium
from tests.makers import PASSWORD, make_house
from tests.serving import serve
from tests.showroom import makers
from tests.showroom.makers import cars


def series(key: str, *names: str) -> Series:
    """Scenes of these ids, a day apart."""
    scenes = [
        Scene(id=name, taken_at=datetime(2026, 11, at, tzinfo=UTC))
        for at, name in enumerate(names, 1)
    ]
    return Series(key, key, tuple(scenes))


def ids(pair: Pair | None) -> tuple[str, ...]:
    return (pair.series.key, pair.before.id, pair.after.id) if pair else ()


def test_the_pair_is_the_one_asked_for_the_earlier_first() -> None:
    both = [series("spin", "a", "b", "c"), series("panorama", "x", "y")]
    assert ids(pairs.choose(both, "b", "a")) == ("spin", "a", "b")
    assert ids(pairs.choose(both, "y", "x")) == ("panorama", "x", "y")


def test_what_does_not_go_together_falls_back_to_the_first_and_the_last() -> None:
    both = [series("spin", "a", "b", "c"), series("panorama", "x", "y")]
    assert ids(pairs.choose(both, "a", "x")) == ("spin", "a", "c")
    assert ids(pairs.choose(both, "b", "b")) == ("spin", "a", "c")
    assert ids(pairs.choose(both, "", "", "panorama")) == ("panorama", "x", "y")
    assert pairs.choose([], "a", "b") is None


def walk(told: str, way: int, *angles: float) -> Scene:
    """A spin whose manifest says these angles."""
    frames = [{"angle": angle} for angle in angles]
    return Scene(kind=SceneKind.SPIN, manifest={"angles": told, "way": way, "frames": frames})


def test_spins_are_linked_by_angle_when_both_know_theirs_whichever_way_they_go() -> None:
    there, back = walk("measured", 1, 0, 95, 200), walk("given", -1, 0, 30, 180.5)
    even = walk("even_assumed", 1, 0, 120, 240)
    both = series("spin")
    assert pairs.angles_of(Pair(both, there, back)) == ([0, 95, 200], [0, 330, 179.5])
    assert pairs.angles_of(Pair(both, there, even)) is None
    assert pairs.angles_of(Pair(both, even, back)) is None


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[tuple[str, str]]:
    """A served house with a car whose inside was photographed twice: (root, page)."""
    with app.app_context():
        house = make_house()
        listing = makers.make_drafted(house, cars.make_car(0))
        for width in (1024, 1536):
            makers.add_panorama(house, listing.vehicle, cars.make_car(0), width)
            makers.work(app)
        path = f"/watch/vehicles/{listing.vehicle_id}/compare"
        db.session.remove()
    with serve(settings, worker=False) as url:
        yield url, url + path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def enter(page: Page, root: str, path: str) -> None:
    """Sign in as the judge and go there."""
    page.goto(f"{root}/sign-in")
    page.fill("[name=login]", "judge")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(path, wait_until="networkidle")


@pytest.mark.browser
@pytest.mark.slow
def test_a_judge_looks_the_same_way_at_two_dates(
    address: tuple[str, str], browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    enter(page, *address)
    assert axe(page) == []
    page.click("#pano-before .pano-open")  # one press opens both
    for name in ("before", "after"):
        page.wait_for_selector(f"#pano-{name}.opened[data-sharp=yes]")
    page.evaluate(
        "() => document.addEventListener('panorama:turned',"
        " ({detail}) => { (window.yaws = window.yaws || {})[detail.from] = detail.yaw; })"
    )
    page.click("#pano-before [data-look=right]")
    page.wait_for_function("() => window.yaws && window.yaws['pano-before'] > 10")
    page.click("#pano-after [data-look=up]")
    page.wait_for_function(
        "() => Math.abs(window.yaws['pano-before'] - window.yaws['pano-after']) < 0.5"
    )
    slider = page.get_by_label("分界线")
    expect(slider).to_be_hidden()
    page.click("[data-over]")
    slider.focus()
    page.keyboard.press("End")
    clip = page.evaluate("document.querySelector('.pair-after .pano-stage').style.clipPath")
    assert clip == "inset(0px 0px 0px 100%)"
    assert axe(page) == []
    page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_without_scripts_two_posters_stand_beside_one_another(
    address: tuple[str, str], browser: Browser
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1366, "height": 900}
    )
    page = context.new_page()
    enter(page, *address)
    posters = page.locator(".pair .pano-stage > img")
    expect(posters).to_have_count(2)
    left, right = (posters.nth(at).bounding_box() for at in (0, 1))
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]
    expect(page.locator(".pair-slide")).to_be_hidden()
    context.close()


def test_what_changed_is_shown_to_those_who_may_read_both_and_to_nobody_else(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        house = make_house()
        listing = makers.make_drafted(house, cars.make_car(0))
        for width in (1024, 1536):
            makers.add_panorama(house, listing.vehicle, cars.make_car(0), width)
        makers.work(app)
        page = f"/watch/vehicles/{listing.vehicle_id}/compare"
        scenes = [scene.id for scene in media.list_scenes(listing.vehicle_id)]
        db.session.remove()
    asked = {"before": scenes[0], "after": scenes[1]}
    assert client.post(page, data=asked).status_code == 403
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    assert client.post(page, data=asked | {"after": "none"}).status_code == 404
    assert client.post(page, data=asked).status_code == 303
    assert "对照正在制作" in client.get(page).text
    with app.app_context():
        makers.work(app)
        made = db.session.scalars(select(Comparison)).one()
        assert made.state is State.READY, made.reason
        file = f"/watch/comparisons/{made.id}/change.png"
        db.session.remove()
    text = client.get(page).text
    assert file in text
    with client.get(file) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert "private" in answer.headers["Cache-Control"]
    assert client.get(file.replace("change.png", "report.json")).status_code == 404
    monkeypatch.setattr(media, "may_see", lambda actor, scene: scene.id != scenes[1])
    assert client.get(file).status_code == 404
