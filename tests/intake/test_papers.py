"""Labels and the intake sheet: exact sizes, and codes that a scanner reads in bad conditions."""

from __future__ import annotations

import re
from math import dist
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from flask import Flask

from station.ground import clock, paper
from station.ground.database import act
from station.ground.refused import Refused
from station.intake import desk, finding_desk, reads, sheets
from station.intake.findings import Source
from station.media import reads as media
from station.media.rules import Kind, Purpose
from station.trail.reads import find_last_line
from tests.intake import makers
from tests.makers import make_house

MM = 25.4
POINT = 72 / MM


def page_size_mm(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page."""
    box = re.search(rb"/MediaBox ?\[([^\]]*)\]", pdf)
    assert box is not None
    left, low, right, high = map(float, box[1].split())
    return (right - left) / POINT, (high - low) / POINT


def seen(png: bytes) -> np.ndarray[Any, Any]:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)


def read(picture: np.ndarray[Any, Any]) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def qr_side_mm(picture: np.ndarray[Any, Any], dpi: float) -> float:
    """Side of the code itself, without its quiet zone."""
    place = zxingcpp.read_barcodes(picture)[0].position
    corners = [place.top_left, place.top_right, place.bottom_right]
    points = [(corner.x, corner.y) for corner in corners]
    return float(min(dist(points[0], points[1]), dist(points[1], points[2])) / dpi * MM)


def turned(picture: np.ndarray[Any, Any], degrees: float) -> np.ndarray[Any, Any]:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.7)
    return cv2.warpAffine(picture, matrix, (width, height), borderValue=255)


def bay_sign(text: str) -> dict[str, Any]:
    sign = {
        "qr": paper.qr_svg(text, sturdy=True),
        "code": "ABCD 2345",
        "bay": "A-07",
        "kind": "普通车位",
        "station": "司法数字服务站",
    }
    return {"signs": [sign]}


def test_the_glass_label_is_exactly_100_by_70_mm_and_its_code_is_read_again(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    with act():
        text = desk.print_label(house.inspector, intake.vehicle)
    number = intake.command.case.number
    pdf = sheets.make_label(intake.vehicle, number, "司法数字服务站")
    assert page_size_mm(pdf) == pytest.approx((100, 70), abs=0.01)
    data = sheets.label_data(intake.vehicle, number, "司法数字服务站")
    assert "赵某某" not in str(data)
    picture = seen(paper.make_png("label_glass", data))
    assert read(picture) == [text]
    assert qr_side_mm(picture, 203) >= 35
    assert media.read_code(text, "vehicle").subject == f"vehicle:{intake.vehicle_id}"
    assert read(cv2.GaussianBlur(picture, (0, 0), 3)) == [text]
    for degrees in (17, 45, 90, 200):
        assert read(turned(picture, degrees)) == [text]


def test_the_same_label_is_the_same_bytes(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    with act():
        desk.print_label(house.inspector, intake.vehicle)
    one, two = (sheets.make_label(intake.vehicle, "x", "y") for _ in range(2))
    assert one == two


def test_no_label_is_shown_before_one_was_printed(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    with pytest.raises(Refused) as refusal:
        sheets.get_label(f"vehicle:{intake.vehicle_id}", Purpose.VEHICLE)
    assert (refusal.value.code, refusal.value.status) == ("no_label", 404)


def test_the_bay_sign_is_exactly_150_by_100_mm_with_a_code_of_60_mm() -> None:
    data = bay_sign("SZ1:ABCD2345:HJKMNP")
    pdf = paper.make_pdf("bay_sign", data, at=clock.now())
    assert page_size_mm(pdf) == pytest.approx((150, 100), abs=0.01)
    picture = seen(paper.make_png("bay_sign", data, dpi=150))
    assert read(picture) == ["SZ1:ABCD2345:HJKMNP"]
    assert qr_side_mm(picture, 150) >= 60
    assert read(cv2.GaussianBlur(turned(picture, 10), (0, 0), 3)) == ["SZ1:ABCD2345:HJKMNP"]


@pytest.mark.parametrize("plate", ["浙A12345", "浙AD12345", ""])
def test_plates_of_every_length_fit_one_page(plate: str) -> None:
    label = {
        "qr": paper.qr_svg("SZ1:ABCD2345:HJKMNP", sturdy=True),
        "code": "WWWW MMMM",
        "plate": sheets.show_plate(plate),
        "case": "(2021)浙0105执恢1234567号",
        "model": "梅赛德斯-奔驰 迈巴赫 S 级 2021 款 S 480 4MATIC 加长典藏版",
        "tail": "W12345",
        "station": "杭州市拱墅区司法数字服务站石祥路分站",
        "day": "2026年11月22日",
    }
    pdf = paper.make_pdf("label_glass", {"labels": [label]}, at=clock.now())
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 1


def test_markup_in_data_stays_text() -> None:
    data = bay_sign("x")
    data["signs"][0]["kind"] = '#panic("no") $x$ *bold* ]'
    assert paper.make_pdf("bay_sign", data, at=clock.now()).startswith(b"%PDF")


def test_the_sheet_prints_the_hash_of_its_line_and_a_code_that_verifies_it(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_arrived(house)
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, reads.DAMAGE)
    with act():
        finding_desk.add_finding(
            house.inspector, intake.vehicle, makers.a_scratch(photo), Source.INTAKE
        )
    makers.record_everything(house, intake)
    with act():
        line = desk.finish(house.inspector, intake)
    data = sheets.sheet_data(intake, line)
    assert (data["told"]["number"], data["told"]["hash"]) == (intake.number, line.hash.hex())
    assert "未加盖法定电子印章" in data["told"]["seal"]
    assert data["belongings"] == [["1", "物品", "雨伞"], ["2", "封闭容器", "工具箱"]]
    assert ["1", "划痕", "左前车门", "120 mm", "一道细划痕"] in data["findings"]
    assert "赵某某" not in str(data)
    pdf = sheets.make_sheet(intake, line)
    assert page_size_mm(pdf) == pytest.approx((210, 297), abs=0.1)
    assert pdf == sheets.make_sheet(intake, line)
    found = read(seen(paper.make_png("intake_sheet", data, dpi=200)))
    assert found == [f"http://localhost/verify?n={intake.number}"]


def test_the_kept_sheet_has_its_own_hash_on_the_trail(ctx: Flask) -> None:
    house = make_house()
    intake = makers.make_taken_in(house)
    line = find_last_line(intake.subject)
    assert line is not None
    kept = makers.kept(sheets.make_sheet(intake, line), "application/pdf")
    with act():
        row = desk.file_sheet(house.inspector, intake, kept, line)
    assert intake.sheet_media == row.id
    told = find_last_line(row.subject)
    assert told is not None
    assert told.facts["sha256"] == kept.sha256
