"""The body unfolded for the damage map: top in the middle, flanks beside it, ends above and below.

Drawn by ourselves in a field of 360 × 560 units, the front at the top; every panel is one of
items 14 to 38 of GB/T 30323-2013. Shapes are points of polygons, (x, y).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from station.intake.standard import ITEMS

WIDTH, HEIGHT = 360, 560
Shape = tuple[tuple[float, float], ...]


def _box(left: float, top: float, width: float, height: float) -> Shape:
    return (
        (left, top),
        (left + width, top),
        (left + width, top + height),
        (left, top + height),
    )


def _wheel(x: float, y: float) -> Shape:
    half, cut = 24, 10
    corners = ((-cut, -half), (cut, -half), (half, -cut), (half, cut))
    there = [*corners, *((-px, -py) for px, py in corners)]
    return tuple((x + px, y + py) for px, py in there)


_LEFT: dict[int, tuple[Shape, ...]] = {
    15: (((48, 96), (100, 90), (100, 176), (86, 176), (48, 150)),),
    19: (_box(48, 180, 52, 92),),
    21: (_box(48, 276, 52, 88),),
    16: (((48, 394), (86, 368), (100, 368), (100, 462), (48, 452)),),
    28: (_wheel(26, 124),),
    29: (_wheel(26, 424),),
    37: (((18, 176), (44, 176), (44, 206), (18, 200)),),
}
_MIRROR = {15: 17, 19: 20, 21: 22, 16: 18, 28: 30, 29: 31, 37: 38}
_MIDDLE: dict[int, tuple[Shape, ...]] = {
    26: (((116, 20), (244, 20), (256, 52), (104, 52)),),
    32: (
        ((104, 56), (150, 56), (140, 78), (104, 86)),
        ((256, 56), (210, 56), (220, 78), (256, 86)),
    ),
    14: (((144, 82), (216, 82), (246, 92), (250, 168), (110, 168), (114, 92)),),
    34: (((112, 172), (248, 172), (234, 212), (126, 212)),),
    36: (_box(104, 216, 18, 124), _box(238, 216, 18, 124)),
    25: (_box(126, 216, 108, 124),),
    35: (((126, 344), (234, 344), (248, 382), (112, 382)),),
    23: (((110, 386), (250, 386), (246, 434), (114, 434)),),
    24: (_box(130, 438, 100, 34),),
    33: (
        ((104, 476), (150, 476), (150, 496), (104, 502)),
        ((256, 476), (210, 476), (210, 496), (256, 502)),
    ),
    27: (((104, 506), (256, 506), (244, 540), (116, 540)),),
}


def _mirrored(shape: Shape) -> Shape:
    return tuple((WIDTH - x, y) for x, y in shape)


SHAPES: dict[int, tuple[Shape, ...]] = {
    **_MIDDLE,
    **_LEFT,
    **{_MIRROR[item]: tuple(map(_mirrored, shapes)) for item, shapes in _LEFT.items()},
}


@dataclass(frozen=True)
class Panel:
    """One panel of the map. `shapes`: SVG points. `middle`: where its mark stands. `codes`: what
    was found, as the standard writes it, with how often when more than once."""

    item: int
    zh: str
    shapes: tuple[str, ...]
    middle: tuple[float, float]
    codes: str


def draw(found: Iterable[tuple[str, str]]) -> list[Panel]:
    """The panels in the order of the standard. `found`: (panel, defect code) of each finding."""
    codes = Counter(found)
    return [
        Panel(
            item,
            ITEMS[item].zh,
            tuple(" ".join(f"{x:g},{y:g}" for x, y in shape) for shape in shapes),
            _middle(shapes[0]),
            " ".join(
                code + (f"×{times}" if times > 1 else "")
                for (panel, code), times in sorted(codes.items())
                if panel == str(item)
            ),
        )
        for item, shapes in sorted(SHAPES.items())
    ]


def _middle(shape: Shape) -> tuple[float, float]:
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
