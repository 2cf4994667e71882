"""What a stranger learns on the verify page: by number, by file, by a line's hash."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, text

from station.ground import clock
from station.ground.database import act, db
from station.intake import desk, sheets
from station.media import paper_desk
from station.media.models import Media
from station.trail import checkpoints, documents, views
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from tests.intake import makers
from tests.makers import House, make_house


@dataclass(frozen=True)
class Filed:
    """An intake sheet as it was printed and kept."""

    number: str
    pdf: bytes
    line: str
    plate: str
    vin: str
    debtor: str = "赵某某"


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


@pytest.fixture
def filed(app: Flask, house: House) -> Filed:
    with app.app_context():
        intake = makers.make_taken_in(house)
        line = find_last_line(intake.subject, "intake.finish")
        assert line is not None
        pdf = sheets.make_sheet(intake, line)
        with act():
            desk.file_sheet(house.inspector, intake, makers.kept(pdf, "application/pdf"), line)
        car = intake.vehicle
        return Filed(intake.number or "", pdf, line.hash.hex(), car.plate, car.vin)


def upload(client: FlaskClient, body: bytes) -> Any:
    form = {"file": (io.BytesIO(body), "入库单.pdf")}
    return client.post("/verify", data=form, follow_redirects=True)


def test_a_number_tells_kind_issuer_time_and_line_and_nothing_personal(
    client: FlaskClient, filed: Filed
) -> None:
    for typed in (filed.number, filed.number.lower(), f" {filed.number[:10]} {filed.number[10:]}"):
        answer = client.get("/verify", query_string={"n": typed})
        assert answer.status_code == 200
        assert "编号属实" in answer.text
    for shown in (filed.number, "车辆入库单", "司法数字服务站", filed.line):
        assert shown in answer.text
    for hidden in (filed.plate, filed.vin, filed.debtor, "2021", "高站", "林查"):
        assert hidden not in answer.text


def test_the_very_file_is_genuine_and_one_byte_changed_is_not(
    client: FlaskClient, filed: Filed
) -> None:
    answer = upload(client, filed.pdf)
    assert answer.status_code == 200
    assert "一字不差" in answer.text
    assert filed.number in answer.text
    changed = bytearray(filed.pdf)
    changed[len(changed) // 2] ^= 1
    answer = upload(client, bytes(changed))
    assert answer.status_code == 404
    assert "不是本站出具的原件" in answer.text
    assert filed.number not in answer.text


def test_the_hash_that_a_browser_computed_is_as_good_as_the_file(
    client: FlaskClient, filed: Filed
) -> None:
    digest = hashlib.sha256(filed.pdf).hexdigest()
    assert "一字不差" in client.get("/verify", query_string={"f": digest}).text


def test_a_file_of_the_house_that_is_no_document_is_not_told_of(
    app: Flask, client: FlaskClient, house: House, filed: Filed
) -> None:
    with app.app_context():
        photo = db.session.query(Media).filter_by(kind="photo").first()
        assert photo is not None
        digest = photo.sha256
    assert client.get("/verify", query_string={"f": digest}).status_code == 404


@pytest.mark.parametrize(
    "typed",
    ["RK20261122-000000", "<script>alert(1)</script>", "' OR 1=1 --", "RK", "9" * 4000, "ＲＫ１"],
)
def test_an_unknown_number_is_said_to_be_unknown_and_shown_as_text(
    client: FlaskClient, filed: Filed, typed: str
) -> None:
    answer = client.get("/verify", query_string={"n": typed})
    assert answer.status_code == 404
    assert "查无此文书" in answer.text
    assert "<script>alert" not in answer.text
    assert filed.number not in answer.text


def test_a_later_document_makes_the_former_one_superseded(
    app: Flask, client: FlaskClient, house: House, filed: Filed
) -> None:
    later = f"{filed.number}-2"
    with app.app_context():
        before = documents.find_by_number(filed.number)
        assert before is not None
        assert before.proves is not None
        paper = paper_desk.Paper(
            before.kind, later, "站", before.proves, before.line.vehicle, "", replaces=filed.number
        )
        with act():
            paper_desk.file_paper(house.inspector, makers.kept(b"%PDF-2", "application/pdf"), paper)
    old = client.get("/verify", query_string={"n": filed.number})
    assert "已被新文书替代" in old.text
    assert later in old.text
    assert "编号属实" in client.get("/verify", query_string={"n": later}).text
    assert "已被新文书替代" in upload(client, filed.pdf).text


def test_a_number_is_given_once(app: Flask, house: House, filed: Filed) -> None:
    with app.app_context():
        before = documents.find_by_number(filed.number)
        assert before is not None
        assert before.proves is not None
        lines = db.session.query(TrailLine).count()
        paper = paper_desk.Paper(before.kind, filed.number, "站", before.proves, "", "")
        with act():
            again = paper_desk.file_paper(
                house.inspector, makers.kept(b"%PDF-other", "application/pdf"), paper
            )
        assert again.id == before.media
        assert db.session.query(TrailLine).count() == lines


@pytest.mark.parametrize("which", ["line", "proves"])
def test_a_document_whose_line_was_altered_is_not_vouched_for(
    app: Flask, client: FlaskClient, filed: Filed, owner_url: str, which: str
) -> None:
    with app.app_context():
        found = documents.find_by_number(filed.number)
        assert found is not None
        line = getattr(found, which)
        place = {"chain": line.chain, "number": line.number}
    with create_engine(owner_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text("UPDATE trail_line SET role = 'x' WHERE chain = :chain AND number = :number"),
            place,
        )
    assert "请勿采信" in client.get("/verify", query_string={"n": filed.number}).text


def test_a_large_upload_is_refused_before_it_is_read(client: FlaskClient) -> None:
    class Untouched(io.RawIOBase):
        """200 MB that nobody may read."""

        place = 0

        def seek(self, place: int, whence: int = 0) -> int:
            self.place = 200 * 1024 * 1024 if whence else place
            return self.place

        def tell(self) -> int:
            return self.place

        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read")

    answer = client.post(
        "/verify", input_stream=Untouched(), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "不是本站出具的原件" in answer.text


def test_an_uploaded_file_is_nowhere_written(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the upload was spooled")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert upload(client, b"x" * (views.LARGEST // 10)).status_code == 404


def test_no_file_chosen_is_said_beside_the_field(client: FlaskClient) -> None:
    answer = client.post("/verify", data={"file": (io.BytesIO(b""), "")})
    assert answer.status_code == 422
    assert "请先选择要核验的文件" in answer.text


def test_yesterdays_checkpoint_stands_on_the_page_and_on_the_document(
    app: Flask, client: FlaskClient, filed: Filed
) -> None:
    settings = app.extensions["settings"]
    key = checkpoints.load_key(settings.keys)
    with app.app_context():
        found = documents.find_by_number(filed.number)
        assert found is not None
        assert documents.find_checkpoint(found.line.chain, clock.now()) is None
        with clock.moved_to(clock.now() - timedelta(days=1)):
            checkpoints.export(settings.checkpoint_folder, key)
        seen = documents.find_checkpoint(found.line.chain, clock.now())
        assert seen is not None
        assert seen.length >= found.line.number
        assert found.proves is not None
        assert seen.root in documents.foot("车辆入库单", filed.number, found.proves)["checkpoint"]
    page = client.get("/verify", query_string={"n": filed.number}).text
    assert seen.root in page
    assert "已含本条" in page
    path = settings.checkpoint_folder / f"{found.line.chain}.jsonl"
    path.write_text(path.read_text().replace(seen.root, "0" * 64), encoding="utf-8")
    assert "0" * 64 not in client.get("/verify", query_string={"n": filed.number}).text
