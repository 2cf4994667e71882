"""Case numbers (案号), e.g. (2021)浙0105执1234号: reading them and naming the wrong part.

Form: (year) + court code + kind + serial + 号, uniform since 2016 (法〔2015〕137号 [MH]).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from station.ground.refused import Refused
from station.ground.widths import half_width
from station.ground.words import N_

FIRST_YEAR = 2016
"""First year of the uniform case numbers."""

COURT_PREFIXES = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵军"
"""Short names in court codes. Not those of plates: Inner Mongolia is 内 here and 蒙 there."""

KIND_WORDS = {
    "执": N_("首次执行"),
    "执恢": N_("恢复执行"),
    "执保": N_("财产保全执行"),
    "执异": N_("执行异议"),
    "执复": N_("执行复议"),
    "执监": N_("执行监督"),
    "执协": N_("执行协调"),
    "执他": N_("其他执行"),
}
"""Kinds of enforcement case; other kinds of case command no vehicles."""

_SHAPE = re.compile(
    r"(?P<year>\([0-9]{4}\))?"
    rf"(?P<court>最高法|[{COURT_PREFIXES}](?:[0-9]{{2}}(?:[0-9]{{2}})?)?(?![0-9]))?"
    r"(?P<kind>[^0-9()号]*)"
    r"(?P<serial>[0-9]*)"
    r"(?P<tail>.*)",
    re.DOTALL,
)
_BRACKETS = str.maketrans("〔〕【】[]", "()()()")


@dataclass(frozen=True, order=True)
class CaseNumber:
    """One case. `court_code`: province and up to four digits; `kind`: a key of `KIND_WORDS`."""

    year: int
    court_code: str
    kind: str
    serial: int

    def __str__(self) -> str:
        return f"({self.year}){self.court_code}{self.kind}{self.serial}号"


def read_case_number(text: str, today: date) -> CaseNumber:
    """Read a case number with full- or half-width brackets; ``str()`` gives the stored form.

    Raises `Refused` (field ``case_number``) naming the wrong part: ``case_year``,
    ``case_court``, ``case_kind``, ``case_serial``, ``case_tail``.
    """
    plain = re.sub(r"\s", "", half_width(text)).translate(_BRACKETS)
    parts = _SHAPE.fullmatch(plain)
    assert parts is not None, "every part may be empty"
    year = _year(parts["year"] or "", today)
    if not parts["court"]:
        raise Refused(
            "case_court",
            "案号中的法院代字不对：年份后应为法院代字，例如“浙0105”（省份简称加两位或四位数字）。",
            field="number",
        )
    if parts["kind"] not in KIND_WORDS:
        raise Refused(
            "case_kind",
            "案号中的类型代字“%(found)s”不是执行案件，应为 %(kinds)s 之一，请核对。",
            field="number",
            found=parts["kind"][:20],
            kinds="、".join(KIND_WORDS),
        )
    if not re.fullmatch(r"[1-9][0-9]{0,6}", parts["serial"]):
        raise Refused(
            "case_serial",
            "案号中的序号“%(found)s”不对：应为不以 0 开头、至多 7 位的数字，请核对。",
            field="number",
            found=parts["serial"][:20],
        )
    if parts["tail"] != "号":
        raise Refused(
            "case_tail",
            "案号应以“号”结束，现在末尾是“%(found)s”；裁定书的“之一”等不属于案号，请删去。",
            field="number",
            found=parts["tail"][:20],
        )
    return CaseNumber(year, parts["court"], parts["kind"], int(parts["serial"]))


def _year(bracketed: str, today: date) -> int:
    if not bracketed:
        raise Refused(
            "case_year",
            "案号应以括号中的四位年份开头，例如“(2021)”，请改正。",
            field="number",
        )
    year = int(bracketed[1:-1])
    if not FIRST_YEAR <= year <= today.year:
        raise Refused(
            "case_year",
            "案号中的年份 %(year)d 不对：应在 %(first)d 至 %(last)d 之间，请核对立案年份。",
            field="number",
            year=year,
            first=FIRST_YEAR,
            last=today.year,
        )
    return year
