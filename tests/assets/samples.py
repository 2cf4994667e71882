"""Hard content for the design sheet: long names, 200 rows, zero rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

LONG = "梅赛德斯-奔驰 E 300 L 时尚型运动轿车（2021 款改款二，进口，右舵改左舵）浙A·D12345"
NAMES = (LONG, "大众 帕萨特 2.0T 浙A·12345", "Tesla Model 3 Long Range All-Wheel Drive 浙A·D00001")
STATES = (
    ("待查验", "wait", "查验员"),
    ("已指令", "go", "杭州至诚司法拍卖辅助服务有限责任公司"),
    ("在库", "good", ""),
    ("逾期 2 天", "seal", "承办法官"),
    ("已出库", "past", ""),
)


def rows(count: int) -> list[SimpleNamespace]:
    """`count` lines of a desk, long and short by turns."""
    return [_row(number) for number in range(count)]


def _row(number: int) -> SimpleNamespace:
    word, tone, following = STATES[number % len(STATES)]
    return SimpleNamespace(
        name=NAMES[number % len(NAMES)],
        case=f"(2021)浙0105执{1234 + number}号",
        state=word,
        tone=tone,
        since="11月20日 09:12",
        next=following,
        due="2026年11月24日" if number % 4 == 0 else "",
        price=f"¥ {(number * 7919) % 300 * 1000 + 36000:,}.00",
    )


def content(part: str) -> dict[str, Any]:
    """What a part of the sheet shows unless the test says otherwise."""
    return {"rows": rows(12), "aside": True} if part == "tables" else {}


REFUSAL = SimpleNamespace(
    text="车辆识别代号第 3 位是字母 O，识别代号里没有 I、O、Q。请对照行驶证或前风挡左下角，改成数字 0 再提交。",
    code="vin_forbidden_letter",
    field="vin",
)
TYPED = {"vin": "LSO4187C2184841", "odometer": "86210", "fuel": "hybrid", "note": "左前门划痕"}
