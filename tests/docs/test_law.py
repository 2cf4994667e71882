"""docs/law tells the truth about the code, and the code cites nothing that is not there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from station.ground.articles import ALIASES, SOURCES, cite, cited

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "law").glob("*.md"))
CODE = sorted(p for end in ("py", "yaml") for p in (ROOT / "station").glob(f"*/*.{end}"))


def articles(text: str) -> set[tuple[str, str]]:
    """Citations without their items: ``办法 art 3(1)`` counts as article 3."""
    return {(key, number.partition("(")[0]) for key, number in cited(text)}


LAW = {page.name: articles(page.read_text(encoding="utf-8")) for page in PAGES}


@pytest.mark.parametrize("path", CODE, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_article_a_room_cites_stands_on_a_page_of_the_law(path: Path) -> None:
    known = set().union(*LAW.values())
    assert articles(path.read_text(encoding="utf-8")) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_function_a_page_names_exists(page: Path) -> None:
    for name in re.findall(r"`([a-z_]+\.[a-z_]+\.[A-Za-z_]+)`", page.read_text(encoding="utf-8")):
        module, _, function = name.rpartition(".")
        assert hasattr(importlib.import_module(f"station.{module}"), function), name


def test_every_page_is_listed_and_every_source_explained() -> None:
    index = (ROOT / "docs" / "law" / "README.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert page.name == "README.md" or f"({page.name})" in index
    for key in SOURCES:
        assert f"| {key} |" in index
    for page in PAGES:
        for key in re.findall(r"\| [^|]*\b[VS]:(\w+)", page.read_text(encoding="utf-8")):
            assert f"{key}" in index


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L18 art 12 and 26", [("L18", "12"), ("L18", "26")]),
        ("(办法 arts 10, 14)", [("办法", "10"), ("办法", "14")]),
        ("查扣冻规定 art. 26 [V:LCK]", [("LCK", "26")]),
        ("FEE art 14(1) [V:FEE]", [("FEE", "14(1)")]),
        ("CPI 485: at most", [("CPI", "485")]),
        ("办法 arts 6–8, 22–26", [("办法", "6"), ("办法", "8"), ("办法", "22"), ("办法", "26")]),
        ("0xFEE0 and L18 alone", []),
    ],
)
def test_citations_are_found_in_text(text: str, found: list[tuple[str, str]]) -> None:
    assert list(cited(text)) == found


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("L18 art 25", "《网络司法拍卖规定》第25条"),
        ("办法 art 8(1)", "《网拍辅助工作管理办法》第8条第1项"),
        ("登记规定 art 29", "《机动车登记规定》第29条"),
        ("LPM art 27; 拱墅站", "《拍卖、变卖财产规定》第27条；拱墅站"),
        ("P", "本系统规则"),
        ("", ""),
    ],
)
def test_citations_are_written_as_people_know_them(reference: str, words: str) -> None:
    assert cite(reference) == words


def test_every_alias_means_a_source() -> None:
    assert set(ALIASES.values()) <= set(SOURCES)
