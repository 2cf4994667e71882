"""The made parts of the documents equal what the code says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.people.rules import ROLES, Role
from tests.docs import made

FOUND = [(page, name, text) for page in made.pages() for name, text in made.parts_of(page)]


@pytest.mark.parametrize(
    ("page", "name", "text"), FOUND, ids=[f"{page.stem}-{name}" for page, name, _ in FOUND]
)
def test_a_made_part_equals_the_code(page: Path, name: str, text: str) -> None:
    assert text == made.PARTS[name](), f"{page.name}: run `make docs` and read the difference"


def test_every_part_that_can_be_made_stands_on_a_page() -> None:
    assert {name for _, name, _ in FOUND} == set(made.PARTS)


def test_every_route_stands_in_the_table_of_doors_with_its_roles() -> None:
    """Held against the doors once more by another way: counting marks."""
    methods = ("| GET", "| POST", "| PATCH", "| HEAD", "| OPTIONS")
    rows = [row for row in made.doors().splitlines() if row.startswith(methods)]
    rules = list(made.application().url_map.iter_rules())
    assert len(rows) == len(rules)
    everyone = [rule for rule in rules if made.EVERYONE in made.admits(rule)]
    marks = sum(row.count("●") for row in rows)
    assert marks == sum(len(made.admits(rule)) for rule in rules)
    assert len(everyone) > 10


def test_every_role_has_its_row() -> None:
    assert set(ROLES) == set(Role)
    assert made.roles().count("\n| `") == len(Role)


def test_a_stale_part_is_written_anew_and_the_rest_of_the_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- made: roles -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    assert made.rewrite(page)
    assert not made.rewrite(page)
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n<!-- made: roles -->\n{made.roles()}<!-- end -->\nafter\n"
