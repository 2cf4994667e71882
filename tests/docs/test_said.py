"""What the documents tell a person to type exists: targets, commands, settings, files, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

import app
from commands import entry
from station.ground.settings import PROJECT, Settings, read_settings
from tests.docs.made import pages

PAGES = pages()
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
FOLDERS = {path.name for path in PROJECT.iterdir() if path.is_dir()} - {"var", ".venv", ".git"}
MADE = ("assets/built", "assets/node_modules", "tests/node_modules")
# set by tests; fixed at founding by a file; by `--lan`
WITHOUT = {"testing", "demonstration", "local_network"}


def ids(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def code_of(page: Path) -> Iterator[str]:
    """Lines inside fences, and what stands between backticks elsewhere."""
    text = page.read_text(encoding="utf-8")
    for block in FENCED.findall(text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCED.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    named = {word for row in code_of(page) for word in re.findall(r"^make ([a-z][\w-]*)", row)}
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_station_command_line_that_a_page_shows_is_understood(page: Path) -> None:
    for row in code_of(page):
        words = shlex.split(row, comments=True) if row.strip().count('"') % 2 == 0 else []
        if "bin/station" in words:
            told = words[words.index("bin/station") + 1 :]
            assert not told or entry._parser().parse_args(told).command == told[0]


def test_the_readme_shows_every_command_but_the_one_behind_make_run() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = {row.split()[1] for row in text.splitlines() if row.startswith("bin/station ")}
    usage = entry._parser().format_usage()
    known = set(re.search(r"\{([\w,]+)\}", usage)[1].split(","))  # type: ignore[index]
    assert shown == known - {"demo"}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Note the name."""
        self.names.add(name)
        return super().get(name, default)


def settings_table() -> dict[str, str]:
    """Variable → default, as the README says."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## Settings")[2].partition("## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", part, re.MULTILINE))


def test_the_settings_table_names_exactly_the_variables_that_are_read(tmp_path: Path) -> None:
    asked = Asked({"SHUZHAN_HOME": str(tmp_path)})
    read_settings(asked)
    assert set(settings_table()) == asked.names


def test_every_setting_can_be_set_by_one_of_the_variables(tmp_path: Path) -> None:
    plain = {"SHUZHAN_HOME": str(tmp_path), "SHUZHAN_SECRET_KEY": "k"}
    base, reached = read_settings(plain), set()
    for name in settings_table():
        other = read_settings({**plain, name: "https://other.example"})
        reached |= {
            f.name for f in fields(Settings) if getattr(other, f.name) != getattr(base, f.name)
        }
    assert reached == {f.name for f in fields(Settings)} - WITHOUT


def test_the_defaults_in_the_table_are_the_defaults(tmp_path: Path) -> None:
    told = settings_table()
    mine = read_settings({"SHUZHAN_HOME": str(tmp_path)})
    assert read_settings({"SHUZHAN_SECRET_KEY": "k"}).home == PROJECT / told["SHUZHAN_HOME"].strip(
        "`"
    )
    assert told["SHUZHAN_BASE_URL"] == f"`{mine.base_url}`"
    assert told["SHUZHAN_PHONE"] == f"`{mine.station_phone}`"
    assert told["LIMITS_URL"] == f"`{mine.limits_url}`"
    assert mine.checkpoint_folder == tmp_path / "checkpoints"
    assert (tmp_path / "keys" / "cookie.secret").exists()
    assert (mine.database_url, mine.owner_url, mine.blobs_url, mine.stripe_key) == ("", "", "", "")


def test_the_map_of_rooms_is_the_rooms_in_their_order() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## The map of rooms")[2].partition("## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == ["ground", "jobs", *app.ROOMS]


def anchors(page: Path) -> set[str]:
    """The names that a page's headings can be linked by."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", head.lower()).strip().replace(" ", "-") for head in heads]
    return set(plain)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for target in (next(filter(None, found)) for found in LINK.findall(text)):
        assert "://" not in target or target.startswith("https://"), target
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    for named in code_of(page):
        for word in re.findall(r"(?<![\w/.<-])(?:[\w.-]+/)+[\w.*-]*(?![\w<>/])", named):
            if (
                word.split("/")[0] in FOLDERS
                and not word.startswith(MADE)
                and not re.search("NN_|ROOM", word)
            ):
                assert any(PROJECT.glob(word.rstrip("/"))), word


def test_every_document_is_named_by_another() -> None:
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for page in PAGES:
        assert page.name == "README.md" or f"{page.name})" in told, page
