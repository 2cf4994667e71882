"""Every Chinese sentence of the code and the pages has its English, with the same places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from panoramas import sentences as engine

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "translations" / "en"
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "Refused": (2,),
    "get_or_404": (2,),  # what is not there
    "needed": (3,),  # the label of a field
    "_word": (4,),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)([sd])")
# The design sheet is rendered by tests alone; the application's templates are the rest.
SHEET = "templates/parts/sheet.html"
SOURCES = [
    *sorted((ROOT / "station").rglob("*.py")),
    *sorted((ROOT / "templates").rglob("*.html")),
    ROOT / "app.py",
]


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sentences(path: Path) -> Iterator[str]:
    """The sentences that a file marks for translation."""
    method = "jinja2" if path.suffix == ".html" else "python"
    with path.open("rb") as file:
        for _, found, _, _ in extract(method, file, KEYWORDS, options={"silent": "false"}):
            yield found if isinstance(found, str) else found[0]


@cache
def english() -> dict[str, str]:
    found = {}
    for path in ENGLISH.glob("*.po"):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=names)
def test_every_sentence_has_its_english(path: Path) -> None:
    if names(path) == SHEET:
        pytest.skip("shown by tests alone")
    wanted = {text for text in sentences(path) if CHINESE.search(text)}
    assert sorted(text for text in wanted if not english().get(text)) == []


@pytest.mark.parametrize(
    "text", [*engine.REFUSALS.values(), *engine.REMARKS.values(), *engine.PLACES.values()]
)
def test_every_sentence_of_the_engine_has_its_english(text: str) -> None:
    """The engine marks nothing for translation: it knows no web."""
    assert english().get(text)


@pytest.mark.parametrize("path", sorted(ENGLISH.glob("*.po")), ids=lambda p: p.stem)
def test_both_languages_have_the_same_places(path: Path) -> None:
    with path.open("rb") as file:
        pairs = [(str(m.id), str(m.string)) for m in read_po(file, locale="en") if m.id]
    assert [zh for zh, en in pairs if set(PLACE.findall(zh)) != set(PLACE.findall(en))] == []


@pytest.mark.parametrize("path", sorted(ENGLISH.glob("*.po")), ids=lambda p: p.stem)
def test_no_sentence_has_a_bare_percent_sign(path: Path) -> None:
    """The templates' gettext fills places in every sentence, so ％ is written instead."""
    with path.open("rb") as file:
        texts = [t for m in read_po(file, locale="en") if m.id for t in (str(m.id), str(m.string))]
    assert [text for text in texts if "%" in _without_places(text)] == []


def _without_places(text: str) -> str:
    """A sentence with places is always filled, so there %% is a percent sign."""
    return PLACE.sub("", text).replace("%%", "") if PLACE.search(text) else text
