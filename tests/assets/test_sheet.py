"""The whole sheet: reachable by everyone, no wider than the screen, nothing inline."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jinja2
import pytest
from playwright.sync_api import Page, expect

from tests.assets.sheet import PROJECT
from tests.browser import axe, find_node

PARTS = ("forms", "tables", "states", "window", "shots", "marks", "story", "wall")
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


@pytest.mark.browser
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mood", ["", "theme=dark", "elder=1"])
def test_a_part_shuts_nobody_out(reader: Page, still: str, part: str, mood: str) -> None:
    reader.goto(f"{still}/sheet/{part}?{mood}", wait_until="load")
    assert axe(reader) == []


@pytest.mark.browser
def test_axe_sees_what_shuts_people_out(reader: Page, still: str) -> None:
    reader.goto(f"{still}/sheet/states")
    reader.evaluate("document.querySelector('h1').style.color = '#ddd'")
    reader.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [line.split(" ")[0] for line in axe(reader)] == ["color-contrast", "label"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("part", "query"),
    [(part, mood) for part in PARTS if part != "wall" for mood in ("", "elder=1")]
    + [("tables", "rows=0"), ("tables", "rows=200&elder=1"), ("forms", "refused=1&elder=1")],
)
def test_a_part_is_never_wider_than_the_narrowest_phone(
    reader: Page, still: str, part: str, query: str
) -> None:
    reader.set_viewport_size({"width": 320, "height": 700})
    reader.goto(f"{still}/sheet/{part}?{query}", wait_until="load")
    assert reader.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.browser
@pytest.mark.parametrize(("query", "least"), [("", 44), ("kind=hand", 60), ("elder=1", 60)])
def test_everything_to_press_is_large_enough(
    reader: Page, still: str, query: str, least: int
) -> None:
    reader.goto(f"{still}/sheet/forms?{query}", wait_until="load")
    small = reader.evaluate(
        """(least) => Array.from(document.querySelectorAll(
          'main .press, main .box, main .tile-face, main .check-face, .tools a, .tools button'))
          .map((one) => [one.textContent, one.getBoundingClientRect().height])
          .filter(([, height]) => height < least)""",
        least,
    )
    assert small == []


@pytest.mark.browser
def test_elder_mode_has_no_text_under_eighteen_pixels(reader: Page, still: str) -> None:
    reader.goto(f"{still}/sheet/forms?elder=1", wait_until="load")
    sizes = reader.evaluate(
        "Array.from(document.querySelectorAll('body *')).filter((one) => one.offsetParent &&"
        " one.textContent.trim()).map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 18


@pytest.mark.browser
def test_a_refusal_stands_in_view_beside_its_field_and_keeps_what_was_typed(
    reader: Page, still: str
) -> None:
    reader.goto(f"{still}/sheet/forms?refused=1", wait_until="load")
    expect(reader.locator(".refusal")).to_be_focused()
    expect(reader.get_by_label("车辆识别代号")).to_have_value("LSO4187C2184841")
    expect(reader.get_by_label("车辆识别代号")).to_have_attribute("aria-describedby", "h-vin e-vin")
    expect(reader.locator("#e-vin")).to_contain_text("识别代号里没有 I、O、Q")
    expect(reader.get_by_label("插电式混合动力")).to_be_checked()
    expect(reader.get_by_label("外观说明")).to_have_value("左前门划痕")


@pytest.mark.browser
def test_the_station_is_one_tap_away_on_a_public_page(reader: Page, still: str) -> None:
    reader.goto(f"{still}/sheet/window?visitor=1")
    call = reader.locator(".callbar a[href='tel:0571-00001111']")
    expect(call).to_be_in_viewport()
    reader.set_viewport_size({"width": 1366, "height": 768})
    expect(reader.locator(".tools a[href='tel:0571-00001111']")).to_be_in_viewport()


@pytest.mark.browser
def test_a_form_pressed_twice_is_sent_once(reader: Page, still: str) -> None:
    reader.goto(f"{still}/sheet/forms?refused=1", wait_until="load")
    prevented = reader.evaluate("""() => {
      const form = document.querySelector('form[data-once]');
      const send = () => {
        const event = new Event('submit', { bubbles: true, cancelable: true });
        form.dispatchEvent(event);
        return event.defaultPrevented;
      };
      return [send(), send()];
    }""")
    assert prevented == [False, True]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.name))
def test_a_template_holds_no_inline_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    text = text.replace('<script type="application/json" ', "<data ")  # no browser runs it
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=\"", text)


def test_every_asset_that_a_template_names_is_built(built: None) -> None:
    manifest = json.loads((PROJECT / "assets" / "built" / "manifest.json").read_text("utf-8"))
    named = {
        name
        for template in TEMPLATES
        for name in re.findall(r"asset\('([\w.]+)'\)", template.read_text(encoding="utf-8"))
    }
    assert named <= manifest.keys()
    assert {"station.css", "base.js", "spin.js", "panorama.js", "live.js"} <= manifest.keys()


def test_a_built_file_is_named_by_its_content(built: None) -> None:
    folder = PROJECT / "assets" / "built"
    before = (folder / "manifest.json").read_bytes()
    subprocess.run([find_node(), PROJECT / "assets" / "build.mjs"], check=True)
    assert (folder / "manifest.json").read_bytes() == before


def test_the_readme_names_every_macro() -> None:
    parts = PROJECT / "templates" / "parts"
    readme = (parts / "README.md").read_text(encoding="utf-8")
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(parts), autoescape=True)
    for template in sorted(parts.glob("*.html")):
        tree = made.parse(template.read_text(encoding="utf-8"))
        for macro in tree.find_all(jinja2.nodes.Macro):
            inner = macro.name.startswith("_") or macro.name in {"wrong_here", "refusal_band"}
            assert inner or macro.name in readme, macro.name


@pytest.mark.slow
def test_the_scripts_are_typed() -> None:
    compiler = PROJECT / "assets" / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        [find_node(), compiler, "--noEmit", "-p", PROJECT / "assets"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    assert done.returncode == 0
