"""What comes with the vehicle: readings, keys, papers, seal, and what lies in it.

The lists to choose from are data: `inventory.yaml`. Belongings are counted by two persons and
never sold with the vehicle (查扣冻规定 art 18, 20; LAW §5.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.words import N_
from station.intake.things import LONGEST_TAG

TABLE = read_table(__file__, "inventory.yaml")
PAPER_WORDS: dict[str, str] = {row["id"]: row["zh"] for row in TABLE["papers"]}
REASON_WORDS: dict[str, str] = {row["id"]: row["zh"] for row in TABLE["reasons"]}
PLATES = frozenset({"plates_one", "plates_two"})
FUEL_LEVELS: tuple[int, ...] = tuple(TABLE["fuel_levels"])
CHARGE_LEVELS: tuple[int, ...] = tuple(TABLE["charge_levels"])


class ItemKind(StrEnum):
    """What a line of the list of belongings is."""

    THING = "thing"
    CONTAINER = "container"
    CLOSED = "closed"
    VALUABLE = "valuable"


ITEM_KIND_WORDS = {
    ItemKind.THING: N_("物品"),
    ItemKind.CONTAINER: N_("容器（已打开）"),
    ItemKind.CLOSED: N_("封闭容器（未打开）"),
    ItemKind.VALUABLE: N_("现金、贵重物品"),
}


@dataclass(frozen=True)
class Readings:
    """What the instrument panel shows: km and percent; None is not read."""

    odometer: int | None = None
    fuel: int | None = None
    charge: int | None = None


@dataclass(frozen=True)
class Keys:
    """How many keys, and the tags put on them."""

    count: int
    tags: str = ""


@dataclass(frozen=True)
class Papers:
    """Which papers are there (keys of `PAPER_WORDS`); none is an answer."""

    there: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Seal:
    """The number on the seal."""

    number: str


@dataclass(frozen=True)
class Item:
    """One line of the list of belongings. `bag`: number of the sealed bag that it lies in, empty when
    it was left in the vehicle."""

    kind: ItemKind
    what: str
    bag: str = ""


@dataclass(frozen=True)
class Belongings:
    """Everything that lies in the vehicle; empty is an answer."""

    items: tuple[Item, ...] = ()


Answer = Readings | Keys | Papers | Seal | Belongings


def check_papers(papers: Papers) -> None:
    """Raise `Refused` for a paper that is not on the list, or plates counted twice."""
    if set(papers.there) - set(PAPER_WORDS):
        raise Refused("unknown_paper", "请从清单中选择证照。", field="papers")
    if set(papers.there) >= PLATES:
        raise Refused("plates_twice", "号牌只能选“一面”或“两面”其中一项。", field="papers")


def check_seal(seal: Seal) -> None:
    """Raise `Refused` unless the seal has a number that a person can read back."""
    if not 3 <= len(seal.number) <= 30:
        raise Refused(
            "seal_number", "请填写封条编号（3 至 30 位），照封条上印的填。", field="number"
        )


def check_items(belongings: Belongings, *, has_picture: bool) -> None:
    """Raise `Refused` for too long a list, or things that nobody photographed."""
    limits = TABLE["belongings"]
    if len(belongings.items) > limits["most_items"] or any(
        len(item.what) > limits["longest_item"] for item in belongings.items
    ):
        raise Refused(
            "belongings_long",
            "清单最多 %(items)d 行，每行最多 %(length)d 个字。请合并或分开填写。",
            field="things",
            items=limits["most_items"],
            length=limits["longest_item"],
        )
    if belongings.items and not has_picture:
        raise Refused(
            "belongings_picture",
            "清单上有物品，请先拍下物品的照片或视频，再签名保存。",
            field="things",
        )
    for item in belongings.items:
        _check_bag(item)


def _check_bag(item: Item) -> None:
    """Cash and valuables are sealed at once, in a bag whose number a person can read back."""
    if item.kind is ItemKind.VALUABLE and not item.bag:
        raise Refused(
            "bag_missing",
            "“%(what)s”是现金或贵重物品，须当场装袋封存。请填写物品袋编号。",
            field="valuables",
            what=item.what,
        )
    if item.bag and not 3 <= len(item.bag) <= LONGEST_TAG:
        raise Refused(
            "bag_number", "请填写物品袋编号（3 至 20 位），照袋上印的填。", field="valuables"
        )


def bags_of(items: Iterable[Item]) -> dict[str, str]:
    """Number of each sealed bag → what is in it."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.bag:
            found.setdefault(item.bag, []).append(item.what)
    return {bag: "；".join(inside) for bag, inside in found.items()}
