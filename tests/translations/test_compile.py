"""One catalogue from all rooms' English, or an error that names the files."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from translations.compile import Faulty, compile_all

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def write(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    (folder / "en").mkdir(exist_ok=True)
    body = "".join(f'\nmsgid "{zh}"\nmsgstr "{en}"\n' for zh, en in pairs)
    (folder / "en" / f"{name}.po").write_text(HEAD + body, encoding="utf-8")


def test_two_files_become_one_catalogue_and_the_same_twice_is_no_conflict(tmp_path: Path) -> None:
    write(tmp_path, "one", ("拖车", "Tow"), ("库位", "Bay"))
    write(tmp_path, "two", ("库位", "Bay"), ("还缺 %(count)d 项", "%(count)d missing"), ("空", ""))
    made = compile_all(tmp_path)
    assert made == tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    with made.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("拖车") == "Tow"
    assert words.gettext("还缺 %(count)d 项") % {"count": 3} == "3 missing"
    assert words.gettext("空") == "空"


def test_a_sentence_said_in_two_ways_names_both_files_and_leaves_the_old_catalogue(
    tmp_path: Path,
) -> None:
    write(tmp_path, "one", ("库位", "Bay"))
    before = compile_all(tmp_path).read_bytes()
    write(tmp_path, "two", ("库位", "Place"))
    with pytest.raises(Faulty, match=r"one\.po and two\.po differ on '库位'"):
        compile_all(tmp_path)
    assert (tmp_path / "en" / "LC_MESSAGES" / "messages.mo").read_bytes() == before


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, "one", ("库位", "Bay"))
    (tmp_path / "en" / "broken.po").write_text('msgid "a\n', encoding="utf-8")
    with pytest.raises(Faulty, match=r"broken\.po"):
        compile_all(tmp_path)


def test_the_projects_own_english_reaches_the_reader(client: FlaskClient) -> None:
    compile_all()
    page = client.get("/sign-in?lang=en").text
    assert "Staff sign-in" in page
    assert "登录" not in page
    refusal = client.get("/nowhere?lang=en")
    assert refusal.status_code == 404
    assert "There is no such page." in refusal.text
