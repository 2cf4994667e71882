"""Lists as files: text stays text, money is yuan, times are Shanghai's."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from station.ground import lists
from station.ground.lists import Column, Kind, Value

AT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def read_back(body: bytes) -> list[list[object]]:
    """Every value of the only sheet."""
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_text_that_begins_like_a_formula_is_kept_as_text_and_marked(text: str) -> None:
    body = lists.make_xlsx("案件", [Column("名称")], [[text]])
    cell = load_workbook(io.BytesIO(body)).worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert b"<f>" not in ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_makes_a_workbook_that_opens_and_has_no_formula(text: str) -> None:
    body = lists.make_xlsx("案件", [Column("名称")], [[text]])
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_money_is_exact_yuan_and_a_moment_is_the_clock_of_shanghai() -> None:
    columns = [Column("价", Kind.MONEY), Column("时", Kind.MOMENT), Column("日", Kind.DAY)]
    rows: list[list[Value]] = [[12_345_67, AT, date(2026, 3, 9)], [None, None, None]]
    back = read_back(lists.make_xlsx("价", columns, rows))
    assert back[0] == ["价", "时", "日"]
    assert Decimal(str(back[1][0])) == Decimal("12345.67")
    assert [str(value) for value in back[1][1:]] == ["2026-03-03 01:30:00", "2026-03-09 00:00:00"]
    assert back[2:] in ([], [[None, None, None]])


def test_a_row_with_too_few_values_is_a_fault_and_not_a_shifted_column() -> None:
    with pytest.raises(ValueError, match="values than columns"):
        lists.make_xlsx("案件", [Column("一"), Column("二")], [["只有一个"]])


def test_a_title_that_no_sheet_may_bear_is_made_one() -> None:
    book = load_workbook(io.BytesIO(lists.make_xlsx("a/b:[c]" * 9, [Column("一")], [])))
    assert len(book.sheetnames[0]) <= 31


def test_paper_of_no_rows_and_of_many_is_a_pdf() -> None:
    for rows in ([], [["#markup *none* $x$", 5]] * 200):
        columns = [Column("名称"), Column("价", Kind.MONEY)]
        body = lists.make_pdf("案件", columns, rows, made="某人", at=AT)
        assert body.startswith(b"%PDF-")
