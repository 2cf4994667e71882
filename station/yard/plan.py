"""The plan of a yard: rows of bays on a grid of metres, what stands where, and the way round.

Pure. Places are metres from the north-western corner, x to the east and y to the south, as they
are drawn. The sizes of bays and the way round are our proposal [P].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.words import N_

from .rules import BayKind

AISLE = 6
"""Metres left free before a row that is placed by the program."""
LARGEST = 400
"""Metres, the longest side of a plan."""
MOST_IN_ROW = 50
WIDEST_GAP = 9


class Direction(StrEnum):
    """Where the numbers of a row rise to."""

    EAST = "east"
    SOUTH = "south"
    WEST = "west"
    NORTH = "north"


DIRECTION_WORDS = {
    Direction.EAST: N_("向东（右）"),
    Direction.SOUTH: N_("向南（下）"),
    Direction.WEST: N_("向西（左）"),
    Direction.NORTH: N_("向北（上）"),
}
FOOT = {kind: (4, 12) if kind is BayKind.LARGE else (3, 6) for kind in BayKind}
"""Width and depth of a bay of each kind, metres."""


@dataclass(frozen=True)
class Placing:
    """Where a row stands: its north-western corner, where its numbers rise to, and the metres
    left between two bays."""

    x: int
    y: int
    direction: Direction = Direction.EAST
    gap: int = 0


@dataclass(frozen=True)
class Box:
    """A bay on the ground, metres."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its eastern edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its southern edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point where somebody stands before the car."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def lying(self) -> bool:
        """Whether it is wider than deep, as in a row that runs south."""
        return self.width > self.height

    def meets(self, other: Box) -> bool:
        """Whether two bays would share ground."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )


@dataclass(frozen=True)
class Row:
    """A row as it stands: its bays, by rising number, as (id, kind)."""

    id: str
    placing: Placing
    bays: tuple[tuple[str, BayKind], ...]


def draw_row(row: Row) -> dict[str, Box]:
    """The ground of every bay of a row, by id."""
    across = row.placing.direction in (Direction.EAST, Direction.WEST)
    turned = row.placing.direction in (Direction.WEST, Direction.NORTH)
    found, along = {}, 0
    for bay, kind in reversed(row.bays) if turned else row.bays:
        wide, deep = FOOT[kind]
        at = row.placing
        found[bay] = (
            Box(at.x + along, at.y, wide, deep) if across else Box(at.x, at.y + along, deep, wide)
        )
        along += wide + at.gap
    return found


def draw(rows: Sequence[Row]) -> dict[str, Box]:
    """The ground of every bay of a yard, by id."""
    return {bay: box for row in rows for bay, box in draw_row(row).items()}


def check_placing(row: Row, others: Sequence[Row], codes: dict[str, str]) -> None:
    """Raise `Refused` (field ``x``) unless a row lies on the plan and on nobody else's ground.

    `codes`: bay id → its code, to name the one in the way.
    """
    boxes = draw_row(row)
    at = row.placing
    if not 0 <= at.gap <= WIDEST_GAP:
        raise Refused(
            "row_gap", "库位之间的间隔应为 0 至 %(most)d 米。", field="gap", most=WIDEST_GAP
        )
    if at.x < 0 or at.y < 0 or any(max(b.right, b.bottom) > LARGEST for b in boxes.values()):
        raise Refused(
            "row_outside",
            "这一排超出了平面图（边长最多 %(most)d 米）。请把位置填小一些，或改变排列方向。",
            field="x",
            most=LARGEST,
        )
    for bay, box in draw(others).items():
        if any(box.meets(mine) for mine in boxes.values()):
            raise Refused(
                "row_overlap",
                "这一排会压到 %(bay)s。请换一个位置，或改变排列方向。",
                field="x",
                status=409,
                bay=codes[bay],
            )


def next_place(rows: Sequence[Row]) -> Placing:
    """A free place for a row to come: south of everything, an aisle away."""
    boxes = draw(rows).values()
    return Placing(0, max(box.bottom for box in boxes) + AISLE if boxes else 0)


def walk(rows: Sequence[Row]) -> list[str]:
    """Bay ids in the order of a walk that starts at the north-western corner.

    From where a row ends, the walk goes on at the nearer end of the row that is nearest.
    """
    left, here, order = [row for row in rows if row.bays], (0.0, 0.0), list[str]()
    ends = {row.id: _ends(row) for row in left}
    while left:
        _, _, _, _, back, row = min(
            (
                (metres(here, ends[row.id][back]), row.placing.y, row.placing.x, row.id, back, row)
                for row in left
                for back in (0, 1)
            ),
            key=lambda end: end[:5],
        )
        left.remove(row)
        order += [bay for bay, _ in (reversed(row.bays) if back else row.bays)]
        here = ends[row.id][1 - back]
    return order


def _ends(row: Row) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where somebody stands before the first and before the last bay of a row."""
    boxes = draw_row(row)
    return boxes[row.bays[0][0]].middle, boxes[row.bays[-1][0]].middle


def metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The way between two points along the aisles: east and south, never across cars."""
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


class Age(StrEnum):
    """How long a car has been in the yard."""

    NEW = "new"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"


AGE_FROM = {Age.NEW: 0, Age.MONTH: 31, Age.QUARTER: 91, Age.HALF_YEAR: 181}
"""First day of each; the last is where the storage clock says to sell [P]."""
AGE_WORDS = {
    Age.NEW: N_("30 天以内"),
    Age.MONTH: N_("31 至 90 天"),
    Age.QUARTER: N_("91 至 180 天"),
    Age.HALF_YEAR: N_("超过 180 天"),
}


def age_of(days: int) -> Age:
    """The age of a car that has stood for `days`."""
    return [age for age, first in AGE_FROM.items() if first <= max(days, 0)][-1]
