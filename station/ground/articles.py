"""Citations of the law: from the short keys that code and tables carry to what people read.

A citation is ``KEY art N(n)``; several are joined by ``;``. The keys are those of docs/law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SOURCES = {
    "L18": "网络司法拍卖规定",
    "LPM": "拍卖、变卖财产规定",
    "LCK": "查封、扣押、冻结财产规定",
    "LCJ": "财产处置参考价规定",
    "FEE": "诉讼费用交纳办法",
    "REG": "机动车登记规定",
    "RTR": "道路交通安全法实施条例",
    "SCR": "机动车强制报废标准规定",
    "CPI": "民事诉讼法解释",
    "民事诉讼法": "民事诉讼法",
    "办法": "网拍辅助工作管理办法",
    "P": "本系统规则",
}
"""Source key → short title. Legal titles are not translated."""

ALIASES = {
    "2016规定": "L18",
    "网拍规定": "L18",
    "拍变卖规定": "LPM",
    "查扣冻规定": "LCK",
    "参考价规定": "LCJ",
    "登记规定": "REG",
}
"""Short Chinese names that tables use for the same sources."""

_NAMES = "|".join(sorted({*SOURCES, *ALIASES} - {"P"}, key=len, reverse=True))
_ONE = re.compile(rf"(?<![\w〔])({_NAMES})\s+(?:arts?\.?\s+)?([0-9]+(?:\([0-9]+\))*)")
_MORE = re.compile(r"\s*(?:,|and|to|–)\s*([0-9]+(?:\([0-9]+\))*)(?![0-9]*\s*[%h])")


def cited(text: str) -> Iterator[tuple[str, str]]:
    """(source key, article) of every citation in `text`; ``arts 10, 14`` gives two."""
    for found in _ONE.finditer(text):
        key, place = ALIASES.get(found[1], found[1]), found.end()
        yield key, found[2]
        while more := _MORE.match(text, place):
            yield key, more[1]
            place = more.end()


def cite(reference: str) -> str:
    """`reference` as Chinese readers know it: ``L18 art 25`` → ``《网络司法拍卖规定》第25条``.

    Numbers in brackets become 第…项. What is no citation (a platform's name) stays as it is.
    """
    words = []
    for part in re.split(r"[;；]\s*", reference):
        whole = _ONE.fullmatch(part.strip())
        if whole:
            key = ALIASES.get(whole[1], whole[1])
            article, *items = re.findall(r"[0-9]+", whole[2])
            points = "".join(f"第{item}项" for item in items)
            words.append(f"《{SOURCES[key]}》第{article}条{points}")
        else:
            words.append(SOURCES.get(part.strip(), part.strip()))
    return "；".join(words)
