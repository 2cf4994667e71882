"""A list as a person takes it away: the rows of a page as a spreadsheet or on paper.

The caller hands over the very rows that its page shows, so file and page cannot disagree.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from . import clock, money, paper

Value = str | int | date | datetime | None
UNSAFE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for a formula
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST = 32_767  # characters of a cell


class Kind(StrEnum):
    """What a column holds. MONEY: integer fen; MOMENT: aware time, shown in Shanghai."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


FORMATS = {Kind.MONEY: "#,##0.00", Kind.DAY: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm"}


@dataclass(frozen=True)
class Column:
    """A column: its heading in the reader's language, what it holds, its width in characters."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 20


def make_xlsx(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> bytes:
    """A workbook of one sheet. Row after row is written, so memory does not grow with cells.
    Raises `ValueError` for a row that has not one value a column.

    Text is always stored as text: what begins like a formula is never one, and is marked so that
    editing the cell does not make it one.
    """
    # before the book is begun: a half-written one leaves its open file behind
    if any(len(row) != len(columns) for row in rows):
        raise ValueError("a row with more or fewer values than columns")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_heading(sheet, column) for column in columns])
    for row in rows:
        cells = zip(columns, row, strict=True)
        sheet.append([_cell(sheet, column.kind, value) for column, value in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_pdf(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    made: str,
    at: datetime,
) -> bytes:
    """The list on A4, lying. `made`: the line at the foot (who, when, how many)."""
    data = {
        "title": title,
        "made": made,
        "widths": [column.width for column in columns],
        "head": [column.heading for column in columns],
        "right": [column.kind in (Kind.MONEY, Kind.NUMBER) for column in columns],
        "rows": [
            [show(column.kind, value) for column, value in zip(columns, row, strict=True)]
            for row in rows
        ],
    }
    return paper.make_pdf("list", data, at=at)


def show(kind: Kind, value: Value) -> str:
    """A value in words, as paper shows it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{clock.in_shanghai(value):%Y-%m-%d %H:%M}"
    if kind is Kind.MONEY and isinstance(value, int):
        return money.format_yuan(value)
    return str(value)


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> Cell:
    cell = _cell(sheet, Kind.TEXT, column.heading)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, kind: Kind, value: Value) -> Cell:
    if isinstance(value, str):
        return _text(sheet, value)
    cell: Cell = WriteOnlyCell(sheet)
    cell.value = _plain(kind, value)
    if kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell


def _plain(kind: Kind, value: int | date | datetime | None) -> Decimal | int | date | None:
    """A spreadsheet knows no fen and no zones: yuan, and the wall clock of Shanghai."""
    if isinstance(value, datetime):
        return clock.in_shanghai(value).replace(tzinfo=None)
    if kind is Kind.MONEY and isinstance(value, int):
        return Decimal(value).scaleb(-2)
    return value


def _text(sheet: WriteOnlyWorksheet, value: str) -> Cell:
    clean = CONTROL.sub("", value)[:LONGEST]
    cell: Cell = WriteOnlyCell(sheet, value=clean)
    cell.data_type = "s"  # else a leading "=" makes it a formula
    if clean.startswith(UNSAFE):
        cell.quotePrefix = True
    return cell
