"""Money is integer fen; here it is written for people and read from them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from station.ground.refused import Refused
from station.ground.widths import half_width

MAX_FEN = 10**15 - 1
"""The largest amount that is read: 9,999,999,999,999.99 yuan, far inside a 64-bit column."""

_AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def format_yuan(fen: int) -> str:
    """Write `fen` as ``¥ 1,234.50``; a negative amount has its sign in front."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥ {yuan:,}.{rest:02d}"


def read_yuan(text: str, field: str = "amount") -> int:
    """Read an amount in yuan as a person types it and give fen.

    Full-width digits, spaces, thousands commas, a leading ¥ and a closing 元 are understood.
    Raises `Refused` at form field `field`: nothing typed, not a number, negative, more than two
    decimals, beyond `MAX_FEN`.
    """
    plain = re.sub(r"\s", "", half_width(text)).removeprefix("¥").removesuffix("元")
    if not plain:
        raise Refused("money_empty", "没有填写金额，请填写以元为单位的数字。", field=field)
    if plain[0] in "-−" and _AMOUNT.fullmatch(plain[1:].removeprefix("¥")):
        raise Refused("money_negative", "金额不能为负数，请填写不小于 0 的数。", field=field)
    found = _AMOUNT.fullmatch(plain)
    if not found:
        raise Refused(
            "money_nonsense",
            "“%(text)s”不是金额，请填写数字，例如 49253.00。",
            field=field,
            text=text[:40],
        )
    cents = found[2] or ""
    if len(cents) > 2:
        raise Refused("money_decimals", "金额最多到分（两位小数），请改正。", field=field)
    fen = int(found[1].replace(",", "")[:20]) * 100 + int(cents.ljust(2, "0"))
    if fen > MAX_FEN:
        raise Refused("money_too_large", "金额过大，请核对小数点和位数。", field=field)
    return fen


def in_capitals(fen: int) -> str:
    """Write `fen` in the capital numerals of documents (人民币大写), e.g. ``壹仟零伍元零贰分``.

    After the rules for filling in bills (支付结算办法, annex 1 [MH]): 整 closes an amount that
    ends at 元 or 角 and never one that ends at 分; one 零 stands for a run of zeros between
    digits; where 零 is optional (元 or 万 digit is 0 and the next digit is not) it is left out.
    Raises `ValueError` for a negative amount or one beyond `MAX_FEN`.
    """
    if not 0 <= fen <= MAX_FEN:
        raise ValueError("capitals are written for 0 .. MAX_FEN")
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    text = f"{_capital_yuan(yuan)}元" if yuan or not rest else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif cent and yuan:
        text += "零"
    return text + (f"{_DIGITS[cent]}分" if cent else "整")


def _capital_yuan(yuan: int) -> str:
    """Whole yuan by groups of four digits."""
    if yuan == 0:
        return "零"
    text, gap = "", False
    for power in range(3, -1, -1):
        group = yuan // 10_000**power % 10_000
        if group:
            text += ("零" if text and (gap or group < 1000) else "") + _capital_group(group)
            text += "万" if power == 3 and yuan // 10**8 % 10_000 else _GROUPS[power]
        gap = not group
    return text


def _capital_group(group: int) -> str:
    """One group of four digits, 1 .. 9999."""
    text, gap = "", False
    for power in range(3, -1, -1):
        digit = group // 10**power % 10
        if digit:
            text += ("零" if text and gap else "") + _DIGITS[digit] + _PLACES[power]
        gap = not digit
    return text


def at_rate(fen: int, numerator: int, denominator: int) -> int:
    """`fen` × `numerator` / `denominator`, rounded half up to whole fen; `fen` ≥ 0."""
    return (2 * fen * numerator + denominator) // (2 * denominator)


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` fen by `weights` (≥ 0, not all 0), the largest remainders first.

    The shares add up to `total` exactly; equal remainders go to the earlier weight.
    """
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
