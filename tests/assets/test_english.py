"""Every word of the base and the parts has its English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.assets.sheet import PROJECT

TEMPLATES = PROJECT / "templates"
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true"}


def words() -> Iterator[str]:
    parts = set((TEMPLATES / "parts").glob("*.html")) - {TEMPLATES / "parts" / "sheet.html"}
    for file in sorted(parts | {TEMPLATES / "base.html", TEMPLATES / "error.html"}):
        for _, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", file, options=OPTIONS
        ):
            yield str(message)


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (PROJECT / "translations" / "en" / "parts.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_every_word_of_the_parts_has_its_english(english: dict[str, str]) -> None:
    assert [word for word in words() if not english.get(word)] == []


def test_every_place_in_a_sentence_is_kept(english: dict[str, str]) -> None:
    place = re.compile(r"%\(\w+\)s|\{\w+\}")
    for word, said in english.items():
        assert sorted(place.findall(word)) == sorted(place.findall(said)), word


def test_no_translation_breaks_an_attribute(english: dict[str, str]) -> None:
    assert [said for said in english.values() if '"' in said or "<" in said] == []
