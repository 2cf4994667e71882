"""Photographs the sheet: `python -m tests.assets.shoot FOLDER [PART…]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.assets.sheet_server import served
from tests.browser import axe, chromium

SHOTS = {
    "forms": ["kind=hand", "kind=desk&refused=1"],
    "tables": ["", "rows=0", "rows=200"],
    "states": [""],
    "window": [""],
    "shots": [""],
    "marks": [""],
    "story": [""],
    "wall": [""],
}
WIDTHS = (320, 390, 1366)
MOODS = {"light": "", "dark": "theme=dark", "elder": "elder=1"}


def shoot(browser: Browser, address: str, folder: Path, part: str, query: str) -> None:
    """One part in every width and mood; prints what axe finds."""
    for mood, extra in MOODS.items():
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 844})
            page.on("console", lambda line: print("  console:", line.text))
            page.goto(f"{address}/sheet/{part}?{query}&{extra}", wait_until="networkidle")
            page.evaluate("document.fonts.ready")
            name = "-".join([part, query.replace("=", "").replace("&", "-") or "plain", mood])
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                print(name, width, "is wider than the screen")
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=width != 320)
            if width == 390:
                print(name, *axe(page), sep="\n  ")
            page.close()


def main(folder: Path, parts: list[str]) -> None:
    """Photograph the named parts, or all."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as (address, _), chromium() as browser:
        for part, queries in SHOTS.items():
            for query in queries if not parts or part in parts else []:
                shoot(browser, address, folder, part, query)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
