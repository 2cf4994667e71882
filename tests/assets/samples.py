"""Hard content for the design sheet: long names, 200 rows, zero rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.assets.pictures import FRAMES, project

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


REFUSAL = SimpleNamespace(
    text="车辆识别代号第 3 位是字母 O，识别代号里没有 I、O、Q。请对照行驶证或前风挡左下角，改成数字 0 再提交。",
    code="vin_forbidden_letter",
    field="vin",
)
TYPED = {"vin": "LSO4187C2184841", "odometer": "86210", "fuel": "hybrid", "note": "左前门划痕"}


SCRIPTS = {
    "forms": ["scan.js", "sign.js", "position.js"],
    "window": ["spin.js", "panorama.js", "defects.js"],
    "shots": ["upload.js"],
    "marks": ["mask.js", "place.js", "spin.js", "panorama.js", "sign.js", "scan.js", "position.js"],
    "tables": ["live.js"],
    "wall": ["live.js"],
}
KINDS = {"window": "window", "shots": "hand", "wall": "wall", "marks": "desk", "story": "window"}


def content(part: str) -> dict[str, Any]:
    """What a part of the sheet shows unless the test says otherwise."""
    shown: dict[str, Any] = {"scripts": SCRIPTS.get(part, [])}
    shown["kind"] = KINDS.get(part, "desk")
    if part == "wall":
        shown |= {"theme": "dark", "figures": FIGURES}
    if part == "tables":
        shown |= {"rows": rows(12), "aside": True}
    if part in {"window", "marks"}:
        shown |= _pictures()
    if part == "shots":
        shown["slots"] = [_slot(number, label) for number, label in enumerate(SHOTS)]
    return shown


FIGURES = (
    ("18", "在库车辆", ""),
    ("3", "今日入库", ""),
    ("2", "今日出库", ""),
    ("1", "逾期指令", "seal"),
    ("7", "待查验", ""),
    ("42<small> / 60</small>", "库位占用", ""),
    ("99.2%", "盘点相符", ""),
    ("11", "公开展示", ""),
)
SHOTS = (
    "左前 45°",
    "正前",
    "右前 45°",
    "右侧",
    "右后 45°",
    "正后",
    "左后 45°",
    "左侧",
    "仪表盘（通电，里程清晰可读）",
    "车辆识别代号拓印位置或前风挡左下角铭牌",
)


def _slot(number: int, label: str) -> dict[str, Any]:
    state = "sent" if number < 3 else "problem" if number == 3 else "empty"
    shown = {"name": f"shot{number}", "label": label, "required": number != 9, "state": state}
    if number == 0:
        shown["hint"] = "站在车头左前方两米，拍全车身"
    if state != "empty":
        shown |= {"thumb": f"/pictures/photo-{number}.jpg", "problem": "照片太糊，请重拍"}
    return shown


def _pictures() -> dict[str, Any]:
    names = [f"/pictures/spin-{frame}.jpg" for frame in range(FRAMES)]
    frames = [{"url": name, "full": f"{name}?full"} for name in names]
    scratch = {
        str(frame): [round(float(part), 4) for part in project(frame, SCRATCH)[0]]
        for frame in (2, 3, 4, 5, 6, 7, 8)
    }
    defects = [
        {"id": "d1", "number": 1, "label": "左后门划痕", "note": "长约 12 厘米，见底漆",
         "photo": "/pictures/photo-2.jpg", "thumb": "/pictures/photo-2.jpg", "where": "spin"},
        {"id": "d2", "number": 2, "label": "驾驶座坐垫破损，座椅调节失灵，需更换总成",
         "note": "", "photo": "/pictures/photo-3.jpg", "thumb": "/pictures/photo-3.jpg",
         "where": "panorama"},
        {"id": "d3", "number": 3, "label": "备胎缺失", "note": "随车无备胎、无千斤顶",
         "photo": "/pictures/photo-4.jpg", "thumb": "", "where": "photo"},
    ]  # fmt: skip
    return {
        "long": LONG,
        "frames": frames,
        "spin_pins": [{"id": "d1", "number": 1, "label": "左后门划痕", "frames": scratch}],
        "panoramas": [_panorama("front", "前排", [SEAT]), _panorama("back", "后排", [])],
        "defects": defects,
        "photos": [
            {"url": f"/pictures/photo-{n}.jpg", "thumb": f"/pictures/photo-{n}.jpg",
             "label": SHOTS[n], "taken": "11月2日"} for n in range(5)
        ],
    }  # fmt: skip


SEAT = {"id": "d2", "number": 2, "label": "驾驶座坐垫破损", "yaw": -60, "pitch": -15}


def _panorama(seat: str, name: str, pins: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": seat, "name": name, "about": "拍摄于 2026年11月2日", "pins": pins,
        "manifest": f"/pictures/{seat}/manifest.json", "poster": f"/pictures/{seat}/poster.jpg",
        "posters": "",
        "width": 1280, "height": 720, "opening": {"yaw": 0, "pitch": 0, "fov": 70},
    }  # fmt: skip


SCRATCH = np.array([[2.0, 0.3, 0.0]])
