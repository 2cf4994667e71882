"""Reading pages use only CSS that Chrome 69 knows; measured against MDN's compatibility data."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CSS = PROJECT / "assets" / "css"
DATA = PROJECT / "tests" / "node_modules" / "@mdn" / "browser-compat-data" / "data.json"
READING = sorted(set(CSS.glob("*.css")) - {CSS / "fonts.css", CSS / "viewer.css"})
OLDEST = 69
IGNORED = {"prefers-color-scheme", "prefers-reduced-motion"}
"""Queries that an older Chrome does not match: it shows the light page, moving."""


@cache
def known() -> dict[str, Any]:
    return json.loads(DATA.read_text(encoding="utf-8"))["css"]


def newer(feature: dict[str, Any] | None) -> bool:
    """Whether Chrome learned this feature after OLDEST (or it is not known at all)."""
    if feature is None:
        return True
    told = feature.get("__compat", {}).get("support", {}).get("chrome", {})
    for one in told if isinstance(told, list) else [told]:
        date = str(one.get("version_added")).lstrip("≤")
        by_itself = not one.keys() & {"flags", "prefix", "alternative_name"}
        if by_itself and date.isdecimal() and int(date) <= OLDEST:
            return False
    return True


def too_new(css: str) -> list[str]:
    """What in `css` Chrome 69 does not know, each named once."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = _selectors(css)
    for query in re.findall(r"\((?:min-|max-)?([a-z-]+)\s*:", _queries(css)):
        if query not in IGNORED and newer(known()["at-rules"]["media"].get(query)):
            found.append(f"@media {query}")
    for body in re.findall(r"\{([^{}]*)\}", css):
        found += _declared(body)
    return sorted(set(found))


def _queries(css: str) -> str:
    return " ".join(re.findall(r"@media([^{]*)\{", css))


def _selectors(css: str) -> list[str]:
    heads = re.sub(r"\{[^{}]*\}", "{}", css)
    names = re.findall(r":{1,2}([a-z][a-z-]*)", re.sub(r"@[^{]*\{", "{", heads))
    return [f":{name}" for name in names if newer(known()["selectors"].get(name))]


def _declared(body: str) -> list[str]:
    found = []
    names = [line.split(":", 1) for line in body.split(";") if ":" in line]
    plain = {name.strip(): value.strip() for name, value in names}
    for name, value in plain.items():
        if name.startswith("-"):
            continue
        feature = known()["properties"].get(name)
        if newer(feature):
            found.append(name)
        words = set(re.findall(r"[a-z][a-z-]+", value)) & (feature or {}).keys()
        found += [f"{name}: {word}" for word in words if newer((feature or {})[word])]
        for function in re.findall(r"([a-z][a-z-]*)\(", value):
            if newer(_function(function)):
                found.append(f"{function}()")
    if "gap" in plain and plain.get("display") != "grid":
        found.append("gap outside a grid")
    return found


def _function(name: str) -> dict[str, Any] | None:
    types = known()["types"]
    places = [types, types["gradient"], types["color"], types["transform-function"]]
    places += [types["basic-shape"], known()["properties"]["grid-template-columns"]]
    places += [known()["properties"]["custom-property"]]
    wanted = {"rgba": "rgb", "translateX": "translate"}.get(name, name)
    return next((place[wanted] for place in places if wanted in place), None)


@pytest.mark.parametrize("sheet", READING, ids=lambda sheet: sheet.name)
def test_reading_pages_use_only_what_chrome_69_knows(sheet: Path) -> None:
    assert too_new(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "css",
    [
        ".a { inset: 0 }",
        ".a { display: flex; gap: 4px }",
        ".a:is(b, c) { top: 0 }",
        ".a:where(b) { top: 0 }",
        ".a:focus-visible { top: 0 }",
        ".a:has(b) { top: 0 }",
        ".a { width: clamp(1px, 2px, 3px) }",
        ".a { width: min(1px, 2px) }",
        ".a { aspect-ratio: 1 }",
        ".a { overflow-wrap: anywhere }",
        ".a { accent-color: red }",
        ".a { margin-inline: 0 }",
        ".a { color: oklch(1 0 0) }",
        "@media (hover-none: x) { .a { top: 0 } }",
    ],
)
def test_the_check_sees_newer_css(css: str) -> None:
    assert too_new(css)


def test_both_dark_themes_are_the_same() -> None:
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8")
    asked, system = re.findall(r"html\.(?:dark|system) \{(.*?)\}", tokens, flags=re.DOTALL)
    assert re.findall(r"--.*;", asked) == re.findall(r"--.*;", system) != []


def test_colours_are_defined_in_the_tokens_only() -> None:
    colours = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\(", re.IGNORECASE)
    kept = {
        "tokens.css",
        "print.css",
        "pictures.css",
        "sights.css",
        "forms.css",
    }  # ink and paper on pictures
    for sheet in READING:
        if sheet.name not in kept:
            assert not colours.findall(sheet.read_text(encoding="utf-8")), sheet.name


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [r":root", r"html\.dark"])
def test_every_pair_of_tokens_keeps_its_contrast(theme: str) -> None:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    block = re.findall(theme + r" \{(.*?)\n\}", text, flags=re.DOTALL)[0]
    token = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for words in ("ink", "ink-soft", "court", "seal", "good", "wait"):
        for surface in ("paper", "warm"):
            assert _contrast(token[words], token[surface]) >= 4.5, (words, surface)
    for tone in ("court", "seal", "good", "wait"):
        assert _contrast(token[tone], token[f"{tone}-tint"]) >= 4.5, tone
    for fill in ("court", "court-deep"):
        assert _contrast(token["ink-on-fill"], token[fill]) >= 4.5, fill
    for surface in ("paper", "warm"):
        assert _contrast(token["edge"], token[surface]) >= 3, surface
