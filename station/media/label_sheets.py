"""Labels as files: PDF of the exact size or several on a page, and pictures for thermal printers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from station.ground import paper
from station.ground.refused import Refused
from station.ground.words import N_

from . import label_reads as reads
from . import labels, thermal
from .label_reads import Label
from .stocks import PRINTERS, SHEETS, STOCKS, Printer, Sheet, Stock, place
from .thermal import Dots


@dataclass(frozen=True)
class Form:
    """A kind of file. `printer`: for which a picture is drawn, None for a PDF."""

    zh: str
    suffix: str
    printer: Printer | None = None
    write: Callable[[Sequence[Dots]], bytes] | None = None


FORMS = {"pdf": Form(N_("PDF，按实际尺寸打印"), "pdf")}
for _printer in PRINTERS.values():
    FORMS[f"zpl{_printer.id}"] = Form(f"ZPL {_printer.zh}", "zpl", _printer, thermal.write_zpl)
    FORMS[f"tspl{_printer.id}"] = Form(f"TSPL {_printer.zh}", "tspl", _printer, thermal.write_tspl)


def make_file(rows: Sequence[Label], name: str, form: str) -> bytes:
    """A file of labels on the paper or sheet `name`, in the form `form` of `FORMS`.

    Raises `Refused` (422) for a paper that does not belong to what the labels stand on, and for a
    sheet that a thermal printer cannot feed.
    """
    sheet = SHEETS.get(name)
    stock = sheet.stock if sheet else STOCKS.get(name)
    chosen = FORMS.get(form)
    fits = stock and chosen and all(row.code.purpose in stock.purposes for row in rows)
    if stock is None or chosen is None or not fits or (sheet and chosen.printer):
        raise Refused("label_paper", "这种标签不能用所选的纸张或格式打印。请重新选择。")
    if chosen.printer and chosen.write:
        return chosen.write(draw(rows, stock, chosen.printer))
    return make_pdf(rows, stock, sheet)


def make_pdf(rows: Sequence[Label], stock: Stock, sheet: Sheet | None = None) -> bytes:
    """One label a page of exactly its size, or a sheet full of them; equal labels, equal bytes."""
    newest: datetime = max(row.code.issued_at for row in rows)
    return paper.make_pdf("labels", _data(rows, stock, sheet), at=newest)


def draw(rows: Sequence[Label], stock: Stock, printer: Printer) -> list[Dots]:
    """Every label in the dots of a thermal printer; none is larger than its paper."""
    size = (int(stock.width * printer.dots + 1e-6), int(stock.height * printer.dots + 1e-6))
    data = _data(rows, stock, None, printer)
    drawn = paper.make_pngs("labels", data, dpi=printer.dots * 25.4)
    read = [thermal.read_picture(png, size, turned=stock.turned) for png in drawn]
    return [Dots(*one, across=stock.across, along=stock.along, gap=stock.gap) for one in read]


def _data(
    rows: Sequence[Label], stock: Stock, sheet: Sheet | None, printer: Printer | None = None
) -> dict[str, Any]:
    page: Stock | Sheet = sheet or stock
    spots = sheet.places() if sheet else [(0.0, 0.0)]
    cells = [
        {"left": spots[number % len(spots)][0], "top": spots[number % len(spots)][1]}
        | {"label": _face(row)}
        for number, row in enumerate(rows)
    ]
    return {
        "page": {"width": page.width, "height": page.height},
        "cut": sheet is not None,
        "pages": [cells[at : at + len(spots)] for at in range(0, len(cells), len(spots))],
        "stock": {"width": stock.width, "height": stock.height}
        | {"line": stock.line, "code": stock.code, "lines": stock.lines},
        "places": asdict(place(stock, printer)),
    }


def _face(row: Label) -> dict[str, Any]:
    return {
        "qr": paper.qr_svg(reads.text_of(row.code), sturdy=True),
        "banner": row.face.banner,
        "lines": list(row.face.lines),
        "code": labels.show_code(row.code.id),
    }
