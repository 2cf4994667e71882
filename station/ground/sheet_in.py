"""A filled-in sheet as rows of text, and the empty one that was handed out.

Formulas are never executed, and nothing is ever written back. At most `most` rows are read, whatever
the file claims to hold.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .refused import Refused

MOST_COLUMNS = 40
LONGEST = 300  # characters of a cell
_BROKEN = Refused(
    "sheet_broken", "这个文件打不开，不是完整的 xlsx 表格。请用模板重新填写并另存为 .xlsx。"
)


def make_template(
    title: str,
    columns: Mapping[str, str],
    *,
    widths: Mapping[str, int],
    lists: Mapping[str, Collection[str]],
    most: int,
    words: Sequence[str],
    notes_title: str,
    notes: Sequence[str],
) -> bytes:
    """The empty sheet, its notes on a second one. The headings (`columns`: name → heading) are Chinese
    whatever the reader speaks, because they are what the import looks for; `words` names the
    columns for the notes. `lists`: what may be chosen in a column."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for at, (name, heading) in enumerate(columns.items(), 1):
        cell = sheet.cell(1, at, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF4")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = widths.get(name, 16)
        for row in range(2, 52):  # text: Excel would round phone numbers and reorder dates
            sheet.cell(row, at).number_format = "@"
        if name in lists:
            choice = DataValidation("list", formula1=f'"{",".join(lists[name])}"')
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{most + 1}")
    sheet.freeze_panes = "A2"
    _write_notes(book.create_sheet(notes_title), words, notes)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write_notes(sheet: Worksheet, words: Sequence[str], notes: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 70
    for at, (word, note) in enumerate(zip(words, notes, strict=True), 1):
        sheet.cell(at, 1, word).font = Font(bold=True)
        sheet.cell(at, 2, note).alignment = Alignment(wrap_text=True)


def read_sheet(
    path: Path,
    columns: Mapping[str, str],
    *,
    optional: Collection[str] = (),
    most: int = 500,
    formulas: bool = False,
) -> list[dict[str, str]]:
    """The rows below the headings, each a mapping of `columns` names to text; blank ends are cut.

    `formulas`: a cell with one is given as it is written (it begins with ``=``), so that its row can
    be refused; otherwise as the value that the program which saved the file has left in it.
    Raises `Refused`: ``sheet_broken``, ``sheet_columns`` (a heading is missing), ``sheet_empty``,
    ``sheet_long`` (over `most` rows).
    """
    rows = _read_cells(path, most, formulas)
    if not rows:
        raise _empty()
    places = _places(rows[0], columns, optional)
    found = [
        {name: row[at] if at < len(row) else "" for name, at in places.items()} for row in rows[1:]
    ]
    while found and not any(found[-1].values()):
        found.pop()
    if not found:
        raise _empty()
    if len(found) > most:
        raise Refused("sheet_long", "一次最多导入 %(most)d 行，请分成几个文件。", most=most)
    return found


def _empty() -> Refused:
    return Refused("sheet_empty", "表格里没有数据行。请在第一张工作表的标题行下面填写。")


def _read_cells(path: Path, most: int, formulas: bool) -> list[list[str]]:
    """Text of the first sheet's cells, a row more than may be there."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that nobody asks for
            book = load_workbook(file, read_only=True, data_only=not formulas, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=most + 2, max_col=MOST_COLUMNS, values_only=True)
            return [[_as_text(value) for value in row] for row in cells]
    except (BadZipFile, ParseError, KeyError, ValueError, IndexError, AttributeError, OSError):
        raise _BROKEN from None


def _places(
    headings: Sequence[str], columns: Mapping[str, str], optional: Collection[str]
) -> dict[str, int]:
    plain = [heading.replace("(", "（").replace(")", "）").replace(" ", "") for heading in headings]
    places = {name: plain.index(word) for name, word in columns.items() if word in plain}
    missing = [w for name, w in columns.items() if name not in places and name not in optional]
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
    return str(value).strip()[:LONGEST]
