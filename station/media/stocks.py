"""Papers that labels are printed on, and where on them everything stands. Pure; data: `stocks.yaml`.

The code is drawn into the picture of the label also for thermal printers, not by the printer's own
command: `^BQ` and `QRCODE` choose mask, version and level by firmware, while a module of whole dots
in our own picture is as crisp and can be read back by a test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from station.ground.tables import read_table

from .labels import Purpose

MODULES, QUIET = 25, 4  # of the QR of `labels.text_of`, and of its quiet zone
NARROWEST = 10.0  # mm; a column of text below this is unreadable


Row = TypeVar("Row", "Stock", "Sheet", "Printer")


class Layout(StrEnum):
    """How a label is laid out."""

    TOP = "top"
    SIDE = "side"


@dataclass(frozen=True)
class Stock:
    """One label paper; the fields are told in the table."""

    id: str
    zh: str
    purposes: tuple[Purpose, ...]
    width: float
    height: float
    margin: float
    qr: float
    layout: Layout
    banner: float
    line: float
    code: float
    lines: int
    turned: bool
    gap: float

    @property
    def across(self) -> float:
        """Its side that lies across the head of a thermal printer, in mm."""
        return self.height if self.turned else self.width

    @property
    def along(self) -> float:
        """Its side in the direction of the feed, in mm."""
        return self.width if self.turned else self.height


@dataclass(frozen=True)
class Sheet:
    """A page with `columns` × `rows` labels of one stock, centred; mm."""

    id: str
    zh: str
    stock: Stock
    width: float
    height: float
    columns: int
    rows: int

    def places(self) -> list[tuple[float, float]]:
        """Left and top of every label, row by row."""
        left = (self.width - self.columns * self.stock.width) / 2
        top = (self.height - self.rows * self.stock.height) / 2
        return [
            (left + column * self.stock.width, top + row * self.stock.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


@dataclass(frozen=True)
class Printer:
    """A thermal printer: `dots` a millimetre, and the widest label in mm."""

    id: str
    zh: str
    dots: float
    head: float


@dataclass(frozen=True)
class Box:
    """A rectangle on a label, in mm from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Places:
    """Where a label's parts stand. `qr` is the code with its quiet zone."""

    qr: Box
    banner: Box
    column: Box


def place(stock: Stock, printer: Printer | None = None) -> Places:
    """Where the parts of a label stand; on a thermal printer a module is a whole number of dots,
    rounded up, and begins on a dot."""
    dot = 1 / printer.dots if printer else 0.0
    module = _up(stock.qr / MODULES, dot)
    side = module * (MODULES + 2 * QUIET)
    left = _up(max(0.0, stock.margin - QUIET * module), dot)
    if stock.layout is Layout.TOP:
        top = _down(stock.height - side - left, dot)
    else:
        top = _down((stock.height - side) / 2, dot)
    words = left + side + 0.5
    width = stock.width - stock.margin - words
    if stock.layout is Layout.TOP:
        banner = Box(stock.margin, stock.margin, stock.width - 2 * stock.margin, stock.banner)
        high = stock.margin + stock.banner + 1
    else:
        banner = Box(words, stock.margin, width, stock.banner)
        high = stock.margin + stock.banner
    column = Box(words, high, width, stock.height - stock.margin - high)
    return Places(Box(left, top, side, side), banner, column)


def _up(length: float, dot: float) -> float:
    return math.ceil(length / dot - 1e-6) * dot if dot else length


def _down(length: float, dot: float) -> float:
    return math.floor(length / dot + 1e-6) * dot if dot else length


def check(stock: Stock, printer: Printer | None = None) -> None:
    """Raise `ValueError` when a label does not fit its paper, or its paper the printer."""
    if printer and stock.across > printer.head:
        raise ValueError(f"{stock.id} is wider than the head of {printer.id}")
    where = place(stock, printer)
    low = where.qr.top + where.qr.height
    if where.qr.top < 0 or low > stock.height + 1e-6:
        raise ValueError(f"{stock.id}: the code of {stock.qr} mm does not fit its height")
    if stock.layout is Layout.TOP and where.qr.top < stock.margin + stock.banner:
        raise ValueError(f"{stock.id}: the code lies on the banner")
    if min(where.column.width, where.column.height) < NARROWEST:
        raise ValueError(f"{stock.id}: no room for words beside the code")


def check_sheet(sheet: Sheet) -> None:
    """Raise `ValueError` when the labels of a sheet reach over its edge."""
    if min(sheet.places()[0]) < 0:
        raise ValueError(f"{sheet.id}: the labels do not fit the page")


def _stock(row: Mapping[str, Any]) -> Stock:
    told = {
        **row,
        "layout": Layout(row["layout"]),
        "purposes": tuple(map(Purpose, row["purposes"])),
    }
    return Stock(**told)


def read_stocks(
    table: Mapping[str, Any],
) -> tuple[dict[str, Stock], dict[str, Sheet], dict[str, Printer]]:
    """The table's papers, sheets and printers by id. Raises `ValueError` for what does not fit, for
    a name twice, and for a thing without a paper."""
    stocks = _by_id([_stock(row) for row in table["stocks"]])
    printers = _by_id([Printer(**row) for row in table["printers"]])
    sheets = _by_id([Sheet(**{**row, "stock": stocks[row["stock"]]}) for row in table["sheets"]])
    for stock in stocks.values():
        for printer in (None, *printers.values()):
            check(stock, printer)
    for sheet in sheets.values():
        check_sheet(sheet)
    if stocks.keys() & sheets.keys():
        raise ValueError("a paper and a sheet have the same name")
    bare = set(Purpose) - {Purpose.PASS} - {one for row in stocks.values() for one in row.purposes}
    if bare:
        raise ValueError(f"no paper for {sorted(bare)}")
    return stocks, sheets, printers


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    found = {row.id: row for row in rows}
    if len(found) != len(rows):
        raise ValueError("a name stands twice")
    return found


TABLE = read_table(__file__, "stocks.yaml")
STOCKS, SHEETS, PRINTERS = read_stocks(TABLE)
