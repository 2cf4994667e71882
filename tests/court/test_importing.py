"""Cases and vehicles from a sheet: every row judged, all of them kept or none."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from station.court import case_sheet
from station.court.case_sheet import COLUMNS, LISTS, OPTIONAL, Known, check_rows
from station.court.models import Case, Seizure
from station.ground import sheet_in
from station.ground.database import db
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from tests.court import makers
from tests.makers import PASSWORD, House, make_house
from tests.translations.test_words import english

TODAY = date(2026, 11, 26)
NOTHING = Known({}, set(), set())
GOOD = {
    "number": "(2026)浙0105执2001号",
    "creditor": "拱墅商业银行",
    "debtor": "李某某",
    "vin": makers.VIN,
    "plate": "浙A12345",
    "model": "荣威 i5",
    "kind": "轿车、越野车",
    "energy": "燃油",
    "colour": "白",
    "year": "2018",
    "engine_number": "abc123",
}
SECOND = GOOD | {"vin": makers.OTHER_VIN, "plate": "浙A54321"}


def field_of(row: dict[str, str], known: Known = NOTHING) -> str:
    """The column at fault, or empty."""
    (verdict,) = check_rows([row], known, TODAY)
    return (verdict.refusal.field or "?") if verdict.refusal else ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, ""),
        ({"plate": "", "colour": "", "year": "", "engine_number": ""}, ""),
        ({"number": "(2026)浙0105民初1号"}, "number"),
        ({"number": ""}, "number"),
        ({"creditor": ""}, "creditor"),
        ({"debtor": "李"}, "debtor"),
        ({"vin": "LSJA24U62JG269226"}, "vin"),
        ({"vin": ""}, "vin"),
        ({"plate": "浙A1234"}, "plate"),
        ({"model": ""}, "model"),
        ({"kind": "坦克"}, "kind"),
        ({"energy": ""}, "energy"),
        ({"year": "1979"}, "year"),
        ({"year": "二〇一八"}, "year"),
        ({"creditor": "=HYPERLINK(1)"}, "creditor"),
        ({"model": "+1"}, "model"),
        ({"debtor": "@SUM(A1)"}, "debtor"),
    ],
)
def test_every_fault_of_a_row_is_told_at_its_column(change: dict[str, str], field: str) -> None:
    assert field_of(GOOD | change) == field


def test_a_number_of_another_court_is_refused_where_the_court_is_known() -> None:
    known = Known({}, set(), {"浙0105"})
    assert field_of(GOOD, known) == ""
    assert field_of(GOOD | {"number": "(2026)浙0106执2001号"}, known) == "number"
    assert field_of(GOOD | {"number": "(2026)浙0106执2001号"}) == ""


def test_two_rows_of_a_case_agree_and_no_car_comes_twice() -> None:
    first, second = check_rows([GOOD, SECOND], NOTHING, TODAY)
    assert (first.refusal, second.refusal) == (None, None)
    _, other = check_rows([GOOD, SECOND | {"debtor": "张某某"}], NOTHING, TODAY)
    assert other.refusal is not None
    assert other.refusal.code == "row_parties"
    _, twice = check_rows([GOOD, GOOD], NOTHING, TODAY)
    assert twice.refusal is not None
    assert (twice.refusal.code, twice.refusal.values["line"]) == ("row_car_twice", 2)
    known = Known({}, {(GOOD["number"], GOOD["vin"])}, set())
    assert field_of(GOOD, known) == "vin"


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=60), max_size=11))
def test_no_row_ever_breaks_the_reading(row: dict[str, str]) -> None:
    (verdict,) = check_rows([row], NOTHING, TODAY)
    assert (verdict.row is None) != (verdict.refusal is None)


def test_every_heading_and_note_has_its_english() -> None:
    for word in (*COLUMNS.values(), *case_sheet.NOTES.values()):
        assert english()[word]
    assert set(case_sheet.NOTES) == set(COLUMNS)
    assert set(COLUMNS) > OPTIONAL


# --- the file


def as_xlsx(rows: list[dict[str, str]], merged: str = "") -> bytes:
    """A filled-in sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS.values()))
    for row in rows:
        sheet.append([row.get(name, "") for name in COLUMNS])
    if merged:
        sheet.merge_cells(merged)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_formula_is_seen_as_one_and_never_as_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_xlsx([GOOD | {"creditor": '="甲"&"乙"'}]))
    (row,) = sheet_in.read_sheet(path, COLUMNS, optional=OPTIONAL, formulas=True)
    assert row["creditor"].startswith("=")
    assert field_of(row) == "creditor"


def test_merged_cells_leave_rows_that_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_xlsx([GOOD, SECOND], merged="A2:A3"))
    rows = sheet_in.read_sheet(path, COLUMNS, optional=OPTIONAL, formulas=True)
    first, second = check_rows(rows, NOTHING, TODAY)
    assert first.refusal is None
    assert second.refusal is not None
    assert second.refusal.field == "number"


# --- in the browser


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def upload(client: FlaskClient, body: bytes) -> str:
    """The preview's address, or empty when the file was refused."""
    page = client.post("/court/cases/import/", data={"sheet": (io.BytesIO(body), "cases.xlsx")})
    return page.location or ""


def fingerprint(page: str) -> str:
    return page.partition('name="sha256" value="')[2].partition('"')[0]


def test_the_template_is_filled_in_previewed_and_imported_whole(
    app: Flask, client: FlaskClient, house: House
) -> None:
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    book = load_workbook(io.BytesIO(client.get("/court/cases/import/template.xlsx").data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
    for at, row in enumerate((GOOD, SECOND), 2):
        for place, name in enumerate(COLUMNS, 1):
            sheet.cell(at, place, row[name])
    kept = io.BytesIO()
    book.save(kept)
    address = upload(client, kept.getvalue())
    page = client.get(address).text
    assert "2 行都可以导入" in page
    with app.app_context():
        assert db.session.query(Case).count() == 0
    other = client.post(address, data={"sha256": "0" * 64})
    assert other.status_code == 409
    assert client.post(address, data={"sha256": fingerprint(page)}).status_code == 303
    with app.app_context():
        (case,) = db.session.query(Case).all()
        assert (case.number, case.creditor) == (GOOD["number"], GOOD["creditor"])
        assert db.session.query(Seizure).count() == 2
        assert {row.vin for row in db.session.query(Vehicle)} == {makers.VIN, makers.OTHER_VIN}
        told = [line.act for line in db.session.query(TrailLine).order_by(TrailLine.at)]
        assert told.count("court.open_case") == 1
        assert told.count("court.register") == 2
        assert told.count("court.import_cases") == 1
    again = client.post(address, data={"sha256": fingerprint(page)})
    assert again.status_code == 422
    assert set(LISTS) == {"kind", "energy"}


def test_one_row_that_cannot_be_taken_keeps_all_of_them_out(
    app: Flask, client: FlaskClient, house: House
) -> None:
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    address = upload(client, as_xlsx([GOOD, SECOND | {"vin": "LSJA24U62JG269226"}]))
    page = client.get(address).text
    assert "1 行有问题" in page
    assert 'name="sha256"' not in page
    with app.app_context():
        row = makers.registered(house)  # the line of this act stands beside
        digest = db.session.execute(db.text("SELECT sha256 FROM media_media")).scalar()
        before = db.session.query(TrailLine).count()
        assert row
    refused = client.post(address, data={"sha256": digest})
    assert refused.status_code == 422
    assert "整个文件都没有导入" in refused.text
    with app.app_context():
        assert db.session.query(TrailLine).count() == before
        assert db.session.query(Case).filter_by(number=GOOD["number"]).count() == 0


def test_another_court_sees_nothing_of_the_sheet_and_a_clerk_imports_none(
    app: Flask, client: FlaskClient, house: House
) -> None:
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    address = upload(client, as_xlsx([GOOD]))
    for login, answer in (("other_judge", 404), ("clerk", 403)):
        with app.test_client() as other:
            other.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert other.get(address).status_code == answer, login


def test_a_hundred_thousand_rows_are_refused_in_bounded_time(
    client: FlaskClient, house: House
) -> None:
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(COLUMNS.values()))
    for _ in range(100_000):
        sheet.append(["x"])
    kept = io.BytesIO()
    book.save(kept)
    page = client.get(upload(client, kept.getvalue())).text
    assert "一次最多导入 500 行" in page
