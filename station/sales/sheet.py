"""The sheet of results: the template that is handed out, and reading what comes back.

Formulas are never executed: the stored values are read, and nothing is ever written back.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from station.ground.refused import Refused
from station.ground.words import N_

from .results import COLUMNS, OUTCOME_WORDS

MOST_ROWS = 500
MOST_COLUMNS = 40
OPTIONAL = {"buyer_id_tail"}
NOTES = {
    "lot_number": N_("拍卖平台上的编号，与公告一致；每个拍品只写一行。"),
    "case_number": N_("例如 (2021)浙0105执1234号。"),
    "outcome": N_("只写“成交”“流拍”或“撤回”。"),
    "price": N_("成交时必填，以元为单位，不低于起拍价；未成交时留空。"),
    "bidders": N_("不小于 0 的整数；成交的至少 1 人。"),
    "ended_at": N_("例如 2026-03-02 10:00；距开拍不少于 24 小时。"),
    "buyer_name": N_("成交时必填，与成交确认书一致。"),
    "buyer_phone": N_("成交时必填，11 位手机号。"),
    "pay_due": N_("成交时必填，例如 2026-03-12。"),
    "buyer_id_tail": N_("选填，提车核对身份用。"),
}
"""What each column wants, printed beside the template."""

_WIDTHS = {"case_number": 26, "buyer_name": 24, "ended_at": 20, "lot_number": 18}
_BROKEN = Refused(
    "sheet_broken", "这个文件打不开，不是完整的 xlsx 表格。请用模板重新填写并另存为 .xlsx。"
)


def make_template(words: Sequence[str], notes_title: str, notes: Sequence[str]) -> bytes:
    """The empty sheet, its notes on a second one. The headings are Chinese whatever the reader
    speaks, because they are what the import looks for; `words` names the columns for the notes."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "拍卖结果"
    for at, (name, heading) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, at, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF4")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 16)
        for row in range(2, 52):  # text: Excel would round phone numbers and reorder dates
            sheet.cell(row, at).number_format = "@"
    sheet.freeze_panes = "A2"
    outcomes = DataValidation("list", formula1=f'"{",".join(OUTCOME_WORDS.values())}"')
    sheet.add_data_validation(outcomes)
    outcomes.add(f"C2:C{MOST_ROWS + 1}")
    _write_notes(book.create_sheet(notes_title), words, notes)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write_notes(sheet: Worksheet, words: Sequence[str], notes: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 70
    for at, (word, note) in enumerate(zip(words, notes, strict=True), 1):
        sheet.cell(at, 1, word).font = Font(bold=True)
        sheet.cell(at, 2, note).alignment = Alignment(wrap_text=True)


def read_sheet(path: Path) -> list[dict[str, str]]:
    """The rows below the headings, each a mapping of `COLUMNS` names to text; blank ends are cut.

    Raises `Refused`: ``sheet_broken``, ``sheet_columns`` (a heading is missing), ``sheet_empty``,
    ``sheet_long`` (over `MOST_ROWS` rows).
    """
    rows = _read_cells(path)
    if not rows:
        raise _empty()
    places = _places(rows[0])
    found = [
        {name: row[at] if at < len(row) else "" for name, at in places.items()} for row in rows[1:]
    ]
    while found and not any(found[-1].values()):
        found.pop()
    if not found:
        raise _empty()
    if len(found) > MOST_ROWS:
        raise Refused("sheet_long", "一次最多导入 %(most)d 行，请分成几个文件。", most=MOST_ROWS)
    return found


def _empty() -> Refused:
    return Refused("sheet_empty", "表格里没有数据行。请在第一张工作表的标题行下面填写结果。")


def _read_cells(path: Path) -> list[list[str]]:
    """Text of the first sheet's cells, a row more than may be there."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that nobody asks for
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
            return [[_as_text(value) for value in row] for row in cells]
    except (BadZipFile, ParseError, KeyError, ValueError, IndexError, AttributeError, OSError):
        raise _BROKEN from None


def _places(headings: Sequence[str]) -> dict[str, int]:
    plain = [heading.replace("(", "（").replace(")", "）").replace(" ", "") for heading in headings]
    places = {name: plain.index(word) for name, word in COLUMNS.items() if word in plain}
    missing = [w for name, w in COLUMNS.items() if name not in places and name not in OPTIONAL]
    if missing:
        raise Refused(
            "sheet_columns",
            "第一行缺少这些标题：%(missing)s。请下载模板，不要改动标题行。",
            missing="、".join(missing),
        )
    return places


def _as_text(value: object) -> str:
    """A cell as a person reads it; 13800000000.0 is a phone number and not a fraction."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:300]
