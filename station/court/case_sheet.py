"""Cases and their vehicles from a sheet: read row by row before anything is kept. Pure but for reading.

The court's inner network is apart (LAW §10.5), so lists travel as files. Every refusal belongs to one
row; the desk takes all rows or none. A case with several vehicles has a row for each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from station.ground.refused import Refused
from station.ground.words import N_
from station.vehicles import rules as vehicles
from station.vehicles.desk import Identity
from station.vehicles.rules import ENERGY_WORDS, VEHICLE_KIND_WORDS

from .case_numbers import CaseNumber, read_case_number

KIND = "case_sheet"  # of the kept file
MOST_ROWS = 500
COLUMNS = {
    "number": N_("案号"),
    "creditor": N_("申请执行人"),
    "debtor": N_("被执行人"),
    "vin": N_("车辆识别代号"),
    "plate": N_("号牌号码"),
    "model": N_("品牌型号"),
    "kind": N_("车辆种类"),
    "energy": N_("能源种类"),
    "colour": N_("车身颜色"),
    "year": N_("年款"),
    "engine_number": N_("发动机号"),
}
"""Columns of the sheet: field name → heading. Cells arrive as text."""
OPTIONAL = {"colour", "year", "engine_number"}
NOTES = {
    "number": N_("例如 (2021)浙0105执1234号；一案多车的，每辆车一行，案号和当事人照写。"),
    "creditor": N_("有几个的，用顿号隔开。"),
    "debtor": N_("有几个的，用顿号隔开。"),
    "vin": N_("17 位，校验位不符的不能导入，请在页面上凭照片和第二人登记。"),
    "plate": N_("没有号牌的留空。"),
    "model": N_("照行驶证填写。"),
    "kind": N_("从列表中选择。"),
    "energy": N_("从列表中选择。"),
    "colour": N_("选填。"),
    "year": N_("选填，四位数字。"),
    "engine_number": N_("选填，照登记证书填写。"),
}
LISTS = {"kind": VEHICLE_KIND_WORDS.values(), "energy": ENERGY_WORDS.values()}
WIDTHS = {"number": 26, "creditor": 24, "debtor": 24, "vin": 22, "model": 24, "engine_number": 18}
FORMULA = ("=", "+", "@")
NAMES = (2, 200)  # characters
FIRST_MODEL_YEAR = 1980
W = TypeVar("W")


@dataclass(frozen=True)
class Known:
    """What the court has already. `parties`: case number → (creditor, debtor); `seized`: (case number,
    VIN); `court_codes`: of its cases so far, empty for a court without any."""

    parties: Mapping[str, tuple[str, str]]
    seized: Collection[tuple[str, str]]
    court_codes: Collection[str]


@dataclass(frozen=True)
class NewRow:
    """A row that may be kept."""

    number: CaseNumber
    creditor: str
    debtor: str
    identity: Identity


@dataclass(frozen=True)
class RowVerdict:
    """One line of the preview: `line` as the sheet counts it, and a row or a refusal."""

    line: int
    number: str
    row: NewRow | None
    refusal: Refused | None


def check_rows(rows: Sequence[Mapping[str, str]], known: Known, today: date) -> list[RowVerdict]:
    """Judge every row; the first data row is line 2 of the sheet."""
    verdicts: list[RowVerdict] = []
    parties = dict(known.parties)
    seen: dict[tuple[str, str], int] = {}
    for line, cells in enumerate(rows, 2):
        try:
            row = check_row(cells, today)
            _check_court(row.number, known)
            _check_parties(row, parties)
            _check_twice(row, known, seen)
            parties[str(row.number)] = (row.creditor, row.debtor)
            seen[str(row.number), row.identity.vin.text] = line
            verdicts.append(RowVerdict(line, str(row.number), row, None))
        except Refused as refusal:
            verdicts.append(RowVerdict(line, cells.get("number", "")[:40], None, refusal))
    return verdicts


def check_row(cells: Mapping[str, str], today: date) -> NewRow:
    """Judge one row by itself. Raises `Refused` whose ``field`` is the column at fault."""
    for name, text in cells.items():
        if text.startswith(FORMULA):
            raise Refused(
                "row_formula",
                "“%(column)s”里是公式，不是文字。请改成文字后再上传。",
                field=name,
                column=COLUMNS[name],
            )
    return NewRow(
        read_case_number(cells.get("number", ""), today),
        _names(cells, "creditor"),
        _names(cells, "debtor"),
        _identity(cells, today),
    )


def _identity(cells: Mapping[str, str], today: date) -> Identity:
    plate = cells.get("plate", "").strip()
    return Identity(
        vin=vehicles.read_vin(cells.get("vin", "")),
        plate=vehicles.read_plate(plate) if plate else None,
        model=_names(cells, "model"),
        kind=_chosen(cells, "kind", VEHICLE_KIND_WORDS),
        energy=_chosen(cells, "energy", ENERGY_WORDS),
        colour=cells.get("colour", "").strip()[:20],
        year=_year(cells, today),
        engine_number=cells.get("engine_number", "").strip().upper()[:40],
    )


def _names(cells: Mapping[str, str], name: str) -> str:
    text = cells.get(name, "").strip()
    low, high = NAMES
    if not low <= len(text) <= high:
        raise Refused("empty_field", "请填写“%(label)s”。", field=name, label=COLUMNS[name])
    return text


def _chosen(cells: Mapping[str, str], name: str, words: Mapping[W, str]) -> W:
    text = cells.get(name, "").strip()
    for value, word in words.items():
        if text == word:
            return value
    raise Refused("choose_one", "请选择“%(label)s”。", field=name, label=COLUMNS[name])


def _year(cells: Mapping[str, str], today: date) -> int | None:
    text = cells.get("year", "").strip()
    if not text:
        return None
    if not text.isdecimal() or not FIRST_MODEL_YEAR <= int(text) <= today.year + 1:
        raise Refused(
            "model_year",
            "年款应在 %(first)d 到 %(last)d 之间，不清楚可以留空。",
            field="year",
            first=FIRST_MODEL_YEAR,
            last=today.year + 1,
        )
    return int(text)


def _check_court(number: CaseNumber, known: Known) -> None:
    if known.court_codes and number.court_code not in known.court_codes:
        raise Refused(
            "row_other_court",
            "%(number)s 是别的法院的案号，本院案号的代字是 %(codes)s。请核对。",
            field="number",
            number=str(number),
            codes="、".join(sorted(known.court_codes)),
        )


def _check_parties(row: NewRow, parties: Mapping[str, tuple[str, str]]) -> None:
    """The same case twice must name the same parties: a slip of a row is no new party."""
    before = parties.get(str(row.number))
    if before is not None and before != (row.creditor, row.debtor):
        raise Refused(
            "row_parties",
            "%(number)s 的当事人与已登记或前面各行写的不同，请核对后写成一样。",
            field="creditor",
            number=str(row.number),
        )


def _check_twice(row: NewRow, known: Known, seen: Mapping[tuple[str, str], int]) -> None:
    key = str(row.number), row.identity.vin.text
    if key in known.seized:
        raise Refused("seized_already", "本案已登记过这辆车，请勿重复登记。", field="vin")
    if key in seen:
        raise Refused(
            "row_car_twice",
            "这辆车在第 %(line)d 行已经写过，请删去重复行。",
            field="vin",
            line=seen[key],
        )
