from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from station.ground.refused import Refused
from station.media import door
from station.media.rules import SHEET
from station.sales.results import COLUMNS
from station.sales.sheet import MOST_ROWS, NOTES, make_template, read_sheet
from tests.sales.makers import a_pdf, as_xlsx

ROW: dict[str, object] = {"lot_number": "TB-1", "price": 49253, "buyer_phone": 13800000001}


A_MOMENT = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - a cell of a sheet knows no zone


def saved(tmp_path: Path, body: bytes) -> Path:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(body)
    return path


def test_the_template_comes_back_empty_and_names_every_column(tmp_path: Path) -> None:
    words = list(COLUMNS.values())
    body = make_template(words, "说明", [NOTES[name] for name in COLUMNS])
    book = load_workbook(io.BytesIO(body))
    assert [cell.value for cell in book.worksheets[0][1]] == words
    assert [cell.value for cell in book["说明"]["A"]] == words
    with pytest.raises(Refused, match="sheet_empty"):
        read_sheet(saved(tmp_path, body))


def test_cells_of_every_type_become_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS.values()))
    sheet.append(["TB-1", True, " 成交 ", 49253.5, 6.0, A_MOMENT, "王", None])
    kept = io.BytesIO()
    book.save(kept)
    (row,) = read_sheet(saved(tmp_path, kept.getvalue()))
    assert row["case_number"] == "True"
    assert (row["outcome"], row["price"], row["bidders"]) == ("成交", "49253.5", "6")
    assert (row["ended_at"], row["buyer_phone"]) == ("2026-03-02 10:00:00", "")


def test_a_formula_is_never_executed(tmp_path: Path) -> None:
    body = as_xlsx([ROW | {"price": "=1+1", "buyer_name": '=HYPERLINK("http://x","y")'}])
    (row,) = read_sheet(saved(tmp_path, body))
    assert (row["price"], row["buyer_name"]) == ("", "")


def test_headings_may_stand_in_any_order_and_the_optional_one_may_be_missing(
    tmp_path: Path,
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    names = [name for name in COLUMNS if name != "buyer_id_tail"][::-1]
    sheet.append([COLUMNS[name].replace("（", "(").replace("）", ")") for name in names])
    sheet.append([name.upper() for name in names])
    kept = io.BytesIO()
    book.save(kept)
    (row,) = read_sheet(saved(tmp_path, kept.getvalue()))
    assert row == {name: name.upper() for name in names}


def test_blank_rows_in_the_middle_keep_the_lines_of_the_sheet(tmp_path: Path) -> None:
    rows = read_sheet(saved(tmp_path, as_xlsx([ROW, {}, ROW, {}, {}])))
    assert [row["lot_number"] for row in rows] == ["TB-1", "", "TB-1"]


def test_a_missing_heading_is_named(tmp_path: Path) -> None:
    headings = [word for word in COLUMNS.values() if word != "成交价（元）"]
    with pytest.raises(Refused, match="sheet_columns") as refusal:
        read_sheet(saved(tmp_path, as_xlsx([ROW], headings)))
    assert refusal.value.values["missing"] == "成交价（元）"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="sheet_long"):
        read_sheet(saved(tmp_path, as_xlsx([ROW] * (MOST_ROWS + 1))))


@pytest.mark.parametrize("body", [b"PK\x03\x04 no zip", b"", as_xlsx([ROW])[:-200]])
def test_a_broken_workbook_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Refused, match="sheet_broken"):
        read_sheet(saved(tmp_path, body))


def packed(names: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in names.items():
            book.writestr(name, body)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (a_pdf(), "not_a_sheet"),
        (packed({"a.txt": b"a zip, but no workbook"}), "not_a_sheet"),
        (as_xlsx([ROW])[:-200], "not_a_sheet"),
        (packed({"xl/workbook.xml": b"", "xl/a.xml": b"0" * 45_000_000}), "sheet_too_large"),
        (b"PK\x03\x04" + b"0" * 5_300_000, "file_too_large"),
    ],
)
def test_what_is_no_workbook_does_not_pass_the_door(ctx: Flask, body: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        door.receive(io.BytesIO(body), limit=SHEET)


def test_a_workbook_with_macros_does_not_pass_the_door(ctx: Flask) -> None:
    book = packed({"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"macro"})
    with pytest.raises(Refused, match="not_a_sheet"):
        door.receive(io.BytesIO(book), limit=SHEET)
