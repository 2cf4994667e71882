"""The intake sheet: its size, its proof, and the code that leads to the verify page."""

from __future__ import annotations

import re
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from flask import Flask

from station.ground import paper
from station.ground.database import act
from station.intake import desk, finding_desk, reads, sheets
from station.intake.findings import Source
from station.media.rules import Kind
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
    assert data["belongings"] == [["1", "物品", "雨伞"], ["2", "容器（已打开）", "工具箱"]]
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
