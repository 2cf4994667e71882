from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.vehicles.rules import Energy
from station.yard.rules import (
    PLAN,
    READING_STATE_WORDS,
    TABLE,
    BayCode,
    Occasion,
    ReadingState,
    StoredVehicle,
    applies,
    called_by,
    due_by,
    judge_reading,
    next_due,
    read_bay_code,
)

IN = date(2026, 3, 2)


@pytest.mark.parametrize("text", ["A-07", "a7", "Ａ－０７", " A 07 ", "A007"])
def test_bay_codes_are_read_in_every_usual_way(text: str) -> None:
    assert read_bay_code(text) == BayCode("A", 7)
    assert str(read_bay_code(text)) == "A-07"


@pytest.mark.parametrize("text", ["", "7", "A", "A-0", "A-1000", "AA-1", "甲-1", "A-1-2", "A-٣"])
def test_what_is_no_bay_code_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="bay_code") as refusal:
        read_bay_code(text)
    assert refusal.value.field == "bay"


@given(st.builds(BayCode, st.sampled_from("ABCZ"), st.integers(1, 999)))
def test_a_written_bay_code_reads_back_the_same(bay: BayCode) -> None:
    assert read_bay_code(str(bay)) == bay


def vehicle(energy: Energy = Energy.ICE, **more: object) -> StoredVehicle:
    return StoredVehicle(energy=energy, taken_in=IN, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("energy", "tasks"),
    [
        (Energy.ICE, "M01 M03 M04 M05 M06 M09 M10 M12"),
        (Energy.HEV, "M01 M03 M04 M05 M06 M09 M10 M12"),
        (Energy.PHEV, "M01 M02 M03 M04 M05 M06 M09 M10 M12"),
        (Energy.BEV, "M01 M02 M03 M04 M05 M06 M10 M12"),
    ],
)
def test_tasks_go_by_the_drive(energy: Energy, tasks: str) -> None:
    assert [t.id for t in PLAN.values() if applies(t, vehicle(energy))] == tasks.split()


def test_show_cars_are_cleaned_and_running_cars_run() -> None:
    assert applies(PLAN["M07"], vehicle(showroom=True))
    assert not applies(PLAN["M07"], vehicle())
    assert applies(PLAN["M08"], vehicle(can_run=True))
    assert not applies(PLAN["M08"], vehicle())
    assert not applies(PLAN["M08"], vehicle(Energy.BEV, can_run=True))


def test_the_program_does_its_own_task() -> None:
    assert PLAN["M11"].automatic
    assert next_due(PLAN["M11"], vehicle()) is None


def test_a_task_falls_due_after_its_interval_even_on_a_holiday() -> None:
    assert next_due(PLAN["M05"], vehicle()) == IN + timedelta(days=7)
    done = vehicle(last_done={"M05": date(2026, 4, 29)})
    assert next_due(PLAN["M05"], done) == date(2026, 5, 6)
    assert next_due(PLAN["M12"], vehicle()) is None


def test_due_tasks_come_with_the_longest_overdue_first() -> None:
    today = IN + timedelta(days=31)
    due = due_by(vehicle(last_done={"M05": IN + timedelta(days=30)}), today)
    assert [(d.task.id, d.overdue_days) for d in due] == [
        ("M06", 24),
        ("M01", 1),
        ("M03", 1),
        ("M04", 1),
    ]
    assert due_by(vehicle(), IN + timedelta(days=6)) == []


def test_viewing_and_release_call_for_making_ready() -> None:
    for occasion in Occasion:
        assert [t.id for t in called_by(occasion, vehicle())] == ["M12"]


@pytest.mark.parametrize(
    ("code", "value", "state"),
    [
        ("battery_mv", 12199, ReadingState.ACT),
        ("battery_mv", 12200, ReadingState.WATCH),
        ("battery_mv", 12399, ReadingState.WATCH),
        ("battery_mv", 12400, ReadingState.GOOD),
        ("battery_mv", 15001, ReadingState.ACT),
        ("soc_percent", 19, ReadingState.ALARM),
        ("soc_percent", 20, ReadingState.ACT),
        ("soc_percent", 39, ReadingState.ACT),
        ("soc_percent", 40, ReadingState.GOOD),
        ("soc_percent", 60, ReadingState.GOOD),
        ("soc_percent", 61, ReadingState.WATCH),
        ("tyre_kpa_over_placard", -1, ReadingState.ACT),
        ("tyre_kpa_over_placard", 19, ReadingState.WATCH),
        ("tyre_kpa_over_placard", 20, ReadingState.GOOD),
        ("tyre_kpa_over_placard", 30, ReadingState.GOOD),
        ("tyre_kpa_over_placard", 31, ReadingState.WATCH),
    ],
)
def test_readings_are_judged_at_their_limits(code: str, value: int, state: ReadingState) -> None:
    reading = judge_reading(code, value)
    assert reading.state is state
    assert reading.in_range is (state is ReadingState.GOOD)


@pytest.mark.parametrize(
    ("code", "value"),
    [("battery_mv", -1), ("battery_mv", 20001), ("soc_percent", 101), ("soc_percent", -1)],
)
def test_impossible_readings_are_refused(code: str, value: int) -> None:
    with pytest.raises(Refused, match="reading_impossible") as refusal:
        judge_reading(code, value)
    assert refusal.value.field == "reading"


def test_every_task_reads_a_known_reading_whose_bands_rise_from_its_lowest_value() -> None:
    assert {t.reading for t in PLAN.values()} - {""} <= set(TABLE["readings"])
    assert set(READING_STATE_WORDS) == set(ReadingState)
    for row in TABLE["readings"].values():
        starts = [band["from"] for band in row["bands"]]
        assert starts == sorted(starts)
        assert starts[0] == row["possible"][0]
