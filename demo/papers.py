"""The papers of the history: letters and rulings as PDF, sheets of results as xlsx."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import typst
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from station.ground.clock import in_shanghai
from station.ground.paper import font_folders
from station.sales.results import COLUMNS

HERE = Path(__file__).parent


def make_paper(
    title: str,
    court: str,
    number: str,
    lines: Sequence[str],
    at: datetime,
    signed: str = "执行法官",
) -> bytes:
    """A one-page paper of a court in the manner of such papers; says that it is invented.

    The same words and moment give the same bytes.
    """
    day = in_shanghai(at)
    data = {
        "title": title,
        "court": court,
        "number": number,
        "lines": list(lines),
        "signed": signed,
        "day": f"{day.year}年{day.month}月{day.day}日",
    }
    made = typst.compile(
        str(HERE / "paper.typ"),
        root=str(HERE),
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        timestamp=int(at.timestamp()),
    )
    return bytes(made)


def make_results(row: Mapping[str, object]) -> bytes:
    """A sheet with one row of results as a platform exports it; `row`: keys of COLUMNS."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "拍卖结果"
    sheet.append(list(COLUMNS.values()))
    sheet.append([str(row.get(name, "")) for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
