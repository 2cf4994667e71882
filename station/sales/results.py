"""Results of auctions on outside platforms, read row by row before anything is kept.

Every refusal belongs to one row; the desk takes all rows or none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from station.ground.calendar import local_date
from station.ground.clock import SHANGHAI
from station.ground.money import format_yuan, read_yuan
from station.ground.refused import Refused
from station.ground.widths import half_width
from station.ground.words import N_
from station.sales.fees import TABLE
from station.sales.rules import LotState

COLUMNS = {
    "lot_number": N_("拍品编号"),
    "case_number": N_("案号"),
    "outcome": N_("结果"),
    "price": N_("成交价（元）"),
    "bidders": N_("报名人数"),
    "ended_at": N_("结束时间"),
    "buyer_name": N_("买受人"),
    "buyer_phone": N_("买受人手机号"),
    "pay_due": N_("付款截止日"),
    "buyer_id_tail": N_("买受人证件后四位"),
}
"""Columns of the sheet: field name → heading. Cells arrive as text."""


OPEN_STATES = (LotState.ANNOUNCED, LotState.BIDDING, LotState.SELL_OFF)
_REPORTED = {
    LotState.SOLD,
    LotState.UNSOLD,
    LotState.PAID,
    LotState.RULED,
    LotState.SERVED,
    LotState.DELIVERED,
    LotState.CLOSED,
    LotState.DEFAULTED,
}


class Outcome(StrEnum):
    """What the platform reports."""

    SOLD = "sold"
    UNSOLD = "unsold"
    WITHDRAWN = "withdrawn"


OUTCOME_WORDS = {
    Outcome.SOLD: N_("成交"),
    Outcome.UNSOLD: N_("流拍"),
    Outcome.WITHDRAWN: N_("撤回"),
}


@dataclass(frozen=True)
class LotFacts:
    """What is known of the lot a row speaks of. `starts_at`: aware start of the bidding."""

    number: str
    case_number: str
    start: int
    state: LotState
    starts_at: datetime


@dataclass(frozen=True)
class ResultRow:
    """A row that may be kept. `price` in fen and the buyer's fields only when sold."""

    lot_number: str
    outcome: Outcome
    bidders: int
    ended_at: datetime
    price: int | None = None
    buyer_name: str = ""
    buyer_phone: str = ""
    pay_due: date | None = None
    buyer_id_tail: str = ""


@dataclass(frozen=True)
class RowVerdict:
    """One line of the preview: `line` as the sheet counts it, and a result or a refusal.

    `number`: the lot that the row speaks of, as written.
    """

    line: int
    number: str
    result: ResultRow | None
    refusal: Refused | None


def check_result_rows(
    rows: Sequence[Mapping[str, str]], lots: Mapping[str, LotFacts], now: datetime
) -> list[RowVerdict]:
    """Judge every row (fields of `COLUMNS`); the first data row is line 2 of the sheet.

    A lot named twice is refused on its later lines.
    """
    verdicts, seen = [], dict[str, int]()
    for line, row in enumerate(rows, 2):
        number = _cell(row, "lot_number")
        try:
            if number in seen:
                raise Refused(
                    "row_twice",
                    "拍品 %(lot)s 在第 %(line)d 行已有结果，请删去重复行。",
                    field="lot_number",
                    lot=number,
                    line=seen[number],
                )
            if number not in lots:
                raise Refused(
                    "row_lot",
                    "找不到拍品“%(lot)s”，请核对拍品编号。",
                    field="lot_number",
                    lot=number[:40],
                )
            seen[number] = line
            result = check_result_row(row, lots[number], now)
            verdicts.append(RowVerdict(line, number, result, None))
        except Refused as refusal:
            verdicts.append(RowVerdict(line, number, None, refusal))
    return verdicts


def check_result_row(row: Mapping[str, str], lot: LotFacts, now: datetime) -> ResultRow:
    """Judge one row against its lot at the aware moment `now`.

    L18 art 11 (one bidder suffices), 20 (price ≥ start; bidding lasts at least 24 h).
    Raises `Refused` whose ``field`` is the column at fault.
    """
    _check_lot(row, lot)
    outcome = _outcome(row)
    ended_at = _moment(row, lot, outcome, now)
    bidders = _count(row)
    if outcome is not Outcome.SOLD:
        if _cell(row, "price"):
            raise Refused(
                "row_price", "未成交的拍品不应有成交价，请核对结果或删去成交价。", field="price"
            )
        return ResultRow(lot.number, outcome, bidders, ended_at)
    if bidders < 1:
        raise Refused("row_bidders", "已成交的拍品至少有一名竞买人，请核对。", field="bidders")
    return ResultRow(
        lot.number,
        outcome,
        bidders,
        ended_at,
        price=_price(row, lot),
        buyer_name=_buyer(row),
        buyer_phone=_phone(row),
        pay_due=_pay_due(row, ended_at),
        buyer_id_tail=_id_tail(row),
    )


def _cell(row: Mapping[str, str], name: str) -> str:
    return half_width(row.get(name, "")).strip()


def _check_lot(row: Mapping[str, str], lot: LotFacts) -> None:
    if _cell(row, "lot_number") != lot.number:
        raise Refused("row_lot", "拍品编号与所选拍品不符，请核对。", field="lot_number")
    if _cell(row, "case_number") != lot.case_number:
        raise Refused(
            "row_case",
            "案号与拍品 %(lot)s 登记的案号不符，请核对。",
            field="case_number",
            lot=lot.number,
        )
    if lot.state in _REPORTED:
        raise Refused(
            "row_imported",
            "拍品 %(lot)s 的结果已导入过，不能重复导入，请删去这一行。",
            field="lot_number",
            lot=lot.number,
        )
    if lot.state not in OPEN_STATES:
        raise Refused(
            "row_state",
            "拍品 %(lot)s 不在公告或竞价中，不能导入结果。",
            field="lot_number",
            lot=lot.number,
        )


def _outcome(row: Mapping[str, str]) -> Outcome:
    text = _cell(row, "outcome")
    for outcome, zh in OUTCOME_WORDS.items():
        if text == zh:
            return outcome
    raise Refused(
        "row_outcome", "结果“%(text)s”应为“成交”“流拍”或“撤回”。", field="outcome", text=text[:20]
    )


def _moment(row: Mapping[str, str], lot: LotFacts, outcome: Outcome, now: datetime) -> datetime:
    text = _cell(row, "ended_at").replace("/", "-").replace("T", " ")
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            ended = datetime.strptime(text, form).replace(tzinfo=SHANGHAI).astimezone(UTC)
            break
        except ValueError:
            continue
    else:
        raise Refused(
            "row_ended",
            "结束时间“%(text)s”读不懂，请写成 2026-03-02 10:00。",
            field="ended_at",
            text=text[:30],
        )
    if ended > now:
        raise Refused("row_ended", "结束时间晚于现在，请核对。", field="ended_at")
    earliest = lot.starts_at + timedelta(hours=TABLE["bidding_hours"])
    if outcome is not Outcome.WITHDRAWN and ended < earliest:
        raise Refused(
            "row_ended",
            "竞价不少于 24 小时（网拍规定第二十条），结束时间过早，请核对。",
            field="ended_at",
        )
    return ended


def _count(row: Mapping[str, str]) -> int:
    text = _cell(row, "bidders")
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise Refused("row_bidders", "报名人数应为不小于 0 的整数，请改正。", field="bidders")
    return int(text)


def _price(row: Mapping[str, str], lot: LotFacts) -> int:
    price = read_yuan(_cell(row, "price"), field="price")
    if price < lot.start:
        raise Refused(
            "row_price",
            "成交价低于起拍价 %(start)s，报价无效（网拍规定第二十条），请核对。",
            field="price",
            start=format_yuan(lot.start),
        )
    return price


def _buyer(row: Mapping[str, str]) -> str:
    name = row.get("buyer_name", "").strip()  # a legal name keeps its own brackets
    if not 1 < len(name) <= 100:
        raise Refused("row_buyer", "已成交的拍品须写明买受人姓名或名称。", field="buyer_name")
    return name


def _phone(row: Mapping[str, str]) -> str:
    phone = re.sub(r"[\s-]", "", _cell(row, "buyer_phone"))
    if not re.fullmatch(r"1[3-9][0-9]{9}", phone):
        raise Refused(
            "row_phone",
            "买受人手机号应为 11 位数字，请核对（通知和提车都要用）。",
            field="buyer_phone",
        )
    return phone


def _id_tail(row: Mapping[str, str]) -> str:
    """Empty when the platform did not report it; the gate then compares name and phone."""
    tail = _cell(row, "buyer_id_tail").upper()
    if tail and not re.fullmatch(r"[0-9A-Z]{4}", tail):
        raise Refused(
            "row_id_tail",
            "买受人证件后四位应为 4 位数字或字母，不清楚可以留空。",
            field="buyer_id_tail",
        )
    return tail


def _pay_due(row: Mapping[str, str], ended_at: datetime) -> date:
    text = _cell(row, "pay_due").replace("/", "-").split(" ")[0]
    try:
        due = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            "row_pay_due",
            "付款截止日“%(text)s”读不懂，请写成 2026-03-02。",
            field="pay_due",
            text=text[:20],
        ) from error
    if due < local_date(ended_at):
        raise Refused("row_pay_due", "付款截止日早于竞价结束日，请核对。", field="pay_due")
    return due
