"""The 保养记录: what it says, that it is issued again only for other words, and that it verifies."""

from __future__ import annotations

import hashlib

import cv2
import pypdfium2
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.ground.database import act, db
from station.intake.models import Intake
from station.media.models import Media
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.rules import Verdict
from station.yard import care_sheets, desk, rules
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House
from tests.yard import makers


def care(house: House, intake: Intake, value: int) -> None:
    """Read the battery of the vehicle."""
    done = desk.Done(
        rules.PLAN["M01"], value, makers.care_photo(house, intake.vehicle).id, note="右后胎旧"
    )
    with act():
        desk.care(house.mechanic, intake.vehicle, done, seen_by="label")


def text_of(pdf: bytes) -> str:
    """All words of a PDF, without spaces and line breaks."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
    return "".join("".join(pages).split())


def codes_of(pdf: bytes) -> set[str]:
    """What the codes of all pages say, photographed a little out of focus and aslant."""
    said = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(len(document)):
            page = cv2.cvtColor(document[number].render(scale=3).to_numpy(), cv2.COLOR_BGR2GRAY)
            matrix = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), 7, 0.9)
            turned = cv2.warpAffine(page, matrix, page.shape[::-1], borderValue=255)
            blurred = cv2.GaussianBlur(turned, (0, 0), 1.2)
            said |= {found.text for found in zxingcpp.read_barcodes(blurred)}
    return said


def issued(kind: str) -> list[TrailLine]:
    """The lines of issuing a document of the yard, oldest first."""
    question = select(TrailLine).where(TrailLine.act == f"yard.{kind}")
    return list(db.session.scalars(question.order_by(TrailLine.at)))


def check_genuine(pdf: bytes, kind: str) -> TrailLine:
    """The only line of issuing it: its document is found by number, by file and by its code."""
    (line,) = issued(kind)
    number = str(line.facts["number"])
    found = documents.find_by_number(number)
    assert found is not None
    assert found.verdict is Verdict.GENUINE
    by_file = documents.find_by_file(hashlib.sha256(pdf).hexdigest())
    assert by_file is not None
    assert (by_file.number, by_file.kind) == (number, kind)
    assert codes_of(pdf) == {f"http://localhost/verify?n={number}"}
    return line


def check_replaced(kind: str) -> None:
    """It was issued twice: the second took the place of the first."""
    old, new = issued(kind)
    assert new.facts["replaces"] == old.facts["number"]
    before = documents.find_by_number(str(old.facts["number"]))
    assert before is not None
    assert before.verdict is Verdict.SUPERSEDED


def test_the_care_record_says_what_was_done_and_verifies_by_number_and_by_file(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        again = make_again(house)
        intake = makers.make_stored(again, makers.make_bays(again)[0])
        care(again, intake, 11900)
        vehicle_id = intake.vehicle_id
    sign_in(client, "mechanic")
    assert "出具保养记录" in client.get(f"/yard/care/{vehicle_id}").text
    address = f"/yard/care/{vehicle_id}/record"
    first, same = client.post(address), client.post(address)
    assert first.status_code == 303
    assert same.location == first.location
    with client.get(first.location) as file:
        pdf = file.data
    with context(app):
        line = check_genuine(pdf, "care_record")
        number = str(line.facts["number"])
        said = text_of(pdf)
        for words in (
            number,
            line.hash.hex(),
            "第1页/共1页",
            "样式，未加盖法定电子印章",
            "上一日存证点",
            "11.9V",
            "右后胎旧",
            "A-01",
            "浙A·12345",
        ):
            assert words in said, words
        assert "赵某某" not in said
    page = client.get(f"/verify?n={number}")
    assert (page.status_code, "车辆保养记录" in page.text) == (200, True)
    assert number in client.get(f"/watch/vehicles/{vehicle_id}").text


def test_a_record_with_other_words_takes_the_place_of_the_last(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with context(app):
        again = make_again(house)
        intake = makers.make_stored(again, makers.make_bays(again)[0])
        assert care_sheets.body_of(intake.vehicle)["care"] == []
        vehicle_id = intake.vehicle_id
    sign_in(client, "yard_keeper")
    address = f"/yard/care/{vehicle_id}/record"
    client.post(address)
    with context(app):
        care(make_again(house), db.session.scalars(select(Intake)).one(), 12600)
    client.post(address)
    with context(app):
        check_replaced("care_record")
        rows = db.session.scalars(select(Media).where(Media.kind == "care_record")).all()
        assert len(rows) == 2
