"""From what an inspector marked to points, grade and the sentence behind each of them.

GB/T 30323-2013: the total is the sum of the sections, each at least nothing; an accident vehicle
is grade 5 whatever its score. Two things the standard's form leaves open are decided here [P]: an
item that was not checked gives no grade, and never counts as sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from station.ground.refused import Refused
from station.intake.standard import (
    GRADES,
    ITEMS,
    PARTS,
    TABLE,
    VERSION,
    Choice,
    Item,
    Section,
    degree_of,
    hundredths,
    items_absent,
    sections_of,
)
from station.vehicles.rules import Energy, VehicleKind


@dataclass(frozen=True)
class Flaw:
    """A flaw of the body. `long_mm`, `short_mm`: its extents; see `standard.degree_of`."""

    code: str
    long_mm: int
    short_mm: int | None = None


@dataclass(frozen=True)
class Mark:
    """What was found of one item.

    `reason`: why it was not checked or is not applicable. `codes`: defect codes of the frame. `flaws`: of the body.
    `tread_mm`: of the tyre that is worn most. `value`: of a measured item. `words`: a description.
    """

    choice: Choice
    reason: str = ""
    codes: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    tread_mm: float | None = None
    value: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Line:
    """One deduction. `notation`: as the standard writes it, e.g. 21XS2, 40C. `points`: hundredths."""

    item: int
    notation: str
    points: int


@dataclass(frozen=True)
class Score:
    """A section's points, in hundredths. `lines`: what was taken off; together they may be more
    than the section has. `open`: items neither answered nor not applicable."""

    section: Section
    points: int
    lines: tuple[Line, ...]
    open: tuple[int, ...]


@dataclass(frozen=True)
class Grading:
    """What an inspection comes to.

    `total`, `grade`, `name`: None and empty while an item is open. `accident`: defects of the
    frame, as written; they stand whether or not there is a grade. `version`: of the table.
    """

    scores: tuple[Score, ...]
    accident: tuple[str, ...]
    total: int | None
    grade: int | None
    name: str
    version: int = VERSION

    @property
    def open(self) -> tuple[int, ...]:
        """Items that stand between this inspection and a grade."""
        return tuple(number for score in self.scores for number in score.open)


def worn(tread_mm: float | None) -> bool:
    """Whether a tyre of this tread is bald; None: nobody measured it."""
    least: float = TABLE["tread"]["least_mm"]
    return tread_mm is not None and tread_mm < least


def grade(marks: Mapping[int, Mark], energy: Energy) -> Grading:
    """Points by section, total and grade of what has been marked so far."""
    absent = items_absent(energy)
    scores = tuple(_score(section, marks, absent) for section in sections_of(energy))
    accident = tuple(
        f"{item.number}{code}"
        for item in PARTS[Section.FRAME].items
        for code in marks.get(item.number, Mark(Choice.UNCHECKED)).codes
    )
    whole = not any(score.open for score in scores)
    total = sum(score.points for score in scores) if whole else None
    number, name = _grade(total, bool(accident))
    return Grading(scores, accident, total, number, name)


def needs_reason(number: int, choice: Choice, energy: Energy) -> bool:
    """Whether an answer stands only with a reason. What is not applicable keeps its points, so unless
    no vehicle of this drive has it, somebody says why this one has not."""
    absent = choice is Choice.NOT_APPLICABLE and number not in items_absent(energy)
    return absent or choice is Choice.UNCHECKED


def check_mark(number: int, mark: Mark, energy: Energy) -> None:
    """Raise `Refused` naming the field unless `mark` is one that item `number` can have."""
    item = ITEMS.get(number)
    if item is None or item.section not in sections_of(energy):
        raise Refused("inspection_item", "查验表中没有这一项，请刷新页面。", field="item")
    part = PARTS[item.section]
    if mark.choice not in {*part.words, Choice.NOT_APPLICABLE, Choice.UNCHECKED}:
        raise Refused("inspection_choice", "请从这一项的选项中选择。", field="choice")
    if number in items_absent(energy) and mark.choice is not Choice.NOT_APPLICABLE:
        raise Refused(
            "inspection_absent", "该能源类型的车辆没有这一项，只能记为“不适用”。", field="choice"
        )
    if needs_reason(number, mark.choice, energy) and not mark.reason.strip():
        raise Refused(
            "inspection_reason",
            "未检或不适用的项目请写明原因，例如“无钥匙”“无法启动”“无天窗”。",
            field="reason",
        )
    _check_details(item, mark)
    _check_value(item, mark)


def check_frame(number: int, mark: Mark, kind: VehicleKind) -> None:
    """Raise `Refused` for a frame item that is said not to apply to a passenger vehicle.

    Items 1–13 are what decides an accident vehicle; each of them is part of every passenger vehicle's
    body, which GB/T 30323-2013 is made for. What cannot be seen is unchecked. A truck or a motorcycle
    has no such pillars and rails, and may say so with a reason [P].
    """
    passenger = kind in (VehicleKind.CAR, VehicleKind.VAN)
    frame = ITEMS[number].section is Section.FRAME
    if frame and passenger and mark.choice is Choice.NOT_APPLICABLE:
        raise Refused(
            "inspection_frame",
            "轿车和客车的骨架项目都适用，不能选“不适用”；看不到的请选“未检”并写明原因。",
            field="choice",
        )


def _check_value(item: Item, mark: Mark) -> None:
    """A measured item that was checked has its number, and no other item has one."""
    wanted = item.measured and mark.choice in {Choice.SOUND, Choice.SEVERE}
    low, high = item.bounds or (0, 0)
    if wanted != (mark.value is not None) or (wanted and not low <= (mark.value or 0) <= high):
        raise Refused(
            "inspection_value",
            "“%(item)s”请填 %(low)d 至 %(high)d 之间的读数；读不到时选“未检”并写明原因。",
            field="value",
            item=item.zh,
            low=low,
            high=high,
        )


def _check_details(item: Item, mark: Mark) -> None:
    """A defect says what it is; what is sound, absent or unchecked has none."""
    given = [*mark.codes, *(flaw.code for flaw in mark.flaws)]
    known = PARTS[item.section].codes
    if set(given) - set(known):
        raise Refused("inspection_code", "缺陷代码不在本部位的清单中，请重新选择。", field="code")
    told = bool(given) or (item.number == TABLE["tread"]["item"] and worn(mark.tread_mm))
    if known and told != (mark.choice is Choice.SEVERE):
        raise Refused(
            "inspection_defect",
            "选“有缺陷”时请至少选一个缺陷代码；没有缺陷代码时请选“完好”。",
            field="code",
        )
    low, high = TABLE["tread"]["possible_mm"]
    if mark.tread_mm is not None and not low <= mark.tread_mm <= high:
        raise Refused(
            "inspection_tread",
            "花纹深度应在 %(low)d 至 %(high)d 毫米之间，请按实测填写。",
            field=f"t{item.number}",
            low=low,
            high=high,
        )
    if any(flaw.long_mm <= 0 or (flaw.short_mm or 1) <= 0 for flaw in mark.flaws):
        raise Refused("inspection_size", "请填写缺陷的大小（毫米），按实测填写。", field="size")


def _score(section: Section, marks: Mapping[int, Mark], absent: frozenset[int]) -> Score:
    part = PARTS[section]
    lines = tuple(line for item in part.items for line in _lines(item, marks.get(item.number)))
    left_open = tuple(
        item.number
        for item in part.items
        if not item.described
        and item.number not in absent
        and marks.get(item.number, Mark(Choice.UNCHECKED)).choice is Choice.UNCHECKED
    )
    points = max(0, part.points - sum(line.points for line in lines)) if part.points else 0
    return Score(section, points, lines, left_open if _counts(section) else ())


def _counts(section: Section) -> bool:
    """Whether a section decides the grade: those with points, and the frame (accidents)."""
    return PARTS[section].points is not None or section is Section.FRAME


def _lines(item: Item, mark: Mark | None) -> Iterator[Line]:
    if mark is None:
        return
    if item.section is Section.BODY:
        yield from _body_lines(item, mark.flaws, mark.tread_mm)
    elif taken := item.deduct.get(mark.choice, 0):
        yield Line(item.number, f"{item.number}{mark.choice.value}", taken)


def _body_lines(item: Item, flaws: Sequence[Flaw], tread_mm: float | None) -> Iterator[Line]:
    for flaw in flaws:
        degree, taken = degree_of(flaw.long_mm, flaw.short_mm)
        yield Line(item.number, f"{item.number}{flaw.code}{degree}", taken)
    row = TABLE["tread"]
    if item.number == row["item"] and worn(tread_mm):
        yield Line(item.number, f"{item.number}-{row['degree']}", hundredths(row["deduct"]))


def _grade(total: int | None, accident: bool) -> tuple[int | None, str]:
    if total is None:
        return None, ""
    if accident:
        return TABLE["accident"]["grade"], TABLE["accident"]["zh"]
    return next((number, name) for least, number, name in GRADES if total >= least)
