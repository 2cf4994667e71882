"""The inspection standard as data: items 1 to 113 of GB/T 30323-2013, their choices and weights.

Beside the standard stand sections of our own [P], from item 201: signs of flood, fire and a
turned-back odometer, and the sheet of vehicles with a traction battery. They never score. Points are hundredths, integers. The table is `gbt30323.yaml`; what of it was seen in a published
text and what is general knowledge stands beside each section there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from station.ground.tables import read_table
from station.ground.words import N_
from station.vehicles.rules import Energy

TABLE = read_table(__file__, "gbt30323.yaml")
VERSION: int = TABLE["version"]


class Section(StrEnum):
    """Parts of the standard, in its order."""

    FRAME = "frame"
    BODY = "body"
    ENGINE_BAY = "engine_bay"
    CABIN = "cabin"
    START = "start"
    ROAD_TEST = "road_test"
    CHASSIS = "chassis"
    FUNCTIONAL_PARTS = "functional_parts"
    EXTRA = "extra"
    EV = "ev"


class Choice(StrEnum):
    """What an inspector found of an item. A, B and C are the letters of the standard's form."""

    SOUND = "A"
    SLIGHT = "B"
    SEVERE = "C"
    NOT_APPLICABLE = "na"
    UNCHECKED = "unchecked"


CHOICE_WORDS = {
    Choice.SOUND: N_("正常"),
    Choice.SLIGHT: N_("轻微"),
    Choice.SEVERE: N_("异常"),
    Choice.NOT_APPLICABLE: N_("不适用"),
    Choice.UNCHECKED: N_("未检"),
}
"""How a choice is shown where the section's own words (是, 否 …) would not be understood."""


@dataclass(frozen=True)
class Item:
    """One row of the standard's form.

    `deduct`: hundredths taken off for a choice; empty for items that are only described.
    `safety`: what the standard says beside a defect of this item, may be empty. `unit`, `bounds`:
    of a measured item.
    """

    number: int
    section: Section
    zh: str
    deduct: Mapping[Choice, int] = field(default_factory=dict)
    described: bool = False
    safety: str = ""
    group: str = ""
    unit: str = ""
    bounds: tuple[int, int] | None = None

    @property
    def measured(self) -> bool:
        """Whether it is answered by a number."""
        return self.bounds is not None


@dataclass(frozen=True)
class Part:
    """A section. `points`: its most, in hundredths; None: it is not scored. `words`: how its
    choices are written on the form. `codes`: its defect codes."""

    section: Section
    zh: str
    points: int | None
    words: Mapping[Choice, str]
    codes: Mapping[str, str]
    items: tuple[Item, ...]


def hundredths(points: float | int) -> int:
    """Points of the table as hundredths, exactly."""
    return int(Decimal(str(points)) * 100)


def degree_of(long_mm: int, short_mm: int | None) -> tuple[int, int]:
    """Degree of a flaw of the body and the hundredths it takes off (GB/T 30323-2013 [MH]).

    `short_mm`: the extent across; unknown, it counts as the longer one, against the vehicle.
    """
    longer = max(long_mm, short_mm or 0)
    shorter = min(long_mm, short_mm) if short_mm is not None else long_mm
    for row in TABLE["degrees"]:
        most_long, most_short = row.get("within", (longer, shorter))
        if longer <= most_long and shorter <= most_short:
            return row["degree"], hundredths(row["deduct"])
    raise AssertionError("the last degree has no bounds")


def items_absent(energy: Energy) -> frozenset[int]:
    """Items that no vehicle of this drive has; they are not applicable and keep their points."""
    return frozenset(TABLE["absent"].get(energy.value, ()))


def sections_of(energy: Energy) -> tuple[Section, ...]:
    """The sections asked of a vehicle of this drive, in order."""
    only = TABLE["only"]
    return tuple(s for s in Section if energy.value in only.get(s.value, [energy.value]))


def _part(section: Section, row: Mapping[str, Any]) -> Part:
    return Part(
        section=section,
        zh=row["zh"],
        points=hundredths(row["points"]) if "points" in row else None,
        words={Choice(letter): word for letter, word in row["words"].items()},
        codes=row.get("codes", {}),
        items=tuple(_item(section, one) for one in row["items"]),
    )


def _item(section: Section, row: Mapping[str, Any]) -> Item:
    number = row.get("number", {})
    return Item(
        number=row["item"],
        section=section,
        zh=row["zh"],
        deduct={Choice(letter): hundredths(n) for letter, n in row.get("deduct", {}).items()},
        described=row.get("describe_only", False),
        safety=row.get("safety", ""),
        group=row.get("group", ""),
        unit=number.get("unit", ""),
        bounds=tuple(number["range"]) if number else None,
    )


PARTS = {section: _part(section, TABLE["sections"][section]) for section in Section}
ITEMS = {item.number: item for part in PARTS.values() for item in part.items}
GRADES: tuple[tuple[int, int, str], ...] = tuple(
    (hundredths(row["from"]), row["grade"], row["zh"]) for row in TABLE["grades"]
)
"""Least hundredths, number and name of each grade, best first."""
STANDARD_ITEMS = 113
