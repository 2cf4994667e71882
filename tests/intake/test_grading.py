"""Grades of GB/T 30323-2013: weights, floors, accidents, and what was not checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.intake.grading import Flaw, Mark, check_mark, grade
from station.intake.standard import (
    ITEMS,
    PARTS,
    STANDARD_ITEMS,
    Choice,
    Section,
    degree_of,
    items_absent,
    sections_of,
)
from station.vehicles.rules import Energy

SOUND = Mark(Choice.SOUND)


def faultless(energy=Energy.ICE, **changes):
    """Every item sound, but those of this drive that do not exist; `changes` by i<number>."""
    absent = items_absent(energy)
    marks = {n: Mark(Choice.NOT_APPLICABLE) if n in absent else SOUND for n in ITEMS}
    return marks | {int(key[1:]): mark for key, mark in changes.items()}


def test_the_standard_has_113_items_in_order_and_a_hundred_points():
    assert [n for n in ITEMS if n <= STANDARD_ITEMS] == list(range(1, STANDARD_ITEMS + 1))
    assert sum(part.points or 0 for part in PARTS.values()) == 100_00


@pytest.mark.parametrize("energy", list(Energy))
def test_a_faultless_vehicle_has_all_points_and_grade_1(energy):
    told = grade(faultless(energy), energy)
    assert (told.total, told.grade, told.name) == (100_00, 1, "一级")


@pytest.mark.parametrize(
    ("long", "short", "degree"),
    [
        (100, 100, 1), (100, 1, 1), (101, 1, 2), (101, None, 2), (300, 200, 2), (200, 300, 2),
        (300, 201, 3), (301, 10, 3), (200, None, 2), (201, None, 3), (1, None, 1),
    ],
)  # fmt: skip
def test_the_degree_of_a_flaw_follows_its_measured_size(long, short, degree):
    assert degree_of(long, short) == (degree, 50 * degree)


@pytest.mark.parametrize(
    ("taken", "number"), [(0, 1), (10_00, 1), (10_50, 2), (40_00, 2), (40_50, 3), (80_00, 3)]
)
def test_the_bounds_of_the_grades_belong_to_the_better_one(taken, number):
    marks = faultless()
    for item in sorted(ITEMS.values(), key=lambda one: -one.deduct.get(Choice.SEVERE, 0)):
        worth = item.deduct.get(Choice.SEVERE, 0)
        trial = marks | {item.number: Mark(Choice.SEVERE)}
        if worth and grade(trial, Energy.ICE).total >= 100_00 - taken:
            marks = trial
    for at in range(40):  # scratches for the last half points
        more = (*marks[14 + at % 25].flaws, Flaw("HH", 50))
        trial = marks | {14 + at % 25: Mark(Choice.SEVERE, flaws=more)}
        if grade(trial, Energy.ICE).total >= 100_00 - taken:
            marks = trial
    told = grade(marks, Energy.ICE)
    assert (told.total, told.grade) == (100_00 - taken, number)


def test_a_defect_of_the_frame_is_an_accident_whatever_the_score():
    told = grade(faultless(i4=Mark(Choice.SEVERE, codes=("SH", "BX"))), Energy.ICE)
    assert (told.accident, told.total, told.grade) == (("4SH", "4BX"), 100_00, 5)


def test_a_section_never_falls_below_nothing():
    told = grade(
        faultless(i72=Mark(Choice.SEVERE), i73=Mark(Choice.SEVERE), i65=Mark(Choice.SEVERE)),
        Energy.ICE,
    )
    start = next(score for score in told.scores if score.section is Section.START)
    assert (start.points, sum(line.points for line in start.lines)) == (0, 22_00)
    assert told.total == 80_00


def test_a_vehicle_that_does_not_start_has_points_and_no_grade():
    reason = Mark(Choice.UNCHECKED, reason="无法启动")
    told = grade(faultless(**{f"i{n}": reason for n in range(65, 85)}), Energy.ICE)
    assert (told.total, told.grade, told.name) == (None, None, "")
    assert told.open == tuple(n for n in range(65, 85) if n not in (74, 84))


def test_an_accident_is_told_even_without_a_grade():
    told = grade({4: Mark(Choice.SEVERE, codes=("SH",))}, Energy.ICE)
    assert told.accident == ("4SH",)
    assert told.grade is None


def test_a_flaw_is_written_as_the_standard_writes_it_and_a_bald_tyre_costs_a_point():
    worn = Mark(Choice.SEVERE, tread_mm=1.5)
    told = grade(
        faultless(i21=Mark(Choice.SEVERE, flaws=(Flaw("XS", 150, 120),)), i39=worn), Energy.ICE
    )
    body = next(score for score in told.scores if score.section is Section.BODY)
    assert [(line.notation, line.points) for line in body.lines] == [("21XS2", 100), ("39-4", 100)]


MARKS = st.one_of(
    st.sampled_from(list(Choice)).map(Mark),
    st.builds(
        lambda code, size: Mark(Choice.SEVERE, flaws=(Flaw(code, size),)),
        st.sampled_from(sorted(PARTS[Section.BODY].codes)),
        st.integers(1, 2000),
    ),
)


@given(st.dictionaries(st.sampled_from(list(ITEMS)), MARKS), st.sampled_from(list(Energy)))
def test_points_stay_within_their_section_and_every_lost_point_has_its_line(marks, energy):
    told = grade(marks, energy)
    for score in told.scores:
        most = PARTS[score.section].points or 0
        assert 0 <= score.points <= most
        assert score.points == max(0, most - sum(line.points for line in score.lines))
    assert (told.grade is None) == (told.total is None) == bool(told.open)


@given(st.sampled_from([n for n in ITEMS if ITEMS[n].deduct]), st.data())
def test_a_worse_mark_never_earns_more(number, data):
    order = [
        choice
        for choice in (Choice.SOUND, Choice.SLIGHT, Choice.SEVERE)
        if choice is Choice.SOUND or choice in ITEMS[number].deduct
    ]
    better = data.draw(st.sampled_from(order))
    worse = data.draw(st.sampled_from(order[order.index(better) :]))
    totals = [
        grade(faultless(**{f"i{number}": Mark(c)}), Energy.ICE).total for c in (better, worse)
    ]
    assert totals[0] >= totals[1]


@pytest.mark.parametrize(
    ("number", "mark", "energy", "code"),
    [
        (114, SOUND, Energy.ICE, "inspection_item"),
        (50, Mark(Choice.SLIGHT), Energy.ICE, "inspection_choice"),
        (40, SOUND, Energy.BEV, "inspection_absent"),
        (66, Mark(Choice.UNCHECKED, reason=" "), Energy.ICE, "inspection_reason"),
        (58, Mark(Choice.NOT_APPLICABLE), Energy.ICE, "inspection_reason"),
        (4, Mark(Choice.SEVERE, codes=("HH",)), Energy.ICE, "inspection_code"),
        (4, Mark(Choice.SEVERE), Energy.ICE, "inspection_defect"),
        (21, Mark(Choice.SOUND, flaws=(Flaw("XS", 5),)), Energy.ICE, "inspection_defect"),
        (21, Mark(Choice.SEVERE, flaws=(Flaw("XS", 0),)), Energy.ICE, "inspection_size"),
        (39, Mark(Choice.SOUND, tread_mm=1.0), Energy.ICE, "inspection_defect"),
        (39, Mark(Choice.SEVERE, tread_mm=-5), Energy.ICE, "inspection_tread"),
        (39, Mark(Choice.SOUND, tread_mm=21), Energy.ICE, "inspection_tread"),
        (301, Mark(Choice.SOUND, value=60), Energy.ICE, "inspection_item"),
        (301, SOUND, Energy.BEV, "inspection_value"),
        (301, Mark(Choice.SOUND, value=101), Energy.BEV, "inspection_value"),
        (304, Mark(Choice.SOUND, value=1), Energy.BEV, "inspection_value"),
    ],
)
def test_a_mark_that_an_item_cannot_have_is_refused(number, mark, energy, code):
    with pytest.raises(Refused) as no:
        check_mark(number, mark, energy)
    assert no.value.code == code


def test_marks_that_items_can_have_pass():
    for number, item in ITEMS.items():
        drive = Energy.ICE if item.section in sections_of(Energy.ICE) else Energy.PHEV
        check_mark(number, Mark(Choice.SOUND, value=50 if item.measured else None), drive)
        check_mark(number, Mark(Choice.UNCHECKED, reason="无钥匙"), drive)
    check_mark(21, Mark(Choice.SEVERE, flaws=(Flaw("XS", 150),)), Energy.ICE)
    check_mark(39, Mark(Choice.SEVERE, tread_mm=1.0), Energy.ICE)
