"""Labels as files: exact sizes, codes that are read again from what is printed, thermal printers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from math import dist
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from station.ground.refused import Refused
from station.media import label_sheets, stocks, thermal
from station.media.faces import Face
from station.media.label_reads import Label, text_of
from station.media.label_sheets import FORMS, make_file
from station.media.labels import Purpose
from station.media.models import LabelCode
from station.media.stocks import PRINTERS, SHEETS, STOCKS, Stock

Grey = np.ndarray[Any, Any]
MM = 25.4
DPI = 203
LEAST = {"glass": 35, "key": 18, "bay": 60, "bag": 25, "tape24": 14}
"""Sides of the code in mm that the field asks for; the bag's is our own."""
STATION = "杭州市拱墅区司法数字服务站石祥路分站"
FACES = {
    Purpose.VEHICLE: Face("浙AD·12345", ("(2021)浙0105执恢1234567号", "云帆 S5", STATION)),
    Purpose.KEY: Face("K-0123", ("浙AD·12345", "第 1 把，共 2 把", "挂钩 A-07")),
    Purpose.BAY: Face("A-07", ("普通车位", STATION)),
    Purpose.BAG: Face("封 20261126-001", ("浙AD·12345", "2026年11月26日 封存", STATION)),
}
PAPERS = [
    pytest.param(stock, purpose, id=f"{stock.id}-{purpose}")
    for stock in STOCKS.values()
    for purpose in stock.purposes
]


@pytest.fixture(autouse=True)
def key(app: Flask) -> Iterator[None]:
    """The key that labels are signed with."""
    with app.app_context():
        yield


def label(purpose: Purpose, code: str = "ABCD2345", face: Face | None = None) -> Label:
    row = LabelCode(
        id=code,
        purpose=purpose,
        subject="x",
        issued_at=datetime(2026, 11, 26, tzinfo=UTC),
        organisation_id="o",
    )
    return Label(row, face or FACES[purpose])


def pages_of(pdf: bytes, dpi: float = DPI) -> tuple[list[Grey], list[tuple[float, float]]]:
    """Pictures of the pages, and their sizes in mm."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheets = [document[number] for number in range(len(document))]
        sizes = [(page.get_width() / 72 * MM, page.get_height() / 72 * MM) for page in sheets]
        drawn = [
            cv2.cvtColor(page.render(scale=dpi / 72).to_numpy(), cv2.COLOR_BGR2GRAY)
            for page in sheets
        ]
    return drawn, sizes


def read(picture: Grey) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def sides(picture: Grey) -> tuple[float, float]:
    """Width and height of the code in dots, without its quiet zone."""
    at = zxingcpp.read_barcodes(picture)[0].position
    corners = [(one.x, one.y) for one in (at.top_left, at.top_right, at.bottom_right)]
    return dist(corners[0], corners[1]), dist(corners[1], corners[2])


def turned(picture: Grey, degrees: float) -> Grey:
    """The picture turned about its middle on a larger white ground."""
    size = int(np.hypot(*picture.shape)) + 40
    ground = np.full((size, size), 255, np.uint8)
    top, left = (size - picture.shape[0]) // 2, (size - picture.shape[1]) // 2
    ground[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), degrees, 1)
    return cv2.warpAffine(ground, matrix, (size, size), borderValue=255)


def aslant(picture: Grey) -> Grey:
    """The picture as seen from the side: its far edge three quarters as high."""
    high, wide = picture.shape
    near = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    eighth = high / 8
    far = np.array(
        [[0, 0], [wide * 0.8, eighth], [wide * 0.8, high - eighth], [0, high]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(near, far)
    return cv2.warpPerspective(picture, matrix, (wide, high), borderValue=255)


@pytest.mark.parametrize(("stock", "purpose"), PAPERS)
def test_every_label_has_its_exact_size_and_its_code_is_read_again(
    stock: Stock, purpose: Purpose
) -> None:
    one = label(purpose)
    said = [text_of(one.code)]
    pages, sizes = pages_of(make_file([one], stock.id, "pdf"))
    assert sizes == [pytest.approx((stock.width, stock.height), abs=0.01)]
    (picture,) = pages
    assert read(picture) == said
    least = LEAST[stock.id] / MM * DPI - 1  # a reader tells corners by whole dots
    assert min(sides(picture)) >= least
    module = stock.qr / stocks.MODULES / MM * DPI
    assert read(cv2.GaussianBlur(picture, (0, 0), module * 0.35)) == said
    assert read(aslant(picture)) == said
    for degrees in (17, 45, 200):
        assert read(cv2.GaussianBlur(turned(picture, degrees), (0, 0), 0.8)) == said


def zpl_pictures(body: bytes) -> list[Grey]:
    """The pictures of a ZPL file, as a printer puts them together from their bands."""
    found = []
    for form in body.decode("ascii").split("^XA")[1:]:
        width, length = (int(one) for one in re.findall(r"\^(?:PW|LL)(\d+)", form))
        ground = np.full((length, width), 255, np.uint8)
        fields = re.findall(r"\^FO0,(\d+)\^GFA,(\d+),(\d+),(\d+),([0-9A-F]+)\^FS", form)
        assert fields
        for top, sent, size, stride, dots in fields:
            assert int(sent) == int(size) == len(dots) // 2 <= thermal.MOST
            rows = np.frombuffer(bytes.fromhex(dots), np.uint8).reshape(-1, int(stride))
            ink = np.unpackbits(rows, axis=1)[:, :width]
            ground[int(top) : int(top) + len(ink)][ink == 1] = 0
        found.append(ground)
    return found


def tspl_pictures(body: bytes) -> list[Grey]:
    """The pictures of a TSPL file: there a cleared bit is ink."""
    found = []
    while body:
        head = re.match(
            rb"SIZE [\d.]+ mm,[\d.]+ mm\r\nGAP [\d.]+ mm,0 mm\r\nDIRECTION 1\r\nCLS\r\n"
            rb"BITMAP 0,0,(\d+),(\d+),0,",
            body,
        )
        assert head is not None
        stride, height = int(head[1]), int(head[2])
        end = head.end() + stride * height
        rows = np.frombuffer(body[head.end() : end], np.uint8).reshape(height, stride)
        found.append(np.unpackbits(rows, axis=1) * np.uint8(255))
        assert body[end:].startswith(b"\r\nPRINT 1,1\r\n")
        body = body[end + len(b"\r\nPRINT 1,1\r\n") :]
    return found


@pytest.mark.parametrize("stock", STOCKS.values(), ids=list(STOCKS))
@pytest.mark.parametrize("form", ["zpl203", "tspl300"])
def test_what_a_thermal_printer_gets_is_a_picture_whose_code_is_read_again(
    stock: Stock, form: str
) -> None:
    purpose, printer = stock.purposes[0], FORMS[form].printer
    assert printer is not None
    rows = [label(purpose, code) for code in ("ABCD2345", "EFGH6789")]
    body = make_file(rows, stock.id, form)
    pictures = (zpl_pictures if form.startswith("zpl") else tspl_pictures)(body)
    assert [read(one) for one in pictures] == [[text_of(row.code)] for row in rows]
    dots = printer.dots
    for one in pictures:
        assert one.shape[0] <= stock.along * dots
        assert one.shape[1] <= -(-stock.across * dots // 8) * 8  # rows are whole bytes
        for side in sides(one):
            assert side % stocks.MODULES == 0  # a module is a whole number of dots
            assert side / dots >= stock.qr - 1e-6
    assert read(cv2.GaussianBlur(turned(pictures[0], 30), (0, 0), 1)) == [text_of(rows[0].code)]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=list(SHEETS))
def test_a_sheet_holds_its_labels_and_begins_another_page(sheet: stocks.Sheet) -> None:
    full = len(sheet.places())
    one = label(sheet.stock.purposes[0])
    pages, sizes = pages_of(make_file([one] * (full + 1), sheet.id, "pdf"), dpi=150)
    assert sizes == [pytest.approx((210, 297), abs=0.1)] * 2
    assert [len(read(page)) for page in pages] == [full, 1]


@pytest.mark.parametrize("plate", ["浙A·12345", "浙AD·12345", "无号牌"])
def test_plates_and_names_of_every_length_stay_on_one_page(plate: str) -> None:
    long = Face(
        plate,
        (
            "(2021)浙0105执恢1234567号",
            "梅赛德斯-奔驰 迈巴赫 S 级 2021 款 S 480 4MATIC 加长典藏版",
            "车架号尾号 W12345",
            "2026年11月22日 入库",
            STATION,
        ),
    )
    one = label(Purpose.VEHICLE, "WWWWMMMM", long)
    for paper in ("glass", "tape24"):
        pages, _ = pages_of(make_file([one], paper, "pdf"))
        assert [read(page) for page in pages] == [[text_of(one.code)]]


def test_the_same_labels_are_the_same_bytes_and_markup_stays_text() -> None:
    one = label(Purpose.BAY, face=Face('#panic("no") $x$ ]', ("*bold*",)))
    assert make_file([one], "bay", "pdf") == make_file([one], "bay", "pdf")


@pytest.mark.parametrize(
    ("paper", "form"),
    [("key", "pdf"), ("a4_glass", "zpl203"), ("glass", "docx"), ("nothing", "pdf")],
)
def test_a_paper_or_form_that_is_not_for_this_label_is_refused(paper: str, form: str) -> None:
    with pytest.raises(Refused, match="label_paper"):
        make_file([label(Purpose.VEHICLE)], paper, form)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"qr": 60}, "does not fit its height"),
        ({"banner": 40}, "lies on the banner"),
        ({"width": 50}, "no room for words"),
        ({"width": 120}, "wider than the head"),
    ],
)
def test_a_paper_that_does_not_fit_stops_the_program(change: dict[str, float], words: str) -> None:
    rows = [{**row, **(change if row["id"] == "glass" else {})} for row in stocks.TABLE["stocks"]]
    with pytest.raises(ValueError, match=words):
        stocks.read_stocks({**stocks.TABLE, "stocks": rows, "sheets": []})


def test_a_name_twice_a_wide_sheet_and_a_thing_without_paper_stop_the_program() -> None:
    table = stocks.TABLE
    with pytest.raises(ValueError, match="twice"):
        stocks.read_stocks({**table, "stocks": [*table["stocks"], table["stocks"][0]]})
    wide = {**table["sheets"][0], "columns": 3}
    with pytest.raises(ValueError, match="do not fit the page"):
        stocks.read_stocks({**table, "sheets": [wide]})
    bare = [row for row in table["stocks"] if "key" not in row["purposes"]]
    with pytest.raises(ValueError, match="no paper for"):
        stocks.read_stocks({**table, "stocks": bare, "sheets": []})


def test_every_printer_has_both_languages() -> None:
    assert set(FORMS) == {"pdf"} | {
        f"{language}{one}" for language in ("zpl", "tspl") for one in PRINTERS
    }
    assert label_sheets.FORMS["zpl203"].printer is PRINTERS["203"]
