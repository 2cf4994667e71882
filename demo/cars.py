"""The cars of the demonstration: who made them, what they are called, and what is wrong with them.

Makers and models are invented. Check digits follow GB 16735-2019 / ISO 3779, defect codes the body
sheet of GB/T 30323-2013 (HH 划痕, BX 变形, XS 锈蚀, LW 裂纹, AX 凹陷, XF 修复痕迹).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from demo.body import shell_of
from demo.seats import room_of
from demo.shapes import SHAPES

Code = Literal["HH", "BX", "XS", "LW", "AX", "XF"]
Energy = Literal["ICE", "PHEV", "BEV"]
Vector = tuple[float, float, float]

COUNT = 24
_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)],
        strict=True,
    )
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"  # GB 16735: model years from 2010 on

_MODELS: dict[str, tuple[str, str, str, str, str, Energy]] = {
    "sedan": ("云帆", "Yunfan", "云帆 S5", "Yunfan S5", "LYF", "ICE"),
    "suv": ("北岭", "Beiling", "北岭 X7", "Beiling X7", "LBX", "ICE"),
    "electric": ("星渡", "Xingdu", "星渡 E3", "Xingdu E3", "LXD", "BEV"),
    "hatch": ("云帆", "Yunfan", "云帆 H2", "Yunfan H2", "LYF", "ICE"),
    "mpv": ("江澜", "Jianglan", "江澜 M8", "Jianglan M8", "LJL", "PHEV"),
    "pickup": ("北岭", "Beiling", "北岭 T9", "Beiling T9", "LBX", "ICE"),
    "executive": ("江澜", "Jianglan", "江澜 L90", "Jianglan L90", "LJL", "ICE"),
    "mini": ("星渡", "Xingdu", "星渡 小方", "Xingdu Cube", "LXD", "BEV"),
}
PAINTS: dict[str, tuple[str, tuple[int, int, int]]] = {
    "珠光白": ("pearl white", (226, 228, 226)),
    "曜石黑": ("obsidian black", (20, 21, 24)),
    "月光银": ("moonlight silver", (156, 160, 165)),
    "深海蓝": ("deep-sea blue", (24, 52, 112)),
    "宝石红": ("ruby red", (142, 16, 24)),
    "石墨灰": ("graphite grey", (74, 78, 83)),
    "松林绿": ("pine green", (34, 66, 50)),
    "香槟金": ("champagne", (172, 150, 116)),
    "柠檬黄": ("lemon yellow", (226, 178, 36)),
    "冰川蓝": ("glacier blue", (116, 160, 186)),
}
_ORDER = (
    (0, 4),
    (1, 3),
    (2, 0),
    (3, 8),
    (4, 2),
    (5, 6),
    (6, 1),
    (7, 9),
    (0, 2),
    (1, 0),
    (2, 3),
    (3, 4),
    (4, 1),
    (5, 5),
    (6, 7),
    (7, 8),
    (0, 1),
    (1, 6),
    (2, 5),
    (3, 0),
    (4, 7),
    (5, 0),
    (6, 3),
    (7, 4),
)


@dataclass(frozen=True)
class Defect:
    """One known flaw. `place` (3,) and `normal` (3,) in world axes (metres), `size_mm` along × across."""

    code: Code
    panel: str
    place: Vector
    normal: Vector
    size_mm: tuple[int, int]
    zh: str
    en: str
    inside: bool = False


@dataclass(frozen=True)
class Car:
    """One car of the demonstration; `kind` is the key of its shape, `paint` of PAINTS."""

    number: int
    kind: str
    maker: str
    maker_en: str
    model: str
    model_en: str
    energy: Energy
    paint: str
    plate: str
    vin: str
    year: int
    odometer_km: int
    defects: tuple[Defect, ...]


def check_digit(vin: str) -> str:
    """The ninth character that a 17-character VIN must have."""
    rest = sum(_VALUES[c] * w for c, w in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def make_car(number: int) -> Car:
    """The car of this number, 0 to 23, always the same; raises ValueError outside."""
    if not 0 <= number < COUNT:
        raise ValueError(f"the demonstration has cars 0 to {COUNT - 1}, not {number}")
    model, paint = _ORDER[number]
    kind = list(_MODELS)[model]
    maker, maker_en, name, name_en, wmi, energy = _MODELS[kind]
    random = np.random.default_rng(1000 + number)
    year = int(random.integers(2015, 2024))
    return Car(
        number,
        kind,
        maker,
        maker_en,
        name,
        name_en,
        energy,
        list(PAINTS)[paint],
        _plate(number, energy, random),
        _vin(wmi, kind, year, number),
        year,
        int(random.integers(9, 168)) * 1000 + int(random.integers(0, 1000)),
        _defects(kind, random),
    )


def _vin(wmi: str, kind: str, year: int, number: int) -> str:
    body = f"{wmi}{'AS'}{list(SHAPES).index(kind) + 1}{'B4'}0{_YEARS[year - 2010]}A{(104729 + 7919 * number) % 1000000:06d}"
    return body[:8] + check_digit(body) + body[9:]


def _plate(number: int, energy: Energy, random: np.random.Generator) -> str:
    city = "AABCDFG"[number % 7]
    digits = f"{int(random.integers(0, 100000)):05d}"
    if energy == "ICE":
        return f"浙{city}{digits[0]}{'KMPRTWX'[number % 7]}{digits[2:]}"
    return f"浙{city}{'D' if energy == 'BEV' else 'F'}{digits}"


def _flank(kind: str, x: float, high: float, side: int) -> tuple[Vector, Vector]:
    """Point and normal of the flank at x, `high` a share 0..1 between sill and belt."""
    shell = shell_of(kind)
    low, top = float(shell.bottom(x)), float(shell.belt(x))
    spot = shell.on_side(np.array(x), np.array(low + high * (top - low)), side)
    return _pair(spot, shell.normal(side * shell.u_side(np.array(x)), high))


def _end(kind: str, y: float, high: float, *, nose: bool) -> tuple[Vector, Vector]:
    shell = shell_of(kind)
    u = float(np.sign(y) * shell.u_end(abs(y), nose=nose))
    return _pair(shell.point(u, high), shell.normal(u, high))


def _pair(spot: np.ndarray, normal: np.ndarray) -> tuple[Vector, Vector]:
    x, y, z = (float(round(v, 4)) for v in spot)
    a, b, c = (float(round(v, 4)) for v in normal)
    return (x, y, z), (a, b, c)


def _defects(kind: str, random: np.random.Generator) -> tuple[Defect, ...]:
    """Three to five flaws drawn from the ten that this shape can have."""
    chosen = sorted(random.choice(len(_FLAWS), int(random.integers(3, 6)), replace=False).tolist())
    return tuple(_flaw(kind, index, random) for index in chosen)


_FLAWS: tuple[tuple[Code, str, str], ...] = (
    ("HH", "左前车门", "left front door"),
    ("AX", "右后车门", "right rear door"),
    ("XS", "左后翼子板", "left rear wing"),
    ("BX", "后保险杠", "rear bumper"),
    ("LW", "前风挡玻璃", "windscreen"),
    ("HH", "前保险杠", "front bumper"),
    ("XF", "右前车门", "right front door"),
    ("AX", "发动机舱盖", "bonnet"),
    ("XS", "右前翼子板", "right front wing"),
    ("LW", "右前座椅", "right front seat"),
)
_WORDS: dict[Code, tuple[str, str]] = {
    "HH": ("划痕", "scratch"),
    "BX": ("变形", "deformation"),
    "XS": ("锈蚀", "rust"),
    "LW": ("裂纹", "crack"),
    "AX": ("凹陷", "dent"),
    "XF": ("修复痕迹", "repair marks"),
}


def _flaw(kind: str, index: int, random: np.random.Generator) -> Defect:
    code, panel, panel_en = _FLAWS[index]
    place, normal = _where(kind, index, float(random.uniform(-1, 1)))
    long = (
        int(random.integers({"HH": 22, "LW": 24, "XS": 12, "AX": 20, "BX": 26, "XF": 30}[code], 42))
        * 10
    )
    wide = {"HH": 30, "LW": 200 if index == 4 else 60}.get(code, int(long * 0.7))
    if index == 9:
        long = 180
    word, word_en = _WORDS[code]
    return Defect(
        code,
        panel,
        place,
        normal,
        (long, wide),
        f"{panel}{word}，约 {long} × {wide} 毫米",
        f"{word_en.capitalize()} on the {panel_en}, about {long} × {wide} mm",
        inside=index == 9,
    )


def _where(kind: str, index: int, shift: float) -> tuple[Vector, Vector]:
    """Where the flaw of this index lies on this shape; `shift` −1..1 moves it a little."""
    s, shell = SHAPES[kind], shell_of(kind)
    front, middle, rear = s.doors
    if kind == "mini":
        rear = s.axles[1] + shell.arch + 0.1
    if index in {0, 6}:
        return _flank(kind, (front + middle) / 2 + 0.12 * shift, 0.48, 1 if index == 0 else -1)
    if index == 1:
        return _flank(kind, (middle + rear) / 2 + 0.06 * shift, 0.5, -1)
    if index in {2, 8}:
        axle, side = (s.axles[1], 1) if index == 2 else (s.axles[0], -1)
        return _flank(kind, axle + 0.08 * shift, 0.82, side)
    if index in {3, 5}:
        return _end(
            kind, s.width * (0.26 * (1 if shift > 0 else -1) + 0.05 * shift), 0.36, nose=index == 5
        )
    if index == 9:
        return room_of(kind).seat_mark()
    if index == 7:
        spot = shell.deck(s.cowl + 0.35 * (s.front - s.cowl), 0.3 * shift)
        slope = np.array(
            [
                -float(
                    np.gradient(
                        shell.deck(spot[0] + np.array([-0.05, 0, 0.05]), spot[1])[:, 2], 0.05
                    )[1]
                ),
                0,
                1,
            ]
        )
        return _pair(spot, slope / np.linalg.norm(slope))
    at, up = 0.09 * shift, 0.45
    spot = shell.house(at, up)
    across, along = shell.house(at + 0.01, up) - spot, shell.house(at, up + 0.02) - spot
    out = np.cross(across, along)
    return _pair(spot, out / np.linalg.norm(out) * np.sign(out[0]))
