"""The sheet of results: the template that is handed out, and reading what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from station.ground import sheet_in
from station.ground.words import N_

from .results import COLUMNS, OUTCOME_WORDS

MOST_ROWS = 500
OPTIONAL = {"buyer_id_tail"}
NOTES = {
    "lot_number": N_("拍卖平台上的编号，与公告一致；每个拍品只写一行。"),
    "case_number": N_("例如 (2021)浙0105执1234号。"),
    "outcome": N_("只写“成交”“流拍”或“撤回”。"),
    "price": N_("成交时必填，以元为单位，不低于起拍价；未成交时留空。"),
    "bidders": N_("不小于 0 的整数；成交的至少 1 人。"),
    "ended_at": N_("例如 2026-03-02 10:00；距开拍不少于 24 小时。"),
    "buyer_name": N_("成交时必填，与成交确认书一致。"),
    "buyer_phone": N_("成交时必填，11 位手机号。"),
    "pay_due": N_("成交时必填，例如 2026-03-12。"),
    "buyer_id_tail": N_("选填，提车核对身份用。"),
}
"""What each column wants, printed beside the template."""

_WIDTHS = {"case_number": 26, "buyer_name": 24, "ended_at": 20, "lot_number": 18}


def make_template(words: Sequence[str], notes_title: str, notes: Sequence[str]) -> bytes:
    """The empty sheet, its notes on a second one; `words` names the columns for the notes."""
    return sheet_in.make_template(
        "拍卖结果",
        COLUMNS,
        widths=_WIDTHS,
        lists={"outcome": OUTCOME_WORDS.values()},
        most=MOST_ROWS,
        words=words,
        notes_title=notes_title,
        notes=notes,
    )


def read_sheet(path: Path) -> list[dict[str, str]]:
    """The rows below the headings, each a mapping of `COLUMNS` names to text. Raises `Refused` as
    `sheet_in.read_sheet` does."""
    return sheet_in.read_sheet(path, COLUMNS, optional=OPTIONAL, most=MOST_ROWS)
