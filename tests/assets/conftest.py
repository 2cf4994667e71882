"""One browser and one served sheet for the folder; assets are built from the sources at hand."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.assets.sheet import PROJECT
from tests.assets.sheet_server import SheetHandler, served
from tests.browser import chromium, find_node

Sheet: TypeAlias = tuple[str, type[SheetHandler]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Build the assets; what a test sees is what the sources say."""
    subprocess.run([find_node(), PROJECT / "assets" / "build.mjs"], check=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def sheet(built: None) -> Iterator[Sheet]:
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def still(built: None) -> Iterator[str]:
    """Address of a sheet that no test changes."""
    with served() as (address, _):
        yield address


@pytest.fixture(scope="session")
def reading(browser: Browser) -> Iterator[BrowserContext]:
    """A context that keeps fonts and styles between the tests that only read."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context
    context.close()


@pytest.fixture
def reader(reading: BrowserContext) -> Iterator[Page]:
    opened = reading.new_page()
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone in a context of its own; a script error or a refused request fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    yield opened
    context.close()
    assert faults == []
